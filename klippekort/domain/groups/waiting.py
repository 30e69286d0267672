"""The line in front of a group: whose turn it is, and why others are passed by."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeVar
from uuid import UUID

from klippekort.domain.groups.joining import Outcome, Reason

MOST_LAPSES = 2
"""How often somebody is asked who does not answer."""
KEPT = timedelta(days=365)
"""How long somebody stands in line whom nobody has talked to."""
WARNED = timedelta(days=30)
"""How long before that whoever leads the group is told to ask them."""
_WEAKEST_FIRST = ("left", "waiting", "offered", "active")


@dataclass(frozen=True)
class InLine:
    """Somebody who waits. `ready_on` is the day enough months have passed since the loss."""

    id: UUID
    since: datetime
    outcome: Outcome | None = None
    lapses: int = 0
    is_asked: bool = False
    ready_on: date | None = None


@dataclass(frozen=True)
class Turn:
    """A place in line: the number counts those who can be asked; `reason` says why one cannot."""

    id: UUID
    number: int | None
    reason: Reason | None


def line(waiting: Iterable[InLine], *, pre_talk: bool, today: date) -> list[Turn]:
    """Return the line in order: who has waited longest first, who did not answer after the others.

    Those who cannot be asked yet keep their place by time, with the reason, and nobody loses by
    another's haste.
    """
    in_order = sorted(waiting, key=lambda one: (one.lapses, one.since, one.id))
    turns, number = [], 0
    for one in in_order:
        reason = _reason(one, pre_talk=pre_talk, today=today)
        if reason is None:
            number += 1
        turns.append(Turn(one.id, number if reason is None else None, reason))
    return turns


def _reason(one: InLine, *, pre_talk: bool, today: date) -> Reason | None:
    if one.is_asked:
        return Reason.ASKED
    if one.ready_on is not None and today < one.ready_on:
        return Reason.TOO_SOON
    if one.outcome is Outcome.LATER:
        return Reason.TALK_SAID_LATER
    return Reason.TALK_MISSING if pre_talk and one.outcome is not Outcome.FITS else None


def is_given_up(lapses: int) -> bool:
    """Say whether somebody has been asked so often in vain that they are asked no more."""
    return lapses >= MOST_LAPSES


def stronger(state: str, other: str) -> bool:
    """Say whether one place in a group is more than another: left, waiting, offered, active."""
    return _WEAKEST_FIRST.index(state) > _WEAKEST_FIRST.index(other)


def redrawn(asked: Sequence[datetime], now: datetime) -> list[datetime]:
    """Return new times for those who asked at these, in the same order and before `now`: they tell
    who asked before whom, and not when.
    """
    order = sorted(range(len(asked)), key=lambda one: asked[one])
    place = {one: number for number, one in enumerate(order)}
    return [now - timedelta(seconds=len(asked) - place[one]) for one in range(len(asked))]


def last_heard(asked_on: date, called_on: date | None, ready_on: date | None) -> date:
    """Return the last day somebody in line was heard from; whoever cannot come yet waits till then
    by agreement.
    """
    return max(day for day in (asked_on, called_on, ready_on) if day is not None)


def is_kept(last_heard_on: date, today: date) -> bool:
    """Say whether somebody in line still stands there; `last_heard_on` is when they were heard."""
    return today - last_heard_on < KEPT


def is_to_be_asked(last_heard_on: date, today: date) -> bool:
    """Say whether it is time to ask somebody in line whether they still would like to come."""
    return today - last_heard_on >= KEPT - WARNED


Theme = TypeVar("Theme")


def enough_wait(wanted: dict[Theme, int], least: dict[Theme, int]) -> list[Theme]:
    """Return the themes that enough people wait for, the most wanted first."""
    found = [theme for theme, number in wanted.items() if number >= least[theme]]
    return sorted(found, key=lambda theme: (-wanted[theme], str(theme)))
