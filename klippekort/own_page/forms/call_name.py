"""What a citizen would rather be called."""

from wtforms import StringField
from wtforms.validators import Length

from klippekort.municipalities.forms import stripped
from klippekort.platform.forms import KeyedForm
from klippekort.platform.i18n import _l


class CallNameForm(KeyedForm):
    """A name for hosts and friends; empty for the first name."""

    name = StringField(
        _l("The name you like best"),
        [Length(max=80, message=_l("This is too long."))],
        filters=[stripped],
    )
