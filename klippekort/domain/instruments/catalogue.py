"""The instruments that come with the program, as data beside this file."""

from functools import cache
from importlib.resources import files

from klippekort.domain.instruments.definition import Instrument
from klippekort.domain.instruments.reader import read


@cache
def shipped() -> dict[str, Instrument]:
    """Return the instruments that come with the program by their key, in the order of their names.

    Their wording is not among them.
    """
    found = [
        read(file.read_text(encoding="utf-8"))
        for file in files(__package__).iterdir()
        if file.name.endswith(".toml")
    ]
    return {one.key: one for one in sorted(found, key=lambda one: (one.name, one.version))}
