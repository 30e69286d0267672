"""Forms of the coordinator's answer, of cancelling, and of telling who came."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from wtforms import (
    BooleanField,
    Form,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import DataRequired, Optional

from klippekort.activities.forms.fields import needed
from klippekort.activities.forms.words import CANCEL_REASONS, DECLINE_REASONS, KINDS
from klippekort.municipalities.forms import stripped
from klippekort.platform.forms import DayField, KeyedForm, at_most, choices
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


class HostForm(KeyedForm):
    """Who is to be the usual host of something, and from which day."""

    host = SelectField(_l("Host"), default="")
    from_on = DayField(_l("From which day?"), [needed(_l("Choose the day."))])
    today: date
    latest: date
    needs_one: bool

    def offer(
        self, today: date, latest: date, hosts: Mapping[str, str], *, needs_one: bool
    ) -> None:
        """Say what day it is, through which day dates are made, and who may be chosen."""
        self.today, self.latest, self.needs_one = today, latest, needs_one
        nobody = _("Choose") if needs_one else _("Nobody yet")
        self.host.choices = choices({"": nobody} | dict(hosts))

    def validate_host(self, field: SelectField) -> None:
        """Ask for somebody guests can turn to."""
        if self.needs_one and not field.data:
            raise ValidationError(_("Choose a host."))

    def validate_from_on(self, field: DayField) -> None:
        """Refuse a day that is over, or one whose dates are not made yet."""
        if field.data and field.data < self.today:
            raise ValidationError(_("That day is over. Choose a day to come."))
        if field.data and field.data > self.latest:
            raise ValidationError(_("Choose a day within the next three months."))

    @property
    def chosen(self) -> UUID | None:
        """Return the volunteer of a valid form, or None for nobody yet."""
        return UUID(self.host.data) if self.host.data else None


class FilterForm(Form):
    """What to look for among the coming dates; everything may be left alone."""

    q = StringField(_l("Name or place"), [Optional()], filters=[stripped])
    slags = SelectField(_l("Kind"))
    koerestol = BooleanField(_l("Room for a wheelchair"))

    def offer(self) -> None:
        """Fill in the kinds."""
        self.slags.choices = choices({"": _("All kinds")} | KINDS)
