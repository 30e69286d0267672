"""What is asked about a standing agreement: where, when, how and with whom."""

from datetime import date
from typing import Any
from uuid import UUID

from wtforms import IntegerField, RadioField, SelectField, StringField, ValidationError
from wtforms.validators import DataRequired, Length, NumberRange, Optional, StopValidation
from wtforms.widgets import HiddenInput

from klippekort.activities.forms import KINDS
from klippekort.domain.addresses import known
from klippekort.municipalities.forms import stripped
from klippekort.platform.forms import ClockField, DayField, KeyedForm, choices
from klippekort.platform.i18n import _, _l
from klippekort.trips.forms.book import TRANSPORT
from klippekort.trips.forms.show import LONGEST_WAY
from klippekort.trips.forms.spot import AHEAD, postcode, road

WEEKDAYS = {
    "0": _l("Monday"),
    "1": _l("Tuesday"),
    "2": _l("Wednesday"),
    "3": _l("Thursday"),
    "4": _l("Friday"),
    "5": _l("Saturday"),
    "6": _l("Sunday"),
}
RHYTHMS = {"1": _l("Every week"), "2": _l("Every second week"), "4": _l("Every fourth week")}
LEFT_OUT = {
    "visitors": _l("Visitors"),
    "holiday": _l("Holiday"),
    "not_today": _l("Does not want to"),
    "helper": _l("No helper that day"),
    "other": _l("Something else"),
}
LONGEST_STAY = 600


class NeededAtPlace:
    """Ask for an answer only to a place: an activity has its own day and time."""

    def __init__(self, message: Any) -> None:
        self.message = message

    def __call__(self, form: Any, field: Any) -> None:
        """Raise StopValidation where an answer is missing, and where none is wanted."""
        if form.activity_id.data:
            field.errors = []
            raise StopValidation
        if not field.raw_data or not field.raw_data[0]:
            field.errors = []
            raise StopValidation(str(self.message))


class AgreementForm(KeyedForm):
    """A trip that is agreed once and made again and again."""

    activity_id = SelectField(_l("To an activity"), default="")
    destination = StringField(
        _l("Or to a place of her own choice"),
        [Optional(), Length(max=160, message=_l("At most 160 characters."))],
        filters=[stripped],
    )
    address = road()
    postcode = postcode()
    kind = RadioField(_l("What is it?"), choices=choices(KINDS), default="walk")
    weekday = RadioField(_l("Which day?"), choices=choices(WEEKDAYS), default="2")
    every_weeks = RadioField(_l("How often?"), choices=choices(RHYTHMS), default="1")
    starts = ClockField(_l("It begins at"), [NeededAtPlace(_l("Write when it begins."))])
    minutes = IntegerField(
        _l("How many minutes there?"),
        [
            NeededAtPlace(_l("Write the minutes.")),
            NumberRange(5, LONGEST_STAY, _l("Write between 5 and 600 minutes.")),
        ],
        default=60,
    )
    travel_each_way = IntegerField(
        _l("Minutes each way"),
        [Optional(), NumberRange(0, LONGEST_WAY, _l("Write between 0 and 240 minutes."))],
    )
    transport = RadioField(_l("How do you get there?"), choices=choices(TRANSPORT), default="walk")
    care_worker_id = SelectField(_l("Who goes along?"), default="")
    from_on = DayField(_l("From"), [DataRequired(_l("Write the first day."))])
    until_on = DayField(_l("Until"), [Optional()])

    # The day it is. The page sets it.
    today: date | None = None

    def validate_activity_id(self, field: Any) -> None:
        """Ask for an activity or a place; with both, the activity is meant."""
        if not field.data and not self.destination.data:
            self.destination.errors = [_("Choose an activity, or write the place.")]
            raise ValidationError(_("Choose an activity, or write the place."))

    def validate_from_on(self, field: Any) -> None:
        """Refuse a first day that is over, or more than a year ahead."""
        if self.today is not None and field.data < self.today:
            raise ValidationError(_("Choose today or a later day."))
        if self.today is not None and field.data > self.today + AHEAD:
            raise ValidationError(_("Choose a day within a year."))

    def validate_until_on(self, field: Any) -> None:
        """Refuse an end before the beginning."""
        if field.data and self.from_on.data and field.data < self.from_on.data:
            raise ValidationError(_("The last day cannot be before the first."))

    @property
    def spot(self) -> str | None:
        """Return the postcode that was given, or stands in what was written of the place."""
        at = known(self.address.data, self.postcode.data, self.destination.data or "")
        return at.postcode if at else self.postcode.data or None

    @property
    def chosen_activity(self) -> UUID | None:
        """Return the activity, or None for a place."""
        return UUID(self.activity_id.data) if self.activity_id.data else None

    @property
    def chosen_worker(self) -> UUID | None:
        """Return the helper, or None for whoever is free."""
        return UUID(self.care_worker_id.data) if self.care_worker_id.data else None


class LeaveOutForm(KeyedForm):
    """A day that is left out, and why."""

    on = DayField(_l("Which day is left out?"), [DataRequired(_l("Write the day."))])
    reason = RadioField(_l("Why?"), choices=choices(LEFT_OUT), default="other")


class KeepDayForm(KeyedForm):
    """The button that puts a day back which was left out."""

    on = DayField(widget=HiddenInput(), validators=[DataRequired()])


class EndAgreementForm(KeyedForm):
    """The last day of an agreement."""

    last_on = DayField(_l("Last day"), [DataRequired(_l("Write the last day."))])
