"""The files that care records and rosters export are stored as they are."""

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from klippekort.accounts.models import Shift
from klippekort.citizens.models import Citizen
from klippekort.citizens.queries import address_of, person_number_of
from klippekort.domain.permissions import Actor
from klippekort.imports.reading.rows import Kind
from klippekort.imports.services.run import Counts
from klippekort.platform.audit import AuditLine
from klippekort.platform.db import Base, db
from klippekort.platform.tenancy import acting_for
from klippekort.punchcards.models import PunchCard, PunchEntry
from klippekort.punchcards.services.proof import verify_municipality
from tests.cast import AWAY, HOME, assemble
from tests.databases import Stock, Template, rolled_back
from tests.integration.imports.conftest import SAMPLES, bring, set_up_samples

FILES = (
    (Kind.CITIZENS, "borgere.csv", 400),
    (Kind.STAFF, "medarbejdere.csv", 50),
    (Kind.SHIFTS, "vagtplan.csv", 583),
)


def contents() -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table."""
    connection = db.session.connection()
    return {
        name: sorted(map(tuple, connection.execute(text(f'select * from "{name}"'))), key=repr)  # noqa: S608
        for name in Base.metadata.tables
    }


def _store(app: Flask) -> Actor:
    ada = assemble().ada
    set_up_samples(ada)
    for kind, name, _rows in FILES:
        bring(kind, SAMPLES / name, ada)
    return ada


STORED = Stock("samples", _store)


@pytest.fixture
def stored(template: Template) -> Iterator[Actor]:
    with rolled_back(template.shared(STORED)):
        yield template.told(STORED)


def test_the_samples_are_new_and_without_a_fault(ready: Actor):
    for kind, name, rows in FILES:
        assert bring(kind, SAMPLES / name, ready) == Counts(new=rows)


def test_a_second_run_changes_nothing_but_says_that_it_ran(stored: Actor):
    with acting_for(HOME):
        before = contents()
    for kind, name, rows in FILES:
        assert bring(kind, SAMPLES / name, stored) == Counts(unchanged=rows)
    with acting_for(HOME):
        after = contents()
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"audit_line"}
    assert len(after["audit_line"]) == len(before["audit_line"]) + len(FILES)


def test_one_changed_row_is_one_change(stored: Actor):
    data = (SAMPLES / "borgere.csv").read_bytes().decode("cp1252")
    moved = data.replace("Æblehaven 28;", "Æblehaven 29;")
    assert bring(Kind.CITIZENS, moved.encode(), stored) == Counts(changed=1, unchanged=399)
    with acting_for(HOME):
        asger = db.session.scalars(select(Citizen).filter_by(last_name="Mortensen Nielsen"))
        assert "Æblehaven 29" in [address_of(row) for row in asger]


def test_person_numbers_are_kept_sealed(stored: Actor):
    with acting_for(HOME):
        ove = db.session.scalars(
            select(Citizen).filter_by(first_name="Ove", last_name="Pedersen")
        ).first()
        assert ove is not None
        assert person_number_of(ove) == "8010463363"
        assert b"3363" not in (ove.person_number_encrypted or b"")


def test_a_card_begins_this_week_and_every_minute_is_accounted_for(stored: Actor):
    with acting_for(HOME):
        cards = db.session.scalar(select(func.count(PunchCard.id)))
        assert cards == 263
        assert db.session.scalar(select(func.max(PunchEntry.seq))) == 1
        assert list(verify_municipality()) == []


def test_a_night_over_the_clock_change_has_its_real_length(stored: Actor):
    with acting_for(HOME):
        spans = db.session.execute(select(Shift.starts_at, Shift.ends_at)).all()
        assert 9.0 in {(end - start).total_seconds() / 3600 for start, end in spans}


def test_a_dry_run_leaves_the_database_as_it_was(ready: Actor):
    with acting_for(HOME):
        before = contents()
    for kind, name, rows in FILES[:2]:
        assert bring(kind, SAMPLES / name, ready, dry_run=True) == Counts(new=rows)
    with acting_for(HOME):
        assert contents() == before


def test_the_other_municipality_sees_nothing_of_it(stored: Actor):
    with acting_for(AWAY):
        names = db.session.scalars(select(Citizen.first_name)).all()
        assert names == ["Gudrun"]
        ran = select(AuditLine.id).filter_by(subject_kind="import")
        assert db.session.scalars(ran).all() == []
