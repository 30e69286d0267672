"""The forms of offering, asking and answering."""

from wtforms import RadioField, SelectField, StringField, ValidationError
from wtforms.validators import DataRequired, Length, Optional

from klippekort.domain.hosting import HostRole
from klippekort.hosting.forms.ticks import ticks
from klippekort.municipalities.forms import stripped
from klippekort.platform.forms import KeyedForm, choices
from klippekort.platform.i18n import _, _l

ROLES: dict[str, str] = {
    HostRole.GO_ALONG.value: _l("Go along as a friend"),
    HostRole.DRIVER.value: _l("Drive"),
}


class OfferForm(KeyedForm):
    """Which dates somebody would like to host; `volunteer` only for those who offer for others."""

    volunteer = SelectField(_l("Volunteer"), [DataRequired(_l("Choose a volunteer."))])
    dates = ticks(_l("Which dates would you like to host?"), is_optional=False)

    def offer(self, dates: dict[str, str], volunteers: dict[str, str] | None) -> None:
        """Fill in the dates, and whom one may offer for, None when it is always oneself."""
        self.dates.choices = choices(dates)
        if volunteers is None:
            del self.volunteer
        else:
            self.volunteer.choices = choices({"": _("Choose")} | volunteers)

    def validate_dates(self, field: object) -> None:
        """Ask for at least one date."""
        if not self.dates.data:
            raise ValidationError(_("Choose at least one date."))


class AskForm(KeyedForm):
    """Whom to ask to host a date."""

    volunteer = RadioField(_l("Whom do you want to ask?"), choices=[])

    def offer(self, volunteers: dict[str, str]) -> None:
        """Fill in who may be asked."""
        self.volunteer.choices = choices(volunteers)

    def validate_volunteer(self, field: RadioField) -> None:
        """Ask for somebody."""
        if not field.data:
            raise ValidationError(_("Choose whom to ask."))


class AskForTripForm(KeyedForm):
    """Whom to ask to go along or to drive on a citizen's trip, and where the two meet."""

    citizen = SelectField(_l("Who is it for?"), [DataRequired(_l("Choose who it is for."))])
    role = RadioField(
        _l("What do you ask for?"),
        [DataRequired(_l("Choose what you ask for."))],
        choices=choices(ROLES),
    )
    volunteer = SelectField(_l("Whom do you ask?"), [DataRequired(_l("Choose whom to ask."))])
    meeting_point = StringField(
        _l("Where do they meet?"),
        [Optional(), Length(max=120, message=_l("That is too long."))],
        filters=[stripped],
    )

    def offer(self, citizens: dict[str, str], volunteers: dict[str, str]) -> None:
        """Fill in who rides, and who may be asked."""
        self.citizen.choices = choices(citizens)
        self.volunteer.choices = choices({"": _("Choose")} | volunteers)


class WordForm(KeyedForm):
    """A word to the hosts of an activity."""

    activity = SelectField(_l("Which activity?"), [DataRequired(_l("Choose an activity."))])
    word = RadioField(_l("What shall they hear?"), [DataRequired(_l("Choose what to say."))])

    def offer(self, activities: dict[str, str], words: dict[str, str]) -> None:
        """Fill in where the citizen comes, and what can be said."""
        self.activity.choices = choices(activities)
        self.word.choices = choices(words)
