"""Reading an instrument from a TOML text: what is wrong is told with the key it stands at."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from itertools import pairwise
from typing import Any, TypeVar

from klippekort.domain.errors import DomainError
from klippekort.domain.instruments.definition import (
    ID,
    Better,
    CutOff,
    Duty,
    Instrument,
    Rule,
    Subscale,
)

_VERSION = 12
_WORDS = 400
_MOST_ITEMS = 60
_Choice = TypeVar("_Choice", bound=StrEnum)
_Kept = TypeVar("_Kept")
_KNOWN = frozenset(field.name for field in fields(Instrument))


@dataclass
class InstrumentFault(DomainError):
    """The text is no instrument: `key` says where, `code` what is wrong there.

    Codes: toml, missing, unknown, type, range, choice, overlap.
    """

    key: str
    code: str
    detail: str = ""


def read(text: str) -> Instrument:
    """Return the instrument that a TOML text describes. Raises InstrumentFault."""
    try:
        said = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InstrumentFault("", "toml", str(error)) from error
    table = _Table(said)
    table.nothing_but(_KNOWN)
    items = table.number("items", 1, _MOST_ITEMS)
    least = table.number("least", -10, 100)
    most = table.number("most", least + 1, least + 100)
    rule = table.choice("rule", Rule)
    found = Instrument(
        id=_identity(table, "id"),
        version=table.text("version", _VERSION),
        name=table.text("name", 80),
        items=items,
        least=least,
        most=most,
        rule=rule,
        rule_version=table.number("rule_version", 1, 999),
        better=table.choice("better", Better),
        source=table.text("source", _WORDS),
        licence=table.text("licence", _WORDS),
        times=table.number("times", 1, 100, or_else=1),
        missing=table.number("missing", 0, items - 1, or_else=0),
        is_wellbeing=table.truth("is_wellbeing", or_else=True),
        takes_proxy=table.truth("takes_proxy", or_else=False),
        is_reversed=table.numbers("is_reversed", 1, items),
        counts=_counts(table, rule, items, least, most),
        duties=tuple(_duty(one) for one in table.tables("duties")),
        subscales=tuple(_subscale(one, items) for one in table.tables("subscales")),
        cut_offs=_cut_offs(table),
    )
    if not all(mark.isalnum() or mark in "-_" for mark in found.version):
        raise InstrumentFault("version", "choice", found.version)
    return found


class _Table:
    """One table of the text; `at` is where it stands, for telling what is wrong."""

    def __init__(self, said: Mapping[str, Any], at: str = "") -> None:
        self.said, self.at = said, at

    def where(self, key: str) -> str:
        return f"{self.at}{key}"

    def nothing_but(self, known: frozenset[str]) -> None:
        for key in self.said:
            if key not in known:
                raise InstrumentFault(self.where(key), "unknown")

    def one(self, key: str, kind: type[_Kept]) -> _Kept:
        if key not in self.said:
            raise InstrumentFault(self.where(key), "missing")
        value = self.said[key]
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise InstrumentFault(self.where(key), "type", kind.__name__)
        return value

    def text(self, key: str, longest: int) -> str:
        value = self.one(key, str).strip()
        if not 1 <= len(value) <= longest:
            raise InstrumentFault(self.where(key), "range", f"1–{longest}")
        return value

    def number(self, key: str, least: int, most: int, or_else: int | None = None) -> int:
        if or_else is not None and key not in self.said:
            return or_else
        value = self.one(key, int)
        if not least <= value <= most:
            raise InstrumentFault(self.where(key), "range", f"{least}–{most}")
        return value

    def truth(self, key: str, *, or_else: bool) -> bool:
        return self.one(key, bool) if key in self.said else or_else

    def choice(self, key: str, kind: type[_Choice]) -> _Choice:
        value = self.one(key, str)
        try:
            return kind(value)
        except ValueError:
            raise InstrumentFault(self.where(key), "choice", ", ".join(kind)) from None

    def numbers(self, key: str, least: int, most: int) -> tuple[int, ...]:
        return _numbers(
            self.one(key, list) if key in self.said else [], self.where(key), least, most
        )

    def tables(self, key: str) -> list["_Table"]:
        found: list[Any] = self.one(key, list) if key in self.said else []
        for number, one in enumerate(found, 1):
            if not isinstance(one, dict):
                raise InstrumentFault(f"{self.where(key)}[{number}]", "type", "table")
        return [_Table(one, f"{self.where(key)}[{number}].") for number, one in enumerate(found, 1)]


def _numbers(said: list[Any], where: str, least: int, most: int) -> tuple[int, ...]:
    for one in said:
        if not isinstance(one, int) or isinstance(one, bool):
            raise InstrumentFault(where, "type", "int")
        if not least <= one <= most:
            raise InstrumentFault(where, "range", f"{least}–{most}")
    return tuple(said)


def _identity(table: _Table, key: str) -> str:
    value = table.text(key, 30)
    if not ID.fullmatch(value):
        raise InstrumentFault(table.where(key), "choice", "a–z, 0–9, _")
    return value


def _counts(
    table: _Table, rule: Rule, items: int, least: int, most: int
) -> tuple[frozenset[int], ...]:
    if rule is Rule.SUM:
        if "counts" in table.said:
            raise InstrumentFault("counts", "unknown")
        return ()
    found = table.one("counts", list)
    if len(found) != items:
        raise InstrumentFault("counts", "range", str(items))
    sets: list[frozenset[int]] = []
    for number, one in enumerate(found, 1):
        if not isinstance(one, list):
            raise InstrumentFault(f"counts[{number}]", "type", "list")
        sets.append(frozenset(_numbers(one, f"counts[{number}]", least, most)))
    return tuple(sets)


def _cut_offs(table: _Table) -> tuple[CutOff, ...]:
    found = [_cut_off(one) for one in table.tables("cut_offs")]
    for number, (one, after) in enumerate(pairwise(found), 2):
        if after.least <= one.most:
            raise InstrumentFault(f"{table.where('cut_offs')}[{number}].least", "overlap")
    return tuple(found)


def _cut_off(table: _Table) -> CutOff:
    table.nothing_but(frozenset({"code", "least", "most"}))
    least = table.number("least", -10_000, 10_000)
    return CutOff(_identity(table, "code"), least, table.number("most", least, 10_000))


def _subscale(table: _Table, items: int) -> Subscale:
    table.nothing_but(frozenset({"code", "items", "missing", "cut_offs"}))
    own = table.numbers("items", 1, items)
    if not own:
        raise InstrumentFault(table.where("items"), "missing")
    missing = table.number("missing", 0, len(own) - 1, or_else=0)
    return Subscale(_identity(table, "code"), own, missing, _cut_offs(table))


def _duty(table: _Table) -> Duty:
    table.nothing_but(frozenset({"at_most", "days"}))
    return Duty(table.number("at_most", -10_000, 10_000), table.number("days", 0, 90))
