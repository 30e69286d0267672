"""Volunteers and the associations they host for."""

from dataclasses import dataclass

from klippekort.imports.reading.cells import email, phone, text
from klippekort.imports.reading.layout import Cells, Column, Layout, Unique

COLUMNS = (
    Column("name", "Navn", ("Fulde navn", "Full name"), required=True),
    Column("email", "E-mail", ("Mail", "E-mailadresse"), required=True),
    Column("phone", "Telefon", ("Telefonnummer", "Tlf", "Mobil", "Telephone")),
    Column("association", "Forening", ("Foreningsnavn", "Organisation"), required=True),
)


@dataclass(frozen=True, slots=True)
class VolunteerRow:
    """A volunteer, known by the e-mail address."""

    name: str
    email: str
    phone: str | None
    association: str


def read_row(cells: Cells) -> VolunteerRow:
    """Return the volunteer on a row; only good when `cells.faults` is empty."""
    return VolunteerRow(
        name=cells.required("name", text(120)),
        email=cells.required("email", email),
        phone=cells.optional("phone", phone),
        association=cells.required("association", text(120)),
    )


LAYOUT = Layout(COLUMNS, read_row, (Unique("email", lambda row: row.email),))
