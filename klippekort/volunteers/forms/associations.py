"""The forms of associations: what is agreed, who speaks for them, how many guests they want."""

from wtforms import EmailField, StringField, TelField, TextAreaField, ValidationError
from wtforms.validators import DataRequired, InputRequired, NumberRange, Optional

from klippekort.municipalities.forms import WithPhone, stripped
from klippekort.platform.forms import CountField, DayField, KeyedForm, at_most
from klippekort.platform.i18n import _, _l
from klippekort.volunteers.forms.fields import EMAIL
from klippekort.volunteers.services import Terms


class AssociationForm(WithPhone):
    """A club, church, library or other group."""

    name = StringField(
        _l("Name of the association"),
        [DataRequired(_l("Write the name.")), at_most(120)],
        filters=[stripped],
    )
    phone = TelField(_l("Phone"), [Optional()], filters=[stripped])


class AgreementForm(KeyedForm):
    """What the municipality and an association have agreed."""

    scope = TextAreaField(
        _l("What is agreed?"),
        [DataRequired(_l("Write what is agreed.")), at_most(2000)],
        filters=[stripped],
    )
    from_on = DayField(_l("From"), [InputRequired(_l("Write from which day it holds."))])
    until_on = DayField(_l("Until and with"), [Optional()])
    signed_by = StringField(
        _l("Signed by"),
        [DataRequired(_l("Write who signed.")), at_most(120)],
        filters=[stripped],
    )
    insurance = TextAreaField(
        _l("Who is insured, and how?"), [Optional(), at_most(1000)], filters=[stripped]
    )

    def validate_until_on(self, field: DayField) -> None:
        """Refuse an end before the beginning."""
        if field.data and self.from_on.data and field.data < self.from_on.data:
            raise ValidationError(_("The last day is before the first."))

    def terms(self) -> Terms:
        """Return the answers of a valid form."""
        return Terms(
            self.scope.data,
            self.from_on.data,
            self.until_on.data,
            self.signed_by.data,
            self.insurance.data or "",
        )


class ContactForm(WithPhone):
    """Somebody who speaks for an association."""

    name = StringField(
        _l("Name"), [DataRequired(_l("Write the name.")), at_most(120)], filters=[stripped]
    )
    phone = TelField(_l("Phone"), [Optional()], filters=[stripped])
    email = EmailField(_l("E-mail"), [Optional(), at_most(200), EMAIL], filters=[stripped])


class LimitForm(KeyedForm):
    """The most guests a month; left empty, there is no limit."""

    guests = CountField(
        _l("Most guests a month"),
        [Optional(), NumberRange(0, 1000, _l("Write a number from 0 to 1000."))],
    )
