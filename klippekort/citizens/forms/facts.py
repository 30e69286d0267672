"""What staff write down about a citizen, and the words for what is stored as a code."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from wtforms import BooleanField, RadioField, SelectField, StringField
from wtforms.validators import DataRequired, Length, Optional, ValidationError

from klippekort.citizens.queries import CitizenFacts, plain_number
from klippekort.domain import record_refs
from klippekort.municipalities.forms import e164, stripped
from klippekort.platform.forms import KeyedForm, choices
from klippekort.platform.i18n import _, _l

REPLACEMENT_DAY = 60
MINUTES_A_WEEK = 7 * 24 * 60
_PERSON_NUMBER = re.compile(r"(\d\d)(\d\d)(\d\d)[0-9A-Z]{4}", re.ASCII)
_POSTCODE = re.compile(r"\d{4}", re.ASCII)
SETTINGS = {"own_home": _l("Own home"), "care_home": _l("Care home")}
LIVING = {"yes": _l("Lives alone"), "no": _l("Lives with somebody"), "": _l("Not known")}
LEVELS = {"": _l("Not assessed"), **{str(level): str(level) for level in range(5)}}
# Why a fact was changed by hand.
WHYS = {
    "changed": _l("It is different now"),
    "wrong": _l("It was wrong"),
    "asked": _l("The citizen asked for it"),
}
FACTS = {
    "person_number": _l("Person number"),
    "first_name": _l("First name"),
    "last_name": _l("Last name"),
    "call_name": _l("Likes to be called"),
    "address": _l("Road and number"),
    "postcode": _l("Postcode"),
    "town": _l("Town"),
    "phone": _l("Phone"),
    "supplier_id": _l("Who gives the home care"),
    "district_id": _l("District"),
    "functional_level": _l("Functional level"),
    "setting": _l("Home"),
    "lives_alone": _l("At home"),
    "aids": _l("Aids"),
    "home_care_minutes": _l("Home care a week"),
    "has_protected_address": _l("Protected address"),
    "point": _l("Where the home lies"),
    "record_ref": _l("Care record id"),
}


def words_of_fact(
    fact: str, before: str | None, places: Mapping[str, str], *, is_protected: bool
) -> str:
    """Return what a fact was before it was changed, in words; `places` names ids."""
    if fact in ("person_number", "point") or (is_protected and fact in ("address", "postcode")):
        return str(_("Not shown"))
    if before is None:
        return "–"
    if fact == "setting":
        return str(SETTINGS.get(before, before))
    if before in ("True", "False"):
        return str(_("Yes") if before == "True" else _("No"))
    return places.get(before, before)


def _length(longest: int) -> Length:
    return Length(max=longest, message=_l("This is too long."))


def _upper(value: str | None) -> str:
    return stripped(value).upper()


def read_decimal(typed: str) -> Decimal | None:
    """Return a number of minutes a week with a Danish comma, or None when it is none."""
    try:
        number = Decimal(typed.replace(" ", "").replace(",", "."))
    except InvalidOperation:
        return None
    return number if number.is_finite() and 0 <= number <= MINUTES_A_WEEK else None


def is_person_number(typed: str) -> bool:
    """Say whether `typed` is a person number.

    Replacement numbers (day + 60, or letters at the end) are numbers too. The mod-11 check is not
    made, for since 2007 real numbers fail it.
    """
    match = _PERSON_NUMBER.fullmatch(plain_number(typed))
    if match is None:
        return False
    day, month, year = (int(part) for part in match.groups())
    real_day = day - REPLACEMENT_DAY if day > REPLACEMENT_DAY else day
    return any(_is_day(century + year, month, real_day) for century in (1800, 1900, 2000))


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


class CitizenForm(KeyedForm):
    """All that is known about a citizen."""

    person_number = StringField(_l("Person number"), filters=[_upper])
    first_name = StringField(
        _l("First name"),
        filters=[stripped],
        validators=[DataRequired(_l("Write the first name.")), _length(80)],
    )
    last_name = StringField(
        _l("Last name"),
        filters=[stripped],
        validators=[DataRequired(_l("Write the last name.")), _length(80)],
    )
    call_name = StringField(_l("Likes to be called"), filters=[stripped], validators=[_length(80)])
    address = StringField(_l("Road and number"), filters=[stripped], validators=[_length(200)])
    postcode = StringField(_l("Postcode"), filters=[stripped])
    town = StringField(_l("Town"), filters=[stripped], validators=[_length(60)])
    phone = StringField(_l("Phone"), filters=[stripped], validators=[Optional()])
    has_protected_address = BooleanField(_l("The address is protected"))
    supplier = SelectField(
        _l("Who gives the home care"),
        validators=[DataRequired(_l("Choose who gives the home care."))],
    )
    district = SelectField(_l("District"), validators=[Optional()])
    setting = RadioField(
        _l("Where does the citizen live?"),
        choices=choices(SETTINGS),
        validators=[DataRequired(_l("Choose where the citizen lives."))],
    )
    lives_alone = RadioField(
        _l("Does the citizen live alone?"), choices=choices(LIVING), default=""
    )
    functional_level = SelectField(
        _l("Functional level"),
        choices=choices(LEVELS),
        validators=[Optional()],
    )
    aids = StringField(_l("Aids"), filters=[stripped], validators=[Optional(), _length(300)])
    home_care_minutes = StringField(
        _l("Home care, minutes a week"), filters=[stripped], validators=[Optional()]
    )

    record_ref = StringField(
        _l("Care record id"),
        filters=[stripped],
        validators=[Optional(), _length(record_refs.LONGEST)],
    )

    def offer(self, suppliers: Sequence[Any], districts: Sequence[Any]) -> None:
        """Fill the lists to choose from."""
        self.supplier.choices = choices(
            {"": _("Choose"), **{str(supplier.id): supplier.name for supplier in suppliers}}
        )
        self.district.choices = choices(
            {"": _("None"), **{str(district.id): district.name for district in districts}}
        )

    def keeps(self) -> frozenset[str]:
        """Return the fields that may stay empty because something is stored already."""
        return frozenset()

    def validate_person_number(self, field: StringField) -> None:
        """Refuse what is no person number."""
        if not field.data and "person_number" in self.keeps():
            return
        if not field.data:
            raise ValidationError(_("Write the person number."))
        if not is_person_number(field.data):
            raise ValidationError(_("Write the person number with 10 digits, such as 010150-1234."))

    def validate_address(self, field: StringField) -> None:
        """Refuse a citizen without an address."""
        if not field.data and "address" not in self.keeps():
            raise ValidationError(_("Write the road and number."))

    def validate_postcode(self, field: StringField) -> None:
        """Refuse what is no Danish postcode."""
        if field.data and not _POSTCODE.fullmatch(field.data):
            raise ValidationError(_("Write the postcode with 4 digits."))

    def validate_phone(self, field: StringField) -> None:
        """Refuse what cannot be called."""
        if e164(field.data) is None:
            raise ValidationError(_("Write a phone number with 8 digits, such as 20 12 34 56."))

    def validate_home_care_minutes(self, field: StringField) -> None:
        """Refuse what is no number of minutes in a week."""
        if read_decimal(field.data) is None:
            raise ValidationError(_("Write the minutes as a number, such as 612,5."))

    def validate_record_ref(self, field: StringField) -> None:
        """Refuse a person number in the place of what the care record calls her."""
        if record_refs.looks_like_person_number(field.data):
            raise ValidationError(
                _("This looks like a person number. Write the id from the care record instead.")
            )
        if not record_refs.is_fit(record_refs.written(field.data)):
            raise ValidationError(_("Write the id as letters and digits."))

    def facts(self) -> CitizenFacts:
        """Return what was typed as facts; an empty field that may stay empty is None."""
        level = self.functional_level.data
        return CitizenFacts(
            person_number=plain_number(self.person_number.data) or None,
            first_name=self.first_name.data,
            last_name=self.last_name.data,
            address=self.address.data or None,
            postcode=self.postcode.data or None,
            town=self.town.data or None,
            phone=e164(self.phone.data) if self.phone.data else None,
            supplier_id=UUID(self.supplier.data),
            district_id=UUID(self.district.data) if self.district.data else None,
            functional_level=int(level) if level else None,
            setting=self.setting.data,
            lives_alone={"yes": True, "no": False}.get(self.lives_alone.data),
            aids=tuple(aid.strip() for aid in self.aids.data.split(",") if aid.strip()),
            home_care_minutes=read_decimal(self.home_care_minutes.data or "x"),
            has_protected_address=self.has_protected_address.data,
            record_ref=record_refs.written(self.record_ref.data or ""),
            call_name=self.call_name.data,
        )


class ChangeCitizenForm(CitizenForm):
    """A correction: what is not shown may stay empty and is kept."""

    is_address_shown = True
    why = RadioField(_l("Why is it changed?"), choices=choices(WHYS), default="changed")

    def keeps(self) -> frozenset[str]:
        """Return the fields that may stay empty because something is stored already."""
        return frozenset(
            {"person_number"} if self.is_address_shown else {"person_number", "address"}
        )
