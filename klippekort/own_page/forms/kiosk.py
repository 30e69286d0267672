"""The one field of a shared screen: what the reader has read off a card."""

from wtforms import StringField
from wtforms.validators import DataRequired, Length

from klippekort.municipalities.forms import stripped
from klippekort.platform.forms import KeyedForm
from klippekort.platform.i18n import _l


class ScanForm(KeyedForm):
    """The square on the card, as the reader types it."""

    scan = StringField(
        _l("Hold your card under the reader"),
        filters=[stripped],
        validators=[
            DataRequired(_l("Hold your card under the reader.")),
            Length(max=400, message=_l("That is too long.")),
        ],
    )
