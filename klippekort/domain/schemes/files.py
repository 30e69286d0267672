"""A scheme as a file people can read, keep and send: TOML."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from typing import Any

import tomli_w

from klippekort.domain.schemes.checks import contradictions
from klippekort.domain.schemes.codec import BadTerms, Fault, Wrong, plain, read
from klippekort.domain.schemes.syntax import syntax_fault
from klippekort.domain.schemes.terms import Terms
from klippekort.domain.schemes.values import Day, Setting


@dataclass(frozen=True)
class SchemeFile:
    """A scheme with what names it: whose it is, where it was read, and for whom it is."""

    terms: Terms
    name: str = ""
    municipality: str = ""
    setting: Setting = Setting.OWN_HOME
    source: str = ""


_OVER_FACTS = re.compile(
    r"grants\.eligibility|activities\.(needs|needs_for\..*)|target_groups\..*\.eligibility"
)
_ENDLESS = re.compile(r"\d{1000}")
_HEAD = tuple(part.name for part in fields(SchemeFile) if part.name != "terms")


@dataclass(frozen=True)
class _Head:
    name: str = ""
    municipality: str = ""
    setting: Setting = Setting.OWN_HOME
    source: str = ""


def load(text: str) -> SchemeFile:
    """Return the scheme a TOML text says.

    Raises BadTerms with each key and reason; a text that is no TOML is one fault at key "", with
    its line.
    """
    text = with_line_feeds(text)
    try:
        said = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadTerms([syntax_fault(text, error)]) from error
    except (ValueError, RecursionError) as error:
        raise BadTerms([_endless(text)]) from error
    head: _Head = read(_Head, {name: said.pop(name) for name in _HEAD if name in said})
    if empty := list(_written_empty(said)):
        raise BadTerms(empty)
    try:
        terms = terms_from(said)
    except BadTerms as bad:
        raise BadTerms([_as_written(_with_head(fault), said) for fault in bad.faults]) from bad
    return SchemeFile(terms, head.name, head.municipality, head.setting, head.source)


def _written_empty(said: dict[str, Any], path: str = "") -> Iterator[Fault]:
    """Yield rules that are written out and say nothing: in terms no days are every day, and a rule
    that is empty is met by all; whoever writes one down means another thing.
    """
    for name, inner in said.items():
        key = f"{path}{name}"
        if isinstance(inner, dict):
            yield from _written_empty(inner, f"{key}.")
        elif key == "hours.days" and inner == []:
            yield Fault(key, Wrong.MISSING, "", ", ".join(Day))
        elif _OVER_FACTS.fullmatch(key) and isinstance(inner, str) and not inner.strip():
            yield Fault(key, Wrong.MISSING, "", "hours_per_week >= 8 and lives_alone")


def _endless(text: str) -> Fault:
    """Return the fault of a text with a number, or brackets in brackets, that go on and on."""
    found = _ENDLESS.search(text)
    wrong = Wrong.NO_BRACKET if found is None else Wrong.TOO_LARGE
    line = text.count("\n", 0, found.start()) + 1 if found else 1
    return Fault("", wrong, line=line)


def _with_head(fault: Fault) -> Fault:
    """Let what names a scheme stand among the keys that may stand first in a file."""
    if fault.wrong is not Wrong.UNKNOWN_KEY or "." in fault.key:
        return fault
    return replace(fault, hint=", ".join(sorted([*_HEAD, *fault.hint.split(", ")])))


def _as_written(fault: Fault, said: dict[str, Any]) -> Fault:
    """Let an allowance nobody wrote be missing: nobody sees a 0 to contradict."""
    allowance = said.get("allowance", {})
    is_written = isinstance(allowance, dict) and "minutes" in allowance
    if fault.wrong is Wrong.CONTRADICTION and fault.key == "allowance.minutes" and not is_written:
        return Fault(fault.key, Wrong.MISSING)
    return fault


def terms_from(said: dict[str, Any]) -> Terms:
    """Return the terms plain data says. Raises BadTerms for unknown, wrong and contradicting."""
    terms: Terms = read(Terms, said)
    if faults := contradictions(terms):
        raise BadTerms(faults)
    return terms


def dump(scheme: SchemeFile) -> str:
    """Return a scheme as TOML; `load` reads the same scheme back."""
    head = {name: plain(getattr(scheme, name)) for name in _HEAD if getattr(scheme, name)}
    return tomli_w.dumps(head | plain(scheme.terms, brief=True))


def with_line_feeds(text: str) -> str:
    """Return a text without the mark some programs begin a file with, its lines ended alike."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


_KEY = r"""(?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*"""
_TABLE, _RULE = re.compile(rf"\s*\[+\s*({_KEY})\s*\]+\s*(?:#|$)"), re.compile(rf"\s*({_KEY})\s*=")


def fault_line(text: str, fault: Fault) -> int:
    """Return the line of a TOML text that a fault is on: its own, or that of its key."""
    return fault.line or line_of(text, fault.key)


def line_of(text: str, key: str) -> int:
    """Return the line of a TOML text that a dotted key stands on, or its table's, or 1."""
    table: list[str] = []
    best, depth = 1, 0
    wanted = key.split(".")
    for number, line in enumerate(with_line_feeds(text).split("\n"), start=1):
        if found := _TABLE.match(line):
            here = table = _names(found[1])
        elif found := _RULE.match(line):
            here = table + _names(found[1])
        else:
            continue
        if len(here) > depth and wanted[: len(here)] == here:
            best, depth = number, len(here)
    return best


def _names(key: str) -> list[str]:
    """Return the names of a key, those with a dot inside quotation marks parted as in a fault's."""
    bare = re.findall(r"""[\w-]+|"[^"]*"|'[^']*'""", key)
    return ".".join(name.strip("\"'") for name in bare).split(".")
