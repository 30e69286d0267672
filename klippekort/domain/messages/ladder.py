"""The ladder: what people hear of a trip and their time, rung by rung, and when each is heard."""

from dataclasses import dataclass
from datetime import time
from enum import StrEnum

from klippekort.domain.messages.channels import Purpose


class Step(StrEnum):
    """A rung of the ladder."""

    DAY_BEFORE = "day_before"
    ON_THE_WAY = "on_the_way"
    OFFERS = "offers"
    CHANGES = "changes"
    LAPSE = "lapse"
    THANKS = "thanks"


@dataclass(frozen=True)
class Rung:
    """How a step is taken. `days` and `at` say when, where that can be moved; after `call_after`
    hours of office time somebody calls whom nothing has reached, or who has not answered.
    """

    is_on: bool = True
    days: int | None = None
    at: time | None = None
    call_after: int | None = None


@dataclass(frozen=True)
class Reach:
    """What of a step a municipality may move: whether it is taken, the days, the time, the hours
    until somebody calls.
    """

    may_stop: bool = False
    days: tuple[int, int] | None = None
    at: bool = False
    call_after: bool = False


STEP_OF = {
    Purpose.REMINDER: Step.DAY_BEFORE,
    Purpose.OFFERS: Step.OFFERS,
    Purpose.CHANGES: Step.CHANGES,
    Purpose.LAPSE: Step.LAPSE,
    Purpose.THANKS: Step.THANKS,
}
FEWEST_HOURS, MOST_HOURS = 1, 40
DEFAULTS: dict[Step, Rung] = {
    Step.DAY_BEFORE: Rung(days=1, at=time(10), call_after=4),
    Step.ON_THE_WAY: Rung(),
    Step.OFFERS: Rung(call_after=None),
    Step.CHANGES: Rung(call_after=4),
    Step.LAPSE: Rung(days=14),
    Step.THANKS: Rung(),
}
MOVABLE: dict[Step, Reach] = {
    Step.DAY_BEFORE: Reach(may_stop=True, days=(1, 3), at=True, call_after=True),
    Step.ON_THE_WAY: Reach(may_stop=True),
    Step.OFFERS: Reach(call_after=True),
    Step.CHANGES: Reach(call_after=True),
    Step.LAPSE: Reach(may_stop=True, days=(7, 60)),
    Step.THANKS: Reach(may_stop=True),
}
