"""What was done on a tablet without a network, weighed against what is so when it arrives."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from klippekort.domain.calendar import minutes_between
from klippekort.domain.errors import DomainError
from klippekort.domain.trips import ENDED_BY, MADE, Cause, TripState

CLOCK_MAY_BE_OFF = timedelta(minutes=5)
LATE = timedelta(minutes=2)
_ONE_MINUTE = timedelta(minutes=1)


class AheadOfUs(DomainError):
    """A tablet told of something that, by our clock, has not happened yet."""


class NobodyHome(DomainError):
    """The end of a trip was told, and nobody was said to have come home from it."""


class IntentKind(StrEnum):
    """What somebody can do on a tablet without a network."""

    START = "start"
    FINISH = "finish"
    CANCEL = "cancel"
    NOTE = "note"
    BOOK = "book"
    HAPPENED = "happened"
    NOTICE = "notice"
    RESUME = "resume"


class Outcome(StrEnum):
    """What became of an intent; a conflict, or what was refused, is settled by a person."""

    DONE = "done"
    CONFLICT = "conflict"
    REFUSED = "refused"
    SETTLED = "settled"


class Settlement(StrEnum):
    """How a person settled it: as the tablet said, as it is, or as it is with a card to correct."""

    TABLET = "tablet"
    KEEP = "keep"
    BOTH = "both"


class Verdict(StrEnum):
    """What to do with an intent now."""

    RUN = "run"
    DONE_ALREADY = "done_already"
    CONFLICT = "conflict"


@dataclass(frozen=True)
class Told:
    """What an intent says happened; times are instants, `cause` is that of a cancellation.

    `each` is what a trip that is over became for each rider something was said of, by the citizen;
    `homes` is when those were home who left the others before.
    """

    kind: IntentKind
    started_at: datetime | None = None
    ended_at: datetime | None = None
    is_broken_off: bool = False
    cause: Cause | None = None
    is_about_one: bool = False
    each: frozenset[tuple[UUID, TripState]] = frozenset()
    homes: frozenset[tuple[UUID, datetime]] = frozenset()


@dataclass(frozen=True)
class Standing:
    """How a trip stands now, and what others did to it since the tablet last knew it.

    `state` and `cause` are those of the one rider an intent is about, where it names one; `each` is
    how it stands for every rider, by the citizen, and `homes` when each was home. `ended_at` is
    when the last of those was home whom the intent says something of.
    """

    state: TripState
    started_at: datetime | None = None
    ended_at: datetime | None = None
    cause: Cause | None = None
    changes: frozenset[str] = frozenset()
    each: frozenset[tuple[UUID, TripState]] = frozenset()
    homes: frozenset[tuple[UUID, datetime]] = frozenset()
    is_paused: bool = False


_BEGINS_IN = {
    IntentKind.START: frozenset({TripState.BOOKED}),
    IntentKind.FINISH: frozenset({TripState.BOOKED, TripState.UNDER_WAY}),
    IntentKind.CANCEL: frozenset({TripState.BOOKED}),
    IntentKind.RESUME: frozenset({TripState.UNDER_WAY}),
}
_LEAVES_AS_IT_IS = {
    IntentKind.START: frozenset({"incident"}),
    IntentKind.FINISH: frozenset({"started", "incident", "resumed"}),
    IntentKind.CANCEL: frozenset({"incident"}),
    # Who goes on after one incident knows nothing of another that a colleague told of since.
    IntentKind.RESUME: frozenset({"started"}),
}


def weigh(told: Told, standing: Standing) -> Verdict:
    """Say whether an intent may run, is so already, or no longer means what it meant.

    Notes and incidents always may: they are told of the trip, they do not change what others did.
    """
    if told.kind not in _BEGINS_IN:
        return Verdict.RUN
    if _is_so(told, standing):
        return Verdict.DONE_ALREADY
    # Of several who are out together, one may turn out to be missing.
    is_missing = told.is_about_one and standing.state is TripState.UNDER_WAY
    if standing.state not in _BEGINS_IN[told.kind] and not is_missing:
        return Verdict.CONFLICT
    if standing.changes - _LEAVES_AS_IT_IS[told.kind]:
        return Verdict.CONFLICT
    return Verdict.RUN


def _is_so(told: Told, standing: Standing) -> bool:
    if told.kind is IntentKind.START:
        return standing.state in MADE | {TripState.UNDER_WAY}
    if told.kind is IntentKind.RESUME:
        is_there = standing.state in MADE | {TripState.UNDER_WAY}
        return is_there and not standing.is_paused
    if told.kind is IntentKind.FINISH:
        ended = TripState.BROKEN_OFF if told.is_broken_off else TripState.COMPLETED
        is_ended = told.each <= standing.each if told.each else standing.state is ended
        return is_ended and _same_times(told, standing) and told.homes <= standing.homes
    ended_by = ENDED_BY.get(told.cause, TripState.CANCELLED) if told.cause else None
    return standing.state is ended_by and standing.cause is told.cause


def _same_times(told: Told, standing: Standing) -> bool:
    pairs = ((told.started_at, standing.started_at), (told.ended_at, standing.ended_at))
    return all(ours and theirs and minutes_between(ours, theirs) == 0 for ours, theirs in pairs)


def clock_off(device_now: datetime | None, now: datetime) -> timedelta | None:
    """Return how far a tablet's clock is ahead of ours; None where it did not say what it shows."""
    return None if device_now is None else device_now - now


def is_off(off: timedelta | None) -> bool:
    """Say whether a tablet's clock is so wrong that people must know."""
    return off is not None and abs(off) > CLOCK_MAY_BE_OFF


def happened_at(device_at: datetime, off: timedelta | None, now: datetime) -> datetime:
    """Return when something happened by our clock, from what a tablet's clock showed.

    A clock may have been put right since, so a few minutes ahead of us is now. Raises AheadOfUs
    beyond that.
    """
    at = device_at - (off or timedelta())
    if at > now + CLOCK_MAY_BE_OFF:
        raise AheadOfUs
    return min(at, now)


def end_by_our_clock(
    ended_at: datetime, device_at: datetime, at: datetime, off: timedelta | None
) -> datetime:
    """Return when a trip ended, where the end was read off a tablet's clock that is ahead.

    An end later than the tap, by our clock, is the tap: nobody writes down what is to come.
    """
    is_read_off = off is not None and at < ended_at <= device_at + _ONE_MINUTE
    if not is_read_off or not off or off <= timedelta():
        return ended_at
    return at.replace(second=0, microsecond=0)
