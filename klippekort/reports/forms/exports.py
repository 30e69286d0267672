"""Data sets in words, and what is asked before one is fetched."""

from typing import Any

from wtforms import RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from klippekort.platform.forms import DayField, KeyedForm
from klippekort.platform.i18n import _, _l

DATA_WORDS = {
    "pejlemaerker": _l("All figures of the five guideposts, without small numbers"),
    "ture": _l("Trips, with who was on them"),
    "kort": _l("Cards, with their minutes"),
    "udaekkede-behov": _l("Wishes we could not meet"),
    "opsporing": _l("What was noticed of citizens"),
    "forloeb": _l("Courses, with the phase they stand in"),
    "aktiviteter": _l("Dates of activities"),
    "frivilligtimer": _l("Volunteers' hours"),
}
FORMATS = {
    "csv": _l("Table (CSV)"),
    "xlsx": _l("Spreadsheet (XLSX)"),
    "json": _l("For programs (JSON)"),
}
LONGEST_DAYS = 1100


class DataForm(KeyedForm):
    """Which data set, of which days, and in which format."""

    name = RadioField(_l("What do you want?"), [InputRequired(_l("Choose one."))])
    from_on = DayField(_l("From"), [InputRequired(_l("Choose a day."))])
    until_on = DayField(_l("To and with"), [InputRequired(_l("Choose a day."))])
    kind = RadioField(
        _l("As what?"),
        [InputRequired(_l("Choose one."))],
        choices=[SelectChoice(code, word) for code, word in FORMATS.items()],
        default="csv",
    )

    def offer(self, names: list[str]) -> None:
        """Offer the data sets the reader may have."""
        self.name.choices = [SelectChoice(name, DATA_WORDS[name]) for name in names]

    def validate(self, extra_validators: Any = None) -> bool:
        """Say whether the days follow each other, and are not too many."""
        if not super().validate(extra_validators):
            return False
        apart = (self.until_on.data - self.from_on.data).days
        if apart < 0:
            self.until_on.errors = [str(_("The last day comes before the first."))]
        elif apart > LONGEST_DAYS:
            self.until_on.errors = [str(_("Choose three years at most."))]
        return not self.until_on.errors
