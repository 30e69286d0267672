"""Reading the municipality, its suppliers and its districts."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import cast
from uuid import UUID

from sqlalchemy import Table, bindparam, event, select
from sqlalchemy.orm import Session

from klippekort.domain.errors import NotFound
from klippekort.messages.queries import Home, WhoWrites
from klippekort.municipalities.models import District, Municipality, Supplier
from klippekort.platform.db import db
from klippekort.platform.formatting import phone
from klippekort.platform.prepared import prepared
from klippekort.platform.reading import Reader
from klippekort.platform.sorting import alphabetical
from klippekort.platform.tenancy import OwnRows, current_municipality, own

_KNOWN = "municipalities read in the transaction at hand"
_homes = cast(Table, Municipality.__table__)
_HOME, _SUPPLIER, _DISTRICT = Reader(Municipality), Reader(Supplier), Reader(District)
_GET = select(*_HOME.columns).where(_homes.c.id == bindparam("municipality"))
_suppliers = cast(Table, Supplier.__table__)
_districts = cast(Table, District.__table__)
_SUPPLIERS = OwnRows(
    select(*_SUPPLIER.columns).where(own(_suppliers)).order_by(alphabetical(_suppliers.c.name))
)
_DISTRICTS = OwnRows(
    select(*_DISTRICT.columns).where(own(_districts)).order_by(alphabetical(_districts.c.name))
)


def get_municipality(municipality_id: int) -> Municipality:
    """Return a municipality to look at; `lock_municipality` gives one to change.

    It is read once a transaction: one page asks for it from many places. Raises NotFound.
    """
    session = db.session()
    session.flush()  # what the session still keeps to itself would not be seen
    known: dict[int, Municipality] = session.info.setdefault(_KNOWN, {})
    if municipality_id not in known:
        connection = session.connection()
        statement = prepared(connection.dialect, _GET)
        rows = statement.run(connection, {"municipality": municipality_id})
        if not rows:
            raise NotFound
        known[municipality_id] = _HOME.read(rows[0])
    return known[municipality_id]


@event.listens_for(Session, "after_transaction_end")
def _forget(session: Session, _transaction: object) -> None:
    session.info.pop(_KNOWN, None)


def rested(municipality_id: int, now: datetime) -> datetime:
    """Return when a message that is written now has rested long enough to be acted on."""
    return now + timedelta(minutes=get_municipality(municipality_id).rest_minutes)


def who_writes(_question: WhoWrites) -> list[Home]:
    """Return whom messages are from: the municipality at hand, and the number to call."""
    home = get_municipality(current_municipality())
    return [Home(home.name, phone(home.phone) if home.phone else "")]


def lock_municipality(municipality_id: int) -> Municipality:
    """Return a municipality nobody else can change before this transaction ends.

    Raises NotFound.
    """
    wanted = select(Municipality).filter_by(id=municipality_id).with_for_update()
    fresh = wanted.execution_options(populate_existing=True)
    found = db.session.scalars(fresh).one_or_none()
    if found is None:
        raise NotFound
    db.session().info.pop(_KNOWN, None)
    return found


def find_by_slug(slug: str) -> Municipality | None:
    """Return the municipality whose web addresses carry this slug, or None."""
    return db.session.scalars(select(Municipality).filter_by(slug=slug)).one_or_none()


def list_municipalities() -> Sequence[Municipality]:
    """Return all municipalities by name."""
    return db.session.scalars(select(Municipality).order_by(alphabetical(Municipality.name))).all()


def list_suppliers() -> Sequence[Supplier]:
    """Return the municipality's suppliers by name, to look at."""
    return [_SUPPLIER.read(row) for row in _SUPPLIERS.rows()]


def get_supplier(supplier_id: UUID) -> Supplier:
    """Return a supplier. Raises NotFound."""
    found = db.session.scalars(select(Supplier).filter_by(id=supplier_id)).one_or_none()
    if found is None:
        raise NotFound
    return found


def list_districts() -> Sequence[District]:
    """Return the municipality's districts by name, to look at."""
    return [_DISTRICT.read(row) for row in _DISTRICTS.rows()]


def get_district(district_id: UUID) -> District:
    """Return a district. Raises NotFound."""
    found = db.session.scalars(select(District).filter_by(id=district_id)).one_or_none()
    if found is None:
        raise NotFound
    return found


# Compared here and not in SQL: SQLite's lower() leaves Æ, Ø and Å as they are. There are few.
def find_supplier(name: str) -> Supplier | None:
    """Return the supplier of this name, large and small letters alike, or None."""
    wanted = name.strip().casefold()
    return next((row for row in list_suppliers() if row.name.casefold() == wanted), None)


def find_district(name: str) -> District | None:
    """Return the district of this name, large and small letters alike, or None."""
    wanted = name.strip().casefold()
    return next((row for row in list_districts() if row.name.casefold() == wanted), None)
