"""The one question of the citizen's own page: her PIN."""

from typing import Any

from wtforms import StringField
from wtforms.validators import DataRequired, Regexp

from klippekort.platform.forms import KeyedForm
from klippekort.platform.i18n import _l

FOUR_DIGITS = r"[0-9]{4}\Z"


def without_blanks(text: Any) -> Any:
    """Return what was typed without its blanks: "12 34" is a PIN too."""
    return "".join(text.split()) if isinstance(text, str) else text


class OwnPinForm(KeyedForm):
    """Four digits, shown while she types, so that she sees a slip."""

    pin = StringField(
        _l("Your four-digit code"),
        filters=[without_blanks],
        validators=[
            DataRequired(_l("Type the four digits of your code.")),
            Regexp(FOUR_DIGITS, message=_l("The code has four digits.")),
        ],
    )
