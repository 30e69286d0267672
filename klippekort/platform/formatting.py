"""Minutes, days, times, money and phone numbers as people read them, in the reader's language."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time
from babel.numbers import format_decimal
from flask import Flask

from klippekort.platform.i18n import TIMEZONE, _, current_locale, ngettext, reader_language
from klippekort.platform.languages import LANGUAGES

Tone = Literal["neutral", "good", "waiting", "warning", "bad"]

COPENHAGEN = ZoneInfo(TIMEZONE)


@dataclass(frozen=True, slots=True)
class Status:
    """A state as it is shown: a word, a tone that gives the colour, and an icon of icons.svg."""

    word: str
    tone: Tone = "neutral"
    icon: str | None = None


def duration(minutes: int) -> str:
    """Return minutes in full words: "1 time 30 minutter". Raises ValueError below zero."""
    hours, rest = _hours_and_minutes(minutes)
    parts = []
    if hours:
        parts.append(ngettext("%(num)s hour", "%(num)s hours", hours))
    if rest or not hours:
        parts.append(ngettext("%(num)s minute", "%(num)s minutes", rest))
    return " ".join(parts)


def short_duration(minutes: int) -> str:
    """Return minutes for narrow places: "1 t 30 min". Raises ValueError below zero."""
    hours, rest = _hours_and_minutes(minutes)
    parts = []
    if hours:
        parts.append(_("%(hours)s h", hours=hours))
    if rest or not hours:
        parts.append(_("%(minutes)s min", minutes=rest))
    return " ".join(parts)


def punches(minutes: int, minutes_per_punch: int, one: str, many: str) -> str:
    """Return minutes as a scheme's punches, with what is over in minutes: never rounded.

    `one` and `many` are the scheme's own words, so "6 klip" or "5 klip og 10 minutter".
    Raises ValueError below zero, or when a punch is not at least a minute.
    """
    if minutes < 0 or minutes_per_punch < 1:
        raise ValueError(f"{minutes} minutes at {minutes_per_punch} to the punch")
    whole, rest = divmod(minutes, minutes_per_punch)
    words = f"{whole} {one if whole == 1 else many}"
    if not rest:
        return words
    if not whole:
        return duration(rest)
    return str(_("%(punches)s and %(time)s", punches=words, time=duration(rest)))


def day(on: date | datetime, today: date | None = None) -> str:
    """Return a day as "tirsdag den 3. marts".

    With `today` a near day is also called today, tomorrow or yesterday, and a day of another
    year gets its year. An aware instant is the day it is in Copenhagen.
    """
    on = _local_day(on)
    if today is None:
        return _plain_day(on)
    words = _plain_day(on) if on.year == today.year else full_day(on)
    match (on - today).days:
        case 0:
            return str(_("today, %(day)s", day=words))
        case 1:
            return str(_("tomorrow, %(day)s", day=words))
        case -1:
            return str(_("yesterday, %(day)s", day=words))
    return words


def full_day(on: date | datetime) -> str:
    """Return a day with its year, for letters and lists that go far back."""
    language = reader_language()
    return format_date(_local_day(on), f"{language.day} y", locale=language.locale)


def short_day(on: date) -> str:
    """Return a day with its year for narrow places: "3. mar. 2026"."""
    language = reader_language()
    return format_date(on, f"{language.short_day} y", locale=language.locale)


def weekday_name(number: int) -> str:
    """Return a weekday, 0 for Monday, as it is written within a sentence: "onsdag"."""
    return format_date(date(2024, 1, 1 + number), "EEEE", locale=current_locale())


def one_decimal(number: float) -> str:
    """Return a number with one decimal: "4,5"."""
    return format_decimal(round(number, 1), "0.0", locale=current_locale())


def month_name(on: date) -> str:
    """Return the month of a day: "november 2026"."""
    return format_date(on, "MMMM y", locale=current_locale())


def clock_time(at: datetime | time) -> str:
    """Return the time of day: "13.05" in Danish, "13:05" in English.

    An aware instant is shown as the clocks in Copenhagen show it.
    """
    if isinstance(at, datetime):
        at = _local(at)
    return _clock_words(at.hour, at.minute, current_locale().language)


def moment(at: datetime, today: date | None = None) -> str:
    """Return day and time: "tirsdag den 3. marts kl. 13.05". `today` is as in `day`."""
    return str(_("%(day)s at %(time)s", day=day(at, today), time=clock_time(at)))


def time_range(start: datetime | time, end: datetime | time) -> str:
    """Return from when to when: "kl. 13.05–15.30"."""
    return str(_("%(start)s–%(end)s", start=clock_time(start), end=clock_time(end)))


def week(on: date | datetime) -> str:
    """Return the ISO week of a day: "uge 53"."""
    return str(_("week %(number)s", number=_local_day(on).isocalendar().week))


def kroner(oere: int) -> str:
    """Return an amount in øre as kroner: "35 kr.", or "35,50 kr." when it is not whole."""
    return _("DKK %(amount)s", amount=_amount_words(oere, current_locale().language))


def phone(e164: str) -> str:
    """Return a phone number in pairs: "20 12 34 56". Numbers from abroad stay as they are."""
    number = e164.removeprefix("+45")
    if len(number) != 8 or not number.isdigit():
        return apart(e164)
    return apart(" ".join(number[place : place + 2] for place in range(0, 8, 2)))


def first_up(text: str) -> str:
    """Return a text with its first letter large, as a sentence or a heading begins."""
    return text[:1].upper() + text[1:]


def apart(said: str) -> str:
    """Return what is written from left to right so that it keeps its order in the reader's text.

    Among words from right to left the pairs of a phone number would change places.
    """
    return f"\u2066{said}\u2069" if reader_language().direction == "rtl" else said


FILTERS: tuple[Callable[..., str], ...] = (
    duration,
    short_duration,
    punches,
    day,
    full_day,
    month_name,
    one_decimal,
    clock_time,
    moment,
    time_range,
    week,
    kroner,
    phone,
    apart,
)


def init_formatting(app: Flask) -> None:
    """Give templates every function here, both as a filter and as a function."""
    for function in FILTERS:
        app.jinja_env.filters[function.__name__] = function
        app.jinja_env.globals[function.__name__] = function


def _hours_and_minutes(minutes: int) -> tuple[int, int]:
    if minutes < 0:
        raise ValueError(f"{minutes} minutes")
    return divmod(minutes, 60)


def _plain_day(on: date) -> str:
    return _day_words(on, current_locale().language)


# A list says the same days and hours over and over, and finding the words takes a while.
@lru_cache(maxsize=2048)
def _day_words(on: date, language: str) -> str:
    return format_date(on, LANGUAGES[language].day, locale=LANGUAGES[language].locale)


@lru_cache(maxsize=1024)
def _amount_words(oere: int, language: str) -> str:
    pattern = "#,##0" if oere % 100 == 0 else "#,##0.00"
    return format_decimal(Decimal(oere) / 100, pattern, locale=LANGUAGES[language].locale)


@lru_cache(maxsize=4096)
def _clock_words(hour: int, minute: int, language: str) -> str:
    spoken = LANGUAGES[language]
    return format_time(time(hour, minute), spoken.clock, locale=spoken.locale)


def _local(at: datetime) -> datetime:
    return at if at.tzinfo is None else at.astimezone(COPENHAGEN)


def _local_day(on: date | datetime) -> date:
    return _local(on).date() if isinstance(on, datetime) else on
