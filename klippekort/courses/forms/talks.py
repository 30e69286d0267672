"""The form of the talk, made from the guide it follows; and the form that changes the guide."""

from collections.abc import Mapping
from typing import Any

from klippekort.courses.forms import words
from klippekort.courses.forms.fields import day, line, one_of, perhaps, several
from klippekort.courses.forms.fields import words as lines_of_words
from klippekort.domain.courses import Phase
from klippekort.domain.matching.guide import (
    BY_CODE,
    QUESTIONS,
    Answers,
    Asks,
    Guide,
    Question,
)
from klippekort.platform.forms import KeyedForm
from klippekort.platform.i18n import _l

LONGEST_CHIP = 60
MISSING = _l("Choose an answer, or save and go on later.")


class TalkForm(KeyedForm):
    """One step of the talk; `made_for` puts in the questions that are asked."""

    @classmethod
    def made_for(cls, guide: Guide, step: int) -> type["TalkForm"]:
        """Return the form of one step of a guide."""
        fields = {one.code: _field(one, guide) for one in guide.asked(step)}
        return type("TalkStepForm", (cls,), fields)

    def fill(self, answers: Answers) -> None:
        """Show what has been said so far, where nothing was sent."""
        for code in BY_CODE:
            if code in self and code in answers and code != "not_now_until":
                self[code].data = answers[code]

    def told(self) -> dict[str, str | list[str]]:
        """Return the answers of this step as they are kept."""
        said = {code: self[code].data for code in BY_CODE if code in self}
        said.pop("not_now_until", None)
        return {code: answer or "" for code, answer in said.items()}


def _field(question: Question, guide: Guide) -> Any:
    label = words.QUESTIONS[question.code]
    hint = words.HINTS.get(question.code, "")
    if question.asks is Asks.WORDS:
        return lines_of_words(label, hint=hint)
    if question.asks is Asks.DAY:
        return day(label, hint=hint)
    said = words.CHOICES[question.code]
    known = {code: said[code] for code in question.codes}
    if question.asks is Asks.ONE:
        return one_of(label, known, MISSING) if question.fixed else perhaps(label, known, hint=hint)
    return several(label, {**known, **guide.own_chips(question.code)}, hint=hint)


def chips_of(form: "GuideForm", question: str) -> list[str]:
    """Return the answers of one's own that were written, one a line."""
    written = (form[f"chips_{question}"].data or "").splitlines()
    return [one.strip()[:LONGEST_CHIP] for one in written if one.strip()]


class GuideForm(KeyedForm):
    """Which questions are asked, and the municipality's own answers."""

    asked = several(
        _l("Questions that are asked"),
        {one.code: words.QUESTIONS[one.code] for one in QUESTIONS if not one.fixed},
    )
    chips_interests = lines_of_words(
        _l("Your own answers about what people enjoy"), hint=_l("One on each line.")
    )
    chips_barriers = lines_of_words(
        _l("Your own answers about what makes it hard"), hint=_l("One on each line.")
    )
    chips_gifts = lines_of_words(
        _l("Your own answers about what people do for others"), hint=_l("One on each line.")
    )

    def fill(self, guide: Guide) -> None:
        """Show the guide as it reads now."""
        self.asked.data = [one.code for one in guide.asked() if not one.fixed]
        for question in ("interests", "barriers", "gifts"):
            self[f"chips_{question}"].data = "\n".join(guide.own_chips(question).values())

    def hidden(self) -> frozenset[str]:
        """Return the codes of the questions that are not asked."""
        chosen = set(self.asked.data or ())
        return frozenset(one.code for one in QUESTIONS if one.code not in chosen)

    def chips(self) -> Mapping[str, list[str]]:
        """Return the municipality's own answers in words, by question."""
        return {name: chips_of(self, name) for name in ("interests", "barriers", "gifts")}


def labels_form() -> type[KeyedForm]:
    """Return the form in which the municipality names the phases, a field for each."""
    fields = {phase.value: line(words.PHASES[phase], most=40) for phase in Phase}
    return type("LabelsForm", (KeyedForm,), fields)
