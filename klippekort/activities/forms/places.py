"""The forms of places, and of the days they are closed."""

from datetime import datetime

from wtforms import BooleanField, RadioField, StringField, TelField, ValidationError
from wtforms.validators import DataRequired, NumberRange, Optional, Regexp

from klippekort.activities.forms.fields import needed
from klippekort.activities.forms.posting import PlaceFields
from klippekort.activities.services import PlaceFacts
from klippekort.domain.calendar import local_day
from klippekort.municipalities.forms import WithPhone, stripped
from klippekort.platform.forms import CountField, DayField, KeyedForm, at_most, choices
from klippekort.platform.i18n import _, _l


class PlaceForm(PlaceFields, WithPhone):
    """A place, or a room there."""

    name = StringField(
        _l("Name of the place"),
        [DataRequired(_l("Write the name of the place.")), at_most(120)],
        filters=[stripped],
    )
    address = StringField(
        _l("Street and number"),
        [DataRequired(_l("Write street and number.")), at_most(160)],
        filters=[stripped],
    )
    postcode = StringField(
        _l("Postcode"),
        [Regexp(r"[0-9]{4}\Z", message=_l("Write the four digits of the postcode."))],
        filters=[stripped],
    )
    town = StringField(
        _l("Town"), [DataRequired(_l("Write the town.")), at_most(60)], filters=[stripped]
    )
    room_capacity = CountField(
        _l("How many people is there room for?"),
        [Optional(), NumberRange(1, 10_000, _l("Write a number from 1 to 10,000."))],
    )
    wheelchair_places = CountField(
        _l("Places for wheelchairs"),
        [Optional(), NumberRange(0, 1000, _l("Write a number from 0 to 1,000."))],
    )
    parking = StringField(_l("Parking"), [Optional(), at_most(200)], filters=[stripped])
    contact_name = StringField(_l("Whom to ask"), [Optional(), at_most(120)], filters=[stripped])
    phone = TelField(_l("Their phone"), [Optional(), at_most(40)], filters=[stripped])
    contact_is_public = BooleanField(_l("Everybody may see whom to ask"))
    is_closed_on_holidays = BooleanField(_l("Closed on public holidays"))

    def validate_contact_is_public(self, field: BooleanField) -> None:
        """Ask for a name before it is shown to everybody."""
        if field.data and not self.contact_name.data:
            raise ValidationError(_("Write whom to ask first."))

    def facts(self) -> PlaceFacts:
        """Return the answers of a valid form."""
        return PlaceFacts(
            name=self.name.data,
            address=self.address.data,
            postcode=self.postcode.data,
            town=self.town.data,
            wheelchair_places=self.wheelchair_places.data,
            room_capacity=self.room_capacity.data,
            parking=self.parking.data or "",
            contact_name=self.contact_name.data or "",
            contact_phone=self.number,
            is_closed_on_holidays=self.is_closed_on_holidays.data,
            contact_is_public=self.contact_is_public.data,
            **self.place_said(),
        )


STANDING: dict[str, str] = {
    "cancel": _l("Cancel them, and tell everybody"),
    "keep": _l("Keep them: they are held all the same"),
}


class HolidayForm(KeyedForm):
    """What was seen of the dates on public holidays."""

    seen = StringField()


class ClosureForm(KeyedForm):
    """Days on which a place is closed, and what becomes of the dates that stand."""

    standing = RadioField(
        _l("What about the dates that are planned?"),
        default="cancel",
        choices=choices(STANDING),
        validate_choice=False,
    )

    from_on = DayField(_l("From"), [needed(_l("Choose the day."))])
    until_on = DayField(_l("Through"), [needed(_l("Choose the last day."))])
    reason = StringField(_l("Why?"), [Optional(), at_most(120)], filters=[stripped])
    seen = StringField()
    now: datetime

    def validate_until_on(self, field: DayField) -> None:
        """Refuse days that are over, or the wrong way round."""
        if field.data < local_day(self.now):
            raise ValidationError(_("Those days are over."))
        if self.from_on.data and field.data < self.from_on.data:
            raise ValidationError(_("The last day is before the first."))
