"""What a person is asked who settles what a tablet told."""

from collections.abc import Iterable
from typing import Any

from wtforms import RadioField
from wtforms.validators import DataRequired, ValidationError

from klippekort.domain.intents import Settlement
from klippekort.domain.schemes import Basis, Charge
from klippekort.platform.forms import KeyedForm
from klippekort.platform.i18n import _, _l
from klippekort.tablet.services.settling import SettleReason
from klippekort.trips.forms.keep import chosen_charge, cost_choices

HOW = {
    Settlement.TABLET: _l("Use what the tablet says"),
    Settlement.KEEP: _l("Keep what is written now"),
    Settlement.BOTH: _l("Keep what is written, and have the card corrected"),
}


_BROKEN_OFF = "cancelling.broken_off"


class SettleForm(KeyedForm):
    """What is right and why; the costs are asked only where nobody has decided them."""

    how = RadioField(
        _l("What is right?"),
        validate_choice=False,
        validators=[DataRequired(_l("Choose what is right."))],
    )
    reason = RadioField(
        _l("Why?"), validate_choice=False, validators=[DataRequired(_l("Choose why."))]
    )
    basis = RadioField(_l("What should the trip cost?"), choices={}, validate_choice=False)
    charge = RadioField(_l("What should the card pay?"), choices={}, validate_choice=False)
    cost = RadioField(_l("Should the time be given back?"), choices={}, validate_choice=False)

    def offer(self, ways: Iterable[Settlement], reasons: dict[SettleReason, Any]) -> None:
        """Fill in what can be chosen."""
        self.how.choices = {way.value: str(HOW[way]) for way in ways}
        self.reason.choices = {reason.value: str(said) for reason, said in reasons.items()}

    def ask(self, rule: str, planned: str, *, is_end: bool) -> Any:
        """Ask what the scheme leaves open and return the question; `planned` is the planned time in
        words, `is_end` says that a trip is ended: then some may have been missing.

        What was answered before is asked again beside it, so that the answer stands.
        """
        if rule == "charging.basis":
            asked = self.basis
        elif is_end and rule != _BROKEN_OFF:
            asked = self.cost
        else:
            asked = self.charge
        if asked is self.basis or self.chosen_basis:
            self.basis.choices = {
                Basis.PLANNED.value: str(_("The planned time: %(time)s", time=planned)),
                Basis.ACTUAL.value: str(_("The real time")),
            }
        if asked is self.charge or self.chosen_charge:
            self._ask_charge(planned, is_broken_off=is_end)
        if asked is self.cost or self.chosen_cost:
            self.cost.choices = cost_choices()
        return asked

    def _ask_charge(self, planned: str, *, is_broken_off: bool) -> None:
        self.charge.choices = {
            Charge.FREE.value: str(_("Nothing")),
            Charge.HALF.value: str(_("Half of it")),
            Charge.FULL.value: str(_("The planned time: %(time)s", time=planned)),
        }
        if is_broken_off:
            self.charge.choices[Charge.ACTUAL.value] = str(_("The time you were away"))

    def validate_how(self, field: Any) -> None:
        """Refuse what cannot be chosen here."""
        if field.data not in field.choices:
            raise ValidationError(_("Choose what is right."))

    def validate_reason(self, field: Any) -> None:
        """Refuse a reason that is none."""
        if field.data not in field.choices:
            raise ValidationError(_("Choose why."))

    @property
    def chosen_basis(self) -> Basis | None:
        """Return the answer, or None where none was given."""
        known = {basis.value: basis for basis in (Basis.PLANNED, Basis.ACTUAL)}
        return known.get(self.basis.data or "")

    @property
    def chosen_charge(self) -> Charge | None:
        """Return the answer, or None where none was given."""
        return chosen_charge(self.charge.data)

    @property
    def chosen_cost(self) -> Charge | None:
        """Return the answer about those who were not along, or None where none was given."""
        return chosen_charge(self.cost.data)
