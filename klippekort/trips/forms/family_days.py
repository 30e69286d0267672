"""An answer to days with the family, with what becomes of each trip in them."""

from collections.abc import Mapping, Sequence
from typing import Any, cast
from uuid import UUID

from wtforms import RadioField
from wtforms.validators import Optional

from klippekort.platform.forms import choices
from klippekort.platform.i18n import _, _l
from klippekort.relatives.forms.staff import AnswerForm
from klippekort.trips.services.family_days import Fate

TO_STAFF: dict[Fate, Any] = {
    Fate.CANCEL: _l("Cancel it: the family is there"),
    Fate.FAMILY: _l("The family goes along: no helper of ours does"),
    Fate.KEEP: _l("Leave it as it is"),
}
TO_HER: dict[Fate, Any] = {
    Fate.CANCEL: _l("No, I stay with my family"),
    Fate.FAMILY: _l("My family goes with me"),
    Fate.KEEP: _l("Leave it as it is"),
}


class FamilyDaysForm(AnswerForm):
    """A yes or a no; a yes says of every trip what becomes of it."""

    trips: dict[UUID, str]

    def validate(self, extra_validators: Any = None) -> bool:
        """Refuse a yes that leaves a trip open."""
        is_fine = bool(super().validate(extra_validators))
        for name in self.trips.values() if self.answer.data == "yes" else ():
            if not self[name].data:
                self[name].errors = [_("Say what becomes of this trip.")]
                is_fine = False
        return is_fine

    def field_of(self, trip_id: UUID) -> Any:
        """Return the field of one trip."""
        return self[self.trips[trip_id]]

    @property
    def fates(self) -> dict[UUID, Fate]:
        """Return what is said of each trip."""
        said = {one: self[name].data for one, name in self.trips.items()}
        return {one: Fate(fate) for one, fate in said.items() if fate}


def family_days_form(
    labels: Mapping[UUID, str], fates: Sequence[Fate], words: Mapping[Fate, Any]
) -> FamilyDaysForm:
    """Return the form for these trips, each by its label; nothing is chosen beforehand."""
    names = {one: f"trip_{one.hex}" for one in labels}
    offered = choices({fate: words[fate] for fate in fates})
    fields: dict[str, Any] = {
        names[one]: RadioField(label, [Optional()], choices=offered)
        for one, label in labels.items()
    }
    made = type("TripsForm", (FamilyDaysForm,), {**fields, "trips": names})
    return cast(FamilyDaysForm, made())
