"""`klippekort audit`: the record of looks and deeds, proved from a terminal."""

import sys
from datetime import datetime
from pathlib import Path

import click

from klippekort.cli.commands import Refusal, clearly, opened_there
from klippekort.platform import audit_chain
from klippekort.platform.audit_chain import Broken
from klippekort.platform.audit_heads import list_heads
from klippekort.platform.audit_jobs import read_anchors
from klippekort.platform.db import db
from klippekort.platform.job_runner import list_municipalities
from klippekort.platform.tenancy import acting_for

_WRONG = {
    "changed_line": "line {where} was changed",
    "missing_line": "line {where} is missing",
    "missing_seal": "the seal of line {where} is missing",
    "cut_tail": "everything from line {where} on is missing",
    "rewritten": "what was written before {where} was written anew",
    "wrong_root": "what was sealed before {where} does not fit its root",
    "forged_anchor": "the anchor of {where} was not signed by these keys",
    "changed_anchor": "the anchor of {where} is another one than was laid down",
}


@click.group()
def audit() -> None:
    """The record of who saw and did what."""


@audit.command("verify")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Trust what was anchored before.")
@click.option(
    "--anchors",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file of anchors that was kept elsewhere; the one of the settings when left out.",
)
@clearly
def verify(since: datetime | None, anchors: Path | None) -> None:
    """Prove that nothing in the record was changed, taken out or cut off; else it exits 1.

    A line is told for each place that does not prove.
    """
    app, settings = opened_there()
    file = anchors or settings.anchor_file
    try:
        outside = read_anchors(file) if file is not None and file.exists() else []
    except ValueError as error:
        raise Refusal(f"{file} does not hold anchors.") from error
    broken = 0
    with app.app_context():
        for number, _created_at in list_municipalities():
            db.session.rollback()
            with acting_for(number):
                told = [*outside, *list_heads(settings.data_folder)]
                found = audit_chain.verify(since.date() if since else None, told)
            broken += len(found)
            for one in found:
                click.echo(f"municipality {number}: {_told(one)}")
    if broken:
        sys.exit(1)
    click.echo(f"The record holds. {len(outside)} anchors from outside were compared.")


def _told(one: Broken) -> str:
    return _WRONG[one.what].format(where=one.where)
