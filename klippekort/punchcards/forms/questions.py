"""The rules a scheme may leave open, as questions with a worked example for every answer."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from klippekort.domain.schemes import (
    UNDECIDED,
    Terms,
    choices_of,
    missing_to_run,
    open_questions,
    value_at,
)
from klippekort.domain.schemes.questions import NONE
from klippekort.platform.i18n import _, _l
from klippekort.punchcards.forms.question_words import ANSWERS, HINTS, QUESTIONS, YES_NO
from klippekort.punchcards.forms.scheme_words import absence_word, cause_word
from klippekort.punchcards.forms.span_words import as_rule
from klippekort.punchcards.services.schemes import LATE_BAND, LEGAL_BASIS

LATE_CHARGE = f"{LATE_BAND}.charge"
# Rules in words of one's own; every other rule without choices is a number, a time or a span.
_IN_WORDS = (LEGAL_BASIS, "grants.origins")
_NOTHING_LAPSES = _l("Until it is decided, nothing lapses by it.")
_BY_HAND = _l("Klippekort keeps the answer. On the cards nothing is done about it: do it by hand.")
# The rules nobody is asked about on a card, each with what happens while it is open.
_MEANWHILE: dict[str, Any] = {
    "expiry.rolling": _NOTHING_LAPSES,
    "expiry.year_end": _NOTHING_LAPSES,
    "sharing.pools": _BY_HAND,
    "sharing.lending": _BY_HAND,
}


@dataclass(frozen=True)
class Question:
    """A rule as it is asked: its dotted name, the question, and each answer's value and words.

    Without choices it is answered in words, as `hint` shows.
    """

    rule: str
    text: str
    choices: tuple[tuple[str, str], ...]
    hint: str = ""

    @property
    def field(self) -> str:
        """Return the name of its field in a form."""
        return self.rule.replace(".", "__")

    @property
    def meanwhile(self) -> str:
        """Return what happens while the rule is open, where nobody is asked each time, or ""."""
        return str(_MEANWHILE.get(self.rule, ""))

    def meant(self, typed: str) -> str:
        """Return what was chosen or typed as the rule says it."""
        return typed if self.choices or self.rule in _IN_WORDS else as_rule(typed)


def question_of(rule: str) -> Question:
    """Return a rule as a question; a rule nobody has words for is asked by its name."""
    kind = _kind(rule)
    if kind is None:
        text = _("What does the rule %(rule)s say?", rule=rule)
        return Question(rule, str(text), _choices(rule, ""), "")
    text = str(QUESTIONS[kind]) % _names_in(rule)
    return Question(rule, text, _choices(rule, kind), str(HINTS.get(kind, "")))


def _kind(rule: str) -> str | None:
    """Return the words' own name of a rule: as it is, or with `*` for names in it."""
    parts = rule.split(".")
    starred = [".".join([*parts[:at], "*", *parts[at + 1 :]]) for at in range(1, len(parts))]
    if len(parts) > 3:
        starred.append(".".join([parts[0], "*", parts[2], "*", *parts[4:]]))
    return next((name for name in (rule, *starred) if name in QUESTIONS), None)


def _names_in(rule: str) -> dict[str, str]:
    """Return the words that stand inside a question about this rule."""
    if rule.startswith("pauses."):
        kind = rule.split(".")[1]
        known = kind not in ("partial_period", "any", "scheme")
        return {"away": absence_word(kind)} if known else {}
    return {"cause": cause_word(rule)} if rule.startswith("cancelling.") else {}


def _choices(rule: str, kind: str) -> tuple[tuple[str, str], ...]:
    values = [value for value in choices_of(rule) if value != NONE]
    money = "money.*.*" if rule.startswith("money.") else ""
    ending = "ending.*" if rule.startswith("ending.") else ""
    words = ANSWERS.get(kind) or ANSWERS.get(money) or ANSWERS.get(ending) or YES_NO
    if rule.startswith("cancelling.") and "broken_off" not in rule:
        values = [value for value in values if value != "actual"]  # nothing of it was made
    return tuple((value, str(words.get(value, value))) for value in values)


def needed_first(terms: Terms) -> list[str]:
    """Return the open rules without which no card can be given."""
    return missing_to_run(terms)


def may_wait(terms: Terms) -> list[str]:
    """Return the open rules a person can be asked about each time.

    Cancelling late is always a rule one may make, also where the terms do not speak of it.
    """
    beside = {*needed_first(terms), *_MEANWHILE}
    rules = [rule for rule in open_questions(terms) if rule not in beside]
    if "late" not in terms.cancelling.citizen.bands:
        after = "cancelling.citizen.charge"
        rules.insert(rules.index(after) + 1 if after in rules else len(rules), LATE_CHARGE)
    return rules


def not_asked(terms: Terms) -> list[str]:
    """Return the open rules that may wait and that nobody is asked about."""
    return [rule for rule in open_questions(terms) if rule in _MEANWHILE]


def decided(terms: Terms) -> list[str]:
    """Return the rules that are mostly a question and have their answer."""
    caps = [f"saving.caps.{name}.at_cap" for name in terms.saving.caps]
    bands = [f"cancelling.citizen.bands.{name}.charge" for name in terms.cancelling.citizen.bands]
    rules = (
        "allowance.counted_from",
        "allowance.first",
        *caps,
        "charging.basis",
        "charging.travel",
        "cancelling.citizen.charge",
        *bands,
        *(f"cancelling.{cause}.charge" for cause in ("supplier", "host", "weather", "infection")),
        "cancelling.no_show",
        "cancelling.broken_off",
        "money.helper.ticket",
        LEGAL_BASIS,
    )
    return [rule for rule in rules if value_at(terms, rule) != UNDECIDED]


def asked(rules: Iterable[str]) -> list[Question]:
    """Return rules as questions, in the order given."""
    return [question_of(rule) for rule in rules]


def undecided_choice(question: Question, is_needed: bool) -> tuple[str, str]:
    """Return the choice that leaves a rule open, with what then happens."""
    if is_needed:
        return UNDECIDED, _("Not decided yet. No card can be given before it is.")
    if question.meanwhile:
        return UNDECIDED, _("Not decided. %(meanwhile)s", meanwhile=question.meanwhile)
    return UNDECIDED, _("Not decided. We ask each time, and a person answers.")
