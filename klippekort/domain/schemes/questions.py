"""What a scheme leaves open: which rules, what may be answered, and the terms once answered."""

import types
from collections.abc import Mapping
from dataclasses import is_dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any, Union, get_args, get_origin

from klippekort.domain import eligibility
from klippekort.domain.schemes.checks import contradictions
from klippekort.domain.schemes.codec import BadTerms, Fault, Wrong, hints, plain, read
from klippekort.domain.schemes.terms import Pause, Terms
from klippekort.domain.schemes.values import UNDECIDED, Measure, Period, Span, Undecided

# Without these nothing can arrive, so they are settled before the first card is granted.
_TO_ARRIVE = (
    "allowance.minutes",
    "allowance.period",
    "allowance.counted_from",
    "allowance.first",
)
_NO_PERIODS = ("allowance.counted_from", "allowance.first")
_ALSO_TO_RUN = ("minutes_per_punch", "charging.travel")
_CAPS, _AT_CAP = "saving.caps.", ".at_cap"
# What a course without minutes never comes to.
_OF_TIME = (
    "minutes_per_punch",
    "allowance.",
    "saving.",
    "expiry.",
    "pauses.",
    "booking.",
    "charging.",
    "joint_trips.charge",
    "cancelling.",
    "sharing.",
    "ending.",
    "change.",
)
YES, NO, NONE = "yes", "no", "none"
_NO_TIME = "0 days"


def open_questions(terms: Terms) -> list[str]:
    """Return the dotted names of the rules that are undecided, in the order of the terms.

    What cannot come up is not asked: a card without periods has no first one.
    """
    return list(_open(terms))


@lru_cache(maxsize=256)
def _open(terms: Terms) -> tuple[str, ...]:
    counts = terms.measured_in is Measure.MINUTES
    of_time = () if counts else _OF_TIME
    has_periods = counts and terms.allowance.period not in (Period.ONCE, Period.NONE)
    skipped = () if has_periods else _NO_PERIODS
    return tuple(
        name
        for name, value in _leaves(terms)
        if value == UNDECIDED and name not in skipped and not name.startswith(of_time)
    )


def needed_for_grant(terms: Terms) -> list[str]:
    """Return the undecided rules without which no time can arrive on a card."""
    return [name for name in open_questions(terms) if name in _TO_ARRIVE]


def missing_to_run(terms: Terms) -> list[str]:
    """Return the undecided rules without which a card cannot run at all. What a full card does is
    none of them: time that does not fit waits, and a person is asked.
    """
    return [
        name
        for name in open_questions(terms)
        if name in _TO_ARRIVE + _ALSO_TO_RUN
        or (name.startswith(_CAPS) and not name.endswith(_AT_CAP))
    ]


def value_at(terms: Terms, rule: str) -> Any:
    """Return what a rule says, by its dotted name. Raises KeyError for an unknown rule."""
    value: Any = terms
    for name in rule.split("."):
        try:
            value = value[name] if isinstance(value, dict) else getattr(value, name)
        except AttributeError as error:
            raise KeyError(rule) from error
    return value


@lru_cache(maxsize=512)
def choices_of(rule: str) -> tuple[str, ...]:
    """Return the words an undecided rule may be answered with; "none" is no such rule. Beside
    them, a rule of numbers, times, spans or own words takes any.

    Raises KeyError for an unknown rule.
    """
    kinds = _kinds_of(rule)
    choices = []
    has_words = any(isinstance(kind, type) and issubclass(kind, StrEnum) for kind in kinds[:1])
    for kind in kinds:
        if kind is bool:
            choices += [YES, NO]
        elif isinstance(kind, type) and issubclass(kind, StrEnum) and kind is not Undecided:
            choices += [member.value for member in kind if member.value != UNDECIDED]
        elif (kind is type(None) and not has_words) or get_origin(kind) is tuple or kind is str:
            choices.append(NONE)
    return (*choices, NONE) if _is_bare_span(kinds) else tuple(choices)


@lru_cache(maxsize=512)
def is_text(rule: str) -> bool:
    """Say whether a rule is answered in words of one's own. Raises KeyError for an unknown rule."""
    return str in _kinds_of(rule)


def is_open(terms: Terms, rule: str) -> bool:
    """Say whether the terms leave a rule to people: it says so, or is undecided when absent.

    Raises KeyError for a rule that these terms do not have.
    """
    if any(is_dataclass(kind) and kind is not Span for kind in _kinds_of(rule)):
        raise KeyError(rule)
    if rule == "activities.others" and terms.activities.others is None:
        return bool(terms.activities.allowed)
    try:
        return bool(value_at(terms, rule) == UNDECIDED)
    except KeyError:
        table, kind, *_ = rule.split(".")
        if table != "pauses":
            raise
    by_any = None if kind in ("any", "scheme") else terms.pauses.any
    return bool(getattr(by_any or Pause(), rule.rpartition(".")[2]) == UNDECIDED)


def lifted(rule: str) -> str | None:
    """Return the answer by which an open limit stands in nobody's way, or None where a rule is no
    limit. Raises KeyError for an unknown rule.
    """
    return NONE if NONE in choices_of(rule) else None


def decide(terms: Terms, answers: dict[str, str]) -> Terms:
    """Return the terms with rules answered, by dotted name and the answer as text.

    Raises BadTerms naming the rule for an unknown rule, for an answer that is none, and for one
    that contradicts the rest.
    """
    stored, gone = plain(terms), []
    for rule, answer in answers.items():
        *path, last = rule.split(".")
        try:
            value = _meant(_kinds_of(rule), answer)
        except KeyError as error:
            raise BadTerms([Fault(rule, Wrong.NOT_A_RULE, rule)]) from error
        if value is None and rule.startswith(_CAPS):
            gone.append(path[-1])  # a cap without its limit is no cap
        part = stored
        for name in path:
            part = part.setdefault(name, {})
        if value is None:
            part.pop(last, None)
        else:
            part[last] = value
    for cap in gone:
        stored["saving"]["caps"].pop(cap, None)
    decided: Terms = read(Terms, stored)
    if faults := contradictions(decided):
        before = contradictions(terms)  # what stood there is no fault of the answer
        if new := [fault for fault in faults if fault not in before]:
            raise BadTerms(new)
    return decided


@lru_cache(maxsize=256)
def answers(old: Terms, new: Terms) -> bool:
    """Say whether new terms only answer what the old left open; what they do with saved time is
    no rule of either.
    """
    said = dict(_leaves(new))
    return all(
        said[name] == value if name in said else value is None or name.startswith(_CAPS)
        for name, value in _leaves(old)
        if value != UNDECIDED and not name.startswith(("change.", "_"))
    )


def settled(terms: Terms, answers: Mapping[str, str]) -> Terms:
    """Return the terms for one case, with a person's answers to what they leave open.

    An answer to a rule that is decided is passed over: nobody overrules the scheme. Raises BadTerms
    for an answer that is none.
    """
    said = {rule: value for rule, value in answers.items() if _may_be_answered(terms, rule)}
    return decide(terms, said) if said else terms


def _may_be_answered(terms: Terms, rule: str) -> bool:
    try:
        return is_open(terms, rule)
    except KeyError:
        return False


def _meant(kinds: tuple[Any, ...], answer: str) -> Any:
    """Return the plain value an answer in words stands for, as the rule's own kinds read it."""
    text = answer.strip()
    if text == NONE and type(None) in kinds:
        return None
    if text == NONE and str in kinds:
        return ""
    if text == NONE and _is_bare_span(kinds):
        return _NO_TIME  # what else the rule says, as for whom it is, stays with it
    lists = [kind for kind in kinds if get_origin(kind) is tuple]
    if lists:
        return [part.strip() for part in text.split(",") if part.strip() not in ("", NONE)]
    if bool in kinds and text.lower() in eligibility.YES | eligibility.NO:
        return text.lower() in eligibility.YES
    number = text.replace(",", ".")
    digits = number.replace(".", "", 1)
    if (int in kinds or float in kinds) and digits.isascii() and digits.isdigit():
        return float(number) if float in kinds or "." in number else int(number)
    return text


def _is_bare_span(kinds: tuple[Any, ...]) -> bool:
    """Say whether a rule is a span that may be open, and never absent."""
    return Span in kinds and Undecided in kinds and type(None) not in kinds


def _kinds_of(rule: str) -> tuple[Any, ...]:
    kind: Any = Terms
    for name in rule.split("."):
        kind = _inside(kind, name, rule)
    return get_args(kind) if get_origin(kind) in (Union, types.UnionType) else (kind,)


def _inside(kind: Any, name: str, rule: str) -> Any:
    if get_origin(kind) is dict:
        return get_args(kind)[1]
    if get_origin(kind) in (Union, types.UnionType):
        kind = next((one for one in get_args(kind) if is_dataclass(one)), None)
    if not is_dataclass(kind) or kind is Span or name not in hints(kind):  # type: ignore[arg-type]
        raise KeyError(rule)
    return hints(kind)[name]  # type: ignore[arg-type]


def _leaves(value: Any, path: str = "") -> list[tuple[str, Any]]:
    found = []
    parts = value.items() if isinstance(value, dict) else vars(value).items()
    for name, inner in parts:
        is_inner = isinstance(inner, dict) or (is_dataclass(inner) and not isinstance(inner, Span))
        found += _leaves(inner, f"{path}{name}.") if is_inner else [(f"{path}{name}", inner)]
    return found
