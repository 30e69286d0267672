"""What a citizen would like there to be, in her own words."""

from wtforms import StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional

from klippekort.municipalities.forms import stripped
from klippekort.platform.forms import KeyedForm
from klippekort.platform.i18n import _l


class OwnIdeaForm(KeyedForm):
    """An idea for something to do together; all but the idea itself may be left out."""

    title = StringField(
        _l("What could we do together?"),
        [
            DataRequired(_l("Write what you would like to do.")),
            Length(max=120, message=_l("Use at most 120 letters.")),
        ],
        filters=[stripped],
    )
    where = StringField(
        _l("Where could it be?"),
        [Optional(), Length(max=120, message=_l("Use at most 120 letters."))],
        filters=[stripped],
    )
    words = TextAreaField(
        _l("Is there more you would like to say?"),
        [Optional(), Length(max=500, message=_l("Use at most 500 letters."))],
        filters=[stripped],
    )
