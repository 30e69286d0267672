"""How often a page for all may be asked: counted for every process, and through a restart."""

from datetime import timedelta

from flask import Flask
from sqlalchemy import func, select

from klippekort.platform.db import db
from klippekort.platform.pace import Pace, PaceCount
from tests.builders import MONDAY

SOON = MONDAY.replace(second=0) + timedelta(seconds=59)


def _process(page: str = "check") -> Pace:
    """Return what counts in a process that has just begun."""
    return Pace(page, most=2, all_most=3)


def test_processes_count_together(app: Flask) -> None:
    assert [_process().lets("here", SOON) for _turn in range(3)] == [True, True, False]


def test_places_pages_and_minutes_are_counted_each_by_itself(app: Flask) -> None:
    for _turn in range(2):
        assert _process().lets("here", SOON)
    assert _process().lets("there", SOON)
    assert _process("other").lets("here", SOON)
    assert _process().lets("here", SOON + timedelta(seconds=1))


def test_all_together_have_a_limit_too(app: Flask) -> None:
    asked = [_process().lets(f"place {number}", SOON) for number in range(4)]
    assert asked == [True, True, True, False]


def test_nobody_is_remembered_for_long(app: Flask) -> None:
    _process().lets("here", SOON)
    _process().lets("there", SOON + timedelta(minutes=3))
    kept = select(func.count()).select_from(PaceCount).where(PaceCount.place == "here")
    assert db.session.scalars(kept).one() == 0
