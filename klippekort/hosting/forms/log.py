"""The forms of the host log: who came, what was laid out, and what the municipality sets."""

from datetime import date
from uuid import UUID

from wtforms import RadioField, SelectField, ValidationError
from wtforms.validators import DataRequired, InputRequired, NumberRange, Optional

from klippekort.activities.forms.fields import KronerField
from klippekort.domain.hosting import MOST_KM
from klippekort.hosting.forms.ticks import ticks
from klippekort.hosting.services import MILEAGE, Outlay
from klippekort.platform.forms import ClockField, CountField, DayField, KeyedForm, choices
from klippekort.platform.i18n import _, _l

PURPOSES: dict[str, str] = {
    MILEAGE: _l("I drove my own car"),
    "materials": _l("Things for the activity"),
    "food": _l("Coffee, cake or food"),
    "transport": _l("Bus, train or taxi"),
    "parking": _l("Parking"),
    "phone": _l("Phone"),
    "other": _l("Something else"),
}
_MOST_GUESTS = 500
MOST_OERE = 1_000_000
MOST_RATE = 2000


class AttendanceForm(KeyedForm):
    """Who came, and from when to when the host was there."""

    came = ticks(_l("Who came?"))
    others = CountField(
        _l("How many other guests came?"),
        [
            InputRequired(_l("Write how many. Write 0 if there are none.")),
            NumberRange(0, _MOST_GUESTS, _l("Write a number from 0 to 500.")),
        ],
        default=0,
    )
    started = ClockField(_l("You came at"), [InputRequired(_l("Write when you came."))])
    ended = ClockField(_l("You left at"), [InputRequired(_l("Write when you left."))])

    def offer(self, guests: dict[str, str], *, is_counted: bool) -> None:
        """Fill in the guests that can be ticked; without any, the question goes.

        With `is_counted` only a number is asked for.
        """
        if is_counted:
            self.others.label.text = _("How many guests came?")
        if not guests or is_counted:
            del self.came
            return
        self.came.choices = choices(guests)
        # A seat given back while the page was open is no fault of the host's.
        self.came.data = [seat for seat in self.came.data or () if seat in guests]

    def seats(self) -> list[UUID] | None:
        """Return the seats that were ticked, None where nobody is ticked here."""
        return sorted(map(UUID, self.came.data or ())) if "came" in self else None


class HoursForm(KeyedForm):
    """From when to when a friend or a driver was on a trip."""

    started = ClockField(_l("You came at"), [InputRequired(_l("Write when you came."))])
    ended = ClockField(_l("You left at"), [InputRequired(_l("Write when you left."))])


class ExpenseForm(KeyedForm):
    """What was laid out, or driven; `volunteer` only for those who claim for others."""

    volunteer = SelectField(_l("Volunteer"), [DataRequired(_l("Choose a volunteer."))])
    purpose = RadioField(
        _l("What was it for?"),
        [DataRequired(_l("Choose what it was for."))],
        choices=choices(PURPOSES),
    )
    spent_on = DayField(_l("Day"), [InputRequired(_l("Choose the day."))])
    kroner = KronerField(_l("Amount in kroner"))
    km = CountField(_l("Kilometres you drove"), [Optional()])

    def offer(self, volunteers: dict[str, str] | None, km_rate: int) -> None:
        """Say whom one may claim for, None when it is always oneself; without a rate no driving."""
        if volunteers is None:
            del self.volunteer
        else:
            self.volunteer.choices = choices({"": _("Choose")} | volunteers)
        if not km_rate:
            del self.km
            self.purpose.choices = choices(
                {code: words for code, words in PURPOSES.items() if code != MILEAGE}
            )

    def validate_kroner(self, field: KronerField) -> None:
        """Ask for an amount, where it was not for driving."""
        if self.purpose.data == MILEAGE:
            return
        if not field.data:
            raise ValidationError(_("Write the amount."))
        if field.data > MOST_OERE:
            raise ValidationError(_("Write at most 10,000 kroner. Call us about more."))

    def validate_km(self, field: CountField) -> None:
        """Ask for a distance, where it was for driving."""
        if self.purpose.data == MILEAGE and not 0 < (field.data or 0) <= MOST_KM:
            raise ValidationError(_("Write a number from 1 to 500."))

    def outlay(self) -> Outlay:
        """Return the answers of a valid form."""
        spent_on: date = self.spent_on.data
        if self.purpose.data == MILEAGE:
            return Outlay(MILEAGE, spent_on, km=self.km.data)
        return Outlay(self.purpose.data, spent_on, oere=self.kroner.data)


class SettingsForm(KeyedForm):
    """What a kilometre is worth, and where guests are kept as a count alone."""

    rate = KronerField(_l("What we pay for a kilometre, in kroner"), default=0)
    counted = ticks(_l("Activities where we only count"))

    def offer(self, activities: dict[str, str]) -> None:
        """Fill in the activities that can be ticked; without any, the question goes."""
        if not activities:
            del self.counted
            return
        self.counted.choices = choices(activities)

    def validate_rate(self, field: KronerField) -> None:
        """Refuse a rate that must be a slip."""
        if (field.data or 0) > MOST_RATE:
            raise ValidationError(_("Write at most 20 kroner."))
