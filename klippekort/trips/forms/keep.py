"""What is asked when a trip starts, ends or is cancelled: times that are filled in, and chips."""

from collections.abc import Collection, Iterable, Mapping
from datetime import time
from typing import Any, ClassVar, cast
from uuid import UUID

from wtforms import BooleanField, RadioField, TimeField, ValidationError
from wtforms.validators import AnyOf, DataRequired, InputRequired, Optional

from klippekort.domain.schemes import Basis, Charge
from klippekort.domain.trips import MISSING_BY, CancelReason, Cause
from klippekort.platform.forms import KeyedForm, choices
from klippekort.platform.i18n import _, _l
from klippekort.trips.forms.answers import reason_field

ALONG, OUT = "along", "out"
RIDER = "rider_"
"""What the name of each rider's question begins with; the citizen's id follows."""
HOME = "home_"
"""The same for when that one was home, where it was before the others."""
BROKEN_OFF = (Charge.ACTUAL, Charge.FULL, Charge.FREE)
"""What a trip that was broken off may be said to cost."""
NOT_MADE = (Charge.FREE, Charge.HALF, Charge.FULL)
"""What one that was not made may be said to cost."""
EACH: dict[str, str] = {
    ALONG: _l("Yes, and is home again"),
    OUT: _l("Yes, and is still out"),
    f"{Cause.NO_SHOW}.{CancelReason.NOT_HOME}": _l("No, was not at home"),
    f"{Cause.TURNED_DOWN}.{CancelReason.SAID_NO}": _l("No, said no at the door"),
    f"{Cause.CITIZEN}.{CancelReason.ILL}": _l("No, was ill"),
    f"{Cause.CITIZEN}.{CancelReason.OTHER}": _l("No, for another reason"),
}
"""What may have become of each of those who were to go together."""


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

    cost = RadioField(_l("Should the time be given back?"), choices={}, validate_choice=False)
    why = reason_field()
    riders: tuple[UUID, ...] = ()

    def rider(self, citizen_id: UUID) -> Any:
        """Return the field that says what became of one of several riders."""
        return self[_name(RIDER, citizen_id)]

    def home(self, citizen_id: UUID) -> Any:
        """Return the field that says when one of several riders was home before the others."""
        return self[_name(HOME, citizen_id)]

    def validate(self, extra_validators: Any = None) -> bool:
        """Refuse the end of a trip that nobody is home from, and the hour of who is not home."""
        is_right = super().validate(extra_validators)
        for one in self.homes:
            if self.rider(one).data != ALONG:
                self.home(one).errors = [_("Write a time only for somebody who is home again.")]
                is_right = False
        said = [self.rider(one) for one in self.riders]
        if not said or any(field.data == ALONG for field in said):
            return is_right
        said[0].errors = [
            _("Somebody must be home again. If nobody came along, cancel the trip instead.")
        ]
        return False

    @property
    def homes(self) -> dict[UUID, time]:
        """Return when those were home who left the others before, on the Danish clock."""
        said = {one: self.home(one).data for one in self.riders}
        return {one: at for one, at in said.items() if at is not None}

    def refuse_home(self, citizen_id: UUID) -> None:
        """Say that somebody cannot have been home then."""
        self.home(citizen_id).errors = [
            _("It must be after you left, and not later than the others were home.")
        ]

    @property
    def still_out(self) -> list[UUID]:
        """Return who is to be finished later."""
        return [one for one in self.riders if self.rider(one).data == OUT]

    @property
    def missing(self) -> dict[UUID, tuple[Cause, CancelReason]]:
        """Return who was not with the others, and why."""
        said = {one: self.rider(one).data for one in self.riders}
        return {one: chosen_reason(why) for one, why in said.items() if why not in (ALONG, OUT)}

    @property
    def chosen_cost(self) -> Charge | None:
        """Return the answer about those who were missing, or None where it has not been given."""
        return chosen_charge(self.cost.data, NOT_MADE)

    def ask_cost(self) -> None:
        """Ask what nobody has decided: whether the card of whoever was missing pays."""
        self.cost.choices = cost_choices()

    def ask(self, rules: Iterable[str], planned: str) -> list[str]:
        """Ask about rules that nobody has decided, each where it has no answer yet, and return
        those that cannot be answered here; `planned` is the planned time in words.
        """
        said, beyond = str(_("The municipality has not decided this. You decide.")), []
        for rule in rules:
            if rule == "cancelling.broken_off":
                self.ask_broken_off(planned)
                self.broken_off.errors = [said]
            elif rule == "charging.basis":
                self.offer(planned)
                self.basis.errors = [said]
            elif self.missing and rule.startswith("cancelling."):
                self.ask_cost()
                self.cost.errors = [said]
            else:
                beyond.append(rule)
        if self.asks and not (self.why.data or "").strip():
            self.tell_no_reason()
        return beyond

    def ask_again(self, planned: str) -> None:
        """Ask beside the rest what was answered before, so that the answer stands."""
        if self.broken_off.data:
            self.ask_broken_off(planned)
        if self.cost.data:
            self.ask_cost()

    def tell_no_reason(self) -> None:
        """Say that a reason is missing for what was decided."""
        self.why.errors = [_("Write why, in a few words.")]

    @property
    def asks(self) -> bool:
        """Say whether the page asks something that nobody has decided."""
        return any(one.choices for one in (self.basis, self.broken_off, self.cost))

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
        return chosen_charge(self.broken_off.data, BROKEN_OFF)


def _name(what: str, citizen_id: UUID) -> str:
    return f"{what}{citizen_id.hex}"


def finish_form(names: Mapping[UUID, str], **options: Any) -> FinishForm:
    """Return the form for those who still go, names by the citizen's id; where they are several,
    it asks of each whether she came along, and when she was home.
    """
    if len(names) < 2:
        return FinishForm(**options)
    asked: dict[str, Any] = {
        _name(RIDER, one): RadioField(
            _("Did %(name)s come along?", name=name),
            choices=choices(EACH),
            default=ALONG,
            validate_choice=False,
            validators=[AnyOf([*EACH], _l("Choose what happened."))],
        )
        for one, name in names.items()
    }
    asked |= {
        _name(HOME, one): TimeField(
            _("When was %(name)s home, if it was before the others?", name=name),
            validators=[Optional()],
        )
        for one, name in names.items()
    }
    made = type("RidersFinishForm", (FinishForm,), {**asked, "riders": tuple(names)})
    return cast(FinishForm, made(**options))


def cost_choices() -> dict[str, str]:
    """Return what a person may answer where nobody has decided whether the card pays."""
    return {
        Charge.FREE.value: str(_("Yes, give the time back")),
        Charge.HALF.value: str(_("Half of it")),
        Charge.FULL.value: str(_("No, the time is used")),
    }


def chosen_reason(given: str) -> tuple[Cause, CancelReason]:
    """Return who or what stopped it and why, as a chip says it."""
    cause, reason = given.split(".")
    return Cause(cause), CancelReason(reason)


class _IsSaid:
    """Refuse a question that was not answered: everybody is an answer too."""

    field_flags: ClassVar[dict[str, bool]] = {"required": True}

    def __call__(self, _form: Any, field: Any) -> None:
        if field.choices and (not field.raw_data or field.data not in field.choices):
            raise ValidationError(_("Choose whom it is about."))


def chosen_charge(given: str | None, offered: Collection[Charge]) -> Charge | None:
    """Return what was answered about a cost, or None where none of what is offered was."""
    return next((charge for charge in offered if charge.value == given), None)


_OF_HELPERS = {
    f"{Cause.SUPPLIER}.{CancelReason.HELPER_ILL}",
    f"{Cause.SUPPLIER}.{CancelReason.BUSY}",
    f"{Cause.TURNED_DOWN}.{CancelReason.SAID_NO}",
    f"{Cause.WASTED_VISIT}.{CancelReason.CAME_IN_VAIN}",
}


class CancelForm(KeyedForm):
    """Why the trip is cancelled, in one chip; `cost` only where nobody has decided, `citizen_id`
    only where several go: nobody in it is everybody.
    """

    citizen_id = RadioField(
        _l("Whom is it about?"), choices={}, validate_choice=False, validators=[_IsSaid()]
    )
    reason = RadioField(
        _l("What happened?"),
        validate_choice=False,
        validators=[DataRequired(_l("Choose what happened."))],
    )
    cost = RadioField(_l("Should the time be given back?"), choices={}, validate_choice=False)
    why = reason_field()

    def offer(self, first_name: str, *, has_begun: bool, is_under_way: bool = False) -> None:
        """Fill the chips; nobody is missing from home before the trip was to begin, and of one that
        is under way somebody can be missing and no more.
        """
        chips = cancel_chips(first_name, has_begun=has_begun)
        by = [*MISSING_BY] if is_under_way else [*Cause]
        self.reason.choices = {
            chip: label for chip, label in chips.items() if chosen_reason(chip)[0] in by
        }

    def leave_out_helpers(self) -> None:
        """Leave out what only befalls a helper of ours: on one's own way none goes along."""
        self.reason.choices = {
            chip: words for chip, words in self.reason.choices.items() if chip not in _OF_HELPERS
        }

    def offer_riders(self, names: Mapping[UUID, str], *, everybody: bool) -> None:
        """Ask whom it is about: everybody, where it may be, or one; names by the citizen's id."""
        all_of_them = {"": str(_("Everybody"))} if everybody else {}
        self.citizen_id.choices = all_of_them | {str(one): name for one, name in names.items()}

    def ask_cost(self) -> None:
        """Ask what nobody has decided: whether the card pays."""
        self.cost.choices = cost_choices()

    def tell_missing(self) -> None:
        """Say what is missing of what nobody has decided: the answer, the reason, or both."""
        self.ask_cost()
        if self.chosen_cost is None:
            self.cost.errors = [_("The municipality has not decided this. You decide.")]
        if not (self.why.data or "").strip():
            self.why.errors = [_("Write why, in a few words.")]

    @property
    def chosen(self) -> UUID | None:
        """Return whom it is about, or None for everybody."""
        return UUID(self.citizen_id.data) if self.citizen_id.data else None

    def validate_reason(self, field: Any) -> None:
        """Refuse a chip that is none."""
        if field.data not in field.choices:
            raise ValidationError(_("Choose what happened."))

    @property
    def chosen_cost(self) -> Charge | None:
        """Return the answer, or None where it has not been given."""
        return chosen_charge(self.cost.data, NOT_MADE)

    @property
    def chosen_reason(self) -> tuple[Cause, CancelReason]:
        """Return who cancels and why."""
        return chosen_reason(str(self.reason.data))


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
