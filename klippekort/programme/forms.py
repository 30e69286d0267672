"""What one may look for; everything may be left alone."""

from collections.abc import Iterable

from wtforms import (
    BooleanField,
    Form,
    HiddenField,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.validators import Optional

from klippekort.activities.forms import ACCESS, KINDS
from klippekort.municipalities.forms import stripped
from klippekort.platform.forms import DayField, choices, several
from klippekort.platform.i18n import FormTranslations, _, _l

WEEKDAYS: dict[str, str] = {
    "0": _l("Monday"),
    "1": _l("Tuesday"),
    "2": _l("Wednesday"),
    "3": _l("Thursday"),
    "4": _l("Friday"),
    "5": _l("Saturday"),
    "6": _l("Sunday"),
}
KILOMETRES = (1, 2, 5, 10, 20)
KRONER = (0, 25, 50, 100)


def _several(label: str, words: dict[str, str]) -> SelectMultipleField:
    return several(label, words, validate_choice=False)


class FindForm(Form):
    """What to look for among the coming dates; a value that is none of the choices counts not."""

    q = StringField(_l("What are you looking for?"), filters=[stripped])
    slags = _several(_l("Which kinds?"), KINDS)
    dage = _several(_l("Which days of the week?"), WEEKDAYS)
    fra = DayField(_l("From"), [Optional()])
    til = DayField(_l("To"), [Optional()])
    sted = SelectField(_l("Near"), validate_choice=False)
    afstand = SelectField(_l("How far away at most?"), validate_choice=False)
    adgang = _several(_l("What must the place have?"), ACCESS)
    sprog = SelectField(_l("Language"), validate_choice=False)
    pris = SelectField(_l("Price for a guest at most"), validate_choice=False)
    koerestol = BooleanField(_l("Room for a wheelchair"))
    kendt = BooleanField(_l("Only where a known face goes"))
    borger = HiddenField()

    class Meta(Form.Meta):
        """Say WTForms' own messages in the reader's language."""

        def get_translations(self, form: object) -> FormTranslations:
            return FormTranslations()

    def offer(
        self, starts: dict[str, str], languages: dict[str, str], *, has_citizen: bool
    ) -> None:
        """Fill in what can be chosen; whom somebody knows is asked only of a chosen citizen."""
        self.sted.choices = choices({"": _("Anywhere")} | starts)
        self.afstand.choices = choices(
            {"": _("However far")} | {str(km): _("%(num)s km", num=km) for km in KILOMETRES}
        )
        self.pris.choices = choices(
            {"": _("Any price")}
            | {str(kr): _("%(num)s kroner", num=kr) if kr else _("Free") for kr in KRONER}
        )
        self.sprog.choices = choices({"": _("Any language")} | languages)
        if not has_citizen:
            del self.kendt
            del self.borger

    def chosen(self, name: str, allowed: Iterable[str]) -> frozenset[str]:
        """Return what is ticked in a field, of what may be ticked there."""
        return frozenset(self[name].data or ()) & frozenset(allowed)

    def number(self, name: str, allowed: Iterable[int]) -> int | None:
        """Return the number that is chosen in a field, or None."""
        return next((one for one in allowed if str(one) == self[name].data), None)


class PublicForm(Form):
    """What to look for in the public programme."""

    q = StringField(_l("What are you looking for?"), filters=[stripped])
    slags = SelectField(_l("Kind"), validate_choice=False)
    sprog = HiddenField()

    def offer(self) -> None:
        """Fill in the kinds; the language goes along only where the address has one."""
        self.slags.choices = choices({"": _("All kinds")} | KINDS)
        if not self.sprog.data:
            del self.sprog

    @property
    def kinds(self) -> frozenset[str]:
        """The kind that is chosen, or none."""
        return frozenset({self.slags.data or ""}) & frozenset(KINDS)
