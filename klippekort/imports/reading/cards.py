"""Opening balances: what each card held at the change-over, as lots or as one sum."""

from dataclasses import dataclass
from datetime import date

from klippekort.imports.reading.cells import danish_date, minutes, person_number, text
from klippekort.imports.reading.faults import Code
from klippekort.imports.reading.layout import Cells, Column, Layout, Unique

COLUMNS = (
    Column("person_number", "CPR-nummer", ("CPR", "CPR nr", "Personnummer"), required=True),
    Column("scheme", "Ordning", ("Klippekortordning", "Scheme name"), required=True),
    Column("minutes", "Minutter", ("Saldo", "Saldo i minutter", "Balance"), required=True),
    Column("earned_on", "Optjent", ("Optjent den", "Dato", "Pr. dato", "Earned"), required=True),
    Column("expires_on", "Udløber", ("Udløb", "Udløbsdato", "Expires")),
)


@dataclass(frozen=True, slots=True)
class CardRow:
    """A lot of minutes carried over. No `expires_on` means that the scheme decides.

    A citizen may have several. `minutes` may be 0: a card with nothing left on it.
    """

    person_number: str
    scheme: str
    minutes: int
    earned_on: date
    expires_on: date | None


def read_row(cells: Cells) -> CardRow:
    """Return the lot on a row; only good when `cells.faults` is empty."""
    row = CardRow(
        person_number=cells.required("person_number", person_number),
        scheme=cells.required("scheme", text(100)),
        minutes=cells.required("minutes", minutes),
        earned_on=cells.required("earned_on", danish_date),
        expires_on=cells.optional("expires_on", danish_date),
    )
    if not cells.faults and row.expires_on is not None and row.expires_on < row.earned_on:
        cells.refuse("expires_on", Code.EXPIRES_BEFORE_EARNED)
    return row


LAYOUT = Layout(
    COLUMNS,
    read_row,
    (
        Unique(
            "person_number",
            lambda row: (row.person_number, row.scheme.casefold(), row.earned_on, row.expires_on),
        ),
    ),
)
