"""The command line: `klippekort --help` tells what there is."""

from klippekort.cli.commands import main
from klippekort.cli.exporting import export
from klippekort.cli.importing import import_
from klippekort.cli.keeping import backup, restore
from klippekort.cli.lab import lab
from klippekort.cli.ledger import ledger
from klippekort.cli.schemes import scheme

for command in (backup, export, import_, lab, ledger, restore, scheme):
    main.add_command(command)

__all__ = ["main"]
