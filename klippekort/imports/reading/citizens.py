"""Citizens, as a care record exports them."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from klippekort.domain.travel import Point
from klippekort.imports.reading.cells import (
    choice,
    danish_date,
    decimal,
    listed,
    person_number,
    phone,
    postcode,
    record_ref,
    text,
    yes_no,
)
from klippekort.imports.reading.layout import Cells, Column, Layout, Unique
from klippekort.imports.reading.ours import RECORD_REF
from klippekort.imports.reading.places import COLUMNS as PLACE
from klippekort.imports.reading.places import read_point

Setting = Literal["own_home", "care_home"]
MINUTES_A_WEEK = 7 * 24 * 60
NOT_ASSESSED = 9
LEVELS = {str(level): level for level in (0, 1, 2, 3, 4, NOT_ASSESSED)}

COLUMNS = (
    Column("person_number", "CPR-nummer", ("CPR", "CPR nr", "Personnummer"), required=True),
    Column("first_name", "Fornavn", ("Fornavne", "Given name"), required=True),
    Column("last_name", "Efternavn", ("Surname", "Family name"), required=True),
    Column("address", "Adresse", ("Vejnavn og nummer", "Street"), required=True),
    Column("postcode", "Postnr", ("Postnummer", "Postal code"), required=True),
    Column("town", "By", ("Bynavn", "Postdistrikt", "City"), required=True),
    Column("phone", "Telefon", ("Telefonnummer", "Tlf", "Mobil", "Telephone")),
    Column("supplier", "Leverandør", ("Leverandørnavn", "Provider"), required=True),
    Column("district", "Distrikt", ("Område", "Gruppe", "Area")),
    Column("functional_level", "Funktionsniveau", ("Functional level",)),
    Column("setting", "Boform", ("Boligform", "Housing"), required=True),
    Column("lives_alone", "Samliv", ("Samlivsforhold", "Lives alone")),
    Column("aids", "Hjælpemidler", ("Hjælpemiddel", "Aids")),
    Column("home_care_minutes_per_week", "Minutter pr. uge", ("Visiterede minutter pr. uge",)),
    Column("has_protected_address", "Adressebeskyttelse", ("Protected address",), required=True),
    Column("card_from", "Klippekort fra", ("Klippekort startdato", "Card from")),
    RECORD_REF,
    *PLACE,
)
SETTINGS: dict[str, Setting] = {
    "eget hjem": "own_home",
    "egen bolig": "own_home",
    "ældrebolig*": "own_home",
    "own home": "own_home",
    "plejecenter*": "care_home",
    "plejehjem*": "care_home",
    "plejebolig*": "care_home",
    "friplejehjem*": "care_home",
    "friplejebolig*": "care_home",
    "care home": "care_home",
}
LIVES_ALONE = {
    "bor alene": True,
    "alene": True,
    "enlig": True,
    "ja": True,
    "yes": True,
    "samlevende": False,
    "samboende": False,
    "bor ikke alene": False,
    "bor med andre": False,
    "nej": False,
    "no": False,
}
_LEVEL = choice(LEVELS)
_SETTING = choice(SETTINGS)
_LIVES_ALONE = choice(LIVES_ALONE)


@dataclass(frozen=True, slots=True)
class CitizenRow:
    """A citizen. `home_care_minutes_per_week` is assessed home care, never what a card earns.

    `card_from` is None for a citizen without a card. `functional_level` is 0 to 4, None when it
    was not assessed. `record_ref` is what the care record calls her: "" for a cell left empty, None
    for a file that has no column for it.
    """

    person_number: str
    first_name: str
    last_name: str
    address: str
    postcode: str
    town: str
    phone: str | None
    supplier: str
    district: str | None
    functional_level: int | None
    setting: Setting
    lives_alone: bool | None
    aids: tuple[str, ...]
    home_care_minutes_per_week: Decimal | None
    has_protected_address: bool
    card_from: date | None
    record_ref: str | None = None
    point: Point | None = None


def _level(cells: Cells) -> int | None:
    """Return 0 to 4; care records write 9 where nobody has assessed."""
    level = cells.optional("functional_level", _LEVEL)
    return None if level == NOT_ASSESSED else level


def _record_ref(cells: Cells) -> str | None:
    ref = cells.optional("record_ref", record_ref)
    return (ref or "") if cells.has("record_ref") else None


def read_row(cells: Cells) -> CitizenRow:
    """Return the citizen on a row; only good when `cells.faults` is empty."""
    return CitizenRow(
        person_number=cells.required("person_number", person_number),
        first_name=cells.required("first_name", text(80)),
        last_name=cells.required("last_name", text(80)),
        address=cells.required("address", text()),
        postcode=cells.required("postcode", postcode),
        town=cells.required("town", text(60)),
        phone=cells.optional("phone", phone),
        supplier=cells.required("supplier", text()),
        district=cells.optional("district", text(100)),
        functional_level=_level(cells),
        setting=cells.required("setting", _SETTING),
        lives_alone=cells.optional("lives_alone", _LIVES_ALONE),
        aids=cells.optional("aids", listed) or (),
        home_care_minutes_per_week=cells.optional(
            "home_care_minutes_per_week", decimal(0, MINUTES_A_WEEK)
        ),
        has_protected_address=cells.required("has_protected_address", yes_no),
        card_from=cells.optional("card_from", danish_date),
        record_ref=_record_ref(cells),
        point=read_point(cells),
    )


LAYOUT = Layout(
    COLUMNS,
    read_row,
    (
        Unique("person_number", lambda row: row.person_number),
        Unique("record_ref", lambda row: row.record_ref or None),
    ),
)
