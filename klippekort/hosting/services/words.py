"""Words about a guest between host and staff: codes alone, so that no illness slips in."""

from datetime import datetime
from uuid import UUID

from klippekort.activities.queries import get_activity, get_occurrence_facts
from klippekort.citizens.queries import get_citizen, reach
from klippekort.domain.calendar import local_day
from klippekort.domain.errors import Forbidden, NotFound, Stale
from klippekort.domain.hosting import FROM_HOST, TO_HOST, Word
from klippekort.domain.permissions import Action, Actor, Role, authorise
from klippekort.hosting.models import HostWord
from klippekort.hosting.queries import words as queries
from klippekort.hosting.queries.dates import reach_of_date
from klippekort.hosting.queries.guests import seats_seen_by_host
from klippekort.platform import audit
from klippekort.platform.db import db
from klippekort.platform.ids import new_id


def say_from_host(
    actor: Actor, occurrence_id: UUID, sign_up_id: UUID, word: Word, *, now: datetime
) -> str:
    """Tell staff a word about a guest, while the host may still see who came; once each day.

    Raises Forbidden when it is no host's word or nobody's to say, and NotFound.
    """
    authorise(actor, Action.HOST_ACTIVITY, reach_of_date(occurrence_id))
    if word not in FROM_HOST or actor.role is not Role.VOLUNTEER or actor.person_id is None:
        raise Forbidden
    citizen_id = seats_seen_by_host(occurrence_id, actor.person_id, now).get(sign_up_id)
    if citizen_id is None:
        raise NotFound
    known = queries.find_word(occurrence_id, citizen_id, actor.person_id, word)
    if known is not None:
        return str(known.id)
    facts = get_occurrence_facts(occurrence_id)
    row = HostWord(
        id=new_id(),
        citizen_id=citizen_id,
        activity_id=facts.activity_id,
        occurrence_id=occurrence_id,
        volunteer_id=actor.person_id,
        word=word,
        said_at=now,
        said_by=actor.account_id,
    )
    return _keep(actor, Action.HOST_ACTIVITY, row)


def say_to_host(
    actor: Actor, citizen_id: UUID, activity_id: UUID, word: Word, *, now: datetime
) -> str:
    """Tell the hosts of an activity a word about a citizen who comes there, or has come.

    Raises Forbidden when it is no word to a host, and NotFound where the citizen never had a seat.
    """
    citizen = get_citizen(citizen_id)
    authorise(actor, Action.WORD_TO_HOST, reach(citizen, local_day(now)))
    if word not in TO_HOST:
        raise Forbidden
    get_activity(activity_id)
    if activity_id not in {one.id for one in queries.activities_of(citizen_id)}:
        raise NotFound
    row = HostWord(
        id=new_id(),
        citizen_id=citizen_id,
        activity_id=activity_id,
        word=word,
        said_at=now,
        said_by=actor.account_id,
    )
    return _keep(actor, Action.WORD_TO_HOST, row)


def handle_word(actor: Actor, word_id: UUID, *, now: datetime) -> str:
    """Tick off a word that a host said. Raises Stale when it was ticked off before."""
    row = queries.lock_word(word_id)
    authorise(actor, Action.WORD_TO_HOST, reach(get_citizen(row.citizen_id), local_day(now)))
    if row.handled_at is not None:
        raise Stale
    row.handled_at, row.handled_by = now, actor.account_id
    audit.record(
        actor, Action.WORD_TO_HOST, "host_word", row.id, citizens=[row.citizen_id], handled=True
    )
    return str(row.id)


def _keep(actor: Actor, action: Action, row: HostWord) -> str:
    db.session.add(row)
    db.session.flush()
    audit.record(actor, action, "host_word", row.id, citizens=[row.citizen_id], word=row.word)
    return str(row.id)
