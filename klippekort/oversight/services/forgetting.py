"""Forgetting what is due, with a proof of it; and what must wait."""

import hashlib
from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import delete, update

from klippekort.citizens.models import Citizen
from klippekort.citizens.queries import get_citizen
from klippekort.domain.errors import DomainError
from klippekort.domain.permissions import Action, Actor, Role, authorise
from klippekort.domain.retention import Deed, Rule
from klippekort.oversight.models import DeletionProof, LegalHold
from klippekort.oversight.queries.closing import FORGOTTEN, lock_hold
from klippekort.oversight.queries.due import NOTHING, blank, key_of, model_of
from klippekort.platform import audit
from klippekort.platform.db import db
from klippekort.platform.tenancy import current_municipality

LONGEST_HOLD_DAYS = 3660


class HoldTooLong(DomainError):
    """A hold must end after today, and within ten years."""


def forget(rule: Rule, ids: Sequence[UUID], *, now: datetime) -> int:
    """Do what a rule says to these rows, and return how many there were, with a proof kept."""
    actor = Actor(current_municipality(), Role.SYSTEM)
    authorise(actor, Action.RUN_JOB)
    model = model_of(rule.table)
    chosen = key_of(model).in_(ids)
    if rule.deed is Deed.DELETE:
        db.session.execute(delete(model).where(chosen))
    elif rule.deed is Deed.CLEAR:
        columns = model.__table__.c
        values = {columns[name]: blank(columns[name]) for name in rule.clears}
        db.session.execute(update(model).where(chosen).values(values))
    else:
        for citizen_id in ids:
            _anonymise(citizen_id)
    _prove(rule, ids, now)
    audit.record(actor, Action.RUN_JOB, rule.table, rule=rule.name, rows=len(ids))
    return len(ids)


def _anonymise(citizen_id: UUID) -> None:
    """Take away all that tells who a citizen was: her key first, and with it all that is sealed.

    Where she was served and who served her stays, for the figures.
    """
    gone = {
        "first_name": NOTHING,
        "last_name": NOTHING,
        "search_name": "",
        "person_number_index": f"{FORGOTTEN}{citizen_id.hex}",
        "aids": [],
        "needs_wheelchair": False,
        "has_protected_address": False,
    }
    empty = (
        "call_name",
        "wrapped_key",
        "person_number_encrypted",
        "address_encrypted",
        "phone_encrypted",
        "point_encrypted",
        "escort_note_encrypted",
        "record_ref",
        "postcode",
        "town",
        "functional_level",
        "lives_alone",
        "home_care_minutes",
    )
    values = {**gone, **dict.fromkeys(empty)}
    db.session.execute(update(Citizen).where(Citizen.id == citizen_id).values(values))


def _prove(rule: Rule, ids: Sequence[UUID], now: datetime) -> None:
    """Keep what was forgotten; a citizen by herself, so that it can be done again."""
    one_by_one = rule.deed is Deed.ANONYMISE
    for part in [[one] for one in ids] if one_by_one else [ids]:
        said = "\n".join(sorted(str(one) for one in part))
        db.session.add(
            DeletionProof(
                rule=rule.name,
                subject_table=rule.table,
                deed=rule.deed,
                rows=len(part),
                hash=hashlib.sha256(said.encode()).hexdigest(),
                citizen_id=part[0] if one_by_one else None,
                forgotten_at=now,
            )
        )


def place_hold(
    actor: Actor, citizen_id: UUID, reason: str, until_on: date, *, today: date, now: datetime
) -> str:
    """Let everything about a citizen wait until a day, and return the hold's id.

    Raises HoldTooLong, Forbidden and NotFound.
    """
    authorise(actor, Action.HOLD_DATA)
    get_citizen(citizen_id)
    if not 0 < (until_on - today).days <= LONGEST_HOLD_DAYS:
        raise HoldTooLong
    row = LegalHold(
        citizen_id=citizen_id,
        reason=reason,
        until_on=until_on,
        placed_by=actor.account_id,
        placed_at=now,
    )
    db.session.add(row)
    db.session.flush()
    audit.record(
        actor,
        Action.HOLD_DATA,
        "legal_hold",
        row.id,
        citizens=[citizen_id],
        purpose="hold_data",
        reason=reason,
        until_on=until_on,
    )
    return str(row.id)


def lift_hold(actor: Actor, hold_id: UUID, *, now: datetime) -> str:
    """End a hold before its day, and return the citizen's id. Raises Forbidden and NotFound."""
    authorise(actor, Action.HOLD_DATA)
    row = lock_hold(hold_id)
    if row.lifted_at is None:
        row.lifted_at, row.lifted_by = now, actor.account_id
        audit.record(
            actor,
            Action.HOLD_DATA,
            "legal_hold",
            row.id,
            citizens=[row.citizen_id],
            purpose="hold_data",
        )
    return str(row.citizen_id)
