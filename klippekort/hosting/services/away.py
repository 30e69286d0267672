"""A volunteer stops or takes a pause: others are asked for what they had promised."""

from datetime import datetime, timedelta
from uuid import UUID

from klippekort.activities.queries import lock_occurrence
from klippekort.domain.hosting import OfferState, SearchState
from klippekort.domain.permissions import Action, Actor, Role
from klippekort.hosting.models import HostOffer
from klippekort.hosting.queries import away
from klippekort.hosting.queries import offers as queries
from klippekort.hosting.queries.dates import hosts_of
from klippekort.hosting.queries.offers import Wanted
from klippekort.hosting.services import calls
from klippekort.hosting.services.searching import open_search
from klippekort.platform import audit
from klippekort.platform.db import db
from klippekort.platform.ids import new_id
from klippekort.platform.tenancy import current_municipality
from klippekort.volunteers.queries import get_volunteer
from klippekort.volunteers.services.away import VolunteerAway, is_away

LOOKED_FOR = timedelta(weeks=3)
"""How long before a date others are asked; nobody is asked for a whole season in one day."""


def volunteer_away(event: VolunteerAway) -> None:
    """Let go of every date and trip to come on which a volunteer is away, and look for others."""
    volunteer, now = get_volunteer(event.volunteer_id), event.now
    kept = 0
    for offer_id in away.live_offers(volunteer.id, now):
        wanted = queries.wanted_of(queries.get_offer(offer_id))
        when = queries.when_of(wanted)
        if is_away(volunteer, when.starts_at):
            kept += _step_back(event.actor, volunteer.id, wanted, now)
    for date_id in away.usual_dates(volunteer.id, now):
        wanted = away.wanted_of_date(date_id)
        if is_away(volunteer, queries.when_of(wanted).starts_at):
            kept += _step_back(event.actor, volunteer.id, wanted, now)
    if kept:
        calls.note_away(volunteer.id, kept, is_over=volunteer.archived_at is not None, now=now)


def step_back(volunteer_id: UUID, occurrence_id: UUID, *, now: datetime) -> None:
    """Let the usual host who is away go from one date, and look for somebody when it is near."""
    program = Actor(current_municipality(), Role.SYSTEM)
    _step_back(program, volunteer_id, away.wanted_of_date(occurrence_id), now)


def _step_back(actor: Actor, volunteer_id: UUID, wanted: Wanted, now: datetime) -> bool:
    """Take a promise back, and say whether that leaves nobody."""
    if wanted.occurrence_id is not None:
        lock_occurrence(wanted.occurrence_id)
    search, row = queries.find_search(wanted), queries.find_offer(wanted, volunteer_id)
    was_asked = row is not None and row.state in (OfferState.ASKED, OfferState.OFFERED)
    if row is None:
        row = HostOffer(id=new_id(), volunteer_id=volunteer_id, asked_at=now, **wanted.columns())
        db.session.add(row)
    elif row.state == OfferState.ASKED:
        calls.take_back(row)
    meeting_point = row.meeting_point or ""
    row.state, row.answered_at = OfferState.WITHDRAWN, now
    db.session.flush()
    citizens = [wanted.citizen_id] if wanted.citizen_id else []
    audit.record(
        actor, Action.OFFER_TO_HOST, "host_offer", row.id, citizens=citizens, change="away"
    )
    if wanted.occurrence_id is not None and hosts_of(wanted.occurrence_id):
        return False
    is_looked_for = search is not None and search.state == SearchState.OPEN
    if is_looked_for or (was_asked and wanted.occurrence_id is None):
        return False
    if queries.when_of(wanted).starts_at <= now + LOOKED_FOR:
        open_search(Wanted(**wanted.columns(), meeting_point=meeting_point), now=now)
    return True
