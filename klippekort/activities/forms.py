"""The words of activities, and the forms of posting, answering, cancelling and hosting."""

import re
from datetime import datetime, timedelta

from wtforms import (
    BooleanField,
    DateField,
    Field,
    Form,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    TimeField,
    ValidationError,
)
from wtforms.validators import (
    DataRequired,
    InputRequired,
    Length,
    NumberRange,
    Optional,
    Regexp,
)
from wtforms.widgets import CheckboxInput, ListWidget, TextInput

from klippekort.activities.services import ActivityFacts
from klippekort.domain.calendar import instant, local_day
from klippekort.domain.scheduling import Repeats
from klippekort.municipalities.forms import stripped
from klippekort.platform.forms import KeyedForm
from klippekort.platform.i18n import _, _l

KINDS: dict[str, str] = {
    "walk": _l("Walk"),
    "meal": _l("Meal"),
    "music": _l("Music and song"),
    "cards": _l("Cards and games"),
    "crafts": _l("Crafts"),
    "exercise": _l("Exercise"),
    "talk": _l("Talk and company"),
    "faith": _l("Church and faith"),
    "other": _l("Something else"),
}
ACCESS: dict[str, str] = {
    "step_free": _l("No steps"),
    "accessible_toilet": _l("Toilet for wheelchair users"),
    "hearing_loop": _l("Hearing loop"),
    "parking": _l("Parking at the door"),
    "quiet": _l("Quiet room"),
    "indoor_seating": _l("Seats indoors"),
}
STATES: dict[str, str] = {
    "proposed": _l("Waits for an answer"),
    "approved": _l("Approved"),
    "declined": _l("Declined"),
}
DECLINE_REASONS: dict[str, str] = {
    "too_little": _l("We need to know more"),
    "no_access": _l("The place is hard to get into"),
    "not_for_guests": _l("It does not suit our guests"),
    "same_time": _l("There is something like it already"),
    "other": _l("Something else"),
}
REASONS: dict[str, str] = {
    "host_ill": _l("The host is ill"),
    "too_few": _l("Too few guests"),
    "weather": _l("The weather"),
    "infection": _l("Infection"),
    "place_closed": _l("The place is closed"),
    "other": _l("Something else"),
}
REPEATS: dict[str, str] = {
    "once": _l("One time"),
    "weekly": _l("Every week"),
}
LONGEST_AHEAD = timedelta(days=730)
MOST_SEATS = 500
DAY_FORMATS = ["%Y-%m-%d", "%d-%m-%Y", "%d.%m.%Y", "%d/%m/%Y"]
TIME_FORMATS = ["%H:%M", "%H.%M", "%H:%M:%S"]
_AMOUNT = re.compile(r"(\d{1,4})(?:[.,](\d{1,2}))?", re.ASCII)


def oere(typed: str) -> int | None:
    """Return kroner as typed ("35", "35,50") in øre, or None when it is no amount up to 9999."""
    found = _AMOUNT.fullmatch(typed.removesuffix("kr.").strip())
    if found is None:
        return None
    return int(found[1]) * 100 + int((found[2] or "").ljust(2, "0"))


def typed_kroner(amount: int) -> str:
    """Return an amount in øre as it is typed: "35" or "35,50"."""
    whole, rest = divmod(amount, 100)
    return f"{whole},{rest:02d}" if rest else str(whole)


def _at_most(longest: int) -> Length:
    return Length(max=longest, message=_l("This is too long."))


class DayField(DateField):
    """A day, typed the Danish way or picked; says kindly what it cannot read."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the day. Raises ValueError with words for the person."""
        try:
            super().process_formdata([str(value).strip() for value in valuelist])
        except ValueError:
            raise ValueError(_("Write the day like 24-12-2026.")) from None


class ClockField(TimeField):
    """A time of day; says kindly what it cannot read."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the time. Raises ValueError with words for the person."""
        try:
            super().process_formdata([str(value).strip() for value in valuelist])
        except ValueError:
            raise ValueError(_("Write the time like 14:00.")) from None


class CountField(IntegerField):
    """A whole number; says kindly what it cannot read."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the number. Raises ValueError with words for the person."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(_("Write a whole number.")) from None


class SimpleFactsForm(KeyedForm):
    """What may change at any time: the text, the access facts and the prices."""

    description = TextAreaField(
        _l("What happens there?"), filters=[stripped], validators=[Optional(), _at_most(1000)]
    )
    access = SelectMultipleField(
        _l("What is the place like?"),
        choices=choices(ACCESS),
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
        validators=[Optional()],
    )
    price = StringField(_l("Price for a guest, in kroner"), filters=[stripped], default="0")
    helper_price = StringField(_l("Price for a helper, in kroner"), filters=[stripped], default="0")

    def validate_price(self, field: StringField) -> None:
        """Refuse what is no amount of money; nothing is free of charge."""
        if field.data and oere(field.data) is None:
            raise ValidationError(_("Write the price in kroner, such as 35 or 35,50."))

    validate_helper_price = validate_price

    def simple_facts(self) -> dict[str, Any]:
        """Return what was typed, prices in øre."""
        return {
            "description": self.description.data or "",
            "access": tuple(self.access.data or ()),
            "price_oere": oere(self.price.data or "0") or 0,
            "helper_price_oere": oere(self.helper_price.data or "0") or 0,
        }


class PostForm(SimpleFactsForm):
    """A new activity."""

    title = StringField(
        _l("What is it called?"),
        filters=[stripped],
        validators=[DataRequired(_l("Write what it is called.")), _at_most(120)],
    )
    kind = RadioField(
        _l("What kind is it?"),
        choices=choices(KINDS),
        validators=[DataRequired(_l("Choose what kind it is."))],
    )
    place = StringField(
        _l("Name of the place"),
        filters=[stripped],
        validators=[DataRequired(_l("Write where it is.")), _at_most(120)],
    )
    address = StringField(
        _l("Road and number"), filters=[stripped], validators=[Optional(), _at_most(160)]
    )
    postcode = StringField(
        _l("Postcode"),
        filters=[stripped],
        validators=[
            Optional(),
            Regexp(r"[0-9]{4}\Z", message=_l("Write the postcode with 4 digits.")),
        ],
    )
    town = StringField(_l("Town"), filters=[stripped], validators=[Optional(), _at_most(60)])
    day = DayField(_l("Day"), format=DAY_FORMATS, validators=[DataRequired(_l("Choose the day."))])
    starts = ClockField(
        _l("Begins at"),
        format=TIME_FORMATS,
        validators=[InputRequired(_l("Write when it begins."))],
    )
    ends = ClockField(
        _l("Ends at"), format=TIME_FORMATS, validators=[InputRequired(_l("Write when it ends."))]
    )
    repeats = RadioField(_l("How often?"), choices=choices(REPEATS), default="once")
    last_on = DayField(_l("Last day"), format=DAY_FORMATS, validators=[Optional()])
    capacity = CountField(
        _l("Seats for guests"),
        validators=[
            InputRequired(_l("Write how many seats there are.")),
            NumberRange(1, MOST_SEATS, _l("Write a number from 1 to 500.")),
        ],
    )
    wheelchair_places = CountField(
        _l("Of these, places for wheelchairs"),
        default=0,
        validators=[
            InputRequired(_l("Write how many. Write 0 if there are none.")),
            NumberRange(0, MOST_SEATS, _l("Write a number from 0 to 500.")),
        ],
    )
    host = SelectField(_l("Who is the host?"), validators=[Optional()])

    def offer(self, hosts: Mapping[UUID, str] | None) -> None:
        """Fill the list of hosts to choose from; without one, nobody is asked."""
        if hosts is None:
            del self.host
        else:
            named = {str(host_id): name for host_id, name in hosts.items()}
            self.host.choices = choices({"": str(_("Nobody yet")), **named})

    def validate_day(self, field: DateField) -> None:
        """Refuse a day that has passed, or one so far ahead that it must be a slip."""
        if field.data < clock.today():
            raise ValidationError(_("That day has passed. Choose a day from today on."))
        if field.data > clock.today() + LONGEST_AHEAD:
            raise ValidationError(_("Choose a day within the next two years."))

    def validate_starts(self, field: TimeField) -> None:
        """Refuse a time that has passed."""
        if self.day.data == clock.today() and instant(self.day.data, field.data) <= clock.now():
            raise ValidationError(_("That time has passed today."))

    def validate_ends(self, field: TimeField) -> None:
        """Refuse an end that does not come after the start."""
        if self.starts.data is not None and field.data <= self.starts.data:
            raise ValidationError(_("It must end later than it begins."))

    def validate_last_on(self, field: DateField) -> None:
        """Refuse a last day before the first."""
        if self.repeats.data == "weekly" and self.day.data and field.data < self.day.data:
            raise ValidationError(_("The last day cannot be before the first."))

    def validate_wheelchair_places(self, field: IntegerField) -> None:
        """Refuse more wheelchairs than seats."""
        if self.capacity.data is not None and field.data > self.capacity.data:
            raise ValidationError(_("There cannot be more wheelchairs than seats."))

    def facts(self) -> ActivityFacts:
        """Return what was typed as facts."""
        is_weekly = self.repeats.data == "weekly"
        return ActivityFacts(
            title=self.title.data,
            kind=self.kind.data,
            place=self.place.data,
            address=self.address.data or "",
            postcode=self.postcode.data or None,
            town=self.town.data or None,
            capacity=self.capacity.data,
            wheelchair_places=self.wheelchair_places.data,
            repeats=Repeats(self.repeats.data),
            first_on=self.day.data,
            starts=self.starts.data,
            ends=self.ends.data,
            last_on=self.last_on.data if is_weekly else None,
            **self.simple_facts(),
        )

    def host_id(self) -> UUID | None:
        """Return who was chosen as host, or None."""
        return UUID(self.host.data) if "host" in self and self.host.data else None


class DeclineForm(KeyedForm):
    """Why a proposal is turned down."""

    reason = RadioField(
        _l("Why not?"),
        choices=choices(DECLINE_REASONS),
        validators=[DataRequired(_l("Choose why."))],
    )


class CancelForm(KeyedForm):
    """Why a date is cancelled."""

    reason = RadioField(
        _l("Why is it cancelled?"),
        choices=choices(REASONS),
        validators=[DataRequired(_l("Choose why it is cancelled."))],
    )


class AttendanceForm(KeyedForm):
    """Who came, and how long the host was there."""

    came = SelectMultipleField(
        _l("Who came?"),
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
        validators=[Optional()],
    )
    others = CountField(
        _l("How many other guests came?"),
        default=0,
        validators=[
            InputRequired(_l("Write how many. Write 0 if there were none.")),
            NumberRange(0, MOST_SEATS, _l("Write a number from 0 to 500.")),
        ],
    )
    starts = ClockField(
        _l("You came at"),
        format=TIME_FORMATS,
        validators=[InputRequired(_l("Write when you came."))],
    )
    ends = ClockField(
        _l("You left at"),
        format=TIME_FORMATS,
        validators=[InputRequired(_l("Write when you left."))],
    )

    def offer(self, guests: Mapping[UUID, str]) -> None:
        """Fill the list of guests to tick."""
        self.came.choices = choices({str(seat): name for seat, name in guests.items()})


class FilterForm(Form):
    """What the list of activities is narrowed to; sent by GET, it changes nothing."""

    slags = SelectField(_l("Kind"), validators=[Optional()])
    q = StringField(_l("Name or place"), filters=[stripped])
    koerestol = BooleanField(_l("Only with a wheelchair place left"))

    def offer(self) -> None:
        """Fill the list of kinds."""
        self.slags.choices = choices({"": str(_("All kinds")), **KINDS})

_MOST = 500
_LATEST = timedelta(days=730)
# What a browser sends, and what people type where it gives no help.
_DAYS = ["%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y", "%d.%m.%Y"]
_TIMES = ["%H:%M", "%H:%M:%S", "%H.%M", "%H"]
_PRICE = re.compile(r"\A(\d{1,5})(?:[,.](\d{1,2})|,-)?\s*(?:kr\.?)?\Z", re.IGNORECASE)


def _needed(message: str) -> InputRequired:
    return InputRequired(message)


def _at_most(longest: int) -> Length:
    return Length(max=longest, message=_l("That is too long."))


class KronerField(Field):
    """An amount typed in kroner, with decimal comma or point, and held in øre; empty is 0."""

    widget = TextInput()

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed. Raises ValueError with words for the reader."""
        if not valuelist:
            return
        text = valuelist[0].strip()
        found = _PRICE.match(text or "0")
        if found is None:
            self.data = None
            raise ValueError(_("Write an amount such as 35 or 35,50."))
        self.data = int(found[1]) * 100 + int((found[2] or "0").ljust(2, "0"))

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        whole, rest = divmod(self.data or 0, 100)
        return f"{whole},{rest:02d}" if rest else str(whole)


def _several(label: str, words: dict[str, str]) -> SelectMultipleField:
    return SelectMultipleField(
        label,
        [Optional()],
        choices=words,
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )


class ChangeForm(KeyedForm):
    """What may change while people are signed up: the text, the access facts and the prices."""

    description = TextAreaField(
        _l("A few words about it"), [Optional(), _at_most(2000)], filters=[stripped]
    )
    access = _several(_l("How is the place?"), ACCESS)
    price = KronerField(_l("Price for a guest, in kroner"), default=0)
    helper_price = KronerField(_l("Price for the helper, in kroner"), default=0)


class ActivityForm(ChangeForm):
    """All that an activity is; `host` and `association` only for those who post for others."""

    title = StringField(
        _l("What is it called?"),
        [_needed(_l("Give it a name.")), _at_most(120)],
        filters=[stripped],
    )
    kind = RadioField(
        _l("What kind is it?"), [DataRequired(_l("Choose what kind it is."))], choices=KINDS
    )
    host = SelectField(_l("Host"), [Optional()])
    association = SelectField(_l("Or an association"), [Optional()])
    place = StringField(
        _l("Name of the place"),
        [_needed(_l("Write the name of the place.")), _at_most(120)],
        filters=[stripped],
    )
    address = StringField(
        _l("Street and number"),
        [_needed(_l("Write street and number.")), _at_most(160)],
        filters=[stripped],
    )
    postcode = StringField(
        _l("Postcode"),
        [Regexp(r"\A\d{4}\Z", message=_l("Write the four digits of the postcode."))],
        filters=[stripped],
    )
    town = StringField(
        _l("Town"), [_needed(_l("Write the town.")), _at_most(60)], filters=[stripped]
    )
    first_on = DateField(_l("Day"), [_needed(_l("Choose the day."))], format=_DAYS)
    starts = TimeField(_l("From"), [_needed(_l("Write when it begins."))], format=_TIMES)
    ends = TimeField(_l("To"), [_needed(_l("Write when it ends."))], format=_TIMES)
    repeats = RadioField(
        _l("How often?"),
        [DataRequired(_l("Choose how often."))],
        choices={Repeats.ONCE.value: _l("Only that day"), Repeats.WEEKLY.value: _l("Every week")},
        default=Repeats.ONCE.value,
    )
    last_on = DateField(_l("Last day"), [Optional()], format=_DAYS)
    capacity = IntegerField(
        _l("How many guests is there room for?"),
        [
            _needed(_l("Write how many guests there is room for.")),
            NumberRange(1, _MOST, _l("Write a number from 1 to 500.")),
        ],
    )
    wheelchair_places = IntegerField(
        _l("How many of them may sit in a wheelchair?"),
        [_needed(_l("Write a number, or 0.")), NumberRange(0, _MOST, _l("Write a number, or 0."))],
        default=0,
    )
    now: datetime

    def offer(self, now: datetime, hosts: dict[str, str], associations: dict[str, str]) -> None:
        """Say what time it is, and whom one may post for; without anybody it is one's own."""
        self.now = now
        if not hosts and not associations:
            del self.host
            del self.association
            return
        self.host.choices = {"": str(_("Choose"))} | hosts
        self.association.choices = {"": str(_("Choose"))} | associations

    def validate_host(self, field: SelectField) -> None:
        """Ask for somebody guests can turn to."""
        if not field.data and not self.association.data:
            raise ValidationError(_("Choose a host or an association."))

    def validate_first_on(self, field: DateField) -> None:
        """Refuse a day that is over, or so far away that it must be a slip."""
        today = local_day(self.now)
        if field.data < today:
            raise ValidationError(_("That day is over. Choose a day to come."))
        if field.data > today + _LATEST:
            raise ValidationError(_("That is more than two years away."))

    def validate_starts(self, field: TimeField) -> None:
        """Refuse a time of today that has been."""
        day = self.first_on.data
        if day == local_day(self.now) and field.data and instant(day, field.data) <= self.now:
            raise ValidationError(_("That time has passed today."))

    def validate_ends(self, field: TimeField) -> None:
        """Refuse an end that is not after the start."""
        if self.starts.data and field.data and field.data <= self.starts.data:
            raise ValidationError(_("It must end after it begins."))

    def validate_last_on(self, field: DateField) -> None:
        """Refuse a last day before the first, where there is one."""
        if self.repeats.data != Repeats.WEEKLY or not field.data or not self.first_on.data:
            return
        if field.data < self.first_on.data:
            raise ValidationError(_("The last day is before the first."))

    def validate_wheelchair_places(self, field: IntegerField) -> None:
        """Refuse more wheelchairs than guests."""
        if self.capacity.data is not None and (field.data or 0) > self.capacity.data:
            raise ValidationError(_("That is more than there is room for."))

    def facts(self) -> ActivityFacts:
        """Return the answers of a valid form."""
        weekly = self.repeats.data == Repeats.WEEKLY
        return ActivityFacts(
            title=self.title.data,
            kind=self.kind.data,
            description=self.description.data or "",
            place=self.place.data,
            address=self.address.data,
            postcode=self.postcode.data,
            town=self.town.data,
            access=tuple(self.access.data or ()),
            price_oere=self.price.data,
            helper_price_oere=self.helper_price.data,
            capacity=self.capacity.data,
            wheelchair_places=self.wheelchair_places.data,
            repeats=Repeats(self.repeats.data),
            first_on=self.first_on.data,
            starts=self.starts.data,
            ends=self.ends.data,
            last_on=self.last_on.data if weekly else None,
        )


class DeclineForm(KeyedForm):
    """Why a proposal is turned down."""

    reason = RadioField(
        _l("Why not?"), [DataRequired(_l("Choose why."))], choices=DECLINE_REASONS
    )


class CancelForm(KeyedForm):
    """Why a date is cancelled."""

    reason = RadioField(
        _l("What happened?"), [DataRequired(_l("Choose what happened."))], choices=REASONS
    )


class AttendanceForm(KeyedForm):
    """Who came, and from when to when the host was there."""

    came = _several(_l("Who came?"), {})
    others = IntegerField(
        _l("How many other guests came?"),
        [
            _needed(_l("Write a number, or 0.")),
            NumberRange(0, _MOST, _l("Write a number from 0 to 500.")),
        ],
        default=0,
    )
    started = TimeField(_l("You came at"), [_needed(_l("Write when you came."))], format=_TIMES)
    ended = TimeField(_l("You left at"), [_needed(_l("Write when you left."))], format=_TIMES)

    def offer(self, guests: dict[str, str]) -> None:
        """Fill in the guests that can be ticked; without any, the question goes."""
        if not guests:
            del self.came
            return
        self.came.choices = guests
        # A seat given back while the page was open is no fault of the host's.
        if self.came.data:
            self.came.data = [seat for seat in self.came.data if seat in guests]


class FilterForm(Form):
    """What to look for among the coming dates; everything may be left alone."""

    q = StringField(_l("Word in the name or place"), [Optional()], filters=[stripped])
    kind = SelectField(_l("Kind"), [Optional()])
    wheelchair = BooleanField(_l("Room for a wheelchair"))

    def offer(self) -> None:
        """Fill in the kinds."""
        self.kind.choices = {"": str(_("All kinds"))} | KINDS
