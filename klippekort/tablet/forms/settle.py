"""What a person is asked who settles what a tablet told."""

from collections.abc import Iterable
from typing import Any

from wtforms import RadioField, TextAreaField
from wtforms.validators import DataRequired, Length, ValidationError

from klippekort.domain.intents import Settlement
from klippekort.domain.schemes import Basis, Charge
from klippekort.platform.forms import KeyedForm
from klippekort.platform.i18n import _, _l
from klippekort.punchcards.forms.changes import LONGEST_REASON
from klippekort.tablet.services.settling import SettleReason
from klippekort.trips.forms.keep import BROKEN_OFF, NOT_MADE, chosen_charge, cost_choices

HOW = {
    Settlement.TABLET: _l("Use what the tablet says"),
    Settlement.KEEP: _l("Keep what is written now"),
    Settlement.BOTH: _l("Keep what is written, and have the card corrected"),
}


_BROKEN_OFF = "cancelling.broken_off"


class SettleForm(KeyedForm):
    """What is right and why; the costs, and the reason for them, are asked only where nobody has
    decided them. `is_end` says that a trip is ended: then some may have been missing.
    """

    is_end = False
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
    why = TextAreaField(
        _l("Why do you decide so?"),
        [Length(max=LONGEST_REASON, message=_l("Use at most 1,000 letters."))],
    )

    def offer(
        self, ways: Iterable[Settlement], reasons: dict[SettleReason, Any], *, is_end: bool
    ) -> None:
        """Fill in what can be chosen."""
        self.is_end = is_end
        self.how.choices = {way.value: str(HOW[way]) for way in ways}
        self.reason.choices = {reason.value: str(said) for reason, said in reasons.items()}

    def ask(self, rules: Iterable[str], planned: str) -> None:
        """Ask what the scheme leaves open, and why it is decided so; `planned` is the planned time
        in words.
        """
        for rule in rules:
            if rule == "charging.basis":
                self._ask_basis(planned)
                asked = self.basis
            elif self.is_end and rule != _BROKEN_OFF:
                self.cost.choices = cost_choices()
                asked = self.cost
            else:
                self._ask_charge(planned)
                asked = self.charge
            asked.errors = [_("The municipality has not decided this. You decide.")]
        if not self.reason_given:
            self.tell_no_reason()

    def ask_again(self, planned: str) -> None:
        """Ask beside the rest what was answered before, so that the answer stands: as long as what
        the tablet said can still be done.
        """
        if not self.may_be_done:
            return
        if self.chosen_basis:
            self._ask_basis(planned)
        if self.chosen_charge:
            self._ask_charge(planned)
        if self.chosen_cost:
            self.cost.choices = cost_choices()

    def take_over(self, basis: Basis | None, charge: Charge | None, cost: Charge | None) -> None:
        """Choose what was answered on the tablet, where nothing else was chosen here."""
        for field, said in ((self.basis, basis), (self.charge, charge), (self.cost, cost)):
            field.data = field.data or said

    def tell_no_reason(self) -> None:
        """Say that a reason is missing for what was decided, here or on the tablet."""
        self.why.errors = [_("Write why, in a few words.")]

    @property
    def may_be_done(self) -> bool:
        """Say whether what the tablet said can be chosen; by nothing else anything is paid."""
        return Settlement.TABLET.value in self.how.choices

    @property
    def asks_why(self) -> bool:
        """Say whether a reason is asked for, as something that nobody has decided is."""
        if not self.may_be_done:
            return False
        answered = any(one.choices for one in (self.basis, self.charge, self.cost))
        return answered or bool(self.why.errors or self.why.data)

    @property
    def reason_given(self) -> str:
        """Return why it was so decided, or nothing."""
        return (self.why.data or "").strip()

    def _ask_basis(self, planned: str) -> None:
        self.basis.choices = {
            Basis.PLANNED.value: str(_("The planned time: %(time)s", time=planned)),
            Basis.ACTUAL.value: str(_("The real time")),
        }

    def _ask_charge(self, planned: str) -> None:
        words = {
            Charge.FREE: _("Nothing"),
            Charge.HALF: _("Half of it"),
            Charge.FULL: _("The planned time: %(time)s", time=planned),
            Charge.ACTUAL: _("The time you were away"),
        }
        self.charge.choices = {
            charge.value: str(said) for charge, said in words.items() if charge in self._charges
        }

    @property
    def _charges(self) -> tuple[Charge, ...]:
        return BROKEN_OFF if self.is_end else NOT_MADE

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
        return chosen_charge(self.charge.data, self._charges)

    @property
    def chosen_cost(self) -> Charge | None:
        """Return the answer about those who were not along, or None where none was given."""
        return chosen_charge(self.cost.data, NOT_MADE)
