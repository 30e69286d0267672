"""The forms of welcoming a volunteer."""

from collections.abc import Sequence
from typing import Any

from wtforms import EmailField, SelectField, StringField, TelField, ValidationError
from wtforms.validators import DataRequired, Length, Optional, Regexp

from klippekort.citizens.forms import choices
from klippekort.municipalities.forms import WithPhone, stripped
from klippekort.platform.forms import KeyedForm
from klippekort.platform.i18n import _, _l


def _at_most(longest: int) -> Length:
    return Length(max=longest, message=_l("That is too long."))


EMAIL = Regexp(
    r"\A[^@\s]+@[^@\s]+\.[^@\s]+\Z", message=_l("Write an e-mail like name@example.com.")
)


class VolunteerForm(WithPhone):
    """Somebody who offers their time; only the name is needed."""

    name = StringField(
        _l("Name"), [DataRequired(_l("Write the name.")), _at_most(120)], filters=[stripped]
    )
    phone = TelField(_l("Phone"), [Optional()], filters=[stripped])
    email = EmailField(_l("E-mail"), [Optional(), _at_most(200), EMAIL], filters=[stripped])
    association = SelectField(_l("Association"), [Optional()], default="")
    new_association = StringField(
        _l("Or a new association"), [Optional(), _at_most(120)], filters=[stripped]
    )

    def offer(self, associations: Sequence[Any]) -> None:
        """Fill in the associations one can choose."""
        named = {str(row.id): row.name for row in associations}
        self.association.choices = choices({"": _("None")} | named)

    def validate_new_association(self, field: StringField) -> None:
        """Refuse two answers to one question."""
        if field.data and self.association.data:
            raise ValidationError(_("Choose an association, or write a new one. Not both."))


class LogInForm(KeyedForm):
    """The e-mail a volunteer will log in with."""

    email = EmailField(
        _l("E-mail"),
        [DataRequired(_l("Write the e-mail.")), _at_most(200), EMAIL],
        filters=[stripped],
    )
