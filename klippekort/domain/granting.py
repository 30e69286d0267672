"""Whether somebody may have a card: the way it comes, the reason for it, and what is assessed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from klippekort.domain.eligibility import Clause, Facts, clauses, facts_in, holds, missing
from klippekort.domain.schemes import OPEN, NoLongerMet, Terms, needed_for_grant

ORIGINS, ELIGIBILITY = "grants.origins", "grants.eligibility"
APPROVAL = "grants.needs_approval"
NO_LONGER_MET, NOT_MET = "grants.when_no_longer_met", "eligibility"


class Why(StrEnum):
    """Why somebody may not have a card in this way."""

    ORIGIN = "origin"
    NOT_A_GROUP = "not_a_group"
    GROUP_OVER = "group_over"
    FACTS = "facts"


@dataclass(frozen=True)
class GrantWish:
    """A card for somebody from a day on: how it comes (`origin`, an own word; empty where nobody
    says), the reason for it (a target group's name, or any other word), and what is assessed.
    """

    on: date
    reason: str = ""
    origin: str = ""
    facts: Facts = field(default_factory=dict)


def refusal(terms: Terms, wish: GrantWish, *, must_be_known: bool = False) -> Why | None:
    """Return why the terms give no card, or None. What is assessed must meet the rules; where
    nothing is, they refuse only where it `must_be_known`.
    """
    grants, group = terms.grants, terms.target_groups.get(wish.reason)
    if grants.origins not in ((), OPEN) and wish.origin and wish.origin not in grants.origins:
        return Why.ORIGIN
    if group is None and grants.only_target_groups:
        return Why.NOT_A_GROUP
    if group is not None and group.until is not None and group.until < wish.on:
        return Why.GROUP_OVER
    is_judged = bool(wish.facts) or must_be_known
    if is_judged and any(holds(rule, wish.facts) is not True for rule in _rules(terms, wish)):
        return Why.FACTS
    return None


def conditions(terms: Terms, wish: GrantWish) -> list[Clause]:
    """Return every condition for the card with what is assessed of it: the explanation."""
    return [one for rule in _rules(terms, wish) for one in clauses(rule, wish.facts)]


def lacking(terms: Terms, wish: GrantWish) -> list[Clause]:
    """Return the conditions for which there is no card: not met, or not assessed."""
    return [one for rule in _rules(terms, wish) for one in missing(rule, wish.facts)]


def left_open(terms: Terms, wish: GrantWish, *, must_be_known: bool = False) -> list[str]:
    """Return the undecided rules that a person must answer before the card can be given. Who may
    have one is asked where something is assessed, or `must_be_known`.
    """
    grants, asked = terms.grants, needed_for_grant(terms)
    if grants.origins == OPEN and wish.origin:
        asked.append(ORIGINS)
    if grants.eligibility == OPEN and (wish.facts or must_be_known):
        asked.append(ELIGIBILITY)
    if grants.needs_approval == OPEN:
        asked.append(APPROVAL)
    return asked


def asked_facts(terms: Terms) -> dict[str, tuple[str, ...]]:
    """Return what must be assessed to judge whether somebody may have a card, and the words each
    fact is compared with (see `eligibility.facts_in`).
    """
    groups = terms.target_groups.values()
    return _words_of([terms.grants.eligibility, *(one.eligibility for one in groups)])


def judging_facts(terms: Terms) -> dict[str, tuple[str, ...]]:
    """Return the same for everything the terms judge by facts, trips too."""
    trips = [terms.activities.needs, *terms.activities.needs_for.values()]
    return _merged([asked_facts(terms), _words_of(trips)])


def no_longer_for(terms: Terms, facts: Facts, reasons: Iterable[str] = ()) -> str | None:
    """Return what a person must see to on a card that runs for these reasons, by what is known
    now: `eligibility` where the terms want it looked at or refuse trips, the open rule where they
    do not say; None while nothing is known against it.
    """
    groups = [terms.target_groups[name] for name in reasons if name in terms.target_groups]
    rules = [terms.grants.eligibility, *(group.eligibility for group in groups)]
    if all(holds(rule, facts) is not False for rule in rules):
        return None
    is_open = terms.grants.when_no_longer_met is NoLongerMet.UNDECIDED
    return NO_LONGER_MET if is_open else NOT_MET


def judges_trips(terms: Terms) -> bool:
    """Say whether what is assessed of a citizen can decide about a trip."""
    grants, said = terms.grants, terms.activities
    is_looked_at_alone = grants.when_no_longer_met is NoLongerMet.REVIEW
    by_card = grants.eligibility not in ("", OPEN) and not is_looked_at_alone
    return bool(by_card or said.needs or said.needs_for)


def _words_of(rules: Iterable[str]) -> dict[str, tuple[str, ...]]:
    return _merged(facts_in(rule) for rule in rules)


def _merged(parts: Iterable[Mapping[str, tuple[str, ...]]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for part in parts:
        for fact, words in part.items():
            found[fact] = tuple(dict.fromkeys((*found.get(fact, ()), *words)))
    return found


def _rules(terms: Terms, wish: GrantWish) -> list[str]:
    group = terms.target_groups.get(wish.reason)
    return [terms.grants.eligibility] + ([group.eligibility] if group is not None else [])
