"""The forms of passkeys, one-time passwords and links, of providers, and of support."""

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import (
    BooleanField,
    EmailField,
    HiddenField,
    PasswordField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, NumberRange, Optional, Regexp, ValidationError

from klippekort.accounts.forms import LONGEST_PASSWORD, ROLE_NAMES, AccountForm
from klippekort.accounts.services.support import LONGEST_HOURS, SUPPORT_ROLES
from klippekort.accounts.services.vouching import BY_GROUP
from klippekort.domain.emails import EMAIL
from klippekort.domain.permissions import Role
from klippekort.domain.sign_in import Level
from klippekort.platform.forms import CountField, at_most, several
from klippekort.platform.i18n import _l

WITH_SECOND_FACTOR = (*BY_GROUP, Role.FACILITATOR)
_NAMED = {str(role): ROLE_NAMES[role] for role in WITH_SECOND_FACTOR}
_LEVELS = {
    "": _l("Don't ask"),
    str(Level.LOW.value): _l("Low"),
    str(Level.SUBSTANTIAL.value): _l("Substantial"),
    str(Level.HIGH.value): _l("High"),
}


def _choices(words: Mapping[str, Any]) -> list[SelectChoice]:
    return [SelectChoice(code, said) for code, said in words.items()]


def _needs(message: Any) -> DataRequired:
    return DataRequired(message=message)


class OneTimeForm(AccountForm):
    """A one-time password, or a recovery code."""

    code = StringField(_l("Code"), [_needs(_l("Write the code.")), at_most(20)])


class LinkForm(AccountForm):
    """Where a link to log in with is sent."""

    email = EmailField(_l("E-mail"), [_needs(_l("Write your e-mail.")), at_most(200)])


class PasskeyForm(AccountForm):
    """What a device has answered, filled in by a script."""

    step = HiddenField()
    answer = HiddenField(validators=[at_most(16_000)])


class NewPasskeyForm(PasskeyForm):
    """A new passkey, and what its owner calls it."""

    name = StringField(
        _l("Name of the passkey"), [_needs(_l("Give the passkey a name.")), at_most(60)]
    )


class NameForm(AccountForm):
    """Another name of a passkey."""

    name = StringField(_l("Name"), [_needs(_l("Give the passkey a name.")), at_most(60)])


class ConfirmForm(AccountForm):
    """One's password once more, and a one-time password where one has them."""

    password = PasswordField(
        _l("Password"), [_needs(_l("Write your password.")), at_most(LONGEST_PASSWORD)]
    )
    code = StringField(
        _l("Code from the app"), [_needs(_l("Write the code from the app.")), at_most(20)]
    )


def _claim(label: Any, message: Any = None) -> StringField:
    return StringField(label, [_needs(message) if message else Optional(), at_most(100)])


class ProviderForm(AccountForm):
    """Who vouches for staff or citizens, and where its answers stand."""

    issuer = StringField(_l("Issuer"), [_needs(_l("Write the issuer's address.")), at_most(200)])
    client_id = StringField(
        _l("Client ID"),
        [_needs(_l("Write the client ID you got from the provider.")), at_most(200)],
    )
    secret = PasswordField(_l("Client secret"), [Optional(), at_most(300)])
    scope = StringField(
        _l("Scope"),
        [
            _needs(_l("Write the scope.")),
            at_most(200),
            Regexp(r"(^|.*\s)openid(\s.*|$)", message=_l("The scope must have the word openid.")),
        ],
    )
    group_claim = _claim(_l("Claim with groups"), _l("Write the claim that holds the groups."))
    supplier_claim = _claim(_l("Claim with the supplier"))
    district_claim = _claim(_l("Claim with the district"))
    employee_claim = _claim(_l("Claim with the employee number"))
    number_claim = _claim(
        _l("Claim with the person number"), _l("Write the claim that holds the person number.")
    )
    level_claim = _claim(_l("Claim with the level"), _l("Write the claim that holds the level."))
    least_level = SelectField(_l("Lowest level"), [Optional()], choices=_choices(_LEVELS))
    asked_level = StringField(_l("Level to ask for"), [Optional(), at_most(200)])
    is_on = BooleanField(_l("Use it for log-in"))

    def fit(self, kind: str, *, is_given: bool) -> None:
        """Keep only what is asked of a provider of staff, or of citizens."""
        gone = ("number_claim",) if kind == "staff" else _FOR_STAFF
        if kind == "citizens":
            self.least_level.choices = _choices({one: _LEVELS[one] for one in ("2", "3")})
        for name in (*gone, *(("issuer", "client_id", "secret") if is_given else ())):
            del self[name]


_FOR_STAFF = ("group_claim", "supplier_claim", "district_claim", "employee_claim")


class GroupForm(AccountForm):
    """A group at the provider, and what it gives here."""

    name = StringField(
        _l("Group"), [_needs(_l("Write the group as the provider names it.")), at_most(200)]
    )
    role = SelectField(
        _l("Role"),
        [_needs(_l("Choose a role."))],
        choices=_choices({str(role): ROLE_NAMES[role] for role in BY_GROUP}),
    )
    supplier = SelectField(_l("Supplier"), [Optional()])
    district = SelectField(_l("District"), [Optional()])

    def offer(self, suppliers: Sequence[Any], districts: Sequence[Any]) -> None:
        """Fill in what can be chosen."""
        blank = {"": str(_l("As the person's claims say"))}
        self.supplier.choices = _choices(blank | {str(row.id): row.name for row in suppliers})
        self.district.choices = _choices(blank | {str(row.id): row.name for row in districts})


class SecondFactorForm(AccountForm):
    """Which roles may not log in by password alone."""

    roles = several(_l("Roles"), _NAMED)


class SupportForm(AccountForm):
    """Whom to let in from outside, why, and for how long."""

    name = StringField(_l("Name"), [_needs(_l("Write the name.")), at_most(120)])
    email = EmailField(
        _l("E-mail"),
        [
            _needs(_l("Write the e-mail.")),
            at_most(200),
            Regexp(EMAIL, message=_l("Write an e-mail like name@example.com.")),
        ],
    )
    purpose = TextAreaField(
        _l("Purpose"),
        [
            _needs(_l("Write what the supporter is to help with.")),
            Length(min=10, message=_l("Write a little more.")),
            at_most(300),
        ],
    )
    hours = CountField(
        _l("How many hours"),
        [
            _needs(_l("Write the number of hours.")),
            NumberRange(1, LONGEST_HOURS, message=_l("Choose from 1 to 72 hours.")),
        ],
    )
    role = RadioField(
        _l("Sees what is seen by"),
        [_needs(_l("Choose a role."))],
        choices=_choices({str(role): ROLE_NAMES[role] for role in SUPPORT_ROLES}),
    )
    may_change = BooleanField(_l("May also change things"))

    def validate_purpose(self, field: Any) -> None:
        """Refuse what looks like a person number: a purpose is read by many."""
        digits = "".join(letter for letter in field.data or "" if letter.isdigit())
        if len(digits) >= 10:
            raise ValidationError(_l("Write no person numbers or phone numbers here."))
