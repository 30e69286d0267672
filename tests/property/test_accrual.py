"""Cards over time: reckoning daily and reckoning once must never differ."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from klippekort.domain import accrual, ledger, promises
from klippekort.domain.accrual import AbsenceSpan, GrantSpan, Plan
from klippekort.domain.calendar import ONE_DAY
from klippekort.domain.errors import InsufficientMinutes
from klippekort.domain.ledger import CardState, EntryKind
from klippekort.domain.schemes import (
    Allowance,
    AtCap,
    Cap,
    CountedFrom,
    Expiry,
    FirstPeriod,
    Pause,
    Pauses,
    Saving,
    Span,
    Terms,
    TermsFrom,
    Unit,
)

days = st.dates(date(2025, 11, 1), date(2027, 3, 1))


optional = st.one_of(st.none(), st.integers(1, 10))


@st.composite
def terms(draw: st.DrawFn) -> Terms:
    minutes = draw(st.sampled_from([15, 30, 45, 60]))
    at_cap = draw(st.sampled_from([AtCap.REFUSE, AtCap.OLDEST_LAPSE]))
    most, weeks = draw(optional), draw(optional)
    caps = {"most": Cap(minutes=most * minutes, at_cap=at_cap)} if most else {}
    caps |= {"weeks": Cap(periods=weeks, at_cap=at_cap)} if weeks else {}
    lives = draw(optional)
    return Terms(
        minutes_per_punch=minutes,
        allowance=Allowance(
            minutes=minutes,
            every=draw(st.integers(1, 2)),
            counted_from=draw(st.sampled_from([CountedFrom.ISO_WEEK, CountedFrom.GRANT_DAY])),
            first=draw(st.sampled_from([FirstPeriod.GRANT_PERIOD, FirstPeriod.NEXT_PERIOD])),
        ),
        saving=Saving(caps),
        expiry=Expiry(
            rolling=(Span(lives, Unit.WEEKS),) if lives else (), year_end=draw(st.booleans())
        ),
        pauses=Pauses(hospital=Pause(accrues=False, usable=False, extends_expiry=False)),
    )


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    start = draw(days)
    second = start + timedelta(days=draw(st.integers(1, 120)))
    absent = start + timedelta(days=draw(st.integers(0, 90)))
    versions = (TermsFrom(start, draw(terms())), TermsFrom(second, draw(terms())))
    length = timedelta(days=draw(st.integers(0, 40)))
    return Plan(versions, (GrantSpan(start),), (AbsenceSpan("hospital", absent, absent + length),))


@given(plans(), st.integers(0, 200), st.data())
@settings(max_examples=150, deadline=None)
def test_daily_and_late_reckoning_give_the_same_lots(
    plan: Plan, length: int, data: st.DataObject
) -> None:
    first = plan.grants[0].from_on
    through = first + timedelta(days=length)
    at_once = accrual.advance(CardState(), plan, through)
    state, day = CardState(), first
    entries: tuple[ledger.Entry, ...] = ()
    while day <= through:
        step = accrual.advance(state, plan, day)
        state, entries = step.state, entries + step.entries
        day += timedelta(days=data.draw(st.integers(1, 9)))
    last = accrual.advance(state, plan, through)
    assert (*entries, *last.entries) == at_once.entries
    assert last.state == at_once.state


@given(plans(), st.integers(0, 200))
@settings(max_examples=80, deadline=None)
def test_a_reckoned_day_is_never_reckoned_again(plan: Plan, length: int) -> None:
    through = plan.grants[0].from_on + timedelta(days=length)
    once = accrual.advance(CardState(), plan, through)
    assert accrual.advance(once.state, plan, through).entries == ()


@given(plans(), st.integers(0, 200))
@settings(max_examples=80, deadline=None)
def test_no_cap_is_ever_passed_and_no_dead_time_is_kept(plan: Plan, length: int) -> None:
    through = plan.grants[0].from_on + timedelta(days=length)
    state, day = CardState(), plan.grants[0].from_on
    while day <= through:
        step = accrual.advance(state, plan, day)
        state = step.state
        came = [entry for entry in step.entries if entry.kind is EntryKind.CREDIT]
        now = [version for version in plan.versions if version.from_on <= day][-1].terms
        most = now.saving.caps.get("most")
        if came and most is not None and now == plan.versions[0].terms:
            assert isinstance(most.minutes, int)
            assert state.saved() <= most.minutes
        assert all(lot.free == 0 or lot.is_usable(day) for lot in state.lots)
        day += ONE_DAY


@given(plans(), st.integers(0, 60), st.integers(0, 42), st.integers(1, 300))
@settings(max_examples=150, deadline=None)
def test_a_booked_trip_has_its_minutes_when_its_day_comes(
    plan: Plan, length: int, ahead: int, minutes: int
) -> None:
    today = plan.grants[0].from_on + timedelta(days=length)
    on, trip = today + timedelta(days=ahead), UUID(int=7)
    state = accrual.advance(CardState(), plan, today).state
    most = promises.affordable(state, plan, trip, on=on, today=today)
    if minutes > most:
        with pytest.raises(InsufficientMinutes) as refusal:
            promises.book(state, plan, trip, minutes, on=on, today=today)
        assert refusal.value.available == most
        return
    entries, after = promises.book(state, plan, trip, minutes, on=on, today=today)
    pledged = sum(pledge.minutes for pledge in after.pledges)
    assert sum(entry.minutes for entry in entries) + pledged == minutes
    later = accrual.advance(after, plan, on)
    assert not later.unmet
    assert sum(hold.minutes for hold in later.state.holds if hold.trip == trip) == minutes


@given(plans(), st.integers(0, 60), st.integers(1, 42), st.integers(1, 42))
@settings(max_examples=100, deadline=None)
def test_a_second_booking_never_breaks_the_first(
    plan: Plan, length: int, ahead: int, further: int
) -> None:
    today = plan.grants[0].from_on + timedelta(days=length)
    state = accrual.advance(CardState(), plan, today).state
    first, second = today + timedelta(days=ahead), today + timedelta(days=further)
    minutes = promises.affordable(state, plan, UUID(int=1), on=first, today=today)
    assume(minutes > 0)
    _, state = promises.book(state, plan, UUID(int=1), minutes, on=first, today=today)
    rest = promises.affordable(state, plan, UUID(int=2), on=second, today=today)
    if rest:
        _, state = promises.book(state, plan, UUID(int=2), rest, on=second, today=today)
    assert not accrual.advance(state, plan, max(first, second)).unmet


WEEKLY = Terms(
    allowance=Allowance(30, counted_from=CountedFrom.ISO_WEEK, first=FirstPeriod.GRANT_PERIOD)
)


def test_projection_changes_nothing_on_the_card() -> None:
    plan = Plan(
        (TermsFrom(date(2026, 1, 1), WEEKLY),),
        (GrantSpan(date(2026, 1, 1)),),
    )
    state = accrual.advance(CardState(), plan, date(2026, 1, 31)).state
    before = replace(state)
    assert accrual.projected(state, plan, date(2026, 3, 1)).saved() > state.saved()
    assert state == before
    assert ledger.replay([]) == CardState()
