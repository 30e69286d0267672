"""Setting a municipality up: its contact, suppliers, districts and travel times."""

import re
import unicodedata
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from klippekort.domain.errors import DomainError
from klippekort.domain.permissions import Action, Actor, authorise
from klippekort.municipalities import queries
from klippekort.municipalities.models import District, Municipality, Supplier
from klippekort.platform import audit
from klippekort.platform.db import db
from klippekort.platform.ids import new_id

_LETTERS = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa"})
_LONGEST_SLUG = 40
LONGEST_NAME = 80


class NameTaken(DomainError):
    """Something of this kind has that name already."""


class NoName(DomainError):
    """A municipality has a name, of at most LONGEST_NAME letters."""


class InUse(DomainError):
    """Something still points here, so it cannot be removed."""


def create_municipality(name: str, *, now: datetime) -> int:
    """Add an empty municipality and return its number. Raises NameTaken and NoName."""
    name = name.strip()
    if not is_name(name):
        raise NoName
    taken = {row.slug: row.name.casefold() for row in queries.list_municipalities()}
    if name.casefold() in taken.values():
        raise NameTaken
    number = (db.session.scalars(select(func.max(Municipality.id))).one() or 0) + 1
    slug = _free_slug(slug_of(name), set(taken))
    db.session.add(Municipality(id=number, slug=slug, name=name, created_at=now))
    return number


def slug_of(name: str) -> str:
    """Return a name as it stands in web addresses: "Lindeby Kommune" is lindeby."""
    spelled = name.casefold().removesuffix(" kommune").translate(_LETTERS)
    plain = unicodedata.normalize("NFKD", spelled).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    return slug[:_LONGEST_SLUG].rstrip("-") or "kommune"


def is_name(text: str) -> bool:
    """Say whether a municipality can be called so."""
    return 0 < len(text.strip()) <= LONGEST_NAME and text.strip().isprintable()


def is_slug(text: str) -> bool:
    """Say whether this can stand in web addresses as it is: small letters, figures and hyphens."""
    return text == slug_of(text)


def _free_slug(slug: str, taken: set[str]) -> str:
    number, free = 1, slug
    while free in taken:
        number += 1
        free = f"{slug[: _LONGEST_SLUG - 4]}-{number}"
    return free


def change_contact(
    actor: Actor,
    phone: str,
    phone_hours: str,
    out_of_hours: str = "",
    return_address: str = "",
    *,
    now: datetime,
) -> None:
    """Store the number citizens call, as E.164, in words when it is answered and what they do when
    it is not, and where answers on paper are sent, in lines.
    """
    authorise(actor, Action.SET_UP_MUNICIPALITY)
    home = queries.lock_municipality(actor.municipality_id)
    home.phone, home.phone_hours = phone, phone_hours.strip()
    home.out_of_hours = out_of_hours.strip() or None
    home.return_address = _lines(return_address) or None
    audit.record(actor, Action.SET_UP_MUNICIPALITY, "municipality", changed="contact")


def _lines(said: str) -> str:
    return "\n".join(line.strip() for line in said.splitlines() if line.strip())


def set_travel_minutes(actor: Actor, near: int, far: int, now: datetime) -> None:
    """Store how many minutes one way takes, within a district and between two."""
    authorise(actor, Action.SET_UP_MUNICIPALITY)
    home = queries.lock_municipality(actor.municipality_id)
    home.travel_near_minutes, home.travel_far_minutes = near, far
    audit.record(actor, Action.SET_UP_MUNICIPALITY, "municipality", near=near, far=far)


def set_correction_limit(actor: Actor, minutes: int | None, now: datetime) -> None:
    """Store above how many minutes a second person agrees to a correction; None is every time."""
    authorise(actor, Action.SET_UP_MUNICIPALITY)
    home = queries.lock_municipality(actor.municipality_id)
    home.correction_limit = minutes
    audit.record(actor, Action.SET_UP_MUNICIPALITY, "municipality", correction_limit=minutes)


def set_tablet_idle(actor: Actor, minutes: int, now: datetime) -> None:
    """Store after how many minutes without a tap a helper's tablet locks itself."""
    authorise(actor, Action.SET_UP_MUNICIPALITY)
    home = queries.lock_municipality(actor.municipality_id)
    home.tablet_idle_minutes = minutes
    audit.record(actor, Action.SET_UP_MUNICIPALITY, "municipality", tablet_idle=minutes)


def set_happenings(
    actor: Actor, nurse_phone: str | None, report_at: str, rest: int, now: datetime
) -> None:
    """Store the nurse on call as E.164, where events are reported, and how long messages rest."""
    authorise(actor, Action.SET_UP_MUNICIPALITY)
    home = queries.lock_municipality(actor.municipality_id)
    home.nurse_phone, home.incident_report = nurse_phone, report_at.strip() or None
    home.rest_minutes = rest
    audit.record(actor, Action.SET_UP_MUNICIPALITY, "municipality", changed="happenings", rest=rest)


def add_supplier(
    actor: Actor, name: str, is_municipal: bool, phone: str | None, now: datetime
) -> str:
    """Add a supplier of home care and return its id. Raises NameTaken."""
    authorise(actor, Action.SET_UP_MUNICIPALITY)
    if queries.find_supplier(name):
        raise NameTaken
    row = Supplier(id=new_id(), name=name.strip(), is_municipal=is_municipal, phone=phone)
    db.session.add(row)
    audit.record(actor, Action.SET_UP_MUNICIPALITY, "supplier", row.id, deed="add")
    return str(row.id)


def change_supplier(
    actor: Actor,
    supplier_id: UUID,
    name: str,
    is_municipal: bool,
    phone: str | None,
    now: datetime,
) -> None:
    """Change what is known of a supplier. Raises NotFound, NameTaken."""
    row = queries.get_supplier(supplier_id)
    authorise(actor, Action.SET_UP_MUNICIPALITY)
    if queries.find_supplier(name) not in (None, row):
        raise NameTaken
    row.name, row.is_municipal, row.phone = name.strip(), is_municipal, phone
    audit.record(actor, Action.SET_UP_MUNICIPALITY, "supplier", row.id, deed="change")


def remove_supplier(actor: Actor, supplier_id: UUID, now: datetime) -> None:
    """Remove a supplier nobody belongs to. Raises NotFound, InUse."""
    row = queries.get_supplier(supplier_id)
    authorise(actor, Action.SET_UP_MUNICIPALITY)
    _remove(row)
    audit.record(actor, Action.SET_UP_MUNICIPALITY, "supplier", supplier_id, deed="remove")


def add_district(actor: Actor, name: str, now: datetime) -> str:
    """Add a district and return its id. Raises NameTaken."""
    authorise(actor, Action.SET_UP_MUNICIPALITY)
    if queries.find_district(name):
        raise NameTaken
    row = District(id=new_id(), name=name.strip())
    db.session.add(row)
    audit.record(actor, Action.SET_UP_MUNICIPALITY, "district", row.id, deed="add")
    return str(row.id)


def rename_district(actor: Actor, district_id: UUID, name: str, now: datetime) -> None:
    """Give a district another name. Raises NotFound, NameTaken."""
    row = queries.get_district(district_id)
    authorise(actor, Action.SET_UP_MUNICIPALITY)
    if queries.find_district(name) not in (None, row):
        raise NameTaken
    row.name = name.strip()
    audit.record(actor, Action.SET_UP_MUNICIPALITY, "district", row.id, deed="change")


def remove_district(actor: Actor, district_id: UUID, now: datetime) -> None:
    """Remove a district nobody belongs to. Raises NotFound, InUse."""
    row = queries.get_district(district_id)
    authorise(actor, Action.SET_UP_MUNICIPALITY)
    _remove(row)
    audit.record(actor, Action.SET_UP_MUNICIPALITY, "district", district_id, deed="remove")


def _remove(row: Supplier | District) -> None:
    """Delete a row unless a foreign key says that something points at it."""
    try:
        with db.session.begin_nested():
            db.session.delete(row)
            db.session.flush()
    except IntegrityError as refused:
        raise InUse from refused
