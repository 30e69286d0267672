"""`klippekort scheme`: rules as a file, taken out of the database or checked without one."""

from pathlib import Path

import click

from klippekort.cli.choosing import municipality_number
from klippekort.cli.commands import Refusal, clearly, opened_there
from klippekort.cli.lab import BadInput, speaking
from klippekort.domain.schemes import BadTerms, fault_line, load, missing_to_run, open_questions
from klippekort.platform import clock
from klippekort.platform.db import db
from klippekort.platform.i18n import _, ngettext
from klippekort.platform.tenancy import acting_for
from klippekort.punchcards.forms.fault_words import in_a_file
from klippekort.punchcards.queries.schemes import find_scheme, list_schemes
from klippekort.punchcards.services.scheme_files import as_toml


@click.group("scheme")
def scheme() -> None:
    """A municipality's rules as a file (TOML)."""


@scheme.command("export")
@click.argument("name")
@click.option("--municipality", "slug", help="Whose scheme it is, where there is more than one.")
@clearly
def export(name: str, slug: str | None) -> None:
    """Write the rules of the scheme NAME, as they hold today, to standard output."""
    app, _settings = opened_there()
    with app.app_context():
        try:
            number = municipality_number(slug)
            db.session.rollback()
            with acting_for(number):
                found = find_scheme(name)
                if found is None:
                    known = ", ".join(row.name for row in list_schemes()) or "none"
                    raise Refusal(f"There is no scheme {name}; there are: {known}.")
                click.echo(as_toml(found.id, clock.today()), nl=False)
        finally:
            db.session.remove()
            db.engine.dispose()


@scheme.command("check")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def check(file: Path) -> None:
    """Say whether the rules in FILE can be used, and what they leave open.

    Exits 2 with FILE:LINE: key: reason for each thing that is wrong. Needs no database.
    """
    with speaking():
        text = _text(file)
        try:
            terms = load(text).terms
        except BadTerms as bad:
            raise BadInput(
                [
                    f"{file}:{fault_line(text, fault)}: {fault.key or 'toml'}: {in_a_file(fault)}"
                    for fault in bad.faults
                ]
            ) from bad
        left, first = open_questions(terms), missing_to_run(terms)
        click.echo(_("The rules can be used."))
        if first:
            click.echo(_("To be decided before the first card: %(rules)s.", rules=", ".join(first)))
        if left:
            click.echo(
                ngettext("%(num)s rule is not decided", "%(num)s rules are not decided", len(left))
                + "."
            )


def _text(file: Path) -> str:
    raw = file.read_bytes()
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        said = _("The file is not text in UTF-8.")
        raise BadInput([f"{file}:{line}: utf-8: {said}"]) from error
