"""What is asked when a trip is booked: every answer is there already, so one tap is enough."""

from typing import Any
from uuid import UUID

from wtforms import IntegerField, RadioField, ValidationError
from wtforms.validators import AnyOf, DataRequired, InputRequired, NumberRange
from wtforms.widgets import HiddenInput

from klippekort.citizens.forms import choices
from klippekort.domain.trips import Transport
from klippekort.platform.forms import KeyedForm
from klippekort.platform.i18n import _, _l
from klippekort.trips.forms.show import LONGEST_WAY

WAYS = (5, 10, 15, 20, 30, 45)
TRANSPORT: dict[str, str] = {
    Transport.WALK: _l("On foot"),
    Transport.STAFF_CAR: _l("The home care's car"),
    Transport.TAXI: _l("Taxi"),
    Transport.FLEX: _l("Flextrafik"),
    Transport.WHEELCHAIR_BUS: _l("Wheelchair bus"),
}


class BookForm(KeyedForm):
    """Who goes along, how they get there, and the minutes each way that the page has reckoned with.

    The fields are those that are asked when the tablet is turned to the citizen, so one form does
    both. An empty helper is one to be found later.
    """

    escort_id = RadioField(_l("Who goes along?"), validate_choice=False)
    transport = RadioField(
        _l("How do you get there?"),
        choices=choices(TRANSPORT),
        validate_choice=False,
        validators=[
            DataRequired(_l("Choose how you get there.")),
            AnyOf([*TRANSPORT], _l("Choose how you get there.")),
        ],
    )
    travel_each_way = IntegerField(
        widget=HiddenInput(), validators=[InputRequired(), NumberRange(0, LONGEST_WAY)]
    )

    def validate_escort_id(self, field: Any) -> None:
        """Refuse a helper who is not on the list."""
        if field.data not in field.choices:
            raise ValidationError(_("Choose who goes along."))

    @property
    def chosen_escort(self) -> UUID | None:
        """Return the helper, or None for one to be found later."""
        return UUID(self.escort_id.data) if self.escort_id.data else None


class AssignForm(KeyedForm):
    """The helper who is to go along."""

    escort = RadioField(_l("Who goes along?"), validate_choice=False)

    def validate_escort(self, field: Any) -> None:
        """Refuse a helper who is not on the list."""
        if field.data not in field.choices:
            raise ValidationError(_("Choose who goes along."))
