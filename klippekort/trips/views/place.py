"""A trip to a place of the citizen's own choice: what it costs is seen before it is booked."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Self
from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from klippekort.domain.calendar import ONE_DAY, local_day
from klippekort.domain.charging import Party
from klippekort.domain.errors import Undecided
from klippekort.domain.permissions import Action
from klippekort.domain.schemes import Payer, Terms
from klippekort.domain.trips import Transport
from klippekort.domain.wishes import TripWish
from klippekort.platform import clock
from klippekort.platform.auth import requires, saw
from klippekort.platform.formatting import clock_time, duration
from klippekort.platform.i18n import _
from klippekort.travel.queries import Spot, Traveller
from klippekort.trips.forms.book import TRANSPORT
from klippekort.trips.forms.place import PlaceForm
from klippekort.trips.forms.show import LONGEST_WAY
from klippekort.trips.queries.offers import Purse, Weighed, payers_of, purse_of
from klippekort.trips.queries.places import other_times, stay_of, weigh_place
from klippekort.trips.services.blocks import Block, Passenger, Place
from klippekort.trips.views.blueprint import bp
from klippekort.trips.views.booking import (
    ABOUT_ESCORT,
    REFUSALS,
    ask,
    away_words,
    choose_helpers,
    citizen_to_book,
    found_by,
    municipality,
    offer_helpers,
    put,
    set_aside,
)
from klippekort.trips.views.offer_words import (
    Alternative,
    cost_words,
    left_words,
    when_and_until,
    who_is_free,
)
from klippekort.trips.views.words import (
    caution_words,
    error_words,
    refusal_words,
    unsure_words,
    when_words,
)

ABOUT_HELPERS = {"escort_id", "second_id", "escort_by"}
"""Fields that stand beside the price, so that an error in them is shown there."""


@bp.route("/borgere/<uuid:citizen_id>/tur/sted", methods=["GET", "POST"])
@requires(Action.BOOK_TRIP, purpose="book_trip")
def place(citizen_id: UUID) -> ResponseReturnValue:
    """Ask where to, show what it costs, and book it with the next tap."""
    person, form, now = citizen_to_book(citizen_id), PlaceForm(), clock.now()
    form.first_on = local_day(now)
    traveller = Traveller(municipality(), person)
    saw(citizen_id)
    if not form.is_submitted():
        form.on.data = form.first_on + ONE_DAY
        form.fill_in(request.args)
        form.transport.data = traveller.best(Spot(None, person.postcode)).mode.value
        return _page(person, form)
    if at := request.form.get("at"):
        form.move_to(at)
    each_way = _each_way(form, traveller)
    is_new = _answer(form, person, each_way)
    form.validate()
    if form.chosen is None or set(form.errors) - ABOUT_HELPERS:
        return _page(person, form), 422
    return _weighed(person, form, form.chosen, each_way, is_new=is_new)


def _each_way(form: PlaceForm, traveller: Traveller) -> int:
    """Return the minutes one way that were typed, else those reckoned by the postcode."""
    typed = form.travel_each_way.data
    if typed is not None and 0 <= typed <= LONGEST_WAY:
        return int(typed)
    known = form.transport.data in TRANSPORT
    mode = Transport(form.transport.data) if known else Transport.UNKNOWN
    return traveller.leg(Spot(None, form.spot), mode).minutes


def _answer(form: PlaceForm, person: Any, each_way: int) -> bool:
    """Offer the helpers who are free then; say whether the trip is another than was shown."""
    is_new = bool(form.seen.data != _what(form, each_way))
    if form.stay is None:
        form.escort_id.choices = form.second_id.choices = {"": ""}
        form.escort_id.data = form.second_id.data = ""
        return is_new
    begins, ends = form.stay
    way = timedelta(minutes=each_way)
    if is_new:
        # Whoever was chosen may not be free at another time: that is asked anew.
        form.escort_id.data, form.second_id.data, form.escort_by.data = "", "", None
        form.escort_by.raw_data = None
    found = offer_helpers(form, begins - way, ends + way, person)
    if is_new:
        choose_helpers(form, found)
    return is_new


def _what(form: PlaceForm, each_way: int) -> str:
    """Return a mark of what a price is shown for, by which another trip is told from it."""
    said = (form.chosen, form.transport.data, each_way, form.helpers)
    return hashlib.sha256(str(said).encode()).hexdigest()[:16]


def _weighed(
    person: Any, form: PlaceForm, chosen: Place, each_way: int, *, is_new: bool
) -> ResponseReturnValue:
    """Show what the trip costs, or book it where that was shown."""
    now = clock.now()
    trip = _Weighing.of(person, form, chosen, each_way, now)
    wants, refusal = request.form.get("step") == "book", trip.refusal
    put(form.seen, _what(form, each_way))
    if wants and not is_new and not form.errors:
        try:
            return redirect(url_for("trips.booked", trip_id=_book(person, form, trip)), 303)
        except ABOUT_ESCORT as error:
            form.escort_id.errors = [error_words(error, local_day(now), trip.terms)]
        except Undecided as error:
            refusal = ask(form, [*error.rules, *trip.weighed.asks])
        except REFUSALS as error:
            needs = trip.weighed.needs
            refusal = error_words(error, local_day(now), trip.terms, trip.wish.on, needs)
    elif trip.weighed.asks and refusal is None:
        refusal = ask(form, trip.weighed.asks, is_missing=wants)
    is_changed = wants and is_new
    if refusal is not None:
        return _page(person, form, refusal=refusal, nearby=trip.nearby(now)), 422
    page = _page(person, form, trip=trip.shown(now), is_changed=is_changed)
    return page, 422 if form.errors or is_changed else 200


def _page(
    person: Any,
    form: PlaceForm,
    *,
    trip: dict[str, Any] | None = None,
    refusal: str | None = None,
    nearby: Sequence[Alternative] = (),
    is_changed: bool = False,
) -> str:
    return render_template(
        "trips/place.html",
        citizen=person,
        form=form,
        trip=trip,
        refusal=refusal,
        nearby=nearby,
        is_changed=is_changed,
    )


@dataclass(frozen=True)
class _Weighing:
    """A trip to a place as the card sees it."""

    person: Any
    form: PlaceForm
    place: Place
    each_way: int
    wish: TripWish
    purse: Purse | None
    weighed: Weighed
    is_named: bool

    @classmethod
    def of(cls, person: Any, form: PlaceForm, chosen: Place, each_way: int, now: datetime) -> Self:
        """Weigh what is asked for against the card that pays that day."""
        way = timedelta(minutes=each_way)
        wish = TripWish(
            chosen.starts_at - way,
            chosen.ends_at + way,
            2 * each_way,
            now,
            chosen.kind,
            Party(form.helpers, 1),
        )
        payers = payers_of(person, wish.on)
        purse = purse_of(person, now, payers.cards[0]) if payers.cards else None
        weighed = weigh_place(person, purse, wish, form.answers, now)
        return cls(person, form, chosen, each_way, wish, purse, weighed, payers.is_named)

    @property
    def terms(self) -> Terms | None:
        """Return the terms of the day."""
        return self.weighed.terms

    @property
    def refusal(self) -> str | None:
        """Return why it cannot be, or None."""
        found = self.weighed
        if found.refusal is None:
            return None
        return refusal_words(
            found.refusal,
            clock.today(),
            found.terms,
            earliest=found.earliest,
            lacks=found.lacks,
            on=self.wish.on,
            needs=found.needs,
        )

    def shown(self, now: datetime) -> dict[str, Any]:
        """Return the trip in words."""
        found, wish = self.weighed, self.wish
        return {
            "title": self.place.name,
            "day": when_words(wish.starts_at, local_day(now)),
            "starts_at_text": clock_time(wish.starts_at),
            "ends_at_text": clock_time(wish.ends_at),
            "way": duration(self.each_way),
            "cost": cost_words(found.minutes, found.terms),
            "left": left_words(self.purse, found.terms, found.minutes, wish.on, now),
            "helper_pays": _payer(found.terms.money.helper.refreshments) if found.terms else None,
            "taxi_pays": self._taxi_pays(),
            "cautions": [
                *caution_words(found.cautions, found.terms, wish.activity),
                *unsure_words(found.needs),
            ],
            "away": away_words(self.person, self.purse, wish.on),
        }

    def _taxi_pays(self) -> str | None:
        """Return who pays a taxi, where they take one: what it costs, nobody knows before."""
        if self.form.transport.data != Transport.TAXI or self.terms is None:
            return None
        return _payer(self.terms.money.citizen.transport)

    def nearby(self, now: datetime) -> list[Alternative]:
        """Return the nearest times at which the same trip could really be booked."""
        found = other_times(
            self.purse, self.wish, self.form.answers, now, earliest=self.weighed.earliest
        )
        return [_alternative(self.person, self.place, wish, one, now) for wish, one in found]


def _alternative(
    person: Any, chosen: Place, wish: TripWish, weighed: Weighed, now: datetime
) -> Alternative:
    begins, _minutes = stay_of(wish)
    return Alternative(
        chosen.name,
        when_and_until(wish.starts_at, wish.ends_at, local_day(now)),
        cost_words(weighed.minutes, weighed.terms),
        "",
        "",
        who_is_free(wish.starts_at, wish.ends_at, [person]),
        at=f"{begins:%Y-%m-%dT%H:%M}",
    )


def _payer(payer: Payer) -> str | None:
    """Return who pays something, where the scheme says so."""
    words = {
        Payer.CITIZEN: _("The citizen pays"),
        Payer.MUNICIPALITY: _("The municipality pays"),
        Payer.SUPPLIER: _("The supplier pays"),
    }
    return str(words[payer]) if payer in words else None


def _book(person: Any, form: PlaceForm, trip: _Weighing) -> str:
    card_id = trip.purse.card.id if trip.purse and trip.is_named else None
    passenger = Passenger(person.id, "said", card_id=card_id, answers=form.answers, why=form.reason)
    block = Block(
        passengers=(passenger,),
        goal=trip.place,
        transport=Transport(form.transport.data),
        out_minutes=trip.each_way,
        home_minutes=trip.each_way,
        escorts=form.chosen_escorts,
        escorts_wanted=form.helpers,
    )
    by = found_by(form, trip.wish.starts_at, clock.now())
    content = [str(block), form.escort_by.data if form.lacks_helper else None]
    return set_aside(replace(block, escort_by=by), content, form.key.data)
