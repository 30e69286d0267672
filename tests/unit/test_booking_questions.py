"""Every rule that a scheme leaves open for a trip is asked at once, and only those that matter."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from klippekort.domain.booking import Outcome, came_up, check, judge
from klippekort.domain.charging import Party
from klippekort.domain.errors import Undecided
from klippekort.domain.plans import SCHEME_PAUSE, AbsenceSpan, Plan
from klippekort.domain.schemes import (
    OPEN,
    Activities,
    Booking,
    Hours,
    Joint,
    JointTrips,
    Others,
    Pauses,
    TermsFrom,
    Visits,
    settled,
)
from klippekort.domain.wishes import FREE_HAND, TripWish
from tests.builders import DECIDED, MONDAY

CHRISTMAS = MONDAY + timedelta(days=32)
LISTED = Activities(allowed=("shopping",), others=Others.UNDECIDED)
ALL_OPEN = replace(
    DECIDED,
    activities=LISTED,
    hours=Hours(public_holidays=OPEN),
    visits=Visits(longest=OPEN, shortest=OPEN),
)
WISH = TripWish(CHRISTMAS, CHRISTMAS + timedelta(hours=2), 20, MONDAY, "cards")
ASKED = ("activities.others", "hours.public_holidays", "visits.longest", "visits.shortest")


def test_every_open_rule_of_a_wish_is_asked_at_once() -> None:
    verdict = judge(ALL_OPEN, WISH)
    assert (verdict.outcome, verdict.rule, verdict.asks) == (Outcome.ASK, ASKED[0], ASKED)


def test_whoever_is_asked_is_told_every_open_rule() -> None:
    with pytest.raises(Undecided) as question:
        check(ALL_OPEN, WISH)
    assert question.value.rules == ASKED


def test_both_ends_of_the_day_may_be_open() -> None:
    terms = replace(DECIDED, hours=Hours(starts_from=OPEN, ends_by=OPEN))
    assert judge(terms, WISH).asks == ("hours.starts_from", "hours.ends_by")


def test_what_is_open_of_the_cost_is_asked_beside_time_to_come() -> None:
    open_cost = replace(
        DECIDED,
        charging=replace(DECIDED.charging, second_helper=OPEN),
        joint_trips=JointTrips(charge=Joint.UNDECIDED, consent_needed=False),
        booking=Booking(against_future_time=OPEN),
    )
    poor = replace(FREE_HAND, has_now=lambda _minutes, _on: False)
    two_and_two = judge(open_cost, replace(WISH, party=Party(2, 2)), poor)
    assert two_and_two.asks == ("charging.second_helper", "joint_trips.charge")
    one = judge(open_cost, WISH, poor)
    assert one.asks == ("booking.against_future_time",)


def test_a_refusal_still_beats_every_question() -> None:
    terms = replace(ALL_OPEN, hours=Hours(public_holidays=False))
    verdict = judge(terms, WISH)
    assert (verdict.outcome, verdict.rule, verdict.asks) == (Outcome.REFUSED, "holiday", ())


def test_what_is_open_of_two_absences_is_asked_of_both() -> None:
    away = tuple(AbsenceSpan(kind, date(2026, 12, 1)) for kind in ("hospital", SCHEME_PAUSE))
    terms = replace(DECIDED, pauses=Pauses())
    plan = Plan((TermsFrom(date(2026, 1, 1), terms),), (), away)
    standing = replace(FREE_HAND, plan=plan, is_usable_after_end=True)
    rules = ("pauses.hospital.usable", "pauses.scheme.usable")
    assert judge(terms, WISH, standing).asks == rules
    allowed = settled(terms, dict.fromkeys(rules, "yes"))
    assert judge(allowed, WISH, standing).outcome is Outcome.ACCEPTED


def test_a_list_that_says_nothing_of_others_can_be_answered() -> None:
    terms = replace(DECIDED, activities=Activities(allowed=("shopping",)))
    assert judge(terms, WISH).asks == ("activities.others",)
    answered = settled(terms, {"activities.others": "allowed"})
    assert judge(answered, WISH).outcome is Outcome.ACCEPTED


def test_only_answers_that_were_needed_count() -> None:
    said = {
        "visits.longest": "none",
        "visits.shortest": "none",
        "activities.others": "allowed",
        "hours.public_holidays": "yes",
        "cancelling.no_show": "free",
        "charging.travel": "free",
        "no.such.rule": "yes",
    }
    used = came_up(ALL_OPEN, WISH, FREE_HAND, said)
    assert list(used.items()) == [(rule, said[rule]) for rule in ASKED]
    assert came_up(DECIDED, WISH, FREE_HAND, said) == {}


def test_an_answer_may_bring_up_another_question() -> None:
    terms = replace(
        DECIDED,
        charging=replace(DECIDED.charging, second_helper=OPEN),
        booking=Booking(against_future_time=OPEN),
    )
    wish = replace(WISH, party=Party(2, 1))
    standing = replace(FREE_HAND, has_now=lambda minutes, _on: minutes <= wish.minutes)
    assert judge(terms, wish, standing).asks == ("charging.second_helper",)
    first = {"charging.second_helper": "1.0"}
    assert judge(settled(terms, first), wish, standing).asks == ("booking.against_future_time",)
    both = first | {"booking.against_future_time": "yes"}
    assert came_up(terms, wish, standing, both) == both
