"""What the database itself refuses about places."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from klippekort.platform.db import db, write_turn
from tests.builders import MONDAY, an_occurrence
from tests.cast import Cast


@pytest.mark.parametrize("half", ["latitude = 55.3", "longitude = 10.8"])
def test_half_a_point_is_refused_even_to_raw_sql(
    committed_app: Flask, committed_cast: Cast, half: str
):
    an_occurrence(MONDAY + timedelta(days=1))
    with write_turn(), db.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("select set_config('app.municipality', '1', true)"))
        with pytest.raises(IntegrityError, match="point_is_whole"):
            connection.execute(text(f"update place set {half}"))  # noqa: S608
