"""The table of promises and faults names tests that are there, and every promise and fault."""

import ast
import re
from pathlib import Path

from tests.faults.mutants import MUTANTS

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "reliability.md").read_text()
NAMED = re.compile(r"`((?:tests|bench|docs)/[\w./]+)(?:::(\w+))?`")


def test_every_promise_and_every_fault_has_its_line() -> None:
    lines = re.findall(r"^\| ([GF]\d+) \|", PAGE, re.MULTILINE)
    assert lines == [*(f"G{n}" for n in range(1, 26)), *(f"F{n}" for n in range(1, 46))]


def test_every_test_that_is_named_is_there() -> None:
    missing = [(file, name) for file, name in NAMED.findall(PAGE) if not _is_there(file, name)]
    assert missing == []


def _is_there(file: str, name: str) -> bool:
    path = ROOT / file
    if not path.exists():
        return False
    if not name:
        return True
    tree = ast.parse(path.read_text())
    return any(isinstance(one, ast.FunctionDef) and one.name == name for one in tree.body)


def test_every_fault_that_is_planted_finds_its_place() -> None:
    """A fault whose place has moved is never planted, and the tests it tests are tested by none."""
    program = ROOT / "klippekort"
    lost = [one.name for one in MUTANTS if (program / one.file).read_text().count(one.text) != 1]
    assert lost == []
