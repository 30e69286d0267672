"""The forms of letting a whole scheme stand still."""

from wtforms import DateField, HiddenField, StringField
from wtforms.validators import DataRequired, Length, Optional, ValidationError

from klippekort.platform.forms import KeyedForm
from klippekort.platform.i18n import _, _l
from klippekort.punchcards.services.pauses import LONGEST_REASON


class PauseForm(KeyedForm):
    """The days and why; `seen` are the days whose effect was shown."""

    from_on = DateField(_l("First day"), validators=[DataRequired(_l("Choose the first day."))])
    until_on = DateField(_l("Last day"), validators=[Optional()])
    reason = StringField(
        _l("Why?"),
        validators=[
            DataRequired(_l("Write why, in a few words.")),
            Length(max=LONGEST_REASON, message=_l("Use at most 200 letters.")),
        ],
    )
    seen = HiddenField()

    def validate_until_on(self, field: DateField) -> None:
        """Refuse a last day before the first."""
        if field.data and self.from_on.data and field.data < self.from_on.data:
            raise ValidationError(_("The last day cannot be before the first."))

    @property
    def days(self) -> str:
        """Return the days that are written, to be told from others."""
        return f"{self.from_on.data}/{self.until_on.data or ''}"


class EndPauseForm(KeyedForm):
    """The last day of a pause."""

    until_on = DateField(_l("Last day"), validators=[DataRequired(_l("Choose the last day."))])
