"""Care workers, as a roster or a staff register exports them."""

from dataclasses import dataclass

from klippekort.imports.reading.cells import email, listed, text, yes_no
from klippekort.imports.reading.layout import Cells, Column, Layout, Unique

COLUMNS = (
    Column("employee_number", "Medarbejdernr", ("Medarbejdernummer", "Tjenestenr"), required=True),
    Column("name", "Navn", ("Fulde navn", "Full name"), required=True),
    Column("email", "E-mail", ("Mail", "E-mailadresse"), required=True),
    Column("supplier", "Leverandør", ("Leverandørnavn", "Provider"), required=True),
    Column("district", "Distrikt", ("Område", "Gruppe", "Area")),
    Column("position", "Stilling", ("Stillingsbetegnelse", "Job title")),
    Column("has_driving_licence", "Kørekort", ("Driving licence",)),
    Column("skills", "Kompetencer", ("Kompetence", "Skills")),
)


@dataclass(frozen=True, slots=True)
class StaffRow:
    """A care worker; without a word about it there is no driving licence."""

    employee_number: str
    name: str
    email: str
    supplier: str
    district: str | None
    position: str | None
    has_driving_licence: bool
    skills: tuple[str, ...]


def read_row(cells: Cells) -> StaffRow:
    """Return the care worker on a row; only good when `cells.faults` is empty."""
    return StaffRow(
        employee_number=cells.required("employee_number", text(32)),
        name=cells.required("name", text(120)),
        email=cells.required("email", email),
        supplier=cells.required("supplier", text()),
        district=cells.optional("district", text(100)),
        position=cells.optional("position", text(80)),
        has_driving_licence=cells.optional("has_driving_licence", yes_no) or False,
        skills=cells.optional("skills", listed) or (),
    )


LAYOUT = Layout(
    COLUMNS,
    read_row,
    (
        Unique("employee_number", lambda row: row.employee_number.casefold()),
        Unique("email", lambda row: row.email),
    ),
)
