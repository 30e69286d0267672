"""What the preview of a change tells is what then happens, day by day."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from klippekort.domain.accrual import advance
from klippekort.domain.changes import WEEKS, compare, with_terms
from klippekort.domain.ledger import CardState, EntryKind
from klippekort.domain.plans import AbsenceSpan, GrantSpan, Plan
from klippekort.domain.schemes import (
    Allowance,
    AtCap,
    Cap,
    Change,
    CountedFrom,
    Expiry,
    FirstPeriod,
    OnChange,
    Pause,
    Pauses,
    Period,
    Saving,
    Span,
    Terms,
    TermsFrom,
    Unit,
)
from klippekort.domain.waiting import settle

BEGAN, TODAY = date(2026, 6, 3), date(2026, 11, 22)

allowances = st.builds(
    Allowance,
    minutes=st.sampled_from([15, 30, 45, 60]),
    period=st.sampled_from([Period.WEEK, Period.MONTH]),
    every=st.integers(1, 3),
    counted_from=st.sampled_from([CountedFrom.GRANT_DAY, CountedFrom.CALENDAR]),
    first=st.sampled_from([FirstPeriod.GRANT_PERIOD, FirstPeriod.NEXT_PERIOD]),
)
caps = st.builds(Cap, minutes=st.integers(60, 400), at_cap=st.sampled_from([*AtCap]))
pauses = st.builds(Pause, accrues=st.booleans(), extends_expiry=st.booleans())
terms = st.builds(
    Terms,
    minutes_per_punch=st.sampled_from([15, 30]),
    allowance=allowances,
    saving=st.builds(Saving, caps=st.dictionaries(st.sampled_from("ab"), caps, max_size=2)),
    expiry=st.builds(
        Expiry,
        rolling=st.lists(st.builds(Span, st.integers(1, 20), st.just(Unit.WEEKS)), max_size=2).map(
            tuple
        ),
        year_end=st.booleans(),
    ),
    pauses=st.builds(Pauses, hospital=st.none() | pauses),
    change=st.builds(Change, st.sampled_from([*OnChange])),
)


@given(
    old=terms,
    new=terms,
    ahead=st.integers(1, 40),
    away=st.none() | st.tuples(st.integers(-60, 60), st.integers(1, 30)),
)
@settings(max_examples=60, deadline=None)
def test_the_preview_is_what_happens_day_by_day(
    old: Terms, new: Terms, ahead: int, away: tuple[int, int] | None
) -> None:
    absences: tuple[AbsenceSpan, ...] = ()
    if away is not None:
        first = TODAY + timedelta(days=away[0])
        absences = (AbsenceSpan("hospital", first, first + timedelta(days=away[1])),)
    plan = Plan((TermsFrom(date(2026, 1, 1), old),), (GrantSpan(BEGAN),), absences)
    until_now = advance(CardState(), plan, TODAY)
    card, waiting = until_now.state, {one.subject: one for one in until_now.questions}
    from_on = TODAY + timedelta(days=ahead)
    told = compare(card, plan, new, from_on, waiting=list(waiting.values())).new

    decided, lost, on_first = with_terms(plan, new, from_on), Counter[str](), 0
    for number in range(1, ahead + 7 * WEEKS + 1):
        day = TODAY + timedelta(days=number)
        step = advance(card, decided, day)
        entries = list(step.entries)
        card, waiting = step.state, {one.subject: one for one in step.questions} | waiting
        for question, result in settle(card, decided, list(waiting.values()), day):
            del waiting[question.subject]
            waiting = {one.subject: one for one in result.questions} | waiting
            card = result.state
            entries += result.entries
        if day >= from_on:
            for entry in entries:
                if entry.kind in (EntryKind.EXPIRE, EntryKind.FORFEIT):
                    lost[entry.reason] += entry.minutes
        if day == from_on:
            on_first = card.available(day)

    assert told.first == on_first
    assert told.last == card.available(from_on + timedelta(weeks=WEEKS))
    assert Counter(told.lost_first) + Counter(told.lost_later) == lost
    assert told.waiting == sum(question.minutes for question in waiting.values())


@given(old=terms, ahead=st.integers(1, 40))
@settings(max_examples=20, deadline=None)
def test_saying_the_same_again_is_not_felt(old: Terms, ahead: int) -> None:
    same = replace(old, change=Change())
    plan = Plan((TermsFrom(date(2026, 1, 1), same),), (GrantSpan(BEGAN),))
    card = advance(CardState(), plan, TODAY).state
    assert not compare(card, plan, same, TODAY + timedelta(days=ahead)).is_felt
