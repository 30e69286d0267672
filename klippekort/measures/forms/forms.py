"""The forms of measures: answers, words, an instrument's file, what is asked when, and deeds."""

from collections.abc import Sequence
from typing import Any, cast

from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from klippekort.domain.instruments import DECLINED, NOT_ABLE, Answer, Instrument
from klippekort.measures.forms.words import BECAUSE, DONE, MODES, MOMENTS, OUTCOMES
from klippekort.measures.services import LONGEST_FILE, Words
from klippekort.municipalities.forms import stripped
from klippekort.platform.forms import DayField, KeyedForm, at_most, choices
from klippekort.platform.i18n import _, _l

_OF_STAFF = ("talked", "doctor", "nurse", "relative", "other")


class AnswerForm(KeyedForm):
    """How and when somebody was asked; `answer_form` adds the questions."""

    outcome = RadioField(
        _l("Did the citizen answer?"), choices=choices(OUTCOMES), default="answered"
    )
    measured_on = DayField(_l("Day"), validators=[DataRequired(_l("Choose the day."))])
    mode = RadioField(
        _l("How was it asked?"),
        choices=choices(MODES),
        validators=[DataRequired(_l("Choose how it was asked."))],
    )
    moment = RadioField(_l("Why now?"), choices=choices(MOMENTS), default="other")
    because = RadioField(
        _l("Why are the answers from that day replaced?"),
        choices=choices(BECAUSE),
        validators=[Optional()],
    )
    leave_out = BooleanField(_l("Leave the ticked answers out"))

    def questions(self) -> list[RadioField]:
        """Return the fields of the questions, in order."""
        return [field for name, field in self._fields.items() if name.startswith("item_")]

    def given(self) -> tuple[Answer, ...]:
        """Return what was answered, as the score is made from it."""
        return tuple(
            cast(Answer, said if said in (DECLINED, NOT_ABLE) else int(said))
            for said in (field.data for field in self.questions())
        )

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask for every answer, or why there is none, where the citizen has answered; where she
        has not, refuse answers that are ticked unless they are to be left out.
        """
        if self.outcome.data != "answered":
            for field in self.questions():
                field.validators, field.validate_choice = [Optional()], False
        is_right = bool(super().validate(extra_validators))
        if self.has_both and not self.leave_out.data:
            self.outcome.errors = [
                *self.outcome.errors,
                _(
                    "Answers are ticked as well, and both cannot be. Choose “Answered”, or leave"
                    " the answers out."
                ),
            ]
            return False
        return is_right

    @property
    def has_both(self) -> bool:
        """Whether there is said to be no answer, and answers are ticked."""
        empty = (None, "", DECLINED, NOT_ABLE)
        return self.outcome.data != "answered" and any(
            field.data not in empty for field in self.questions()
        )

    def ask_why(self) -> None:
        """Ask why answers of the same day are replaced: there are some, so that it is required."""
        self.because.flags.optional = False
        self.because.errors = [
            _("There are answers from that day already. Say why these replace them.")
        ]


def answer_form(instrument: Instrument, wording: Any) -> type[AnswerForm]:
    """Return the form with the questions of an instrument, in the municipality's own words."""
    answers = dict(zip(map(str, instrument.answers), wording.answers, strict=True))
    known = {**answers, DECLINED: _("Would rather not say"), NOT_ABLE: _("Cannot say")}
    fields = {
        f"item_{number:02d}": RadioField(
            f"{number}. {item}",
            choices=choices(known),
            validators=[DataRequired(_l("Choose an answer, or why there is none."))],
        )
        for number, item in enumerate(wording.items, 1)
    }
    return type("QuestionsForm", (AnswerForm,), fields)


class WordsForm(KeyedForm):
    """The words of an instrument in one language: questions and answers, a line each."""

    may_use = StringField(
        _l("How do we have the right to use these words?"),
        validators=[DataRequired(_l("Write how you have the right to use them.")), at_most(300)],
        filters=[stripped],
    )
    lead = StringField(
        _l("What is said first"), validators=[Optional(), at_most(400)], filters=[stripped]
    )
    items = TextAreaField(
        _l("The questions, one on each line"), validators=[DataRequired(_l("Write the questions."))]
    )
    answers = TextAreaField(
        _l("The answers, one on each line"), validators=[DataRequired(_l("Write the answers."))]
    )

    def __init__(self, instrument: Instrument, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instrument = instrument

    def validate_items(self, field: TextAreaField) -> None:
        """Refuse more or fewer questions than the instrument has."""
        _count(field, self.instrument.items)

    def validate_answers(self, field: TextAreaField) -> None:
        """Refuse more or fewer answers than the instrument has."""
        _count(field, len(self.instrument.answers))

    def words(self) -> Words:
        """Return what was typed."""
        return Words(
            items=tuple(_lines(self.items.data)),
            answers=tuple(_lines(self.answers.data)),
            may_use=self.may_use.data,
            lead=self.lead.data or "",
        )


def _lines(text: str | None) -> list[str]:
    return [line.strip() for line in (text or "").splitlines() if line.strip()]


def _count(field: TextAreaField, wanted: int) -> None:
    found = len(_lines(field.data))
    if found != wanted:
        raise ValidationError(
            _("There must be %(wanted)s lines. There are %(found)s.", wanted=wanted, found=found)
        )


class OwnForm(KeyedForm):
    """The file of an instrument of the municipality's own."""

    file = FileField(_l("The file"), validators=[DataRequired(_l("Choose a file."))])

    def text(self) -> str | None:
        """Return what the file says, or None where it is too large or no text."""
        said = self.file.data.read(LONGEST_FILE + 1)
        if len(said) > LONGEST_FILE:
            return None
        try:
            return cast(bytes, said).decode("utf-8")
        except UnicodeDecodeError:
            return None


class MomentsForm(KeyedForm):
    """What is asked at the start and at the end, and who follows up."""

    at_start = SelectMultipleField(
        _l("Asked at the start"),
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )
    at_end = SelectMultipleField(
        _l("Asked at the end"),
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )
    owner = SelectField(_l("Who follows up a low score?"))

    def offer(self, known: Sequence[tuple[str, str]], owners: Sequence[tuple[str, str]]) -> None:
        """Offer the instruments whose words are there, and those who can follow up."""
        self.at_start.choices = self.at_end.choices = choices(dict(known))
        self.owner.choices = choices({"": _("Whoever asked"), **dict(owners)})


class DutyForm(KeyedForm):
    """What was done about a low score."""

    done = RadioField(
        _l("What was done?"),
        choices=choices({code: DONE[code] for code in _OF_STAFF}),
        validators=[DataRequired(_l("Choose what was done."))],
    )
    words = TextAreaField(
        _l("What happens now?"),
        validators=[DataRequired(_l("Write a line on what happens now.")), at_most(600)],
        filters=[stripped],
    )


class DueForm(KeyedForm):
    """By when a citizen is to be asked what."""

    instrument = RadioField(
        _l("What is to be asked?"), validators=[DataRequired(_l("Choose what is to be asked."))]
    )
    due_on = DayField(_l("By which day?"), validators=[DataRequired(_l("Choose the day."))])
