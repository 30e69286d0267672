"""A stay in hospital that is told afterwards: what it does to a stored card, and who is asked."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import event, select

from klippekort.citizens.models import Absence
from klippekort.citizens.services.absences import (
    OverlapsAnother,
    drop_absence,
    end_absence,
    record_absence,
)
from klippekort.domain.calendar import local_day
from klippekort.domain.errors import InsufficientMinutes
from klippekort.domain.schemes import (
    OPEN,
    AtCap,
    Cap,
    Expiry,
    PartialPeriod,
    Pause,
    Pauses,
    Saving,
    Span,
    Terms,
    Unit,
)
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.tenancy import acting_for
from klippekort.punchcards.jobs import advance_cards
from klippekort.punchcards.models import CardTask, PunchEntry
from klippekort.punchcards.queries import counts
from klippekort.punchcards.queries.cards import get_card, state_of
from klippekort.punchcards.queries.past import wrote_late
from klippekort.punchcards.services import proof
from klippekort.punchcards.services.answers import answer_once
from klippekort.punchcards.services.bookings import charge_minutes, hold_minutes
from klippekort.punchcards.services.schemes import decide_rules
from tests.builders import DECIDED, MONDAY, a_card, a_scheme
from tests.cast import HOME, Cast
from tests.integration.punchcards.conftest import Browse
from tests.property.ledger_machine import Chance

TODAY = local_day(MONDAY)
NOTHING_COMES = Pause(accrues=False, usable=False, extends_expiry=False)
ACCRUES = "pauses.hospital.accrues"


def paused(pause: Pause = NOTHING_COMES, **said: Any) -> Terms:
    pauses = Pauses(hospital=pause, partial_period=PartialPeriod.ANY_DAY)
    return replace(DECIDED, pauses=pauses, **said)


def after(weeks: int, days: int = 0) -> date:
    return TODAY + timedelta(weeks=weeks, days=days)


def card_of(cast: Cast, terms: Terms) -> UUID:
    """Give Ellen a card that brings half an hour a week from today on."""
    return a_card(cast, cast.ellen, 0, scheme_id=a_scheme(terms), rate=None)


def reckon(on: date) -> None:
    with acting_for(HOME):
        advance_cards(on, MONDAY + (on - TODAY))


def tell(cast: Cast, first: date, last: date | None, on: date) -> UUID:
    with acting_for(HOME):
        now = MONDAY + (on - TODAY)
        made = execute(record_absence, cast.karen, cast.ellen, "hospital", first, last, now)
    return UUID(made)


def ends(cast: Cast, absence: UUID, last: date, on: date) -> None:
    with acting_for(HOME):
        execute(end_absence, cast.karen, cast.ellen, absence, last, MONDAY + (on - TODAY))


def free(card: UUID) -> int:
    with acting_for(HOME):
        return state_of(get_card(card)).free()


def late_lines(card: UUID) -> list[tuple[str, int, date, UUID | None]]:
    with acting_for(HOME):
        found = select(PunchEntry).filter_by(card_id=card).where(wrote_late())
        rows = db.session.scalars(found.order_by(PunchEntry.seq))
        return [(row.kind, row.minutes, row.effective_on, row.actor_id) for row in rows]


def tasks(card: UUID) -> list[tuple[str, str, bool]]:
    with acting_for(HOME):
        rows = db.session.scalars(select(CardTask).filter_by(card_id=card).order_by(CardTask.id))
        return [(row.rule, row.subject, row.closed_at is not None) for row in rows]


def proved(card: UUID) -> Sequence[object]:
    with acting_for(HOME):
        return proof.verify_card(card)


def test_weeks_of_a_stay_told_late_are_taken_back_by_whoever_told_it(cast: Cast):
    card = card_of(cast, paused())
    reckon(after(3))
    assert free(card) == 120
    tell(cast, after(1), after(2, 6), after(3, 1))
    by = cast.karen.account_id
    assert late_lines(card) == [
        ("adjust_down", 30, after(1), by),
        ("adjust_down", 30, after(2), by),
    ]
    assert free(card) == 60
    assert proved(card) == []


def test_a_card_the_worker_has_not_reckoned_meanwhile_ends_the_same(cast: Cast):
    card = card_of(cast, paused())
    tell(cast, after(1), after(2, 6), after(3, 1))
    assert free(card) == 60
    assert proved(card) == []


def test_a_stay_told_in_time_that_spoils_the_week_takes_its_time_back(cast: Cast):
    card = card_of(cast, paused())
    reckon(after(0, 1))
    tell(cast, after(0, 2), after(0, 4), after(0, 1))
    assert free(card) == 0


def test_coming_home_earlier_than_thought_gives_the_weeks_that_were_missed(cast: Cast):
    card = card_of(cast, paused())
    absence = tell(cast, after(0, 1), None, after(0, 1))
    reckon(after(3))
    assert free(card) == 0
    ends(cast, absence, after(1, 2), after(3, 1))
    assert free(card) == 60
    reckon(after(4))
    assert free(card) == 90
    assert proved(card) == []


def test_a_stay_is_corrected_back_and_forth_without_loss(cast: Cast):
    card = card_of(cast, paused())
    absence = tell(cast, after(1), after(2, 6), after(4))
    for last, minutes in [
        (after(1, 6), 120),
        (after(3, 6), 60),
        (after(2, 6), 90),
        (after(1, 6), 120),
    ]:
        ends(cast, absence, last, after(4, 1))
        assert free(card) == minutes, last
    assert proved(card) == []


def test_an_absence_that_never_was_leaves_nothing_behind(cast: Cast):
    card = card_of(cast, paused())
    absence = tell(cast, after(1), after(2, 6), after(4))
    assert free(card) == 90
    with acting_for(HOME):
        execute(drop_absence, cast.karen, cast.ellen, absence, MONDAY + timedelta(weeks=4))
    assert free(card) == 150
    assert proved(card) == []


def test_a_trip_that_cost_time_while_she_was_away_is_looked_at(cast: Cast):
    card = card_of(cast, paused())
    reckon(after(1))
    go_out(cast, card, 20, after(0, 2))
    go_out(cast, card, 20, after(1, 2))
    tell(cast, after(1), after(1, 6), after(2, 1))
    with acting_for(HOME):
        found = db.session.scalars(select(CardTask).filter_by(card_id=card)).all()
        assert [(task.kind, task.rule) for task in found] == [("review", "late_absence")]


@pytest.mark.parametrize("rounds", [1, 3])
def test_what_was_told_and_taken_back_leaves_a_card_that_was_used_as_it_was(
    cast: Cast, rounds: int
):
    card = card_of(cast, paused())
    go_out(cast, card, 30, after(1, 2))
    reckon(after(4))
    for _ in range(rounds):
        absence = tell(cast, after(0), after(0, 6), after(4, 1))
        assert free(card) == 90
        with acting_for(HOME):
            execute(drop_absence, cast.karen, cast.ellen, absence, MONDAY + timedelta(days=29))
        assert free(card) == 120
    assert proved(card) == []


def test_what_was_waived_for_a_stay_that_never_was_is_so_no_longer(cast: Cast, browse: Browse):
    card = card_of(cast, paused())
    reckon(after(1))
    go_out(cast, card, 60, after(1, 2))
    absence = tell(cast, after(1), after(1, 6), after(2, 1))
    with acting_for(HOME):
        execute(drop_absence, cast.karen, cast.ellen, absence, MONDAY + timedelta(days=15))
    assert [(kind, minutes) for kind, minutes, *_ in late_lines(card)] == [
        ("waive", 30),
        ("reverse", 30),
    ]
    assert free(card) == 30
    assert proved(card) == []
    page = browse(cast.karen).get(f"/klippekort/{card}/forklaring").get_data(as_text=True)
    assert "gælder ikke mere: 30 minutter er ikke eftergivet" in page


def test_what_nobody_answered_is_asked_again(cast: Cast):
    card = card_of(cast, paused(replace(NOTHING_COMES, accrues=OPEN)))
    reckon(after(2))
    absence = tell(cast, after(1), after(1, 6), after(2, 1))
    with acting_for(HOME):
        execute(drop_absence, cast.karen, cast.ellen, absence, MONDAY + timedelta(days=15))
    assert [closed for *_, closed in tasks(card)] == [True]
    tell(cast, after(1), after(1, 6), after(2, 1))
    assert [closed for *_, closed in tasks(card)] == [False]


def test_what_somebody_answered_is_not_asked_again(cast: Cast):
    card = asked_card(cast)
    answer(cast, card, "no")
    with acting_for(HOME):
        away = db.session.scalars(select(Absence)).one()
        ends(cast, away.id, after(1, 2), after(2, 3))
        ends(cast, away.id, after(1, 6), after(2, 3))
    assert [closed for *_, closed in tasks(card)] == [True]
    assert free(card) == 60


def test_what_an_absence_asked_of_people_is_laid_aside_with_it(cast: Cast):
    lives = Pause(accrues=True, usable=True, extends_expiry=OPEN)
    card = card_of(cast, paused(lives, expiry=Expiry(rolling=(Span(4, Unit.WEEKS),))))
    reckon(after(1))
    go_out(cast, card, 20, after(1, 2))
    absence = tell(cast, after(1), after(1, 6), after(2, 1))
    assert sorted(rule for rule, *_ in tasks(card)) == [
        "late_absence",
        "pauses.hospital.extends_expiry",
    ]
    with acting_for(HOME):
        execute(drop_absence, cast.karen, cast.ellen, absence, MONDAY + timedelta(days=15))
    assert [closed for *_, closed in tasks(card)] == [True, True]


def test_the_page_says_at_once_what_it_did(cast: Cast, browse: Browse):
    card_of(cast, paused())
    karen, page = browse(cast.karen), f"/borgere/{cast.ellen}/fravaer"
    form = {"key": str(uuid4()), "kind": "hospital", "from_on": str(TODAY), "until_on": str(TODAY)}
    assert karen.post(page, data=form).status_code == 303
    assert "30 minutter er taget af kortet igen." in karen.get(page).get_data(as_text=True)


def test_used_time_is_waived_and_nobody_goes_below_zero(cast: Cast):
    card = card_of(cast, paused())
    reckon(after(1))
    go_out(cast, card, 60, after(1, 2))
    tell(cast, after(1), after(1, 6), after(2, 1))
    assert [(kind, minutes) for kind, minutes, *_ in late_lines(card)] == [("waive", 30)]
    assert free(card) == 30
    assert proved(card) == []


def test_what_a_full_card_turned_away_comes_again(cast: Cast):
    full = Saving({"most": Cap(minutes=60, at_cap=AtCap.REFUSE)})
    card = card_of(cast, paused(saving=full))
    reckon(after(2))
    tell(cast, after(1), after(1, 6), after(2, 1))
    assert [(kind, minutes) for kind, minutes, *_ in late_lines(card)] == [
        ("adjust_down", 30),
        ("reverse", 30),
    ]
    assert free(card) == 60
    assert proved(card) == []


def test_what_lapsed_lives_again_where_a_stay_lengthens_its_life(cast: Cast):
    lengthens = replace(NOTHING_COMES, accrues=True, extends_expiry=True)
    card = card_of(cast, paused(lengthens, expiry=Expiry(rolling=(Span(2, Unit.WEEKS),))))
    reckon(after(2, 1))
    assert free(card) == 60
    tell(cast, after(1), after(1, 6), after(2, 1))
    assert free(card) == 90
    reckon(after(3))
    assert free(card) == 60 + 30
    assert proved(card) == []


def asked_card(cast: Cast) -> UUID:
    """A card whose scheme leaves open what a stay does; one of last week is told."""
    card = card_of(cast, paused(replace(NOTHING_COMES, accrues=OPEN)))
    reckon(after(2))
    tell(cast, after(1), after(1, 6), after(2, 1))
    return card


def task_of(card: UUID) -> UUID:
    with acting_for(HOME):
        return db.session.scalars(select(CardTask.id).filter_by(card_id=card)).one()


def answer(cast: Cast, card: UUID, value: str) -> None:
    with acting_for(HOME):
        now = MONDAY + timedelta(days=16)
        execute(answer_once, cast.karen, task_of(card), value, "Som aftalt", now=now)


def test_an_undecided_rule_is_asked_and_the_time_stays_meanwhile(cast: Cast):
    card = asked_card(cast)
    assert free(card) == 90
    assert tasks(card) == [(ACCRUES, f"{after(1):%G-W%V}", False)]


@pytest.mark.parametrize("page", ["/ordninger/svar-en-gang", "/ordninger/{}/spoergsmaal"])
def test_many_questions_take_as_many_statements_as_one(cast: Cast, browse: Browse, page: str):
    card, karen, counted = asked_card(cast), browse(cast.karen), list[int]()
    with acting_for(HOME):
        address = page.format(get_card(card).scheme_id)
    karen.get(address)
    for weeks in (1, 4):
        reckon(after(1 + weeks))
        with acting_for(HOME):
            away = db.session.scalars(select(Absence.id)).one()
        ends(cast, away, after(weeks, 6), after(1 + weeks, 1))
        asked: list[str] = []
        event.listen(db.engine, "before_cursor_execute", lambda *said, to=asked: to.append(said[2]))
        told = karen.get(address).get_data(as_text=True)
        assert told.count("er allerede givet") == weeks
        counted.append(len(asked))
    assert counted[0] == counted[1]


@pytest.mark.parametrize(("value", "left"), [("no", 60), ("yes", 90)])
def test_the_answer_takes_it_back_or_lets_it_stay(cast: Cast, value: str, left: int):
    card = asked_card(cast)
    answer(cast, card, value)
    assert free(card) == left
    assert [closed for _rule, _subject, closed in tasks(card)] == [True]
    assert proved(card) == []


@pytest.mark.parametrize(("value", "left"), [("no", 60), ("yes", 90)])
def test_a_rule_made_meanwhile_settles_it_too(cast: Cast, value: str, left: int):
    card = asked_card(cast)
    with acting_for(HOME):
        scheme = get_card(card).scheme_id
        now = MONDAY + timedelta(days=16)
        execute(decide_rules, cast.ada, scheme, {ACCRUES: value}, local_day(now), now)
    assert free(card) == left
    assert [closed for _rule, _subject, closed in tasks(card)] == [True]


def test_nobody_is_asked_any_more_when_she_was_not_away_that_week(cast: Cast):
    card = card_of(cast, paused(replace(NOTHING_COMES, accrues=OPEN)))
    reckon(after(2))
    absence = tell(cast, after(0, 1), after(1, 6), after(2, 1))
    assert len(tasks(card)) == 2
    ends(cast, absence, after(0, 3), after(2, 2))
    assert [(subject, closed) for _rule, subject, closed in tasks(card)] == [
        (f"{after(0):%G-W%V}", False),
        (f"{after(1):%G-W%V}", True),
    ]
    assert free(card) == 90


def test_the_card_tells_it_in_words(cast: Cast, browse: Browse):
    card = card_of(cast, paused())
    reckon(after(2))
    tell(cast, after(1), after(1, 6), after(2, 1))
    page = browse(cast.karen).get(f"/klippekort/{card}/forklaring").get_data(as_text=True)
    assert "taget tilbage" in page
    assert "fortalt bagefter" in page


def test_in_the_counts_it_was_not_given(cast: Cast):
    card = card_of(cast, paused())
    reckon(after(2))
    tell(cast, after(1), after(1, 6), after(2, 1))
    with acting_for(HOME):
        found = counts.minutes([date(2026, 11, 1), date(2026, 12, 1)])
    assert [(one.measure, one.month, one.amount) for one in found] == [
        ("minutes.given", date(2026, 11, 1), 30),
        ("minutes.given", date(2026, 12, 1), 30),
    ]
    assert free(card) == 60


CAPS = (AtCap.REFUSE, AtCap.OLDEST_LAPSE)


@pytest.mark.parametrize("seed", range(12))
def test_random_lives_with_late_news_always_prove(cast: Cast, seed: int):
    life = _Life(cast, Chance(seed))
    for _ in range(30):
        life.go_on()
        assert proved(life.card) == []
        assert free(life.card) >= 0


class _Life:
    """A card whose days pass, with trips, and with stays that are told and corrected late."""

    def __init__(self, cast: Cast, chance: Chance) -> None:
        self.cast, self.chance, self.day = cast, chance, TODAY
        self.told: dict[UUID, date] = {}
        rules = paused(
            replace(NOTHING_COMES, extends_expiry=chance.coin()),
            saving=Saving({"most": Cap(minutes=90, at_cap=chance.choice(CAPS))}),
            expiry=Expiry(rolling=(Span(chance.between(2, 6), Unit.WEEKS),)),
        )
        self.card = card_of(cast, rules)

    def go_on(self) -> None:
        chance = self.chance
        self.day += timedelta(days=chance.between(0, 5))
        what = chance.choice((reckon, self._go_out, self._tell, self._tell, self._correct))
        with suppress(OverlapsAnother, InsufficientMinutes):
            what(self.day)

    def _tell(self, day: date) -> None:
        first = day - timedelta(days=self.chance.between(-3, 25))
        last = self.chance.perhaps(0, 20)
        until = None if last is None else first + timedelta(days=last)
        self.told[tell(self.cast, first, until, day)] = first

    def _correct(self, day: date) -> None:
        for absence, first in sorted(self.told.items())[:1]:
            ends(self.cast, absence, first + timedelta(days=self.chance.between(0, 20)), day)

    def _go_out(self, day: date) -> None:
        go_out(self.cast, self.card, self.chance.between(1, 60), day)


def go_out(cast: Cast, card: UUID, minutes: int, on: date) -> None:
    """Book so many minutes and spend them the same day."""
    trip, now = uuid4(), MONDAY + (on - TODAY)
    with acting_for(HOME):
        execute(hold_minutes, cast.bo, card, trip, minutes, on=on, today=on, now=now)
        execute(
            charge_minutes, cast.bo, card, trip, minutes, on=on, reason="trip", today=on, now=now
        )
