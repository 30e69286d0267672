"""`klippekort retention`: what is forgotten when, from a terminal."""

from collections import defaultdict
from pathlib import Path
from uuid import UUID

import click

from klippekort.cli.commands import clearly, opened_there
from klippekort.oversight.jobs import Planned, plan, run
from klippekort.platform import clock
from klippekort.platform.db import db
from klippekort.platform.forgotten import forgotten_file, read_forgotten
from klippekort.platform.job_runner import list_municipalities
from klippekort.platform.tenancy import acting_for


@click.group()
def retention() -> None:
    """What is forgotten, and when."""


@retention.command("plan")
@clearly
def show_plan() -> None:
    """Tell what every rule is due for today; nothing is changed."""
    app, _settings = opened_there()
    with app.app_context():
        for number, _created_at in list_municipalities():
            db.session.rollback()
            with acting_for(number):
                _tell(number, plan(clock.today()))


@retention.command("run")
@clearly
def run_now() -> None:
    """Forget what is due today, as the worker does each night."""
    app, _settings = opened_there()
    with app.app_context():
        for number, _created_at in list_municipalities():
            db.session.rollback()
            with acting_for(number):
                _tell(number, run(clock.today(), clock.now()))


@retention.command("again")
@click.argument(
    "file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@clearly
def again(file: Path | None) -> None:
    """Forget once more whom FILE says was forgotten: do it after a backup was put back."""
    app, _settings = opened_there()
    with app.app_context():
        forget_again(file)


def forget_again(file: Path | None = None) -> None:
    """Forget everybody once more who was forgotten before; tell what it came to."""
    known: dict[int, set[UUID]] = defaultdict(set)
    for number, citizen_id in read_forgotten(file or forgotten_file()):
        known[number].add(citizen_id)
    for number, _created_at in list_municipalities():
        if known[number]:
            db.session.rollback()
            with acting_for(number):
                _tell(number, run(clock.today(), clock.now(), known[number]))


def _tell(number: int, planned: list[Planned]) -> None:
    for one in planned:
        if one.rows:
            deed = one.rule.deed.value
            click.echo(f"municipality {number}: {deed} {one.rows} in {one.rule.table}")
    if not any(one.rows for one in planned):
        click.echo(f"municipality {number}: nothing is due")
