"""The values rules are written in: spans of time, choices, and the word for not decided."""

import re
from dataclasses import dataclass
from datetime import time
from enum import StrEnum

UNDECIDED = "undecided"


class Undecided(StrEnum):
    """The value of a rule the municipality has left open: a person is asked."""

    UNDECIDED = UNDECIDED


OPEN = Undecided.UNDECIDED


class Unit(StrEnum):
    """What a span is counted in. Working days are Monday to Friday, without public holidays."""

    HOURS = "hours"
    DAYS = "days"
    WORKING_DAYS = "working days"
    WEEKS = "weeks"
    MONTHS = "months"
    YEARS = "years"


_SPAN = re.compile(
    r"(?P<amount>\d{1,5}) (?P<unit>hour|day|working day|week|month|year)s?"
    r"(?: before (?P<clock>\d{1,2}:\d{2}))?"
)


@dataclass(frozen=True)
class Span:
    """A length of time such as "8 weeks"; `clock` is the Danish time of day a deadline ends at."""

    amount: int
    unit: Unit
    clock: time | None = None

    def __str__(self) -> str:
        """Return the span as it is written: "1 week", "3 working days before 12:00"."""
        unit = self.unit.value if self.amount != 1 else self.unit.value[:-1]
        clock = f" before {self.clock:%H:%M}" if self.clock else ""
        return f"{self.amount} {unit}{clock}"

    @classmethod
    def parse(cls, text: str) -> "Span":
        """Return the span that a text says. Raises ValueError for one that says none."""
        found = _SPAN.fullmatch(text.strip())
        if found is None:
            raise ValueError(text)
        clock = time.fromisoformat(found["clock"].zfill(5)) if found["clock"] else None
        return cls(int(found["amount"]), Unit(f"{found['unit']}s"), clock)


class Setting(StrEnum):
    """Where the citizen lives."""

    OWN_HOME = "own_home"
    CARE_HOME = "care_home"


class Measure(StrEnum):
    """What a card counts: minutes, or nothing (a course that ends at its goal or on its day)."""

    MINUTES = "minutes"
    COURSE = "course"


class Period(StrEnum):
    """How often time arrives. `once` is a lump at the grant; `none` is never by itself."""

    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    ONCE = "once"
    NONE = "none"
    UNDECIDED = UNDECIDED


class CountedFrom(StrEnum):
    """What a period is counted from. `iso_week` and `calendar` are the same for weeks."""

    GRANT_DAY = "grant_day"
    ISO_WEEK = "iso_week"
    CALENDAR = "calendar"
    UNDECIDED = UNDECIDED


class FirstPeriod(StrEnum):
    """When the first time arrives."""

    GRANT_PERIOD = "grant_period"
    NEXT_PERIOD = "next_period"
    AFTER_FULL_PERIOD = "after_full_period"
    UNDECIDED = UNDECIDED


class Share(StrEnum):
    """Whether a broken first or last period gives its whole time or its share by days."""

    WHOLE = "whole"
    PRORATED = "prorated"
    UNDECIDED = UNDECIDED


class Rounding(StrEnum):
    """How a share is made a whole number of minutes."""

    NEAREST = "nearest"
    DOWN = "down"
    UP = "up"


class SeveralReasons(StrEnum):
    """What a card gives a period when it is granted for several reasons at once."""

    HIGHEST = "highest"
    ADDED = "added"


class NoLongerMet(StrEnum):
    """What it means that new facts no longer meet the rule of who may have a card."""

    REVIEW = "review"
    REFUSE = "refuse"
    UNDECIDED = UNDECIDED


class AtCap(StrEnum):
    """What happens to time that would take the card past a cap."""

    REFUSE = "refuse"
    OLDEST_LAPSE = "oldest_lapse"
    ALERT = "alert"
    UNDECIDED = UNDECIDED


class PartialPeriod(StrEnum):
    """When an absence takes a period's time, where it covers only some of the period's days."""

    ARRIVAL_DAY = "arrival_day"
    ANY_DAY = "any_day"
    WHOLE_PERIOD = "whole_period"
    PRORATED = "prorated"
    UNDECIDED = UNDECIDED


class Others(StrEnum):
    """Whether activities no list names may be paid from the card."""

    ALLOWED = "allowed"
    FORBIDDEN = "forbidden"
    UNDECIDED = UNDECIDED


class SavedTime(StrEnum):
    """When a trip touches saved time: it needs more than its own period gave, or an older lot."""

    BEYOND_THE_PERIOD = "beyond_the_period"
    OLDER_LOTS = "older_lots"


class Basis(StrEnum):
    """Which minutes a trip that was made costs."""

    PLANNED = "planned"
    ACTUAL = "actual"
    LOWER = "lower"
    HIGHER = "higher"
    UNDECIDED = UNDECIDED


class Travel(StrEnum):
    """Whether the way there and back is paid from the card."""

    COUNTS = "counts"
    FREE = "free"
    UNDECIDED = UNDECIDED


class Planning(StrEnum):
    """What a planning talk costs."""

    FREE = "free"
    ONE_PUNCH = "one_punch"
    MINUTES = "minutes"
    UNDECIDED = UNDECIDED


class Joint(StrEnum):
    """What each citizen pays of a trip several of them make."""

    FULL = "full"
    SHARED = "shared"
    FREE = "free"
    FORBIDDEN = "forbidden"
    UNDECIDED = UNDECIDED


class Charge(StrEnum):
    """What a trip that was not made, or not to its end, costs."""

    FREE = "free"
    FULL = "full"
    HALF = "half"
    ONE_PUNCH = "one_punch"
    ACTUAL = "actual"
    UNDECIDED = UNDECIDED


class Payer(StrEnum):
    """Who pays an expense."""

    CITIZEN = "citizen"
    MUNICIPALITY = "municipality"
    SUPPLIER = "supplier"
    UNDECIDED = UNDECIDED


class AtEnd(StrEnum):
    """What becomes of saved time when a card ends."""

    LAPSE = "lapse"
    USE_UP = "use_up"
    CONTINUE = "continue"
    UNDECIDED = UNDECIDED


class OnChange(StrEnum):
    """What becomes of saved time when the terms change."""

    KEEP_TERMS = "keep_terms"
    NEW_TERMS = "new_terms"
    KEEP_PUNCHES = "keep_punches"
    LAPSE = "lapse"
    UNDECIDED = UNDECIDED


class Letter(StrEnum):
    """The letters a scheme sends."""

    DECISION = "decision"
    CONFIRMATION = "confirmation"
    CHANGE = "change"
    PAUSE = "pause"
    RESUME = "resume"


class Day(StrEnum):
    """The days of the week."""

    MONDAY = "mon"
    TUESDAY = "tue"
    WEDNESDAY = "wed"
    THURSDAY = "thu"
    FRIDAY = "fri"
    SATURDAY = "sat"
    SUNDAY = "sun"


DAYS = tuple(Day)
WEEKDAYS = DAYS[:5]

ABSENCES = ("hospital", "rehab", "respite", "holiday", "other")
CAUSES = ("citizen", "supplier", "host", "weather", "infection")
