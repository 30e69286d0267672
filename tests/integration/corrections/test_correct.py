"""Putting a card right at once: what is written, what is refused, and that it proves."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from klippekort.domain.corrections import AlreadyReversed, Correction, NotReversible
from klippekort.domain.errors import CardClosed, Forbidden, NotFound
from klippekort.platform.audit import AuditCitizen, AuditLine
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.tenancy import acting_for
from klippekort.punchcards.models import EntryNote, PunchLot
from klippekort.punchcards.services.cards import end_card
from klippekort.punchcards.services.corrections import LastDayGone, Wish, correct_card
from klippekort.punchcards.services.proof import verify_municipality
from tests.builders import MONDAY, a_card, a_scheme
from tests.cast import AWAY, HOME, Cast
from tests.integration.corrections.arrange import (
    a_trip_that_was_made,
    correct,
    counter,
    entries,
    free,
    limit,
    said,
)

TODAY = MONDAY.date()


@pytest.fixture
def card(cast: Cast) -> UUID:
    """Ellen's card: 100 minutes for three weeks, 200 for six; corrections need one person."""
    limit(cast, 10_000)
    return a_card(cast, cast.ellen)


def _proves() -> bool:
    with acting_for(HOME):
        db.session.rollback()
        return verify_municipality() == []


def test_added_time_can_be_used_and_proves(cast: Cast, card: UUID) -> None:
    correct(cast.karen, card, Correction.ADD, 45)
    assert (free(card), said(card, since=2), _proves()) == (345, [("adjust_up", 45)], True)


def test_added_time_lasts_as_long_as_the_scheme_gives(cast: Cast, card: UUID) -> None:
    correct(cast.karen, card, Correction.ADD, 45)
    with acting_for(HOME):
        lot = db.session.scalars(select(PunchLot).filter_by(source="adjustment")).one()
    assert lot.expires_on == TODAY + timedelta(weeks=8, days=-1)


def test_added_time_lasts_until_the_day_that_was_chosen(cast: Cast, card: UUID) -> None:
    correct(cast.karen, card, Correction.ADD, 45, last_on=TODAY + timedelta(days=2))
    with acting_for(HOME):
        lot = db.session.scalars(select(PunchLot).filter_by(source="adjustment")).one()
    assert lot.expires_on == TODAY + timedelta(days=2)


def test_a_last_day_that_has_gone_is_refused(cast: Cast, card: UUID) -> None:
    with pytest.raises(LastDayGone):
        correct(cast.karen, card, Correction.ADD, 45, last_on=TODAY - timedelta(days=1))


def test_time_can_be_added_twice_on_one_day(cast: Cast, card: UUID) -> None:
    correct(cast.karen, card, Correction.ADD, 45)
    correct(cast.karen, card, Correction.ADD, 45)
    assert (free(card), _proves()) == (390, True)


def test_taking_more_than_there_is_waives_the_rest(cast: Cast, card: UUID) -> None:
    done = correct(cast.karen, card, Correction.TAKE, 320)
    assert (done["moved"], done["waived"]) == (300, 20)
    assert said(card, since=2) == [("adjust_down", 100), ("adjust_down", 200), ("waive", 20)]
    assert (free(card), _proves()) == (0, True)


def test_waiving_leaves_the_card_as_it_is(cast: Cast, card: UUID) -> None:
    correct(cast.karen, card, Correction.WAIVE, 20)
    assert (free(card), said(card, since=2), _proves()) == (300, [("waive", 20)], True)


def test_a_countered_line_names_what_it_counters(cast: Cast, card: UUID) -> None:
    first = entries(card)[0]
    counter(cast.karen, first)
    last = entries(card)[-1]
    assert (last.kind, last.reverses_id, last.actor_id) == (
        "reverse",
        first.id,
        cast.karen.account_id,
    )
    assert (free(card), _proves()) == (200, True)


def test_a_line_is_countered_once(cast: Cast, card: UUID) -> None:
    first = entries(card)[0]
    counter(cast.karen, first)
    with pytest.raises(AlreadyReversed):
        counter(cast.karen, first)


def test_time_that_was_used_is_waived_and_the_line_counts_as_put_right(
    cast: Cast, card: UUID
) -> None:
    correct(cast.karen, card, Correction.TAKE, 300)
    first = entries(card)[0]
    assert counter(cast.karen, first)["waived"] == 100
    with pytest.raises(AlreadyReversed):
        counter(cast.karen, first)
    assert (free(card), _proves()) == (0, True)


def test_a_trip_that_should_not_have_cost_gives_the_minutes_back(cast: Cast, card: UUID) -> None:
    a_trip_that_was_made(cast)
    later = MONDAY + timedelta(days=2)
    for spent in entries(card, "spend"):
        counter(cast.karen, spent, now=later)
    assert (free(card), _proves()) == (300, True)


def test_minutes_that_come_back_too_late_lapse_at_once(cast: Cast, card: UUID) -> None:
    a_trip_that_was_made(cast)
    spent, later = entries(card, "spend")[0], MONDAY + timedelta(days=30)
    done = counter(cast.karen, spent, now=later)
    assert (done["moved"], done["lapsed"]) == (100, 100)
    assert said(card)[-2:] == [("reverse", 100), ("expire", 100)]
    assert _proves()


def test_a_line_that_came_back_is_not_countered_twice_over(cast: Cast, card: UUID) -> None:
    counter(cast.karen, entries(card)[0])
    with pytest.raises(NotReversible):
        counter(cast.karen, entries(card)[-1])


def test_a_line_of_another_card_is_not_there(cast: Cast, card: UUID) -> None:
    beside = a_card(cast, cast.poul, scheme_id=a_scheme(name="Another"))
    with pytest.raises(NotFound):
        correct(cast.karen, card, Correction.REVERSE, 1, entry_id=entries(beside)[0].id)


def test_free_text_stands_beside_the_chain(cast: Cast, card: UUID) -> None:
    correct(cast.karen, card, Correction.ADD, 45, note="Skrevet på den forkerte dag")
    with acting_for(HOME):
        note = db.session.scalars(select(EntryNote)).one()
        assert (note.entry_id, note.text) == (
            entries(card)[-1].id,
            "Skrevet på den forkerte dag",
        )

        def erase() -> None:
            db.session.delete(db.session.scalars(select(EntryNote)).one())

        execute(erase)
    assert _proves()


def test_it_is_on_record_without_free_text(cast: Cast, card: UUID) -> None:
    correct(cast.karen, card, Correction.ADD, 45, note="Hemmeligt")
    with acting_for(HOME):
        line, citizen_id = db.session.execute(
            select(AuditLine, AuditCitizen.citizen_id)
            .join(AuditCitizen, AuditCitizen.line_id == AuditLine.id)
            .where(AuditLine.action == "correct_card")
        ).one()
    assert citizen_id == cast.ellen
    assert (line.details["kind"], line.details["minutes"]) == ("add", 45)
    assert "Hemmeligt" not in str(line.details)


def test_one_key_is_one_correction(cast: Cast, card: UUID) -> None:
    key = str(UUID(int=9))
    first, again = (correct(cast.karen, card, Correction.ADD, 45, key=key) for _press in range(2))
    assert (first, free(card)) == (again, 345)


def test_an_ended_card_is_not_put_right(cast: Cast, card: UUID) -> None:
    with acting_for(HOME):
        execute(end_card, cast.asta, card, reason="moved", now=MONDAY)
    with pytest.raises(CardClosed):
        correct(cast.karen, card, Correction.ADD, 45)


@pytest.mark.parametrize("who", ["bo", "ida", "ada", "viggo"])
def test_others_may_not(cast: Cast, card: UUID, who: str) -> None:
    with pytest.raises(Forbidden):
        correct(getattr(cast, who), card, Correction.ADD, 45)


def test_another_municipality_finds_no_such_card(cast: Cast, card: UUID) -> None:
    with acting_for(AWAY), pytest.raises(NotFound):
        execute(correct_card, cast.frida, card, Wish(Correction.ADD, 5, "other"), now=MONDAY)
