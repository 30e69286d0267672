"""When the office is open, and how long an offer waits for its answer."""

from dataclasses import dataclass
from datetime import datetime, time

from klippekort.domain.permissions import Action, Actor, authorise
from klippekort.domain.working_hours import OfficeHours
from klippekort.municipalities.queries import lock_municipality
from klippekort.platform import audit
from klippekort.platform.db import db


@dataclass(frozen=True)
class AnswerTimes:
    """Opening hours on the Danish clock, and working hours to answer in."""

    opens: time
    closes: time
    offer_hours: int
    standing_hold_hours: int


def set_answer_times(actor: Actor, times: AnswerTimes, *, now: datetime) -> None:
    """Store when the office is open and how long offers wait; offers made before keep theirs.

    Raises ValueError when the office closes before it opens.
    """
    authorise(actor, Action.SET_UP_MUNICIPALITY)
    office = OfficeHours(times.opens, times.closes)
    municipality = lock_municipality(actor.municipality_id)
    municipality.office_opens, municipality.office_closes = office.opens, office.closes
    municipality.offer_hours = times.offer_hours
    municipality.standing_hold_hours = times.standing_hold_hours
    db.session.flush()
    audit.record(
        actor,
        Action.SET_UP_MUNICIPALITY,
        "municipality",
        opens=office.opens.isoformat(),
        closes=office.closes.isoformat(),
        offer_hours=times.offer_hours,
        standing_hold_hours=times.standing_hold_hours,
    )
