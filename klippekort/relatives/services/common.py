"""What the services of relatives share: who may, and how a line is added to a history."""

from datetime import date, datetime
from uuid import UUID

from klippekort.citizens.models import Citizen
from klippekort.citizens.queries import reach
from klippekort.domain.permissions import Action, Actor, Role, authorise
from klippekort.domain.proxies import Giver, Proxy, Step
from klippekort.messages.models import MessageDelivery, OutboxMessage
from klippekort.platform import audit
from klippekort.platform.db import db
from klippekort.platform.ids import new_id
from klippekort.relatives.models import ProxyLine, Relative
from klippekort.relatives.queries import messages as told
from klippekort.relatives.queries.relatives import next_seq

GIVERS = {Role.CITIZEN: Giver.CITIZEN, Role.RELATIVE: Giver.RELATIVE, Role.SYSTEM: Giver.SYSTEM}


def giver_of(actor: Actor) -> Giver:
    """Return who says so: the citizen on her own page, the relative, or staff on her word."""
    return GIVERS.get(actor.role, Giver.STAFF)


def authorise_giving(actor: Actor, citizen: Citizen, today: date) -> None:
    """Return quietly for the citizen herself, and staff whom she concerns. Raises Forbidden."""
    action = Action.GIVE_OWN_PROXY if actor.role is Role.CITIZEN else Action.RECORD_PROXY
    authorise(actor, action, reach(citizen, today))


def add_line(
    actor: Actor,
    row: Relative,
    step: Step,
    *,
    proxy: Proxy | None = None,
    witness_id: UUID | None = None,
    now: datetime,
) -> ProxyLine:
    """Add a line to the history of a relative whose citizen is locked."""
    line = ProxyLine(
        id=new_id(),
        relative_id=row.id,
        seq=next_seq(row.id),
        step=step.value,
        purposes=sorted(proxy.purposes) if proxy else [],
        from_on=proxy.from_on if proxy else None,
        until_on=proxy.until_on if proxy else None,
        evidence=proxy.evidence.value if proxy else None,
        giver=giver_of(actor).value,
        recorded_by=actor.account_id,
        witness_id=witness_id,
        recorded_at=now,
    )
    db.session.add(line)
    db.session.flush()
    note(actor, row, step.value)
    return line


def note(actor: Actor, row: Relative, what: str, **details: str) -> None:
    """Put on record what was done with a relative."""
    audit.record(
        actor,
        Action.RECORD_PROXY,
        "relative",
        row.id,
        citizens=[row.citizen_id],
        what=what,
        **details,
    )


def silence(relative_id: UUID) -> tuple[list[OutboxMessage], list[MessageDelivery]]:
    """Take back every message to a relative that has not left the house, and return them."""
    messages, deliveries = told.waiting_for(relative_id)
    for message in messages:
        message.state = "withdrawn"
    for sent in deliveries:
        sent.state = "stopped"
    db.session.flush()
    return list(messages), list(deliveries)
