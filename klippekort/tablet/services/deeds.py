"""The deeds an intent can carry, as plain values that can be stored and read again."""

from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from klippekort.domain.calendar import instant
from klippekort.domain.incidents import Effect, IncidentKind
from klippekort.domain.intents import IntentKind
from klippekort.domain.outreach.cases import Consent
from klippekort.domain.schemes import Basis, Charge
from klippekort.domain.trips import ENDED_BY, CancelReason, Cause, Transport, TripState


@dataclass(frozen=True)
class Start:
    """The trip began when the button was tapped."""


@dataclass(frozen=True)
class Finish:
    """The trip is over: times of day on the Danish clock, and a person's answers on its cost.

    `each` says of several riders what became of them, as pairs of the citizen's id and `along`,
    `out`, or the cause and reason by which she was missing: `no_show.not_home`. `homes` says when
    somebody was home before the others, as pairs of the citizen's id and a time of day: `13:30`.
    `why` is the reason for the answers, None where nobody could be asked for one.
    """

    started: time
    ended: time
    is_broken_off: bool = False
    basis: Basis | None = None
    broken_off: Charge | None = None
    citizen_id: UUID | None = None
    each: tuple[tuple[str, str], ...] | None = None
    cost: Charge | None = None
    homes: tuple[tuple[str, str], ...] | None = None
    why: str | None = None

    @property
    def still_out(self) -> list[UUID]:
        """Return who is finished later."""
        return [UUID(citizen) for citizen, said in self.each or () if said == "out"]

    @property
    def missing(self) -> dict[UUID, tuple[Cause, CancelReason]]:
        """Return who was not with the others, and why."""
        told = {UUID(one): said.split(".") for one, said in self.each or () if "." in said}
        return {one: (Cause(by), CancelReason(why)) for one, (by, why) in told.items()}

    @property
    def is_somebody_home(self) -> bool:
        """Say whether anybody was said to have come home, or it was not asked of each."""
        return self.each is None or any(said == "along" for _, said in self.each)

    @property
    def became(self) -> frozenset[tuple[UUID, TripState]]:
        """Return what the trip became for each rider something was said of."""
        ended = TripState.BROKEN_OFF if self.is_broken_off else TripState.COMPLETED
        states = {UUID(citizen): ended for citizen, _ in self.each or ()}
        if self.citizen_id is not None:
            states[self.citizen_id] = ended
        states |= dict.fromkeys(self.still_out, TripState.UNDER_WAY)
        for citizen, (cause, _) in self.missing.items():
            states[citizen] = ENDED_BY.get(cause, TripState.CANCELLED)
        return frozenset(states.items())

    def times(self, day: date, until: datetime) -> tuple[datetime, datetime]:
        """Return both as instants; an end before the start is the day after, once that has come."""
        return instant(day, self.started), self._end(self.ended, day, until)

    def home_at(self, day: date, until: datetime) -> dict[UUID, datetime]:
        """Return when those were home who left the others before, as instants."""
        told = {UUID(one): time.fromisoformat(at) for one, at in self.homes or ()}
        return {one: self._end(at, day, until) for one, at in told.items()}

    def _end(self, at: time, day: date, until: datetime) -> datetime:
        ended = instant(day, at)
        if (
            ended <= instant(day, self.started)
            and instant(day + timedelta(days=1), time()) <= until
        ):
            ended = instant(day + timedelta(days=1), at)
        return ended


@dataclass(frozen=True)
class Cancel:
    """The trip is not made: who or what stopped it, and a person's answer on its cost, and why.

    `why` is None where nobody could be asked for a reason.
    """

    cause: Cause
    reason: CancelReason
    cost: Charge | None = None
    citizen_id: UUID | None = None
    why: str | None = None


@dataclass(frozen=True)
class Note:
    """Something to remember of the trip; the text is kept where the trip's notes are, not here.

    Whose note it is, is said where several ride.
    """

    text: str = ""
    citizen_id: UUID | None = None


@dataclass(frozen=True)
class Book:
    """A trip the citizen has said yes to; `travel_each_way` is minutes one way by the way of
    travelling `reckoned_for`, or a person's own.

    Without a helper one is found on the day `escort_by`, or on the working day before. `answers`
    are pairs of a rule that the scheme leaves open and what a person answered, and `why` the
    reason, None where nobody could be asked for one.
    """

    citizen_id: UUID
    occurrence_id: UUID
    transport: Transport
    travel_each_way: int
    escort_id: UUID | None = None
    answers: tuple[tuple[str, str], ...] = ()
    reckoned_for: Transport | None = None
    escort_by: date | None = None
    why: str | None = None


@dataclass(frozen=True)
class Happened:
    """Something happened on the way, what it does to the trip, and to whom where several ride."""

    kind: IncidentKind
    effect: Effect
    citizen_id: UUID | None = None


@dataclass(frozen=True)
class Resume:
    """The trip that waited goes on."""


@dataclass(frozen=True)
class Notice:
    """What was noticed with a citizen, and her yes or no to being contacted.

    Signs and words are kept where they are forgotten in time, not here.
    """

    citizen_id: UUID
    signs: tuple[str, ...] = ()
    text: str = ""
    consent: Consent = Consent.NOT_ASKED


Deed = Start | Finish | Cancel | Note | Book | Happened | Notice | Resume

KINDS: dict[type[Deed], IntentKind] = {
    Start: IntentKind.START,
    Finish: IntentKind.FINISH,
    Cancel: IntentKind.CANCEL,
    Note: IntentKind.NOTE,
    Book: IntentKind.BOOK,
    Happened: IntentKind.HAPPENED,
    Notice: IntentKind.NOTICE,
    Resume: IntentKind.RESUME,
}


def whom(deed: Deed) -> UUID | None:
    """Return the one of several riders that a deed is about, or None for all."""
    return deed.citizen_id if isinstance(deed, Finish | Cancel | Note | Happened) else None


def named(deed: Deed) -> frozenset[UUID]:
    """Return the riders of a trip that a deed says something of by name."""
    one = whom(deed)
    each = (*(deed.each or ()), *(deed.homes or ())) if isinstance(deed, Finish) else ()
    return frozenset({UUID(citizen) for citizen, _ in each} | ({one} if one else set()))


_NEVER_HERE = frozenset({"text", "signs", "why"})
"""What an intent says and its row never holds: the row is kept for ever."""
_READ: dict[str, Any] = {
    "started": time.fromisoformat,
    "ended": time.fromisoformat,
    "is_broken_off": bool,
    "basis": Basis,
    "broken_off": Charge,
    "citizen_id": UUID,
    "cause": Cause,
    "reason": CancelReason,
    "cost": Charge,
    "occurrence_id": UUID,
    "transport": Transport,
    "travel_each_way": int,
    "escort_id": UUID,
    "reckoned_for": Transport,
    "escort_by": date.fromisoformat,
    "kind": IncidentKind,
    "effect": Effect,
    "consent": Consent,
    "each": lambda pairs: tuple((citizen, said) for citizen, said in pairs),
    "homes": lambda pairs: tuple((citizen, at) for citizen, at in pairs),
    "answers": lambda pairs: tuple((rule, answer) for rule, answer in pairs),
}


@dataclass(frozen=True)
class Said:
    """An intent as a tablet sent it; `version` is the trip's that it knew, times are instants.

    `is_on_screen` while whoever told it looks at the form, and is asked there what is missing.
    """

    id: UUID
    deed: Deed
    trip_id: UUID | None
    version: int | None
    device_at: datetime
    device_now: datetime | None = None
    is_on_screen: bool = False

    @property
    def kind(self) -> IntentKind:
        """Return which kind of intent this is."""
        return KINDS[type(self.deed)]

    def content(self, account_id: UUID | None) -> list[Any]:
        """Return what two sendings of one intent have in common."""
        same = [self.kind, self.trip_id, self.version, self.device_at, stored(self.deed)]
        text = getattr(self.deed, "text", None)
        signs = [self.deed.signs] if isinstance(self.deed, Notice) else []
        why = [said] if (said := getattr(self.deed, "why", None)) else []
        return [account_id, *same, text, *signs, *why]


def stored(deed: Deed) -> dict[str, Any]:
    """Return a deed as codes, ids and times of day; free text and signs stay out of it."""
    names = [field.name for field in fields(deed) if field.name not in _NEVER_HERE]
    kept = {name: getattr(deed, name) for name in names}
    return {name: _plain(value) for name, value in kept.items() if value is not None}


def _plain(value: Any) -> Any:
    if isinstance(value, time):
        return value.isoformat("minutes")
    if isinstance(value, tuple):
        return [list(pair) for pair in value]
    return value if isinstance(value, bool | int | str) else str(value)


def read(kind: IntentKind, kept: dict[str, Any]) -> Deed:
    """Return the deed that `stored` stored."""
    deed = next(one for one, its in KINDS.items() if its is kind)
    return deed(**{name: _READ[name](value) for name, value in kept.items()})
