"""Cards, certificates and the programme on paper."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import segno
from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from klippekort.citizens.queries import get_citizen, reach
from klippekort.domain.calendar import day_span, local_day
from klippekort.domain.errors import NotFound
from klippekort.domain.permissions import Action, authorise
from klippekort.hosting.queries.log import statement_of
from klippekort.municipalities.queries import get_municipality
from klippekort.papers.forms.week_letter import address_lines
from klippekort.papers.views.answering import as_pdf
from klippekort.papers.views.blueprint import bp
from klippekort.papers.views.weeks import next_week
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, requires, saw
from klippekort.platform.formatting import full_day
from klippekort.platform.i18n import force_locale
from klippekort.platform.languages import LOCALES
from klippekort.programme.queries import listed
from klippekort.programme.views import words
from klippekort.punchcards.queries import card_keys
from klippekort.trips.views.seen_by_citizen import card_seen
from klippekort.volunteers.queries import get_volunteer, reach_of

FIRST_YEAR = 2000


def _card(citizen_id: UUID) -> dict[str, Any]:
    """Return what stands on a citizen's card. Raises NotFound without a live one, Forbidden."""
    citizen = get_citizen(citizen_id)
    authorise(current_actor(), Action.PRINT_CARD, reach(citizen, clock.today()))
    token = card_keys.token_of(card_keys.get_live_key(citizen_id))
    home = get_municipality(current_actor().municipality_id)
    path = url_for("own_page.home", slug=home.slug, token=token)
    address = request.host_url.rstrip("/") + path
    saw(citizen_id)
    return {
        "citizen": citizen,
        "municipality": home,
        "qr": segno.make_qr(address, error="m").svg_data_uri(scale=8, border=2),
        "card": card_seen(citizen, clock.now()),
        "printed_on": full_day(clock.today()),
    }


@bp.get("/borgere/<uuid:citizen_id>/kort/lommekort.pdf")
@requires(Action.PRINT_CARD, purpose="print_card")
def wallet_card(citizen_id: UUID) -> ResponseReturnValue:
    """Give the card in the size of a bank card: a front, and a back with the code."""
    with force_locale(LOCALES["da"]):
        html = render_template("papers/wallet_card.html", **_card(citizen_id))
    return as_pdf(html, "lommekort", url_for("trips.print_card", citizen_id=citizen_id))


@bp.get("/borgere/<uuid:citizen_id>/kort/a5.pdf")
@requires(Action.PRINT_CARD, purpose="print_card")
def large_card(citizen_id: UUID) -> ResponseReturnValue:
    """Give the card on A5, with what is left in large type."""
    with force_locale(LOCALES["da"]):
        html = render_template("papers/large_card.html", **_card(citizen_id))
    return as_pdf(html, "kort", url_for("trips.print_card", citizen_id=citizen_id))


@bp.get("/frivillige/<uuid:volunteer_id>/bevis/<int:year>.pdf")
@requires(Action.SEE_VOLUNTEER)
def certificate(volunteer_id: UUID, year: int) -> ResponseReturnValue:
    """Thank a volunteer for a year, with times, hours and guests."""
    authorise(current_actor(), Action.SEE_VOLUNTEER, reach_of(volunteer_id))
    if not FIRST_YEAR <= year <= clock.today().year:
        raise NotFound
    statement = statement_of(volunteer_id, year)
    instead = url_for("hosting.year", volunteer_id=volunteer_id, year=year)
    if not statement.times:
        return redirect(instead, 303)
    with force_locale(LOCALES["da"]):
        html = render_template(
            "papers/certificate.html",
            volunteer=get_volunteer(volunteer_id),
            statement=statement,
            municipality=get_municipality(current_actor().municipality_id),
            day=full_day(clock.today()),
        )
    return as_pdf(html, f"bevis-{year}", instead)


@bp.get("/borgere/<uuid:citizen_id>/program.pdf")
@requires(Action.MAKE_PAPERS, purpose="programme_letter")
def programme_letter(citizen_id: UUID) -> ResponseReturnValue:
    """Give next week's programme as a letter, with the address in the window."""
    citizen, first, now = get_citizen(citizen_id), next_week(), clock.now()
    authorise(current_actor(), Action.MAKE_PAPERS, reach(citizen, local_day(now)))
    saw(citizen_id)
    with force_locale(LOCALES["da"]):
        span = day_span(first)[0], day_span(first + timedelta(days=6))[1]
        dates = [words.date_shown(one, now, is_paper=True) for one in listed.list_between(*span)]
        html = render_template(
            "papers/programme_letter.html",
            to=address_lines(citizen),
            title=words.week_words(first),
            days=words.by_day(dates),
            municipality=get_municipality(current_actor().municipality_id),
        )
    return as_pdf(html, "program", url_for("papers.call", citizen_id=citizen_id))
