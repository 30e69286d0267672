"""`klippekort papers`: the papers of data protection, made of what the code declares."""

from pathlib import Path

import click

from klippekort.cli.commands import clearly
from klippekort.config import from_environment
from klippekort.operations.privacy import PAPERS
from klippekort.operations.startup import open_app


@click.command("papers")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@clearly
def papers(folder: Path) -> None:
    """Write the records of processing, and who may see and do what, into FOLDER."""
    app = open_app(from_environment())
    folder.mkdir(parents=True, exist_ok=True)
    for name, make in PAPERS.items():
        (folder / name).write_text(make(app))
        click.echo(folder / name)
