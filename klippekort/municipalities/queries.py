"""Reading the municipality, its suppliers and its districts."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from klippekort.domain.errors import NotFound
from klippekort.municipalities.models import District, Municipality, Supplier
from klippekort.platform.db import db


def get_municipality(municipality_id: int) -> Municipality:
    """Return a municipality. Raises NotFound."""
    found = db.session.scalars(select(Municipality).filter_by(id=municipality_id)).one_or_none()
    if found is None:
        raise NotFound
    return found


def find_by_slug(slug: str) -> Municipality | None:
    """Return the municipality whose web addresses carry this slug, or None."""
    return db.session.scalars(select(Municipality).filter_by(slug=slug)).one_or_none()


def list_municipalities() -> Sequence[Municipality]:
    """Return all municipalities by name."""
    return db.session.scalars(select(Municipality).order_by(Municipality.name)).all()


def list_suppliers() -> Sequence[Supplier]:
    """Return the municipality's suppliers by name."""
    return db.session.scalars(select(Supplier).order_by(Supplier.name)).all()


def get_supplier(supplier_id: UUID) -> Supplier:
    """Return a supplier. Raises NotFound."""
    found = db.session.scalars(select(Supplier).filter_by(id=supplier_id)).one_or_none()
    if found is None:
        raise NotFound
    return found


def list_districts() -> Sequence[District]:
    """Return the municipality's districts by name."""
    return db.session.scalars(select(District).order_by(District.name)).all()


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
