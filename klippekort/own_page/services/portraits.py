"""A care worker's own picture: put there by herself, and taken away."""

from datetime import datetime

from sqlalchemy import delete

from klippekort.accounts.queries.care_workers import get_care_worker
from klippekort.activities.services import Made
from klippekort.domain.errors import NotFound
from klippekort.domain.permissions import Action, Actor, authorise
from klippekort.own_page.models import Portrait
from klippekort.own_page.queries.portraits import find_portrait
from klippekort.platform import audit
from klippekort.platform.db import db


def put_portrait(actor: Actor, made: Made, *, now: datetime) -> None:
    """Show a care worker's picture to those whom she comes to. Raises NotFound for others."""
    authorise(actor, Action.SHOW_OWN_FACE)
    if actor.person_id is None:
        raise NotFound
    get_care_worker(actor.person_id)
    row = find_portrait(actor.person_id)
    if row is None:
        row = Portrait(care_worker_id=actor.person_id)
        db.session.add(row)
    row.media_type, row.content, row.put_at = made.media_type, made.small, now
    audit.record(actor, Action.SHOW_OWN_FACE, "portrait", actor.person_id, deed="put")


def remove_portrait(actor: Actor, *, now: datetime) -> None:
    """Take a care worker's picture away."""
    authorise(actor, Action.SHOW_OWN_FACE)
    db.session.execute(delete(Portrait).where(Portrait.care_worker_id == actor.person_id))
    audit.record(actor, Action.SHOW_OWN_FACE, "portrait", actor.person_id, deed="remove", at=now)
