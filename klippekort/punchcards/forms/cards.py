"""What is asked when a card is given or ended: chips and dates, never free text."""

from typing import Any

from wtforms import DateField, IntegerField, RadioField, ValidationError
from wtforms.validators import DataRequired, NumberRange, Optional

from klippekort.platform.forms import KeyedForm, choices
from klippekort.platform.i18n import _, _l

WHY_GRANTED = {
    "need_assessed": _l("We visited and assessed the need"),
    "applied": _l("The citizen applied"),
    "target_group": _l("All in a group get one"),
    "other": _l("Something else"),
}
WHY_ENDED = {
    "no_need": _l("The need is gone"),
    "declined": _l("The citizen wants it no more"),
    "moved": _l("Moved away"),
    "care_home": _l("Moved to a care home"),
    "died": _l("Died"),
    "other": _l("Something else"),
}
MINUTES_A_WEEK = 7 * 24 * 60


class GrantForm(KeyedForm):
    """Under which scheme, from when, and why."""

    scheme = RadioField(
        _l("Which scheme?"),
        validate_choice=False,
        validators=[DataRequired(_l("Choose the scheme."))],
    )
    from_on = DateField(_l("From"), validators=[DataRequired(_l("Choose the first day."))])
    until_on = DateField(_l("Last day"), validators=[Optional()])
    minutes = IntegerField(
        _l("Minutes each time"),
        validators=[
            Optional(),
            NumberRange(1, MINUTES_A_WEEK, _l("Write a whole number of minutes.")),
        ],
    )
    reason = RadioField(
        _l("Why?"),
        choices=choices(WHY_GRANTED),
        default="need_assessed",
        validate_choice=False,
        validators=[DataRequired(_l("Choose why."))],
    )

    def offer(self, schemes: dict[str, str]) -> None:
        """Fill the schemes to choose from; where there is one it is chosen."""
        self.scheme.choices = schemes
        if not self.is_submitted() and len(schemes) == 1:
            self.scheme.data = next(iter(schemes))

    def validate_scheme(self, field: Any) -> None:
        """Refuse a scheme that is not on the list."""
        if field.data not in field.choices:
            raise ValidationError(_("Choose the scheme."))

    def validate_reason(self, field: Any) -> None:
        """Refuse a reason that is none."""
        if field.data not in WHY_GRANTED:
            raise ValidationError(_("Choose why."))

    def validate_until_on(self, field: Any) -> None:
        """Refuse a last day before the first."""
        if field.data and self.from_on.data and field.data < self.from_on.data:
            raise ValidationError(_("The last day cannot be before the first."))


class EndForm(KeyedForm):
    """Why a card ends. It ends today, so that what is lost is what the page shows."""

    reason = RadioField(
        _l("Why does the card end?"),
        choices=choices(WHY_ENDED),
        validate_choice=False,
        validators=[DataRequired(_l("Choose why."))],
    )

    def validate_reason(self, field: Any) -> None:
        """Refuse a reason that is none."""
        if field.data not in WHY_ENDED:
            raise ValidationError(_("Choose why."))
