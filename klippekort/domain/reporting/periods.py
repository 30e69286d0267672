"""The periods figures are told for: months, quarters and years, never anything in between.

Periods of any other length could be taken from each other until one person is left.
"""

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from dateutil.relativedelta import relativedelta

from klippekort.domain.calendar import instant

_CODE = re.compile(r"(\d{4})(?:-(?:K([1-4])|(0[1-9]|1[0-2])))?")
FIRST_YEAR, LAST_YEAR = 2000, 2100


class BadPeriod(ValueError):
    """The text names no month, quarter or year."""


@dataclass(frozen=True, order=True)
class Period:
    """A month, quarter or year; `until_on` is its last day."""

    code: str
    from_on: date
    until_on: date

    @property
    def year(self) -> int:
        """The year it lies in."""
        return self.from_on.year

    @property
    def kind(self) -> str:
        """`month`, `quarter` or `year`."""
        return {4: "year", 7: "quarter" if "K" in self.code else "month"}[len(self.code)]

    @property
    def months(self) -> tuple[date, ...]:
        """The first day of each of its months."""
        return months_between(self.from_on, self.until_on)

    @property
    def instants(self) -> tuple[datetime, datetime]:
        """The instants it begins and ends at."""
        return instant(self.from_on, time()), instant(self.until_on + timedelta(days=1), time())


def parse(code: str) -> Period:
    """Return the period of "2026", "2026-K3" or "2026-11". Raises BadPeriod."""
    found = _CODE.fullmatch(code.strip().upper())
    if not found or not FIRST_YEAR <= int(found[1]) <= LAST_YEAR:
        raise BadPeriod(code)
    year, quarter, month = int(found[1]), found[2], found[3]
    if month:
        start, length = date(year, int(month), 1), 1
    elif quarter:
        start, length = date(year, 3 * int(quarter) - 2, 1), 3
    else:
        start, length = date(year, 1, 1), 12
    end = start + relativedelta(months=length, days=-1)
    return Period(found[0], start, end)


def month_code(day: date) -> str:
    """Return the code of the month a day lies in."""
    return f"{day.year:04d}-{day.month:02d}"


def quarter_code(day: date) -> str:
    """Return the code of the quarter a day lies in."""
    return f"{day.year:04d}-K{(day.month + 2) // 3}"


def chain(day: date) -> tuple[str, str, str]:
    """Return the codes of a day's month, quarter and year."""
    return month_code(day), quarter_code(day), f"{day.year:04d}"


def months_between(first: date, last: date) -> tuple[date, ...]:
    """Return the first day of each month from that of `first` to that of `last`, both included."""
    count = 12 * (last.year - first.year) + last.month - first.month + 1
    start = first.replace(day=1)
    return tuple(start + relativedelta(months=number) for number in range(max(0, count)))


def counted_of(period: Period, today: date) -> Period:
    """Return a period as far as what happens is counted: until the month of today is over."""
    this_month = parse(month_code(today))
    return replace(period, until_on=min(period.until_on, this_month.until_on))


def offered(today: date, years: int = 3) -> list[Period]:
    """Return the periods to choose from, the latest first: this year's and those of years back."""
    codes = []
    for year in range(today.year, today.year - years, -1):
        months = list(months_between(date(year, 1, 1), date(year, 12, 1)))
        begun = [day for day in months if day <= today]
        quarters = list(dict.fromkeys(quarter_code(day) for day in begun))
        codes += [f"{year:04d}", *reversed(quarters)]
        codes += [month_code(day) for day in reversed(begun)]
    return [parse(code) for code in codes]
