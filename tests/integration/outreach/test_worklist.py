"""The list finds whom nobody has thought of, tells why, and keeps away from those who said no."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event

from klippekort.citizens.queries import facts_of, get_citizen
from klippekort.citizens.services.batches import put_citizens
from klippekort.citizens.services.records import change_citizen
from klippekort.domain.calendar import local_day
from klippekort.domain.outreach.cases import Answer, Consent, InThePast, Source
from klippekort.domain.outreach.offers import Become
from klippekort.domain.outreach.rules import Chosen, Key
from klippekort.domain.trips import CancelReason, Cause
from klippekort.outreach import services
from klippekort.outreach.queries.asked import FollowUpsDue, NotHere
from klippekort.outreach.queries.coverage import asked_between, coverage
from klippekort.outreach.queries.facts import gather
from klippekort.outreach.queries.terms import get_terms
from klippekort.outreach.queries.worklist import Line, become, coming, in_turn, listed
from klippekort.platform import clock, events
from klippekort.platform.db import db
from klippekort.trips.services.cancelling import cancel_trip
from tests.builders import MONDAY, a_card, a_shift, a_trip, an_occurrence
from tests.cast import Cast, make_citizen
from tests.integration.outreach.arrange import here, noted, referred, run
from tests.integration.tablet import StandingClock

TODAY = date(2026, 11, 23)


def on_the_list() -> dict[UUID, Line]:
    """Return who stands on the list now."""

    def read() -> dict[UUID, Line]:
        now = clock.now()
        found = listed(gather(now), get_terms().rules, local_day(now))
        return {line.known.id: line for line in found}

    found: dict[UUID, Line] = here(read)
    return found


def reasons(citizen_id: UUID) -> set[Key]:
    """Return why somebody stands on the list, if they do."""
    line = on_the_list().get(citizen_id)
    return {reason.key for reason in line.reasons} if line else set()


def answered(cast: Cast, said: Answer, until_on: date | None = None) -> None:
    """Say what came of Ellen's line."""
    run(services.answer, cast.karen, cast.ellen, said, until_on=until_on, now=clock.now())


def test_whoever_was_never_asked_and_goes_nowhere_stands_on_the_list(cast: Cast):
    assert reasons(cast.ellen) == {Key.NEVER_ASKED, Key.NOTHING_ATTENDED}


def test_a_death_noticed_is_a_reason_of_its_own(cast: Cast):
    noted(cast.bo, cast.ellen, "spouse_died")
    assert {Key.SIGNS, Key.BEREAVED} <= reasons(cast.ellen)


def test_time_about_to_lapse_tells_what_it_could_become(cast: Cast):
    a_card(cast, cast.ellen, 360)
    an_occurrence(MONDAY + timedelta(days=3), minutes=40, title="Ellens café")
    line = on_the_list()[cast.ellen]
    assert {Key.LAPSING, Key.UNUSED} <= {reason.key for reason in line.reasons}
    found: Become | None = here(lambda: become(line, coming(MONDAY, 20)))
    assert found is not None
    assert (found.title, found.minutes, found.times) == ("Ellens café", 60, 1)


def test_two_trips_we_cancelled_are_a_reason(cast: Cast):
    a_card(cast, cast.ellen)
    for days in (1, 2):
        a_shift(cast.bo, TODAY + timedelta(days))
        game = an_occurrence(MONDAY + timedelta(days=days, hours=2))
        trip = a_trip(cast.bo, cast.ellen, game, cast.bo)
        run(
            cancel_trip,
            cast.karen,
            trip,
            cause=Cause.SUPPLIER,
            reason=CancelReason.HELPER_ILL,
            now=MONDAY,
        )
    assert Key.CANCELLED_BY_US in reasons(cast.ellen)


def test_whoever_is_about_to_go_out_is_not_still(cast: Cast):
    a_card(cast, cast.ellen)
    a_shift(cast.bo, TODAY + timedelta(1))
    a_trip(cast.bo, cast.ellen, an_occurrence(MONDAY + timedelta(days=1, hours=2)), cast.bo)
    assert not {Key.UNUSED, Key.NOTHING_ATTENDED} & reasons(cast.ellen)


def test_other_features_tell_whom_to_follow_up_and_who_is_here_no_more(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
):
    told: dict[type, Any] = {
        FollowUpsDue: [lambda _asked: [(cast.ellen, TODAY)]],
        NotHere: [lambda _asked: [cast.poul]],
    }
    monkeypatch.setattr(events, "_answers", {**events._answers, **told})
    found = on_the_list()
    assert Key.FOLLOW_UP in {reason.key for reason in found[cast.ellen].reasons}
    assert cast.poul not in found


def test_those_with_most_reasons_stand_first(cast: Cast):
    noted(cast.karen, cast.poul, "spouse_died")
    assert list(on_the_list()) == [cast.poul, cast.ellen]


def test_later_comes_back_on_its_day(cast: Cast, clock_stands: StandingClock):
    answered(cast, Answer.LATER, TODAY + timedelta(3))
    assert reasons(cast.ellen) == set()
    clock_stands.pass_(days=3)
    assert reasons(cast.ellen)


def test_later_is_not_in_the_past(cast: Cast):
    with pytest.raises(InThePast):
        answered(cast, Answer.LATER, TODAY - timedelta(1))


def test_a_no_is_respected_whatever_is_noticed(cast: Cast, clock_stands: StandingClock):
    answered(cast, Answer.NO, TODAY + timedelta(90))
    clock_stands.pass_(days=1)
    noted(cast.bo, cast.ellen, "sad")
    assert reasons(cast.ellen) == set()
    clock_stands.pass_(days=90)
    assert reasons(cast.ellen)


def test_a_no_is_over_when_she_asks_herself(cast: Cast, clock_stands: StandingClock):
    answered(cast, Answer.NO, TODAY + timedelta(90))
    clock_stands.pass_(days=1)
    referred(
        cast.karen, source=Source.SELF, consent=Consent.YES, citizen_id=cast.ellen, signs=("sad",)
    )
    assert Key.SIGNS in reasons(cast.ellen)


def test_a_yes_opens_a_case_that_whoever_asked_owns(cast: Cast):
    run(services.answer, cast.ida, cast.ellen, Answer.YES, now=MONDAY)
    known = here(gather, MONDAY)
    case = next(one.case for one in known if one.id == cast.ellen)
    assert case is not None
    assert case.owner_id == cast.ida.account_id


def test_rules_that_put_almost_everybody_on_the_list_ask_first(cast: Cast):
    rules = here(get_terms).rules
    with pytest.raises(services.AlmostEverybody) as refusal:
        run(services.set_rules, cast.karen, rules, now=MONDAY)
    assert (refusal.value.listed, refusal.value.everybody) == (2, 2)
    run(services.set_rules, cast.karen, rules, is_meant=True, now=MONDAY)


def test_a_rule_that_is_switched_off_finds_nobody(cast: Cast):
    rules = {**here(get_terms).rules}
    for key in (Key.NEVER_ASKED, Key.NOTHING_ATTENDED):
        rules[key] = replace(rules[key], is_on=False)
    run(services.set_rules, cast.karen, rules, now=MONDAY)
    assert on_the_list() == {}


def test_a_number_of_a_rule_decides(cast: Cast):
    rules = {**here(get_terms).rules, Key.SIGNS: Chosen(True, {"signs": 2})}
    run(services.set_rules, cast.karen, rules, is_meant=True, now=MONDAY)
    noted(cast.bo, cast.ellen, "sad")
    assert Key.SIGNS not in reasons(cast.ellen)
    noted(cast.bo, cast.ellen, "eats_alone")
    assert Key.SIGNS in reasons(cast.ellen)


def test_coverage_counts_who_was_asked_for_each_supplier_and_district(cast: Cast):
    answered(cast, Answer.YES)
    found = {one.district_id: one for one in here(coverage, TODAY, 12)}
    assert (found[cast.north].asked, found[cast.north].not_asked) == (1, 0)
    assert (found[cast.south].asked, found[cast.south].never) == (0, 1)


def test_a_year_later_she_was_asked_too_long_ago(cast: Cast):
    answered(cast, Answer.YES)
    (north,) = (
        one for one in here(coverage, date(2027, 11, 23), 12) if one.district_id == cast.north
    )
    assert (north.asked, north.longer_ago, north.never) == (0, 1, 0)


def test_counts_tell_what_was_said_last_in_a_period(cast: Cast, clock_stands: StandingClock):
    answered(cast, Answer.NO_ANSWER)
    clock_stands.pass_(days=2)
    answered(cast, Answer.YES)
    found = {one.district_id: one for one in here(asked_between, TODAY, TODAY + timedelta(7))}
    north = found[cast.north]
    assert (north.asked, north.yes, north.no, north.no_answer) == (1, 1, 0, 0)
    assert found[cast.south].never_asked == 1


@contextmanager
def statements() -> Iterator[list[str]]:
    """Gather what the database is asked."""
    said: list[str] = []

    def note(_c: Any, _cur: Any, statement: str, *_rest: Any) -> None:
        if statement.lstrip().upper().startswith(("SELECT", "WITH")):
            said.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def asked_for_list() -> int:
    """Return how often the database is asked for the list."""
    with statements() as said:
        on_the_list()
    return len(said)


def test_the_list_asks_the_same_however_many_there_are(cast: Cast):
    before = asked_for_list()

    def more() -> None:
        for number in range(60):
            make_citizen("Ruth", f"Ravn {number}", supplier=cast.supplier, district=cast.north)

    run(more)
    noted(cast.bo, cast.ellen)
    assert asked_for_list() == before <= 25


@pytest.mark.parametrize("how", ["on the page", "by a file from the care record"])
def test_whoever_has_moved_stands_on_the_list(cast: Cast, how: str):
    def moves(address: str | None) -> None:
        before = facts_of(get_citizen(cast.ellen))
        facts = replace(before, address=address or before.address)
        if how == "on the page":
            change_citizen(cast.asta, cast.ellen, facts, clock.now())
        else:
            put_citizens(cast.ada, [facts], clock.now())

    run(moves, None)
    assert Key.MOVED not in reasons(cast.ellen)
    run(moves, "Torvegade 9")
    assert Key.MOVED in reasons(cast.ellen)


def test_those_whose_reasons_weigh_the_same_stand_by_name_from_leaf_to_leaf(cast: Cast):
    def more() -> None:
        for name in ("Ågård", "Ærø", "Zeuthen", "Aaby"):
            make_citizen("Ruth", name, supplier=cast.supplier, district=cast.north)

    run(more)
    now = clock.now()
    lines = here(lambda: listed(gather(now), get_terms().rules, local_day(now)))
    whole = [line.known.name for line in in_turn(lines, 0, len(lines))]
    assert [name for name in whole if name.startswith("Ruth")] == [
        "Ruth Zeuthen",
        "Ruth Ærø",
        "Ruth Aaby",
        "Ruth Ågård",
    ]
    leaves = [in_turn(lines, first, 2) for first in range(0, len(lines), 2)]
    assert [line.known.name for leaf in leaves for line in leaf] == whole
