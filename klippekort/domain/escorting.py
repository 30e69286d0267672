"""May a care worker go along on a trip: what stands in the way, what speaks for it, who first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from klippekort.domain.trips import Transport

OXYGEN, DEMENTIA, TRANSFER = "ilt", "demens", "forflytning"
"""Skills by the names that rosters give them."""


class Reason(StrEnum):
    """Why not, or why this one first."""

    OTHER_SUPPLIER = "other_supplier"
    AWAY = "away"
    OFF_SHIFT = "off_shift"
    ON_BREAK = "on_break"
    BUSY = "busy"
    TOO_FAR = "too_far"
    LACKS_SKILL = "lacks_skill"
    NO_LICENCE = "no_licence"

    REGULAR = "regular"
    NEAR = "near"
    ABLE = "able"
    FREE_DAY = "free_day"


A_MOMENT = timedelta(minutes=1)
OFF_DUTY = frozenset({Reason.AWAY, Reason.OFF_SHIFT, Reason.ON_BREAK})
TAKEN = frozenset({Reason.BUSY, Reason.TOO_FAR})
UNABLE = frozenset({Reason.LACKS_SKILL, Reason.NO_LICENCE})


@dataclass(frozen=True, slots=True)
class Duty:
    """A shift, with its break where it has one."""

    starts_at: datetime
    ends_at: datetime
    break_starts_at: datetime | None = None
    break_ends_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Leave:
    """Time away from work; open while nobody knows the end."""

    starts_at: datetime
    ends_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Engagement:
    """Another trip, and the minutes between its places and those of the trip asked about."""

    starts_at: datetime
    ends_at: datetime
    minutes_away: int = 0


@dataclass(frozen=True)
class Worker:
    """A care worker with the part of the diary that lies around a trip.

    `trips_together` are those made with the citizen lately; `trips_that_day` are those of the day.
    """

    id: UUID
    name: str
    supplier_id: UUID
    district_id: UUID | None = None
    skills: frozenset[str] = frozenset()
    has_driving_licence: bool = False
    duties: Sequence[Duty] = ()
    leaves: Sequence[Leave] = ()
    engagements: Sequence[Engagement] = ()
    trips_together: int = 0
    trips_that_day: int = 0


@dataclass(frozen=True)
class Needs:
    """Skills, in small letters: those a trip cannot do without, and those that help."""

    must: frozenset[str] = frozenset()
    helps: frozenset[str] = frozenset()

    def __or__(self, other: "Needs") -> "Needs":
        """Return what two who ride together need."""
        return Needs(self.must | other.must, self.helps | other.helps)


@dataclass(frozen=True)
class Outing:
    """A trip from door to door, as whoever goes along must fit it."""

    starts_at: datetime
    ends_at: datetime
    supplier_id: UUID
    district_id: UUID | None = None
    needs: Needs = field(default_factory=Needs)
    transport: str = Transport.UNKNOWN


@dataclass(frozen=True)
class Ranked:
    """A care worker who fits a trip, and what speaks for them."""

    worker: Worker
    reasons: tuple[Reason, ...]


def needs_of(aids: Iterable[str], *, needs_wheelchair: bool, transport: str) -> Needs:
    """Return the skills that a citizen's aids ask for on a trip.

    Whoever sits in a wheelchair must be helped in and out of a car; on foot, and in a bus with a
    lift, that skill only helps.
    """
    must: set[str] = set()
    helps: set[str] = set()
    for aid in aids:
        word = aid.strip().casefold()
        if word.startswith(("ilt", "oxygen")):
            must.add(OXYGEN)
        if word.startswith(("demens", "dementia")):
            must.add(DEMENTIA)
        if "lift" in word or word.startswith(("forflytning", "transfer")):
            must.add(TRANSFER)
    if needs_wheelchair:
        in_a_car = transport in (Transport.STAFF_CAR, Transport.TAXI)
        (must if in_a_car else helps).add(TRANSFER)
    return Needs(frozenset(must), frozenset(helps - must))


def why_not(outing: Outing, worker: Worker) -> tuple[Reason, ...]:
    """Return everything that keeps a care worker from a trip; nothing means that it fits."""
    found = []
    if worker.supplier_id != outing.supplier_id:
        found.append(Reason.OTHER_SUPPLIER)
    if is_away(outing.starts_at, outing.ends_at, worker.leaves):
        found.append(Reason.AWAY)
    elif not _is_covered(outing, worker.duties):
        found.append(Reason.OFF_SHIFT)
    elif _is_on_break(outing, worker.duties):
        found.append(Reason.ON_BREAK)
    clash = _clash(outing, worker.engagements)
    if clash is not None:
        found.append(clash)
    if not outing.needs.must <= worker.skills:
        found.append(Reason.LACKS_SKILL)
    if outing.transport == Transport.STAFF_CAR and not worker.has_driving_licence:
        found.append(Reason.NO_LICENCE)
    return tuple(found)


def lacks(outing: Outing, worker: Worker) -> tuple[str, ...]:
    """Return what a care worker lacks for a trip: skills by name, and `licence`."""
    missing = sorted(outing.needs.must - worker.skills)
    if outing.transport == Transport.STAFF_CAR and not worker.has_driving_licence:
        missing.append("licence")
    return tuple(missing)


def why(outing: Outing, worker: Worker) -> tuple[Reason, ...]:
    """Return what speaks for a care worker, the weightiest first."""
    found = []
    if worker.trips_together:
        found.append(Reason.REGULAR)
    if _is_near(outing, worker):
        found.append(Reason.NEAR)
    if _is_able(outing, worker):
        found.append(Reason.ABLE)
    if not worker.trips_that_day:
        found.append(Reason.FREE_DAY)
    return tuple(found)


def rank(outing: Outing, workers: Iterable[Worker]) -> list[Ranked]:
    """Return those who fit a trip, the best first.

    A regular helper comes first, by trips together; then the own district, whoever has the skills
    that the trip asks for, fewest trips that day, and the name.
    """
    fit = [worker for worker in workers if not why_not(outing, worker)]
    fit.sort(
        key=lambda one: (
            -one.trips_together,
            not _is_near(outing, one),
            not _is_able(outing, one),
            one.trips_that_day,
            one.name,
        )
    )
    return [Ranked(worker, why(outing, worker)) for worker in fit]


def what_is_left(ends_at: datetime, now: datetime) -> tuple[datetime, datetime]:
    """Return the span that is left of a trip under way; one that is late lasts a moment more."""
    return now, max(ends_at, now + A_MOMENT)


def is_away(starts_at: datetime, ends_at: datetime, leaves: Iterable[Leave]) -> bool:
    """Say whether somebody is away in a part of a span."""
    return any(
        leave.starts_at < ends_at and (leave.ends_at is None or leave.ends_at > starts_at)
        for leave in leaves
    )


def _is_covered(outing: Outing, duties: Iterable[Duty]) -> bool:
    """Say whether shifts, one or several that meet, last from the first minute to the last."""
    reached = outing.starts_at
    for duty in sorted(duties, key=lambda one: one.starts_at):
        if duty.starts_at <= reached < duty.ends_at:
            reached = duty.ends_at
    return reached >= outing.ends_at


def _is_on_break(outing: Outing, duties: Iterable[Duty]) -> bool:
    return any(
        duty.break_starts_at is not None
        and duty.break_ends_at is not None
        and duty.break_starts_at < outing.ends_at
        and duty.break_ends_at > outing.starts_at
        for duty in duties
    )


def _clash(outing: Outing, engagements: Iterable[Engagement]) -> Reason | None:
    """Return BUSY when another trip shares time, TOO_FAR when there is no time to get there."""
    found = None
    for other in engagements:
        if other.starts_at < outing.ends_at and other.ends_at > outing.starts_at:
            return Reason.BUSY
        way = timedelta(minutes=other.minutes_away)
        is_before = other.ends_at <= outing.starts_at
        gap = outing.starts_at - other.ends_at if is_before else other.starts_at - outing.ends_at
        if gap < way:
            found = Reason.TOO_FAR
    return found


def _is_near(outing: Outing, worker: Worker) -> bool:
    return worker.district_id is not None and worker.district_id == outing.district_id


def _is_able(outing: Outing, worker: Worker) -> bool:
    wanted = outing.needs.must | outing.needs.helps
    return bool(wanted) and wanted <= worker.skills
