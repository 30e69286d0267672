"""When and why a citizen is away."""

from wtforms import DateField, RadioField
from wtforms.validators import DataRequired, Optional, ValidationError

from klippekort.platform.forms import KeyedForm, choices
from klippekort.platform.i18n import _, _l

ABSENCES = {
    "hospital": _l("Hospital"),
    "rehab": _l("Rehabilitation"),
    "respite": _l("Respite stay"),
    "holiday": _l("Holiday"),
    "other": _l("Something else"),
}


class AbsenceForm(KeyedForm):
    """When and why a citizen is away."""

    kind = RadioField(
        _l("Where is the citizen?"),
        choices=choices(ABSENCES),
        validators=[DataRequired(_l("Choose where the citizen is."))],
    )
    from_on = DateField(
        _l("First day away"), validators=[DataRequired(_l("Choose the first day."))]
    )
    until_on = DateField(_l("Last day away"), validators=[Optional()])

    def validate_until_on(self, field: DateField) -> None:
        """Refuse a last day before the first."""
        if field.data and self.from_on.data and field.data < self.from_on.data:
            raise ValidationError(_("The last day cannot be before the first."))


class EndAbsenceForm(KeyedForm):
    """The last day of an absence."""

    until_on = DateField(_l("Last day away"), validators=[DataRequired(_l("Choose the last day."))])
