"""`klippekort backup` and `klippekort restore`: a copy of everything, and everything back."""

import os
import sys
from getpass import getuser
from pathlib import Path

import click

from klippekort.cli.commands import Refusal, clearly, opened, opened_there
from klippekort.cli.ledger import prove_everything
from klippekort.cli.retention import forget_again
from klippekort.config import from_environment
from klippekort.operations.backups import NotABackup, back_up
from klippekort.operations.backups import restore as put_back
from klippekort.operations.startup import newest_migration, upgrade
from klippekort.platform import clock, house
from klippekort.platform.db import db
from klippekort.platform.execute import execute

_URL = "KLIPPEKORT_BACKUP_DATABASE_URL"


@click.command("backup")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@clearly
def backup(folder: Path) -> None:
    """Write a copy of everything into FOLDER while the program goes on working.

    The keys are not in it: keep a copy of the key file in another place.
    """
    app, settings = opened_there()
    url, now = os.environ.get(_URL, settings.owner_database_url), clock.now()
    file = back_up(settings, url, folder, now=now)
    with app.app_context():  # so that a copy that is late is noticed
        execute(house.note, "backup", getuser(), {"file": file.name}, now)
        db.engine.dispose()
    click.echo(file)


@click.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@clearly
def restore(file: Path) -> None:
    """Put back everything from the backup FILE into an empty database, and prove every minute.

    Whoever was forgotten since is forgotten again. Exits 1 when a minute does not prove.
    """
    try:
        manifest = put_back(from_environment(), file)
    except NotABackup as error:
        raise Refusal(str(error)) from error
    click.echo(f"What was there at {manifest.made_at} is back.")
    if manifest.migration != newest_migration():
        upgrade(from_environment())
        click.echo("Its tables were of an older Klippekort; they are current now.")
    app, _settings = opened()
    with app.app_context():  # whom the backup still knows, and who was forgotten since
        forget_again()
        db.engine.dispose()
    if prove_everything():
        sys.exit(1)
    click.echo("Every minute is accounted for.")
