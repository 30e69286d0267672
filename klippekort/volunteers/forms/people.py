"""The forms of volunteers: welcomed, what they say about themselves, and finding them."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from wtforms import (
    BooleanField,
    EmailField,
    Form,
    RadioField,
    SelectField,
    StringField,
    TelField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import DataRequired, InputRequired, NumberRange, Optional

from klippekort.municipalities.forms import WithPhone, shown_phone, stripped
from klippekort.platform.forms import CountField, DayField, KeyedForm, at_most, choices, several
from klippekort.platform.i18n import _, _l
from klippekort.volunteers.forms import words
from klippekort.volunteers.forms.fields import EMAIL
from klippekort.volunteers.queries import Wanted
from klippekort.volunteers.services import Asked, Belonging, Profile

LONGEST_PAUSE_DAYS = 730


class VolunteerForm(WithPhone):
    """Somebody who offers their time; only the name is needed."""

    name = StringField(
        _l("Name"), [DataRequired(_l("Write the name.")), at_most(120)], filters=[stripped]
    )
    phone = TelField(_l("Phone"), [Optional()], filters=[stripped])
    email = EmailField(_l("E-mail"), [Optional(), at_most(200), EMAIL], filters=[stripped])
    association = SelectField(_l("Association"), [Optional()], default="")
    new_association = StringField(
        _l("Or a new association"), [Optional(), at_most(120)], filters=[stripped]
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
        [DataRequired(_l("Write the e-mail.")), at_most(200), EMAIL],
        filters=[stripped],
    )


class AskForCodeForm(WithPhone):
    """The number somebody wants to be called on with a code."""

    phone = TelField(
        _l("Phone"), [DataRequired(_l("Write your phone number."))], filters=[stripped]
    )


class _AboutOneself(WithPhone):
    """What whoever offers their time says, on the public page and later."""

    name = StringField(
        _l("Name"), [DataRequired(_l("Write the name.")), at_most(120)], filters=[stripped]
    )
    phone = TelField(_l("Phone"), [Optional()], filters=[stripped])
    email = EmailField(_l("E-mail"), [Optional(), at_most(200), EMAIL], filters=[stripped])
    reach = StringField(
        _l("Another way to reach you"), [Optional(), at_most(200)], filters=[stripped]
    )
    interests = several(_l("What do you like?"), words.INTERESTS)
    languages = several(_l("Which languages do you speak?"), words.LANGUAGES)
    weekdays = several(_l("Which days suit you?"), words.WEEKDAYS)
    parts = several(_l("When in the day?"), words.PARTS)
    would_rather_not = TextAreaField(
        _l("What would you rather not do?"), [Optional(), at_most(500)], filters=[stripped]
    )
    goes_along = BooleanField(_l("I will go along with somebody the first times"))
    drives = BooleanField(_l("I will drive"))

    def said(self) -> dict[str, Any]:
        """Return what both forms ask, as plain values."""
        return {
            "name": self.name.data,
            "phone": self.number,
            "email": self.email.data or None,
            "reach": self.reach.data or "",
            "interests": tuple(self.interests.data or ()),
            "languages": tuple(self.languages.data or ()),
            "weekdays": tuple(int(day) for day in self.weekdays.data or ()),
            "parts": tuple(self.parts.data or ()),
            "would_rather_not": self.would_rather_not.data or "",
            "goes_along": bool(self.goes_along.data),
            "drives": bool(self.drives.data),
        }


class ApplicationForm(_AboutOneself):
    """Somebody who would like to be a volunteer. `website` is for programs alone: people do not
    see it.
    """

    association = StringField(
        _l("Do you come from an association?"), [Optional(), at_most(120)], filters=[stripped]
    )
    # Not Optional, which would stop before asking for any way at all.
    reach = StringField(_l("Another way to reach you"), [at_most(200)], filters=[stripped])
    website = StringField(_l("Leave this empty"))

    def validate_reach(self, field: StringField) -> None:
        """Ask for one way to answer, whichever it is."""
        if not (self.phone.data or self.email.data or field.data):
            raise ValidationError(
                _("Write a phone number, an e-mail, or how else we can reach you.")
            )

    def asked(self) -> Asked:
        """Return what a valid form asks."""
        return Asked(association=self.association.data or "", **self.said())

    @property
    def is_from_a_program(self) -> bool:
        """Say whether the field that nobody sees was filled in."""
        return bool(self.website.data)


class ProfileForm(_AboutOneself):
    """All a volunteer says about themselves; the coordinator also where they belong.

    `touched` is what a new pause touches, and `seen` how much of it was shown already.
    """

    most_times = CountField(
        _l("At most how many times a month?"),
        [Optional(), NumberRange(1, 60, _l("Write a number from 1 to 60."))],
    )
    most_hours = CountField(
        _l("At most how many hours a month?"),
        [Optional(), NumberRange(1, 200, _l("Write a number from 1 to 200."))],
    )
    go_along_times = CountField(
        _l("How many times with the same person?"),
        [
            InputRequired(_l("Write how many times.")),
            NumberRange(1, 10, _l("Write a number from 1 to 10.")),
        ],
        default=2,
    )
    has_car = BooleanField(_l("I have a car"))
    takes_wheelchair = BooleanField(_l("There is room for a wheelchair in the car"))
    paused_until = DayField(_l("Pause until and with"), [Optional()])
    association = SelectField(_l("Association"), [Optional()], default="")
    started_on = DayField(
        _l("Volunteer since"), [InputRequired(_l("Write since when, like 24-12-2026."))]
    )
    seen = StringField(default="")
    today: date
    touched: Sequence[str] = ()

    def offer(self, today: date, associations: Sequence[Any] | None) -> None:
        """Say what day it is; without associations the form is the volunteer's own."""
        self.today = today
        if associations is None:
            del self.association
            del self.started_on
            return
        named = {str(row.id): row.name for row in associations}
        self.association.choices = choices({"": _("None")} | named)

    def validate_takes_wheelchair(self, field: BooleanField) -> None:
        """A wheelchair car is a car, and somebody must drive it."""
        if field.data and not self.drives.data:
            raise ValidationError(_("Tick that you will drive, too."))

    def validate_paused_until(self, field: DayField) -> None:
        """Refuse a pause that is so long that it must be a slip."""
        if field.data and (field.data - self.today).days > LONGEST_PAUSE_DAYS:
            raise ValidationError(_("Choose a day within the next two years."))

    def validate_started_on(self, field: DayField) -> None:
        """Refuse a beginning that is still to come."""
        if field.data and field.data > self.today:
            raise ValidationError(_("That day is still to come."))

    def profile(self) -> Profile:
        """Return the answers of a valid form."""
        return Profile(
            most_times=self.most_times.data,
            most_hours=self.most_hours.data,
            go_along_times=self.go_along_times.data,
            has_car=bool(self.has_car.data),
            takes_wheelchair=bool(self.takes_wheelchair.data),
            paused_until=self.paused_until.data,
            **self.said(),
        )

    def belonging(self) -> Belonging | None:
        """Return where the volunteer belongs, when the form asks."""
        if "association" not in self:
            return None
        chosen = self.association.data
        return Belonging(UUID(chosen) if chosen else None, self.started_on.data)


def profile_data(row: Any, since: date) -> dict[str, Any]:
    """Return what is known of a volunteer as the form shows it."""
    kept = {
        name: getattr(row, name)
        for name in (
            *("name", "email", "reach", "interests", "languages", "parts", "would_rather_not"),
            *("goes_along", "go_along_times", "drives", "has_car", "takes_wheelchair"),
            *("most_times", "most_hours", "paused_until"),
        )
    }
    return kept | {
        "phone": shown_phone(row.phone),
        "weekdays": [str(day) for day in row.weekdays],
        "association": str(row.association_id) if row.association_id else "",
        "started_on": since,
    }


class DeclineForm(KeyedForm):
    """Why somebody is told no."""

    reason = RadioField(
        _l("Why not?"),
        [DataRequired(_l("Choose why."))],
        choices=choices(words.DECLINE_REASONS),
    )


class FilterForm(Form):
    """What to narrow the list of volunteers to; everything may be left alone."""

    q = StringField(_l("Name, association or number"), [Optional()], filters=[stripped])
    interesse = SelectField(_l("Likes"))
    sprog = SelectField(_l("Speaks"))
    dag = SelectField(_l("Has time on"))
    kan = SelectField(_l("Offers to"))
    vis = SelectField(_l("Show"), default="active")

    def offer(self) -> None:
        """Fill in the choices."""
        self.interesse.choices = choices({"": _("Everything")} | words.INTERESTS)
        self.sprog.choices = choices({"": _("All languages")} | words.LANGUAGES)
        self.dag.choices = choices({"": _("Any day")} | words.WEEKDAYS)
        self.kan.choices = choices(words.DOES)
        self.vis.choices = choices(words.STATE_FILTER)

    def wanted(self) -> Wanted:
        """Return what is asked for; what is no choice of ours asks for nothing."""
        day = self.dag.data if self.dag.data in words.WEEKDAYS else ""
        return Wanted(
            text=self.q.data or "",
            interest=self.interesse.data if self.interesse.data in words.INTERESTS else "",
            language=self.sprog.data if self.sprog.data in words.LANGUAGES else "",
            weekday=int(day) if day else None,
            does=self.kan.data if self.kan.data in words.DOES else "",
            state=self.vis.data if self.vis.data in words.STATE_FILTER else "active",
        )
