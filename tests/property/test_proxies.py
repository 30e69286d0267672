"""A proxy never allows more than was given: no other day, no other purpose, whatever happened."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from klippekort.domain.errors import DomainError
from klippekort.domain.proxies import (
    EndsBeforeItBegins,
    Evidence,
    ForNothing,
    Giver,
    IsStopped,
    Line,
    NeedsLastDay,
    NeedsSeeing,
    NeedsWitness,
    NotHersToWithdraw,
    NothingToWithdraw,
    OverAlready,
    Proxy,
    Purpose,
    Step,
    allowed,
    check_giving,
    check_withdrawing,
    standing,
)

TODAY = date(2026, 11, 23)
A_WEEK = timedelta(days=7)
days = some.dates(TODAY - timedelta(days=30), TODAY + timedelta(days=30))
proxies = some.builds(
    Proxy,
    some.frozensets(some.sampled_from(Purpose)),
    days,
    some.none() | days,
    some.sampled_from(Evidence),
)
lines = some.builds(lambda proxy: Line(Step.GIVEN, proxy), proxies) | some.sampled_from(
    [Line(Step.WITHDRAWN), Line(Step.STOPPED), Line(Step.RESTARTED)]
)
histories = some.lists(lines, max_size=8)


def a_proxy(*purposes: Purpose, evidence: Evidence = Evidence.PAPER) -> Proxy:
    return Proxy(frozenset(purposes), TODAY, TODAY + A_WEEK, evidence)


def give(proxy: Proxy, history: list[Line] | None = None, **facts: object) -> None:
    said = {"today": TODAY, "has_witness": False, "giver": Giver.STAFF, **facts}
    check_giving(proxy, history or [], **said)  # type: ignore[arg-type]


@given(histories, days)
def test_nothing_is_allowed_outside_the_days_and_purposes_of_what_was_given_last(
    history: list[Line], on: date
):
    given_last = [line.proxy for line in history if line.proxy is not None][-1:]
    may = allowed(history, on)
    assert not may or (given_last[0].holds(on) and may == given_last[0].purposes)


@given(histories, days)
def test_withdrawn_or_stopped_it_allows_nothing_whatever_the_day(history: list[Line], on: date):
    assert not allowed([*history, Line(Step.WITHDRAWN)], on)
    assert not allowed([*history, Line(Step.STOPPED)], on)


@given(histories, days)
def test_a_mistake_undone_gives_back_exactly_what_was_stopped(history: list[Line], on: date):
    before = standing(history)
    if before.is_stopped:
        return
    after = [*history, Line(Step.STOPPED), Line(Step.RESTARTED)]
    assert allowed(after, on) == before.allows(on)
    withdrawn = [*history, Line(Step.STOPPED), Line(Step.WITHDRAWN), Line(Step.RESTARTED)]
    assert not allowed(withdrawn, on)


@given(days)
def test_a_proxy_to_see_never_books(on: date):
    history = [Line(Step.GIVEN, a_proxy(Purpose.SEE))]
    assert allowed(history, on) <= {Purpose.SEE}


@given(proxies, histories, some.sampled_from(Giver), some.booleans())
def test_whatever_may_be_given_is_dated_and_for_something(
    proxy: Proxy, history: list[Line], giver: Giver, has_witness: bool
):
    try:
        give(proxy, history, giver=giver, has_witness=has_witness)
    except DomainError:
        return
    assert proxy.purposes
    assert proxy.until_on is not None or proxy.evidence is Evidence.GUARDIAN
    assert not standing(history).is_stopped
    assert Purpose.SEE in proxy.purposes or not proxy.purposes & {Purpose.BOOK, Purpose.CANCEL}


@pytest.mark.parametrize(
    ("proxy", "refusal"),
    [
        (a_proxy(), ForNothing),
        (a_proxy(Purpose.BOOK), NeedsSeeing),
        (Proxy(frozenset({Purpose.SEE}), TODAY, None, Evidence.DIGITAL), NeedsLastDay),
        (
            Proxy(frozenset({Purpose.SEE}), TODAY, TODAY - A_WEEK, Evidence.PAPER),
            EndsBeforeItBegins,
        ),
        (
            Proxy(frozenset({Purpose.SEE}), TODAY - 2 * A_WEEK, TODAY - A_WEEK, Evidence.PAPER),
            OverAlready,
        ),
        (a_proxy(Purpose.SEE, evidence=Evidence.SPOKEN), NeedsWitness),
    ],
)
def test_what_is_not_sound_is_not_given(proxy: Proxy, refusal: type[DomainError]):
    with pytest.raises(refusal):
        give(proxy)


def test_a_guardian_goes_on_until_further_notice():
    proxy = Proxy(frozenset({Purpose.SEE, Purpose.BOOK}), TODAY, None, Evidence.GUARDIAN)
    give(proxy)
    history = [Line(Step.GIVEN, proxy)]
    assert allowed(history, TODAY + timedelta(days=9999)) == {Purpose.SEE, Purpose.BOOK}


def test_a_citizen_neither_ends_nor_changes_what_a_guardian_has():
    history = [Line(Step.GIVEN, a_proxy(Purpose.SEE, evidence=Evidence.GUARDIAN))]
    with pytest.raises(NotHersToWithdraw):
        check_withdrawing(history, giver=Giver.CITIZEN, today=TODAY)
    with pytest.raises(NotHersToWithdraw):
        give(a_proxy(Purpose.SEE), history, giver=Giver.CITIZEN)
    check_withdrawing(history, giver=Giver.STAFF, today=TODAY)
    check_withdrawing(history, giver=Giver.CITIZEN, today=TODAY + 2 * A_WEEK)


def test_nothing_is_withdrawn_twice():
    history = [Line(Step.GIVEN, a_proxy(Purpose.SEE)), Line(Step.WITHDRAWN)]
    with pytest.raises(NothingToWithdraw):
        check_withdrawing(history, giver=Giver.CITIZEN, today=TODAY)


def test_nothing_is_given_for_whoever_has_left():
    with pytest.raises(IsStopped):
        give(a_proxy(Purpose.SEE), [Line(Step.STOPPED)])
