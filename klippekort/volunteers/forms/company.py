"""The form that keeps who goes along with a citizen."""

from collections.abc import Mapping
from datetime import date, timedelta
from uuid import UUID

from wtforms import RadioField, SelectField, ValidationError
from wtforms.validators import DataRequired, InputRequired

from klippekort.domain.volunteering import Task
from klippekort.platform.forms import DayField, KeyedForm, choices
from klippekort.platform.i18n import _, _l
from klippekort.volunteers.forms import words

_TASKS = {task.value: words.TASKS[task] for task in (Task.GO_ALONG, Task.DRIVE)}
_LATEST = timedelta(days=365)


class CompanyForm(KeyedForm):
    """Who has said yes, to what, and for which day."""

    volunteer = SelectField(_l("Who has said yes?"), [DataRequired(_l("Choose who."))])
    task = RadioField(
        _l("To what?"),
        [DataRequired(_l("Choose to what."))],
        choices=choices(_TASKS),
        default=Task.GO_ALONG.value,
    )
    on_day = DayField(_l("Which day?"), [InputRequired(_l("Write the day."))])
    today: date

    def offer(self, today: date, people: Mapping[str, str]) -> None:
        """Say what day it is, and who can be chosen."""
        self.today = today
        self.volunteer.choices = choices({"": _("Choose"), **people})

    def validate_on_day(self, field: DayField) -> None:
        """Refuse a day that is over, or so far away that it must be a slip."""
        if field.data and field.data < self.today:
            raise ValidationError(_("That day is over. Choose a day to come."))
        if field.data and field.data > self.today + _LATEST:
            raise ValidationError(_("Choose a day within the next year."))

    @property
    def chosen(self) -> UUID:
        """The volunteer of a valid form."""
        return UUID(self.volunteer.data)
