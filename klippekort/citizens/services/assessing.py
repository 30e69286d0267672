"""Keeping what was assessed about a citizen."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from klippekort.citizens.models import AssessedFact
from klippekort.citizens.queries.assessing import assessed_facts
from klippekort.domain.calendar import local_day
from klippekort.domain.permissions import Actor
from klippekort.platform.db import db


def keep_facts(actor: Actor, citizen_id: UUID, facts: Mapping[str, str], *, now: datetime) -> None:
    """Keep what is new of what somebody assessed; empty is what nobody knows any more.

    Called inside another use case, which asked whether the actor may.
    """
    known = assessed_facts(citizen_id)
    for fact, value in facts.items():
        if known.get(fact, "") != value:
            db.session.add(
                AssessedFact(
                    citizen_id=citizen_id,
                    fact=fact,
                    value=value,
                    assessed_on=local_day(now),
                    assessed_by=actor.account_id,
                    recorded_at=now,
                )
            )
    db.session.flush()
