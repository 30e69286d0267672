"""`klippekort municipality export|import|restore|delete`: one of them, the others untouched."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from functools import partial
from getpass import getuser
from pathlib import Path

import click

from klippekort.cli.commands import Refusal, clearly, municipality, opened, opened_there
from klippekort.config import Settings
from klippekort.municipalities.models import Municipality
from klippekort.municipalities.queries import list_municipalities
from klippekort.operations.moving import (
    Arrival,
    Ending,
    NotAnExport,
    delete_municipality,
    export_municipality,
    import_municipality,
)
from klippekort.operations.moving.package import FEWEST_LETTERS, ExportKey
from klippekort.operations.moving.package import opened as opened_export
from klippekort.operations.startup import Trouble
from klippekort.platform import clock, house
from klippekort.platform.db import db
from klippekort.platform.execute import execute

__all__ = ["municipality"]

_PASSPHRASE = "KLIPPEKORT_EXPORT_PASSPHRASE"  # noqa: S105  the name of a setting
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_NEW_FILE = click.Path(dir_okay=False, path_type=Path)


@municipality.command("export")
@click.argument("name")
@click.option("--to", "folder", type=click.Path(file_okay=False, path_type=Path), required=True)
@click.option("--keys", type=_NEW_FILE, required=True, help="A new file, in another folder.")
@clearly
def export(name: str, folder: Path, keys: Path) -> None:
    """Write all that the municipality NAME has into a file in a folder.

    What is sealed stays sealed; the key that opens it goes into the file --keys, under a
    passphrase (KLIPPEKORT_EXPORT_PASSPHRASE, or asked for).
    """
    with _house():
        home = _named(name)
        words, now = _new_passphrase(), clock.now()
        file = export_municipality(home, folder, keys, words, by=getuser(), now=now)
        said = {"slug": home.slug, "number": home.id, "file": file.name}
        execute(house.note, "exported", getuser(), said, now)
    click.echo(file)


@municipality.command("import")
@click.argument("file", type=_FILE)
@click.option("--keys", type=_FILE, required=True, help="The key of that export.")
@click.option("--number", type=click.IntRange(1, 32_767), help="Its number here.")
@click.option("--slug", help="What it is called in web addresses here.")
@click.option("--name", help="What it is called here.")
@clearly
def import_(file: Path, keys: Path, number: int | None, slug: str | None, name: str | None) -> None:
    """Put a municipality from its export FILE here, beside those there are.

    Without --number it keeps its own when that is free. All of it is put here and proved, or
    nothing.
    """
    _tell(_put_here("imported", file, keys, number, slug, name))


@municipality.command("restore")
@click.argument("file", type=_FILE)
@click.option("--keys", type=_FILE, required=True, help="The key of that export.")
@clearly
def restore(file: Path, keys: Path) -> None:
    """Put a municipality back from its export FILE under the number it had.

    It must have been deleted here first: nothing is written over.
    """
    with _reading(), opened_export(file) as reader:
        number = reader.manifest.number
    _tell(_put_here("restored", file, keys, number, None, None))


@municipality.command("delete")
@click.argument("name")
@click.option("--confirm", help="The municipality's full name once more; asked for when left out.")
@click.option("--proof", type=_NEW_FILE, help="Where the proof is also written.")
@clearly
def delete(name: str, confirm: str | None, proof: Path | None) -> None:
    """Delete all that the municipality NAME has, for good, and prove what was deleted."""
    with _house() as settings:
        home = _named(name)
        if confirm is None:
            click.echo(f"This deletes all that {home.name} has, for good. Export it first.")
            confirm = click.prompt("Type its full name to go on", default="", show_default=False)
        if confirm != home.name:
            raise Refusal("That is not its name. Nothing was deleted.")
        _delete(settings, home, proof)


def _delete(settings: Settings, home: Municipality, proof: Path | None) -> None:
    if proof is not None:
        _make(proof)
    try:
        told = partial(_tell_ending, proof)
        delete_municipality(settings, home, by=getuser(), now=clock.now(), told=told)
    finally:
        if proof is not None and not proof.stat().st_size:
            proof.unlink()  # there is nothing to prove


def _tell_ending(proof: Path | None, ending: Ending) -> None:
    click.echo(f"{ending.name} is deleted: {ending.rows} rows of {len(ending.tables)} tables.")
    click.echo(f"Proof {ending.hash}, kept for `klippekort municipality deleted`.")
    if proof is not None:
        try:
            proof.write_text(json.dumps(asdict(ending), indent=2, ensure_ascii=False) + "\n")
        except OSError as error:
            raise Refusal(f"The proof is not in {proof} as well: {error.strerror}.") from error


def _make(proof: Path) -> None:
    """Make the file for a proof before anything is deleted, for its owner alone."""
    try:
        os.close(os.open(proof, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError as error:
        raise Refusal(f"There is a file {proof} already. Nothing was deleted.") from error
    except OSError as error:
        raise Refusal(
            f"{proof} cannot be written: {error.strerror}. Nothing was deleted."
        ) from error


@municipality.command("deleted")
@clearly
def deleted() -> None:
    """Show the proof of every municipality that was deleted, as lines of JSON."""
    with _house():
        if house.first_broken_line() is not None:
            raise Refusal("The record of the house was changed; its proofs prove nothing.")
        for row in house.list_events("deleted"):
            click.echo(json.dumps(row.details, ensure_ascii=False))


def _put_here(
    kind: str, file: Path, keys: Path, number: int | None, slug: str | None, name: str | None
) -> Arrival:
    with _reading(), _house(makes=True), opened_export(file) as reader:
        key = ExportKey.read(keys, _passphrase())
        arrival: Arrival = execute(
            import_municipality, reader, key, number=number, slug=slug, name=name
        )
        said = {"slug": arrival.slug, "number": arrival.number, "rows": arrival.rows}
        execute(house.note, kind, getuser(), said, clock.now())
    return arrival


@contextmanager
def _house(*, makes: bool = False) -> Iterator[Settings]:
    """Open the program's database for the block, and leave it afterwards; it `makes` one where
    none lies.
    """
    app, settings = opened() if makes else opened_there()
    with app.app_context():
        try:
            yield settings
        finally:
            db.session.remove()
            db.engine.dispose()


@contextmanager
def _reading() -> Iterator[None]:
    """Turn what is wrong with a file into one sentence."""
    try:
        yield
    except NotAnExport as error:
        raise Trouble(str(error)) from error


def _tell(arrival: Arrival) -> None:
    click.echo(
        f"{arrival.slug} is here as number {arrival.number}: {arrival.rows} rows. "
        "Every minute is accounted for."
    )
    if not arrival.is_home:
        click.echo("Its keys are new here: citizens need new PINs, and staff set up codes anew.")


def _named(name: str) -> Municipality:
    """Return the municipality by its name in addresses, or by a name that only it begins with.

    Raises Refusal.
    """
    there = list_municipalities()
    for row in there:
        if name in (row.slug, row.name):
            return row
    begun = [row for row in there if name and row.name.casefold().startswith(name.casefold())]
    if len(begun) == 1:
        return begun[0]
    known = ", ".join(f"{row.slug} ({row.name})" for row in begun or there) or "none"
    if begun:
        raise Refusal(f"Several municipalities begin with {name}: {known}.")
    raise Refusal(f"There is no municipality {name}; there are: {known}.")


def _new_passphrase() -> str:
    words = os.environ.get(_PASSPHRASE) or click.prompt(
        "A passphrase for the key", hide_input=True, confirmation_prompt=True
    )
    if len(words) < FEWEST_LETTERS:
        raise Refusal(f"A passphrase of {FEWEST_LETTERS} letters or more, please.")
    return str(words)


def _passphrase() -> str:
    return str(
        os.environ.get(_PASSPHRASE) or click.prompt("The passphrase of the key", hide_input=True)
    )
