"""Adding and changing citizens, and opening what is kept encrypted."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from klippekort.citizens import queries
from klippekort.citizens.models import Citizen
from klippekort.citizens.queries import CitizenFacts
from klippekort.citizens.services.rectifying import keep_what_stood
from klippekort.domain import record_refs
from klippekort.domain.calendar import local_day
from klippekort.domain.errors import DomainError
from klippekort.domain.permissions import Action, Actor, authorise
from klippekort.municipalities.queries import get_district, get_supplier
from klippekort.platform import audit
from klippekort.platform.db import db
from klippekort.platform.ids import new_id
from klippekort.platform.keys import Place, keys

_WHEELCHAIR = ("kørestol", "korestol", "wheelchair")


class PersonNumberTaken(DomainError):
    """Another citizen of the municipality has this person number."""


class PersonNumberMissing(DomainError):
    """A new citizen was given no person number."""


class RecordRefTaken(DomainError):
    """Another citizen of the municipality is called this in the care record."""


class RecordRefUnfit(DomainError):
    """What the care record is said to call a citizen is too long, or looks like a person number."""


def checked_ref(facts: CitizenFacts) -> str | None:
    """Return what the care record calls a citizen, or None for nothing. Raises RecordRefUnfit."""
    if not facts.record_ref:
        return None
    if not record_refs.is_fit(facts.record_ref):
        raise RecordRefUnfit
    return facts.record_ref


def needs_wheelchair(aids: tuple[str, ...]) -> bool:
    """Say whether the aids hold a wheelchair, of whatever kind."""
    return any(word in aid.casefold() for aid in aids for word in _WHEELCHAIR)


def content_of(facts: CitizenFacts) -> str:
    """Return a keyed fingerprint of what was typed, to tell two presses of a button apart."""
    return keys().blind_index(0, repr(facts))


def add_citizen(actor: Actor, facts: CitizenFacts, now: datetime) -> str:
    """Add a citizen and return the id.

    Raises PersonNumberTaken, PersonNumberMissing, RecordRefTaken, RecordRefUnfit, Forbidden, and
    NotFound for a supplier or district that is not the municipality's.
    """
    authorise(actor, Action.GRANT_CARD)
    if facts.person_number is None:
        raise PersonNumberMissing
    citizen_id = new_id()
    owner = Place(actor.municipality_id, citizen_id, "key")
    citizen = Citizen(
        id=citizen_id,
        municipality_id=actor.municipality_id,
        wrapped_key=keys().new_data_key(owner),
        created_at=now,
    )
    _fill(citizen, facts)
    db.session.add(citizen)
    _flush(citizen)
    audit.record(
        actor,
        Action.GRANT_CARD,
        "citizen",
        citizen_id,
        citizens=[citizen_id],
        purpose="add_citizen",
    )
    return str(citizen_id)


def change_citizen(
    actor: Actor, citizen_id: UUID, facts: CitizenFacts, now: datetime, reason: str = "changed"
) -> list[str]:
    """Change what is known about a citizen and return the names of the facts that changed.

    What stood before is kept, with the reason.

    A person number or address of None stays as it was. Where the home lies is forgotten when she
    moves. Raises PersonNumberTaken, RecordRefTaken, RecordRefUnfit, Forbidden and NotFound.
    """
    citizen = queries.lock_citizen(citizen_id)
    authorise(actor, Action.GRANT_CARD, queries.reach(citizen, local_day(now)))
    before = queries.facts_of(citizen)
    after = _whole(facts, before)
    changed = sorted(name for name, value in vars(before).items() if vars(after)[name] != value)
    if not changed:
        return []
    _fill(citizen, after)
    if queries.has_moved(after, before):
        citizen.moved_on = local_day(now)
    keep_what_stood(actor, citizen, before, changed, reason, now)
    _flush(citizen)
    audit.record(
        actor,
        Action.GRANT_CARD,
        "citizen",
        citizen_id,
        citizens=[citizen_id],
        purpose="change_citizen",
        changed=changed,
    )
    return changed


def choose_call_name(actor: Actor, citizen_id: UUID, name: str, now: datetime) -> None:
    """Keep what a citizen would rather be called by hosts and friends; "" is her first name again.

    Raises Forbidden and NotFound.
    """
    citizen = queries.lock_citizen(citizen_id)
    authorise(actor, Action.CHOOSE_CALL_NAME, queries.reach(citizen, local_day(now)))
    if (citizen.call_name or "") == name:
        return
    keep_what_stood(actor, citizen, queries.facts_of(citizen), ["call_name"], "asked", now)
    citizen.call_name = name or None
    audit.record(
        actor,
        Action.CHOOSE_CALL_NAME,
        "citizen",
        citizen_id,
        citizens=[citizen_id],
        purpose="change_citizen",
        changed=["call_name"],
    )


def open_address(actor: Actor, citizen_id: UUID, purpose: str, now: datetime) -> str | None:
    """Return a citizen's address in clear, protected or not, and put the look on record.

    Never call it with an idempotency key: the address would be kept with the answer. Raises
    Forbidden and NotFound.
    """
    citizen = queries.get_citizen(citizen_id)
    authorise(actor, Action.SEE_CITIZEN, queries.reach(citizen, local_day(now)))
    audit.record(
        actor,
        Action.SEE_CITIZEN,
        "address",
        citizen_id,
        citizens=[citizen_id],
        purpose=purpose,
        is_protected=citizen.has_protected_address,
    )
    return queries.address_of(citizen)


def _whole(facts: CitizenFacts, before: CitizenFacts) -> CitizenFacts:
    """Return the facts as they are stored: what a change leaves alone is taken from `before`."""
    number = facts.person_number
    whole = replace(
        facts,
        person_number=queries.plain_number(number) if number else before.person_number,
        address=before.address if facts.address is None else facts.address or None,
        phone=facts.phone or None,
        record_ref=before.record_ref if facts.record_ref is None else facts.record_ref or None,
        call_name=before.call_name if facts.call_name is None else facts.call_name or None,
    )
    return queries.with_point(whole, before)


def _fill(citizen: Citizen, facts: CitizenFacts) -> None:
    get_supplier(facts.supplier_id)
    if facts.district_id is not None:
        get_district(facts.district_id)
    _seal(citizen, facts)
    _claim_ref(citizen, checked_ref(facts))
    citizen.first_name = facts.first_name
    citizen.last_name = facts.last_name
    citizen.call_name = facts.call_name or None
    citizen.search_name = queries.search_name(facts.first_name, facts.last_name)
    citizen.postcode = facts.postcode
    citizen.town = facts.town
    citizen.supplier_id = facts.supplier_id
    citizen.district_id = facts.district_id
    citizen.setting = facts.setting
    citizen.functional_level = facts.functional_level
    citizen.lives_alone = facts.lives_alone
    citizen.aids = list(facts.aids)
    citizen.needs_wheelchair = needs_wheelchair(facts.aids)
    citizen.home_care_minutes = facts.home_care_minutes
    citizen.has_protected_address = facts.has_protected_address


def _seal(citizen: Citizen, facts: CitizenFacts) -> None:
    owner = queries.place(citizen, "key")
    if citizen.wrapped_key is None:  # erased once; what is written now needs a key again
        citizen.wrapped_key = keys().new_data_key(owner)
    if facts.person_number is not None:
        _claim(citizen, facts.person_number)
        _write(citizen, owner, "person_number", queries.plain_number(facts.person_number))
    _write(citizen, owner, "address", facts.address)
    _write(citizen, owner, "phone", facts.phone)
    _write(citizen, owner, "point", queries.written_point(facts.point) if facts.point else None)


def _write(citizen: Citizen, owner: Place, column: str, text: str | None) -> None:
    """Seal `text` in its column; empty text empties the column."""
    sealed = None
    if text and citizen.wrapped_key is not None:
        bound = queries.place(citizen, column)
        sealed = keys().encrypt(citizen.wrapped_key, owner, text, bound)
    setattr(citizen, f"{column}_encrypted", sealed)


def _claim(citizen: Citizen, person_number: str) -> None:
    with db.session.no_autoflush:  # asked before the row is whole
        taken = queries.find_by_person_number(person_number)
    if taken is not None and taken.id != citizen.id:
        raise PersonNumberTaken
    citizen.person_number_index = queries.identity(person_number)


def _claim_ref(citizen: Citizen, ref: str | None) -> None:
    with db.session.no_autoflush:  # asked before the row is whole
        taken = queries.find_by_record_ref(ref) if ref else None
    if taken is not None and taken.id != citizen.id:
        raise RecordRefTaken
    citizen.record_ref = ref


def _flush(citizen: Citizen) -> None:
    """Write the row now, so that what is taken at the same moment is told from other faults."""
    try:
        db.session.flush()
    except IntegrityError as error:
        if "person_number_index" in str(error.orig):
            raise PersonNumberTaken from error
        if "record_ref" in str(error.orig):
            raise RecordRefTaken from error
        raise
