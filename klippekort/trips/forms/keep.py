"""What is asked when a trip starts, ends or is cancelled: times that are filled in, and chips."""

from typing import Any

from wtforms import BooleanField, RadioField, TimeField, ValidationError
from wtforms.validators import DataRequired, InputRequired

from klippekort.domain.schemes import Basis, Charge
from klippekort.domain.trips import CancelReason, Cause
from klippekort.platform.forms import KeyedForm
from klippekort.platform.i18n import _, _l


class StartForm(KeyedForm):
    """The button that starts a trip."""


class FinishForm(KeyedForm):
    """When the trip really began and ended, on the Danish clock; `basis` only where undecided."""

    started = TimeField(
        _l("Left home at"), validators=[InputRequired(_l("Write when you left home."))]
    )
    ended = TimeField(
        _l("Home again at"), validators=[InputRequired(_l("Write when you came home again."))]
    )
    is_broken_off = BooleanField(_l("We had to go home early"))
    basis = RadioField(_l("What should the trip cost?"), choices={}, validate_choice=False)
    broken_off = RadioField(
        _l("What should it cost that you went home early?"), choices={}, validate_choice=False
    )

    def offer(self, planned: str) -> None:
        """Ask what counts; `planned` is the planned time in words."""
        self.basis.choices = {
            Basis.PLANNED.value: str(_("The planned time: %(time)s", time=planned)),
            Basis.ACTUAL.value: str(_("The real time")),
        }

    def ask_broken_off(self, planned: str) -> None:
        """Ask what a trip that was broken off costs; `planned` is the planned time in words."""
        self.broken_off.choices = {
            Charge.ACTUAL.value: str(_("The time you were away")),
            Charge.FULL.value: str(_("The planned time: %(time)s", time=planned)),
            Charge.FREE.value: str(_("Nothing")),
        }

    def validate_basis(self, field: Any) -> None:
        """Refuse an answer that is none, where one is asked for."""
        is_asked = bool(field.choices) and not self.is_broken_off.data
        if is_asked and field.data not in field.choices:
            raise ValidationError(_("Choose what the trip should cost."))

    @property
    def chosen_basis(self) -> Basis | None:
        """Return the answer, or None where the scheme has decided."""
        return Basis(self.basis.data) if self.basis.choices and self.basis.data else None

    @property
    def chosen_broken_off(self) -> Charge | None:
        """Return the answer, or None where it has not been given."""
        return chosen_charge(self.broken_off.data)


def chosen_charge(given: str | None) -> Charge | None:
    """Return what was answered about a cost, or None where no answer was given."""
    answers = {charge.value: charge for charge in Charge if charge is not Charge.UNDECIDED}
    return answers.get(given or "")


class CancelForm(KeyedForm):
    """Why the trip is cancelled, in one chip; `cost` only where nobody has decided."""

    reason = RadioField(
        _l("What happened?"),
        validate_choice=False,
        validators=[DataRequired(_l("Choose what happened."))],
    )
    cost = RadioField(_l("Should the time be given back?"), choices={}, validate_choice=False)

    def offer(self, first_name: str, *, has_begun: bool) -> None:
        """Fill the chips; nobody is missing from home before the trip was to begin."""
        self.reason.choices = cancel_chips(first_name, has_begun=has_begun)

    def ask_cost(self) -> None:
        """Ask what nobody has decided: whether the card pays."""
        self.cost.choices = {
            Charge.FREE.value: str(_("Yes, give the time back")),
            Charge.HALF.value: str(_("Half of it")),
            Charge.FULL.value: str(_("No, the time is used")),
        }

    def validate_reason(self, field: Any) -> None:
        """Refuse a chip that is none."""
        if field.data not in field.choices:
            raise ValidationError(_("Choose what happened."))

    @property
    def chosen_cost(self) -> Charge | None:
        """Return the answer, or None where it has not been given."""
        return chosen_charge(self.cost.data)

    @property
    def chosen_reason(self) -> tuple[Cause, CancelReason]:
        """Return who cancels and why."""
        cause, reason = str(self.reason.data).split(".")
        return Cause(cause), CancelReason(reason)


def cancel_chips(first_name: str, *, has_begun: bool) -> dict[str, str]:
    """Return the chips of a cancellation: one tap says both who and why."""
    name = first_name
    chips = [
        (Cause.CITIZEN, CancelReason.ILL, _("%(name)s is ill", name=name)),
        (Cause.CITIZEN, CancelReason.NOT_TODAY, _("%(name)s does not want to", name=name)),
        (Cause.CITIZEN, CancelReason.VISITORS, _("%(name)s has visitors", name=name)),
        (Cause.CITIZEN, CancelReason.HOSPITAL, _("%(name)s is in hospital", name=name)),
        (Cause.CITIZEN, CancelReason.OTHER, _("%(name)s: something else", name=name)),
        (Cause.SUPPLIER, CancelReason.HELPER_ILL, _("The helper is ill")),
        (Cause.SUPPLIER, CancelReason.BUSY, _("We are short of hands")),
        (Cause.SUPPLIER, CancelReason.OTHER, _("Us: something else")),
        (Cause.HOST, CancelReason.ACTIVITY_CANCELLED, _("The activity is cancelled")),
        (Cause.WEATHER, CancelReason.WEATHER, _("The weather")),
        (Cause.INFECTION, CancelReason.INFECTION, _("Risk of infection")),
    ]
    if has_begun:
        at_the_door = [
            (Cause.NO_SHOW, CancelReason.NOT_HOME, _("%(name)s is not at home", name=name)),
            (Cause.TURNED_DOWN, CancelReason.SAID_NO, _("%(name)s says no at the door", name=name)),
            (Cause.WASTED_VISIT, CancelReason.CAME_IN_VAIN, _("The helper came in vain")),
        ]
        chips = [*at_the_door, *chips]
    return {f"{cause}.{reason}": str(label) for cause, reason, label in chips}
