"""What is asked before a scheme is tried, and about what it leaves open."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask_wtf.file import FileField
from wtforms import HiddenField, RadioField, SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional, StopValidation, ValidationError

from klippekort.domain.lab.standing import StandingWishes
from klippekort.domain.schemes import UNDECIDED, BadTerms, SchemeFile, Terms, decide, line_of, load
from klippekort.platform.formatting import short_duration
from klippekort.platform.forms import KeyedForm
from klippekort.platform.i18n import _, _l
from klippekort.punchcards.forms.fault_words import by_line
from klippekort.punchcards.forms.questions import question_of

MOST_TEXT = 200_000
MOST_FAULTS = 20
WISH_LENGTHS = (60, 90, 120)


class TryForm(KeyedForm):
    """A scheme as text or as a file, how far back, what it is compared with, and whether it is
    tried once more as if everyone had a standing wish.
    """

    chosen = HiddenField()  # what was begun with: "own:…", "draft:…", "preset:…", "trial:…"
    toml = TextAreaField(_l("The rules of the scheme"), [Length(max=MOST_TEXT)])
    file = FileField(_l("Or a file with the rules"), [Optional()])
    years = RadioField(
        _l("How much of your own history?"),
        choices=[
            SelectChoice("1", _l("The last year")),
            SelectChoice("2", _l("The last two years")),
        ],
        default="1",
        validators=[InputRequired(_l("Choose one year or two."))],
    )
    today = SelectField(_l("Compare with"), default="")
    wish_weeks = RadioField(
        _l("And if everyone had a standing wish?"),
        choices=[
            SelectChoice("", _l("No, do not ask")),
            SelectChoice("1", _l("Every week")),
            SelectChoice("2", _l("Every second week")),
            SelectChoice("4", _l("Every fourth week")),
        ],
        default="",
        validators=[Optional()],
    )
    wish_minutes = RadioField(_l("How long is such a trip?"), default="60", validators=[Optional()])
    scheme: SchemeFile | None = None

    @property
    def wishes(self) -> StandingWishes | None:
        """The standing wishes that are asked about, or None."""
        if not self.wish_weeks.data:
            return None
        return StandingWishes(int(self.wish_weeks.data), int(self.wish_minutes.data or 60))

    def offer(self, schemes: Mapping[str, str]) -> None:
        """Offer the municipality's own schemes to compare with, names by id, and the lengths."""
        self.wish_minutes.choices = [
            SelectChoice(str(minutes), short_duration(minutes)) for minutes in WISH_LENGTHS
        ]
        nothing = SelectChoice("", str(_("Only what really happened")))
        self.today.choices = [nothing, *(SelectChoice(*pair) for pair in schemes.items())]

    def validate_toml(self, field: Any) -> None:
        """Read the rules, those of the file if there is one; tell every fault by line and key."""
        text = self._file_text() or (field.data or "").replace("\r\n", "\n")
        field.data = text
        if not text.strip():
            raise ValidationError(_("Write the rules, or choose a file with them."))
        try:
            self.scheme = load(text)
        except BadTerms as refusal:
            faults = sorted(refusal.faults, key=lambda fault: line_of(text, fault.key))
            field.errors = [by_line(text, fault) for fault in faults[:MOST_FAULTS]]
            raise StopValidation from refusal

    def _file_text(self) -> str:
        if not self.file.data:
            return ""
        try:
            text: str = self.file.data.stream.read(MOST_TEXT).decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise ValidationError(_("The file is not text in UTF-8.")) from error
        return text.replace("\r\n", "\n")


class AnswersForm(KeyedForm):
    """Open rules of a scheme that is tried; made by `answering`."""

    terms: Terms
    asked: Mapping[str, str]

    @property
    def fields(self) -> list[Any]:
        """The questions' fields, in their order."""
        return [self[name] for name in self.asked.values()]

    @property
    def answers(self) -> dict[str, str]:
        """What was answered, by the dotted names of the rules."""
        typed = {rule: str(self[name].data or "") for rule, name in self.asked.items()}
        return {
            rule: question_of(rule).meant(said)
            for rule, said in typed.items()
            if said not in ("", UNDECIDED)
        }

    def validate(self, extra_validators: Any = None) -> bool:
        """Say whether there is an answer, and every answer can be one."""
        if not super().validate(extra_validators):
            return False
        if not self.answers:
            self.form_errors = [_("Answer at least one question before you try again.")]
            return False
        try:
            decide(self.terms, self.answers)
        except BadTerms as refusal:
            self._refuse([fault.key for fault in refusal.faults])
            return False
        return True

    def _refuse(self, rules: Iterable[str]) -> None:
        error = str(_("This answer cannot be used. Look at the example."))
        for rule in rules:
            if rule in self.asked:
                self[self.asked[rule]].errors = [error]
            else:
                self.form_errors = [*self.form_errors, error]


def answering(terms: Terms, rules: Iterable[str]) -> AnswersForm:
    """Return a form that asks about these rules."""
    asked: dict[str, str] = {}
    fields: dict[str, Any] = {"terms": terms, "asked": asked}
    for rule in rules:
        question = question_of(rule)
        asked[rule] = question.field
        if question.choices:
            leave = SelectChoice(UNDECIDED, str(_("Leave it open")))
            choices = [leave, *(SelectChoice(*pair) for pair in question.choices)]
            fields[question.field] = RadioField(question.text, choices=choices, default=UNDECIDED)
        else:
            fields[question.field] = StringField(
                question.text, [Optional(), Length(max=200)], description=question.hint
            )
    form: AnswersForm = type("AnswersForm", (AnswersForm,), fields)()
    return form
