"""When a group can go on by itself, and what must be in place before it does."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class Sign(StrEnum):
    """A sign that a group can run itself."""

    HAS_MET_OFTEN = "has_met_often"
    PEOPLE_COME = "people_come"
    HAVE_LED = "have_led"
    SAY_IT_GOES_WELL = "say_it_goes_well"


class Task(StrEnum):
    """What is settled before the facilitators leave."""

    KEY = "key"
    CALLER = "caller"
    CONTACT = "contact"
    ESCORTS = "escorts"
    RULES = "rules"
    NEWCOMERS = "newcomers"


ENOUGH_MEETINGS = 4
CONTACT_EVERY = timedelta(days=90)
"""How often somebody asks a group on its own how it goes."""
_LATELY = 3
_ENOUGH_ANSWERS = 5


@dataclass(frozen=True)
class Met:
    """A meeting that was held: how many came, and whether the members led it themselves."""

    came: int
    members_led: bool


def signs(met: Sequence[Met], smallest: int, well: int, answers: int) -> tuple[Sign, ...]:
    """Return the signs there are. `well` of so many `answers` say that it goes well; a few answers
    say nothing.
    """
    lately = met[-_LATELY:]
    found = {
        Sign.HAS_MET_OFTEN: len(met) >= ENOUGH_MEETINGS,
        Sign.PEOPLE_COME: len(lately) == _LATELY and all(one.came >= smallest for one in lately),
        Sign.HAVE_LED: any(one.members_led for one in lately),
        Sign.SAY_IT_GOES_WELL: answers >= _ENOUGH_ANSWERS and well * 3 >= answers * 2,
    }
    return tuple(sign for sign in Sign if found[sign])


def missing(done: Sequence[str]) -> tuple[Task, ...]:
    """Return what is still to be settled."""
    return tuple(task for task in Task if task.value not in done)


def next_contact(today: date) -> date:
    """Return when a group on its own is asked how it goes, after today."""
    return today + CONTACT_EVERY
