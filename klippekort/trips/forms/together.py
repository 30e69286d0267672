"""What is asked when several citizens go together: each one's yes, and the way they are fetched."""

from collections.abc import Sequence
from typing import Any, cast
from uuid import UUID

from wtforms import IntegerField, RadioField
from wtforms.validators import AnyOf, DataRequired, InputRequired, NumberRange
from wtforms.widgets import HiddenInput

from klippekort.platform.forms import choices
from klippekort.platform.i18n import _, _l
from klippekort.trips.forms.book import HelpersForm
from klippekort.trips.forms.show import LONGEST_WAY

LONGEST_BETWEEN = 60


class TogetherForm(HelpersForm):
    """A joint trip. `travel_each_way` is the way from the last door to the goal, in minutes."""

    travel_each_way = IntegerField(
        widget=HiddenInput(), validators=[InputRequired(), NumberRange(0, LONGEST_WAY)]
    )
    between = IntegerField(
        _l("Minutes from one door to the next"),
        default=0,
        validators=[
            InputRequired(_l("Write the minutes.")),
            NumberRange(0, LONGEST_BETWEEN, _l("Write between 0 and 60 minutes.")),
        ],
    )

    def yes_of(self, citizen_id: UUID) -> Any:
        """Return the field of one citizen's yes."""
        return self[_name(citizen_id)]


def _name(citizen_id: UUID) -> str:
    return f"yes_{citizen_id.hex}"


def together_form(riders: Sequence[Any]) -> TogetherForm:
    """Return the form for these citizens, each with a yes of their own."""
    missing = _("Ask first, and press here when the answer is yes.")
    fields = {
        _name(one.id): RadioField(
            _("Has %(name)s said yes to going together?", name=one.first_name),
            choices=choices({"said": _l("Yes, to me")}),
            validate_choice=False,
            validators=[DataRequired(missing), AnyOf(["said"], missing)],
        )
        for one in riders
    }
    made = type("RidersForm", (TogetherForm,), fields)
    return cast(TogetherForm, made())
