"""Every command, each a few lines around what does the work."""

import os
import sys
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from pathlib import Path
from typing import ParamSpec
from uuid import uuid4

import click
from flask import Flask
from sqlalchemy.engine import make_url

from klippekort import __version__
from klippekort.accounts.services import EmailTaken, first_password
from klippekort.config import BadSetting, Settings, from_environment
from klippekort.municipalities.services import NameTaken, NoName
from klippekort.operations import demo as demos
from klippekort.operations import doctor as doctors
from klippekort.operations.check_database import check_alarms
from klippekort.operations.establish import NotAnAdministrator, establish
from klippekort.operations.serve import serve as serve_pages
from klippekort.operations.startup import Trouble, jobs_of, open_app, ready_database
from klippekort.operations.startup import upgrade as upgrade_tables
from klippekort.platform import clock
from klippekort.platform.execute import execute
from klippekort.platform.job_runner import Ran, by_name, list_municipalities, run_due, run_slot
from klippekort.platform.logs import write_logs
from klippekort.platform.worker import Worker, work_until_told

P = ParamSpec("P")


class Refusal(click.ClickException):
    """One sentence on stderr, and exit code 2."""

    exit_code = 2


def clearly(command: Callable[P, None]) -> Callable[P, None]:
    """Turn what an operator can mend into one sentence instead of a traceback."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except (Trouble, BadSetting) as trouble:
            raise Refusal(str(trouble)) from trouble

    return run


def opened() -> tuple[Flask, Settings]:
    """Return the app on a database that is there and current."""
    settings = from_environment()
    app = open_app(settings)
    ready_database(app, settings, migrate=True)
    return app, settings


def opened_there() -> tuple[Flask, Settings]:
    """Return what `opened` does, for a command that makes no sense on a database it made itself.

    Raises Refusal where no database lies, and leaves the place as it was.
    """
    settings = from_environment()
    file = make_url(settings.database_url).database if settings.is_embedded else None
    if file and not (Path(file).exists() and Path(file).stat().st_size):
        raise Refusal(f"There is no database at {file}. Is KLIPPEKORT_DATA_FOLDER right?")
    return opened()


@click.group()
@click.version_option(__version__, prog_name="Klippekort")
def main() -> None:
    """Klippekort: minutes of human company, kept as a promise."""
    # Without a setting that makes sense the command says so itself.
    is_json = os.environ.get("KLIPPEKORT_LOG", "").strip() == "json"
    write_logs("json" if is_json else "plain")


@main.command()
@click.option("--demo", "with_demo", is_flag=True, help="Fill an empty database with the demo.")
@clearly
def serve(with_demo: bool) -> None:
    """Serve the pages; with an embedded database also run the jobs."""
    if with_demo:
        serve_pages(from_environment(), os.environ, click.echo, demos.ready_demo)
    else:
        serve_pages(from_environment(), os.environ, click.echo)


@main.group()
def demo() -> None:
    """Two invented towns to try things in."""


@demo.command("load")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="The demo's today.")
@click.option("--seed", type=int, default=1, show_default=True)
@clearly
def demo_load(on: datetime | None, seed: int) -> None:
    """Build the demo in an empty database."""
    app, _settings = opened()
    try:
        demos.load(app, on=on.date() if on else clock.today(), seed=seed)
    except demos.NotEmpty as refusal:
        raise Refusal(
            "There are municipalities here already; the demo needs an empty database."
        ) from refusal
    for role, email, password in demos.log_ins():
        click.echo(f"{role:<14} {email:<26} {password}")


@main.command()
@clearly
def worker() -> None:
    """Run the jobs alone, until told to end. Several may run: one works, the others wait."""
    app, settings = opened()
    work_until_told(Worker(app, jobs_of(app), settings.database_url))


@main.command()
@click.argument("name")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="Run it for this day, done or not.")
@clearly
def job(name: str, on: datetime | None) -> None:
    """Run the job NAME now, for every day it is due, or for the day given."""
    app, _settings = opened()
    chosen = by_name(jobs_of(app), name)
    if chosen is None:
        known = ", ".join(job.name for job in jobs_of(app))
        raise Refusal(f"There is no job {name}; there are: {known}")
    now, who = clock.now(), f"command:{os.getpid()}"
    if on is None:
        ran = run_due(app, (chosen,), now, who)
    else:
        with app.app_context():
            numbers = [number for number, _created_at in list_municipalities()]
            ran = [run_slot(chosen, number, on.date(), now, who) for number in numbers]
    _tell(ran)


def _tell(ran: list[Ran]) -> None:
    for run in ran:
        found = run.outcome
        click.echo(
            f"{run.slot} municipality {run.municipality_id}: {found.done} of {found.expected} done"
            + (f", {found.failed} failed ({found.last_error})" if found.failed else "")
        )
    if not ran:
        click.echo("Nothing was due.")
    if any(run.outcome.failed for run in ran):
        sys.exit(1)


@main.group()
def database() -> None:
    """The tables."""


@database.command("upgrade")
@clearly
def database_upgrade() -> None:
    """Bring the tables up to date, as their owner (KLIPPEKORT_OWNER_DATABASE_URL)."""
    upgrade_tables(from_environment())
    click.echo("The tables are current.")


@main.group()
def municipality() -> None:
    """The municipalities in this database."""


@municipality.command("create")
@click.argument("name")
@click.option("--administrator", required=True, help="Who sets the rest up.")
@click.option("--email", required=True, help="What the administrator logs in with.")
@clearly
def municipality_create(name: str, administrator: str, email: str) -> None:
    """Add the empty municipality NAME and its administrator, and show the password once."""
    app, _settings = opened()
    with app.app_context():
        password = first_password(str(uuid4()))
        try:
            execute(establish, name, administrator, email, password, now=clock.now())
        except NameTaken as taken:
            raise Refusal(f"There is already a municipality called {name}.") from taken
        except NoName as refusal:
            raise Refusal("A municipality needs a name, of at most 80 letters.") from refusal
        except NotAnAdministrator as refusal:
            raise Refusal(
                "The administrator needs a name, of at most 120 letters, and an e-mail like "
                "name@example.com."
            ) from refusal
        except EmailTaken as taken:
            raise Refusal(f"Somebody logs in with {email} already.") from taken
    click.echo(f"{name} is there. {administrator} logs in with {email} and this password:")
    click.echo(password)


@main.command()
@click.option("--alarms", is_flag=True, help="Tell only what stands wrong just now.")
@clearly
def doctor(alarms: bool) -> None:
    """Look the installation over; exits 1 when something is wrong."""
    settings = from_environment()
    app = open_app(settings)
    if alarms:
        ready_database(app, settings, migrate=False)
        with app.app_context():
            findings = check_alarms(settings)
    else:
        findings = doctors.examine(app, settings, os.environ)
    for finding in findings:
        click.echo(f"{finding.verdict:<12}{finding.sentence}")
    if any(finding.verdict is doctors.Verdict.WRONG for finding in findings):
        sys.exit(1)
