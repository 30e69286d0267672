"""Activities that hosts offer, single or every week."""

from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from typing import Literal

from klippekort.domain.travel import Point
from klippekort.imports.reading.cells import (
    choice,
    clock_time,
    danish_date,
    listed,
    postcode,
    price,
    text,
    whole_number,
)
from klippekort.imports.reading.faults import Code
from klippekort.imports.reading.layout import Cells, Column, Layout, Unique
from klippekort.imports.reading.places import COLUMNS as PLACE
from klippekort.imports.reading.places import read_point

Repeats = Literal["never", "weekly"]
MOST_SEATS = 10_000

COLUMNS = (
    Column("title", "Titel", ("Aktivitet", "Navn", "Activity"), required=True),
    Column("host", "Vært", ("Vært/Forening", "Forening", "Arrangør"), required=True),
    Column("place", "Sted", ("Lokale", "Venue"), required=True),
    Column("address", "Adresse", ("Vejnavn og nummer", "Street"), required=True),
    Column("postcode", "Postnr", ("Postnummer", "Postal code"), required=True),
    Column("town", "By", ("Bynavn", "Postdistrikt", "City"), required=True),
    Column("date", "Dato", ("Første dato", "Day"), required=True),
    Column("from", "Fra", ("Start", "Starttid", "Starts"), required=True),
    Column("to", "Til", ("Slut", "Sluttid", "Ends"), required=True),
    Column("repeats", "Gentages", ("Gentagelse",)),
    Column("last_date", "Til og med", ("Sidste dato", "Until")),
    Column("seats", "Pladser", ("Antal pladser", "Capacity")),
    Column("wheelchair_seats", "Kørestolspladser", ("Wheelchair places",)),
    Column("price", "Pris", ("Pris i kr",)),
    Column("access", "Adgang", ("Tilgængelighed", "Access facts")),
    Column("kind", "Slags", ("Type", "Kategori", "Category")),
    *PLACE,
)
REPEATS: dict[str, Repeats] = {
    "nej": "never",
    "aldrig": "never",
    "no": "never",
    "ugentligt": "weekly",
    "ugentlig": "weekly",
    "hver uge": "weekly",
    "weekly": "weekly",
}
_REPEATS = choice(REPEATS)


@dataclass(frozen=True, slots=True)
class ActivityRow:
    """An activity on its first day, in local times: the weekly ones keep their clock all year.

    `price` is in kroner. None for seats, wheelchair seats or price means that nobody said.
    """

    title: str
    host: str
    place: str
    address: str
    postcode: str
    town: str
    on: date
    starts: time
    ends: time
    repeats: Repeats
    last_on: date | None
    seats: int | None
    wheelchair_seats: int | None
    price: Decimal | None
    access: tuple[str, ...]
    kind: str | None
    point: Point | None = None


def read_row(cells: Cells) -> ActivityRow:
    """Return the activity on a row; only good when `cells.faults` is empty."""
    row = ActivityRow(
        title=cells.required("title", text(120)),
        host=cells.required("host", text(120)),
        place=cells.required("place", text(120)),
        address=cells.required("address", text(160)),
        postcode=cells.required("postcode", postcode),
        town=cells.required("town", text(60)),
        on=cells.required("date", danish_date),
        starts=cells.required("from", clock_time),
        ends=cells.required("to", clock_time),
        repeats=cells.optional("repeats", _REPEATS) or "never",
        last_on=cells.optional("last_date", danish_date),
        seats=cells.optional("seats", whole_number(1, MOST_SEATS)),
        wheelchair_seats=cells.optional("wheelchair_seats", whole_number(0, MOST_SEATS)),
        price=cells.optional("price", price),
        access=cells.optional("access", listed) or (),
        kind=cells.optional("kind", text(50)),
        point=read_point(cells),
    )
    if not cells.faults:
        _check_times(cells, row)
        _check_seats(cells, row)
    return row


def _check_times(cells: Cells, row: ActivityRow) -> None:
    if row.ends <= row.starts:
        cells.refuse("to", Code.ENDS_BEFORE_START)
    if row.repeats == "weekly" and row.last_on is None:
        cells.refuse("last_date", Code.LAST_DAY_MISSING)
    elif row.last_on is not None and row.last_on < row.on:
        cells.refuse("last_date", Code.LAST_DAY_TOO_EARLY)
    elif row.repeats == "never" and row.last_on not in (None, row.on):
        cells.refuse("last_date", Code.LAST_DAY_WITHOUT_REPEAT)


def _check_seats(cells: Cells, row: ActivityRow) -> None:
    if row.seats is not None and (row.wheelchair_seats or 0) > row.seats:
        cells.refuse("wheelchair_seats", Code.MORE_WHEELCHAIRS_THAN_SEATS)


LAYOUT = Layout(
    COLUMNS,
    read_row,
    (
        Unique(
            "title",
            lambda row: (row.title.casefold(), row.host.casefold(), row.on, row.starts),
        ),
    ),
)
