"""Reading what volunteers have promised for days on which they are away."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, exists, or_, select

from klippekort.activities.models import Activity, Occurrence
from klippekort.activities.queries import facts_of_dates
from klippekort.domain.calendar import local_day
from klippekort.domain.hosting import HostRole, OfferState
from klippekort.hosting.models import HostOffer, HostSearch
from klippekort.hosting.queries.offers import Wanted, lines_of
from klippekort.platform.db import db
from klippekort.volunteers.models import Volunteer
from klippekort.volunteers.services.away import Promised, PromisedBy, is_away

_GIVEN_UP = (OfferState.WITHDRAWN, OfferState.DECLINED)
_LIVE = (OfferState.OFFERED, OfferState.ASKED, OfferState.ACCEPTED)


def usual_dates(volunteer_id: UUID, now: datetime) -> list[UUID]:
    """Return the dates to come that somebody hosts because they host the activity, by time."""
    given_up = exists().where(
        HostOffer.municipality_id == Occurrence.municipality_id,
        HostOffer.occurrence_id == Occurrence.id,
        HostOffer.volunteer_id == volunteer_id,
        HostOffer.state.in_(_GIVEN_UP),
    )
    found = (
        select(Occurrence.id)
        .join(Activity, Activity.id == Occurrence.activity_id)
        .where(Occurrence.host_id == volunteer_id, Activity.state == "published", ~given_up)
        .where(Occurrence.cancelled_at.is_(None), Occurrence.starts_at > now)
        .order_by(Occurrence.starts_at, Occurrence.id)
    )
    return list(db.session.scalars(found))


def live_offers(volunteer_id: UUID, now: datetime) -> list[UUID]:
    """Return what somebody has offered, is asked, or has said yes to, that is still to come."""
    lines = lines_of(volunteer_id=volunteer_id, states=_LIVE, from_at=now)
    return [line.id for line in lines if line.starts_at > now]


def promised(question: PromisedBy) -> list[Promised]:
    """Answer which dates and trips a volunteer has promised."""
    usual = facts_of_dates(usual_dates(question.volunteer_id, question.now)).values()
    agreed = lines_of(
        volunteer_id=question.volunteer_id, states=[OfferState.ACCEPTED], from_at=question.now
    )
    found = {Promised(one.title, one.starts_at) for one in usual}
    found |= {Promised(one.title, one.starts_at) for one in agreed}
    until = question.through
    return [
        one
        for one in found
        if one.starts_at > question.now and (until is None or local_day(one.starts_at) <= until)
    ]


def dates_left(now: datetime, until: datetime) -> list[tuple[UUID, UUID]]:
    """Return, as (volunteer, date), the dates to come whose usual host is away and has not been let
    go, and those until an instant for which nobody else has been looked for.
    """
    at_date = (
        HostOffer.municipality_id == Occurrence.municipality_id,
        HostOffer.occurrence_id == Occurrence.id,
    )
    told = exists().where(*at_date, HostOffer.volunteer_id == Volunteer.id)
    hosted = exists().where(
        *at_date, HostOffer.role == HostRole.HOST, HostOffer.state == OfferState.ACCEPTED
    )
    searched = exists().where(
        HostSearch.municipality_id == Occurrence.municipality_id,
        HostSearch.occurrence_id == Occurrence.id,
    )
    found = (
        select(Volunteer, Occurrence.id, Occurrence.starts_at)
        .join(Occurrence, Occurrence.host_id == Volunteer.id)
        .join(Activity, Activity.id == Occurrence.activity_id)
        .where(Activity.state == "published", Occurrence.cancelled_at.is_(None))
        .where(Occurrence.starts_at > now)
        .where(
            or_(
                Volunteer.archived_at.is_not(None),
                Volunteer.paused_until >= local_day(now),
            ),
            or_(~told, and_(Occurrence.starts_at <= until, ~hosted, ~searched)),
        )
        .order_by(Occurrence.starts_at, Occurrence.id)
    )
    return [(row.id, one) for row, one, at in db.session.execute(found) if is_away(row, at)]


def wanted_of_date(occurrence_id: UUID) -> Wanted:
    """Return what a host of a date is wanted for."""
    return Wanted(HostRole.HOST, occurrence_id)
