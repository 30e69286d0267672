"""What answers come to by an instrument's own key."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from klippekort.domain.errors import DomainError
from klippekort.domain.instruments.definition import CutOff, Instrument, Rule

Answer = int | Literal["declined", "not_able"] | None
DECLINED: Final = "declined"
NOT_ABLE: Final = "not_able"


@dataclass
class OutOfRange(DomainError):
    """An answer is none of those that can be given; `item` counts from one."""

    item: int


@dataclass
class WrongNumber(DomainError):
    """There are more or fewer answers than the instrument has items."""

    wanted: int


@dataclass(frozen=True)
class Score:
    """What a set of answers comes to.

    `raw` is the points, `total` the score, `code` the cut-off it falls under; all are None where
    too much is missing. A subscale that cannot be told is None too.
    """

    raw: int | None
    total: int | None
    code: str | None
    subscales: dict[str, int | None]
    missing: int
    rule_version: int


def score(instrument: Instrument, answers: Sequence[Answer]) -> Score:
    """Return what the answers come to. Raises WrongNumber, OutOfRange."""
    if len(answers) != instrument.items:
        raise WrongNumber(instrument.items)
    points = [_points(instrument, item, said) for item, said in enumerate(answers, 1)]
    missing = sum(one is None for one in points)
    raw = None if missing > instrument.missing else _sum(points)
    total = None if raw is None else raw * instrument.times
    return Score(
        raw=raw,
        total=total,
        code=_code(instrument.cut_offs, total),
        subscales={
            sub.code: _subscale([points[item - 1] for item in sub.items], sub.missing)
            for sub in instrument.subscales
        },
        missing=missing,
        rule_version=instrument.rule_version,
    )


def _points(instrument: Instrument, item: int, said: Answer) -> int | None:
    """Return what one answer is worth, or None where there is no answer."""
    if said is None or said in (DECLINED, NOT_ABLE):
        return None
    if not isinstance(said, int) or isinstance(said, bool) or said not in instrument.answers:
        raise OutOfRange(item)
    if instrument.rule is Rule.COUNT:
        return int(said in instrument.counts[item - 1])
    return instrument.least + instrument.most - said if item in instrument.is_reversed else said


def _subscale(points: Sequence[int | None], most_missing: int) -> int | None:
    return None if sum(one is None for one in points) > most_missing else _sum(points)


def _sum(points: Iterable[int | None]) -> int:
    return sum(one for one in points if one is not None)


def _code(cut_offs: Iterable[CutOff], total: int | None) -> str | None:
    if total is None:
        return None
    return next((one.code for one in cut_offs if one.least <= total <= one.most), None)


def duty_days(instrument: Instrument, total: int | None) -> int | None:
    """Return within how many days somebody must follow a score up, or None when nobody must."""
    days = [one.days for one in instrument.duties if total is not None and total <= one.at_most]
    return min(days, default=None)
