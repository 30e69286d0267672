"""Terms as plain data and back: what TOML and JSON can hold, read with every fault named.

Reading is by the types of the terms themselves, so a new rule needs no line here.
"""

import types
from dataclasses import MISSING, dataclass, fields, is_dataclass
from datetime import date, time
from enum import StrEnum
from functools import lru_cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from klippekort.domain.errors import DomainError
from klippekort.domain.schemes.values import OPEN, UNDECIDED, Span, Undecided


class Wrong(StrEnum):
    """Why a value of a scheme is refused."""

    UNKNOWN_KEY = "unknown_key"
    UNKNOWN_WORD = "unknown_word"
    NOT_A_TABLE = "not_a_table"
    NOT_TEXT = "not_text"
    NOT_YES_OR_NO = "not_yes_or_no"
    NOT_WHOLE = "not_whole"
    NOT_A_NUMBER = "not_a_number"
    NOT_A_DATE = "not_a_date"
    NOT_A_TIME = "not_a_time"
    NOT_A_SPAN = "not_a_span"
    MISSING = "missing"
    OUT_OF_RANGE = "out_of_range"
    TOO_LARGE = "too_large"
    CONTRADICTION = "contradiction"
    NOT_A_RULE = "not_a_rule"
    NO_QUOTE = "no_quote"
    NO_BRACKET = "no_bracket"
    NO_EQUALS = "no_equals"
    TWO_EQUALS = "two_equals"
    TWICE = "twice"
    NO_VALUE = "no_value"
    TOO_MUCH = "too_much"
    BAD_SIGN = "bad_sign"
    BACKSLASH = "backslash"
    NOT_TOML = "not_toml"


@dataclass(frozen=True)
class Fault:
    """One thing wrong in a scheme: the dotted key, why, and what would be right or disagrees.

    A text that is no TOML has no key; `line` is where it stops being so, else 0.
    """

    key: str
    wrong: Wrong
    said: str = ""
    hint: str = ""
    line: int = 0


@dataclass
class BadTerms(DomainError):
    """The terms cannot be used: `faults` names each key and reason."""

    faults: list[Fault]

    def __str__(self) -> str:
        """Return the faults as one line for an operator."""
        return "; ".join(f"{f.key}: {f.wrong} {f.hint or f.said}".strip() for f in self.faults)


_FIRST_DAYS = ("runs_from",)


class _Fault(Exception):
    def __init__(self, wrong: Wrong, said: object = "", hint: str = "") -> None:
        super().__init__(wrong)
        self.wrong, self.said, self.hint = wrong, str(said), hint


@lru_cache(maxsize=256)
def hints(kind: type) -> dict[str, Any]:
    """Return the types of a value's parts."""
    return get_type_hints(kind)


def read(kind: Any, stored: dict[str, Any], path: str = "") -> Any:
    """Return the value of `kind` that plain data says. Raises BadTerms with every fault."""
    faults: list[Fault] = []
    value = _table(kind, stored, path, faults)
    if faults:
        raise BadTerms(faults)
    return value


def _table(kind: Any, stored: Any, path: str, faults: list[Fault]) -> Any:
    if not isinstance(stored, dict):
        faults.append(Fault(path.rstrip("."), Wrong.NOT_A_TABLE, str(stored)))
        return None
    known, values = hints(kind), {}
    names = {part.name for part in fields(kind)}
    for name in stored:
        if name not in names:
            hint = ", ".join(sorted(names))
            faults.append(Fault(f"{path}{name}", Wrong.UNKNOWN_KEY, str(name), hint))
    for part in fields(kind):
        if part.name in stored:
            values[part.name] = _part(
                known[part.name], stored[part.name], f"{path}{part.name}", faults
            )
        elif part.default is MISSING and part.default_factory is MISSING:
            faults.append(Fault(f"{path}{part.name}", Wrong.MISSING))
    return None if faults else kind(**values)


def _part(kind: Any, said: Any, path: str, faults: list[Fault]) -> Any:
    if is_dataclass(kind) and kind is not Span:
        return _table(kind, said, f"{path}.", faults)
    if get_origin(kind) is dict:
        return _named(get_args(kind)[1], said, path, faults)
    if get_origin(kind) is tuple and isinstance(said, list | tuple):
        inner = get_args(kind)[0]
        return tuple(_part(inner, one, path, faults) for one in said)
    if get_origin(kind) in (Union, types.UnionType):
        return _option(get_args(kind), said, path, faults)
    try:
        return _plain(kind, said)
    except _Fault as fault:
        faults.append(Fault(path, fault.wrong, fault.said, fault.hint))
        return None


def _named(kind: Any, said: Any, path: str, faults: list[Fault]) -> Any:
    if not isinstance(said, dict):
        faults.append(Fault(path, Wrong.NOT_A_TABLE, str(said)))
        return None
    return {name: _part(kind, one, f"{path}.{name}", faults) for name, one in said.items()}


def _option(options: tuple[Any, ...], said: Any, path: str, faults: list[Fault]) -> Any:
    is_never = date in options and path not in _FIRST_DAYS and _is_last_there_is(said)
    if type(None) in options and (said is None or is_never):
        return None
    if said == UNDECIDED and Undecided in options:
        return OPEN
    kinds = [kind for kind in options if kind not in (type(None), Undecided)]
    if int in kinds and len(kinds) > 1:
        is_number = isinstance(said, int | float) and not isinstance(said, bool)
        kinds = [int] if is_number else [kind for kind in kinds if kind is not int]
    return _part(kinds[0], said, path, faults)


def _is_last_there_is(said: Any) -> bool:
    """Say whether a day is the last there is: so many programs write that there is no end."""
    return said in (date.max, date.max.isoformat())


def _plain(kind: Any, said: Any) -> Any:
    if get_origin(kind) is tuple:
        return (_plain(get_args(kind)[0], said),)
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        words = [member.value for member in kind]
        if said not in words:
            raise _Fault(Wrong.UNKNOWN_WORD, said, ", ".join(words))
        return kind(said)
    return _READERS[kind](said)


def _text(said: Any) -> str:
    if not isinstance(said, str):
        raise _Fault(Wrong.NOT_TEXT, said)
    return said


def _yes_or_no(said: Any) -> bool:
    if not isinstance(said, bool):
        raise _Fault(Wrong.NOT_YES_OR_NO, said, f"true, false, {UNDECIDED}")
    return said


def _whole(said: Any) -> int:
    if isinstance(said, bool) or not isinstance(said, int) or said < 0:
        raise _Fault(Wrong.NOT_WHOLE, said)
    return said


def _number(said: Any) -> float:
    if isinstance(said, bool) or not isinstance(said, int | float) or not 0 <= said < 1_000:
        raise _Fault(Wrong.NOT_A_NUMBER, said)
    return float(said)


def _date(said: Any) -> date:
    try:
        return said if type(said) is date else date.fromisoformat(str(said))
    except ValueError as error:
        raise _Fault(Wrong.NOT_A_DATE, said, "2026-12-31") from error


def _time(said: Any) -> time:
    try:
        found = said if isinstance(said, time) else time.fromisoformat(str(said))
    except ValueError as error:
        raise _Fault(Wrong.NOT_A_TIME, said, "10:00") from error
    if found.tzinfo or found.second or found.microsecond:
        raise _Fault(Wrong.NOT_A_TIME, said, "10:00")
    return found


def _span(said: Any) -> Span:
    try:
        return Span.parse(said)
    except (ValueError, AttributeError, TypeError) as error:
        raise _Fault(Wrong.NOT_A_SPAN, said, "8 weeks, 3 working days, 48 hours") from error


_READERS = {
    str: _text,
    bool: _yes_or_no,
    int: _whole,
    float: _number,
    date: _date,
    time: _time,
    Span: _span,
}


def plain(value: Any, *, brief: bool = False) -> Any:
    """Return a value as JSON and TOML can hold it, without what is absent.

    A brief value also leaves out what is as it always is, but never what is undecided.
    """
    if is_dataclass(value) and not isinstance(value, Span | type):
        said = {}
        for part in fields(value):
            inner = getattr(value, part.name)
            if brief and inner == part.default and inner != UNDECIDED:
                continue
            told = plain(inner, brief=brief)
            if told is not None and told != {}:
                said[part.name] = told
        return said
    if isinstance(value, dict):
        return {name: plain(inner, brief=brief) for name, inner in value.items()}
    if isinstance(value, tuple):
        return [plain(inner) for inner in value]
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, time):
        return value.strftime("%H:%M")
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Span) else value
