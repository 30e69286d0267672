"""Who a relative is and what she may do, as staff or the citizen write it."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from wtforms import RadioField, SelectField, StringField
from wtforms.validators import DataRequired, Length, Optional, Regexp, ValidationError

from klippekort.citizens.forms.contacts import RELATIONS
from klippekort.domain.emails import EMAIL
from klippekort.domain.errors import DomainError
from klippekort.domain.proxies import (
    EndsBeforeItBegins,
    Evidence,
    ForNothing,
    NeedsLastDay,
    NeedsSeeing,
    NeedsWitness,
    NotHersToWithdraw,
    OverAlready,
    Proxy,
    Purpose,
)
from klippekort.municipalities.forms import e164, stripped
from klippekort.platform.forms import DayField, KeyedForm, at_most, choices, several
from klippekort.platform.i18n import _, _l
from klippekort.relatives.forms.words import CONFIRMATIONS, EVIDENCE, PURPOSES
from klippekort.relatives.services.recording import Person

A_YEAR = timedelta(days=364)


def plain_email(value: str | None) -> str:
    """Return an e-mail as it is stored and compared."""
    return stripped(value).casefold()


class PersonForm(KeyedForm):
    """Who a relative is."""

    name = StringField(
        _l("Name"), [DataRequired(_l("Write the name.")), at_most(120)], filters=[stripped]
    )
    relation = RadioField(_l("Who is it?"), choices=choices(RELATIONS), default="child")
    phone = StringField(_l("Mobile phone"), [Optional(), at_most(40)], filters=[stripped])
    email = StringField(
        _l("E-mail"),
        [
            Optional(),
            Length(max=200, message=_l("That is too long.")),
            Regexp(EMAIL, message=_l("Write an e-mail like name@example.com.")),
        ],
        filters=[plain_email],
    )

    def validate_phone(self, field: StringField) -> None:
        """Refuse what cannot be called."""
        if field.data and e164(field.data) is None:
            raise ValidationError(
                _("Write the number with its country, such as +46 70 123 45 67 or +45 20 12 34 56.")
            )

    def validate(self, extra_validators: Any = None) -> bool:
        """Refuse whoever could not be reached at all."""
        is_fine = super().validate(extra_validators)
        if not self.phone.data and not self.email.data:
            self.phone.errors = [_("Write a mobile phone or an e-mail, or both.")]
            return False
        return bool(is_fine)

    @property
    def person(self) -> Person:
        """Return what was written."""
        return Person(
            self.name.data,
            self.relation.data,
            e164(self.phone.data) if self.phone.data else None,
            self.email.data or None,
        )


class ProxyFields(KeyedForm):
    """What a relative may do, from when until when, and how that is known."""

    purposes = several(_l("What may she do?"), PURPOSES)
    from_on = DayField(_l("From"), [DataRequired(_l("Write the first day."))])
    until_on = DayField(_l("Until and including"), [Optional()])
    evidence = RadioField(
        _l("How do you know that the citizen wants it?"),
        choices=choices(EVIDENCE),
        validators=[DataRequired(_l("Choose how you know."))],
    )
    witness = SelectField(_l("Who else of the staff heard it?"), [Optional()])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.purposes.flags.optional = False  # none is no answer here

    def offer(self, witnesses: Mapping[UUID, str], today: date) -> None:
        """Fill in what can be chosen, and a year from today where nothing was chosen yet."""
        blank = {"": str(_l("Nobody chosen"))}
        self.witness.choices = blank | {str(key): name for key, name in witnesses.items()}
        if not self.is_submitted() and self.from_on.data is None:
            self.from_on.data, self.until_on.data = today, today + A_YEAR

    @property
    def proxy(self) -> Proxy:
        """Return what was written."""
        return Proxy(
            frozenset(Purpose(one) for one in self.purposes.data or ()),
            self.from_on.data,
            self.until_on.data,
            Evidence(self.evidence.data),
        )

    @property
    def witness_id(self) -> UUID | None:
        """Return the account of the second who heard it."""
        return UUID(self.witness.data) if self.witness.data else None

    def refuse(self, refusal: DomainError) -> None:
        """Say at the field why a proxy cannot be given. Raises what no field is wrong for."""
        match refusal:
            case ForNothing():
                self.purposes.errors = [_("Choose at least one thing.")]
            case NeedsSeeing():
                self.purposes.errors = [
                    _("Whoever books or cancels must see the trips too. Choose that as well.")
                ]
            case EndsBeforeItBegins():
                self.until_on.errors = [_("The last day cannot lie before the first.")]
            case OverAlready():
                self.until_on.errors = [_("The last day has passed.")]
            case NeedsLastDay():
                self.until_on.errors = [
                    _("Write the last day. Only a guardian goes on until further notice.")
                ]
            case NeedsWitness():
                self.witness.errors = [_("Choose a colleague who heard it too.")]
            case NotHersToWithdraw():
                self.form_errors.append(
                    _("A guardian is appointed by others. Call us to have it changed.")
                )
            case _:
                raise refusal


class ProxyForm(ProxyFields):
    """Another proxy in place of the one there is."""


class AddRelativeForm(PersonForm, ProxyFields):
    """A relative who is not written down yet, with what she may do."""

    confirmed_how = RadioField(
        _l("How do you know that it is she?"),
        choices=choices({**CONFIRMATIONS, "": _l("I do not know yet")}),
        default="",
    )


class ConfirmForm(KeyedForm):
    """How somebody knows that it is she."""

    how = RadioField(
        _l("How do you know that it is she?"),
        choices=choices(CONFIRMATIONS),
        validators=[DataRequired(_l("Choose how you know."))],
    )


class AnswerForm(KeyedForm):
    """A yes or a no to what a relative proposes, with a word to her."""

    words = StringField(
        _l("A word to the relative"), [Optional(), at_most(300)], filters=[stripped]
    )
    answer = RadioField(_l("Answer"), choices=choices({"yes": _l("Yes"), "no": _l("No")}))
