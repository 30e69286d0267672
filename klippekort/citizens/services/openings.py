"""A short look at a citizen who is not one's own."""

from datetime import datetime, timedelta
from uuid import UUID

from klippekort.citizens import queries
from klippekort.citizens.models import AccessOpening
from klippekort.domain.errors import DomainError
from klippekort.domain.permissions import Action, Actor, authorise
from klippekort.platform import audit
from klippekort.platform.db import db
from klippekort.platform.ids import new_id

OPEN_FOR = timedelta(minutes=30)
REASONS = ("covering", "she_called", "emergency")


class UnknownReason(DomainError):
    """Access was asked for without one of the reasons there are."""


def open_access(actor: Actor, citizen_id: UUID, reason: str, now: datetime) -> str:
    """Open a citizen's name and card to the actor for half an hour and return the opening's id.

    Raises UnknownReason, Forbidden and NotFound.
    """
    authorise(actor, Action.OPEN_ACCESS)
    citizen = queries.get_citizen(citizen_id)
    if reason not in REASONS:
        raise UnknownReason
    opening = AccessOpening(
        id=new_id(),
        account_id=actor.account_id,
        citizen_id=citizen.id,
        reason=reason,
        opened_at=now,
        ends_at=now + OPEN_FOR,
    )
    db.session.add(opening)
    audit.record(
        actor,
        Action.OPEN_ACCESS,
        "access_opening",
        opening.id,
        citizens=[citizen.id],
        purpose=reason,
    )
    return str(opening.id)
