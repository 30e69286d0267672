"""What an administrator is asked about answer times."""

from wtforms import ValidationError
from wtforms.validators import InputRequired, NumberRange

from klippekort.platform.forms import ClockField, CountField, KeyedForm
from klippekort.platform.i18n import _, _l
from klippekort.waiting.services.settings import AnswerTimes


def _hours(label: str) -> CountField:
    return CountField(
        label,
        [
            InputRequired(_l("Write the number of hours.")),
            NumberRange(1, 80, _l("Write a whole number from 1 to 80.")),
        ],
    )


class AnswerTimesForm(KeyedForm):
    """Opening hours, and how many of them an offer waits."""

    opens = ClockField(_l("The office opens at"), [InputRequired(_l("Write when it opens."))])
    closes = ClockField(_l("The office closes at"), [InputRequired(_l("Write when it closes."))])
    offer_hours = _hours(_l("Hours to answer an offer"))
    standing_hold_hours = _hours(_l("Hours to ask about a standing wish"))

    def validate_closes(self, field: ClockField) -> None:
        """Refuse an office that closes before it opens."""
        if self.opens.data and field.data <= self.opens.data:
            raise ValidationError(_("The office must close after it opens."))

    def times(self) -> AnswerTimes:
        """Return the answers of a valid form."""
        return AnswerTimes(
            self.opens.data, self.closes.data, self.offer_hours.data, self.standing_hold_hours.data
        )
