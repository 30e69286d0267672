"""Every package the program runs on has its line, and what is old has a reason and a plan."""

import re
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "dependencies.md").read_text()
MONTHS = 24


def _rows() -> list[list[str]]:
    """Return the cells of each line: name, version, month, who wants it, reason and plan."""
    lines = [line for line in PAGE.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def _looked_at() -> date:
    found = re.search(r"^Looked at on (\d{4}-\d\d-\d\d)\.", PAGE, re.MULTILINE)
    assert found
    return date.fromisoformat(found.group(1))


def _months(day: date) -> int:
    return day.year * 12 + day.month


def test_every_locked_package_has_its_line() -> None:
    lock = (ROOT / "requirements.txt").read_text()
    locked = re.findall(r"^([\w.-]+)==(\S+)", lock, re.MULTILINE)
    assert [(row[0], row[1]) for row in _rows()] == sorted(locked)


def test_what_is_old_has_a_reason_and_a_plan() -> None:
    """G25: released within 24 months of the day it was looked at, or somebody has thought of it."""
    oldest = _months(_looked_at()) - MONTHS
    old = [row for row in _rows() if _months(date.fromisoformat(f"{row[2]}-01")) <= oldest]
    assert [row[0] for row in old if not (row[4] and row[5])] == []


def test_nothing_is_said_to_be_younger_than_the_day_it_was_looked_at() -> None:
    now = _months(_looked_at())
    late = [row[0] for row in _rows() if _months(date.fromisoformat(f"{row[2]}-01")) > now]
    assert late == []
