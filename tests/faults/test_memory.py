"""F43: no memory left while piles of letters are drawn."""

import os
import resource
import signal
from uuid import UUID

import pytest
from flask import Flask

from klippekort.papers import jobs
from klippekort.papers.queries import weeks as queries
from klippekort.papers.services import weeks
from klippekort.platform import clock, pdf
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.job_runner import run_slot
from klippekort.platform.jobs import Job, Outcome
from klippekort.platform.tenancy import acting_for
from tests.cast import HOME, Cast, make_citizen
from tests.papers_site import reads_on_paper, week_after

pytestmark = pytest.mark.timeout(300)

NOW = clock.now()
READERS = 7
TOO_LITTLE = 16 * 1024 * 1024
_render = pdf.render_loose


def without_memory(html: str) -> bytes:
    """Draw, in a process that may have no more memory than it has already, and a little."""
    _render("<p>What it needs to know is read.</p>")
    with open("/proc/self/statm") as told:
        pages = int(told.read().split()[0])
    most = pages * resource.getpagesize() + TOO_LITTLE
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    return _render(html + "<p>x</p>" * 200_000)


def shot_by_the_kernel(html: str) -> bytes:
    """Be the process that the kernel chooses when there is no memory left."""
    os.kill(os.getpid(), signal.SIGKILL)
    return html.encode()


@pytest.fixture
def pile(committed_app: Flask, committed_cast: Cast, monkeypatch: pytest.MonkeyPatch) -> UUID:
    """A pile of letters that is drawn in processes apart, two at a time."""
    cast = committed_cast
    monkeypatch.setattr(jobs, "WORTH_SPREADING", 1)
    monkeypatch.setattr(jobs, "A_SMALL_PART", 2)

    def reader(number: int) -> UUID:
        return make_citizen(f"Læser {number}", "Lund", supplier=cast.supplier, district=cast.north)

    for number in range(READERS):
        with acting_for(HOME):
            citizen_id: UUID = execute(reader, number)
        reads_on_paper(cast.karen, citizen_id, NOW)
    with acting_for(HOME):
        run = UUID(execute(weeks.begin, cast.karen, week_after(NOW), now=NOW))
    db.session.rollback()
    return run


def _other(day: object, now: object) -> Outcome:
    return Outcome(1, 1)


@pytest.mark.parametrize("drawn", [without_memory, shot_by_the_kernel])
def test_a_pile_without_memory_fails_alone_and_is_drawn_in_smaller_pieces(
    pile: UUID, monkeypatch: pytest.MonkeyPatch, drawn: object
) -> None:
    """F43: the process that draws dies; the worker, its other jobs and the pile do not."""
    letters, other = Job("week_letters", jobs.week_letters), Job("other", _other)
    today = clock.today()
    with monkeypatch.context() as patch:
        patch.setattr(pdf, "render_loose", drawn)
        failed = run_slot(letters, HOME, today, NOW, "a worker")
    assert (failed.outcome.failed, failed.finished) == (1, False)
    assert failed.outcome.last_error in ("MemoryError", "BrokenProcessPool")
    assert run_slot(other, HOME, today, NOW, "a worker").finished
    with acting_for(HOME):
        assert queries.get_run(pile).error == failed.outcome.last_error
        db.session.rollback()
    again = run_slot(letters, HOME, today, NOW, "a worker")
    assert (again.outcome.done, again.outcome.failed) == (READERS, 0)
    with acting_for(HOME):
        assert queries.get_run(pile).state == "done"
        assert len(queries.parts_of(pile)) == (READERS + 1) // 2
        assert len(set(queries.citizens_of(pile))) == READERS
        db.session.rollback()
