"""Forms of the coordinator's answer, of cancelling, and of telling who came."""

from wtforms import BooleanField, Form, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Optional

from klippekort.activities.forms.fields import needed
from klippekort.activities.forms.words import CANCEL_REASONS, DECLINE_REASONS, KINDS
from klippekort.citizens.forms import choices
from klippekort.municipalities.forms import stripped
from klippekort.platform.forms import DayField, KeyedForm, at_most
from klippekort.platform.i18n import _, _l


class ApproveForm(KeyedForm):
    """A yes; with remarks the host publishes it, having read them."""

    remarks = TextAreaField(
        _l("Remarks for the host"), [Optional(), at_most(1000)], filters=[stripped]
    )
    shares_room = BooleanField(_l("They share the room"))


class PublishForm(KeyedForm):
    """The host's own yes to what was approved."""

    shares_room = BooleanField(_l("We share the room"))


class EndForm(KeyedForm):
    """The last day something is held."""

    last_on = DayField(_l("Last day"), [needed(_l("Choose the last day."))])


class DeclineForm(KeyedForm):
    """Why a proposal is turned down."""

    remarks = TextAreaField(
        _l("A few kind words about why"), [Optional(), at_most(1000)], filters=[stripped]
    )

    reason = RadioField(
        _l("Why not?"), [DataRequired(_l("Choose why."))], choices=choices(DECLINE_REASONS)
    )


class CancelForm(KeyedForm):
    """Why a date is cancelled."""

    reason = RadioField(
        _l("What happened?"),
        [DataRequired(_l("Choose what happened."))],
        choices=choices(CANCEL_REASONS),
    )


class FilterForm(Form):
    """What to look for among the coming dates; everything may be left alone."""

    q = StringField(_l("Name or place"), [Optional()], filters=[stripped])
    slags = SelectField(_l("Kind"))
    koerestol = BooleanField(_l("Room for a wheelchair"))

    def offer(self) -> None:
        """Fill in the kinds."""
        self.slags.choices = choices({"": _("All kinds")} | KINDS)
