"""Asking for one's data on paper, and sending it."""

from datetime import datetime
from uuid import UUID

from dateutil.relativedelta import relativedelta

from klippekort.citizens.queries import lock_citizen, reach
from klippekort.citizens.queries.leaving import how_left
from klippekort.domain.calendar import local_day
from klippekort.domain.errors import CitizenGone, Stale
from klippekort.domain.permissions import Action, Actor, authorise
from klippekort.own_page.models import DataRequest
from klippekort.own_page.queries import requests as queries
from klippekort.platform import audit
from klippekort.platform.db import db
from klippekort.platform.ids import new_id

# The law gives a month from the day it was asked for.
_WITHIN = relativedelta(months=1)


def ask_on_paper(actor: Actor, citizen_id: UUID, what: str, *, now: datetime) -> str:
    """Ask for a citizen's data (`data`) or who has looked (`looks`) by letter; return its id.

    What she waits for already is not asked for twice. Raises CitizenGone for one who has died,
    Forbidden, NotFound.
    """
    citizen = lock_citizen(citizen_id)
    authorise(actor, Action.ASK_FOR_DATA, reach(citizen, local_day(now)))
    _must_live(citizen_id)
    known = queries.open_request(citizen_id, what)
    if known is not None:
        return str(known.id)
    row = DataRequest(
        id=new_id(),
        citizen_id=citizen_id,
        what=what,
        asked_at=now,
        asked_by=actor.role,
        answer_by=local_day(now) + _WITHIN,
    )
    db.session.add(row)
    audit.record(
        actor,
        Action.ASK_FOR_DATA,
        "data_request",
        row.id,
        citizens=[citizen_id],
        purpose="ask_for_data",
        what=what,
    )
    return str(row.id)


def note_printed(actor: Actor, request_id: UUID, *, now: datetime) -> None:
    """Note that the letter was made. Raises CitizenGone for the dead, Forbidden, NotFound."""
    row = queries.lock_request(request_id)
    _allowed(actor, row, now)
    _must_live(row.citizen_id)
    row.printed_at = now


def note_sent(actor: Actor, request_id: UUID, *, now: datetime) -> str:
    """Note that the letter is in the post, and return the request's id.

    Raises Stale before it was made, or when it was sent already; Forbidden, NotFound.
    """
    row = queries.lock_request(request_id)
    _allowed(actor, row, now)
    if row.printed_at is None or row.done_at is not None:
        raise Stale
    row.done_at, row.done_by = now, actor.account_id
    audit.record(
        actor,
        Action.GIVE_DATA,
        "data_request",
        row.id,
        citizens=[row.citizen_id],
        purpose="give_data",
        what=row.what,
    )
    return str(row.id)


def _must_live(citizen_id: UUID) -> None:
    if how_left([citizen_id]).get(citizen_id) == "died":
        raise CitizenGone


def _allowed(actor: Actor, row: DataRequest, now: datetime) -> None:
    authorise(actor, Action.GIVE_DATA, reach(lock_citizen(row.citizen_id), local_day(now)))
