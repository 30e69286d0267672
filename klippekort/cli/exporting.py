"""`klippekort export`: what other systems take in."""

from datetime import datetime
from pathlib import Path

import click

from klippekort.cli.choosing import municipality_number
from klippekort.cli.commands import Refusal, clearly, opened_there
from klippekort.domain.permissions import Action, Actor, Role
from klippekort.municipalities.queries import find_supplier, list_suppliers
from klippekort.planning.services.visits import Export, SpanMakesNoSense, export_visits
from klippekort.platform import audit
from klippekort.platform.db import db
from klippekort.platform.i18n import ngettext
from klippekort.platform.tenancy import acting_for

DAY = click.DateTime(["%Y-%m-%d", "%d-%m-%Y"])


@click.group("export")
def export() -> None:
    """Files that other systems take in."""


@export.command("visits")
@click.option("--from", "first", type=DAY, required=True, help="The first day.")
@click.option("--to", "last", type=DAY, required=True, help="The last day; it is in the file.")
@click.option("--supplier", "name", help="Only the trips of this supplier's helpers.")
@click.option("--municipality", "slug", help="Whose trips they are, where there is more than one.")
@click.option(
    "--output",
    "file",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="Write to this file, not to standard output.",
)
@clearly
def visits(
    first: datetime, last: datetime, name: str | None, slug: str | None, file: Path | None
) -> None:
    """Write booked and finished trips as the roster writes shifts, to plan routes from.

    The look at each citizen is put on record.
    """
    app, _settings = opened_there()
    with app.app_context():
        try:
            actor = Actor(municipality_number(slug), Role.SYSTEM, display_name="klippekort export")
            db.session.rollback()  # what follows is read as the municipality's, not as nobody's
            with acting_for(actor.municipality_id):
                found = _export(actor, first, last, name)
                _write(found, file)
        finally:
            db.session.remove()
            db.engine.dispose()


def _export(actor: Actor, first: datetime, last: datetime, name: str | None) -> Export:
    supplier = find_supplier(name) if name else None
    if name and supplier is None:
        known = ", ".join(row.name for row in list_suppliers()) or "none"
        raise Refusal(f"There is no supplier {name}; there are: {known}.")
    supplier_id = supplier.id if supplier else None
    try:
        found = export_visits(actor, first.date(), last.date(), supplier_id)
    except SpanMakesNoSense as refusal:
        raise Refusal("Choose a last day within a year of the first.") from refusal
    audit.audit_write(_record, actor, found)
    return found


def _record(actor: Actor, found: Export) -> None:
    audit.record(
        actor,
        Action.EXPORT_VISITS,
        "export",
        citizens=found.citizens,
        purpose="export_visits",
        rows=found.rows,
    )


def _write(found: Export, file: Path | None) -> None:
    if file is None:
        click.echo(found.data, nl=False)
        return
    try:
        file.write_bytes(found.data)
    except OSError as error:
        raise Refusal(f"{file} cannot be written: {error.strerror}.") from error
    click.echo(ngettext("%(num)s row is written.", "%(num)s rows are written.", found.rows))
