"""What is asked when a trip is booked: every answer is there already, so one tap is enough."""

from datetime import date
from typing import Any
from uuid import UUID

from wtforms import IntegerField, RadioField, StringField, ValidationError
from wtforms.validators import AnyOf, DataRequired, InputRequired, NumberRange, Optional
from wtforms.widgets import HiddenInput

from klippekort.domain.trips import Company, Transport
from klippekort.platform.forms import DayField, KeyedForm, choices
from klippekort.platform.i18n import _, _l
from klippekort.trips.forms.answers import AnsweringForm
from klippekort.trips.forms.show import LONGEST_WAY

__all__ = ["TRANSPORT", "WAYS", "AssignForm", "BookForm", "HelpersForm", "OwnWayForm"]

WAYS = (5, 10, 15, 20, 30, 45)
MOST_HELPERS = 2
TRANSPORT: dict[str, str] = {
    Transport.WALK: _l("On foot"),
    Transport.STAFF_CAR: _l("The home care's car"),
    Transport.TAXI: _l("Taxi"),
    Transport.FLEX: _l("Flextrafik"),
    Transport.WHEELCHAIR_BUS: _l("Wheelchair bus"),
}
COMPANY: dict[str, str] = {
    Company.RELATIVE: _l("With a relative"),
    Company.FRIEND: _l("With a go-along friend"),
    Company.FLEX: _l("With Flextrafik"),
    Company.ALONE: _l("Alone"),
}


def _is_id(value: str) -> bool:
    try:
        UUID(value)
    except ValueError:
        return False
    return True


class HelpersForm(AnsweringForm):
    """Who goes along and how they get there.

    An empty helper is one to be found later, by the end of `escort_by`. `reckoned_for` is the way
    of travelling that the minutes on the page were reckoned for; empty, they are a person's own.
    """

    escort_id = RadioField(_l("Who goes along?"), validate_choice=False)
    second_id = RadioField(_l("Who else goes along?"), validate_choice=False, default="")
    escorts_wanted = IntegerField(
        widget=HiddenInput(), default=1, validators=[Optional(), NumberRange(1, MOST_HELPERS)]
    )
    escort_by = DayField(_l("A helper is found by"), validators=[Optional()])
    transport = RadioField(
        _l("How do you get there?"),
        choices=choices(TRANSPORT),
        validate_choice=False,
        validators=[
            DataRequired(_l("Choose how you get there.")),
            AnyOf([*TRANSPORT], _l("Choose how you get there.")),
        ],
    )
    reckoned_for = StringField(widget=HiddenInput(), default="")

    # The days between which a helper is found: today and the trip's own. The page sets them.
    first_on: date | None = None
    last_on: date | None = None

    def validate_escort_id(self, field: Any) -> None:
        """Refuse a helper who is not on the list."""
        if not self._is_offered(field):
            raise ValidationError(_("Choose who goes along."))

    def validate_second_id(self, field: Any) -> None:
        """Refuse a second helper who is not on the list, or is the first one."""
        if self.helpers == 1:
            return
        if not self._is_offered(field):
            raise ValidationError(_("Choose who goes along."))
        if field.data and field.data == self.escort_id.data:
            raise ValidationError(_("Choose two different helpers."))

    def validate_escort_by(self, field: Any) -> None:
        """Refuse a day before today, or after the trip."""
        if field.data is None or not self.lacks_helper:
            return
        if self.first_on is not None and field.data < self.first_on:
            raise ValidationError(_("Choose today or a later day."))
        if self.last_on is not None and field.data > self.last_on:
            raise ValidationError(_("Choose a day before the trip, or the day itself."))

    @staticmethod
    def _is_offered(field: Any) -> bool:
        """Say whether a helper is on the list; until it has been read, whether it can be one."""
        if field.choices is None:
            return not field.data or _is_id(field.data)
        return (field.data or "") in field.choices

    @property
    def helpers(self) -> int:
        """How many helpers are to go along."""
        return MOST_HELPERS if str(self.escorts_wanted.data) == str(MOST_HELPERS) else 1

    @property
    def chosen_escorts(self) -> tuple[UUID, ...]:
        """The helpers who are chosen; those who are missing are found later."""
        said = [self.escort_id.data, self.second_id.data if self.helpers > 1 else ""]
        return tuple(UUID(one) for one in said if one)

    @property
    def lacks_helper(self) -> bool:
        """Say whether a helper is left to be found later."""
        said = [self.escort_id.data, self.second_id.data][: self.helpers]
        return not all(said)


class BookForm(HelpersForm):
    """A citizen's trip to a date: the helpers, the way, and the card that pays.

    The fields are those that are asked when the tablet is turned to the citizen, so one form does
    both. The minutes are one way.
    """

    travel_each_way = IntegerField(
        widget=HiddenInput(), validators=[InputRequired(), NumberRange(0, LONGEST_WAY)]
    )
    card_id = RadioField(_l("Which card pays?"), choices={}, validate_choice=False)

    def validate_card_id(self, field: Any) -> None:
        """Refuse a card that is not on the list, where there is one."""
        is_there = field.data in field.choices if field.choices else _is_id(field.data or "")
        if (field.choices or field.data) and not is_there:
            raise ValidationError(_("Choose which card pays."))


class OwnWayForm(KeyedForm):
    """How a citizen goes without a helper, and her yes to it."""

    company = RadioField(
        _l("How does the citizen get there?"),
        choices=choices(COMPANY),
        validate_choice=False,
        validators=[
            DataRequired(_l("Choose how the citizen gets there.")),
            AnyOf([*COMPANY], _l("Choose how the citizen gets there.")),
        ],
    )
    agreed_how = RadioField(
        _l("Has the citizen said yes?"),
        choices=choices({"said": _l("Yes, to me")}),
        validate_choice=False,
        validators=[
            DataRequired(_l("Ask first, and press here when the answer is yes.")),
            AnyOf(["said"], _l("Ask first, and press here when the answer is yes.")),
        ],
    )


class AssignForm(KeyedForm):
    """The helper who is to go along, and on a trip of several helpers whom she replaces."""

    escort = RadioField(_l("Who goes along?"), validate_choice=False)
    instead_of = RadioField(_l("Who is replaced?"), validate_choice=False, choices=())

    def validate_instead_of(self, field: Any) -> None:
        """Refuse to guess which of several helpers stays at home."""
        if field.choices and field.data not in field.choices:
            raise ValidationError(_("Choose who is replaced."))

    @property
    def replaced(self) -> UUID | None:
        """Return who gives way, or None where nobody has to."""
        return UUID(self.instead_of.data) if self.instead_of.data else None

    def validate_escort(self, field: Any) -> None:
        """Refuse a helper who is not on the list."""
        if field.data not in field.choices:
            raise ValidationError(_("Choose who goes along."))
