"""What a trip costs where the scheme leaves it open: a person's answers, followed and kept."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar
from uuid import UUID

from klippekort.domain.calendar import local_day
from klippekort.domain.errors import NoReason, Undecided
from klippekort.domain.permissions import Actor
from klippekort.domain.schemes import Basis, Charge, Terms, choices_of, settled
from klippekort.punchcards.queries import cards
from klippekort.punchcards.queries.changes import answers_for
from klippekort.punchcards.services.answers import keep_answer

_T = TypeVar("_T")
_BROKEN_OFF, _BASIS = "cancelling.broken_off", "charging.basis"
# What a trip costs was asked when it was booked; that answer holds for the whole of that trip.
_SAID_AT_BOOKING = frozenset({"charging.travel", "charging.second_helper", "joint_trips.charge"})


@dataclass(frozen=True)
class Ruling:
    """A person's answers to what the scheme leaves open of a trip's cost: what it costs, what it
    does when it was broken off, and when it was not made.

    `why` is None where nobody could be asked. One that is `for_now` stands in until a person
    decides, and is not kept as a decision.
    """

    actor: Actor
    basis: Basis | None = None
    broken_off: Charge | None = None
    cost: Charge | None = None
    why: str | None = None
    for_now: bool = False

    def on(self, rule: str) -> str | None:
        """Return what was answered about a rule, or None."""
        if not rule.startswith("cancelling."):
            said: Basis | Charge | None = self.basis if rule == _BASIS else None
        else:
            said = self.broken_off if rule == _BROKEN_OFF else self.cost
        return str(said) if said else None


def by_the_terms(
    trip_id: UUID,
    card_id: UUID,
    day: date,
    now: datetime,
    say: Callable[[Terms], _T],
    ruling: Ruling | None = None,
) -> _T:
    """Return what the terms of the trip's day say; what they leave open, today's terms answer, then
    what was decided at the booking, and last a person, whose answer is kept.

    Raises Undecided, and NoReason for an answer without one.
    """
    card = cards.get_card(card_id)
    versions = cards.versions_of(card.scheme_id)
    try:
        return say(cards.in_force(versions, day))
    except Undecided:
        terms, used = cards.in_force(versions, max(day, local_day(now))), set[str]()
    while True:
        try:
            return say(terms)
        except Undecided as question:
            rule, subject = question.rule, str(trip_id)
            said = ruling.on(rule) if ruling else None
            known = answers_for(card_id, subject) if rule in _SAID_AT_BOOKING else {}
            followed = said or known.get(rule)
            if followed is None or rule in used:
                raise
            used.add(rule)
            terms = settled(terms, {rule: followed})
            if ruling and said and not ruling.for_now:
                keep_answer(ruling.actor, card, rule, said, ruling.why, subject=subject, now=now)


def each(deeds: Iterable[Callable[[], _T]]) -> list[_T]:
    """Return what each gives, in order. Raises Undecided with every rule that is open for any of
    them; what refuses one of them beats a question, but for NoReason, which comes after it.
    """
    found, asked, lacking = list[_T](), dict[str, None](), list[NoReason]()
    for deed in deeds:
        try:
            found.append(deed())
        except Undecided as question:
            asked |= dict.fromkeys(question.rules)
        except NoReason as refusal:
            lacking.append(refusal)
    if asked:
        first, *others = asked
        raise Undecided(first, choices_of(first), tuple(others))
    if lacking:
        raise lacking[0]
    return found
