"""News of a stay that comes late ends where it would have in time, and takes nobody too much."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from klippekort.domain.ledger import EntryKind
from klippekort.domain.plans import AbsenceSpan
from klippekort.domain.schemes import (
    Allowance,
    AtCap,
    Cap,
    CountedFrom,
    Expiry,
    FirstPeriod,
    PartialPeriod,
    Pause,
    Pauses,
    Period,
    Saving,
    Span,
    Terms,
    Unit,
)
from tests.unit.test_late_absences import MONDAY, WEEKLY, Card

PERIODS = [
    (Period.WEEK, CountedFrom.ISO_WEEK),
    (Period.WEEK, CountedFrom.GRANT_DAY),
    (Period.MONTH, CountedFrom.CALENDAR),
]


@st.composite
def terms(draw: st.DrawFn, *, lives: bool = False) -> Terms:
    minutes = draw(st.sampled_from([15, 30, 45, 60]))
    at_cap = draw(st.sampled_from([AtCap.REFUSE, AtCap.OLDEST_LAPSE]))
    most = None if lives else draw(st.none() | st.integers(1, 6))
    period, counted_from = draw(st.sampled_from(PERIODS))
    rolling = (Span(draw(st.integers(1, 8)), Unit.WEEKS),) if lives else ()
    return replace(
        WEEKLY,
        allowance=Allowance(
            minutes,
            period=period,
            counted_from=counted_from,
            first=draw(st.sampled_from([FirstPeriod.GRANT_PERIOD, FirstPeriod.NEXT_PERIOD])),
        ),
        saving=Saving({"most": Cap(minutes=most * minutes, at_cap=at_cap)} if most else {}),
        expiry=Expiry(rolling=rolling),
        pauses=Pauses(
            hospital=Pause(
                accrues=draw(st.booleans()),
                usable=False,
                extends_expiry=draw(st.booleans()),
                from_day=draw(st.integers(1, 4)),
            ),
            partial_period=draw(
                st.sampled_from(
                    [PartialPeriod.ANY_DAY, PartialPeriod.WHOLE_PERIOD, PartialPeriod.PRORATED]
                )
            ),
        ),
    )


def _of_time(card: Card) -> list[tuple[date, date | None, int]]:
    return sorted(
        (lot.credited_on, lot.expires_on or date.max, lot.free)
        for lot in card.state.lots
        if lot.free
    )


@st.composite
def stays(draw: st.DrawFn) -> AbsenceSpan:
    first = MONDAY + timedelta(days=draw(st.integers(0, 60)))
    return AbsenceSpan("hospital", first, first + timedelta(days=draw(st.integers(0, 40))))


@given(terms() | terms(lives=True), stays(), st.integers(0, 60))
@settings(max_examples=400, deadline=None)
def test_without_trips_late_news_ends_where_it_would_have_in_time(
    rules: Terms, stay: AbsenceSpan, later: int
) -> None:
    assert stay.until_on is not None
    today = stay.until_on + timedelta(days=later)
    late, in_time = Card(rules), Card(rules, (stay,))
    late.learn(today, stay)
    in_time.live(today)
    assert _of_time(late) == _of_time(in_time)


@given(terms(), stays(), st.integers(0, 40), st.integers(0, 20))
@settings(max_examples=200, deadline=None)
def test_a_stay_that_was_shorter_leaves_what_the_shorter_would_have(
    rules: Terms, stay: AbsenceSpan, fewer: int, later: int
) -> None:
    assert stay.until_on is not None
    rules = replace(rules, saving=Saving())
    today = stay.until_on + timedelta(days=later)
    shorter = replace(stay, until_on=max(stay.from_on, stay.until_on - timedelta(days=fewer)))
    corrected, in_time = Card(rules), Card(rules, (shorter,))
    corrected.learn(today, stay)
    corrected.learn(today, shorter, stay)
    in_time.live(today)
    assert corrected.state.free() == in_time.state.free()


trips = st.lists(st.tuples(st.integers(0, 70), st.integers(1, 90)), max_size=6)


@given(terms(), stays(), st.integers(0, 30), trips)
@settings(max_examples=200, deadline=None)
def test_what_is_taken_and_waived_is_what_came_too_much(
    rules: Terms, stay: AbsenceSpan, later: int, made: list[tuple[int, int]]
) -> None:
    assert stay.until_on is not None
    today, rules = stay.until_on + timedelta(days=later), replace(rules, saving=Saving())
    late, in_time = Card(rules), Card(rules, (stay,))
    for after, minutes in sorted(made):
        on = MONDAY + timedelta(days=after)
        if on <= today:
            late.live(on)
            if minutes <= late.state.available(on):
                late.spend(minutes, on)
    late.live(today)
    before = late.state.free()
    learned = late.learn(today, stay)
    in_time.live(today)
    used = sum(lot.used for lot in late.state.lots)
    waived = sum(e.minutes for e, _ in learned.steps if e.kind is EntryKind.WAIVE)
    assert late.state.free() <= before
    assert late.state.free() - waived == in_time.state.free() - used
