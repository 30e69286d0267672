"""The command line: `klippekort --help` tells what there is."""

from klippekort.cli.commands import main
from klippekort.cli.importing import import_

main.add_command(import_)

__all__ = ["main"]
