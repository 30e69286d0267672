"""Danish days, weeks, holidays and clocks. Local means Europe/Copenhagen."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
ONE_DAY = timedelta(days=1)
A_LIFETIME_YEARS = 120


def stamp(instant: datetime) -> str:
    """Return an aware instant as fixed-width UTC text that sorts and hashes the same everywhere."""
    return instant.astimezone(UTC).isoformat(timespec="microseconds")[:26] + "Z"


def local(instant: datetime) -> datetime:
    """Return an aware instant on the Danish clock."""
    return instant.astimezone(COPENHAGEN)


def local_day(instant: datetime) -> date:
    """Return the Danish day an aware instant falls on."""
    return local(instant).date()


def instant(day: date, at: time) -> datetime:
    """Return the UTC instant of a Danish wall-clock time.

    A time that exists twice (the October night) is its first occurrence; one that does not exist
    (the March night) is moved forward by the gap.
    """
    return datetime.combine(day, at, COPENHAGEN).astimezone(UTC)


def day_span(day: date) -> tuple[datetime, datetime]:
    """Return the UTC instants at which a Danish day begins and ends (23, 24 or 25 hours apart)."""
    return instant(day, time()), instant(day + ONE_DAY, time())


def minutes_between(start: datetime, end: datetime) -> int:
    """Return the whole minutes from one aware instant to another, counted in real time."""
    return int((end.astimezone(UTC) - start.astimezone(UTC)).total_seconds() // 60)


def day_said(text: str, near: date) -> date | None:
    """Return the day in a text such as 2026-12-24; None for none, and for one a lifetime away:
    around the first and the last day there are, no week can be reckoned.
    """
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if abs(day.year - near.year) <= A_LIFETIME_YEARS else None


def monday(day: date) -> date:
    """Return the Monday of the ISO week that holds `day`."""
    return day - timedelta(days=day.weekday())


def iso_week(day: date) -> str:
    """Return the ISO week as text, such as 2026-W53 (the year is the week's, not the day's)."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"


@lru_cache(maxsize=64)
def public_holidays(year: int) -> frozenset[date]:
    """Return Denmark's public holidays in a year; Great Prayer Day is among them until 2023."""
    import holidays  # noqa: PLC0415  half a second to load, and most commands never ask

    return frozenset(holidays.country_holidays("DK", years=year, language="da"))


def is_public_holiday(day: date) -> bool:
    """Say whether `day` is a Danish public holiday."""
    return day in public_holidays(day.year)


def is_weekday(day: date) -> bool:
    """Say whether `day` is Monday to Friday and no public holiday."""
    return day.weekday() < 5 and not is_public_holiday(day)


def shares_a_day(
    from_on: date, until_on: date | None, other_from: date, other_until: date | None
) -> bool:
    """Say whether two spans of days meet, their last days included; None is open-ended."""
    begins_before = until_on is None or other_from <= until_on
    return begins_before and (other_until is None or other_until >= from_on)
