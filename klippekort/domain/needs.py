"""What a trip requires of the person it is for, and what is known of that."""

from dataclasses import dataclass

from klippekort.domain.eligibility import Clause, Facts, facts_in, holds, missing
from klippekort.domain.schemes import OPEN, Terms


@dataclass(frozen=True)
class Need:
    """A rule over facts that a trip requires and the citizen is not known to meet: `known` is what
    is assessed of the facts it asks about, `is_unmet` says that they do not meet it. `refuses_by`
    names the rule by which the trip is then refused.
    """

    refuses_by: str
    rule: str
    known: Facts
    is_unmet: bool

    @property
    def lacking(self) -> list[Clause]:
        """Return the conditions by which it is not met, or not known to be."""
        return missing(self.rule, self.known)


def needs_of(terms: Terms, activity: str, facts: Facts) -> tuple[Need, ...]:
    """Return what a trip to such an activity requires beside what is known to be met. A kind that
    is forbidden to all requires nothing of anybody.
    """
    said = terms.activities
    by_kind = said.needs_for.get(activity, "") if activity not in said.forbidden else ""
    return tuple(
        Need(refuses_by, rule, _known(rule, facts), is_met is False)
        for refuses_by, rule in (("eligibility", said.needs), ("activity", by_kind))
        if rule not in ("", OPEN) and (is_met := holds(rule, facts)) is not True
    )


def unmet(needs: tuple[Need, ...], refused_by: str | None) -> Need | None:
    """Return the need for which a trip is refused by a rule, or None where it is for another reason
    or not refused.
    """
    return next((one for one in needs if one.is_unmet and one.refuses_by == refused_by), None)


def _known(rule: str, facts: Facts) -> Facts:
    return {fact: facts[fact] for fact in facts_in(rule) if fact in facts}
