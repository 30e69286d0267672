"""What an administrator is asked about the municipality."""

from typing import Any

import phonenumbers
from wtforms import BooleanField, IntegerField, StringField, TextAreaField
from wtforms.validators import (
    DataRequired,
    InputRequired,
    Length,
    NumberRange,
    Optional,
    ValidationError,
)

from klippekort.platform.formatting import phone as readable
from klippekort.platform.forms import KeyedForm
from klippekort.platform.i18n import _, _l

LONGEST_WAY = 240
HIGHEST_LIMIT = 10_000
LONGEST_IDLE = 120
LONGEST_REST = 60
MOST_LINES = 5


def stripped(value: str | None) -> str:
    """Return what was typed without blanks around it."""
    return (value or "").strip()


def e164(typed: str) -> str | None:
    """Return a telephone number as +4520123456, or None when it is none; the country is Denmark.

    Only the length is checked: new number series are in use before the library knows them.
    """
    try:
        number = phonenumbers.parse(typed, "DK")
    except phonenumbers.NumberParseException:
        return None
    if number.extension or not phonenumbers.is_possible_number(number):
        return None
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


class WithPhone(KeyedForm):
    """A form with a telephone number."""

    def validate_phone(self, field: StringField) -> None:
        """Refuse what cannot be called."""
        if field.data and e164(field.data) is None:
            raise ValidationError(_("Write a phone number with 8 digits, such as 20 12 34 56."))

    @property
    def number(self) -> str | None:
        """The number as E.164, or None when none was given."""
        return e164(self.phone.data) if self.phone.data else None


class ContactForm(WithPhone):
    """Whom citizens call, and when."""

    phone = StringField(
        _l("Phone number citizens call"),
        filters=[stripped],
        validators=[DataRequired(_l("Write the phone number citizens call."))],
    )
    phone_hours = StringField(
        _l("When the phone is answered"),
        filters=[stripped],
        validators=[
            DataRequired(_l("Write when the phone is answered.")),
            Length(max=80, message=_l("Use at most 80 letters.")),
        ],
    )
    out_of_hours = StringField(
        _l("What citizens do outside those hours"),
        [Optional(), Length(max=200, message=_l("Use at most 200 letters."))],
        filters=[stripped],
    )
    return_address = TextAreaField(
        _l("Answers on paper are sent to"),
        [Optional(), Length(max=120, message=_l("Use at most 120 letters."))],
        filters=[stripped],
    )

    def validate_return_address(self, field: TextAreaField) -> None:
        """Refuse more lines than an envelope's window holds; blank ones do not count."""
        if sum(bool(line.strip()) for line in field.data.splitlines()) > MOST_LINES:
            raise ValidationError(_("Write at most five lines, as on an envelope."))


def _way(label: Any) -> IntegerField:
    missing = _l("Write the number of minutes.")
    message = _l("Write a whole number from 0 to 240.")
    return IntegerField(
        label,
        validators=[InputRequired(missing), NumberRange(0, LONGEST_WAY, message)],
    )


class TravelForm(KeyedForm):
    """How long one way takes."""

    near = _way(_l("Minutes one way, within a district"))
    far = _way(_l("Minutes one way, to another district"))

    def validate_far(self, field: IntegerField) -> None:
        """Refuse a far way that is shorter than a near one."""
        if None not in (field.data, self.near.data) and field.data < self.near.data:
            raise ValidationError(_("The long way cannot take less time than the short one."))


class CorrectionLimitForm(KeyedForm):
    """How large a correction one person may make alone."""

    minutes = IntegerField(
        _l("Most minutes one person may correct alone"),
        validators=[
            Optional(),
            NumberRange(0, HIGHEST_LIMIT, _l("Write a whole number from 0 to 10000.")),
        ],
    )


class TabletForm(KeyedForm):
    """How soon a tablet that nobody touches locks itself."""

    minutes = IntegerField(
        _l("Minutes until the tablet locks"),
        validators=[
            InputRequired(_l("Write the number of minutes.")),
            NumberRange(1, LONGEST_IDLE, _l("Write a whole number from 1 to 120.")),
        ],
    )


class HappeningsForm(WithPhone):
    """Whom helpers call when something happens on a trip, and how long messages rest."""

    phone = StringField(_l("Phone number of the nurse on call"), [Optional()], filters=[stripped])
    report_at = StringField(
        _l("Where unintended events are reported"),
        [Optional(), Length(max=200, message=_l("Use at most 200 letters."))],
        filters=[stripped],
    )
    rest = IntegerField(
        _l("Minutes a message rests before it is passed on"),
        validators=[
            InputRequired(_l("Write the number of minutes.")),
            NumberRange(0, LONGEST_REST, _l("Write a whole number from 0 to 60.")),
        ],
    )


class SupplierForm(WithPhone):
    """A supplier of home care."""

    name = StringField(
        _l("Name of the supplier"),
        filters=[stripped],
        validators=[
            DataRequired(_l("Write the name of the supplier.")),
            Length(max=120, message=_l("Use at most 120 letters.")),
        ],
    )
    phone = StringField(_l("Phone number of the supplier"), [Optional()], filters=[stripped])
    is_municipal = BooleanField(_l("It is the municipality's own home care"))


class DistrictForm(KeyedForm):
    """A part of the municipality."""

    name = StringField(
        _l("Name of the district"),
        filters=[stripped],
        validators=[
            DataRequired(_l("Write the name of the district.")),
            Length(max=80, message=_l("Use at most 80 letters.")),
        ],
    )


def shown_phone(number: str | None) -> str:
    """Return a stored number as it is typed."""
    return readable(number) if number else ""
