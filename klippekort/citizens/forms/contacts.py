"""Whom a citizen has, and what an escort must know."""

from wtforms import BooleanField, RadioField, StringField
from wtforms.validators import DataRequired, Length, Optional, ValidationError

from klippekort.municipalities.forms import e164, stripped
from klippekort.platform.forms import KeyedForm, choices
from klippekort.platform.i18n import _, _l

RELATIONS = {
    "child": _l("Daughter or son"),
    "spouse": _l("Husband, wife or partner"),
    "sibling": _l("Sister or brother"),
    "grandchild": _l("Grandchild"),
    "friend": _l("Friend or neighbour"),
    "guardian": _l("Guardian"),
    "other": _l("Somebody else"),
}


class ContactForm(KeyedForm):
    """A relative or friend."""

    name = StringField(
        _l("Name"),
        [
            DataRequired(_l("Write the name.")),
            Length(max=120, message=_l("At most 120 characters.")),
        ],
        filters=[stripped],
    )
    phone = StringField(_l("Phone"), [Optional()], filters=[stripped])
    relation = RadioField(_l("Who is it?"), choices=choices(RELATIONS), default="child")
    is_next_of_kin = BooleanField(_l("Is called when something happens"))
    gets_greetings = BooleanField(_l("May get a line after a trip, when the citizen says so"))

    def validate_phone(self, field: StringField) -> None:
        """Refuse what cannot be called."""
        if e164(field.data) is None:
            raise ValidationError(_("Write a phone number with 8 digits, such as 20 12 34 56."))

    def validate_is_next_of_kin(self, field: BooleanField) -> None:
        """Refuse a next of kin without a number: nobody could be called."""
        if field.data and not self.phone.data:
            raise ValidationError(_("Write the phone number too."))


class EscortNoteForm(KeyedForm):
    """What an escort must know; empty takes it away."""

    text = StringField(
        _l("What an escort must know"),
        [Optional(), Length(max=300, message=_l("At most 300 characters."))],
        filters=[stripped],
    )
