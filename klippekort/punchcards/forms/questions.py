"""The rules a scheme may leave open, as questions with a worked example for every answer."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from klippekort.domain.schemes import UNDECIDED, Terms, missing_to_run, open_questions
from klippekort.platform.i18n import _, _l
from klippekort.punchcards.forms.scheme_words import CAUSES, cause_word, payer_word
from klippekort.punchcards.services.schemes import HELPER_COSTS, LEGAL_BASIS

_TEXTS: dict[str, tuple[Any, dict[str, Any]]] = {
    "allowance.counted_from": (
        _l("When does a week begin?"),
        {
            "iso_week": _l("On Monday. A card from a Wednesday gets new time on Mondays."),
            "grant_day": _l(
                "On the card's own weekday. A card from a Wednesday gets new time on Wednesdays."
            ),
        },
    ),
    "allowance.first": (
        _l("When does the first time arrive?"),
        {
            "grant_period": _l("The day the card begins. A card from today holds time today."),
            "next_period": _l("When the next week begins. A card from Wednesday waits till then."),
        },
    ),
    "saving.at_cap": (
        _l("What happens when the card is full?"),
        {
            "refuse": _l("New time is lost. The half hours already on the card stay."),
            "oldest_lapse": _l("The oldest time is lost. A new half hour takes its place."),
        },
    ),
    "travel": (
        _l("Is the way there and back paid from the card?"),
        {
            "counts": _l("Yes. 60 minutes at the club and 20 on the way cost 80 minutes."),
            "free": _l("No. 60 minutes at the club and 20 on the way cost 60 minutes."),
        },
    ),
    "basis": (
        _l("What does a trip cost when it takes longer or shorter?"),
        {
            "planned": _l("The planned time. Planned 60, took 75: it costs 60 minutes."),
            "actual": _l("The time it took. Planned 60, took 75: it costs 75 minutes."),
        },
    ),
}


@dataclass(frozen=True)
class Question:
    """A rule as it is asked: its dotted name, the question, and each answer's value and words."""

    rule: str
    text: str
    choices: tuple[tuple[str, str], ...]

    @property
    def field(self) -> str:
        """Return the name of its field in a form."""
        return self.rule.replace(".", "__")


def question_of(rule: str) -> Question:
    """Return a rule as a question. The legal basis is answered in words, so it has no choices."""
    if rule == LEGAL_BASIS:
        return Question(rule, _("On what legal basis is the card given?"), ())
    if rule == HELPER_COSTS:
        payers = ("citizen", "municipality", "supplier")
        words = tuple((payer, payer_word(payer)) for payer in payers)
        return Question(rule, _("Who pays the helper's ticket?"), words)
    if rule.startswith("cancelling."):
        return _about_cancelling(rule)
    text, words_of = _TEXTS[rule]
    return Question(rule, str(text), tuple((value, str(said)) for value, said in words_of.items()))


def _about_cancelling(rule: str) -> Question:
    cause = cause_word(rule.removeprefix("cancelling."))
    free = _("Nothing. A trip of 60 minutes gives 60 minutes back.")
    full = _("The whole trip. A trip of 60 minutes costs 60 minutes.")
    text = _("%(cause)s: what does the trip cost?", cause=cause)
    return Question(rule, text, (("free", free), ("full", full)))


def all_rules() -> tuple[str, ...]:
    """Return the dotted names of every rule that can be a question."""
    return (*_TEXTS, *(f"cancelling.{cause}" for cause in CAUSES), HELPER_COSTS, LEGAL_BASIS)


def needed_first(terms: Terms) -> list[str]:
    """Return the open rules without which no card can be given."""
    return missing_to_run(terms)


def may_wait(terms: Terms) -> list[str]:
    """Return the open rules a person can be asked about each time."""
    beside = set(needed_first(terms))
    if terms.saving.cap_minutes is None and terms.saving.cap_weeks is None:
        beside.add("saving.at_cap")  # a card without a cap is never full
    return [rule for rule in open_questions(terms) if rule not in beside]


def decided(terms: Terms) -> list[str]:
    """Return the rules that were a question and have their answer."""
    still_open = open_questions(terms)
    return [rule for rule in all_rules() if rule not in still_open]


def asked(rules: Iterable[str]) -> list[Question]:
    """Return rules as questions, in the order given."""
    return [question_of(rule) for rule in rules]


def undecided_choice(is_needed: bool) -> tuple[str, str]:
    """Return the choice that leaves a rule open, with what then happens."""
    if is_needed:
        return UNDECIDED, _("Not decided yet. No card can be given before it is.")
    return UNDECIDED, _("Not decided. We ask each time, and a person answers.")
