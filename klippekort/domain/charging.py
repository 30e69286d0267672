"""What a trip costs in minutes: made, broken off, cancelled, or made together with others."""

from datetime import datetime
from fractions import Fraction
from math import ceil, floor
from typing import NamedTuple

from klippekort.domain.errors import Undecided
from klippekort.domain.schemes import (
    UNDECIDED,
    Basis,
    Cancelled,
    Cancelling,
    Charge,
    Joint,
    Rounding,
    Span,
    Terms,
    Travel,
    choices_of,
)
from klippekort.domain.spans import latest_before


class Party(NamedTuple):
    """Who goes: so many helpers and citizens; a trip alone with one helper is the ordinary one."""

    helpers: int = 1
    citizens: int = 1


ALONE = Party()


def open_rules(terms: Terms, travel: int, party: Party = ALONE) -> list[str]:
    """Return the undecided rules on which the cost of such a trip depends."""
    is_open = travel and terms.charging.travel is Travel.UNDECIDED
    asked = ["charging.travel"] if is_open else []
    if party is ALONE:
        return asked
    if party.helpers > 1 and terms.charging.second_helper == UNDECIDED:
        asked.append("charging.second_helper")
    if party.citizens > 1 and terms.joint_trips.charge is Joint.UNDECIDED:
        asked.append("joint_trips.charge")
    return asked


def ask(rule: str) -> Undecided:
    """Return the question that an undecided rule is."""
    return Undecided(rule, choices_of(rule))


def cost(terms: Terms, minutes: int, travel: int, party: Party = ALONE) -> int:
    """Return what one citizen pays for a trip of `minutes`, `travel` of them on the way.

    Order: travel where it is free, each further helper, the share of a joint trip, the least a
    trip costs, and whole steps where they are begun. Raises Undecided.
    """
    if asked := open_rules(terms, travel, party):
        raise ask(asked[0])
    return _cost(terms, minutes, travel, party)


def least_cost(terms: Terms, minutes: int, travel: int, party: Party = ALONE) -> int:
    """Return the least such a trip can cost, whatever is decided about what is open."""
    is_open = open_rules(terms, travel, party)
    if "joint_trips.charge" in is_open:
        return 0
    if "charging.travel" in is_open:
        minutes, travel = max(0, minutes - travel), 0
    if "charging.second_helper" in is_open:
        party = Party(1, party.citizens)
    return _cost(terms, minutes, travel, party)


def _cost(terms: Terms, minutes: int, travel: int, party: Party) -> int:
    charging, joint = terms.charging, terms.joint_trips
    if party == ALONE and charging.minimum is None and not charging.started:
        return max(0, minutes - travel) if charging.travel is Travel.FREE else minutes
    counted = Fraction(max(0, minutes - travel) if charging.travel is Travel.FREE else minutes)
    if party.helpers > 1:
        factor = Fraction(str(charging.second_helper))
        counted *= 1 + factor * (party.helpers - 1)
    if party.citizens > 1 and joint.charge is Joint.FREE:
        return 0
    if party.citizens > 1 and joint.charge is Joint.SHARED:
        counted /= party.citizens
    whole = _whole(counted, joint.rounding)
    if charging.minimum is not None and whole:
        whole = max(whole, charging.minimum)
    if charging.started:
        whole = ceil(Fraction(whole, charging.started)) * charging.started
    return whole


def _whole(minutes: Fraction, rounding: Rounding) -> int:
    if rounding is Rounding.UP:
        return ceil(minutes)
    return floor(minutes) if rounding is Rounding.DOWN else floor(minutes + Fraction(1, 2))


def minutes_made(terms: Terms, planned: int, actual: int) -> int:
    """Return which minutes a trip that was made is charged by. Raises Undecided where they differ
    and the basis is open.
    """
    if planned == actual:
        return planned
    match terms.charging.basis:
        case Basis.PLANNED:
            return planned
        case Basis.ACTUAL:
            return actual
        case Basis.LOWER:
            return min(planned, actual)
        case Basis.HIGHER:
            return max(planned, actual)
    raise ask("charging.basis")


def rule_for(
    cancelling: Cancelling, cause: str, starts_at: datetime, now: datetime
) -> tuple[str, Charge | int]:
    """Return the dotted name of the rule that says what this cancellation costs, and its answer.

    Nobody at home is a cause as well (`no_show`), without bands. The tightest band that holds
    decides: the latest moment at which cancelling still is in time has passed.
    """
    if cause == "no_show":
        return "cancelling.no_show", cancelling.no_show
    said: Cancelled = getattr(cancelling, cause)
    late = [
        (latest_before(starts_at, band.within), name)
        for name, band in said.bands.items()
        if now > latest_before(starts_at, band.within)
    ]
    if not late:
        return f"cancelling.{cause}.charge", said.charge
    _, name = max(late)
    return f"cancelling.{cause}.bands.{name}.charge", said.bands[name].charge


def not_made(
    terms: Terms, rule: str, charge: Charge | int, planned: int, actual: int | None = None
) -> int:
    """Return what a trip that was not made costs, never more than it would have cost.

    `actual` is what the part that was made would cost, where some of it was. Raises Undecided.
    """
    match charge:
        case Charge.FREE:
            return 0
        case Charge.FULL:
            return planned
        case Charge.HALF:
            return planned // 2
        case Charge.ONE_PUNCH:
            return min(planned, terms.punch)
        case Charge.ACTUAL:
            return planned if actual is None else actual
        case Charge.UNDECIDED:
            raise ask(rule)
    return min(planned, int(charge))


def longer_life(cancelling: Cancelling, cause: str) -> Span | None:
    """Return how long returned time lives at least after such a cancellation. Raises Undecided."""
    if cause == "no_show":
        return None
    said: Cancelled = getattr(cancelling, cause)
    if said.longer_life == UNDECIDED:
        raise ask(f"cancelling.{cause}.longer_life")
    return said.longer_life if isinstance(said.longer_life, Span) else None
