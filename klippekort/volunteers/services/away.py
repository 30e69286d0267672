"""A volunteer stops or takes a pause: what they had promised is shown first, and then let go."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from klippekort.domain.calendar import local_day
from klippekort.domain.permissions import Actor
from klippekort.platform import events
from klippekort.volunteers.models import Volunteer


@dataclass(frozen=True)
class VolunteerAway:
    """A volunteer has stopped, or begun a pause; `now` is the instant it was said."""

    volunteer_id: UUID
    actor: Actor
    now: datetime


@dataclass(frozen=True)
class PromisedBy:
    """Asked of the features above: what to come has this volunteer promised, through a day?

    None is all that is to come. They answer with `Promised`.
    """

    volunteer_id: UUID
    through: date | None
    now: datetime


@dataclass(frozen=True)
class Promised:
    """Something a volunteer has promised: what it is, and when it begins."""

    title: str
    starts_at: datetime


def promised_by(volunteer_id: UUID, now: datetime, through: date | None = None) -> list[Promised]:
    """Return what a volunteer has promised from now through a day, or all of it, by time."""
    found: list[Promised] = events.ask(PromisedBy(volunteer_id, through, now))
    return sorted(found, key=lambda one: (one.starts_at, one.title))


def is_away(volunteer: Volunteer, at: datetime) -> bool:
    """Say whether a volunteer who has stopped or taken a pause is away at an instant to come."""
    if volunteer.archived_at is not None:
        return True
    return volunteer.paused_until is not None and local_day(at) <= volunteer.paused_until
