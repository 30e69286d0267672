"""The page on which a trip to a date is checked and booked, with one helper or two."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from klippekort.activities.queries import OccurrenceFacts, get_occurrence_facts
from klippekort.domain.calendar import local_day
from klippekort.domain.errors import DomainError, NotFound, Undecided
from klippekort.domain.permissions import Action
from klippekort.domain.schemes import Travel, terms_on
from klippekort.domain.trips import Transport
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, requires, saw
from klippekort.platform.execute import execute
from klippekort.platform.formatting import duration
from klippekort.platform.i18n import _
from klippekort.punchcards.queries.cards import scheme_of, state_of, versions_of
from klippekort.punchcards.services.bookings import SeveralCards
from klippekort.punchcards.views.picture import is_course
from klippekort.travel.queries import Spot, Traveller
from klippekort.trips.forms.book import MOST_HELPERS, WAYS, BookForm
from klippekort.trips.forms.show import LONGEST_WAY
from klippekort.trips.queries.escorts import Candidate
from klippekort.trips.queries.offers import (
    Diary,
    Offer,
    Payers,
    Purse,
    diary_of,
    goal_of,
    nearest,
    offers_for,
    payers_of,
    purse_of,
    span_of,
    weigh,
)
from klippekort.trips.services.booking import BookingOrder, NoSuchDay, book_trip
from klippekort.trips.views.blueprint import bp
from klippekort.trips.views.booking import (
    ABOUT_ESCORT,
    REFUSALS,
    ask,
    away_words,
    choose_helpers,
    citizen_to_book,
    followed,
    municipality,
    offer_helpers,
    offer_ways,
    put,
)
from klippekort.trips.views.escorts import best_escort
from klippekort.trips.views.offer_words import (
    alternatives,
    citizen_price,
    cost_words,
    helper_price,
    left_words,
    offer_shown,
)
from klippekort.trips.views.words import caution_words, error_words, unsure_words

_REFUSALS = (*REFUSALS, *ABOUT_ESCORT, Undecided, NoSuchDay, NotFound, SeveralCards)


@dataclass
class _Checked:
    """What one page asks about: who goes where, by which way, and what pays."""

    person: Any
    facts: OccurrenceFacts
    form: BookForm
    traveller: Traveller
    payers: Payers
    purse: Purse | None
    diary: Diary

    @property
    def goal(self) -> Spot:
        """Return where it is, as ways are reckoned."""
        return goal_of(self.facts)

    def offer(self, each_way: int, helpers: int | None = None) -> Offer:
        """Return the trip with so many minutes one way, and so many helpers."""
        return weigh(
            municipality(),
            self.person,
            self.purse,
            self.facts,
            clock.now(),
            each_way=each_way,
            answers=self.form.answers,
            helpers=helpers or self.form.helpers,
            diary=self.diary,
        )


@bp.route("/borgere/<uuid:citizen_id>/tur/<uuid:occurrence_id>", methods=["GET", "POST"])
@requires(Action.BOOK_TRIP, purpose="book_trip")
def check(citizen_id: UUID, occurrence_id: UUID) -> ResponseReturnValue:
    """Show one trip with all it costs; a refused booking says why and what would fit.

    A booking is tried at once. What the page shows is read only when it was refused.
    """
    form, refused = BookForm(), None
    if form.is_submitted():
        try:
            if trip_id := _book(form, citizen_id, occurrence_id):
                return redirect(url_for("trips.booked", trip_id=trip_id), 303)
        except _REFUSALS as error:
            refused = error
    asked = _asked(form, citizen_to_book(citizen_id), get_occurrence_facts(occurrence_id))
    each_way = _answer(asked)
    offer, refusal = asked.offer(each_way), None
    if form.is_submitted() and form.validate() and refused is not None:
        refusal = _tell(form, refused, offer)
    elif offer.asks:
        refusal = ask(form, offer.asks, is_missing=form.is_submitted())
    saw(citizen_id)
    page = _page(asked, offer, refusal)
    return page, 422 if form.errors or refusal else 200


def _book(form: BookForm, citizen_id: UUID, occurrence_id: UUID) -> str | None:
    """Book what was sent and return the trip's id, or None where the form is not in order."""
    _reckon(form, citizen_id, occurrence_id)
    form.first_on = clock.today()
    if not form.validate():
        return None
    escorts = [*form.chosen_escorts, None, None]
    order = BookingOrder(
        citizen_id,
        occurrence_id,
        Transport(form.transport.data),
        form.travel_each_way.data,
        escorts[0],
        "said",
        form.answers,
        second_id=escorts[1],
        escorts_wanted=form.helpers,
        finds_later=True,
        escort_on=form.escort_by.data if form.lacks_helper else None,
        card_id=UUID(form.card_id.data) if form.card_id.data else None,
        is_card_said=True,
        why=form.reason,
    )
    key, content = form.key.data, str(order)
    trip_id = execute(book_trip, current_actor(), order, now=clock.now(), key=key, content=content)
    return str(trip_id)


def _reckon(form: BookForm, citizen_id: UUID, occurrence_id: UUID) -> None:
    """Put the minutes of another way than the page's own in their place, where one was chosen."""
    if form.reckoned_for.data and form.transport.data != form.reckoned_for.data:
        person, facts = citizen_to_book(citizen_id), get_occurrence_facts(occurrence_id)
        _follow(form, Traveller(municipality(), person), goal_of(facts))


def _follow(form: BookForm, traveller: Traveller, goal: Spot) -> None:
    minutes = followed(form, [traveller], goal)
    if minutes is not None:
        put(form.travel_each_way, minutes)
        put(form.reckoned_for, form.transport.data)


def _tell(form: BookForm, refused: DomainError, offer: Offer) -> str | None:
    """Say at the form why it was not booked; what concerns the whole trip is returned."""
    if isinstance(refused, ABOUT_ESCORT):
        form.escort_id.errors = [_said(refused, offer)]
        return None
    if isinstance(refused, Undecided):
        return ask(form, [*refused.rules, *offer.asks])
    if isinstance(refused, REFUSALS):
        return _said(refused, offer)
    raise refused


def _asked(form: BookForm, person: Any, facts: OccurrenceFacts) -> _Checked:
    if not form.is_submitted():
        wanted = request.args.get("hjaelpere", 1, type=int)
        form.escorts_wanted.data = min(max(wanted, 1), MOST_HELPERS)
    payers = payers_of(person, local_day(facts.starts_at))
    _offer_cards(form, payers, local_day(facts.starts_at))
    purse, diary = _money(person, payers, form)
    traveller = Traveller(municipality(), person)
    return _Checked(person, facts, form, traveller, payers, purse, diary)


def _card_words(card: Any, on: date) -> str:
    """Return a card that could pay on a day, with what is on it."""
    name, terms = scheme_of(card).name, terms_on(versions_of(card.scheme_id), on)
    if terms is not None and is_course(terms):
        return str(_("%(card)s, a course without minutes", card=name))
    left = duration(sum(lot.free for lot in state_of(card).lots))
    return str(_("%(card)s, %(left)s on it", card=name, left=left))


def _offer_cards(form: BookForm, payers: Payers, on: date) -> None:
    """Ask which card pays, where there are several, with what is on each."""
    if len(payers.cards) < 2:
        return
    form.card_id.choices = {str(card.id): _card_words(card, on) for card in payers.cards}
    if not form.is_submitted():
        asked = request.args.get("kort", "")
        is_there = asked in form.card_id.choices
        form.card_id.data = asked if is_there else str(payers.cards[0].id)


def _money(person: Any, payers: Payers, form: BookForm) -> tuple[Purse | None, Diary]:
    """Return what pays, and what else the citizen has before her."""
    chosen = next((one for one in payers.cards if str(one.id) == form.card_id.data), None)
    card = chosen or next(iter(payers.cards), None)
    purse = purse_of(person, clock.now(), card) if card else None
    return purse, purse.diary if purse else diary_of(person, clock.now())


def _answer(asked: _Checked) -> int:
    """Offer the helpers and the ways, answer every question that is not answered yet with the best
    answer there is, and return the minutes one way.
    """
    form, traveller, goal = asked.form, asked.traveller, asked.goal
    offer_ways(form, [traveller], goal)
    if not form.is_submitted():
        return _first_answers(asked)
    _follow(form, traveller, goal)
    sent = form.travel_each_way.data
    each_way = sent if sent is not None and 0 <= sent <= LONGEST_WAY else None
    if each_way is None:
        each_way = traveller.best(goal).minutes
    _free(asked, each_way)
    return each_way


def _first_answers(asked: _Checked) -> int:
    form, best = asked.form, asked.traveller.best(asked.goal)
    by_hand = request.args.get("vej", type=int)
    if by_hand is not None and not 0 <= by_hand <= LONGEST_WAY:
        by_hand = None
    each_way = best.minutes if by_hand is None else by_hand
    found = _free(asked, each_way)
    driver = best_escort(found, current_actor())
    if driver is None or not driver.has_driving_licence:
        best = asked.traveller.best(asked.goal, drives=False)
        if by_hand is None and best.minutes != each_way:
            each_way = best.minutes
            found = _free(asked, each_way)
    choose_helpers(form, found)
    form.transport.data = best.mode.value
    form.travel_each_way.data = each_way
    form.reckoned_for.data = best.mode.value if by_hand is None else ""
    return each_way


def _free(asked: _Checked, each_way: int) -> list[Candidate]:
    return offer_helpers(asked.form, *span_of(asked.facts, each_way), asked.person)


def _said(error: DomainError, offer: Offer) -> str:
    on = local_day(offer.starts_at)
    return error_words(error, clock.today(), offer.terms, on, offer.needs)


def _page(asked: _Checked, offer: Offer, refusal: str | None) -> str:
    now, form, person = clock.now(), asked.form, asked.person
    shown = offer_shown(offer, local_day(now))
    refusal = refusal or shown.reason
    each_way, own = offer.travel_each_way, current_actor().person_id
    on = local_day(offer.starts_at)
    left = left_words(asked.purse, offer.terms, offer.minutes, on, now) if offer.fits else None
    return render_template(
        "trips/check.html",
        citizen=person,
        form=form,
        offer=shown,
        each_way=each_way,
        ways=[(minutes, minutes == each_way) for minutes in sorted({*WAYS, each_way})],
        helpers=_helper_counts(asked, each_way),
        kept=_kept(form),
        citizen_price=citizen_price(offer),
        helper_price=helper_price(offer, form.helpers),
        way_is_free=offer.terms is not None and offer.terms.charging.travel is Travel.FREE,
        left=left,
        is_busy=own is not None and str(own) not in form.escort_id.choices,
        cautions=[
            *caution_words(offer.cautions, offer.terms, offer.occurrence.kind),
            *unsure_words(offer.needs),
        ],
        away=None if refusal else away_words(person, asked.purse, on),
        refusal=refusal,
        nearby=_nearby(asked, offer) if refusal else [],
        is_plain=form.helpers == 1 and not asked.payers.is_named,
    )


def _helper_counts(asked: _Checked, each_way: int) -> Sequence[tuple[int, str, bool]]:
    """Return how many helpers may go along, with what the trip costs then, where that is known."""
    found = []
    for count in range(1, MOST_HELPERS + 1):
        offer = asked.offer(each_way, count)
        words = _("One helper") if count == 1 else _("Two helpers")
        if offer.terms is not None and not offer.asks:
            cost = cost_words(offer.minutes, offer.terms)
            words = _("%(helpers)s: %(cost)s", helpers=words, cost=cost)
        found.append((count, str(words), count == asked.form.helpers))
    return found


def _kept(form: BookForm) -> dict[str, Any]:
    """Return what a link to the same page, otherwise asked, carries along."""
    kept: dict[str, Any] = {}
    if form.helpers > 1:
        kept["hjaelpere"] = form.helpers
    if not form.reckoned_for.data:
        kept["vej"] = form.travel_each_way.data
    if form.card_id.choices:
        kept["kort"] = form.card_id.data
    return kept


def _nearby(asked: _Checked, offer: Offer) -> Sequence[Any]:
    """Return the nearest dates that could really be booked instead."""
    now, person, helpers = clock.now(), asked.person, asked.form.helpers
    offers = offers_for(municipality(), person, now, helpers=helpers, purse=asked.purse)
    others = [one for one in offers if one.occurrence.id != asked.facts.id]

    def url_of(occurrence_id: UUID) -> str:
        count = helpers if helpers > 1 else None
        return url_for(
            "trips.check", citizen_id=person.id, occurrence_id=occurrence_id, hjaelpere=count
        )

    found = nearest(others, offer.starts_at)
    return alternatives(found, [person], now, url_of=url_of, helpers=helpers)
