"""What is asked while the tablet is turned to a citizen, and before."""

from wtforms import IntegerField, PasswordField, StringField
from wtforms.validators import UUID as IsUUID
from wtforms.validators import AnyOf, DataRequired, NumberRange, Optional, Regexp

from klippekort.domain.trips import Transport
from klippekort.platform.forms import DayField, KeyedForm
from klippekort.platform.i18n import _l
from klippekort.punchcards.forms.pins import FOUR_DIGITS, without_blanks

LONGEST_WAY = 240


class ShowForm(KeyedForm):
    """The trip that is proposed to the citizen; without an occurrence only her card is shown.

    The fields are those of `BookForm` that a trip with one helper has.
    """

    occurrence_id = StringField(validators=[Optional(), IsUUID()])
    transport = StringField(validators=[Optional(), AnyOf([way.value for way in Transport])])
    travel_each_way = IntegerField(validators=[Optional(), NumberRange(0, LONGEST_WAY)])
    reckoned_for = StringField(
        validators=[Optional(), AnyOf([way.value for way in Transport])], default=""
    )
    escort_id = StringField(validators=[Optional(), IsUUID()])
    escort_by = DayField(validators=[Optional()])


class AnswerForm(KeyedForm):
    """Her yes or no."""

    answer = StringField(validators=[DataRequired(), AnyOf(["yes", "no"])])


class UnlockForm(KeyedForm):
    """The helper's PIN, hidden while typed: the citizen is looking."""

    pin = PasswordField(
        _l("Your PIN as a helper"),
        filters=[without_blanks],
        validators=[
            DataRequired(_l("Type the four digits of your PIN.")),
            Regexp(FOUR_DIGITS, message=_l("The PIN has four digits.")),
        ],
    )
