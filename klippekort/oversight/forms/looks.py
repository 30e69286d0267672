"""What is asked before the record is searched, or a sample drawn."""

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import Form, SelectField, StringField
from wtforms.validators import Length, NumberRange, Optional

from klippekort.domain.oversight import MOST_DRAWN, Judged, Tie
from klippekort.oversight.queries.lines import Asked, Why
from klippekort.platform.forms import CountField, DayField, at_most, choices
from klippekort.platform.i18n import FormTranslations, _, _l

TIES = {
    Tie.TRIP: _l("Escorted the citizen"),
    Tie.OPENING: _l("Asked for access, with a reason"),
    Tie.SHIFT: _l("Same district, and on shift"),
    Tie.DISTRICT: _l("Same district"),
    Tie.SUPPORT: _l("Let in to help"),
    Tie.ROLE: _l("Works for the whole municipality"),
    Tie.NONE: _l("No tie found"),
}
MEANS = {
    "passkey_made": _l("a passkey made"),
    "passkey_removed": _l("a passkey taken away"),
    "password": _l("new password"),
    "pin": _l("new PIN"),
    "totp_set_up": _l("codes from an app set up"),
    "totp_stopped": _l("codes from an app stopped"),
    "recovery_codes": _l("new recovery codes"),
}
"""What a person changed of what lets them in, by the code it stands on record with."""
OUTCOMES = {
    Judged.FITS: _l("It fits"),
    Judged.ASK: _l("Ask about it"),
    Judged.BREACH: _l("It was wrong"),
}


class AskingForm(Form):
    """A form that asks and changes nothing."""

    class Meta:
        """Say WTForms' own messages in the reader's language."""

        def get_translations(self, form: Any) -> Any:
            return FormTranslations()


class LooksForm(AskingForm):
    """Whose looks, at whom, why and when."""

    borger = StringField(_l("Citizen's name"), [Optional(), at_most(80)])
    hvem = StringField(_l("Name of who looked"), [Optional(), at_most(80)])
    formaal = SelectField(_l("Why"), [Optional()])
    fra = DayField(_l("From"), [Optional()])
    til = DayField(_l("To and with"), [Optional()])

    def offer(self, groups: Mapping[str, Sequence[Why]]) -> None:
        """Offer what is on record by its words, each once, with all that these words tell."""
        self._whys = {_code(whys[0]): tuple(whys) for whys in groups.values()}
        for first, whys in self._whys.items():
            # What was chosen stays chosen when something else with the same words came first; a
            # purpose alone is what older addresses say.
            if self.formaal.data in {said for one in whys for said in (_code(one), one[0])}:
                self.formaal.data = first
        names = zip(self._whys, groups, strict=True)
        self.formaal.choices = choices({"": _("All"), **dict(names)})

    def asked(self) -> Asked:
        """Return what was asked for."""
        return Asked(
            citizen=(self.borger.data or "").strip(),
            who=(self.hvem.data or "").strip(),
            whys=self._whys.get(self.formaal.data or "", ()),
            from_on=self.fra.data,
            until_on=self.til.data,
        )


def _code(why: Why) -> str:
    purpose, action = why
    return f"{purpose or ''}.{action}"


class SampleForm(AskingForm):
    """How many looks of which days are drawn, and by which word."""

    antal = CountField(
        _l("How many looks?"),
        [NumberRange(1, MOST_DRAWN, _l("Write a number from 1 to 200."))],
        default=20,
    )
    fra = DayField(_l("From"), [Optional()])
    til = DayField(_l("To and with"), [Optional()])
    ord = StringField(
        _l("Word for the draw"),
        [Length(1, 40, message=_l("Write a word of at most 40 letters."))],
        description=_l("The same word draws the same looks again."),
    )
