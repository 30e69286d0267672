"""What a municipality sets about hosting."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select

from klippekort.domain.permissions import Action, Actor, authorise
from klippekort.hosting.models import HostingTerms, HostSettings
from klippekort.platform import audit
from klippekort.platform.db import db


def set_hosting(actor: Actor, *, km_rate_oere: int, counts_only: Collection[UUID]) -> None:
    """Set what a kilometre is worth in øre, and which activities keep their guests as a count."""
    authorise(actor, Action.SET_HOSTING)
    terms = db.session.scalars(select(HostingTerms).with_for_update()).one_or_none()
    if terms is None:
        terms = HostingTerms()
        db.session.add(terms)
    terms.km_rate_oere = km_rate_oere
    known = {row.activity_id: row for row in db.session.scalars(select(HostSettings))}
    for activity_id in set(known) | set(counts_only):
        row = known.get(activity_id)
        if row is None:
            row = HostSettings(activity_id=activity_id)
            db.session.add(row)
        row.counts_only = activity_id in counts_only
    db.session.flush()
    audit.record(
        actor,
        Action.SET_HOSTING,
        "hosting",
        km_rate_oere=km_rate_oere,
        counts_only=sorted(map(str, counts_only)),
    )
