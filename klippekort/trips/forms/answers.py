"""What the scheme leaves open, asked while a trip is booked, and the answers carried along."""

from urllib.parse import parse_qsl, urlencode

from wtforms import RadioField, StringField
from wtforms.widgets import HiddenInput

from klippekort.domain.schemes import lifted
from klippekort.platform.forms import KeyedForm
from klippekort.platform.i18n import _, _l
from klippekort.punchcards.forms.questions import question_of


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


class AnsweringForm(KeyedForm):
    """A booking on which what nobody has decided is asked, one rule after the other."""

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
