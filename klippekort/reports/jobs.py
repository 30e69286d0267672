"""What is worked out beside the pages: trials of rules, yearly reports, and the cockpit at night.

In a trial a thread reads the history a batch at a time and hands it to as many processes as there
are cores; they know nothing but the rules, so they need no database and hold up no page.
"""

import gc
import logging
import multiprocessing
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol
from uuid import UUID

from klippekort.domain.calendar import local_day
from klippekort.domain.errors import NotFound
from klippekort.domain.lab.standing import StandingWishes, total_with_wishes
from klippekort.domain.lab.town import Days, History, TownResult, added, side_by_side
from klippekort.domain.schemes import SchemeFile, load
from klippekort.platform import clock, pdf
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.i18n import force_locale
from klippekort.platform.jobs import Job, Outcome
from klippekort.platform.languages import LOCALES
from klippekort.platform.tenancy import acting_for
from klippekort.reports.forms.yearly import workbook
from klippekort.reports.queries import history, trials
from klippekort.reports.queries import yearly as reports
from klippekort.reports.services import cockpit, yearly
from klippekort.reports.services import trials as services
from klippekort.reports.services.yearly import Content

A_BATCH = 50
# So few are done sooner here than other processes are ready for them.
WORTH_SPREADING = 200
# A replay makes many small values and few rings: looking for rings less often saves a twelfth.
COLLECT_EVERY = 50_000

log = logging.getLogger(__name__)
Parts = list[list[TownResult]]
Tell = Callable[[int], None]
Paper = Callable[[Content, date], str]


@dataclass(frozen=True)
class Question:
    """What is asked of every batch: the scheme tried, then today's if any, on which days, and
    whether the first is tried once more with standing wishes.
    """

    schemes: tuple[SchemeFile, ...]
    days: Days
    wishes: StandingWishes | None

    def answer(self, batch: Sequence[History]) -> list[TownResult]:
        """Return what came of a batch: really, under each scheme, and with standing wishes."""
        sides = side_by_side(batch, self.schemes, self.days)
        if self.wishes is not None:
            sides.append(total_with_wishes(batch, self.schemes[0], self.wishes, self.days))
        return sides


class App(Protocol):
    """What can be entered so that a thread finds the database and the keys."""

    def app_context(self) -> AbstractContextManager[Any]:
        """Return the context of the app."""


def start(app: App, municipality_id: int, trial_id: UUID) -> None:
    """Carry out a trial in a thread; its row tells how far it has come."""
    name = f"trial-{trial_id}"
    threading.Thread(
        target=_run, args=(app, municipality_id, trial_id), name=name, daemon=True
    ).start()


def _run(app: App, municipality_id: int, trial_id: UUID) -> None:
    with app.app_context(), acting_for(municipality_id):
        try:
            if execute(services.claim_trial, trial_id, now=clock.now()):
                carry_out(trial_id)
        except NotFound:
            log.info("trial %s was taken away before it was done", trial_id)
        except Exception:
            # Nobody waits for a thread: the log has the reason, and the page says it went wrong.
            log.exception("trial %s", trial_id)
            execute(services.fail_trial, trial_id, now=clock.now())
        finally:
            db.session.remove()


def carry_out(trial_id: UUID) -> None:
    """Replay everybody's history as a trial asks, and keep what came of it. Raises NotFound."""
    trial = trials.get_trial(trial_id)
    setting, days = trial.setting, Days(trial.from_on, trial.until_on)
    schemes = tuple(load(text) for text in (trial.toml, trial.today_toml) if text)
    question = Question(schemes, days, services.wishes_of(trial))
    people = history.holders(setting)
    batches = _batches(setting, people, days)

    def tell(done: int) -> None:
        execute(services.note_progress, trial_id, min(done, len(people)), now=clock.now())

    replayed = _here if len(people) < WORTH_SPREADING else _spread
    parts = replayed(batches, question, tell)
    count = 1 + len(schemes) + (question.wishes is not None)
    sides = [added([part[n] for part in parts], days) for n in range(count)]
    execute(services.finish_trial, trial_id, sides, now=clock.now())


def _batches(setting: str, people: Sequence[UUID], days: Days) -> Iterator[list[History]]:
    for first in range(0, len(people), A_BATCH):
        batch = history.histories(setting, people[first : first + A_BATCH], days)
        db.session.rollback()  # nothing is held while others compute
        yield batch


def _here(batches: Iterator[list[History]], question: Question, tell: Tell) -> Parts:
    parts = []
    for batch in batches:
        parts.append(question.answer(batch))
        tell(len(parts) * A_BATCH)
    return parts


def _spread(batches: Iterator[list[History]], question: Question, tell: Tell) -> Parts:
    """Replay on all cores; only a few batches are in memory at once."""
    cores = os.cpu_count() or 1
    parts: Parts = []
    waiting: set[Future[list[TownResult]]] = set()

    def take(until: int) -> None:
        nonlocal waiting
        while len(waiting) > until:
            ready, waiting = wait(waiting, return_when=FIRST_COMPLETED)
            parts.extend(future.result() for future in ready)
            tell(len(parts) * A_BATCH)

    # A process that is forked from one with threads may hang; a fresh one never does.
    fresh = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(
        cores, mp_context=fresh, initializer=gc.set_threshold, initargs=(COLLECT_EVERY,)
    ) as pool:
        try:
            for batch in batches:
                take(2 * cores)
                waiting.add(pool.submit(question.answer, batch))
            take(0)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return parts


def start_report(app: App, municipality_id: int, report_id: UUID, paper: Paper) -> None:
    """Make a yearly report in a thread; its row tells how far it has come."""
    name = f"report-{report_id}"
    threading.Thread(
        target=_report, args=(app, municipality_id, report_id, paper), name=name, daemon=True
    ).start()


def _report(app: App, municipality_id: int, report_id: UUID, paper: Paper) -> None:
    with app.app_context(), acting_for(municipality_id):
        try:
            if execute(yearly.claim_report, report_id, now=clock.now()):
                make_report(report_id, paper)
        except Exception:
            # Nobody waits for a thread: the log has the reason, and the page says it went wrong.
            log.exception("yearly report %s", report_id)
            execute(yearly.fail_report, report_id, now=clock.now())
        finally:
            db.session.remove()


def make_report(report_id: UUID, paper: Paper) -> None:
    """Count a year, set it as a workbook and on paper, and keep it; `paper` returns the HTML.

    Raises NotFound.
    """
    row = reports.get_report(report_id)
    year, language, made_on = row.year, row.language, local_day(row.started_at)
    execute(yearly.note_step, report_id, 1, now=clock.now())
    told = yearly.work_out(year, now=clock.now())
    db.session.rollback()  # the reading is over
    execute(yearly.note_step, report_id, 2, now=clock.now())
    content = yearly.content_of(told)
    sheets = write(content, made_on, language)
    execute(yearly.note_step, report_id, 3, now=clock.now())
    drawn = draw(content, made_on, language, paper)
    execute(yearly.finish_report, report_id, told, sheets, drawn, now=clock.now())


def draw(content: Content, made_on: date, language: str, paper: Paper) -> bytes | None:
    """Return a report as a PDF in a language, or None where this machine cannot draw one."""
    with force_locale(LOCALES[language]):
        html = paper(content, made_on)
    db.session.rollback()  # nothing is held while letters are drawn
    try:
        return pdf.render(html)
    except pdf.PdfUnavailable:
        return None


def write(content: Content, made_on: date, language: str) -> bytes:
    """Return a report as a workbook in a language."""
    with force_locale(LOCALES[language]):
        return workbook(content, made_on)


def count_months(day: date, now: datetime) -> Outcome:
    """Count the months of the cockpit anew, so that late news tells; only today's run does."""
    if day < local_day(now):
        return Outcome(0, 0)
    counted = cockpit.read_months(day)
    done = execute(cockpit.keep_counted, counted, day, now=now)
    return Outcome(done, done)


JOBS = (Job("count_months", count_months),)
