"""What Klippekort adds to the rows it sends to a roster, and knows them by when they come back."""

from klippekort.imports.reading.cells import text
from klippekort.imports.reading.layout import Cells, Column

RECORD_REF = Column("record_ref", "Journal-id", ("Journalnummer", "Borger-id", "Record id"))
COLUMNS = (Column("our_trip", "Klippekort-tur", ("Klippekort trip",)), RECORD_REF)


def read_our_trip(cells: Cells) -> str | None:
    """Return the trip of ours that a row tells of, or None for a row of the roster's own."""
    return cells.optional("our_trip", text())
