"""What the scheme leaves open, asked all at once while a trip is booked, with the reason."""

from collections.abc import Iterable, Iterator
from typing import Any

from wtforms import RadioField, TextAreaField, ValidationError
from wtforms.form import BaseForm
from wtforms.validators import Length

from klippekort.domain.schemes import lifted
from klippekort.platform.forms import KeyedForm
from klippekort.platform.i18n import _, _l
from klippekort.punchcards.forms.changes import LONGEST_REASON
from klippekort.punchcards.forms.questions import question_of

ANSWER = "answer."
"""What the name of each question's field begins with; the rule follows."""


def is_answer(rule: str, value: str) -> bool:
    """Say whether a value is one of the answers to a rule."""
    return value in answers_to(rule)


def answers_to(rule: str) -> dict[str, str]:
    """Return the answers to a rule when a trip is booked, none to what is no rule; an open limit
    may be lifted this once.
    """
    try:
        question, once = question_of(rule), lifted(rule)
    except KeyError:
        return {}
    if rule == "charging.second_helper":
        return {"0": _("Nothing more"), "0.5": _("Half as much more"), "1": _("As much again")}
    if question.choices or once is None:
        return dict(question.choices)
    return {once: _("It is all right this time.")}


def reason_field() -> TextAreaField:
    """Return the field that asks why something was decided as it was."""
    length = Length(max=LONGEST_REASON, message=_l("Use at most 1,000 letters."))
    return TextAreaField(_l("Why?"), [length])


class AnsweringForm(KeyedForm):
    """A deed at which everything is asked that nobody has decided, each in a field of its own, and
    once why. Nothing of it is asked until it comes up.
    """

    why = reason_field()

    def __iter__(self) -> Iterator[Any]:
        """Yield the fields in the order in which they stand on a page, where why comes last."""
        return iter(sorted(super().__iter__(), key=lambda field: field.name == "why"))

    def process(self, formdata: Any = None, *args: Any, **kwargs: Any) -> None:
        """Read what was sent, and what was answered among it."""
        super().process(formdata, *args, **kwargs)
        sent = self.meta.wrap_formdata(self, formdata) or {}
        for name in sent:
            if name.startswith(ANSWER):
                self._put(name.removeprefix(ANSWER), sent)

    def _put(self, rule: str, sent: Any = None) -> bool:
        """Ask about a rule and say whether it can be answered here."""
        found = answers_to(rule)
        if found and ANSWER + rule not in self:
            field = RadioField(question_of(rule).text, choices=found, validate_choice=False)
            # Only which rules come up tells which fields there are.
            BaseForm.__setitem__(self, ANSWER + rule, field)
            self[ANSWER + rule].process(sent)
        return bool(found)

    def ask(self, rules: Iterable[str], *, is_missing: bool) -> str | None:
        """Ask about rules that nobody has decided, and return the first that cannot be answered
        here, or None. Where it `is_missing`, say so at each that has no answer.
        """
        for rule in rules:
            if not self._put(rule):
                return rule
        if is_missing:
            self._tell_missing()
        return None

    def _tell_missing(self) -> None:
        for rule, field in self.questions.items():
            if rule not in self.answers:
                asked = field.label.text
                field.errors = [_("Choose an answer: %(question)s", question=asked)]
        if self.questions and not self.reason:
            self.why.errors = [_("Write why, in a few words.")]

    def validate_why(self, field: Any) -> None:
        """Refuse an answer without a reason."""
        if self.answers and not (field.data or "").strip():
            raise ValidationError(_("Write why, in a few words."))

    @property
    def questions(self) -> dict[str, Any]:
        """The fields that ask about rules nobody has decided, by rule."""
        named = {field.name: field for field in self if field.name.startswith(ANSWER)}
        return {name.removeprefix(ANSWER): field for name, field in named.items()}

    @property
    def answers(self) -> dict[str, str]:
        """The answers so far, by rule; what is no answer is left out."""
        said = {rule: field.data for rule, field in self.questions.items()}
        return {rule: value for rule, value in said.items() if is_answer(rule, value)}

    @property
    def reason(self) -> str | None:
        """Why it was so decided, or None where nothing was said."""
        return (self.why.data or "").strip() or None
