"""What people wait for: interest in a theme, without a case, and the survey of three questions."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from klippekort.domain.calendar import local_day
from klippekort.domain.groups.fitting import Relation
from klippekort.domain.groups.forms import Theme
from klippekort.domain.permissions import Action, Actor, authorise
from klippekort.groups.models import GroupInterest, GroupNeed
from klippekort.groups.queries import members as queries
from klippekort.groups.services.common import coordinated, likeness_of
from klippekort.groups.services.filling import Asked, put_in_line
from klippekort.platform import audit
from klippekort.platform.db import db
from klippekort.platform.ids import new_id
from klippekort.platform.keys import Place, keys
from klippekort.volunteers.services import TooManyAsk

MOST_AN_HOUR = 30


@dataclass(frozen=True)
class Need:
    """Three answers: what about, with whom, and what stands in the way; `how` they were given, and
    in which `language` they would like to talk.
    """

    theme: Theme
    company: str
    hindrance: str
    how: str
    language: str = "da"


@dataclass(frozen=True)
class Wish:
    """The group somebody would like: about what, in which language, and for whom by relation and
    age in years, where they told.
    """

    theme: Theme
    language: str
    relation: Relation | None = None
    age: int | None = None


def ask_for_group(actor: Actor, wish: Wish, contact: str, *, source: str, now: datetime) -> None:
    """Note what group somebody would like, and how they are reached, sealed.

    Asking twice is asking once, by what was told last, and nothing says so. Raises TooManyAsk.
    """
    authorise(actor, Action.ASK_FOR_GROUP)
    home, row_id = actor.municipality_id, new_id()
    likeness = likeness_of(home, wish.theme, contact)
    known = queries.find_interest(likeness)
    if known is not None:
        known.language = wish.language
        known.relation, known.age = wish.relation or known.relation, wish.age or known.age
        db.session.flush()
        return
    if queries.asked_since(now - timedelta(hours=1)) >= MOST_AN_HOUR:
        raise TooManyAsk
    db.session.add(
        GroupInterest(
            id=row_id,
            **vars(wish),
            contact_sealed=keys().seal_secret(contact, Place(home, row_id, "contact")),
            likeness=likeness,
            source=source,
            asked_at=now,
        )
    )
    db.session.flush()
    audit.record(actor, Action.ASK_FOR_GROUP, "group_interest")


def note_need(actor: Actor, need: Need, *, now: datetime) -> None:
    """Count one person's three answers, under nobody's name."""
    authorise(actor, Action.ASK_FOR_GROUP)
    db.session.add(GroupNeed(**vars(need), answered_on=local_day(now)))
    db.session.flush()


def place_interest(
    actor: Actor,
    interest_id: UUID,
    group_id: UUID,
    *,
    first_name: str | None = None,
    now: datetime,
) -> str:
    """Put somebody who waits for a theme in a group's line, by the time they have waited.

    Returns the group's id. Raises CannotJoin and AlreadyIn.
    """
    group = coordinated(actor, group_id)
    row = queries.lock_interest(interest_id)
    asked = Asked(queries.contact_of(row), row.source, first_name)
    put_in_line(actor, group, asked, since=row.asked_at, now=now)
    db.session.delete(row)
    db.session.flush()
    return str(group_id)


def drop_interest(actor: Actor, interest_id: UUID, *, now: datetime) -> None:
    """Delete, as of `now`, what somebody asked who wants it no more."""
    authorise(actor, Action.SET_UP_GROUP)
    db.session.delete(queries.lock_interest(interest_id))
    db.session.flush()
    audit.record(actor, Action.SET_UP_GROUP, "group_interest", what="dropped")


def forget_interest(interest_id: UUID, *, now: datetime) -> str | None:
    """Delete what somebody asked for a year ago and more, and return its id."""
    if interest_id not in queries.old_interest_ids(now):
        return None
    db.session.delete(queries.lock_interest(interest_id))
    db.session.flush()
    return str(interest_id)
