"""Time that is still to come: promised once, brought once, and somebody is told when it is not."""

from datetime import date, time, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from klippekort.citizens.queries.citizens import get_citizen
from klippekort.citizens.services.absences import record_absence
from klippekort.domain import accrual, promises
from klippekort.domain.calendar import instant
from klippekort.domain.errors import InsufficientMinutes
from klippekort.domain.ledger import CardState
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.tenancy import acting_for
from klippekort.punchcards.models import CardTask, PunchLot
from klippekort.punchcards.queries.cards import get_card, lock_card, state_of
from klippekort.punchcards.services import proof
from klippekort.punchcards.services.bookings import hold_minutes, release_minutes
from klippekort.punchcards.services.cards import end_card, grant_card
from klippekort.punchcards.services.ledger import advance
from klippekort.trips.queries.offers import purse_of
from tests.builders import a_scheme
from tests.cast import HOME, Cast
from tests.property.diaries import plan_for
from tests.property.plain_card import DAY, PlainRules, as_terms

MONDAY = date(2026, 11, 16)
WEEK = timedelta(weeks=1)
FIRST, SECOND = UUID(int=1), UUID(int=2)


def _give(cast: Cast, scheme: UUID, first: date, today: date) -> UUID:
    now = instant(today, time(9))
    return UUID(execute(grant_card, cast.asta, cast.ellen, scheme, from_on=first, now=now))


def _end(cast: Cast, card: UUID, today: date) -> None:
    execute(end_card, cast.asta, card, reason="moved", now=instant(today, time(9)))


def _reckon(card: UUID, day: date) -> None:
    advance(lock_card(card), through=day, now=instant(day, time()))


def _lots(card: UUID) -> list[date]:
    found = select(PunchLot.credited_on).filter_by(card_id=card).order_by(PunchLot.credited_on)
    return list(db.session.scalars(found))


@pytest.mark.parametrize("days_between", [0, 1, 4])
def test_a_card_given_again_in_the_week_it_ended_brings_that_week_no_more(
    app: Flask, cast: Cast, days_between: int
) -> None:
    scheme = a_scheme(as_terms(PlainRules()))
    with acting_for(HOME):
        card = _give(cast, scheme, MONDAY, MONDAY)
        _end(cast, card, MONDAY)
        again = MONDAY + timedelta(days=days_between)
        assert _give(cast, scheme, again, again) == card
        execute(_reckon, card, MONDAY + WEEK)
        assert _lots(card) == [MONDAY, MONDAY + WEEK]
        assert proof.verify_card(card) == []


@pytest.mark.parametrize("is_worker_up", [True, False])
def test_a_week_that_gave_nothing_gives_its_time_to_a_card_given_again(
    app: Flask, cast: Cast, is_worker_up: bool
) -> None:
    """Whether the nights were reckoned one by one or all at once shows in nothing."""
    scheme, thursday = a_scheme(as_terms(PlainRules())), MONDAY + 3 * DAY
    nights = [MONDAY + n * DAY for n in range(4)] if is_worker_up else [thursday]
    with acting_for(HOME):
        now = instant(MONDAY - DAY, time(9))
        granted: dict[str, Any] = {"from_on": MONDAY, "until_on": MONDAY, "minutes": 0, "now": now}
        card = UUID(execute(grant_card, cast.asta, cast.ellen, scheme, **granted))
        _give(cast, scheme, thursday, MONDAY - DAY)
        for night in nights:
            execute(_reckon, card, night)
        assert _lots(card) == [thursday]


def test_a_week_that_has_given_its_time_is_not_counted_on_again(app: Flask, cast: Cast) -> None:
    """The card is given again from the Thursday of a week whose time has come, and is promised."""
    scheme = a_scheme(as_terms(PlainRules()))
    with acting_for(HOME):
        card = _give(cast, scheme, MONDAY, MONDAY)
        now = instant(MONDAY, time(9))
        when: dict[str, Any] = {"today": MONDAY, "now": now}
        execute(hold_minutes, cast.bo, card, FIRST, 30, on=MONDAY + WEEK, **when)
        _end(cast, card, MONDAY)
        _give(cast, scheme, MONDAY + 3 * DAY, MONDAY)
        with pytest.raises(InsufficientMinutes):
            execute(hold_minutes, cast.bo, card, SECOND, 1, on=MONDAY + 4 * DAY, **when)
        purse = purse_of(get_citizen(cast.ellen), now)
        assert purse is not None
        assert purse.affordable(MONDAY + 4 * DAY, MONDAY) == 0


def test_a_card_that_ended_before_it_began_brings_nothing(app: Flask, cast: Cast) -> None:
    scheme = a_scheme(as_terms(PlainRules()))
    later = MONDAY + 4 * WEEK
    with acting_for(HOME):
        card = _give(cast, scheme, MONDAY + WEEK, MONDAY)
        _end(cast, card, MONDAY)
        _give(cast, scheme, later, MONDAY + DAY)
        execute(_reckon, card, later)
        assert _lots(card) == [later]


def test_ending_a_card_tells_of_the_trip_it_can_no_longer_pay(app: Flask, cast: Cast) -> None:
    scheme = a_scheme(as_terms(PlainRules()))
    with acting_for(HOME):
        card = _give(cast, scheme, MONDAY, MONDAY)
        when: dict[str, Any] = {"on": MONDAY + WEEK, "today": MONDAY}
        now = instant(MONDAY, time(9))
        execute(hold_minutes, cast.bo, card, FIRST, 60, now=now, **when)
        _end(cast, card, MONDAY)
        told = db.session.scalars(select(CardTask.subject).filter_by(kind="review", rule="pledge"))
        assert list(told) == [str(FIRST)]


def test_what_comes_back_to_an_ended_card_is_lost_though_its_grant_was_over_before(
    app: Flask, cast: Cast
) -> None:
    """The grant's own last day let time be used up; moving away, later, let it lapse."""
    scheme = a_scheme(as_terms(PlainRules()))
    later = MONDAY + WEEK
    with acting_for(HOME):
        now = instant(MONDAY, time(9))
        granted: dict[str, Any] = {"from_on": MONDAY, "until_on": MONDAY + DAY, "now": now}
        card = UUID(execute(grant_card, cast.asta, cast.ellen, scheme, **granted))
        when: dict[str, Any] = {"on": later, "today": MONDAY, "now": now}
        execute(hold_minutes, cast.bo, card, FIRST, 20, **when)
        _end(cast, card, later)
        now = instant(later, time(10))
        execute(release_minutes, cast.bo, card, FIRST, today=later, now=now, reason="cancelled")
        assert state_of(get_card(card)).free() == 0


def test_a_new_trip_is_shown_what_those_booked_before_leave_of_its_day(
    app: Flask, cast: Cast
) -> None:
    """Also where one of them will not be kept in full: what comes is hers who booked first."""
    scheme, day = a_scheme(as_terms(PlainRules())), MONDAY + 2 * WEEK
    with acting_for(HOME):
        now = instant(MONDAY, time(9))
        card = _give(cast, scheme, MONDAY, MONDAY)
        when: dict[str, Any] = {"on": day, "today": MONDAY, "now": now}
        execute(hold_minutes, cast.bo, card, FIRST, 90, **when)
        away = (MONDAY + DAY, MONDAY + WEEK)
        execute(record_absence, cast.asta, cast.ellen, "hospital", *away, now)
        with pytest.raises(InsufficientMinutes):
            execute(hold_minutes, cast.bo, card, SECOND, 1, **when)
        purse = purse_of(get_citizen(cast.ellen), now)
        assert purse is not None
        assert purse.affordable(day, MONDAY) == 0
        assert not purse.can_pay(1, day, MONDAY)


def test_a_promise_that_broke_does_not_stand_in_the_way_of_the_next_trip() -> None:
    rules, today = PlainRules(), MONDAY + 2 * WEEK
    hoped, came = (
        plan_for(rules, MONDAY, away=away) for away in ([], [(MONDAY + WEEK, MONDAY + WEEK)])
    )
    state = accrual.advance(CardState(), hoped, MONDAY).state
    _, state = promises.book(state, hoped, FIRST, 60, on=MONDAY + WEEK + DAY, today=MONDAY)
    broke = accrual.advance(state, came, today)
    assert broke.unmet == (FIRST,)
    entries, _ = promises.book(broke.state, came, SECOND, 30, on=today + DAY, today=today)
    assert [entry.minutes for entry in entries] == [30]


def test_a_trip_today_is_not_booked_against_time_still_to_come() -> None:
    plan = plan_for(PlainRules(from_monday=False, at_once=False), MONDAY, away=())
    state = accrual.advance(CardState(), plan, MONDAY).state
    _, state = promises.book(state, plan, FIRST, 10, on=MONDAY + WEEK, today=MONDAY)
    with pytest.raises(InsufficientMinutes):
        promises.book(state, plan, SECOND, 10, on=MONDAY, today=MONDAY)
