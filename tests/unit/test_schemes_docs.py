"""The page on schemes tells every key and every word, and its examples can be loaded."""

import re
import tomllib
import types
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Union, get_args, get_origin

import pytest

from klippekort.domain.presets import PRESETS
from klippekort.domain.schemes import ABSENCES, CAUSES, SchemeFile, Span, Terms, Unit, load
from klippekort.domain.schemes.codec import hints
from klippekort.domain.schemes.files import terms_from

PAGE = (Path(__file__).parents[2] / "docs" / "schemes.md").read_text(encoding="utf-8")
CODE = set(re.findall(r"`([^`\n]+)`", PAGE))
EXAMPLES = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)

SENTENCES = re.findall(r"^\| (\".+?) \| (`.+`) \|$", PAGE, re.MULTILINE)

# Tables that are alike are told once, under one name.
_ALIKE = (
    [(f"pauses.{kind}.", "pauses.<kind>.") for kind in (*ABSENCES, "any", "scheme")]
    + [(f"cancelling.{cause}.", "cancelling.<cause>.") for cause in CAUSES]
    + [(f"money.{who}.", "money.<who>.") for who in ("citizen", "helper")]
    + [("settings.<name>", "settings.<setting>"), ("hours.windows.<name>.", "hours.")]
    + [("needs_for.<name>", "needs_for.<kind>"), ("conditional.<name>", "conditional.<kind>")]
)


def _told_as(key: str) -> str:
    for one, all_of in _ALIKE:
        key = key.replace(one, all_of)
    return key


def _options(kind: Any) -> tuple[Any, ...]:
    return get_args(kind) if get_origin(kind) in (Union, types.UnionType) else (kind,)


def _keys(kind: Any, path: str = "") -> Iterator[str]:
    for name, inner in hints(kind).items():
        yield from _under(inner, f"{path}{name}")


def _under(kind: Any, path: str) -> Iterator[str]:
    for option in _options(kind):
        if get_origin(option) is dict:
            yield from _under(get_args(option)[1], f"{path}.<name>")
            return
        if is_dataclass(option) and option is not Span:
            yield from _keys(option, f"{path}.")
            return
    yield path


def _words(kind: Any) -> Iterator[StrEnum]:
    for option in _options(kind):
        if get_origin(option) in (dict, tuple):
            yield from _words(get_args(option)[-1 if get_origin(option) is dict else 0])
        elif not isinstance(option, type):
            continue
        elif issubclass(option, StrEnum):
            yield from option
        elif is_dataclass(option) and option is not Span:
            for inner in hints(option).values():
                yield from _words(inner)


def _with_allowance(example: str) -> dict[str, Any]:
    said = {name: part for name, part in tomllib.loads(example).items() if name not in HEAD}
    if said.get("measured_in") != "course":
        said.setdefault("allowance", {}).setdefault("minutes", 30)
    return said


KEYS = sorted({_told_as(key) for key in _keys(Terms)})
HEAD = sorted(part.name for part in fields(SchemeFile) if part.name != "terms")
WORDS = sorted({word.value for word in _words(Terms) if word.value != "undecided"} | set(Unit))


@pytest.mark.parametrize("key", [*KEYS, *HEAD])
def test_every_key_is_told(key: str):
    assert key in CODE


@pytest.mark.parametrize("word", WORDS)
def test_every_word_a_rule_allows_is_told(word: str):
    assert word in CODE


@pytest.mark.parametrize("name", [*ABSENCES, "any", "scheme"])
def test_every_kind_of_absence_is_told(name: str):
    assert f"pauses.{name}" in CODE


@pytest.mark.parametrize("name", CAUSES)
def test_every_cause_of_cancelling_is_told(name: str):
    assert f"cancelling.{name}" in CODE


def test_the_first_example_is_a_whole_scheme():
    assert load(EXAMPLES[0]).municipality == "Eksempelby"


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda text: text.split("\n")[0])
def test_every_example_can_be_loaded(example: str):
    assert terms_from(_with_allowance(example))


@pytest.mark.parametrize(("sentence", "written"), SENTENCES)
def test_what_a_sentence_becomes_can_be_loaded(sentence: str, written: str):
    assert terms_from(_with_allowance("\n".join(re.findall(r"`([^`]+)`", written))))


def test_many_sentences_are_told():
    assert len(SENTENCES) > 60


@pytest.mark.parametrize("preset", PRESETS)
def test_every_published_scheme_is_in_the_table(preset: str):
    assert f"| `{preset}` |" in PAGE


def test_a_key_told_that_no_longer_is_one_is_found():
    tables = {key.split(".")[0] for key in KEYS}
    first_cells = re.findall(r"^\| `([^`]+)` \|", PAGE, re.MULTILINE)
    told = {cell for cell in first_cells if cell.split(".")[0] in tables and "=" not in cell}
    assert told - {*KEYS, "hours.windows.<name>", "allowance"} == set()
