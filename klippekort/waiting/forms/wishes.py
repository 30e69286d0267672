"""What is asked when a wish or a standing wish is written down, and when it is closed."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from wtforms import RadioField, SelectField, TextAreaField, ValidationError
from wtforms.validators import DataRequired, Length, Optional

from klippekort.activities.forms import KINDS
from klippekort.municipalities.forms import stripped
from klippekort.platform.forms import DayField, KeyedForm, choices
from klippekort.platform.i18n import _, _l
from klippekort.waiting.services.standing import StandingFacts
from klippekort.waiting.services.wishes import WishFacts

DAY_PARTS: dict[str, str] = {
    "any": _l("At any time of day"),
    "morning": _l("In the morning"),
    "afternoon": _l("In the afternoon"),
    "evening": _l("In the evening"),
}
RHYTHMS: dict[str, str] = {
    "1": _l("About every week"),
    "2": _l("About every other week"),
    "3": _l("About every third week"),
    "4": _l("About once a month"),
    "8": _l("About every other month"),
}
CLOSE_REASONS: dict[str, str] = {
    "citizen": _l("The citizen does not want it any more"),
    "not_possible": _l("We cannot do it. It is counted as not met"),
}


class WishForm(KeyedForm):
    """What a citizen would like: her own words, and what and when as far as is known."""

    words = TextAreaField(
        _l("In the citizen's own words"),
        [
            DataRequired(_l("Write what the citizen would like.")),
            Length(max=500, message=_l("Use at most 500 letters.")),
        ],
        filters=[stripped],
    )
    kind = RadioField(_l("What kind is it?"), [Optional()], default="")
    earliest_on = DayField(_l("Not before"), [Optional()])
    latest_on = DayField(_l("Not after"), [Optional()])
    today: date

    def offer(self, today: date) -> None:
        """Say what day it is, and which kinds there are."""
        self.today = today
        self.kind.choices = choices({**KINDS, "": _("It does not matter")})

    def validate_latest_on(self, field: DayField) -> None:
        """Refuse a last day that is over, or before the first."""
        if field.data < self.today:
            raise ValidationError(_("That day is over. Choose a day to come."))
        if self.earliest_on.data and field.data < self.earliest_on.data:
            raise ValidationError(_("The last day is before the first."))

    def facts(self) -> WishFacts:
        """Return the answers of a valid form."""
        return WishFacts(
            self.words.data,
            self.kind.data or None,
            None,
            self.earliest_on.data,
            self.latest_on.data,
        )


class StandingForm(KeyedForm):
    """What a citizen would like again and again."""

    activity = SelectField(_l("Which activity?"), [DataRequired(_l("Choose an activity."))])
    rhythm = RadioField(_l("How often?"), choices=choices(RHYTHMS), default="2")
    day_part = RadioField(_l("When in the day?"), choices=choices(DAY_PARTS), default="any")
    helper = SelectField(_l("With whom, if it can be?"), [Optional()], default="")

    def offer(self, activities: Mapping[str, str], helpers: Mapping[str, str]) -> None:
        """Say what can be chosen: activities and helpers, by their ids."""
        self.activity.choices = choices({"": _("Choose"), **activities})
        self.helper.choices = choices({"": _("Anybody"), **helpers})

    def facts(self) -> StandingFacts:
        """Return the answers of a valid form."""
        return StandingFacts(
            UUID(self.activity.data),
            int(self.rhythm.data),
            self.day_part.data,
            UUID(self.helper.data) if self.helper.data else None,
        )


class CloseForm(KeyedForm):
    """Why a wish is closed."""

    reason = RadioField(
        _l("Why is the wish closed?"),
        [DataRequired(_l("Choose why."))],
        choices=choices(CLOSE_REASONS),
    )

    def validate_reason(self, field: Any) -> None:
        """Refuse a reason that is not on the list."""
        if field.data not in CLOSE_REASONS:
            raise ValidationError(_("Choose why."))
