"""Who may have a card: the way it comes, the reason, what is assessed, and what is left open."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from klippekort.domain.eligibility import facts_in
from klippekort.domain.granting import (
    GrantWish,
    Why,
    asked_facts,
    lacking,
    left_open,
    refusal,
)
from klippekort.domain.schemes import OPEN, Terms
from klippekort.domain.schemes.terms import Grants, TargetGroup
from tests.builders import DECIDED

DAY = date(2026, 11, 23)


def _terms(groups: dict[str, TargetGroup] | None = None, **grants: Any) -> Terms:
    said = replace(DECIDED.grants, **grants)
    return replace(DECIDED, grants=said, target_groups=groups or {})


def test_terms_that_say_nothing_refuse_nobody() -> None:
    terms = replace(DECIDED, grants=Grants())
    assert refusal(terms, GrantWish(DAY), must_be_known=True) is None


@pytest.mark.parametrize(
    ("origin", "expected"), [("assessment", None), ("application", Why.ORIGIN), ("", None)]
)
def test_a_card_comes_only_in_the_ways_the_scheme_knows(origin: str, expected: Why | None) -> None:
    terms = _terms(origins=("assessment", "automatic"))
    assert refusal(terms, GrantWish(DAY, origin=origin)) is expected


def test_a_reason_outside_the_groups_is_refused_where_only_they_count() -> None:
    terms = _terms({"weakest": TargetGroup()}, only_target_groups=True)
    assert refusal(terms, GrantWish(DAY, "other")) is Why.NOT_A_GROUP
    assert refusal(terms, GrantWish(DAY, "weakest")) is None


@pytest.mark.parametrize(("after", "expected"), [(0, None), (1, Why.GROUP_OVER)])
def test_a_group_is_a_reason_through_its_last_day(after: int, expected: Why | None) -> None:
    terms = _terms({"effort": TargetGroup(until=DAY)})
    assert refusal(terms, GrantWish(DAY + timedelta(days=after), "effort")) is expected


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"hours": "8", "lives_alone": "ja"}, None),
        ({"hours": "7,5", "lives_alone": "yes"}, Why.FACTS),
        ({"hours": "9"}, Why.FACTS),
        ({}, Why.FACTS),
    ],
)
def test_what_is_assessed_must_meet_the_rule(facts: dict[str, str], expected: Why | None) -> None:
    terms = _terms(eligibility="hours >= 8 and lives_alone")
    assert refusal(terms, GrantWish(DAY, facts=facts), must_be_known=True) is expected


def test_where_nothing_is_assessed_nobody_is_judged() -> None:
    terms = _terms(eligibility="lives_alone")
    assert refusal(terms, GrantWish(DAY)) is None


def test_a_group_asks_for_its_own_rule_too() -> None:
    terms = _terms({"weakest": TargetGroup(eligibility="level == 4")}, eligibility="lives_alone")
    facts = {"lives_alone": "yes", "level": "3"}
    assert refusal(terms, GrantWish(DAY, "weakest", facts=facts)) is Why.FACTS
    assert refusal(terms, GrantWish(DAY, "other", facts=facts)) is None
    assert [one.condition for one in lacking(terms, GrantWish(DAY, "weakest", facts=facts))] == [
        "level == 4"
    ]


def test_what_is_left_open_is_asked() -> None:
    terms = _terms(origins=OPEN, needs_approval=OPEN, eligibility=OPEN)
    wish = GrantWish(DAY, origin="application")
    assert left_open(terms, wish, must_be_known=True) == [
        "grants.origins",
        "grants.eligibility",
        "grants.needs_approval",
    ]
    assert left_open(terms, GrantWish(DAY)) == ["grants.needs_approval"]


def test_the_facts_of_all_rules_are_asked_with_the_words_they_know() -> None:
    groups = {"weakest": TargetGroup(eligibility="level == 4 or network in (none, limited)")}
    terms = _terms(groups, eligibility="not mobile and level >= 3")
    assert asked_facts(terms) == {
        "mobile": (),
        "level": ("3", "4"),
        "network": ("none", "limited"),
    }


def test_a_fact_compared_with_yes_is_yes_or_no() -> None:
    assert facts_in("lives_alone == yes or has_relatives != true") == {
        "lives_alone": (),
        "has_relatives": (),
    }
