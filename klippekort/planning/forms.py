"""What planners are asked: who comes along and when, shifts, and why somebody is away."""

from collections.abc import Sequence
from datetime import date, datetime, time
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

from klippekort.domain.calendar import ONE_DAY, day_span, local
from klippekort.domain.escorting import Duty
from klippekort.domain.shifts import pause_within, span
from klippekort.platform.forms import AskedForm, KeyedForm, choices
from klippekort.platform.i18n import _, _l

REASONS = {
    "ill": _l("Ill"),
    "course": _l("On a course"),
    "holiday": _l("On holiday"),
    "other": _l("Something else"),
}
UNTIL = {
    "today": _l("The rest of today"),
    "date": _l("Until a date"),
    "open": _l("Until further notice"),
}


class MoveForm(KeyedForm):
    """Who comes along, and the new time of a trip that may be moved.

    Without `day` and `clock` the trip keeps its time. An empty helper is one to be found later.
    """

    escort = RadioField(_l("Who goes along?"), validate_choice=False)
    day = DateField(widget=HiddenInput(), validators=[Optional()])
    clock = TimeField(widget=HiddenInput(), validators=[Optional()])
    agreed = BooleanField(_l("The citizen has said yes to the new time"))
    is_moved = False

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


class VisitsForm(AskedForm):
    """For which days, and of which supplier; it is sent by GET and changes nothing."""

    first = DateField(
        _l("First day"), name="fra", validators=[DataRequired(_l("Choose the first day."))]
    )
    last = DateField(
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

    day = DateField(_l("Day"), validators=[DataRequired(_l("Choose the day."))])
    starts = TimeField(_l("Work begins"), validators=[InputRequired(_l("Write when work begins."))])
    ends = TimeField(_l("Work ends"), validators=[InputRequired(_l("Write when work ends."))])
    break_from = TimeField(_l("Break begins"), validators=[Optional()])
    break_to = TimeField(_l("Break ends"), validators=[Optional()])
    seen = StringField(widget=HiddenInput(), default="")

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
        if self.break_of(field.data, self.break_to.data) == ():
            raise ValidationError(_("The break must lie within the shift."))

    def validate_break_to(self, _field: Any) -> None:
        """Refuse half a break."""
        if self.break_from.data is None:
            raise ValidationError(_("Write when the break begins too, or leave both empty."))

    def break_of(self, begins: time | None, ends: time | None) -> tuple[datetime, ...] | None:
        """Return the break's instants, None without one, nothing for one outside the shift."""
        if begins is None or ends is None or None in (self._day, self.starts.data, self.ends.data):
            return None
        return pause_within(*span(self._day, self.starts.data, self.ends.data), begins, ends) or ()

    @property
    def _day(self) -> Any:
        return self.day.data

    @property
    def duty(self) -> Duty:
        """Return the shift that was written; only good when the form is valid."""
        starts_at, ends_at = span(self._day, self.starts.data, self.ends.data)
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
    """Why a care worker is away from now on, and until when."""

    reason = RadioField(_l("Why?"), choices=choices(REASONS), default="ill")
    until = RadioField(_l("How long?"), choices=choices(UNTIL), default="today")
    last_on = DateField(_l("Last day away"), validators=[Optional()])

    def validate_last_on(self, field: Any) -> None:
        """Ask for the date where one was chosen."""
        if self.until.data == "date" and field.data is None:
            raise ValidationError(_("Write the last day away."))

    def ends_at(self, today: date) -> datetime | None:
        """Return the end of the last day away, or None until further notice."""
        if self.until.data == "open":
            return None
        last = self.last_on.data if self.until.data == "date" else today
        return day_span(max(last or today, today - ONE_DAY))[1]


def seen_in(text: str | None) -> tuple[UUID, ...]:
    """Return the ids in a hidden field; what is no id is left out."""
    found = []
    for part in (text or "").split(","):
        try:
            found.append(UUID(part))
        except ValueError:
            continue
    return tuple(found)
