"""How much a volunteer gives, and when to ask whether it is too much.

A warning is for the coordinator to talk about, never a refusal; a limit is the volunteer's own.
"""

from dataclasses import dataclass
from enum import StrEnum

NEAR_PERCENT = 80
WEEKS_IN_A_ROW = 3
MANY_SHORT_NOTICES = 3


class Level(StrEnum):
    """How near the limits somebody is."""

    OK = "ok"
    NEAR = "near"
    OVER = "over"


class Reason(StrEnum):
    """Why somebody may be giving too much."""

    TIMES = "times"
    HOURS = "hours"
    BUSY_WEEKS = "busy_weeks"
    SHORT_NOTICE = "short_notice"


@dataclass(frozen=True)
class Limits:
    """How much somebody will give in four weeks; None is no limit."""

    times: int | None = None
    minutes: int | None = None


@dataclass(frozen=True)
class Load:
    """What somebody gave and has promised in the last four weeks.

    `weeks` are the times of each whole week, the latest last; `usual` is how many times a week they
    otherwise give, None where that is not known yet. `short_notices` are the times they were asked
    less than two days ahead.
    """

    times: int
    minutes: int
    weeks: tuple[int, ...] = ()
    usual: float | None = None
    short_notices: int = 0


@dataclass(frozen=True)
class Judged:
    """How near the limits somebody is, and why, in a fixed order."""

    level: Level
    reasons: tuple[Reason, ...] = ()


def judge(load: Load, limits: Limits) -> Judged:
    """Return how near their limits somebody is after what they gave.

    From 80 per cent of a limit they are near it; above it, over. Three weeks in a row above the
    usual, or three calls on short notice, count as near.
    """
    levels = {
        Reason.TIMES: _level(load.times, limits.times),
        Reason.HOURS: _level(load.minutes, limits.minutes),
        Reason.BUSY_WEEKS: Level.NEAR if _is_busy(load) else Level.OK,
        Reason.SHORT_NOTICE: (Level.NEAR if load.short_notices >= MANY_SHORT_NOTICES else Level.OK),
    }
    reasons = tuple(reason for reason, level in levels.items() if level is not Level.OK)
    worst = Level.OVER if Level.OVER in levels.values() else Level.NEAR
    return Judged(worst if reasons else Level.OK, reasons)


def fits(load: Load, limits: Limits, *, minutes: int) -> bool:
    """Say whether one more time of so many minutes stays within what somebody will give."""
    within_times = limits.times is None or load.times + 1 <= limits.times
    return within_times and (limits.minutes is None or load.minutes + minutes <= limits.minutes)


def _level(given: int, most: int | None) -> Level:
    if most is None or given == 0:
        return Level.OK
    if given > most:
        return Level.OVER
    return Level.NEAR if given * 100 >= most * NEAR_PERCENT else Level.OK


def _is_busy(load: Load) -> bool:
    latest = load.weeks[-WEEKS_IN_A_ROW:]
    return (
        load.usual is not None
        and len(latest) == WEEKS_IN_A_ROW
        and all(times > load.usual for times in latest)
    )
