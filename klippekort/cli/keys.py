"""`klippekort keys`: the secrets outside the database."""

import click

from klippekort.cli.commands import Refusal, clearly, opened_there
from klippekort.operations import rotation
from klippekort.platform.keys import KeyRing


@click.group()
def keys() -> None:
    """The secrets outside the database."""


@keys.command("rotate")
@clearly
def rotate() -> None:
    """Make a new master key, and seal everything anew with it while people go on working.

    If it is cut off, run it again: it goes on. Keep a new copy of the key file afterwards.
    """
    app, settings = opened_there()
    with app.app_context():
        done = rotation.rotate(settings.key_file, click.echo)
    click.echo(f"{done} values are sealed with the new master key. Copy {settings.key_file} now.")


@keys.command("retire")
@clearly
def retire() -> None:
    """Take the master keys of before out of the key file.

    Backups from before the last rotation cannot be read afterwards: do it when they are gone.
    """
    app, settings = opened_there()
    with app.app_context():
        try:
            number = rotation.retire(settings.key_file)
        except ValueError as error:
            raise Refusal(f"{error} First run: klippekort keys rotate") from error
    click.echo(f"{number} earlier master keys are gone.")


@keys.command("show")
@clearly
def show() -> None:
    """Tell how many master keys there are, and what the earlier ones still seal."""
    app, settings = opened_there()
    with app.app_context():
        left = rotation.left_behind()
    former = len(KeyRing.load_or_make(settings.key_file).former)
    click.echo(f"1 master key in use, {former} from before, {left} values sealed with those.")
