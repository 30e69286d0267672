"""Run the command line as `python -m klippekort`."""

from klippekort.cli import main

main()
