"""Where something is, as whoever books it knows it: road and postcode, both may be left out."""

from datetime import timedelta

from wtforms import StringField
from wtforms.validators import Length, Optional, Regexp

from klippekort.municipalities.forms import stripped
from klippekort.platform.i18n import _l

AHEAD = timedelta(days=366)
"""How far ahead anything to a place can be planned."""


def road() -> StringField:
    """Return the question for road and number."""
    return StringField(
        _l("Road and number"),
        [Optional(), Length(max=160, message=_l("At most 160 characters."))],
        filters=[stripped],
    )


def postcode() -> StringField:
    """Return the question for a postcode of four digits."""
    return StringField(
        _l("Postcode"),
        [Optional(), Regexp(r"\d{4}\Z", message=_l("Write the postcode with 4 digits."))],
        filters=[stripped],
    )
