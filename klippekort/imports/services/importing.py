"""The way in: read a file, and store what was read, all or nothing."""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from klippekort.domain.permissions import Action, Actor, authorise
from klippekort.imports.reading import rows as reading_rows
from klippekort.imports.reading.rows import LAYOUTS, Kind, Numbered, Reading
from klippekort.imports.services import (
    activities,
    cards,
    citizens,
    shifts,
    staff,
    trips,
    volunteers,
)
from klippekort.imports.services.run import Counts, DryRun, ImportRefused, Run
from klippekort.municipalities.models import Municipality
from klippekort.platform import audit
from klippekort.platform.db import db

Progress = Callable[[int], None]
_STORES: dict[Kind, Callable[[Run, Sequence[Numbered[Any]]], None]] = {
    Kind.CITIZENS: citizens.store,
    Kind.STAFF: staff.store,
    Kind.SHIFTS: shifts.store,
    Kind.CARDS: cards.store,
    Kind.ACTIVITIES: activities.store,
    Kind.VOLUNTEERS: volunteers.store,
    Kind.TRIPS: trips.store,
}


def prepare(kind: Kind, source: bytes | Path, progress: Progress | None = None) -> Reading[Any]:
    """Return a file's rows and faults; it needs no database. Raises OSError for a bad path."""
    return reading_rows.read(kind, source, progress=progress)


def store(
    actor: Actor,
    kind: Kind,
    reading: Reading[Any],
    *,
    now: datetime,
    progress: Progress | None = None,
    dry_run: bool = False,
) -> Counts:
    """Store all rows in the transaction at hand and return the counts.

    A dry run does all the same and then raises DryRun with the counts, so that the transaction is
    thrown away and the trial can't differ from the deed. Raises Forbidden, and ImportRefused with
    every fault there is.
    """
    authorise(actor, Action.IMPORT_DATA)
    if reading.faults:
        raise ImportRefused(list(reading.faults))
    _take_turns(actor)
    run = Run(actor, now, LAYOUTS[kind].headers, progress)
    _STORES[kind](run, reading.rows)
    if run.faults:
        raise ImportRefused(run.faults)
    _record(run, kind, reading)
    if dry_run:
        raise DryRun(run.counts)
    return run.counts


def _take_turns(actor: Actor) -> None:
    """Let one import at a time into a municipality: two of one file would add everybody twice.

    The weaker lock leaves alone those who only refer to the municipality, which is everybody.
    """
    here = select(Municipality.id).filter_by(id=actor.municipality_id)
    db.session.execute(here.with_for_update(key_share=True))


def _record(run: Run, kind: Kind, reading: Reading[Any]) -> None:
    audit.record(
        run.actor,
        Action.IMPORT_DATA,
        "import",
        citizens=run.citizens,
        purpose="import",
        kind=kind.value,
        rows=len(reading.rows),
        new=run.counts.new,
        changed=run.counts.changed,
    )
