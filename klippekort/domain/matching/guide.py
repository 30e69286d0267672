"""The guide for the talk: its questions in a few calm steps, and what answers mean for matching.

No answer gives points, and none is needed. What the municipality has changed is a version of its
own, and a talk keeps the version it began with.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from klippekort.domain.matching.facts import Company
from klippekort.domain.volunteering import INTERESTS, LANGUAGES, PARTS

Answers = Mapping[str, str | list[str]]
"""Answers by question: codes chosen, a single code, or words as they were said."""


class Asks(StrEnum):
    """What sort of answer a question wants."""

    SEVERAL = "several"
    ONE = "one"
    WORDS = "words"
    DAY = "day"


GIFTS = ("teach", "bake", "read_aloud", "call", "welcome")
BARRIERS = (
    "mobility",
    "hearing",
    "continence",
    "money",
    "fear",
    "language",
    "transport",
    "spouse",
)
AGREES = ("yes", "not_now", "no")


@dataclass(frozen=True)
class Question:
    """One question: the step it stands in, the answer it wants, and what can be chosen.

    One with `takes_chips` can have answers of the municipality's own. One that is `fixed` is always
    asked.
    """

    code: str
    step: int
    asks: Asks
    codes: tuple[str, ...] = ()
    takes_chips: bool = False
    fixed: bool = False


QUESTIONS = (
    Question("wishes", 1, Asks.WORDS),
    Question("interests", 1, Asks.SEVERAL, INTERESTS, takes_chips=True),
    Question("interests_words", 1, Asks.WORDS),
    Question("people", 2, Asks.WORDS),
    Question("company", 2, Asks.ONE, tuple(Company)),
    Question("parts", 2, Asks.SEVERAL, PARTS),
    Question("languages", 2, Asks.SEVERAL, LANGUAGES),
    Question("works", 2, Asks.WORDS),
    Question("meets_people", 2, Asks.ONE, ("yes", "no")),
    Question("barriers", 3, Asks.SEVERAL, BARRIERS, takes_chips=True),
    Question("barriers_words", 3, Asks.WORDS),
    Question("gifts", 4, Asks.SEVERAL, GIFTS, takes_chips=True),
    Question("gifts_words", 4, Asks.WORDS),
    Question("wished_gifts", 4, Asks.SEVERAL, GIFTS),
    Question("goals", 5, Asks.WORDS),
    Question("agrees", 5, Asks.ONE, AGREES, fixed=True),
    Question("not_now_until", 5, Asks.DAY, fixed=True),
)
BY_CODE = {one.code: one for one in QUESTIONS}
STEPS = max(one.step for one in QUESTIONS)
MOST_CHIPS = 12

_CHIPS_OF = {"wished_gifts": "gifts"}
_NEEDS = {
    "mobility": "step_free",
    "hearing": "hearing_loop",
    "continence": "accessible_toilet",
}


@dataclass(frozen=True)
class Guide:
    """A version of the guide; 0 is the one the program brings, before anybody has changed it."""

    version: int = 0
    hidden: frozenset[str] = frozenset()
    chips: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def asked(self, step: int | None = None) -> tuple[Question, ...]:
        """Return the questions that are asked, in one step or in all."""
        return tuple(
            one
            for one in QUESTIONS
            if one.code not in self.hidden and (step is None or one.step == step)
        )

    def own_chips(self, question: str) -> Mapping[str, str]:
        """Return the municipality's own answers to a question, as code and words."""
        return self.chips.get(_CHIPS_OF.get(question, question), {})

    def steps(self) -> tuple[int, ...]:
        """Return the steps in which something is asked."""
        return tuple(sorted({one.step for one in self.asked()}))


def chips_from(words: Iterable[str], before: Mapping[str, str]) -> dict[str, str]:
    """Return a municipality's own answers under codes: known words keep theirs, and no code is ever
    used for other words.
    """
    known = {said: code for code, said in before.items()}
    used = [int(code.rpartition("_")[2]) for code in before]
    following = max(used, default=0) + 1
    found: dict[str, str] = {}
    for said in words:
        code = known.get(said)
        if code is None:
            code, following = f"own_{following}", following + 1
        found[code] = said
    return found


def merged(before: Answers, said: Answers) -> dict[str, str | list[str]]:
    """Return answers after a step was told: only that step's questions are answered anew."""
    return {**before, **said}


def several(answers: Answers, question: str) -> frozenset[str]:
    """Return the codes chosen in answer to a question."""
    found = answers.get(question) or []
    return frozenset([found] if isinstance(found, str) else found)


def said(answers: Answers, question: str) -> str:
    """Return the single code or the words of an answer, empty where nothing was said."""
    found = answers.get(question) or ""
    return found if isinstance(found, str) else ""


def needs_of(answers: Answers) -> frozenset[str]:
    """Return what a place must have because of the barriers that were told."""
    return frozenset(_NEEDS[one] for one in several(answers, "barriers") if one in _NEEDS)


def company_of(answers: Answers) -> Company:
    """Return how many people somebody likes to be with; whoever is afraid begins with few."""
    told = said(answers, "company")
    if told in set(Company) and told != Company.ANY:
        return Company(told)
    return Company.FEW if "fear" in several(answers, "barriers") else Company.ANY


def works_of(answers: Answers) -> list[str]:
    """Return the places of work that were named, one for each line or comma."""
    lines = said(answers, "works").replace(",", "\n").splitlines()
    return [line.strip() for line in lines if line.strip()]
