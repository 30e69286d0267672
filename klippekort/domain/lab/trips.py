"""Trips of a replayed life: judged when ordered, held, and charged by what became of them."""

from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta

from klippekort.domain import accrual, ledger, promises
from klippekort.domain.booking import (
    Outcome,
    cautions,
    earliest,
    goes_past_midnight,
    judge,
    may_benefit,
    window_on,
)
from klippekort.domain.calendar import COPENHAGEN, is_public_holiday
from klippekort.domain.charging import (
    ALONE,
    Party,
    ask,
    cost,
    longer_life,
    minutes_made,
    not_made,
    rule_for,
)
from klippekort.domain.eligibility import Clause, missing
from klippekort.domain.errors import Undecided
from klippekort.domain.expiry import longer
from klippekort.domain.lab.events import Event, Happening
from klippekort.domain.lab.life import DONE, HELD, OVER, Card, Life, Trip, add_trip
from klippekort.domain.lab.told import (
    ACCEPTED,
    ASK,
    REFUSED,
    Result,
    conditions_told,
    moment_text,
)
from klippekort.domain.ledger import Entry, EntryKind
from klippekort.domain.needs import Need, needs_of, unmet
from klippekort.domain.plans import Plan
from klippekort.domain.schemes import Charge, Joint, JointTrips, Measure, Planning, Span, Terms
from klippekort.domain.spans import days_on
from klippekort.domain.wishes import Standing, TripWish, later

_MIDDAY = time(12)
_NEEDS = ("needs", "needs_for")  # of every trip, of one kind


def order(life: Life, event: Event, result: Result) -> None:
    """Judge a trip as of its order and set its time aside, or ask, or refuse."""
    card = ordered_on(life, event)
    trip = card.by_line.get(event.line) or add_trip(card, Trip(event, wish_of(event)))
    terms = card.plan.terms_on(event.on)
    standing = _standing(life, card, terms, trip)
    verdict = judge(terms, trip.wish, standing)
    if verdict.outcome is Outcome.ASK and life.today > trip.wish.on:
        terms = life.terms_of(card, life.today)  # decided after the trip's own day
        verdict = judge(terms, trip.wish, standing)
    result.rule, result.choices, result.earliest = verdict.rule, verdict.choices, None
    result.outcome = trip.state = str(verdict.outcome)
    result.why = _why(life, event, terms, trip.wish, verdict.rule)
    result.lacking = conditions_told(_lacking(life, terms, event.activity, result))
    if verdict.outcome is Outcome.REFUSED:
        if life.with_earliest:
            result.earliest = _earliest(card.plan, trip.wish, standing, verdict.rule)
    elif verdict.outcome is Outcome.ASK and verdict.rule is not None:
        life.asking.append((event, verdict.rule))
        life.task(life.today, "decide", verdict.rule, event.ref)
    elif terms is not None:
        by_clock = () if event.is_timed else ("soft_starts_from", "soft_ends_by")
        result.soft = tuple(name for name in cautions(terms, trip.wish) if name not in by_clock)
        result.condition = terms.activities.conditional.get(event.activity, "")
        keep(life, card, trip, terms)


def ordered_on(life: Life, event: Event) -> Card:
    """Return the card a trip is judged by: one that runs, where a pool pays and none is named."""
    if event.card or not event.pool or not life.unknown(event.card):
        return life.card(event.card)
    cards = [life.card(name) for name in sorted(life.named)]
    known = [card for card in cards if event.line in card.by_line]
    return (known or [card for card in cards if life.is_running(card, event.on)] or cards)[0]


def _why(life: Life, event: Event, terms: Terms | None, wish: TripWish, rule: str | None) -> str:
    """Return the reason for a refusal where the rule's own words would tell another, or ""."""
    if rule == "not_active":
        is_unknown = "" if event.pool and not event.card else life.unknown(event.card)
        return is_unknown or ("no_scheme" if terms is None else "")
    if terms is None:
        return ""
    is_for = may_benefit(terms.sharing, wish.benefit, by_pool=bool(event.pool))
    match rule:
        case "eligibility" if not is_for:
            return "benefit"
        case "eligibility" | "activity" if _unmet(life, terms, event.activity, rule):
            return _NEEDS[rule == "activity"]
        case "consent":
            return _why_not_together(terms.joint_trips, wish)
        case "holiday" if not is_public_holiday(wish.on):
            return "closed_day"
        case "hours" if goes_past_midnight(wish):
            window = window_on(terms.hours, wish.on)
            return "past_midnight" if window is None or window.ends_by is None else ""
        case "pool" if terms.sharing.pools is False:
            return "no_pool"
    return ""


def _why_not_together(joint: JointTrips, wish: TripWish) -> str:
    if wish.consent is False:
        return "said_no"
    if joint.charge is Joint.FORBIDDEN:
        return "not_together"
    is_crowd = joint.most_citizens and wish.party.citizens > joint.most_citizens
    return "too_many" if is_crowd else ""


def _lacking(life: Life, terms: Terms | None, activity: str, result: Result) -> Iterable[Clause]:
    """Return the conditions on the citizen for which a trip is refused."""
    need = _unmet(life, terms, activity, result.rule)
    if need is not None and result.why in _NEEDS:
        return need.lacking
    if terms is not None and (result.rule, result.why) == ("eligibility", ""):
        return missing(terms.grants.eligibility, life.facts)
    return ()


def _unmet(life: Life, terms: Terms | None, activity: str, rule: str | None) -> Need | None:
    return unmet(needs_of(terms, activity, life.facts), rule) if terms else None


def keep(life: Life, card: Card, trip: Trip, terms: Terms) -> None:
    """Set an accepted trip's minutes aside; what is still to come is pledged."""
    trip.state = HELD
    trip.cost = 0
    if terms.measured_in is Measure.COURSE:
        return
    event, wish, today = trip.event, trip.wish, life.today
    trip.cost = cost(terms, wish.minutes, wish.travel, wish.party)
    if event.pool:
        life.pools[event.pool] = life.pools.get(event.pool, 0) - trip.cost
        return
    entries, card.state = promises.set_aside(
        card.state, trip.id, trip.cost, on=wish.on, today=today
    )
    life.tell_of(card, entries)


def wish_of(event: Event) -> TripWish:
    """Return the trip a line asks for; without a clock time it stands at midday."""
    start = event.at if event.is_timed else datetime.combine(event.on, _MIDDAY, COPENHAGEN)
    minutes = event.minutes or 0
    return TripWish(
        start,
        later(start, timedelta(minutes=minutes)),
        event.travel or 0,
        event.ordered,
        event.activity,
        ALONE if event.helpers == event.citizens == 1 else Party(event.helpers, event.citizens),
        event.consent,
        event.benefit,
        event.is_timed,
    )


def _standing(life: Life, card: Card, terms: Terms | None, trip: Trip) -> Standing:
    forecast = Forecast(card, trip, life.today)
    return Standing(
        card.plan,
        card.state,
        life.facts,
        life.made_trips(card, terms, trip),
        life.pools.get(trip.event.pool, 0) if trip.event.pool else None,
        card.in_use_after_end,
        forecast.affords,
        forecast.has_now,
    )


class Forecast:
    """What a card can pay on coming days; days asked about in order cost no more than one walk."""

    def __init__(self, card: Card, trip: Trip, today: date) -> None:
        self.card, self.trip, self.today = card, trip, today
        self.ahead = card.state

    def has_now(self, minutes: int, on: date) -> bool:
        """Say whether what is on the card now is enough on that day."""
        state = self.card.state
        if state.available(on) < minutes:
            return False
        is_free = on >= self.today and not state.pledges  # there is no promise to break
        return is_free or self._keeps_promises(minutes, on)

    def affords(self, minutes: int, on: date) -> bool:
        """Say whether the card can pay on that day, with what will have come by then."""
        if on > self.today:
            reached = self.ahead.advanced_through or self.today
            if on < reached:
                self.ahead = self.card.state
            self.ahead = accrual.advance(self.ahead, self.card.plan, on).state
            if self.ahead.available(on) < minutes:
                return False
        return self._keeps_promises(minutes, on)

    def _keeps_promises(self, minutes: int, on: date) -> bool:
        state, plan = self.card.state, self.card.plan
        return promises.can_afford(state, plan, self.trip.id, minutes, on=on, today=self.today)


def _earliest(plan: Plan, wish: TripWish, standing: Standing, rule: str | None) -> str | None:
    found = earliest(plan.terms_on, wish, standing)
    if found is None:
        return None
    return moment_text(found, with_time=rule == "hours")


def _card_of(life: Life, event: Event) -> Card:
    """Return the card a line about a trip is for: where it names none, the one the trip is on."""
    if not event.card:
        for card in life.cards.values():
            if event.ref in card.by_ref:
                return card
    return life.card(event.card)


def settle(life: Life, event: Event, result: Result) -> None:
    """Charge a trip by what became of it: made, broken off, cancelled, or in vain."""
    card = _card_of(life, event)
    trip = card.by_ref.get(event.ref)
    if trip is not None and trip.state == ASK and event.event is Happening.CANCEL:
        trip.state = OVER  # nothing was set aside yet, and nobody needs to answer any more
        result.became = event.event
        life.asking = [asked for asked in life.asking if asked[0].line != trip.event.line]
        return
    if trip is None or trip.state != HELD:
        result.outcome, result.rule, result.choices = REFUSED, "not_active", ()
        result.why = _not_held(life, trip, event.ref)
        return
    try:
        minutes, made, life_span = _cost_now(life, card, trip, event)
    except Undecided as question:
        result.outcome, result.rule, result.choices = ASK, question.rule, question.choices
        life.asking.append((event, question.rule))
        life.task(life.today, "decide", question.rule, event.ref)
        return
    result.outcome, result.rule, result.choices = ACCEPTED, None, ()
    trip.state, trip.charged = (DONE if made else OVER), minutes
    trip.became, result.became, result.taken = event.event, event.event, minutes
    if trip.event.pool:
        pool = trip.event.pool
        life.pools[pool] = life.pools.get(pool, 0) + trip.cost - minutes
        return
    if card.state.pledges:
        others = tuple(p for p in card.state.pledges if p.trip != trip.id)
        card.state = card.state.with_pledges(others)
    entries = ledger.settle(
        card.state,
        trip.id,
        minutes,
        on=trip.wish.on,
        today=life.today,
        reason="trip" if made else "forfeit",
        lost=not made,
    )
    life.post(card, entries)
    if life_span is not None:
        _live_longer(life, card, entries, days_on(life.today, life_span))
    came_back = any(e.kind is EntryKind.RELEASE for e in entries)
    life.lapse(card, came_back=came_back)
    life.leave(card)


def _not_held(life: Life, trip: Trip | None, ref: str) -> str:
    """Return why nothing can become of a trip now."""
    if trip is None:
        is_elsewhere = any(ref in card.by_ref for card in life.cards.values())
        return "other_card" if is_elsewhere else "not_ordered"
    return {ASK: "waits", REFUSED: "was_refused"}.get(trip.state, "is_over")


def _live_longer(life: Life, card: Card, entries: list[Entry], last_day: date) -> None:
    """Give what came back, and was not lost at once, a life until a day at least."""
    returned: dict[str, int] = {}
    signs = {EntryKind.RELEASE: 1, EntryKind.FORFEIT: -1}
    for entry in entries:
        if entry.lot is not None and entry.kind in signs:
            change = signs[entry.kind] * entry.minutes
            returned[entry.lot] = returned.get(entry.lot, 0) + change
    for key, minutes in returned.items():
        if minutes > 0:
            lot = card.state.lot(key)
            life.post(card, longer(card.state, lot, minutes, last_day, life.today))


def _cost_now(life: Life, card: Card, trip: Trip, event: Event) -> tuple[int, bool, Span | None]:
    """Return what the trip costs, whether any of it was made, and how long returned time lives.

    The terms of the trip's day hold; what they leave open is answered by those of today. Raises
    Undecided.
    """
    days = (trip.wish.on, max(trip.wish.on, life.today))
    for number, day in enumerate(days):
        terms = life.terms_of(card, day)
        try:
            minutes, made = _charge(terms, trip, event)
            is_cancelled = event.event is Happening.CANCEL
            span = longer_life(terms.cancelling, event.by) if is_cancelled else None
        except Undecided:
            if number:
                raise
        else:
            return minutes, made, span
    raise AssertionError(days)


def _charge(terms: Terms, trip: Trip, event: Event) -> tuple[int, bool]:
    """Return what the trip costs and whether any of it was made. Raises Undecided."""
    cancelling, wish = terms.cancelling, trip.wish
    actual = wish.minutes if event.minutes is None else event.minutes
    travel = min(wish.travel if event.travel is None else event.travel, actual)
    if terms.measured_in is Measure.COURSE:
        return 0, event.event in (Happening.DONE, Happening.BROKEN_OFF)
    match event.event:
        case Happening.DONE:
            made = minutes_made(terms, wish.minutes, actual)
            travel = travel if made == actual else wish.travel
            return cost(terms, made, travel, wish.party), True
        case Happening.BROKEN_OFF:
            partly = cost(terms, actual, travel, wish.party)
            rule, charge = "cancelling.broken_off", cancelling.broken_off
            return not_made(terms, rule, charge, trip.cost, partly), charge is not Charge.FREE
        case Happening.NO_SHOW:
            return not_made(terms, "cancelling.no_show", cancelling.no_show, trip.cost), False
        case Happening.WASTED_VISIT:
            rule, charge = "cancelling.wasted_visit", cancelling.wasted_visit
            return not_made(terms, rule, charge, trip.cost), False
    rule, charge = rule_for(cancelling, event.by, wish.starts_at, event.at)
    return not_made(terms, rule, charge, trip.cost), False


def plan_talk(life: Life, event: Event, result: Result) -> None:
    """Charge a planning talk that was held; what the card cannot pay is waived."""
    card = life.card(event.card)
    terms = life.terms_now(card, event)
    said = terms.charging.planning
    if terms.charging.planning_first_only and card.planned_before:
        said = Planning.FREE
    if said is Planning.UNDECIDED:
        question = ask("charging.planning")
        result.outcome, result.rule, result.choices = ASK, question.rule, question.choices
        life.asking.append((event, question.rule))
        life.task(life.today, "decide", question.rule)
        return
    result.outcome, result.rule, result.choices = ACCEPTED, None, ()
    if said is Planning.FREE:
        return
    punch = card.plan.minutes_per_punch(terms, event.on)
    minutes = punch if said is Planning.ONE_PUNCH else event.minutes or 0
    if minutes:
        talk = Trip(event, wish_of(event))
        entries = ledger.settle(
            card.state, talk.id, minutes, on=event.on, today=life.today, reason="planning"
        )
        life.post(card, entries)
        result.charged = sum(one.minutes for one in entries if one.kind is EntryKind.SPEND)
        # Only the first talk costs anything: one that took nothing has cost nothing.
        card.planned_before |= result.charged > 0


_Handler = Callable[[Life, Event, Result], None]
_SETTLED: dict[Happening, _Handler] = dict.fromkeys(
    (
        Happening.DONE,
        Happening.NO_SHOW,
        Happening.CANCEL,
        Happening.BROKEN_OFF,
        Happening.WASTED_VISIT,
    ),
    settle,
)
HANDLERS: dict[Happening, _Handler] = {
    Happening.TRIP: order,
    Happening.PLANNING: plan_talk,
    **_SETTLED,
}
