"""How a citizen is found, and why one who is not one's own is looked at."""

from wtforms import Form, RadioField, StringField
from wtforms.validators import DataRequired

from klippekort.municipalities.forms import stripped
from klippekort.platform.forms import KeyedForm, choices
from klippekort.platform.i18n import _l

REASONS = {
    "covering": _l("I am covering"),
    "she_called": _l("The citizen called"),
    "emergency": _l("It is urgent"),
}


class AccessForm(KeyedForm):
    """Why a citizen who is not one's own must be seen."""

    reason = RadioField(
        _l("Why do you need it?"),
        choices=choices(REASONS),
        validators=[DataRequired(_l("Choose why you need it."))],
    )


class SearchForm(Form):
    """The search box; it is sent by GET and changes nothing."""

    q = StringField(_l("Name"), filters=[stripped])
