"""The message board of a group: who writes on it, when somebody minds it, how long words stay."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

from klippekort.domain.calendar import is_weekday, local
from klippekort.domain.groups.anonymity import Anonymity, Kept, may_keep

STAYS = timedelta(days=14)
MOST_LETTERS = 240
"""Enough for a time, a place or who brings the cake; not for what is hard."""


class Board(StrEnum):
    """Who writes on a group's board."""

    OFF = "off"
    LEADERS = "leaders"
    OPEN = "open"


class About(StrEnum):
    """What a message may be about: practical things alone."""

    TIME = "time"
    PLACE = "place"
    RIDE = "ride"
    BRING = "bring"
    ABSENT = "absent"


@dataclass(frozen=True)
class Minded:
    """When somebody minds the boards of a municipality, by the clock on the wall."""

    opens: time = time(8)
    closes: time = time(20)
    on_weekends: bool = False


def is_minded(hours: Minded, now: datetime) -> bool:
    """Say whether somebody minds the boards at an instant; outside it nothing can be written."""
    here = local(now)
    if not (hours.on_weekends or is_weekday(here.date())):
        return False
    return hours.opens <= here.time() < hours.closes


def may_have_board(level: Anonymity) -> bool:
    """Say whether a group with this promise can have a board at all."""
    return may_keep(level, Kept.CITIZEN)


def may_write(board: Board, *, leads: bool) -> bool:
    """Say whether somebody may write on a board: those who lead, and members where it is open."""
    return board is Board.OPEN or (board is Board.LEADERS and leads)


def is_gone(written_at: datetime, now: datetime) -> bool:
    """Say whether a message has stood for as long as it may."""
    return now - written_at >= STAYS
