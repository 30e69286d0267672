"""That a citizen has died or moved."""

from collections.abc import Sequence
from uuid import UUID

from wtforms import BooleanField, RadioField, SelectField, StringField
from wtforms.validators import DataRequired, Optional

from klippekort.municipalities.forms import stripped
from klippekort.platform.forms import DayField, KeyedForm, at_most, choices
from klippekort.platform.i18n import _, _l

LEFT = {"died": _l("Has died"), "moved": _l("Has moved away")}
TOLD_BY = {
    "relative": _l("A relative"),
    "care_worker": _l("Home care"),
    "hospital": _l("The hospital"),
    "register": _l("The register"),
    "other": _l("Somebody else"),
}


class LeavingForm(KeyedForm):
    """That a citizen has died or moved."""

    kind = RadioField(
        _l("What has happened?"),
        choices=choices(LEFT),
        validators=[DataRequired(_l("Choose what has happened."))],
    )
    left_on = DayField(_l("On which day?"), validators=[DataRequired(_l("Choose the day."))])
    told_by = RadioField(
        _l("Who told it?"),
        choices=choices(TOLD_BY),
        validators=[DataRequired(_l("Choose who told it."))],
    )
    may_be_said = BooleanField(_l("The relatives agree that we say that the citizen has died"))
    left_behind = RadioField(_l("Does somebody live on alone?"), validators=[Optional()])
    left_behind_ref = StringField(
        _l("Or the care record id of another citizen who is left behind"),
        validators=[Optional(), at_most(60)],
        filters=[stripped],
    )
    owner = SelectField(_l("Who looks in on the one who is left?"))

    def offer(self, homes: Sequence[tuple[str, str]], owners: Sequence[tuple[str, str]]) -> None:
        """Offer those who live at the same address, and who can look in on them."""
        if homes:
            self.left_behind.choices = choices({**dict(homes), "": _("Nobody of these")})
        else:
            del self.left_behind
        self.owner.choices = choices(dict(owners))

    def chosen(self) -> UUID | None:
        """Return who of those at the same address is left behind, or None."""
        return UUID(self.left_behind.data) if self.left_behind and self.left_behind.data else None
