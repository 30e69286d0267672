"""Running an import: in one transaction, at once or in a thread beside the pages."""

import logging
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, Protocol

from klippekort.domain.calendar import local_day
from klippekort.domain.permissions import Actor
from klippekort.imports.reading.rows import Kind, Reading
from klippekort.imports.services import importing
from klippekort.imports.services.importing import Progress
from klippekort.imports.services.masking import preview_of
from klippekort.imports.services.run import Counts, DryRun, ImportRefused
from klippekort.imports.services.uploads import Step, Upload
from klippekort.platform import clock
from klippekort.platform.execute import Busy, execute
from klippekort.platform.tenancy import acting_for
from klippekort.reports.services import cockpit

log = logging.getLogger(__name__)


class App(Protocol):
    """What can be entered so that a thread finds the database and the keys."""

    def app_context(self) -> AbstractContextManager[Any]:
        """Return the context of the app."""


def apply(
    actor: Actor,
    kind: Kind,
    reading: Reading[Any],
    *,
    now: datetime,
    progress: Progress | None = None,
    dry_run: bool = False,
) -> Counts:
    """Store what was read in one transaction, or try it and change nothing; return the counts.

    Raises ImportRefused with every fault, Forbidden, and Busy while another import runs.
    """
    try:
        counts: Counts = execute(
            importing.store, actor, kind, reading, now=now, progress=progress, dry_run=dry_run
        )
    except DryRun as trial:
        return trial.counts
    return counts


def start(app: App, actor: Actor, upload: Upload, *, dry_run: bool) -> None:
    """Read and try, or store, an upload in a thread; its file tells how far it has come."""
    thread = threading.Thread(
        target=_run, args=(app, actor, upload, dry_run), name=f"import-{upload.id}", daemon=True
    )
    thread.start()


def _run(app: App, actor: Actor, upload: Upload, dry_run: bool) -> None:
    with app.app_context(), acting_for(actor.municipality_id):
        try:
            _read_and_apply(actor, upload, dry_run)
        except Busy:
            upload.fail("busy")
        except Exception:
            # Nobody waits for a thread: the log has the reason, and the page says it went wrong.
            log.exception("import %s", upload.id)
            upload.fail("unexpected")


def _read_and_apply(actor: Actor, upload: Upload, dry_run: bool) -> None:
    kind = upload.kind
    reading = importing.prepare(kind, upload.path, _telling(upload, Step.READING))
    upload.read(reading.encoding, len(reading.rows), preview_of(kind, reading.rows))
    step = Step.CHECKING if dry_run else Step.STORING
    try:
        counts = apply(
            actor,
            kind,
            reading,
            now=clock.now(),
            progress=_telling(upload, step),
            dry_run=dry_run,
        )
    except ImportRefused as refusal:
        upload.refuse(refusal.faults)
    else:
        upload.finish(counts, dry_run=dry_run)
        if not dry_run:
            count_what_came()


def count_what_came() -> None:
    """Count for the cockpit what made a municipality large, so that nobody waits for a night."""
    now = clock.now()
    counted = cockpit.read_first(local_day(now))
    if counted is not None:
        execute(cockpit.keep_counted, counted, local_day(now), now=now)


def _telling(upload: Upload, step: Step) -> Callable[[int], None]:
    return lambda done: upload.tell(step, done)
