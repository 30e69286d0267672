"""What is due is forgotten, what must wait waits, and the figures stay what they were."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select

from klippekort.app import create_app
from klippekort.citizens import queries
from klippekort.citizens.models import Citizen, CitizenContact, CitizenLeaving
from klippekort.citizens.services.contacts import add_contact
from klippekort.domain.permissions import Actor
from klippekort.oversight.jobs import plan, run
from klippekort.oversight.models import DeletionProof
from klippekort.oversight.services.forgetting import HoldTooLong, lift_hold, place_hold
from klippekort.platform import clock
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.forgotten import forgotten_file, read_forgotten
from klippekort.platform.tenancy import acting_for
from klippekort.punchcards.models import PunchEntry
from klippekort.punchcards.services import proof
from klippekort.reports.services.yearly import work_out
from tests.builders import a_card
from tests.cast import HOME, Cast
from tests.small_demo import build_in

LONG_AGO = timedelta(days=6 * 366)


def _left(citizen_id: UUID, ago: timedelta) -> None:
    now = clock.now()
    row = CitizenLeaving(
        citizen_id=citizen_id,
        kind="moved",
        left_on=clock.today() - ago,
        told_by="relative",
        recorded_at=now,
    )
    db.session.add(row)


def _contact(actor: Actor, citizen_id: UUID) -> None:
    execute(
        add_contact,
        actor,
        citizen_id,
        name="Lise Sørensen",
        phone="+4520123456",
        relation="child",
        is_next_of_kin=True,
        gets_greetings=False,
        now=clock.now(),
    )


@pytest.fixture
def gone(cast: Cast) -> UUID:
    """Ellen, who moved away six years ago and left a card and a contact behind."""
    with acting_for(HOME):
        a_card(cast, cast.ellen)
        _contact(cast.karen, cast.ellen)
        execute(_left, cast.ellen, LONG_AGO)
        execute(lambda: setattr(queries.lock_citizen(cast.ellen), "call_name", "Musse"))
    return cast.ellen


def _run() -> dict[str, int]:
    return {one.rule.name: one.rows for one in run(clock.today(), clock.now()) if one.rows}


def test_who_left_long_ago_is_nobody_any_more(gone: UUID) -> None:
    with acting_for(HOME):
        before = db.session.get(Citizen, (HOME, gone))
        assert before is not None
        key, sealed = before.wrapped_key, before.address_encrypted
        done = _run()
        db.session.expire_all()
        after = queries.get_citizen(gone)
        assert done["citizen.anonymise"] == 1
        assert (after.name, after.search_name, after.wrapped_key) == ("– –", "", None)
        assert after.call_name is None
        assert queries.person_number_of(after) is None
        assert queries.address_of(after) is None
        assert key
        assert sealed
        assert db.session.scalars(select(CitizenContact)).all() == []


def test_every_minute_is_still_accounted_for(gone: UUID) -> None:
    with acting_for(HOME):
        before = db.session.scalar(select(func.count(PunchEntry.id)))
        _run()
        assert db.session.scalar(select(func.count(PunchEntry.id))) == before
        assert proof.verify_municipality() == []


def test_what_was_forgotten_is_proved_and_done_once(gone: UUID) -> None:
    with acting_for(HOME):
        _run()
        proofs = db.session.scalars(select(DeletionProof)).all()
        told = {row.rule: (row.rows, row.citizen_id) for row in proofs}
        assert told["citizen.anonymise"] == (1, gone)
        assert told["citizen_contact.delete"] == (1, None)
        assert {len(row.hash) for row in proofs} == {64}
        assert _run() == {}


def test_a_plan_tells_what_is_due_and_changes_nothing(gone: UUID) -> None:
    with acting_for(HOME):
        due = {one.rule.name: one.rows for one in plan(clock.today())}
        assert due["citizen.anonymise"] == 1
        assert queries.get_citizen(gone).first_name == "Ellen"


@pytest.mark.parametrize("ago", [timedelta(0), timedelta(days=364), timedelta(days=5 * 365)])
def test_nobody_is_forgotten_before_their_time(cast: Cast, ago: timedelta) -> None:
    with acting_for(HOME):
        execute(_left, cast.ellen, ago)
        _run()
        db.session.expire_all()
        assert queries.get_citizen(cast.ellen).first_name == "Ellen"


def test_who_is_still_here_keeps_everything(cast: Cast, gone: UUID) -> None:
    with acting_for(HOME):
        _contact(cast.karen, cast.poul)
        _run()
        db.session.expire_all()
        assert queries.get_citizen(cast.poul).first_name == "Poul"
        assert len(db.session.scalars(select(CitizenContact)).all()) == 1


def test_nothing_is_forgotten_while_it_is_held(cast: Cast, gone: UUID) -> None:
    today, now = clock.today(), clock.now()
    with acting_for(HOME):
        hold = execute(
            place_hold, cast.karen, gone, "case", today + timedelta(1), today=today, now=now
        )
        assert _run() == {}
        execute(lift_hold, cast.karen, UUID(hold), now=now)
        assert _run()["citizen.anonymise"] == 1


def test_a_hold_ends_by_itself(cast: Cast, gone: UUID) -> None:
    today, now = clock.today(), clock.now()
    with acting_for(HOME):
        execute(place_hold, cast.karen, gone, "case", today + timedelta(1), today=today, now=now)
        later = {one.rule.name for one in plan(today + timedelta(days=2)) if one.rows}
    assert "citizen.anonymise" in later


@pytest.mark.parametrize("days", [0, -1, 4000])
def test_a_hold_has_an_end(cast: Cast, days: int) -> None:
    today = clock.today()
    until = today + timedelta(days=days)
    with acting_for(HOME), pytest.raises(HoldTooLong):
        execute(place_hold, cast.karen, cast.ellen, "case", until, today=today, now=clock.now())


def test_who_was_forgotten_is_forgotten_again_after_an_old_backup(cast: Cast, gone: UUID) -> None:
    with acting_for(HOME):
        _run()
        noted = set(read_forgotten(forgotten_file()))
        assert (HOME, gone) in noted
        run(clock.today(), clock.now(), {cast.poul})  # as if the backup knew him still
        db.session.expire_all()
        assert queries.person_number_of(queries.get_citizen(cast.poul)) is None


def test_the_other_municipality_is_left_alone(cast: Cast, gone: UUID) -> None:
    with acting_for(HOME):
        _run()
    with acting_for(2):
        db.session.expire_all()
        assert queries.get_citizen(cast.gudrun).first_name == "Gudrun"


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    app = create_app(build_in(tmp_path_factory.mktemp("forgetting")))
    app.testing = True
    return app


@pytest.mark.slow
def test_a_year_reads_the_same_when_everybody_is_forgotten(town: Flask) -> None:
    """Everybody in the demo town left long ago: all of them are forgotten in one night."""
    with town.app_context(), acting_for(HOME):
        execute(_everybody_left)
        year, now = clock.today().year, clock.now()
        before = work_out(year, now=now)
        names = set(db.session.scalars(select(Citizen.last_name)))
        done = _run()
        db.session.expire_all()
        assert set(db.session.scalars(select(Citizen.first_name))) == {"–"}
        assert len(names) > 10
        assert len(done) > 5
        assert work_out(year, now=now) == before
        assert proof.verify_municipality() == []
        db.engine.dispose()


def _everybody_left() -> None:
    left = set(
        db.session.scalars(
            select(CitizenLeaving.citizen_id).where(CitizenLeaving.undone_at.is_(None))
        )
    )
    for row in db.session.scalars(select(CitizenLeaving)):
        row.left_on = date(2015, 1, 1)
    for one in db.session.scalars(select(Citizen.id)).all():
        if one not in left:
            _left(one, clock.today() - date(2015, 1, 1))
