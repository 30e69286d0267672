"""Before and after, for those who must know whether it helps: never so few that one is known.

What the cockpit asks for, by month or period, is kept back there.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import distinct, func, select

from klippekort.citizens.models import Citizen
from klippekort.domain.instruments import Change, Instrument, change
from klippekort.domain.reporting.counts import Count
from klippekort.domain.reporting.periods import Period
from klippekort.domain.small_numbers import FEWEST, suppressed
from klippekort.measures.models import Measurement
from klippekort.measures.queries.catalogue import instruments
from klippekort.platform.db import db
from klippekort.platform.months import number_of, within


@dataclass(frozen=True)
class BeforeAfter:
    """How one version of an instrument changed from start to end.

    `change` is None where fewer than five gave both, or their number would tell another's.
    """

    instrument: Instrument
    change: Change | None
    is_hidden: bool


@dataclass(frozen=True)
class _Pair:
    citizen_id: UUID
    district_id: UUID | None
    supplier_id: UUID
    scores: tuple[int, int]


def before_after(
    from_on: date,
    until_on: date,
    *,
    district_id: UUID | None = None,
    supplier_id: UUID | None = None,
) -> list[BeforeAfter]:
    """Return the change of every instrument whose last measure lies in a period, both days in.

    Only scores of the same instrument in the same version are set beside each other: the first
    at a start, and the last at an end after it.
    """
    return [
        _told(one, pairs)
        for one in instruments().values()
        if (pairs := _pairs(one, from_on, until_on, district_id, supplier_id))
    ]


def before_after_by_district(
    key: str, from_on: date, until_on: date
) -> dict[UUID | None, Change | None]:
    """Return the change of one instrument by district; None where so few must not be told, and
    where one could be found by taking the others from the sum.
    """
    found = instruments().get(key)
    if found is None:
        return {}
    by_district: defaultdict[UUID | None, list[tuple[int, int]]] = defaultdict(list)
    for pair in _pairs(found, from_on, until_on, None, None):
        by_district[pair.district_id].append(pair.scores)
    shown = suppressed({district: len(pairs) for district, pairs in by_district.items()})
    return {
        district: change(pairs) if shown[district] is not None else None
        for district, pairs in by_district.items()
    }


def outcomes(key: str, from_on: date, until_on: date) -> dict[str, int | None]:
    """Return how many answered, declined or were not able in a period; None for so few."""
    instrument, _, version = key.partition(".")
    counted: Counter[str] = Counter(
        db.session.scalars(
            select(Measurement.outcome)
            .filter_by(instrument=instrument, version=version, replaced_at=None)
            .where(Measurement.measured_on.between(from_on, until_on))
        )
    )
    return suppressed({name: counted[name] for name in ("answered", "declined", "not_able")})


def _told(instrument: Instrument, pairs: list[_Pair]) -> BeforeAfter:
    is_hidden = len(pairs) < FEWEST
    found = None if is_hidden else change([pair.scores for pair in pairs])
    return BeforeAfter(instrument, found, is_hidden)


def _pairs(
    instrument: Instrument,
    from_on: date,
    until_on: date,
    district_id: UUID | None,
    supplier_id: UUID | None,
) -> list[_Pair]:
    found = (
        select(
            Measurement.citizen_id,
            Measurement.moment,
            Measurement.measured_on,
            Measurement.score,
            Citizen.district_id,
            Citizen.supplier_id,
        )
        .join(Citizen, Citizen.id == Measurement.citizen_id)
        .where(Measurement.instrument == instrument.id, Measurement.version == instrument.version)
        .where(Measurement.replaced_at.is_(None), Measurement.score.is_not(None))
        .where(Measurement.moment.in_(("start", "end")), Measurement.measured_on <= until_on)
        .order_by(Measurement.citizen_id, Measurement.measured_on)
    )
    if district_id is not None:
        found = found.where(Citizen.district_id == district_id)
    if supplier_id is not None:
        found = found.where(Citizen.supplier_id == supplier_id)
    starts: dict[UUID, tuple[date, int]] = {}
    pairs: dict[UUID, _Pair] = {}
    for citizen_id, moment, day, score, district, supplier in db.session.execute(found):
        if score is None:
            continue
        if moment == "start":
            starts.setdefault(citizen_id, (day, score))
        elif citizen_id in starts and starts[citizen_id][0] < day >= from_on:
            pairs[citizen_id] = _Pair(
                citizen_id, district, supplier, (starts[citizen_id][1], score)
            )
    return list(pairs.values())


def measured(months: Sequence[date]) -> list[Count]:
    """Return measures by instrument and version, and whether they were answered, declined or could
    not be: never a score.
    """
    number = number_of(Measurement.measured_on, months)
    own = (number, Measurement.instrument, Measurement.version, Measurement.outcome)
    rows = db.session.execute(
        select(*own, func.count(), func.count(distinct(Measurement.citizen_id)))
        .where(within(Measurement.measured_on, months), Measurement.replaced_at.is_(None))
        .group_by(*own)
    )
    return [
        Count("measures.taken", months[n], None, None, f"{name} {version}:{said}", amount, people)
        for n, name, version, said, amount, people in rows
    ]


def scores_before_and_after(period: Period) -> dict[str, list[tuple[float, float]]]:
    """Return the scores of those measured at the start and again, the last time in the period, by
    instrument and version; each citizen is one pair of each.
    """
    rows = db.session.execute(
        select(
            Measurement.instrument,
            Measurement.version,
            Measurement.citizen_id,
            Measurement.moment,
            Measurement.measured_on,
            Measurement.score,
        )
        .where(
            Measurement.replaced_at.is_(None),
            Measurement.score.is_not(None),
            Measurement.measured_on <= period.until_on,
        )
        .order_by(Measurement.measured_on, Measurement.recorded_at)
    )
    first: dict[tuple[str, UUID], float] = {}
    last: dict[tuple[str, UUID], tuple[date, float]] = {}
    for instrument, version, citizen, moment, on, score in rows:
        key = (f"{instrument} {version}", citizen)
        if moment == "start":
            first.setdefault(key, float(score or 0))
        elif key in first:
            last[key] = on, float(score or 0)
    found: dict[str, list[tuple[float, float]]] = {}
    for key, (on, after) in last.items():
        if on >= period.from_on:
            found.setdefault(key[0], []).append((first[key], after))
    return found
