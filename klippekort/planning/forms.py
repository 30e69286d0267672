"""What planners are asked: who comes along and when, shifts, and why somebody is away."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from wtforms import (
    BooleanField,
    DateField,
    RadioField,
    SelectField,
    StringField,
    TimeField,
    ValidationError,
)
from wtforms.validators import DataRequired, InputRequired, Optional
from wtforms.widgets import HiddenInput

from klippekort.domain.calendar import day_span, instant, local, local_day
from klippekort.domain.escorting import Duty
from klippekort.domain.shifts import pause_within, span
from klippekort.platform.formatting import clock_time
from klippekort.platform.forms import AskedForm, ClockField, DayField, KeyedForm, choices
from klippekort.platform.i18n import _, _l
from klippekort.trips.forms.answers import AnsweringForm

REASONS = {
    "ill": _l("Ill"),
    "course": _l("On a course"),
    "holiday": _l("On holiday"),
    "other": _l("Something else"),
}
UNTIL = {
    "today": _l("The rest of that day"),
    "date": _l("Until a date"),
    "open": _l("Until further notice"),
}
FROM = {"now": _l("From now on"), "later": _l("From another day or time")}
BACK, AHEAD = timedelta(days=31), timedelta(days=2 * 365)
"""How far from today a day of a plan may lie; farther away it must be a slip."""


def check_near(day: date, first: date, today: date) -> None:
    """Raise ValidationError, in words, for a day before `first`, or too far ahead of today."""
    if day < first:
        raise ValidationError(_("That is too long ago. Check the year."))
    if day > today + AHEAD:
        raise ValidationError(_("That is more than two years ahead. Check the year."))


def check_exists(at: datetime, said: time | None) -> None:
    """Raise ValidationError, in words, when `at` is not the time that was said: in the March night
    when clocks go forward, an hour does not exist.
    """
    if said is not None and local(at).time() != said:
        text = _("The clocks go forward that night: %(time)s is not there.", time=clock_time(said))
        raise ValidationError(text)


class MoveForm(AnsweringForm):
    """Who comes along, and the new time of a trip that may be moved.

    Without `day` and `clock` the trip keeps its time. An empty helper is one to be found later.
    `instead_of` is asked on a trip with two helpers: the other one stays.
    """

    instead_of = RadioField(_l("Who is replaced?"), validate_choice=False)
    escort = RadioField(_l("Who goes along?"), validate_choice=False)
    day = DateField(widget=HiddenInput(), validators=[Optional()])
    clock = TimeField(widget=HiddenInput(), validators=[Optional()])
    agreed = BooleanField(_l("The citizen has said yes to the new time"))
    is_moved = False
    today: date

    def validate_day(self, field: Any) -> None:
        """Refuse a day that is over, and one that must be a slip."""
        if not field.data:
            return
        if self.today - BACK <= field.data < self.today:
            raise ValidationError(_("That day is over. Choose one that is still to come."))
        check_near(field.data, self.today, self.today)

    def validate_instead_of(self, field: Any) -> None:
        """Refuse somebody who is not on the trip, or is not the reader's to exchange."""
        if (field.data or "") not in (field.choices or ("",)):
            raise ValidationError(_("Choose who is replaced."))

    def validate_escort(self, field: Any) -> None:
        """Refuse a helper who is not on the list."""
        if (field.data or "") not in field.choices:
            raise ValidationError(_("Choose who goes along."))

    def validate_agreed(self, field: Any) -> None:
        """Refuse a new time that the citizen has not said yes to."""
        if self.is_moved and not field.data:
            raise ValidationError(_("Ask the citizen first. Then tick the box."))

    @property
    def chosen(self) -> UUID | None:
        """Return the helper, or None for one to be found later."""
        return UUID(self.escort.data) if self.escort.data else None

    @property
    def replaced(self) -> UUID | None:
        """Return who gives way, or None where nobody has to."""
        return UUID(self.instead_of.data) if self.instead_of.data else None


class VisitsForm(AskedForm):
    """For which days, and of which supplier; it is sent by GET and changes nothing."""

    first = DayField(
        _l("First day"), name="fra", validators=[DataRequired(_l("Choose the first day."))]
    )
    last = DayField(
        _l("Last day"), name="til", validators=[DataRequired(_l("Choose the last day."))]
    )
    supplier = SelectField(_l("Supplier"), name="leverandoer", default="", validators=[Optional()])

    def offer(self, suppliers: Sequence[Any]) -> None:
        """Fill the list of suppliers to choose from."""
        names = {"": _("All suppliers"), **{str(one.id): one.name for one in suppliers}}
        self.supplier.choices = choices(names)

    def validate_last(self, field: Any) -> None:
        """Refuse a last day before the first."""
        if field.data and self.first.data and field.data < self.first.data:
            raise ValidationError(_("The last day cannot be before the first."))


class AssignForm(KeyedForm):
    """The button that puts one helper on a trip, in the place of another where one is named."""

    escort = StringField(widget=HiddenInput(), validators=[DataRequired()])
    instead_of = StringField(widget=HiddenInput(), default="")


class ShiftForm(KeyedForm):
    """A shift on the Danish clock; one that ends before it starts goes on over midnight.

    `seen` are the trips that were shown as broken by it.
    """

    day = DayField(_l("Day"), validators=[DataRequired(_l("Choose the day."))])
    starts = ClockField(
        _l("Work begins"), validators=[InputRequired(_l("Write when work begins."))]
    )
    ends = ClockField(_l("Work ends"), validators=[InputRequired(_l("Write when work ends."))])
    break_from = ClockField(_l("Break begins"), validators=[Optional()])
    break_to = ClockField(_l("Break ends"), validators=[Optional()])
    seen = StringField(widget=HiddenInput(), default="")
    today: date

    def validate_day(self, field: Any) -> None:
        """Refuse a day that must be a slip; a shift that is over may still be put right."""
        check_near(field.data, self.today - BACK, self.today)

    def validate_starts(self, field: Any) -> None:
        """Refuse a time that is not there."""
        if self._times is not None:
            check_exists(self._times[0], field.data)

    def validate_ends(self, field: Any) -> None:
        """Refuse a time that is not there."""
        if self._times is not None:
            check_exists(self._times[1], field.data)

    def fill(self, duty: Duty) -> None:
        """Show a shift as it is."""
        start = local(duty.starts_at)
        self.day.data, self.starts.data = start.date(), start.time()
        self.ends.data = local(duty.ends_at).time()
        if duty.break_starts_at and duty.break_ends_at:
            self.break_from.data = local(duty.break_starts_at).time()
            self.break_to.data = local(duty.break_ends_at).time()

    def validate_break_from(self, field: Any) -> None:
        """Refuse half a break, and one that lies outside the shift."""
        if self.break_to.data is None:
            raise ValidationError(_("Write when the break ends too, or leave both empty."))
        pause = self.break_of(field.data, self.break_to.data)
        if pause == ():
            raise ValidationError(_("The break must lie within the shift."))
        for at, said in zip(pause or (), (field.data, self.break_to.data), strict=False):
            check_exists(at, said)

    def validate_break_to(self, _field: Any) -> None:
        """Refuse half a break."""
        if self.break_from.data is None:
            raise ValidationError(_("Write when the break begins too, or leave both empty."))

    def break_of(self, begins: time | None, ends: time | None) -> tuple[datetime, ...] | None:
        """Return the break's instants, None without one, nothing for one outside the shift."""
        if begins is None or ends is None or self._times is None:
            return None
        return pause_within(*self._times, begins, ends) or ()

    @property
    def _times(self) -> tuple[datetime, datetime] | None:
        """Return when work begins and ends; None where a part is missing, or the day is a slip."""
        day, starts, ends = self.day.data, self.starts.data, self.ends.data
        if day is None or starts is None or ends is None:
            return None
        return span(day, starts, ends) if abs(day - self.today) <= AHEAD else None

    @property
    def duty(self) -> Duty:
        """Return the shift that was written; only good when the form is valid."""
        day: Any = self.day.data
        starts: Any = self.starts.data
        starts_at, ends_at = span(day, starts, self.ends.data or time())
        return Duty(
            starts_at, ends_at, *(self.break_of(self.break_from.data, self.break_to.data) or ())
        )

    @property
    def seen_trips(self) -> tuple[UUID, ...]:
        """Return the trips that were shown as broken by the change."""
        return seen_in(self.seen.data)


class RemoveForm(KeyedForm):
    """The button that removes a shift, and the trips that were shown as broken by it."""

    seen = StringField(widget=HiddenInput(), default="")

    @property
    def seen_trips(self) -> tuple[UUID, ...]:
        """Return the trips that were shown."""
        return seen_in(self.seen.data)


class AwayForm(KeyedForm):
    """Why a care worker is away, from when and until when; set `now` before it is asked."""

    reason = RadioField(_l("Why?"), choices=choices(REASONS), default="ill")
    since = RadioField(_l("From when?"), choices=choices(FROM), default="now")
    first_on = DayField(_l("First day away"), validators=[Optional()])
    first_at = ClockField(_l("Away from"), validators=[Optional()])
    until = RadioField(_l("How long?"), choices=choices(UNTIL), default="today")
    last_on = DayField(_l("Last day away"), validators=[Optional()])
    now: datetime

    def validate(self, extra_validators: Any = None) -> bool:
        """Refuse what is wrong. A day may be missing where it is not asked for, and only there."""
        is_valid = super().validate(extra_validators)
        if self.is_later and self.first_on.data is None and not self.first_on.errors:
            self.first_on.errors = [_("Write the first day away.")]
        if self.until.data == "date" and self.last_on.data is None and not self.last_on.errors:
            self.last_on.errors = [_("Write the last day away.")]
        return is_valid and not self.errors

    def validate_first_on(self, field: Any) -> None:
        """Refuse a day that is over, or must be a slip."""
        if self.is_later and field.data and field.data < local_day(self.now):
            raise ValidationError(_("The first day cannot be before today."))
        if self.is_later and field.data:
            check_near(field.data, field.data, local_day(self.now))

    def validate_first_at(self, field: Any) -> None:
        """Refuse a time that is not there."""
        if self.is_later and field.data and self._is_near(self.first_on.data):
            check_exists(instant(self.first_on.data, field.data), field.data)

    def validate_last_on(self, field: Any) -> None:
        """Refuse a last day before the first, or one that must be a slip."""
        if self.until.data != "date" or field.data is None:
            return
        if field.data < self._first:
            raise ValidationError(_("The last day cannot be before the first."))
        check_near(field.data, field.data, local_day(self.now))

    @property
    def is_later(self) -> bool:
        """Say whether it begins at another time than now."""
        return bool(self.since.data == "later")

    @property
    def starts_at(self) -> datetime:
        """Return when it begins: now, or a time of a day, or the whole day."""
        if not self.is_later:
            return self.now
        return instant(self._first, self.first_at.data or time())

    @property
    def ends_at(self) -> datetime | None:
        """Return the end of the last day away, or None until further notice."""
        if self.until.data == "open":
            return None
        last: Any = self.last_on.data if self.until.data == "date" else self._first
        return day_span(last)[1]

    @property
    def _first(self) -> date:
        first: date | None = self.first_on.data if self.is_later else None
        return first or local_day(self.now)

    def _is_near(self, day: date | None) -> bool:
        return day is not None and abs(day - local_day(self.now)) <= AHEAD


def seen_in(text: str | None) -> tuple[UUID, ...]:
    """Return the ids in a hidden field; what is no id is left out."""
    found = []
    for part in (text or "").split(","):
        try:
            found.append(UUID(part))
        except ValueError:
            continue
    return tuple(found)
