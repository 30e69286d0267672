"""The words of activities, and the forms of posting, answering, cancelling and hosting."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from wtforms import (
    BooleanField,
    DateField,
    Field,
    Form,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    TimeField,
    ValidationError,
)
from wtforms.validators import (
    DataRequired,
    InputRequired,
    Length,
    NumberRange,
    Optional,
    Regexp,
    StopValidation,
)
from wtforms.widgets import CheckboxInput, ListWidget, TextInput

from klippekort.activities.services import ActivityFacts
from klippekort.citizens.forms import choices
from klippekort.domain.calendar import instant, local_day
from klippekort.domain.scheduling import Repeats
from klippekort.domain.travel import Point, is_in_denmark
from klippekort.municipalities.forms import stripped
from klippekort.platform.forms import KeyedForm
from klippekort.platform.i18n import _, _l

KINDS: dict[str, str] = {
    "walk": _l("Walk"),
    "meal": _l("Meal"),
    "music": _l("Music and song"),
    "cards": _l("Cards and games"),
    "crafts": _l("Crafts"),
    "exercise": _l("Exercise"),
    "talk": _l("Talk and company"),
    "faith": _l("Church and faith"),
    "other": _l("Something else"),
}
ACCESS: dict[str, str] = {
    "step_free": _l("No steps"),
    "accessible_toilet": _l("Toilet for wheelchair users"),
    "hearing_loop": _l("Hearing loop"),
    "parking": _l("Parking at the door"),
    "quiet": _l("Quiet room"),
    "indoor_seating": _l("Seats indoors"),
}
STATES: dict[str, str] = {
    "proposed": _l("Waits for an answer"),
    "approved": _l("Approved"),
    "declined": _l("Declined"),
}
DECLINE_REASONS: dict[str, str] = {
    "too_little": _l("We need to know more"),
    "no_access": _l("The place is hard to get into"),
    "not_for_guests": _l("It does not suit our guests"),
    "same_time": _l("There is something like it already"),
    "other": _l("Something else"),
}
REASONS: dict[str, str] = {
    "host_ill": _l("The host is ill"),
    "too_few": _l("Too few guests"),
    "weather": _l("The weather"),
    "infection": _l("Infection"),
    "place_closed": _l("The place is closed"),
    "other": _l("Something else"),
}
REPEATS: dict[str, str] = {
    Repeats.ONCE.value: _l("Only that day"),
    Repeats.WEEKLY.value: _l("Every week"),
}
_MOST = 500
_LATEST = timedelta(days=730)
# What a browser sends, and what people type where it gives no help.
_DAYS = ["%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y", "%d.%m.%Y"]
_TIMES = ["%H:%M", "%H:%M:%S", "%H.%M", "%H"]
_POINT = re.compile(
    r"(\d{1,3}(?:[.,]\d+)?)(?:\s*(?:[;/]|,\s)\s*|\s+)(\d{1,3}(?:[.,]\d+)?)", re.ASCII
)
_BARE_POINT = re.compile(r"(\d{1,3}\.\d+),(\d{1,3}\.\d+)", re.ASCII)
_PRICE = re.compile(r"(\d{1,4})(?:[,.](\d{1,2})|,-)?\s*(?:kr\.?)?", re.ASCII | re.IGNORECASE)


def _needed(message: str) -> InputRequired:
    return InputRequired(message)


def _at_most(longest: int) -> Length:
    return Length(max=longest, message=_l("That is too long."))


class _Unreadable:
    """Stop at what could not be read: nothing more can be said of it."""

    process_errors: Sequence[str]
    raw_data: list[Any] | None

    def pre_validate(self, form: Any) -> None:
        """Raise StopValidation when something was typed and could not be read."""
        if self.process_errors and self.raw_data and str(self.raw_data[0]).strip():
            raise StopValidation


class KronerField(_Unreadable, Field):
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


class PointField(_Unreadable, Field):
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


class DayField(_Unreadable, DateField):
    """A day, picked or typed the Danish way."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the day. Raises ValueError with words for the reader."""
        try:
            super().process_formdata([str(value).strip() for value in valuelist])
        except ValueError:
            raise ValueError(_("Write the day like 24-12-2026.")) from None


class ClockField(_Unreadable, TimeField):
    """A time of day, picked or typed the Danish way."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the time. Raises ValueError with words for the reader."""
        try:
            super().process_formdata([str(value).strip() for value in valuelist])
        except ValueError:
            raise ValueError(_("Write the time like 14.00.")) from None


class CountField(_Unreadable, IntegerField):
    """A whole number."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the number. Raises ValueError with words for the reader."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(_("Write a whole number.")) from None


def _several(label: str, words: dict[str, str]) -> SelectMultipleField:
    return SelectMultipleField(
        label,
        [Optional()],
        choices=choices(words),
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )


class ChangeForm(KeyedForm):
    """What may change while people are signed up: the text, the access facts, where the place
    lies and the prices.
    """

    description = TextAreaField(
        _l("A few words about it"), [Optional(), _at_most(1000)], filters=[stripped]
    )
    access = _several(_l("What is the place like?"), ACCESS)
    point = PointField(_l("Where it lies on the map"), [Optional()])
    price = KronerField(_l("Price for a guest, in kroner"), default=0)
    helper_price = KronerField(_l("Price for a helper, in kroner"), default=0)

    def simple_facts(self) -> dict[str, Any]:
        """Return the answers of a valid form, prices in øre."""
        point = self.point.data
        return {
            "description": self.description.data or "",
            "latitude": point.latitude if point else None,
            "longitude": point.longitude if point else None,
            "access": tuple(self.access.data or ()),
            "price_oere": self.price.data or 0,
            "helper_price_oere": self.helper_price.data or 0,
        }


class PostForm(ChangeForm):
    """All that an activity is; `host` and `association` only for those who post for others."""

    title = StringField(
        _l("What is it called?"),
        [DataRequired(_l("Write what it is called.")), _at_most(120)],
        filters=[stripped],
    )
    kind = RadioField(
        _l("What kind is it?"),
        [DataRequired(_l("Choose what kind it is."))],
        choices=choices(KINDS),
    )
    host = SelectField(_l("Host"), default="")
    association = SelectField(_l("Or an association"), default="")
    place = StringField(
        _l("Name of the place"),
        [DataRequired(_l("Write the name of the place.")), _at_most(120)],
        filters=[stripped],
    )
    address = StringField(
        _l("Street and number"),
        [DataRequired(_l("Write street and number.")), _at_most(160)],
        filters=[stripped],
    )
    postcode = StringField(
        _l("Postcode"),
        [Regexp(r"[0-9]{4}\Z", message=_l("Write the four digits of the postcode."))],
        filters=[stripped],
    )
    town = StringField(
        _l("Town"), [DataRequired(_l("Write the town.")), _at_most(60)], filters=[stripped]
    )
    day = DayField(_l("Day"), [_needed(_l("Choose the day."))], format=_DAYS)
    starts = ClockField(_l("From"), [_needed(_l("Write when it begins."))], format=_TIMES)
    ends = ClockField(_l("To"), [_needed(_l("Write when it ends."))], format=_TIMES)
    repeats = RadioField(
        _l("How often?"),
        choices=choices(REPEATS),
        default=Repeats.ONCE.value,
    )
    last_on = DayField(_l("Last day"), [Optional()], format=_DAYS)
    capacity = CountField(
        _l("Room for how many guests?"),
        [
            _needed(_l("Write how many guests there is room for.")),
            NumberRange(1, _MOST, _l("Write a number from 1 to 500.")),
        ],
    )
    wheelchair_places = CountField(
        _l("How many of them in a wheelchair?"),
        [
            _needed(_l("Write how many. Write 0 if there are none.")),
            NumberRange(0, _MOST, _l("Write a number from 0 to 500.")),
        ],
        default=0,
    )
    now: datetime

    def offer(
        self, now: datetime, hosts: dict[str, str] | None, associations: dict[str, str]
    ) -> None:
        """Say what time it is, and whom one may post for; None when it is always one's own."""
        self.now = now
        if hosts is None:
            del self.host
            del self.association
            return
        self.host.choices = choices({"": _("Choose")} | hosts)
        self.association.choices = choices({"": _("Choose")} | associations)

    def validate_host(self, field: SelectField) -> None:
        """Ask for somebody guests can turn to."""
        if not field.data and not self.association.data:
            raise ValidationError(_("Choose a host or an association."))

    def validate_day(self, field: DayField) -> None:
        """Refuse a day that is over, or so far away that it must be a slip."""
        today = local_day(self.now)
        if field.data < today:
            raise ValidationError(_("That day is over. Choose a day to come."))
        if field.data > today + _LATEST:
            raise ValidationError(_("Choose a day within the next two years."))

    def validate_starts(self, field: ClockField) -> None:
        """Refuse a time of today that has been."""
        day = self.day.data
        if day == local_day(self.now) and instant(day, field.data) <= self.now:
            raise ValidationError(_("That time has passed today."))

    def validate_ends(self, field: ClockField) -> None:
        """Refuse an end that is not after the start."""
        if self.starts.data and field.data <= self.starts.data:
            raise ValidationError(_("It must end after it begins."))

    def validate_last_on(self, field: DayField) -> None:
        """Refuse a last day before the first, where it goes on."""
        if self.repeats.data == Repeats.WEEKLY and self.day.data and field.data < self.day.data:
            raise ValidationError(_("The last day is before the first."))

    def validate_wheelchair_places(self, field: CountField) -> None:
        """Refuse more wheelchairs than guests."""
        if self.capacity.data is not None and field.data > self.capacity.data:
            raise ValidationError(_("There is not room for that many guests."))

    def facts(self) -> ActivityFacts:
        """Return the answers of a valid form."""
        is_weekly = self.repeats.data == Repeats.WEEKLY
        return ActivityFacts(
            title=self.title.data,
            kind=self.kind.data,
            place=self.place.data,
            address=self.address.data,
            postcode=self.postcode.data,
            town=self.town.data,
            capacity=self.capacity.data,
            wheelchair_places=self.wheelchair_places.data,
            repeats=Repeats(self.repeats.data),
            first_on=self.day.data,
            starts=self.starts.data,
            ends=self.ends.data,
            last_on=self.last_on.data if is_weekly else None,
            **self.simple_facts(),
        )


class DeclineForm(KeyedForm):
    """Why a proposal is turned down."""

    reason = RadioField(
        _l("Why not?"), [DataRequired(_l("Choose why."))], choices=choices(DECLINE_REASONS)
    )


class CancelForm(KeyedForm):
    """Why a date is cancelled."""

    reason = RadioField(
        _l("What happened?"), [DataRequired(_l("Choose what happened."))], choices=choices(REASONS)
    )


class AttendanceForm(KeyedForm):
    """Who came, and from when to when the host was there."""

    came = _several(_l("Who came?"), {})
    others = CountField(
        _l("How many other guests came?"),
        [
            _needed(_l("Write how many. Write 0 if there are none.")),
            NumberRange(0, _MOST, _l("Write a number from 0 to 500.")),
        ],
        default=0,
    )
    started = ClockField(_l("You came at"), [_needed(_l("Write when you came."))], format=_TIMES)
    ended = ClockField(_l("You left at"), [_needed(_l("Write when you left."))], format=_TIMES)

    def offer(self, guests: dict[str, str]) -> None:
        """Fill in the guests that can be ticked; without any, the question goes."""
        if not guests:
            del self.came
            return
        self.came.choices = choices(guests)
        # A seat given back while the page was open is no fault of the host's.
        self.came.data = [seat for seat in self.came.data or () if seat in guests]


class FilterForm(Form):
    """What to look for among the coming dates; everything may be left alone."""

    q = StringField(_l("Name or place"), [Optional()], filters=[stripped])
    slags = SelectField(_l("Kind"))
    koerestol = BooleanField(_l("Room for a wheelchair"))

    def offer(self) -> None:
        """Fill in the kinds."""
        self.slags.choices = choices({"": _("All kinds")} | KINDS)
