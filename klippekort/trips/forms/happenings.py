"""What is asked when something happens on a trip, and after it: chips first, words if any."""

from wtforms import BooleanField, RadioField, TextAreaField
from wtforms.validators import AnyOf, DataRequired, Length

from klippekort.domain.incidents import Effect, IncidentKind
from klippekort.platform.forms import KeyedForm, choices
from klippekort.platform.i18n import _l

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


class IncidentForm(KeyedForm):
    """What happened, and what it does to the trip."""

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


class NoteForm(KeyedForm):
    """A few words about the trip."""

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
