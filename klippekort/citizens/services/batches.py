"""Many citizens at once, as a file from the care record brings them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import select

from klippekort.citizens import queries
from klippekort.citizens.models import Citizen
from klippekort.citizens.queries import CitizenFacts
from klippekort.citizens.services.records import (
    PersonNumberMissing,
    checked_ref,
    needs_wheelchair,
)
from klippekort.domain.calendar import local_day
from klippekort.domain.permissions import Action, Actor, authorise
from klippekort.domain.travel import Point
from klippekort.platform.db import db
from klippekort.platform.ids import new_id
from klippekort.platform.keys import Place, keys

Outcome = Literal["new", "changed", "unchanged"]
ASKED_AT_ONCE = 500
_SEALED = ("person_number", "address", "phone", "point")
_PLAIN = (
    "first_name",
    "last_name",
    "postcode",
    "town",
    "supplier_id",
    "district_id",
    "functional_level",
    "setting",
    "lives_alone",
    "home_care_minutes",
    "has_protected_address",
    "record_ref",
)


@dataclass(frozen=True)
class Put:
    """What became of one citizen of a batch."""

    citizen_id: UUID
    outcome: Outcome


def put_citizens(actor: Actor, batch: Sequence[CitizenFacts], now: datetime) -> list[Put]:
    """Add or change citizens by person number and return what became of each, in order.

    What a fact does not say is emptied, for the care record is where it is kept; only where the
    home lies stays as it was until she moves, for few care records know it. The caller has
    looked up suppliers and districts, sends each person number once, has claimed what the care
    record calls them, and writes the audit line. Raises Forbidden, PersonNumberMissing and
    RecordRefUnfit.
    """
    authorise(actor, Action.IMPORT_DATA)
    known = _known(batch)
    return [_put(actor, facts, known, now) for facts in batch]


def claim_record_refs(actor: Actor, claims: Mapping[str, str]) -> frozenset[str]:
    """Return which care record ids belong to citizens who are not among the claims.

    `claims` is the id by person number, "" for none. Those in it who are about to be called
    something else give their old id up at once, so that two can trade; `put_citizens` gives them
    the new one. Raises Forbidden.
    """
    authorise(actor, Action.IMPORT_DATA)
    claimed = {queries.identity(number): ref for number, ref in claims.items()}
    refs = sorted({ref for ref in claims.values() if ref})
    taken: set[str] = set()
    for start in range(0, len(refs), ASKED_AT_ONCE):
        wanted = select(Citizen.id, Citizen.person_number_index, Citizen.record_ref)
        wanted = wanted.where(Citizen.record_ref.in_(refs[start : start + ASKED_AT_ONCE]))
        for citizen_id, index, ref in db.session.execute(wanted).all():
            if index not in claimed:
                taken.add(str(ref))
            elif claimed[index] != ref:
                queries.lock_citizen(citizen_id).record_ref = f"given up: {citizen_id.hex}"
    db.session.flush()
    return frozenset(taken)


def _known(batch: Sequence[CitizenFacts]) -> dict[str, Citizen]:
    indexes = [_index(facts) for facts in batch]
    found = select(Citizen).where(Citizen.person_number_index.in_(indexes)).with_for_update()
    return {row.person_number_index: row for row in db.session.scalars(found)}


def _index(facts: CitizenFacts) -> str:
    if facts.person_number is None:
        raise PersonNumberMissing
    return queries.identity(facts.person_number)


def _put(actor: Actor, facts: CitizenFacts, known: dict[str, Citizen], now: datetime) -> Put:
    index = _index(facts)
    citizen = known.get(index)
    if facts.record_ref is not None:
        facts = replace(facts, record_ref=checked_ref(facts))
    elif citizen is not None:
        facts = replace(facts, record_ref=citizen.record_ref)
    if citizen is None:
        citizen = _new(actor, index, now)
        _fill(citizen, facts, before=None)
        db.session.add(citizen)
        return Put(citizen.id, "new")
    before = queries.facts_of(citizen)
    facts = queries.with_point(facts, before)
    if queries.has_moved(facts, before):
        citizen.moved_on = local_day(now)
    return Put(citizen.id, "changed" if _fill(citizen, facts, before) else "unchanged")


def _new(actor: Actor, index: str, now: datetime) -> Citizen:
    citizen_id = new_id()
    return Citizen(
        id=citizen_id,
        municipality_id=actor.municipality_id,
        wrapped_key=keys().new_data_key(Place(actor.municipality_id, citizen_id, "key")),
        person_number_index=index,
        created_at=now,
    )


def _fill(citizen: Citizen, facts: CitizenFacts, before: CitizenFacts | None) -> bool:
    """Store the facts that differ and say whether any did.

    Only those: a sealed text is another text each time it is sealed, and a row that nobody changed
    is not to be written again.
    """
    owner = queries.place(citizen, "key")
    if citizen.wrapped_key is None:  # erased once; what is written now needs a key again
        citizen.wrapped_key = keys().new_data_key(owner)
    differs = False
    for name in (*_SEALED, *_PLAIN, "aids"):
        value = getattr(facts, name)
        if name == "person_number":
            value = queries.plain_number(value)
        if before is not None and getattr(before, name) == value:
            continue
        differs = True
        if name in _SEALED:
            bound = queries.place(citizen, name)
            text = queries.written_point(value) if isinstance(value, Point) else value
            sealed = keys().encrypt(citizen.wrapped_key, owner, text, bound) if text else None
            setattr(citizen, f"{name}_encrypted", sealed)
        else:
            setattr(citizen, name, list(value) if name == "aids" else value)
    if differs:
        citizen.search_name = queries.search_name(facts.first_name, facts.last_name)
        citizen.needs_wheelchair = needs_wheelchair(facts.aids)
    return differs
