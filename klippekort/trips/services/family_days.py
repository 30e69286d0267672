"""Days with the family: an answer to the proposal, and what becomes of each trip in those days."""

from collections.abc import Collection, Mapping
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import select

from klippekort.citizens.queries import get_citizen
from klippekort.domain.calendar import day_span
from klippekort.domain.permissions import Actor, Role
from klippekort.domain.relatives import TripsToSettle
from klippekort.domain.trips import CancelReason, Company
from klippekort.messages.queries import CITIZEN, Recipient
from klippekort.messages.services import queue_call, tell
from klippekort.municipalities.queries import rested
from klippekort.platform.db import db
from klippekort.punchcards.queries import cards
from klippekort.relatives.models import RelativeProposal
from klippekort.relatives.queries.coming import FamilyCannot, booked_in
from klippekort.relatives.queries.proposals import DONT_BOOK, WAITING, get_proposal
from klippekort.relatives.services import proposing
from klippekort.trips.models import TripEvent
from klippekort.trips.queries.trips import TripRow, booked_between, get_trip, riders_of
from klippekort.trips.services.company import FAMILY_TAKES, go_with_family, stay_home

WITH_FAMILY, FAMILY_DAY, CANNOT = "trip_with_family", "trip_family_day", "family_cannot"


class Fate(StrEnum):
    """What becomes of a trip in the family's days."""

    KEEP = "keep"
    CANCEL = "cancel"
    FAMILY = "family"


def fates_for(row: RelativeProposal) -> tuple[Fate, Fate]:
    """Return what can become of a trip by a proposal: what the family asks for, or as it is."""
    return (Fate.CANCEL if row.kind == DONT_BOOK else Fate.FAMILY), Fate.KEEP


def answer_days(
    actor: Actor,
    proposal_id: UUID,
    *,
    is_yes: bool,
    fates: Mapping[UUID, Fate],
    words: str = "",
    now: datetime,
) -> str:
    """Answer a proposal and do with each trip what is said, all or nothing; return the citizen.

    To days that were agreed before, only the trips are settled. The citizen is told of what she did
    not say herself. Raises TripsToSettle where a trip is not named, Stale, Forbidden, NotFound, and
    what cancelling and booking raise.
    """
    row = get_proposal(proposal_id)
    if row.state == WAITING:
        proposing.answer(
            actor, proposal_id, is_yes=is_yes, words=words, settled=fates.keys(), now=now
        )
    else:
        row = proposing.lock_agreed(actor, proposal_id, now)
    if is_yes:
        _settle(actor, row, fates, now)
    return str(row.citizen_id)


def _settle(actor: Actor, row: RelativeProposal, fates: Mapping[UUID, Fate], now: datetime) -> None:
    """Do with the trips of these days what is said; what has changed meanwhile is asked again."""
    wanted, _keep = fates_for(row)
    found = [one.trip_id for one in booked_in([row], now)[row.id]]
    if set(found) - fates.keys():
        raise TripsToSettle(len(set(found) - fates.keys()))
    moving = [trip_id for trip_id in found if fates[trip_id] is wanted]
    _lock_cards(moving)
    for trip_id in moving:
        before = get_trip(trip_id, row.citizen_id)
        if wanted is Fate.CANCEL:
            stay_home(actor, trip_id, row.citizen_id, CancelReason.VISITORS, now=now)
            _have_her_told(actor, before, trip_id, FAMILY_DAY, now)
        else:
            made = go_with_family(actor, trip_id, row.citizen_id, proposal_id=row.id, now=now)
            _have_her_told(actor, before, made, WITH_FAMILY, now)


def _lock_cards(trip_ids: Collection[UUID]) -> None:
    """Lock the cards of all these trips, for cards are locked first, by their ids."""
    cards.lock_cards(
        {rider.card_id for one in trip_ids for rider in riders_of(one) if rider.card_id}
    )


def _have_her_told(actor: Actor, row: TripRow, trip_id: UUID, kind: str, now: datetime) -> None:
    if actor.role is Role.CITIZEN:
        return
    citizen = get_citizen(row.citizen_id)
    # A cancelling that is undone takes back what was to be told of it, by this key.
    about = "trip_cancelled" if kind == FAMILY_DAY else kind
    tell(
        f"{about}:{trip_id}:{citizen.id}",
        kind,
        to=Recipient(CITIZEN, citizen.id),
        supplier_id=citizen.supplier_id,
        about=trip_id,
        facts={
            "trip": str(trip_id),
            "starts_at": row.starts_at.isoformat(),
            "destination": row.destination,
        },
        due_at=rested(citizen.municipality_id, now),
        late_at=row.starts_at,
        now=now,
    )


def family_cannot(event: FamilyCannot) -> None:
    """Have somebody call a citizen whose family was to take her along and cannot after all: nobody
    comes for her as it stands.
    """
    from_at, until_at = day_span(event.from_on)[0], day_span(event.until_on)[1]
    for row in booked_between([event.citizen_id], max(from_at, event.now), until_at):
        if row.company is not Company.RELATIVE or not _was_for(row.trip_id, event.proposal_id):
            continue
        citizen = get_citizen(row.citizen_id)
        queue_call(
            f"{CANNOT}:{row.trip_id}:{citizen.id}",
            CANNOT,
            citizen_id=citizen.id,
            supplier_id=citizen.supplier_id,
            about=row.trip_id,
            facts={
                "trip": str(row.trip_id),
                "starts_at": row.starts_at.isoformat(),
                "destination": row.destination,
            },
            due_at=event.now,
            now=event.now,
        )


def _was_for(trip_id: UUID, proposal_id: UUID) -> bool:
    found = select(TripEvent).filter_by(trip_id=trip_id, kind=FAMILY_TAKES)
    return any(one.details.get("proposal") == str(proposal_id) for one in db.session.scalars(found))
