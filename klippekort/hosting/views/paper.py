"""The list of a date on paper: whom to expect, boxes to tick, and dates to offer for."""

from typing import Any
from uuid import UUID

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from klippekort.activities.queries import get_occurrence_facts
from klippekort.activities.views.words import date_shown
from klippekort.domain.calendar import local_day
from klippekort.domain.permissions import Action, authorise
from klippekort.hosting.queries.dates import hosts_of, reach_of_date
from klippekort.hosting.queries.guests import count_seats, guests_seen, phone_of_day
from klippekort.hosting.queries.log import counts_only
from klippekort.hosting.queries.week import dates_without_host
from klippekort.hosting.views import shown
from klippekort.hosting.views.blueprint import bp
from klippekort.hosting.views.log import as_pdf
from klippekort.hosting.views.offering import AHEAD
from klippekort.hosting.views.people import own_volunteer_id
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, requires, saw

EMPTY_LINES = 3


@bp.get("/vaertskab/datoer/<uuid:occurrence_id>/papir")
@requires(Action.HOST_ACTIVITY, purpose="host_activity")
def tick_list(occurrence_id: UUID) -> ResponseReturnValue:
    """Show the list of a date as it comes on paper."""
    return render_template("hosting/tick_list.html", **_sheet(occurrence_id))


@bp.get("/vaertskab/datoer/<uuid:occurrence_id>/papir.pdf")
@requires(Action.HOST_ACTIVITY, purpose="host_activity")
def tick_list_pdf(occurrence_id: UUID) -> ResponseReturnValue:
    """Return the list of a date as a PDF; where that cannot be made, the page instead."""
    html = render_template("hosting/tick_list_paper.html", **_sheet(occurrence_id))
    instead = url_for("hosting.tick_list", occurrence_id=occurrence_id)
    return as_pdf(html, "liste.pdf", instead)


def _sheet(occurrence_id: UUID) -> dict[str, Any]:
    now, facts = clock.now(), get_occurrence_facts(occurrence_id)
    authorise(current_actor(), Action.HOST_ACTIVITY, reach_of_date(occurrence_id))
    guests = guests_seen([occurrence_id], now, own_volunteer_id()).get(occurrence_id, [])
    if guests:
        saw(*{guest.citizen_id for guest in guests})
    is_counted = bool(counts_only([facts.activity_id]))
    return {
        "date": date_shown(facts, now),
        "hosts": [host.name for host in hosts_of(occurrence_id)],
        "guests": [shown.guest_shown(guest) for guest in guests],
        "seats": count_seats([occurrence_id]).get(occurrence_id, 0),
        "is_counted": is_counted,
        "phone_of_day": phone_of_day(occurrence_id),
        "empty_lines": EMPTY_LINES,
    }


@bp.get("/vaertskab/ledige-datoer/papir")
@requires(Action.OFFER_TO_HOST)
def offer_list() -> ResponseReturnValue:
    """Show the dates without a host as they come on paper, to be signed up for by hand."""
    return render_template("hosting/offer_list.html", **_offers())


@bp.get("/vaertskab/ledige-datoer/papir.pdf")
@requires(Action.OFFER_TO_HOST)
def offer_list_pdf() -> ResponseReturnValue:
    """Return the dates without a host as a PDF; where that cannot be made, the page instead."""
    html = render_template("hosting/offer_list_paper.html", **_offers())
    return as_pdf(html, "ledige-datoer.pdf", url_for("hosting.offer_list"))


def _offers() -> dict[str, Any]:
    now = clock.now()
    free = dates_without_host(now, now + AHEAD)
    return {
        "dates": [shown.date_words(one, local_day(now)) for one in free],
        "printed_on": clock.today(),
    }
