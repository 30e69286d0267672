"""What pages of trips show of waiting: functions their templates may call."""

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import url_for

from klippekort.activities.queries import get_occurrence_facts
from klippekort.citizens.queries import get_citizen
from klippekort.domain.calendar import local_day
from klippekort.domain.permissions import Action, Reach, may
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, saw
from klippekort.waiting.queries.offers import offers_of, open_offers
from klippekort.waiting.queries.standing import standing_of
from klippekort.waiting.queries.wishes import is_in_line, wishes_of
from klippekort.waiting.views.blueprint import bp
from klippekort.waiting.views.shown import OfferShown, offer_shown, standing_shown, wish_shown

MOST_ON_TODAY = 4


@bp.app_template_global()
def waiting_of(citizen_id: UUID, near: Reach) -> dict[str, Any] | None:
    """Return a citizen's offers, places in lines and wishes, for the page about her.

    None for somebody who has nothing to do with them; `near` is whom she concerns today.
    """
    now = clock.now()
    if not may(current_actor(), Action.ANSWER_OFFER, near):
        return None
    return {
        "offers": [offer_shown(row, now) for row in offers_of(citizen_id)],
        "wishes": [wish_shown(row, local_day(now)) for row in wishes_of(citizen_id)],
        "standing": [standing_shown(row) for row in standing_of(citizen_id)],
    }


@bp.app_template_global()
def offers_to_ask() -> list[OfferShown]:
    """Return whom a helper is to ask today, the soonest answer first; the looks are on record."""
    actor, now = current_actor(), clock.now()
    if not may(actor, Action.ANSWER_OFFER):
        return []
    rows = open_offers(actor, local_day(now), MOST_ON_TODAY)
    if rows:
        saw(*{row.citizen.id for row in rows})
    return [offer_shown(row, now) for row in rows]


@bp.app_template_global()
def line_url(citizen_id: UUID, occurrence_id: UUID) -> str | None:
    """Return where a citizen is put in the line for a date, or None where there is none to join."""
    date, citizen = get_occurrence_facts(occurrence_id), get_citizen(citizen_id)
    now: datetime = clock.now()
    is_full = date.seats_left < 1 or (citizen.needs_wheelchair and date.wheelchairs_left < 1)
    if not is_full or date.is_cancelled or date.starts_at <= now:
        return None
    if is_in_line(citizen_id, occurrence_id):
        return None
    return url_for("waiting.join", citizen_id=citizen_id, occurrence_id=occurrence_id)
