"""The forms of changing a scheme: its first day, its file, its answers, and the decision."""

from typing import Any

from flask_wtf.file import FileField
from wtforms import DateField, HiddenField, RadioField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError

from klippekort.domain.schemes import BadTerms, OnChange, SchemeFile, load, with_line_feeds
from klippekort.platform.forms import KeyedForm
from klippekort.platform.i18n import _, _l
from klippekort.punchcards.forms.fault_words import by_line, not_utf_8
from klippekort.punchcards.forms.questions import Question
from klippekort.punchcards.forms.rule_words import LABELS, MORE_ANSWERS

MOST_TEXT = 200_000
MOST_FAULTS = 20
LONGEST_REASON = 1_000
ONCE, RULE = "once", "rule"


def _reason(label: Any) -> TextAreaField:
    length = Length(max=LONGEST_REASON, message=_l("Use at most 1,000 letters."))
    return TextAreaField(label, [DataRequired(_l("Write why, in a few words.")), length])


class SectionForm(KeyedForm):
    """Holds a section's key; its fields follow from the rules themselves."""


class FirstDayForm(KeyedForm):
    """From which day new rules hold, and what becomes of saved time."""

    from_on = DateField(
        _l("From which day does it hold?"), validators=[InputRequired(_l("Write the day."))]
    )
    saved_time = RadioField(
        LABELS["change.saved_time"],
        default=OnChange.KEEP_TERMS.value,
        validators=[InputRequired(_l("Choose one of the answers."))],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = MORE_ANSWERS["change.saved_time"]
        self.saved_time.choices = {value: str(word) for value, word in words.items()}


class DecideChangeForm(KeyedForm):
    """Deciding what the preview showed."""

    seen = HiddenField(validators=[InputRequired()])
    reason = _reason(_l("Why is it changed?"))


class SchemeFileForm(KeyedForm):
    """The rules of a scheme as a file or as text."""

    file = FileField(_l("A file with the rules"), [Optional()])
    toml = TextAreaField(_l("Or the rules as text"), [Length(max=MOST_TEXT)])
    # The draft the reader was shown and wants these rules instead of.
    replaces = HiddenField()
    scheme: SchemeFile | None = None

    def validate_toml(self, field: Any) -> None:
        """Read the rules, those of the file if there is one; tell every fault by line and key."""
        text = self._file_text() or with_line_feeds(field.data or "")
        field.data = text
        if not text.strip():
            raise ValidationError(_("Choose a file, or write the rules."))
        try:
            self.scheme = load(text)
        except BadTerms as refusal:
            field.errors = [by_line(text, fault) for fault in refusal.faults[:MOST_FAULTS]]
            raise ValidationError from refusal

    def _file_text(self) -> str:
        if not self.file.data:
            return ""
        raw: bytes = self.file.data.stream.read(MOST_TEXT + 1)
        if len(raw) > MOST_TEXT:
            raise ValidationError(_("The file is too long to be a file of rules."))
        try:
            return with_line_feeds(raw.decode("utf-8-sig"))
        except UnicodeDecodeError as error:
            raise ValidationError(not_utf_8(raw, error)) from error


class AnswerForm(KeyedForm):
    """An answer to an open rule, its reason, and how far it reaches."""

    value: Any
    reach: Any
    reason = _reason(_l("Why?"))
    from_on = DateField(_l("If it is the rule: from which day?"), [Optional()])

    def validate_from_on(self, field: Any) -> None:
        """Ask for the day where the answer becomes the rule."""
        if self.reach.data == RULE and field.data is None:
            raise ValidationError(_("Write the day."))


def answering(question: Question, *, once: bool, rule: bool, **stored: Any) -> AnswerForm:
    """Return a form that asks one question; `once` and `rule` say how far an answer may reach."""
    reaches: dict[str, str] = {}
    if once:
        reaches[ONCE] = _("Only this time")
    if rule:
        reaches[RULE] = _("Make it the rule from a day on")
    chosen = [InputRequired(_("Choose one of the answers."))]
    written = [InputRequired(_("Write the answer.")), Length(max=200)]
    fields = {
        "value": RadioField(question.text, choices=dict(question.choices), validators=chosen)
        if question.choices
        else StringField(question.text, validators=written),
        "reach": RadioField(
            _("How far does it reach?"),
            choices=reaches,
            default=next(iter(reaches)),
            validators=chosen,
        ),
    }
    form: AnswerForm = type("AnswerForm", (AnswerForm,), fields)(data=stored)
    return form
