"""What is asked of whoever takes a locked tablet back."""

from wtforms import PasswordField, RadioField
from wtforms.validators import DataRequired, Regexp

from klippekort.platform.forms import KeyedForm
from klippekort.platform.i18n import _l
from klippekort.punchcards.forms.pins import FOUR_DIGITS, without_blanks


class TakeBackForm(KeyedForm):
    """Who is here, and their PIN, hidden while typed: others stand around a shared tablet."""

    person = RadioField(_l("Who are you?"), validators=[DataRequired(_l("Choose your name."))])
    pin = PasswordField(
        _l("Your PIN"),
        filters=[without_blanks],
        validators=[
            DataRequired(_l("Type the four digits of your PIN.")),
            Regexp(FOUR_DIGITS, message=_l("The PIN has four digits.")),
        ],
    )
