"""Cells as Danes write them, read to values: a reader returns the value or a CellFault."""

import re
from collections.abc import Callable, Mapping
from datetime import date, time
from decimal import Decimal
from typing import TypeVar

import phonenumbers

from klippekort.domain import record_refs
from klippekort.imports.reading.faults import CellFault, Code, shown

T = TypeVar("T")

MONTHS = (
    "januar",
    "februar",
    "marts",
    "april",
    "maj",
    "juni",
    "juli",
    "august",
    "september",
    "oktober",
    "november",
    "december",
)
YEARS = range(1900, 2201)
MOST_MINUTES = 1_000_000
REPLACEMENT_DAY = 60
_DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"))
_PERSON_NUMBER = re.compile(r"(\d\d)(\d\d)(\d\d)-?([0-9A-Z]{4})", re.ASCII)
_DAY_FIRST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})", re.ASCII)
_YEAR_FIRST = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)
_IN_WORDS = re.compile(r"(\d{1,2})\.? ([a-zæøå]+)\.? (\d{4})", re.ASCII)
_NO_CLOCK = re.compile(r"[ t]0?0[:.]00([:.]00)?$", re.ASCII)
_TIME = re.compile(r"(\d{1,2})[:.](\d\d)(?:[:.]00)?", re.ASCII)
_WHOLE = re.compile(r"\d{1,9}", re.ASCII)
_DECIMAL = re.compile(r"(-?)(\d{1,9}|\d{1,3}(?:\.\d{3}){1,2})(?:,(\d{1,6}))?", re.ASCII)
_DECIMAL_POINT = re.compile(r"-?\d{1,9}\.\d{1,2}", re.ASCII)
_DEGREES = re.compile(r"\d{1,3}(?:[.,]\d{1,15})?", re.ASCII)
_CLOCK_MINUTES = re.compile(r"(\d{1,5}):([0-5]\d)(?::00)?", re.ASCII)
_SPOKEN_MINUTES = re.compile(
    r"(?:(\d{1,5}) ?(?:t|time|timer)\.?)? ?(?:(?:og )?(\d{1,6}) ?(?:m|min|minut|minutter)\.?)?",
    re.ASCII,
)
_EMAIL = re.compile(r"[^@\s,;<>\"]{1,64}@[^@\s,;<>\"]+\.[^@\s,;<>\".]{2,}")
_PRICE_NOISE = re.compile(r"^(?:dkk|kr\.?) ?| ?(?:dkk|kr\.?|,-)$")
YES_NO: Mapping[str, bool] = {
    **dict.fromkeys(("ja", "j", "x", "1", "sand", "sandt", "yes", "y", "true"), True),
    **dict.fromkeys(("nej", "n", "0", "falsk", "no", "false"), False),
}


def _fault(code: Code, value: str, detail: str = "") -> CellFault:
    return CellFault(code, shown(value), detail)


def _plain(value: str) -> str:
    """Return `value` on one line, in small letters, with ordinary dashes."""
    return " ".join(value.split()).casefold().translate(_DASHES)


def text(longest: int = 200) -> Callable[[str], str | CellFault]:
    """Return a reader of text on one line, of at most `longest` characters."""

    def read(value: str) -> str | CellFault:
        joined = " ".join(value.split())
        if len(joined) > longest:
            return _fault(Code.TEXT_TOO_LONG, joined, str(longest))
        return joined

    return read


def person_number(value: str) -> str | CellFault:
    """Return a person number as DDMMYY-XXXX.

    Replacement numbers (day + 60, or letters among the last four) are numbers too, and the mod-11
    check is not made: since 2007 real numbers fail it.
    """
    compact = "".join(value.split()).translate(_DASHES).upper()
    if compact.isascii() and compact.isdigit() and len(compact) == 9:
        return _fault(Code.PERSON_NUMBER_TOO_SHORT, value)
    match = _PERSON_NUMBER.fullmatch(compact)
    if match is None:
        return _fault(Code.BAD_PERSON_NUMBER, value)
    day, month, year = int(match[1]), int(match[2]), int(match[3])
    real_day = day - REPLACEMENT_DAY if day > REPLACEMENT_DAY else day
    if not any(_is_day(century + year, month, real_day) for century in (1800, 1900, 2000)):
        return _fault(Code.BAD_PERSON_NUMBER, value)
    return f"{match[1]}{match[2]}{match[3]}-{match[4]}"


def record_ref(value: str) -> str | CellFault:
    """Return what the care record calls somebody; what looks like a person number is refused."""
    ref = record_refs.written(value)
    if record_refs.looks_like_person_number(ref):
        return _fault(Code.PERSON_NUMBER_AS_RECORD_ID, ref)
    if len(ref) > record_refs.LONGEST:
        return _fault(Code.TEXT_TOO_LONG, ref, str(record_refs.LONGEST))
    return ref


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def danish_date(value: str) -> date | CellFault:
    """Return the day in 19-10-2026, 19/10/2026, 19.10.2026, 2026-10-19 or 19. oktober 2026."""
    plain = _NO_CLOCK.sub("", _plain(value))
    if match := _DAY_FIRST.fullmatch(plain):
        day, month, year = (int(part) for part in match.groups())
    elif match := _YEAR_FIRST.fullmatch(plain):
        year, month, day = (int(part) for part in match.groups())
    elif match := _IN_WORDS.fullmatch(plain):
        day, month, year = int(match[1]), _month(match[2]), int(match[3])
    else:
        return _fault(Code.BAD_DATE, value)
    if year not in YEARS or not _is_day(year, month, day):
        return _fault(Code.BAD_DATE, value)
    return date(year, month, day)


def _month(name: str) -> int:
    """Return the number of a month from its Danish name or first letters, 0 when it is none."""
    found = [at for at, month in enumerate(MONTHS, 1) if len(name) >= 3 and month.startswith(name)]
    return found[0] if found else 0


def clock_time(value: str) -> time | CellFault:
    """Return the time of day in 7:30, 07.30 or kl. 7.30. 24:00 is refused: of which day is it?"""
    plain = _plain(value).removeprefix("kl").removeprefix(".").strip()
    match = _TIME.fullmatch(plain)
    if match is None:
        return _fault(Code.BAD_TIME, value)
    hour, minute = int(match[1]), int(match[2])
    if (hour, minute) == (24, 0):
        return _fault(Code.MIDNIGHT_AS_24, value)
    if hour > 23 or minute > 59:
        return _fault(Code.BAD_TIME, value)
    return time(hour, minute)


def decimal(lowest: int, highest: int) -> Callable[[str], Decimal | CellFault]:
    """Return a reader of numbers with a decimal comma, such as 612,5 or 1.250,00."""

    def read(value: str) -> Decimal | CellFault:
        plain = _plain(value).replace(" ", "")
        if match := _DECIMAL.fullmatch(plain):
            fraction = f".{match[3]}" if match[3] else ""
            number = Decimal(match[1] + match[2].replace(".", "") + fraction)
        elif _DECIMAL_POINT.fullmatch(plain):
            number = Decimal(plain)
        else:
            return _fault(Code.BAD_DECIMAL, value)
        if not lowest <= number <= highest:
            return _fault(Code.OUT_OF_RANGE, value, f"{lowest}\u2013{highest}")
        return number

    return read


def degrees(lowest: float, highest: float) -> Callable[[str], float | CellFault]:
    """Return a reader of degrees with decimal comma or point, kept to about a metre."""

    def read(value: str) -> float | CellFault:
        if not _DEGREES.fullmatch(value):
            return _fault(Code.BAD_DEGREES, value)
        number = round(float(value.replace(",", ".")), 5)
        if not lowest <= number <= highest:
            return _fault(Code.OUT_OF_RANGE, value, f"{lowest}\u2013{highest}".replace(".", ","))
        return number

    return read


def price(value: str) -> Decimal | CellFault:
    """Return an amount in kroner: 25, 25,50, kr. 25, 25,- or gratis."""
    plain = _plain(value)
    if plain in ("gratis", "free"):
        return Decimal(0)
    amount = decimal(0, 100_000)(_PRICE_NOISE.sub("", plain))
    return _fault(amount.code, value, amount.detail) if isinstance(amount, CellFault) else amount


def whole_number(lowest: int, highest: int) -> Callable[[str], int | CellFault]:
    """Return a reader of whole numbers from `lowest` to `highest`."""

    def read(value: str) -> int | CellFault:
        if not _WHOLE.fullmatch(value):
            return _fault(Code.BAD_WHOLE_NUMBER, value)
        if not lowest <= int(value) <= highest:
            return _fault(Code.OUT_OF_RANGE, value, f"{lowest}\u2013{highest}")
        return int(value)

    return read


def minutes(value: str) -> int | CellFault:
    """Return whole minutes from 90, 1:30, 1 t 30 min or 2 timer."""
    plain = _plain(value)
    if _WHOLE.fullmatch(plain):
        count = int(plain)
    elif match := _CLOCK_MINUTES.fullmatch(plain):
        count = int(match[1]) * 60 + int(match[2])
    elif (match := _SPOKEN_MINUTES.fullmatch(plain)) and any(match.groups()):
        count = int(match[1] or 0) * 60 + int(match[2] or 0)
    else:
        return _fault(Code.BAD_MINUTES, value)
    if count > MOST_MINUTES:
        return _fault(Code.OUT_OF_RANGE, value, f"0\u2013{MOST_MINUTES}")
    return count


def yes_no(value: str) -> bool | CellFault:
    """Return True for ja, x, 1 or sand; False for nej, 0 or falsk."""
    answer = YES_NO.get(_plain(value))
    return _fault(Code.BAD_YES_NO, value) if answer is None else answer


def phone(value: str) -> str | CellFault:
    """Return a telephone number as +4544572280; without a country code it is Danish."""
    try:
        number = phonenumbers.parse(value, "DK")
    except phonenumbers.NumberParseException:
        return _fault(Code.BAD_PHONE, value)
    # Only the length is checked: new Danish number series are in use before the library knows them.
    if number.extension or not phonenumbers.is_possible_number(number):
        return _fault(Code.BAD_PHONE, value)
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def email(value: str) -> str | CellFault:
    """Return an e-mail address in small letters."""
    address = value.strip().lower()
    if len(address) > 200 or not _EMAIL.fullmatch(address):
        return _fault(Code.BAD_EMAIL, value)
    return address


def postcode(value: str) -> str | CellFault:
    """Return a Danish postcode: four digits."""
    if len(value) == 4 and value.isascii() and value.isdigit():
        return value
    return _fault(Code.BAD_POSTCODE, value)


def listed(value: str) -> tuple[str, ...] | CellFault:
    """Return the items of a list with commas or semicolons, in order, each once."""
    items = (" ".join(item.split()) for item in re.split("[,;]", value))
    found = tuple(dict.fromkeys(item for item in items if item))
    too_long = next((item for item in found if len(item) > 100), None)
    return _fault(Code.TEXT_TOO_LONG, too_long, "100") if too_long else found


def choice(words: Mapping[str, T]) -> Callable[[str], T | CellFault]:
    """Return a reader of the given small-letter words; one ending in * is a beginning."""
    exact = {word: meaning for word, meaning in words.items() if not word.endswith("*")}
    beginnings = {word[:-1]: meaning for word, meaning in words.items() if word.endswith("*")}
    offered = ", ".join(word.replace("*", "…") for word in words)

    def read(value: str) -> T | CellFault:
        plain = _plain(value)
        if plain in exact:
            return exact[plain]
        for beginning, meaning in beginnings.items():
            if plain.startswith(beginning):
                return meaning
        return _fault(Code.UNKNOWN_CHOICE, value, offered)

    return read
