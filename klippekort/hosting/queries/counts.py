"""Counting what volunteers gave by month; it belongs to the whole municipality."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import distinct, func, select

from klippekort.activities.models import Occurrence
from klippekort.domain.reporting.counts import Count
from klippekort.hosting.models import Hosting, HostOffer, TripHours
from klippekort.platform.db import db
from klippekort.platform.months import number_of, within
from klippekort.trips.models import Trip
from klippekort.volunteers.models import Association, Volunteer


def hours(months: Sequence[date]) -> list[Count]:
    """Return minutes volunteers gave as hosts, and as friends and drivers."""
    hosted, ridden = number_of(Occurrence.starts_at, months), number_of(Trip.starts_at, months)
    as_host = (
        select(hosted, func.sum(Hosting.minutes), func.count(distinct(Hosting.volunteer_id)))
        .select_from(Hosting)
        .join(Occurrence, Occurrence.id == Hosting.occurrence_id)
        .where(within(Occurrence.starts_at, months))
        .group_by(hosted)
    )
    along = (
        select(
            ridden,
            HostOffer.role,
            func.sum(TripHours.minutes),
            func.count(distinct(HostOffer.volunteer_id)),
        )
        .select_from(TripHours)
        .join(HostOffer, HostOffer.id == TripHours.offer_id)
        .join(Trip, Trip.id == HostOffer.trip_id)
        .where(within(Trip.starts_at, months))
        .group_by(ridden, HostOffer.role)
    )
    return [
        Count("hosting.minutes", months[n], None, None, "host", int(amount), people)
        for n, amount, people in db.session.execute(as_host)
    ] + [
        Count("hosting.minutes", months[n], None, None, role, int(amount), people)
        for n, role, amount, people in db.session.execute(along)
    ]


def associations(months: Sequence[date]) -> list[Count]:
    """Return minutes each association's volunteers gave as hosts, under its name."""
    number = number_of(Occurrence.starts_at, months)
    name = func.coalesce(Association.name, "")
    rows = db.session.execute(
        select(number, name, func.sum(Hosting.minutes), func.count(distinct(Volunteer.id)))
        .select_from(Hosting)
        .join(Occurrence, Occurrence.id == Hosting.occurrence_id)
        .join(Volunteer, Volunteer.id == Hosting.volunteer_id)
        .outerjoin(Association, Association.id == Volunteer.association_id)
        .where(within(Occurrence.starts_at, months))
        .group_by(number, name)
    )
    return [
        Count("hosting.associations", months[n], None, None, called, int(amount), people)
        for n, called, amount, people in rows
    ]
