"""The forms of logging in, one's own account, and the log-ins of others."""

from collections.abc import Collection, Sequence
from typing import Any

from wtforms import EmailField, PasswordField, RadioField, SelectField, StringField, TelField
from wtforms.validators import (
    DataRequired,
    EqualTo,
    Length,
    Optional,
    Regexp,
    ValidationError,
)

from klippekort.accounts.services import SHORTEST_PASSWORD
from klippekort.domain.emails import EMAIL
from klippekort.domain.passwords import is_easily_guessed
from klippekort.domain.permissions import Role
from klippekort.platform.forms import KeyedForm
from klippekort.platform.i18n import FormTranslations, _l

ROLE_NAMES = {
    Role.ADMINISTRATOR: _l("Administrator"),
    Role.ASSESSOR: _l("Assessor"),
    Role.COORDINATOR: _l("Coordinator"),
    Role.PLANNER: _l("Planner"),
    Role.CARE_WORKER: _l("Care worker"),
    Role.VOLUNTEER: _l("Volunteer"),
    Role.FACILITATOR: _l("Group facilitator"),
    Role.ASSOCIATION: _l("Association contact"),
    Role.CITIZEN: _l("Citizen"),
    Role.RELATIVE: _l("Relative"),
}
LONGEST_PASSWORD = 200
EASILY_GUESSED = frozenset({"0123", "1234", "2345", "3456", "4321", "1212", "2580", "1122"})


def _required(message: Any) -> DataRequired:
    return DataRequired(message=message)


def _at_most(longest: int) -> Length:
    return Length(max=longest, message=_l("That is too long."))


class AccountForm(KeyedForm):
    """A form whose built-in messages are in the reader's language."""

    class Meta(KeyedForm.Meta):
        """Where WTForms finds its words."""

        def get_translations(self, form: Any) -> FormTranslations:
            """Return our own catalogue."""
            return FormTranslations()


class LogInForm(AccountForm):
    """E-mail and password."""

    email = EmailField(_l("E-mail"), [_required(_l("Write your e-mail.")), _at_most(200)])
    password = PasswordField(
        _l("Password"),
        [_required(_l("Write your password.")), _at_most(LONGEST_PASSWORD)],
    )


class CodeForm(AccountForm):
    """A telephone number, and the six digits that were read aloud."""

    phone = TelField(_l("Phone"), [_required(_l("Write your phone number.")), _at_most(40)])
    code = StringField(
        _l("Code"),
        [
            _required(_l("Write the six digits.")),
            Regexp(r"\A\s*(?:[0-9]\s*){6}\Z", message=_l("The code has six digits.")),
        ],
    )


class ChooseRoleForm(AccountForm):
    """Which of one's roles to work in."""

    role = RadioField(_l("Role"), validate_choice=True)


class ChangePasswordForm(AccountForm):
    """The password of today and the one from now on, twice; `names` are too easy to guess."""

    names: Collection[str] = ()
    current = PasswordField(
        _l("Your password now"),
        [_required(_l("Write the password you have now.")), _at_most(LONGEST_PASSWORD)],
    )
    new = PasswordField(
        _l("New password"),
        [
            _required(_l("Write a new password.")),
            Length(
                min=SHORTEST_PASSWORD,
                max=LONGEST_PASSWORD,
                message=_l("The password must have at least 12 characters."),
            ),
        ],
    )
    again = PasswordField(
        _l("New password once more"),
        [
            _required(_l("Write the new password once more.")),
            EqualTo("new", message=_l("The two new passwords are not alike.")),
        ],
    )

    def validate_new(self, field: Any) -> None:
        """Refuse what anybody would try first."""
        if not field.errors and is_easily_guessed(field.data, self.names):
            raise ValidationError(_l("That password is too easy to guess. Choose another."))


class PinForm(AccountForm):
    """Four digits of one's own."""

    pin = PasswordField(
        _l("PIN"),
        [
            _required(_l("Write four digits.")),
            Regexp(r"\A[0-9]{4}\Z", message=_l("The PIN must be four digits.")),
        ],
    )

    def validate_pin(self, field: Any) -> None:
        """Refuse what anybody would try first."""
        if field.data in EASILY_GUESSED or len(set(field.data)) == 1:
            raise ValidationError(_l("That PIN is too easy to guess. Choose another."))


class PlaceForm(AccountForm):
    """Where a role holds; each role uses only some of the fields."""

    employee_number = StringField(
        _l("Employee number"),
        [_required(_l("Write the employee number.")), _at_most(40)],
    )
    supplier = SelectField(_l("Supplier"), [_required(_l("Choose a supplier."))])
    district = SelectField(_l("District"), [Optional()])

    def offer(self, role: Role, suppliers: Sequence[Any], districts: Sequence[Any]) -> None:
        """Keep only the fields that `role` needs, and fill in what can be chosen."""
        blank = {"": str(_l("Choose"))}
        self.supplier.choices = blank | {str(row.id): row.name for row in suppliers}
        self.district.choices = blank | {str(row.id): row.name for row in districts}
        if role not in (Role.PLANNER, Role.CARE_WORKER):
            del self.supplier
        if role is not Role.CARE_WORKER:
            del self.district
            del self.employee_number


class CreateAccountForm(PlaceForm):
    """Somebody new who is to log in."""

    name = StringField(_l("Name"), [_required(_l("Write the name.")), _at_most(120)])
    email = EmailField(
        _l("E-mail"),
        [
            _required(_l("Write the e-mail.")),
            _at_most(200),
            Regexp(EMAIL, message=_l("Write an e-mail like name@example.com.")),
        ],
    )


class PressForm(AccountForm):
    """A button that needs nothing but its key."""
