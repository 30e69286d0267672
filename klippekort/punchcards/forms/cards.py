"""Why a card is given or ended, and what is asked when it ends: a chip, never free text."""

from typing import Any

from wtforms import RadioField, ValidationError
from wtforms.validators import DataRequired

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
