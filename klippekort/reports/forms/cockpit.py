"""What the cockpit is asked for, how few people no figure tells of, and the year of a report."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from wtforms import SelectChoice, SelectField
from wtforms.validators import InputRequired, NumberRange, Optional

from klippekort.domain.reporting.figures import NOWHERE
from klippekort.domain.reporting.periods import offered
from klippekort.platform.forms import CountField, KeyedForm
from klippekort.platform.i18n import _, _l
from klippekort.reports.forms.cockpit_words import period_word

LEAST, MOST = 3, 50


class CutForm(KeyedForm):
    """A period, a district and a supplier, as they stand in the address of the page."""

    class Meta(KeyedForm.Meta):
        """A look changes nothing, so that its address can be kept and shared."""

        csrf = False

    key = None
    periode = SelectField(
        _l("Period"), [InputRequired(_l("Choose a period."))], validate_choice=False
    )
    distrikt = SelectField(_l("District"), [Optional()], default="", validate_choice=False)
    leverandoer = SelectField(_l("Supplier"), [Optional()], default="", validate_choice=False)

    def offer(
        self, today: date, districts: Mapping[str, str], suppliers: Mapping[str, str] | None
    ) -> None:
        """Offer what there is; with `suppliers` None the reader is held to one."""
        self.periode.choices = [
            SelectChoice(one.code, period_word(one).capitalize()) for one in offered(today)
        ]
        self.distrikt.choices = _choices(str(_("All districts")), districts, str(_("No district")))
        if suppliers is None:
            del self.leverandoer
        else:
            self.leverandoer.choices = _choices(str(_("All suppliers")), suppliers, None)

    def validate(self, extra_validators: Any = None) -> bool:
        """Say whether everything asked for is among what is offered."""
        is_right = bool(super().validate(extra_validators))
        words = {
            "periode": _("Choose a period from the list."),
            "distrikt": _("Choose a district from the list."),
            "leverandoer": _("Choose a supplier from the list."),
        }
        for name, word in words.items():
            if name not in self or self[name].errors:
                continue
            if self[name].data not in [choice.value for choice in self[name].choices]:
                self[name].errors = [str(word)]
                is_right = False
        return is_right


def _choices(all_word: str, names: Mapping[str, str], nowhere: str | None) -> list[SelectChoice]:
    none = [SelectChoice(NOWHERE, nowhere)] if nowhere else []
    return [SelectChoice("", all_word), *(SelectChoice(*pair) for pair in names.items()), *none]


class FewestForm(KeyedForm):
    """How few people no figure may stand for."""

    fewest = CountField(
        _l("Keep back figures of fewer people than"),
        [
            InputRequired(_l("Write a number.")),
            NumberRange(LEAST, MOST, _l("Write a number from 3 to 50.")),
        ],
    )


class YearForm(KeyedForm):
    """The year a report is about."""

    year = SelectField(_l("Year"), coerce=int, validate_choice=True)

    def offer(self, today: date, years: int = 4) -> None:
        """Offer this year and those before."""
        self.year.choices = [
            SelectChoice(year, str(year)) for year in range(today.year, today.year - years, -1)
        ]
