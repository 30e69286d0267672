"""A new master key: everything the old one sealed is sealed anew, while people go on working."""

from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import select

from klippekort.accounts.models import Credential
from klippekort.operations.moving.sealed import OWN_KEY, SEALS
from klippekort.platform.db import Base, db
from klippekort.platform.execute import execute
from klippekort.platform.job_runner import list_municipalities
from klippekort.platform.keys import KeyRing, Place, keys
from klippekort.platform.tenancy import MunicipalityOwned, acting_for

AT_ONCE = 200
TOTP = "credential.totp"


@dataclass(frozen=True)
class Sealed:
    """A column that a master seals, and the names its values may be bound to."""

    model: Any
    attribute: str
    places: tuple[str, ...]
    is_unnumbered: bool = False


def sealed_by_master() -> list[Sealed]:
    """Return every column that a master key has sealed, in municipalities' rows and others."""
    found = []
    for mapper in Base.registry.mappers:
        table = mapper.local_table
        for column in table.columns:
            name = f"{getattr(table, 'name', '')}.{column.name}"
            seal = SEALS.get(name)
            attribute = mapper.get_property_by_column(column).key
            if column.name == OWN_KEY:
                found.append(Sealed(mapper.class_, attribute, ("key",)))
            elif seal is not None and (seal.owner is None or seal.loose is not None):
                places = (seal.place, *([seal.loose] if seal.loose else []))
                found.append(Sealed(mapper.class_, attribute, places, seal.is_unnumbered))
    return found


def rotate(key_file: Path, tell: Callable[[str], None]) -> int:
    """Seal anew what earlier masters sealed, and return how many values there were.

    A new master is made first, unless an earlier rotation was cut off: then that one is finished.
    What others write meanwhile is found in a last round. The masters of before stay in the file,
    for older backups.
    """
    ring = KeyRing.load_or_make(key_file)
    if not left_behind():
        ring.with_new_master().store(key_file)
        tell("There is a new master key.")
    else:
        tell("A rotation was cut off; it goes on.")
    done = 0
    while number := sum(_round()):
        done += number
        tell(f"{number} values are sealed anew.")
    return done


def retire(key_file: Path) -> int:
    """Take the masters of before out of the key file, and return how many there were.

    Raises ValueError while something is still sealed with one.
    """
    if left := left_behind():
        raise ValueError(f"{left} values are still sealed with an earlier master.")
    ring = KeyRing.load_or_make(key_file)
    ring.without_former().store(key_file)
    return len(ring.former)


def left_behind() -> int:
    """Count the values that an earlier master sealed."""
    found = sum(len(_under_former(rows, one)) for one, rows in _everything())
    return found + sum(_anew(row) is not None for row in db.session.scalars(_codes()))


def _split() -> tuple[list[Sealed], list[Sealed]]:
    """Return the columns of a municipality's own rows, and those of rows that are nobody's own."""
    everything = sealed_by_master()
    owned = [one for one in everything if issubclass(one.model, MunicipalityOwned)]
    return owned, [one for one in everything if one not in owned]


def _everything() -> Iterator[tuple[Sealed, Any]]:
    owned, others = _split()
    for number, _created_at in list_municipalities():
        db.session.rollback()
        with acting_for(number):
            for one in owned:
                yield from _all_of(one)
    db.session.rollback()
    for one in others:
        yield from _all_of(one)


def _all_of(one: Sealed) -> Iterator[tuple[Sealed, Any]]:
    last: UUID | None = None
    while rows := _read(one, last, lock=False):
        yield one, rows
        last = rows[-1].id
        db.session.expunge_all()


def _read(one: Sealed, after: UUID | None, *, lock: bool) -> list[Any]:
    wanted = select(one.model).order_by(one.model.id).limit(AT_ONCE)
    if after is not None:
        wanted = wanted.where(one.model.id > after)
    wanted = wanted.where(getattr(one.model, one.attribute).is_not(None))
    return list(db.session.scalars(wanted.with_for_update() if lock else wanted))


def _under_former(rows: list[Any], one: Sealed) -> list[tuple[Any, bytes]]:
    ring, found = keys(), []
    for row in rows:
        number = 0 if one.is_unnumbered else row.municipality_id
        for place in one.places:
            anew = ring.sealed_anew(getattr(row, one.attribute), Place(number, row.id, place))
            if anew is not None:
                found.append((row, anew))
                break
    return found


def _round() -> Iterator[int]:
    owned, others = _split()
    for number, _created_at in list_municipalities():
        db.session.rollback()
        with acting_for(number):
            for one in owned:
                yield from _seal_all(one)
    db.session.rollback()
    for one in others:
        yield from _seal_all(one)
    yield execute(_seal_codes)


def _seal_all(one: Sealed) -> Iterator[int]:
    last: UUID | None = None
    while True:
        last, done = execute(_seal_some, one, last)
        yield done
        if last is None:
            break


def _seal_some(one: Sealed, after: UUID | None) -> tuple[UUID | None, int]:
    """Seal some rows anew; return where to go on from, or None at the end, and how many."""
    rows = _read(one, after, lock=True)
    found = _under_former(rows, one)
    for row, anew in found:
        setattr(row, one.attribute, anew)
    db.session.flush()
    last = rows[-1].id if len(rows) == AT_ONCE else None
    db.session.expunge_all()
    return last, len(found)


def _codes() -> Any:
    return select(Credential).filter_by(kind="totp")


def _anew(row: Credential) -> bytes | None:
    return keys().sealed_anew(b64decode(row.secret), Place(0, row.account_id, TOTP))


def _seal_codes() -> int:
    """Seal anew what one-time passwords are made of; they belong to no municipality."""
    done = 0
    for row in db.session.scalars(_codes().with_for_update()).all():
        anew = _anew(row)
        if anew is not None:
            row.secret, done = b64encode(anew).decode(), done + 1
    return done
