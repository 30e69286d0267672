"""The forms of posting an activity, posting it again, and correcting what it says."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from wtforms import (
    BooleanField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    URLField,
    ValidationError,
)
from wtforms.validators import DataRequired, NumberRange, Optional, Regexp

from klippekort.activities.forms.fields import (
    MOST,
    DaysField,
    KronerField,
    PointField,
    needed,
    seats,
    wheelchairs,
)
from klippekort.activities.forms.words import (
    ACCESS,
    INSURANCE,
    KINDS,
    LANGUAGES,
    NTH,
    ON_HOLIDAYS,
    REPEATS,
    WEEKDAYS,
)
from klippekort.activities.services import ActivityFacts
from klippekort.domain.calendar import instant, local_day
from klippekort.domain.recurrence import Repeats, nth_of
from klippekort.municipalities.forms import stripped
from klippekort.platform.forms import (
    ClockField,
    CountField,
    DayField,
    KeyedForm,
    at_most,
    choices,
    several,
)
from klippekort.platform.i18n import _, _l, ngettext

_LATEST = timedelta(days=730)
_YEAR = timedelta(days=366)
_LONGEST = timedelta(days=365 * 5)
ONLINE = "online"


def smallest_words(smallest: int) -> str:
    """Return how many it takes at least, and what to do about it."""
    return ngettext(
        "It takes at least %(num)s guest. Write that many, or correct the activity first.",
        "It takes at least %(num)s guests. Write that many, or correct the activity first.",
        smallest,
    )


class SaidForm(KeyedForm):
    """What is said of an activity, and may be corrected while people are signed up."""

    description = TextAreaField(
        _l("A few words about it"), [Optional(), at_most(1000)], filters=[stripped]
    )
    price = KronerField(_l("Price for a guest, in kroner"), default=0)
    helper_price = KronerField(_l("Price for a helper, in kroner"), default=0)
    language = SelectField(_l("Language"), default="da", choices=choices(LANGUAGES))
    bring = StringField(_l("What to bring"), [Optional(), at_most(200)], filters=[stripped])
    online_url = URLField(
        _l("Link, when it is held online"),
        [
            at_most(300),
            Regexp(
                r"(https://[^\s<>\"]+)?\Z", message=_l("Write a link that begins with https://")
            ),
        ],
        filters=[stripped],
    )
    smallest = CountField(
        _l("How many must come at least?"),
        [Optional(), NumberRange(1, MOST, _l("Write a number from 1 to 500."))],
    )
    sign_up_hours = CountField(
        _l("Sign up how many hours before?"),
        [Optional(), NumberRange(0, 720, _l("Write a number of hours from 0 to 720."))],
    )
    insurance_class = SelectField(_l("Insurance"), default="unsaid", choices=choices(INSURANCE))
    confirm_by = DayField(_l("Ask if it still exists on"), [Optional()])
    now: datetime
    chairs: int | None = None

    def validate_confirm_by(self, field: DayField) -> None:
        """Refuse a day that is over, unless it stood there: guests would not find it at once."""
        if field.data < local_day(self.now) and field.data != field.object_data:
            raise ValidationError(_("That day is over. Choose a day to come."))

    def validate_smallest(self, field: CountField) -> None:
        """Refuse more guests than there are chairs for."""
        chairs = self["capacity"].data if "capacity" in self else self.chairs
        if chairs is not None and field.data > chairs:
            raise ValidationError(_("There is not room for that many guests."))

    def said(self) -> dict[str, Any]:
        """Return the answers of a valid form, prices in øre."""
        return {
            "description": self.description.data or "",
            "price_oere": self.price.data or 0,
            "helper_price_oere": self.helper_price.data or 0,
            "language": self.language.data,
            "bring": self.bring.data or "",
            "online_url": self.online_url.data or None,
            "smallest": self.smallest.data,
            "sign_up_hours": self.sign_up_hours.data or 0,
            "insurance_class": self.insurance_class.data,
            "confirm_by": self.confirm_by.data,
        }


class PlaceFields(KeyedForm):
    """What the place is like, and where it lies on the map."""

    access = several(_l("What is the place like?"), ACCESS)
    point = PointField(_l("Where it lies on the map"), [Optional()])

    def place_said(self) -> dict[str, Any]:
        """Return the answers of a valid form."""
        point = self.point.data
        return {
            "latitude": point.latitude if point else None,
            "longitude": point.longitude if point else None,
            "access": tuple(self.access.data or ()),
        }


class ChangeForm(SaidForm, PlaceFields):
    """What may change while people are signed up; of the place only where it is this one's own."""

    def offer(self, now: datetime, chairs: int) -> None:
        """Say what time it is, and how many chairs there are where they are fewest."""
        self.now, self.chairs = now, chairs

    def validate_smallest(self, field: CountField) -> None:
        """Refuse more guests than there are chairs for at every date, unless it stood there."""
        if field.data != field.object_data:
            super().validate_smallest(field)


class RuleFields(KeyedForm):
    """How often something is held, beyond its first day."""

    repeats = RadioField(_l("How often?"), choices=choices(REPEATS), default=Repeats.ONCE.value)
    every = CountField(
        _l("Every how many weeks or months?"),
        [Optional(), NumberRange(1, 52, _l("Write a number from 1 to 52."))],
    )
    weekdays = several(_l("On which weekdays?"), WEEKDAYS)
    nth = SelectField(_l("Which of that weekday?"), default="", choices=choices(NTH))
    last_on = DayField(_l("Last day"), [Optional()])
    on_holidays = RadioField(_l("On public holidays"), default="held", choices=choices(ON_HOLIDAYS))
    skipped = DaysField(_l("Days it is not held"), [Optional()])

    def rule(self, first_on: date, *, is_held_first: bool = False) -> dict[str, Any]:
        """Return the answers of a valid form for a rule from a day on, held that day if so said."""
        repeats = Repeats(self.repeats.data)
        is_once = repeats is Repeats.ONCE
        by_weekday = repeats in (Repeats.WEEKLY, Repeats.MONTHLY_WEEKDAY)
        ticked = {int(day) for day in self.weekdays.data or ()} if by_weekday else set()
        if ticked and is_held_first and not self.nth.data:
            ticked.add(first_on.weekday())
        is_nth = repeats is Repeats.MONTHLY_WEEKDAY
        return {
            "repeats": repeats,
            "every": 1 if is_once else self.every.data or 1,
            "weekdays": tuple(sorted(ticked) or ([first_on.weekday()] if by_weekday else [])),
            "nth": (int(self.nth.data) if self.nth.data else nth_of(first_on)) if is_nth else None,
            "last_on": None if is_once else self.last_on.data,
            "on_holidays": "held" if is_once else self.on_holidays.data or "held",
            "skipped": () if is_once else tuple(self.skipped.data or ()),
        }

    def check_last_on(self, first_on: date | None) -> None:
        """Refuse a last day before the first, or too far away, where it goes on."""
        last_on = self.last_on.data
        if self.repeats.data == Repeats.ONCE or last_on is None or first_on is None:
            return
        if last_on < first_on:
            raise ValidationError(_("The last day is before the first."))
        if last_on > first_on + _LONGEST:
            raise ValidationError(_("Choose a last day within five years, or leave it empty."))


class TimeFields(KeyedForm):
    """A day, and from when to when."""

    day = DayField(_l("Day"), [needed(_l("Choose the day."))])
    starts = ClockField(_l("From"), [needed(_l("Write when it begins."))])
    ends = ClockField(_l("To"), [needed(_l("Write when it ends."))])
    past_midnight = BooleanField(_l("It ends after midnight"))
    now: datetime

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
        """Refuse an end that is not after the start, unless it is meant."""
        if self.starts.data is None or field.data > self.starts.data:
            return
        if field.data == self.starts.data or not self.past_midnight.data:
            raise ValidationError(_("It must end after it begins."))


class SeatFields(KeyedForm):
    """Chairs for our guests."""

    capacity = seats()
    wheelchair_places = wheelchairs()

    def validate_wheelchair_places(self, field: CountField) -> None:
        """Refuse more wheelchairs than guests."""
        if self.capacity.data is not None and field.data > self.capacity.data:
            raise ValidationError(_("There is not room for that many guests."))


class PostForm(SaidForm, PlaceFields, RuleFields, TimeFields, SeatFields):
    """All that an activity is; `host` and `association` only for those who post for others."""

    title = StringField(
        _l("What is it called?"),
        [DataRequired(_l("Write what it is called.")), at_most(120)],
        filters=[stripped],
    )
    kind = RadioField(
        _l("What kind is it?"),
        [DataRequired(_l("Choose what kind it is."))],
        choices=choices(KINDS),
    )
    host = SelectField(_l("Host"), default="")
    association = SelectField(_l("Or an association"), default="")
    known_place = SelectField(_l("Where?"), default="")
    place = StringField(_l("Name of the place"), [at_most(120)], filters=[stripped])
    address = StringField(_l("Street and number"), [at_most(160)], filters=[stripped])
    postcode = StringField(_l("Postcode"), filters=[stripped])
    town = StringField(_l("Town"), [at_most(60)], filters=[stripped])
    shares_room = BooleanField(_l("We share the room"))

    def offer(
        self,
        now: datetime,
        hosts: Mapping[str, str] | None,
        associations: Mapping[str, str] | None,
        places: Mapping[str, str],
    ) -> None:
        """Say what time it is, whom one may post for, and which places are known; hosts or
        associations are None where one's own is the answer.
        """
        self.now = now
        here = {"": _("Another place"), **places, ONLINE: _("Online")}
        self.known_place.choices = choices(here)
        if hosts is None:
            del self.host
        else:
            self.host.choices = choices({"": _("Choose")} | dict(hosts))
        if associations is None:
            del self.association
        else:
            self.association.choices = choices({"": _("Choose")} | dict(associations))

    def validate_host(self, field: SelectField) -> None:
        """Ask for somebody guests can turn to."""
        if "association" in self and not field.data and not self.association.data:
            raise ValidationError(_("Choose a host or an association."))

    def validate_last_on(self, field: DayField) -> None:
        """Refuse a last day that makes no sense."""
        self.check_last_on(self.day.data)

    def validate_online_url(self, field: URLField) -> None:
        """Ask for the link when it is held nowhere else."""
        if self.known_place.data == ONLINE and not field.data:
            raise ValidationError(_("Write the link that guests are to use."))

    def validate_place(self, field: StringField) -> None:
        """Ask for the name of a place we do not know."""
        if self._is_new_place and not field.data:
            raise ValidationError(_("Write the name of the place."))

    def validate_address(self, field: StringField) -> None:
        """Ask where a place is that we do not know."""
        if self._is_new_place and not field.data:
            raise ValidationError(_("Write street and number."))

    def validate_postcode(self, field: StringField) -> None:
        """Ask for four digits where we do not know the place."""
        digits = field.data or ""
        if self._is_new_place and not (len(digits) == 4 and digits.isascii() and digits.isdigit()):
            raise ValidationError(_("Write the four digits of the postcode."))

    def validate_town(self, field: StringField) -> None:
        """Ask for the town of a place that we do not know."""
        if self._is_new_place and not field.data:
            raise ValidationError(_("Write the town."))

    @property
    def _is_new_place(self) -> bool:
        return not self.known_place.data

    def facts(self) -> ActivityFacts:
        """Return the answers of a valid form."""
        is_new = self._is_new_place
        is_known = not is_new and self.known_place.data != ONLINE
        return ActivityFacts(
            title=self.title.data,
            kind=self.kind.data,
            place=self.place.data if is_new else "",
            address=self.address.data if is_new else "",
            postcode=self.postcode.data if is_new else None,
            town=self.town.data if is_new else None,
            place_id=UUID(self.known_place.data) if is_known else None,
            capacity=self.capacity.data,
            wheelchair_places=self.wheelchair_places.data,
            first_on=self.day.data,
            starts=self.starts.data,
            ends=self.ends.data,
            **self.said(),
            **self.place_said(),
            **self.rule(self.day.data, is_held_first=True),
        )


class AgainForm(TimeFields, SeatFields):
    """The same as last time: on another day, or on all days of a rhythm until a last one."""

    often = RadioField(_l("How often?"), default="once", validate_choice=False)
    last_on = DayField(_l("Last day"), [Optional()])
    shares_room = BooleanField(_l("We share the room"))

    smallest: int | None = None

    def offer(self, now: datetime, rhythm: str, smallest: int | None = None) -> None:
        """Say what time it is, how often it could be held besides once, and how many it takes."""
        self.now, self.smallest = now, smallest
        self.often.choices = choices({"once": _("Only that day"), "rhythm": rhythm})

    @property
    def goes_on(self) -> bool:
        """Say whether more dates than one are asked for."""
        return bool(self.often.data == "rhythm")

    def validate_capacity(self, field: CountField) -> None:
        """Refuse fewer chairs than the guests it takes."""
        if self.smallest is not None and field.data < self.smallest:
            raise ValidationError(smallest_words(self.smallest))

    def validate_often(self, field: RadioField) -> None:
        """Ask for the last day where there are to be several."""
        if self.goes_on and self.last_on.data is None and not self.last_on.process_errors:
            raise ValidationError(_("Write the last day below."))

    def validate_last_on(self, field: DayField) -> None:
        """Refuse a last day before the first, or more than a year away."""
        if not self.goes_on or field.data is None or self.day.data is None:
            return
        if field.data < self.day.data:
            raise ValidationError(_("The last day is before the first."))
        if field.data > self.day.data + _YEAR:
            raise ValidationError(_("Choose a last day within a year."))


class RuleForm(RuleFields):
    """How often something is held from a day on."""

    from_on = DayField(_l("From which day?"), [needed(_l("Choose the day."))])
    seen = StringField()
    shares_room = BooleanField(_l("We share the room"))
    now: datetime

    def validate_from_on(self, field: DayField) -> None:
        """Refuse a day that is over."""
        if field.data and field.data < local_day(self.now):
            raise ValidationError(_("That day is over. Choose a day to come."))

    def validate_last_on(self, field: DayField) -> None:
        """Refuse a last day that makes no sense."""
        self.check_last_on(self.from_on.data)


class DateForm(TimeFields, SeatFields):
    """What one date is to be, and which others are to follow it."""

    place = SelectField(_l("Where?"), default="")
    note = StringField(_l("A note for that day"), [Optional(), at_most(200)], filters=[stripped])
    scope = RadioField(_l("Which dates?"), default="this")
    seen = StringField()
    shares_room = BooleanField(_l("We share the room"))

    def offer(self, now: datetime, places: Mapping[str, str], scopes: Mapping[str, str]) -> None:
        """Say what time it is, which places are known, and which dates may follow."""
        self.now = now
        self.place.choices = choices(dict(places) | {"": _("Online")})
        self.scope.choices = choices(dict(scopes))
