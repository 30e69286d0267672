"""What is asked when a trip is booked: every answer is there already, so one tap is enough."""

from typing import Any
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from wtforms import IntegerField, RadioField, StringField, ValidationError
from wtforms.validators import AnyOf, DataRequired, InputRequired, NumberRange
from wtforms.widgets import HiddenInput

from klippekort.citizens.forms import choices
from klippekort.domain.schemes import lifted
from klippekort.domain.trips import Transport
from klippekort.platform.forms import KeyedForm
from klippekort.platform.i18n import _, _l
from klippekort.punchcards.forms.questions import question_of
from klippekort.trips.forms.show import LONGEST_WAY

WAYS = (5, 10, 15, 20, 30, 45)
TRANSPORT: dict[str, str] = {
    Transport.WALK: _l("On foot"),
    Transport.STAFF_CAR: _l("The home care's car"),
    Transport.TAXI: _l("Taxi"),
    Transport.FLEX: _l("Flextrafik"),
    Transport.WHEELCHAIR_BUS: _l("Wheelchair bus"),
}


def is_answer(rule: str, value: str) -> bool:
    """Say whether a value is one of the answers to a rule."""
    try:
        return value in _choices_of(rule)
    except KeyError:
        return False


def _choices_of(rule: str) -> dict[str, str]:
    """Return the answers to a rule when a trip is booked; an open limit may be lifted this once."""
    question = question_of(rule)
    once = lifted(rule)
    if question.choices or once is None:
        return dict(question.choices)
    return {once: _("It is all right this time.")}


class BookForm(KeyedForm):
    """Who goes along, how they get there, and the minutes each way that the page has reckoned with.

    The fields are those that are asked when the tablet is turned to the citizen, so one form does
    both. An empty helper is one to be found later.
    """

    escort_id = RadioField(_l("Who goes along?"), validate_choice=False)
    transport = RadioField(
        _l("How do you get there?"),
        choices=choices(TRANSPORT),
        validate_choice=False,
        validators=[
            DataRequired(_l("Choose how you get there.")),
            AnyOf([*TRANSPORT], _l("Choose how you get there.")),
        ],
    )
    travel_each_way = IntegerField(
        widget=HiddenInput(), validators=[InputRequired(), NumberRange(0, LONGEST_WAY)]
    )

    # What a person has answered of what the scheme leaves open, and the rule asked about now.
    answered = StringField(widget=HiddenInput(), default="")
    rule = StringField(widget=HiddenInput(), default="")
    answer = RadioField(_l("What do you decide?"), choices={}, validate_choice=False)

    def ask(self, rule: str) -> bool:
        """Ask about a rule that nobody has decided, and say whether it can be answered here."""
        question = question_of(rule)
        if not _choices_of(rule):
            return False
        self.answered.data, self.rule.data = urlencode(self.answers), rule
        self.answer.label.text, self.answer.choices = question.text, _choices_of(rule)
        self.answer.data = None
        return True

    @property
    def answers(self) -> dict[str, str]:
        """The answers so far, by rule; what is no answer is left out."""
        said = dict(parse_qsl(self.answered.data or ""))
        if self.rule.data and self.answer.data:
            said[self.rule.data] = self.answer.data
        return {rule: value for rule, value in said.items() if is_answer(rule, value)}

    def validate_escort_id(self, field: Any) -> None:
        """Refuse a helper who is not on the list."""
        if field.data not in field.choices:
            raise ValidationError(_("Choose who goes along."))

    @property
    def chosen_escort(self) -> UUID | None:
        """Return the helper, or None for one to be found later."""
        return UUID(self.escort_id.data) if self.escort_id.data else None


class AssignForm(KeyedForm):
    """The helper who is to go along."""

    escort = RadioField(_l("Who goes along?"), validate_choice=False)

    def validate_escort(self, field: Any) -> None:
        """Refuse a helper who is not on the list."""
        if field.data not in field.choices:
            raise ValidationError(_("Choose who goes along."))
