"""`klippekort import`: the file of another system, tried or stored."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from klippekort.cli.choosing import municipality_number
from klippekort.cli.commands import Refusal, clearly, opened_there
from klippekort.domain.permissions import Actor, Role
from klippekort.imports import jobs
from klippekort.imports.reading.faults import Fault
from klippekort.imports.reading.rows import Kind
from klippekort.imports.reading.words import reason
from klippekort.imports.services.importing import prepare
from klippekort.imports.services.masking import masked_fault
from klippekort.imports.services.run import Counts, ImportRefused
from klippekort.platform import clock
from klippekort.platform.db import db
from klippekort.platform.execute import Busy
from klippekort.platform.i18n import _
from klippekort.platform.tenancy import acting_for


@click.command("import")
@click.argument("kind", type=click.Choice([kind.value for kind in Kind]))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Show what would change, and change nothing.")
@click.option(
    "--format", "shape", type=click.Choice(["text", "json"]), default="text", show_default=True
)
@click.option("--municipality", "slug", help="Whose rows they are, where there is more than one.")
@clearly
def import_(kind: str, file: Path, dry_run: bool, shape: str, slug: str | None) -> None:
    """Take in FILE, which holds KIND: all of it, or nothing.

    Exits 0 when it is stored, and 1 with every fault when it must be mended first.
    """
    app, _settings = opened_there()
    with app.app_context(), _leaving_nothing_open():
        actor = Actor(municipality_number(slug), Role.SYSTEM, display_name="klippekort import")
        db.session.rollback()  # what follows is read as the municipality's, not as nobody's
        with acting_for(actor.municipality_id):
            outcome = _import(actor, Kind(kind), file, dry_run=dry_run)
        _tell(Kind(kind), file, outcome, shape, dry_run=dry_run)
    if outcome.faults:
        sys.exit(1)


@contextmanager
def _leaving_nothing_open() -> Iterator[None]:
    try:
        yield
    finally:
        db.session.remove()
        db.engine.dispose()


class _Outcome:
    """What an import came to."""

    def __init__(self, encoding: str, rows: int, counts: Counts, faults: list[Fault]) -> None:
        self.encoding, self.rows = encoding, rows
        self.counts, self.faults = counts, faults


def _import(actor: Actor, kind: Kind, file: Path, *, dry_run: bool) -> _Outcome:
    try:
        reading = prepare(kind, file)
    except OSError as error:
        raise Refusal(f"{file} cannot be read: {error.strerror}.") from error
    faults: list[Fault] = []
    counts = Counts()
    try:
        with _bar(len(reading.rows)) as progress:
            counts = jobs.apply(
                actor, kind, reading, now=clock.now(), progress=progress, dry_run=dry_run
            )
        if not dry_run:
            jobs.count_what_came()
    except ImportRefused as refusal:
        faults = [masked_fault(kind, fault) for fault in refusal.faults]
    except Busy as busy:
        raise Refusal("Another import is running; try again when it is done.") from busy
    return _Outcome(reading.encoding, len(reading.rows), counts, faults)


@contextmanager
def _bar(rows: int) -> Iterator[Callable[[int], None] | None]:
    """Show a bar on stderr where somebody is looking."""
    if not sys.stderr.isatty():
        yield None
        return
    with click.progressbar(length=rows, file=sys.stderr) as bar:
        yield lambda done: bar.update(done - bar.pos)


def _tell(kind: Kind, file: Path, outcome: _Outcome, shape: str, *, dry_run: bool) -> None:
    if shape == "json":
        click.echo(json.dumps(_as_json(kind, file, outcome), ensure_ascii=False, indent=2))
        return
    for fault in outcome.faults:
        place = ", ".join(filter(None, (_row(fault), fault.column)))
        said = f"{place}: {reason(fault)}" if place else reason(fault)
        click.echo(f"{said} [{fault.value}]" if fault.value else said)
    counts = outcome.counts
    if outcome.faults:
        click.echo(_("Nothing is changed."))
        return
    click.echo(
        _(
            "%(new)s new, %(changed)s changed, %(unchanged)s as before. Letters: %(encoding)s.",
            new=counts.new,
            changed=counts.changed,
            unchanged=counts.unchanged,
            encoding=outcome.encoding,
        )
    )
    if dry_run:
        click.echo(_("This was a trial. Nothing is changed."))


def _row(fault: Fault) -> str:
    return _("Row %(number)s", number=fault.row) if fault.row else ""


def _as_json(kind: Kind, file: Path, outcome: _Outcome) -> dict[str, object]:
    return {
        "kind": kind.value,
        "file": str(file),
        "encoding": outcome.encoding,
        "rows": outcome.rows,
        "new": outcome.counts.new,
        "changed": outcome.counts.changed,
        "unchanged": outcome.counts.unchanged,
        "faults": [
            {
                "row": fault.row,
                "column": fault.column,
                "code": fault.code.value,
                "reason": reason(fault),
                "value": fault.value,
            }
            for fault in outcome.faults
        ],
    }
