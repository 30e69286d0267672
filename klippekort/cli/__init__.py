"""The command line: `klippekort --help` tells what there is."""

from klippekort.cli.audit import audit
from klippekort.cli.commands import main
from klippekort.cli.exporting import export
from klippekort.cli.importing import import_
from klippekort.cli.keeping import backup, restore
from klippekort.cli.keys import keys
from klippekort.cli.lab import lab
from klippekort.cli.ledger import ledger
from klippekort.cli.municipalities import municipality
from klippekort.cli.papers import papers
from klippekort.cli.retention import retention
from klippekort.cli.schemes import scheme

for command in (
    audit,
    backup,
    export,
    import_,
    keys,
    lab,
    ledger,
    municipality,
    papers,
    restore,
    retention,
    scheme,
):
    main.add_command(command)

__all__ = ["main"]
