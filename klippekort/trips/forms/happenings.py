"""What is asked when something happens on a trip, and after it: chips first, words if any."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from wtforms import BooleanField, RadioField, TextAreaField
from wtforms.validators import AnyOf, DataRequired, Length, ValidationError

from klippekort.domain.incidents import Effect, IncidentKind
from klippekort.platform.forms import KeyedForm, choices
from klippekort.platform.i18n import _, _l

MOST_OF_A_NOTE = 500
MOST_OF_A_LINE = 140
INCIDENTS: dict[str, str] = {
    IncidentKind.EMERGENCY: _l("We have called 112"),
    IncidentKind.NURSE: _l("The nurse on call is called"),
    IncidentKind.FALL: _l("A fall"),
    IncidentKind.UNWELL: _l("Unwell"),
    IncidentKind.LOST: _l("Gone from us"),
    IncidentKind.KIN: _l("Next of kin is called"),
    IncidentKind.OTHER: _l("Something else"),
}
EFFECTS: dict[str, str] = {
    Effect.NONE: _l("The trip goes on"),
    Effect.PAUSE: _l("The trip waits"),
    Effect.END: _l("The trip ends now"),
}


class _AboutForm(KeyedForm):
    """Whom it is about; asked only where several ride, and then nobody is chosen beforehand."""

    citizen_id = RadioField(
        _l("Whom is it about?"),
        choices={},
        validate_choice=False,
        default="",
    )

    def offer(self, names: Mapping[UUID, str]) -> None:
        """Ask whom it is about, where these are several; names by the citizen's id."""
        if len(names) > 1:
            self.citizen_id.choices = choices({str(one): name for one, name in names.items()})
            self.citizen_id.validators = [DataRequired(_l("Choose whom it is about."))]

    def validate_citizen_id(self, field: Any) -> None:
        """Refuse a choice that is none, where there is one."""
        if field.choices and field.data not in {choice.value for choice in field.choices}:
            raise ValidationError(_("Choose whom it is about."))

    @property
    def chosen(self) -> UUID | None:
        """Return whom it is about, or None where only one rides."""
        return UUID(self.citizen_id.data) if self.citizen_id.choices else None


class IncidentForm(_AboutForm):
    """What happened, to whom, and what it does to the trip."""

    kind = RadioField(
        _l("What happened?"),
        choices=choices(INCIDENTS),
        validate_choice=False,
        validators=[
            DataRequired(_l("Choose what happened.")),
            AnyOf([*INCIDENTS], _l("Choose what happened.")),
        ],
    )
    effect = RadioField(
        _l("What about the trip?"),
        choices=choices(EFFECTS),
        default=Effect.NONE.value,
        validate_choice=False,
        validators=[AnyOf([*EFFECTS], _l("Choose what about the trip."))],
    )


class PlaceIncidentForm(KeyedForm):
    """What happened at the place; a host tells no name."""

    kind = RadioField(
        _l("What happened?"),
        choices=choices(INCIDENTS),
        validate_choice=False,
        validators=[
            DataRequired(_l("Choose what happened.")),
            AnyOf([*INCIDENTS], _l("Choose what happened.")),
        ],
    )


class CloseIncidentForm(KeyedForm):
    """Whether it was formally reported."""

    is_reported = BooleanField(_l("It is reported where it must be"))


class NoteForm(_AboutForm):
    """A few words about the trip, and about whom where several ride."""

    text = TextAreaField(
        _l("Note about the trip"),
        validators=[
            DataRequired(_l("Write a few words.")),
            Length(max=MOST_OF_A_NOTE, message=_l("At most 500 characters.")),
        ],
    )


class GreetingForm(KeyedForm):
    """One line to a relative, which the citizen has heard and said yes to."""

    contact = RadioField(
        _l("Who gets it?"),
        choices={},
        validate_choice=False,
        validators=[DataRequired(_l("Choose who gets it."))],
    )
    text = TextAreaField(
        _l("One line"),
        validators=[
            DataRequired(_l("Write one line.")),
            Length(max=MOST_OF_A_LINE, message=_l("At most 140 characters.")),
        ],
    )
    has_agreed = BooleanField(
        _l("The citizen has heard the line and says yes"),
        validators=[DataRequired(_l("Ask the citizen first."))],
    )
