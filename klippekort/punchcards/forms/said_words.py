"""A rule and what it says, told in the reader's language: never by a key, and never by a code."""

import types
from collections.abc import Callable
from dataclasses import dataclass, is_dataclass
from datetime import date, time
from typing import Any, Union, get_args, get_origin

from babel.dates import format_skeleton
from babel.numbers import format_decimal

from klippekort.domain.schemes import UNDECIDED, Day, Letter, Setting, Span, Terms
from klippekort.domain.schemes.codec import hints
from klippekort.domain.schemes.questions import NO, NONE, YES
from klippekort.platform.formatting import clock_time, duration, first_up, full_day, weekday_name
from klippekort.platform.i18n import _, _l, current_locale
from klippekort.punchcards.forms.fact_words import rule_in_words
from klippekort.punchcards.forms.own_words import own_word
from klippekort.punchcards.forms.question_words import ANSWERS
from klippekort.punchcards.forms.questions import question_of
from klippekort.punchcards.forms.rule_words import (
    ABSENT,
    MORE_ANSWERS,
    block_word,
    heading_of,
    label_of,
    starred,
)
from klippekort.punchcards.forms.scheme_words import cause_word, setting_word
from klippekort.punchcards.forms.span_words import span_words

# Numbers that are no minutes.
_COUNTS = frozenset(
    {
        "allowance.every",
        "saving.caps.*.punches",
        "saving.caps.*.periods",
        "notice.by_length.*.over_punches",
        "visits.at_most.*.at_most",
        "visits.at_most.*.weeks",
        "joint_trips.most_citizens",
    }
)
_FACTS = frozenset(
    {
        "grants.eligibility",
        "target_groups.*.eligibility",
        "activities.needs",
        "activities.needs_for.*",
    }
)
_DAYS = frozenset({"hours.closed_days", "hours.open_days"})
# What a rule says that is empty.
_EMPTY: dict[str, Any] = {
    "grants.origins": _l("In any way"),
    "grants.eligibility": _l("Anybody"),
    "hours.days": _l("Every day"),
    "hours.closed_days": _l("None"),
    "hours.open_days": _l("None"),
    "activities.allowed": _l("No list"),
    "activities.forbidden": _l("Nothing"),
    "activities.needs": _l("Nothing"),
    "escort.who": _l("Anybody on duty"),
    "sharing.pool_beneficiaries": _l("Nobody named"),
    "sharing.beneficiaries": _l("Nobody but the citizen"),
    "law.letters": _l("None"),
    "activities.others": ABSENT["activities.others"],
    "expiry.rolling": ABSENT["expiry.rolling"],
}
# Tables whose blocks people name themselves.
_NAMED = ("target_groups", "activities.conditional", "activities.needs_for")


@dataclass(frozen=True)
class _Place:
    """A rule's name with * for the names in it, its types, and the table and block it stands in."""

    pattern: str
    kinds: tuple[Any, ...]
    table: str = ""
    block: str = ""


def _place(rule: str) -> _Place:
    """Return where a rule stands. Raises KeyError for one there is none of."""
    kind: Any = Terms
    pattern: list[str] = []
    table = block = ""
    names = rule.split(".")
    for number, name in enumerate(names):
        if get_origin(kind) is dict:
            table, block, kind = ".".join(names[:number]), name, get_args(kind)[1]
            pattern.append("*")
            if kind is str:  # such a name may have a dot in it
                block = ".".join(names[number:])
                break
            continue
        inner = next((one for one in _arms(kind) if _is_table(one)), None)
        if inner is None or name not in hints(inner):
            raise KeyError(rule)
        kind = hints(inner)[name]
        pattern.append(name)
    return _Place(".".join(pattern), _arms(kind), table, block)


def _arms(kind: Any) -> tuple[Any, ...]:
    return get_args(kind) if get_origin(kind) in (Union, types.UnionType) else (kind,)


def named(rule: str, *versions: Terms) -> str:
    """Return what a rule is called, with what it stands in. Blocks that nobody named are numbered
    where these versions of the terms have several.
    """
    try:
        place = _place(rule)
    except KeyError:
        return question_of(rule).text
    if any(get_origin(kind) is dict or _is_table(kind) for kind in place.kinds):
        return _table_named(rule, place, versions)
    label = label_of(place.pattern, rule)
    if within := _within(rule, place, versions):
        return str(_("%(part)s: %(rule)s", part=within, rule=label))
    return label


def _is_table(kind: Any) -> bool:
    return is_dataclass(kind) and kind is not Span


def _table_named(rule: str, place: _Place, versions: tuple[Terms, ...]) -> str:
    """Return what a table of rules is called, or one block of it."""
    if place.block and place.pattern.endswith("*"):
        return _block_named(place, versions)
    return heading_of(place.pattern, rule) or own_word(rule.rpartition(".")[2])


def _block_named(place: _Place, versions: tuple[Terms, ...]) -> str:
    if place.table == "settings" and place.block in set(Setting):
        return setting_word(place.block)
    if place.table in _NAMED or place.table == "settings":
        return first_up(own_word(place.block))
    word, number = block_word(place.pattern.rpartition(".*")[0]), _number(place, versions)
    return f"{word} {number}" if number else word


def reading(rule: str, typed: str) -> str:
    """Return what was typed at a rule, in words, where they are others than those typed."""
    text = ", ".join(line.strip() for line in typed.splitlines() if line.strip())
    said = told(rule, text) if text else ""
    return said if said.casefold() != text.casefold() else ""


def _within(rule: str, place: _Place, versions: tuple[Terms, ...]) -> str:
    """Return what a rule stands in, where its own words do not say it."""
    if rule.startswith("pauses.") and rule.endswith(".from_day"):
        parent = rule.rpartition(".")[0]
        return heading_of(parent, parent)
    # A limit, how often, and a citizen who cancels late are told by the rule's own words.
    is_told = place.table in ("saving.caps", "visits.at_most", "cancelling.citizen.bands")
    if not place.table or (is_told and not _number(place, versions)):
        return ""
    block = _block_named(place, versions)
    if place.table.startswith("cancelling.") and rule.endswith(".within") and not is_told:
        return f"{cause_word(rule)}, {block}"
    return block


def _number(place: _Place, versions: tuple[Terms, ...]) -> int:
    """Return a block's number as its page counts it, or 0 where it is the only one."""
    blocks: dict[str, None] = {}
    for terms in versions:
        value: Any = terms
        for name in place.table.split("."):
            value = getattr(value, name)
        blocks |= dict.fromkeys(value)
    return list(blocks).index(place.block) + 1 if len(blocks) > 1 and place.block in blocks else 0


def told(rule: str, value: str) -> str:
    """Return what a rule says, from how it is written or was answered; what nobody can read as an
    answer to it is returned as it is.
    """
    text = value.strip()
    if text == UNDECIDED:
        return _("Not decided")
    try:
        place = _place(rule)
    except KeyError:
        return value
    words = dict(question_of(rule).choices) | answer_words(place.pattern)
    if text in words:
        return str(words[text])
    if text in ("", NONE) and (text == NONE or place.pattern in _EMPTY):
        known = starred(place.pattern, _EMPTY | ABSENT)
        return str(known or _("There is no such rule."))
    if not text:
        return _("Nothing said")
    for kind in place.kinds:
        try:
            return _told(place, kind, text)
        except (ValueError, KeyError):
            continue
    return value


def answer_words(pattern: str) -> dict[str, Any]:
    """Return the words of the answers a rule has."""
    return MORE_ANSWERS.get(pattern) or starred(pattern, ANSWERS) or {}


def _told(place: _Place, kind: Any, text: str) -> str:
    """Return a text as this type reads it. Raises ValueError or KeyError when it cannot."""
    if kind is str:
        return rule_in_words(text) or text if place.pattern in _FACTS else text
    if get_origin(kind) is tuple:
        each = _EACH[get_args(kind)[0]]
        if place.pattern in _DAYS:
            each = _day
        return ", ".join(each(part.strip()) for part in text.split(","))
    if kind is int:
        number = int(text)
        is_count = starred(place.pattern, dict.fromkeys(_COUNTS, True)) or place.pattern.endswith(
            ".from_day"
        )
        return str(number) if is_count else duration(number)
    return _ONE[kind](text)


def _yes_or_no(text: str) -> str:
    return {YES: _("Yes."), "true": _("Yes."), NO: _("No."), "false": _("No.")}[text.lower()]


def _number_words(text: str) -> str:
    return format_decimal(float(text), locale=current_locale())


def _day(text: str) -> str:
    """Return a day of one year, or of every year."""
    if len(text) > len("12-24"):
        return full_day(date.fromisoformat(text))
    on = date.fromisoformat(f"2024-{text}")
    said = format_skeleton("MMMMd", on, locale=current_locale())
    return str(_("%(day)s every year", day=said))


_ONE: dict[Any, Callable[[str], str]] = {
    bool: _yes_or_no,
    float: _number_words,
    date: lambda text: full_day(date.fromisoformat(text)),
    time: lambda text: clock_time(time.fromisoformat(text)),
    Span: lambda text: span_words(Span.parse(text)),
}
_EACH: dict[Any, Callable[[str], str]] = {
    str: own_word,
    Day: lambda text: weekday_name(tuple(Day).index(Day(text))),
    Letter: lambda text: str(MORE_ANSWERS["law.letters"][text]),
    Span: lambda text: span_words(Span.parse(text)),
}
