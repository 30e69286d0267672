"""Deciding the clocks for what people think."""

from datetime import datetime
from typing import Any

from klippekort.domain.permissions import Action, Actor, authorise
from klippekort.feedback.models import FeedbackSettings
from klippekort.feedback.queries import feedback as queries
from klippekort.feedback.queries.feedback import Rules
from klippekort.feedback.services.errors import CannotOwn
from klippekort.platform import audit
from klippekort.platform.db import db


def decide_rules(actor: Actor, rules: Rules, *, now: datetime) -> None:
    """Keep the clocks for what comes from `now` on; what is here already keeps its last days.

    Raises CannotOwn where whoever should look first is no coordinator here.
    """
    authorise(actor, Action.SET_FEEDBACK)
    able = {account_id for account_id, _name in queries.list_coordinators()}
    if rules.owner_id is not None and rules.owner_id not in able:
        raise CannotOwn
    facts: dict[str, Any] = {
        "answer_days": rules.times.answer,
        "acknowledge_days": rules.times.acknowledge,
        "complaint_days": rules.times.complaint,
        "forget_days": rules.forget_days,
    }
    row = queries.find_settings()
    if row is None:
        row = FeedbackSettings()
        db.session.add(row)
    for name, value in facts.items():
        setattr(row, name, value)
    row.owner_id, row.guidance = rules.owner_id, rules.guidance
    db.session.flush()
    audit.record(actor, Action.SET_FEEDBACK, "feedback_settings", **facts)
