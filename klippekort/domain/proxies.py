"""What somebody may do for a citizen: purposes, days and how it was given, never more than that.

A proxy is given, changed, withdrawn, stopped when the citizen dies or moves, and restarted when
that was a mistake. The history is only added to; what holds on a day is read from it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from klippekort.domain.errors import DomainError


class Purpose(StrEnum):
    """One thing a proxy may be for."""

    SEE = "see"
    PROPOSE = "propose"
    BOOK = "book"
    CANCEL = "cancel"
    MESSAGES = "messages"


class Evidence(StrEnum):
    """How it is known that a proxy was given."""

    DIGITAL = "digital"
    PAPER = "paper"
    SPOKEN = "spoken"
    GUARDIAN = "guardian"


class Step(StrEnum):
    """One line of a proxy's history."""

    GIVEN = "given"
    WITHDRAWN = "withdrawn"
    STOPPED = "stopped"
    RESTARTED = "restarted"


class Giver(StrEnum):
    """Who says so: the citizen herself, staff on her word, the relative, or the program."""

    CITIZEN = "citizen"
    STAFF = "staff"
    RELATIVE = "relative"
    SYSTEM = "system"


NEED_SEEING = frozenset({Purpose.BOOK, Purpose.CANCEL})
NOTHING: frozenset[Purpose] = frozenset()


class ForNothing(DomainError):
    """A proxy was given for no purpose at all."""


class NeedsSeeing(DomainError):
    """A proxy was to book or cancel, and not to see what is booked."""


class NeedsLastDay(DomainError):
    """Only a guardian may act until further notice."""


class EndsBeforeItBegins(DomainError):
    """The last day lies before the first."""


class OverAlready(DomainError):
    """The last day lies in the past."""


class NeedsWitness(DomainError):
    """A spoken proxy was heard by one member of staff alone."""


class NotHersToWithdraw(DomainError):
    """A guardian is appointed by others, so the citizen cannot end it by herself."""


class NothingToWithdraw(DomainError):
    """No proxy stands."""


class IsStopped(DomainError):
    """The citizen has died or moved: nothing is given any more."""


@dataclass(frozen=True)
class Proxy:
    """What was given: for these purposes, from one day until another, both included.

    `until_on` None is until further notice.
    """

    purposes: frozenset[Purpose]
    from_on: date
    until_on: date | None
    evidence: Evidence

    def holds(self, on: date) -> bool:
        """Say whether a day lies within its days."""
        return self.from_on <= on and (self.until_on is None or on <= self.until_on)


@dataclass(frozen=True)
class Line:
    """A line of the history, oldest first; `proxy` says what a GIVEN line gave."""

    step: Step
    proxy: Proxy | None = None


@dataclass(frozen=True)
class Standing:
    """How a history stands: what was given last and is not withdrawn, and whether it is stopped."""

    proxy: Proxy | None = None
    is_stopped: bool = False

    def allows(self, on: date) -> frozenset[Purpose]:
        """Return what may be done on a day."""
        if self.proxy is None or self.is_stopped or not self.proxy.holds(on):
            return NOTHING
        return self.proxy.purposes


def standing(history: Iterable[Line]) -> Standing:
    """Return how a history stands: each line over those before it."""
    now = Standing()
    for line in history:
        now = _after(now, line)
    return now


def _after(now: Standing, line: Line) -> Standing:
    match line.step:
        case Step.GIVEN:
            return Standing(line.proxy, now.is_stopped)
        case Step.WITHDRAWN:
            return Standing(None, now.is_stopped)
        case Step.STOPPED:
            return Standing(now.proxy, True)
        case Step.RESTARTED:
            return Standing(now.proxy, False)


def allowed(history: Iterable[Line], on: date) -> frozenset[Purpose]:
    """Return what the holder of a proxy may do on a day: never more than was given for that day."""
    return standing(history).allows(on)


def check_giving(
    proxy: Proxy, history: Sequence[Line], *, today: date, has_witness: bool, giver: Giver
) -> None:
    """Return quietly when a proxy may be given.

    Raises ForNothing, NeedsSeeing, EndsBeforeItBegins, OverAlready, NeedsLastDay, NeedsWitness,
    IsStopped, and NotHersToWithdraw when a citizen would change what a guardian has.
    """
    if not proxy.purposes:
        raise ForNothing
    if proxy.purposes & NEED_SEEING and Purpose.SEE not in proxy.purposes:
        raise NeedsSeeing
    if proxy.until_on is None and proxy.evidence is not Evidence.GUARDIAN:
        raise NeedsLastDay
    if proxy.until_on is not None and proxy.until_on < proxy.from_on:
        raise EndsBeforeItBegins
    if proxy.until_on is not None and proxy.until_on < today:
        raise OverAlready
    if proxy.evidence is Evidence.SPOKEN and giver is Giver.STAFF and not has_witness:
        raise NeedsWitness
    before = standing(history)
    if before.is_stopped:
        raise IsStopped
    _leave_guardians(before, giver, today)


def check_withdrawing(history: Sequence[Line], *, giver: Giver, today: date) -> None:
    """Return quietly when a proxy may be withdrawn. Raises NothingToWithdraw, NotHersToWithdraw."""
    now = standing(history)
    if now.proxy is None:
        raise NothingToWithdraw
    _leave_guardians(now, giver, today)


def _leave_guardians(now: Standing, giver: Giver, today: date) -> None:
    """Hold a citizen to what others have decided, for as long as that lasts."""
    held = now.proxy
    if giver is not Giver.CITIZEN or held is None or held.evidence is not Evidence.GUARDIAN:
        return
    if held.until_on is None or held.until_on >= today:
        raise NotHersToWithdraw
