"""A citizen's page: the card, what is left, what lapses, and the trips ahead."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from klippekort.citizens.queries import absences_of, get_citizen, open_access_of, reach
from klippekort.citizens.queries.leaving import find_leaving
from klippekort.domain.calendar import local_day
from klippekort.domain.errors import Forbidden
from klippekort.domain.permissions import Action, Reach, Role, may
from klippekort.domain.plans import SCHEME_PAUSE
from klippekort.domain.schemes import Terms, terms_on
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, requires, saw
from klippekort.platform.formatting import day, duration
from klippekort.platform.i18n import _
from klippekort.punchcards.queries.cards import list_cards_of, spent_since
from klippekort.punchcards.queries.requests import waiting_of
from klippekort.punchcards.queries.schemes import with_names
from klippekort.punchcards.views.picture import (
    HOLES_FOR,
    CardPicture,
    Lapse,
    in_punches,
    in_words,
    is_course,
    next_lapse,
    picture_of,
)
from klippekort.relatives.views.families import families_of
from klippekort.trips.queries.offers import Reckoned, reckoned_of
from klippekort.trips.queries.trips import next_trips
from klippekort.trips.views.blueprint import bp
from klippekort.trips.views.escorts import own_helpers
from klippekort.trips.views.shown import trip_shown

# So far ahead the days of the family are told of.
AHEAD = timedelta(days=60)


@dataclass(frozen=True)
class CardShown:
    """A citizen's open card as staff see it; `lapse` is lost next, `coming` is for booked trips.

    One that `is_course` counts no minutes.
    """

    card_id: UUID
    picture: CardPicture
    punches_left: str
    time_left: str
    held: str | None
    lapse: str | None
    coming: str | None
    is_course: bool = False


@dataclass(frozen=True)
class OtherCard:
    """A card that runs beside the first: its scheme's name, its row, and what is left on it, or
    None where the scheme does not run today.
    """

    scheme: str
    row: Any
    left: str | None
    is_course: bool


def card_shown(citizen: Any, now: datetime, purse: Reckoned | None = None) -> CardShown | None:
    """Return the citizen's open card in words, or None when there is none that runs today.

    A page that has reckoned it already gives it along.
    """
    purse, on = purse or reckoned_of(citizen, now), local_day(now)
    terms = terms_on(purse.plan.versions, on) if purse else None
    if purse is None or terms is None:
        return None
    left, held = sum(lot.free for lot in purse.state.lots), purse.state.held()
    lapse = next_lapse(purse.state, on)
    pledged = sum(pledge.minutes for pledge in purse.state.pledges)
    return CardShown(
        purse.card.id,
        picture_of(purse.state, terms, citizen.name, spent_since(purse.card.id, on - HOLES_FOR)),
        in_punches(left, terms),
        duration(left),
        in_words(held, terms) if held else None,
        _lapse_words(lapse, terms, on) if lapse else None,
        in_words(pledged, terms) if pledged else None,
        is_course(terms),
    )


def _others(citizen: Any, rows: Sequence[Any], now: datetime) -> list[OtherCard]:
    """Return cards that run beside the first, each with what is left on it."""
    found = []
    for scheme, row in with_names(rows):
        card = card_shown(citizen, now, reckoned_of(citizen, now, row))
        left = card.picture.words_left if card else None
        found.append(OtherCard(scheme, row, left, card.is_course if card else False))
    return found


def _lapse_words(lapse: Lapse, terms: Terms, today: date) -> str:
    lost = in_punches(lapse.minutes, terms)
    return str(_("%(punches)s after %(day)s", punches=lost, day=day(lapse.last_on, today)))


@bp.get("/borgere/<uuid:citizen_id>")
@requires(Action.SEE_CARD, purpose="see_card")
def citizen(citizen_id: UUID) -> ResponseReturnValue:
    """Show a citizen's card and trips; a short opening shows name and card only."""
    actor, now = current_actor(), clock.now()
    person = get_citizen(citizen_id)
    near = reach(person, local_day(now))
    if may(actor, Action.SEE_CARD, near):
        saw(citizen_id)
        return _page(person, near, now)
    if actor.role is not Role.CARE_WORKER:
        raise Forbidden(Action.SEE_CARD)
    opening = open_access_of(actor.account_id, citizen_id, now)
    if opening is None:
        return redirect(url_for("citizens.open_access", citizen_id=citizen_id), 303)
    saw(citizen_id, purpose=opening.reason)
    return render_template(
        "trips/citizen_card.html",
        citizen=person,
        card=card_shown(person, now),
        until=opening.ends_at,
        leaving=find_leaving(citizen_id),
        may_record_leaving=False,
    )


def _page(person: Any, near: Reach, now: datetime) -> str:
    actor, on = current_actor(), local_day(now)
    cards = list_cards_of(person.id)
    first = next((one for one in cards if one.closed_on is None), None)
    purse = reckoned_of(person, now, first) if first else None
    card = card_shown(person, now, purse) if purse else None
    rest = [one for one in cards if card is None or one.id != card.card_id]
    absences = purse.plan.absences if purse else absences_of(person.id)
    today = [span for span in absences if span.covers(on)]
    sees_trips = may(actor, Action.SEE_TRIPS, near)
    trips, own = next_trips(person.id, now) if sees_trips else [], own_helpers(actor)
    leaving = find_leaving(person.id)
    is_here = leaving is None
    return render_template(
        "trips/citizen.html",
        citizen=person,
        leaving=leaving,
        may_record_leaving=may(actor, Action.RECORD_LEAVING, near),
        card=card,
        others=_others(person, [one for one in rest if one.closed_on is None], now),
        earlier=[one for one in rest if one.closed_on is not None],
        trips=[trip_shown(row, actor, now, on, own=own) for row in trips],
        away=[span for span in today if span.kind != SCHEME_PAUSE],
        is_paused=any(span.kind == SCHEME_PAUSE for span in today),
        families=families_of([person.id], on, on + AHEAD) if sees_trips else [],
        near=near,
        sees_trips=sees_trips,
        may_book=is_here and may(actor, Action.BOOK_TRIP, near),
        may_agree=is_here and may(actor, Action.BOOK_TRIP, near),
        requests=waiting_of(person.id) if may(actor, Action.APPROVE_CARD, near) else [],
        may_arrange_company=is_here and may(actor, Action.ARRANGE_COMPANY),
        may_see_groups=is_here and may(actor, Action.SUGGEST_GROUP, near),
        may_write_hosts=may(actor, Action.WORD_TO_HOST, near),
        may_show=is_here and card is not None and may(actor, Action.SHOW_CARD, near),
        may_print=is_here and card is not None and may(actor, Action.PRINT_CARD, near),
        may_grant=may(actor, Action.GRANT_CARD, near),
        key=str(uuid4()),
    )
