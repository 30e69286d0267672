"""What is done with papers by itself: letters are made, sent and filed, and lists laid ready."""

import logging
import multiprocessing
import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from datetime import date, datetime, timedelta
from time import monotonic
from typing import Any, Protocol
from uuid import UUID

from klippekort.domain.calendar import ONE_DAY, local, local_day, monday
from klippekort.domain.errors import Stale
from klippekort.domain.permissions import Actor, Role
from klippekort.municipalities.queries import list_suppliers
from klippekort.papers.forms.day_list import day_list_html
from klippekort.papers.forms.law_letter import letters_html
from klippekort.papers.forms.week_letter import pile_html
from klippekort.papers.queries import letters as letter_queries
from klippekort.papers.queries import slips as slip_queries
from klippekort.papers.queries import weeks as queries
from klippekort.papers.queries.day_lists import Cut, day_lines
from klippekort.papers.queries.rules import get_rules
from klippekort.papers.services import day_lists, filing, pauses, sending, slips, weeks
from klippekort.papers.services.letters import body_of
from klippekort.platform import clock, pdf
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.gateways import NotNow, Refused
from klippekort.platform.gateways.letter_post import Post
from klippekort.platform.ids import new_id
from klippekort.platform.jobs import Job, Outcome
from klippekort.platform.tenancy import acting_for, current_municipality

A_PART = 25
# When the machine had no memory for the last try: slower, and with far less at a time.
A_SMALL_PART = 5
_TOO_MUCH = frozenset({"MemoryError", "BrokenProcessPool"})
# So few are drawn sooner here than other processes are ready for them.
WORTH_SPREADING = 40
MADE_ON, MADE_FROM = 3, 6
"""On Thursdays from six, so that the post brings the letter before the week begins."""
LAID_FROM = 17

log = logging.getLogger(__name__)


class App(Protocol):
    """What can be entered so that a thread finds the database and the keys."""

    def app_context(self) -> AbstractContextManager[Any]:
        """Return the context of the app."""


def start_run(app: App, municipality_id: int, run_id: UUID) -> None:
    """Make week letters in a thread; the run's row tells how far it has come."""
    threading.Thread(
        target=_run, args=(app, municipality_id, run_id), name=f"weeks-{run_id}", daemon=True
    ).start()


def _run(app: App, municipality_id: int, run_id: UUID) -> None:
    with app.app_context(), acting_for(municipality_id):
        try:
            make_letters(run_id)
        except Exception:
            # Nobody waits for a thread: the log has the reason, and the worker takes it up again.
            log.exception("week letters %s", run_id)
        finally:
            db.session.remove()


def make_letters(run_id: UUID, *, longest: float | None = None) -> int:
    """Make what is left of a pile, piece by piece, and return how many letters were made.

    It may be killed anywhere: a piece is kept whole with its slips or not at all, and another
    worker goes on when the lease is over. It stops after `longest` seconds, and when another worker
    has taken the pile up.
    """
    worker, is_small = new_id(), queries.get_run(run_id).error in _TOO_MUCH
    if not execute(weeks.claim, run_id, worker, now=clock.now()):
        return 0
    code, made, begun = "", 0, monotonic()
    try:
        for part in _drawn(run_id, is_small=is_small):
            letters, drawn = part
            if execute(weeks.keep_part, run_id, worker, letters, drawn, now=clock.now()):
                return made + len(letters)
            made += len(letters)
            if longest is not None and monotonic() - begun > longest:
                break
    except Stale:
        return made
    except Exception as trouble:
        code = type(trouble).__name__
        raise
    finally:
        execute(weeks.leave, run_id, worker, code)
    return made


Part = tuple[list[tuple[UUID, weeks.Slip]], bytes]


def _drawn(run_id: UUID, *, is_small: bool) -> Iterator[Part]:
    """Yield the pieces that are left, as they are drawn: on all cores where it is worth it.

    With `is_small` the pieces are, and are drawn one after the other, in a process apart.
    """
    run = queries.get_run(run_id)
    left, week_on = queries.left_to_make(run_id, run.expected), run.week_on
    db.session.rollback()
    size = A_SMALL_PART if is_small else A_PART
    parts = [left[first : first + size] for first in range(0, len(left), size)]
    with _drawers(len(left), is_small=is_small) as draw:
        waiting: list[tuple[list[tuple[UUID, weeks.Slip]], Callable[[], bytes]]] = []
        for part in parts:
            html, told = pile_html(part, week_on, now=clock.now())
            db.session.rollback()  # nothing is held while letters are drawn
            waiting.append((told, draw(html)))
            # Two pieces a core are in the making: no more is held in memory.
            if len(waiting) > (0 if is_small else 2 * (os.cpu_count() or 1)):
                letters, ready = waiting.pop(0)
                yield letters, ready()
        for letters, ready in waiting:
            yield letters, ready()


@contextmanager
def _drawers(count: int, *, is_small: bool) -> Iterator[Callable[[str], Callable[[], bytes]]]:
    """Give a function that has a page drawn, and that returns how to wait for it."""
    if count < WORTH_SPREADING and not is_small:
        yield lambda html: lambda: pdf.render_loose(html)
        return
    # A process that is forked from one with threads may hang; a fresh one never does.
    fresh = multiprocessing.get_context("spawn")
    processes = 1 if is_small else os.cpu_count() or 1
    with ProcessPoolExecutor(processes, mp_context=fresh) as pool:

        def draw(html: str) -> Callable[[], bytes]:
            future: Future[bytes] = pool.submit(pdf.render_loose, html)
            return future.result

        try:
            yield draw
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def week_letters(day: date, now: datetime) -> Outcome:
    """Begin next week's letters on Thursdays where that is decided, and go on with what a worker
    that fell has left.

    It stops after some twenty seconds, for other jobs wait behind it.
    """
    if day < local_day(now):
        return Outcome(0, 0)
    _begin_by_itself(now)
    done, failed, error = 0, 0, None
    for run_id in queries.left_behind(now):
        try:
            done += make_letters(run_id, longest=20.0)
        except Exception as trouble:
            failed, error = failed + 1, type(trouble).__name__
    db.session.rollback()
    return Outcome(done + failed, done, failed, error)


def _begin_by_itself(now: datetime) -> None:
    here, week_on = local(now), monday(local_day(now)) + timedelta(days=7)
    is_time = here.weekday() >= MADE_ON and here.hour >= MADE_FROM
    if not is_time or not get_rules().week_letters or queries.runs_of(week_on):
        return
    try:
        execute(weeks.begin, program(), week_on, now=now)
    except weeks.NobodyReads:
        return


def program() -> Actor:
    """Return the program itself, doing what is done by itself in the municipality at hand."""
    return Actor(current_municipality(), Role.SYSTEM)


def forget_piles(day: date, now: datetime) -> Outcome:
    """Let go of piles of week letters after four weeks."""
    gone = 0
    while old := list(queries.old_parts(now - weeks.KEPT)):
        gone += execute(weeks.forget, old)
    return Outcome(gone, gone)


def call_about_slips(day: date, now: datetime) -> Outcome:
    """Have somebody call about slips that asked something and have not come back in time."""
    due = slip_queries.unanswered(now)
    for slip_id in due:
        execute(slips.call_about, slip_id, now=now)
    return Outcome(len(due), len(due))


def tell_resumed(day: date, now: datetime) -> Outcome:
    """Write that cards run again whose citizens came home as it was known ahead."""
    over = [one.id for one in pauses.over_since(day)]
    for absence_id in over:
        execute(pauses.run_again, program(), absence_id, now=now)
    return Outcome(len(over), len(over))


def send_letters(_day: date, now: datetime) -> Outcome:
    """Send the letters of the law that have rested, each in transactions of its own."""
    done, failed, error = 0, 0, None
    due = letter_queries.rested(now)
    for letter_id in due:
        try:
            _send(letter_id, now)
            done += 1
        except NotNow:
            done += 1  # the next run tries again, with the same key
        except Exception as trouble:
            failed, error = failed + 1, type(trouble).__name__
    db.session.rollback()
    return Outcome(len(due), done, failed, error)


def _send(letter_id: UUID, now: datetime) -> None:
    if not execute(sending.begin, letter_id, now=now):
        return
    row = letter_queries.get_letter(letter_id)
    reached, body = sending.reached_digitally(row), body_of(row)
    if reached is None or body is None:
        execute(sending.note_sent, letter_id, "paper", now=now)
        return
    post, number = reached
    key, made_at = f"{row.municipality_id}.{row.id}", row.due_at
    db.session.rollback()
    letter = Post(key, number, body.title, pdf.render(letters_html([body])), made_at)
    try:
        reference = post.send(letter)
    except Refused:
        execute(sending.note_refused, letter_id, now=now)
        return
    execute(sending.note_sent, letter_id, "digital_post", provider_ref=reference, now=now)


def file_letters(_day: date, now: datetime) -> Outcome:
    """Lay the letters that were sent in the filing folder; without a folder they wait."""
    base = filing.folder()
    due = letter_queries.to_file(now) if base is not None else []
    failed, error = 0, None
    for letter_id in due:
        try:
            _file(letter_id, now)
        except Exception as trouble:
            failed, error = failed + 1, type(trouble).__name__
            execute(filing.note_not_filed, letter_id, error, now=now)
    db.session.rollback()
    return Outcome(len(due), len(due) - failed, failed, error)


def _file(letter_id: UUID, now: datetime) -> None:
    row, base = letter_queries.get_letter(letter_id), filing.folder()
    body = body_of(row)
    if base is None or body is None:
        raise FileNotFoundError
    name, digest = filing.lay(row, body.title, pdf.render(letters_html([body])), base)
    execute(filing.note_filed, letter_id, name, digest, now=now)


def lay_day_lists(day: date, now: datetime) -> Outcome:
    """Lay tomorrow's lists ready from five in the afternoon, one for each supplier, where a folder
    is set; anew each hour, for much is changed in an evening. Lists of days that are over go.
    """
    base = day_lists.folder()
    if base is None or day < local_day(now):
        return Outcome(0, 0)
    day_lists.clear(base, local_day(now))
    if local(now).hour < LAID_FROM:
        return Outcome(0, 0)
    on, done = local_day(now) + ONE_DAY, 0
    for supplier in list_suppliers():
        lines = day_lines(on, Cut(supplier_id=supplier.id))
        if not lines:
            continue
        drawn = pdf.render(day_list_html(lines, on, supplier.name, now=now))
        citizens = {line.citizen.id for line in lines}
        path = day_lists.place_of(base, on, supplier.name)
        execute(day_lists.lay, program(), path, drawn, citizens)
        done += 1
    db.session.rollback()
    return Outcome(done, done)


JOBS = (
    Job("week_letters", week_letters, every=timedelta(minutes=1)),
    Job("forget_piles", forget_piles),
    Job("tell_resumed", tell_resumed),
    Job("call_about_slips", call_about_slips, every=timedelta(minutes=10)),
    Job("send_letters", send_letters, every=timedelta(minutes=1)),
    Job("file_letters", file_letters, every=timedelta(minutes=1)),
    Job("lay_day_lists", lay_day_lists, every=timedelta(hours=1)),
)
