"""The command line: `klippekort --help` tells what there is."""

from klippekort.cli.commands import main

__all__ = ["main"]
