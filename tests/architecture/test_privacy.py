"""The papers of data protection say what the code does today.

To make them anew: `klippekort papers docs/privacy`.
"""

from pathlib import Path

import pytest
from flask import Flask

from klippekort.domain.permissions import Role
from klippekort.operations.privacy import FIELDS, PAPERS
from tests.cast import Cast
from tests.login import log_in

FOLDER = Path(__file__).parents[2] / "docs" / "privacy"
OURS = (
    "impact-assessment.md",
    "processor-supplier.md",
    "processor-association.md",
)


def test_the_records_are_fresh(shared_app: Flask) -> None:
    name = "records-of-processing.md"
    assert (FOLDER / name).read_text() == PAPERS[name](shared_app)


def test_who_may_what_is_fresh(shared_app: Flask) -> None:
    assert (FOLDER / "who-may-what.md").read_text() == PAPERS["who-may-what.md"](shared_app)


def test_who_sees_what_is_fresh(shared_app: Flask) -> None:
    assert (FOLDER / "who-sees-what.md").read_text() == PAPERS["who-sees-what.md"](shared_app)


@pytest.mark.parametrize("name", OURS)
def test_the_drafts_are_filled(name: str) -> None:
    text = (FOLDER / name).read_text()
    assert len(text) > 2000
    assert "TODO" not in text


def test_what_the_table_of_fields_says_is_what_the_pages_show(app: Flask, cast: Cast) -> None:
    from_table = dict(FIELDS)
    marks = {
        "Name": "Ellen Sørensen",
        "Person number, its last four hidden": "••••",
        "Address": "Åvej 7",
    }
    people = {
        Role.ASSESSOR: cast.asta,
        Role.COORDINATOR: cast.karen,
        Role.PLANNER: cast.ida,
        Role.CARE_WORKER: cast.bo,
        Role.ADMINISTRATOR: cast.ada,
        Role.VOLUNTEER: cast.viggo,
    }
    for role, actor in people.items():
        page = log_in(app.test_client(), actor).get(f"/borgere/{cast.ellen}/oplysninger").text
        for field, mark in marks.items():
            assert (mark in page) == (role in from_table[field]), (role, field)
