"""The day list in words, a helper a section, and the form that chooses whose."""

from collections.abc import Sequence
from datetime import date, datetime

from wtforms import SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional

from klippekort.municipalities.queries import get_municipality
from klippekort.papers.forms.drawing import page
from klippekort.papers.queries.day_lists import DayLine
from klippekort.platform.formatting import full_day, moment
from klippekort.platform.forms import DayField, KeyedForm
from klippekort.platform.i18n import _, _l, force_locale
from klippekort.platform.languages import LOCALES
from klippekort.platform.tenancy import current_municipality
from klippekort.trips.views.words import transport_word


class DayListForm(KeyedForm):
    """Which day, and whose trips."""

    day = DayField(_l("Which day?"), [InputRequired(_l("Choose a day."))])
    supplier = SelectField(_l("Supplier"), [Optional()], default="")
    district = SelectField(_l("District"), [Optional()], default="")

    def offer(self, suppliers: dict[str, str], districts: dict[str, str]) -> None:
        """Fill the lists to choose from."""
        for field, names in ((self.supplier, suppliers), (self.district, districts)):
            listed = [SelectChoice("", str(_("All")))]
            field.choices = listed + [SelectChoice(code, said) for code, said in names.items()]


def day_list_html(lines: Sequence[DayLine], day: date, whose: str, *, now: datetime) -> str:
    """Return a day as a page to draw, in Danish: a helper a section, trips without one first."""
    with force_locale(LOCALES["da"]):
        sections: dict[str, list[DayLine]] = {}
        for line in lines:
            for name in [name for _one, name in line.trip.escorts] or [""]:
                sections.setdefault(name, []).append(line)
        return page(
            "papers/day_list.html",
            sections=sorted(sections.items()),
            day=full_day(day),
            whose=whose,
            printed=moment(now),
            municipality=get_municipality(current_municipality()),
            transport_word=transport_word,
        )
