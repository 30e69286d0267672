"""What a stolen copy of the database does not tell."""

from uuid import UUID

import pytest
from cryptography.exceptions import InvalidTag
from flask.testing import FlaskClient
from sqlalchemy import text

from klippekort.citizens import queries
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.tenancy import acting_for
from tests.cast import HOME, Cast
from tests.integration.citizens.conftest import Browser
from tests.integration.citizens.people import ADDRESS, NUMBER, PHONE, add, inger
from tests.integration.citizens.test_records import typed


def _everything() -> str:
    """Return every value of every table, in one text."""
    found: list[str] = []
    connection = db.session.connection()
    for table in db.metadata.sorted_tables:
        for row in connection.execute(text(f'select * from "{table.name}"')):  # noqa: S608
            found += [
                value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
                for value in row
            ]
    return "\n".join(found)


SECRETS = (NUMBER, "7001501234", ADDRESS, "Hemmelig", PHONE, "20123499")


def test_person_number_address_and_phone_stand_nowhere_in_clear(cast: Cast, browse: Browser):
    asta = browse(cast.asta)
    page = asta.post("/borgere/ny", data=typed(cast, has_protected_address="y")).location
    asta.post(page)
    asta.get(page)
    asta.get(page.replace("oplysninger", "ret"))
    with acting_for(HOME):
        stored = _everything()
    assert "Åkjær" in stored
    assert [secret for secret in SECRETS if secret in stored] == []


def test_a_ciphertext_moved_to_another_row_cannot_be_read(cast: Cast):
    new = add(cast.asta, inger(cast))

    def move(source: UUID, target: UUID) -> None:
        taken, given = queries.get_citizen(source), queries.lock_citizen(target)
        given.address_encrypted = taken.address_encrypted
        given.wrapped_key = taken.wrapped_key

    with acting_for(HOME):
        execute(move, new, cast.ellen)
        with pytest.raises(InvalidTag):
            queries.address_of(queries.get_citizen(cast.ellen))


def test_a_ciphertext_moved_to_another_column_cannot_be_read(cast: Cast):
    new = add(cast.asta, inger(cast))

    def move() -> None:
        citizen = queries.lock_citizen(new)
        citizen.phone_encrypted = citizen.address_encrypted

    with acting_for(HOME):
        execute(move)
        with pytest.raises(InvalidTag):
            queries.phone_of(queries.get_citizen(new))


def test_a_page_never_says_the_whole_person_number(cast: Cast, browse: Browser):
    new = add(cast.asta, inger(cast))
    client: FlaskClient = browse(cast.asta)
    for page in ("oplysninger", "ret", "log", "fravaer"):
        shown = client.get(f"/borgere/{new}/{page}").text
        assert NUMBER not in shown
        assert NUMBER.replace("-", "") not in shown
