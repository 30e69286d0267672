"""Reading a week as the coordinator looks after it: dates without a host, and logs to confirm."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from klippekort.activities.models import Activity, Occurrence
from klippekort.activities.queries import OccurrenceFacts, facts_of_dates
from klippekort.domain.hosting import SearchState
from klippekort.hosting.models import Hosting
from klippekort.hosting.queries.dates import Host, hosted_between, hosts_at
from klippekort.hosting.queries.guests import count_seats
from klippekort.hosting.queries.offers import searches_for
from klippekort.platform.db import db


@dataclass(frozen=True)
class HostedDate:
    """A date with those who host it, how many have a seat, and the search for somebody, if any."""

    facts: OccurrenceFacts
    hosts: tuple[Host, ...]
    seats: int
    search: SearchState | None


def dates_between(from_at: datetime, to_at: datetime) -> list[HostedDate]:
    """Return the dates of published activities that begin in a span and stand, by time."""
    facts = _facts(from_at, to_at)
    ids = [one.id for one in facts]
    hosts, seats, searches = hosts_at(ids), count_seats(ids), searches_for(ids)
    return [
        HostedDate(one, tuple(hosts.get(one.id, ())), seats.get(one.id, 0), searches.get(one.id))
        for one in facts
    ]


def dates_without_host(from_at: datetime, to_at: datetime) -> list[OccurrenceFacts]:
    """Return the dates of published activities in a span that stand and nobody hosts, by time."""
    facts = _facts(from_at, to_at)
    hosted = hosts_at([one.id for one in facts])
    return [one for one in facts if one.id not in hosted]


def dates_not_told(from_at: datetime, now: datetime) -> list[HostedDate]:
    """Return the hosted dates that are over and nobody has told of, the oldest first."""
    over = {one.occurrence_id for one in hosted_between(from_at, now) if one.ends_at <= now}
    found = select(Hosting.occurrence_id).where(Hosting.occurrence_id.in_(over))
    told = set(db.session.scalars(found)) if over else set()
    ids = [one for one in over if one is not None and one not in told]
    facts, hosts, seats = facts_of_dates(ids), hosts_at(ids), count_seats(ids)
    dates = [
        HostedDate(facts[one], tuple(hosts.get(one, ())), seats.get(one, 0), None) for one in facts
    ]
    return sorted(dates, key=lambda one: (one.facts.starts_at, one.facts.id))


def _facts(from_at: datetime, to_at: datetime) -> list[OccurrenceFacts]:
    found = (
        select(Occurrence.id)
        .join(Activity, Activity.id == Occurrence.activity_id)
        .where(Activity.state == "published", Occurrence.cancelled_at.is_(None))
        .where(Occurrence.starts_at >= from_at, Occurrence.starts_at < to_at)
    )
    rows = facts_of_dates(list(db.session.scalars(found)))
    return sorted(rows.values(), key=lambda one: (one.starts_at, one.title, one.id))
