"""Fields of forms about activities: what people type where a browser gives no help."""

import re
import time
from contextlib import suppress
from datetime import date
from typing import Any

from wtforms import Field
from wtforms.validators import InputRequired, NumberRange
from wtforms.widgets import TextInput

from klippekort.domain.travel import Point, is_in_denmark
from klippekort.platform.forms import DAYS, CountField, Unreadable
from klippekort.platform.i18n import _, _l

_POINT = re.compile(
    r"(\d{1,3}(?:[.,]\d+)?)(?:\s*(?:[;/]|,\s)\s*|\s+)(\d{1,3}(?:[.,]\d+)?)", re.ASCII
)
_BARE_POINT = re.compile(r"(\d{1,3}\.\d+),(\d{1,3}\.\d+)", re.ASCII)
_PRICE = re.compile(r"(\d{1,4})(?:[,.](\d{1,2})|,-)?\s*(?:kr\.?)?", re.ASCII | re.IGNORECASE)


MOST = 500


def needed(message: str) -> InputRequired:
    """Ask for an answer."""
    return InputRequired(message)


class KronerField(Unreadable, Field):
    """An amount typed in kroner, with decimal comma or point, and held in øre; empty is 0."""

    widget = TextInput()

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read what was typed. Raises ValueError with words for the reader."""
        if not valuelist:
            return
        found = _PRICE.fullmatch(str(valuelist[0]).strip() or "0")
        if found is None:
            self.data = None
            raise ValueError(_("Write the price in kroner, such as 35 or 35,50."))
        self.data = int(found[1]) * 100 + int((found[2] or "0").ljust(2, "0"))

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        whole, rest = divmod(self.data or 0, 100)
        return f"{whole},{rest:02d}" if rest else str(whole)


class PointField(Unreadable, Field):
    """Where a place lies, typed as two numbers: north first, as maps tell it; empty is None."""

    widget = TextInput()

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read what was typed. Raises ValueError with words for the reader."""
        typed = str(valuelist[0]).strip() if valuelist else ""
        self.data = None
        if not typed:
            return
        found = _BARE_POINT.fullmatch(typed) or _POINT.fullmatch(typed)
        if found is None:
            raise ValueError(_("Write two numbers, such as 55.3210, 10.7912."))
        north, east = (round(float(part.replace(",", ".")), 5) for part in found.groups())
        point = Point(north, east)
        if is_in_denmark(Point(east, north)):
            raise ValueError(_("Write the two numbers the other way round."))
        if not is_in_denmark(point):
            raise ValueError(_("That place is not in Denmark. Check both numbers."))
        self.data = point

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return f"{self.data.latitude}, {self.data.longitude}" if self.data else ""


class DaysField(Unreadable, Field):
    """Days with commas between, typed the Danish way; empty is none."""

    widget = TextInput()
    data: tuple[date, ...]

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the days. Raises ValueError with words for the reader."""
        typed = str(valuelist[0]) if valuelist else ""
        self.data = ()
        try:
            found = {_day(part) for part in re.split(r"[,;\s]+", typed.strip()) if part}
        except ValueError:
            raise ValueError(_("Write days like 24-12-2026, with commas between.")) from None
        self.data = tuple(sorted(found))

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return ", ".join(f"{day:%d-%m-%Y}" for day in self.data or ())


def _day(typed: str) -> date:
    for pattern in DAYS:
        with suppress(ValueError):
            return date(*time.strptime(typed, pattern)[:3])
    raise ValueError(typed)


def seats() -> CountField:
    """Return the question how many guests there is room for."""
    return CountField(
        _l("Room for how many guests?"),
        [
            needed(_l("Write how many guests there is room for.")),
            NumberRange(1, MOST, _l("Write a number from 1 to 500.")),
        ],
    )


def wheelchairs() -> CountField:
    """Return the question how many of the guests may sit in a wheelchair."""
    return CountField(
        _l("How many of them in a wheelchair?"),
        [
            needed(_l("Write how many. Write 0 if there are none.")),
            NumberRange(0, MOST, _l("Write a number from 0 to 500.")),
        ],
        default=0,
    )
