"""What is asked before a card is printed: the PIN the citizen chooses."""

from wtforms import Field, StringField, ValidationError
from wtforms.validators import DataRequired, Regexp

from klippekort.platform.forms import KeyedForm
from klippekort.platform.i18n import _, _l
from klippekort.punchcards.forms.pins import FOUR_DIGITS, without_blanks
from klippekort.punchcards.services.card_keys import is_good_pin


class PrintCardForm(KeyedForm):
    """The citizen's own four digits. They are shown: she says them, and both see what was typed."""

    pin = StringField(
        _l("Four-digit code"),
        filters=[without_blanks],
        validators=[
            DataRequired(_l("Type the four digits she chooses.")),
            Regexp(FOUR_DIGITS, message=_l("The code has four digits.")),
        ],
    )

    def validate_pin(self, field: Field) -> None:
        """Refuse the codes that anyone would guess first."""
        if not is_good_pin(field.data or ""):
            raise ValidationError(_("That code is easy to guess. Choose another."))


class CardForm(KeyedForm):
    """A button about the printed card."""
