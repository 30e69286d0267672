"""The year: trips wished for, booked, made, cancelled, in the order in which things happen."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from heapq import heappop, heappush
from itertools import count
from uuid import UUID

from klippekort.domain.booking import Outcome, TripWish, judge
from klippekort.domain.calendar import instant, local_day
from klippekort.domain.charging import cost
from klippekort.domain.escorting import Duty, Engagement, Outing, Worker, needs_of, why_not
from klippekort.domain.promises import can_afford
from klippekort.domain.travel import alone, road_between
from klippekort.domain.trips import Cause, Transport
from klippekort.domain.wishes import Standing
from klippekort.operations.demo import outcomes
from klippekort.operations.demo.cards import Card
from klippekort.operations.demo.map import home_at
from klippekort.operations.demo.people import KNOWN
from klippekort.operations.demo.roster import break_of, is_known, shift_of
from klippekort.operations.demo.world import Frame, Helper, Journey, Meeting, Person, Resident

COMING_DAYS = 21
_ASKED_AT_ONCE = 10
_KNOWN = frozenset(f"{first} {last}" for first, last in KNOWN)
# The known citizens save up for the trips that the demo's care worker makes today.
_SAVE_UP = timedelta(days=40)


@dataclass(frozen=True)
class Wish:
    """Somebody is to be taken along to a meeting; `known` counts from the first known citizen."""

    meeting: Meeting
    known: int | None = None


@dataclass(frozen=True)
class HostGivesUp:
    """A host calls a meeting off."""

    meeting: Meeting


@dataclass(frozen=True)
class Ends:
    """A trip is over, or will not be: its fate is due."""

    journey: Journey
    fate: str


Happening = Wish | HostGivesUp | Ends


class Year:
    """All that happens until now, kept in a heap by time."""

    def __init__(
        self, frame: Frame, cards: list[Card], helpers: list[Helper], coordinator: Person
    ) -> None:
        self.frame, self.cards, self.helpers = frame, cards, helpers
        self.coordinator = coordinator
        self.journeys: list[Journey] = []
        self._cards: dict[UUID | None, Card] = {card.id: card for card in cards}
        self._busy: dict[int, list[tuple[datetime, datetime, Resident]]] = {}
        self._heap: list[tuple[datetime, int, Happening]] = []
        self._turn = count()
        self._quiet = {card.id for card in cards[len(KNOWN) :] if frame.dice.chance(0.15)}

    def live(self, meetings: list[Meeting]) -> list[Journey]:
        """Let everything happen that lies before now, and return the trips; `close` comes last."""
        for at, happening in self._wishes(meetings):
            self._later(at, happening)
        while self._heap:
            at, _, happening = heappop(self._heap)
            if isinstance(happening, Wish):
                self._take_along(happening, at)
            elif isinstance(happening, Ends):
                self._end(happening.journey, happening.fate, at)
            else:
                self._call_off(happening.meeting, at)
        self._helpers_fall_ill()
        return self.journeys

    def close(self) -> None:
        """Reckon every card through today, once all is booked."""
        for card in self.cards:
            card.advance(self.frame.today)

    def keep_busy(
        self, helper: Helper, span: tuple[datetime, datetime], resident: Resident
    ) -> None:
        """Let a helper be out with a citizen."""
        self._busy.setdefault(helper.turn, []).append((*span, resident))

    def _later(self, at: datetime, happening: Happening) -> None:
        if at < self.frame.now:
            heappush(self._heap, (at, next(self._turn), happening))

    def _end(self, journey: Journey, fate: str, at: datetime) -> None:
        outcomes.end(self.frame, self._cards[journey.card_id], journey, fate, at)

    def _wishes(self, meetings: list[Meeting]) -> Iterator[tuple[datetime, Happening]]:
        dice, now = self.frame.dice, self.frame.now
        most = max(2, round(len(self.cards) / 65))
        known = 0
        for meeting in meetings:
            if meeting.cancelled_at or meeting.starts_at > now + timedelta(days=COMING_DAYS):
                continue
            day = local_day(meeting.starts_at)
            for _ in range(dice.randint(1, most)):
                before = timedelta(days=dice.randint(1, 9) + (10 if dice.chance(0.25) else 0))
                at = instant(day - before, time(dice.randint(9, 15), dice.randrange(0, 60, 5)))
                yield at, Wish(meeting)
            is_near = meeting.venue.postcode == self.frame.town.postcodes[0][0]
            if self.frame.town.is_home and day == self.frame.today and is_near and known < 3:
                yield instant(day - timedelta(days=2), time(8, 10 + known)), Wish(meeting, known)
                known += 1
            elif day != self.frame.today and dice.chance(0.012):
                yield meeting.starts_at - timedelta(days=2, hours=2), HostGivesUp(meeting)

    def _take_along(self, wish: Wish, at: datetime) -> None:
        if wish.meeting.cancelled_at is not None:
            return
        for card in self._candidates(wish, at):
            if (journey := self._plan(card, wish, at)) is None:
                continue
            on = local_day(journey.starts_at)
            card.book(journey.id, journey.minutes, on, at, journey.booked_by.account_id)
            self.seat(card, journey)
            outcomes.tell_booked(self.frame, journey)
            if wish.known is None:
                due, fate = outcomes.fate_of(self.frame, journey)
                self._later(due, Ends(journey, fate))
            return

    def _candidates(self, wish: Wish, at: datetime) -> list[Card]:
        """Return who could be asked: those with most on the card first."""
        if wish.known is not None:
            return [self.cards[wish.known]]
        day = local_day(at)
        is_saving_up = self.frame.town.is_home and at > self.frame.now - _SAVE_UP
        first = len(KNOWN) if is_saving_up else 0
        asked = self.frame.dice.some(self.cards[first:], _ASKED_AT_ONCE)
        open_ones = [c for c in asked if c.granted_at < at and c.id not in self._quiet]
        for card in open_ones:
            card.advance(day)
        return sorted(open_ones, key=lambda card: -card.state.available(day))

    def _plan(self, card: Card, wish: Wish, at: datetime) -> Journey | None:
        """Return the trip as it could be booked, or None when something stands in the way."""
        meeting, resident, dice = wish.meeting, card.resident, self.frame.dice
        way = 10 if meeting.venue.postcode == resident.postcode else 20
        span = (
            meeting.starts_at - timedelta(minutes=way),
            meeting.ends_at + timedelta(minutes=way),
        )
        card.advance(local_day(at))
        trip = dice.new_id(at)
        asked = TripWish(*span, 2 * way, at)
        minutes = self._price(card, asked)
        if minutes is None or clashes(card.spans, span) or not has_room(meeting, resident):
            return None
        today = asked.ordered_on
        if not can_afford(card.state, card.plan, trip, minutes, on=asked.on, today=today):
            return None
        transport = _transport(dice.random(), resident, way)
        helper = self.helper_for(resident, span, transport, is_today=wish.known is not None)
        if helper is None and span[0] < self.frame.now + timedelta(days=1):
            return None
        if helper is not None:
            self.keep_busy(helper, span, resident)
        by_phone = helper is None or dice.chance(0.2)
        return Journey(
            trip,
            dice.new_id(at),
            meeting,
            resident,
            card.id,
            *span,
            2 * way,
            minutes,
            transport,
            at,
            self.coordinator if by_phone or helper is None else helper.person,
            "said" if by_phone or dice.chance(0.6) else "shown",
            helper,
        )

    def _price(self, card: Card, asked: TripWish) -> int | None:
        terms = card.plan.terms_on(asked.on)
        standing = Standing(card.plan, card.state)
        if terms is None or judge(terms, asked, standing).outcome is not Outcome.ACCEPTED:
            return None
        if any(absence.covers(asked.on) for absence in card.resident.absences):
            return None
        return cost(terms, asked.minutes, asked.travel)

    def helper_for(
        self,
        resident: Resident,
        span: tuple[datetime, datetime],
        transport: str,
        *,
        is_today: bool,
    ) -> Helper | None:
        """Return who fits by the rules, the citizen's own district first.

        Now and then nobody has been found yet for a trip that lies some days ahead.
        """
        if is_today:
            return self.helpers[0]
        is_ahead = span[0] > self.frame.now + timedelta(days=1)
        if is_ahead and self.frame.dice.chance(0.25):
            return None
        day = local_day(span[0])
        needs = needs_of(
            resident.aids, needs_wheelchair=resident.needs_wheelchair, transport=transport
        )
        outing = Outing(*span, resident.supplier_id, resident.district_id, needs, transport)
        near = [
            helper
            for helper in self.helpers
            if helper.supplier_id == resident.supplier_id
            and not (day == self.frame.today and is_known(self.frame, helper))
        ]
        start = self.frame.dice.randrange(len(near)) if near else 0
        turned = near[start:] + near[:start]
        turned.sort(key=lambda helper: helper.district_id != resident.district_id)
        for helper in turned:
            if not why_not(outing, self._diary(helper, resident, day)):
                return helper
        return None

    def _diary(self, helper: Helper, resident: Resident, day: date) -> Worker:
        """Return a helper's day, as the rules look at it."""
        hours = shift_of(self.frame, helper, day)
        duties = (Duty(*hours[:2], *break_of(helper, hours[0])),) if hours else ()
        trips = [
            Engagement(start, end, _apart(resident, other))
            for start, end, other in self._busy.get(helper.turn, ())
            if local_day(start) == day
        ]
        return Worker(
            helper.id,
            helper.person.name,
            helper.supplier_id,
            helper.district_id,
            helper.skills,
            helper.has_driving_licence,
            duties,
            (),
            trips,
        )

    def seat(self, card: Card, journey: Journey) -> None:
        """Give a citizen the seat and the time of a trip that is booked."""
        meeting = journey.meeting
        meeting.seats_taken += 1
        meeting.wheelchairs_taken += card.resident.needs_wheelchair
        meeting.trips.append(journey)
        card.spans.append((journey.starts_at, journey.ends_at))
        self.journeys.append(journey)

    def _call_off(self, meeting: Meeting, at: datetime) -> None:
        meeting.cancelled_at, meeting.cancelled_reason = at, "host_ill"
        for journey in meeting.trips:
            if journey.state == "booked":
                self._end(journey, Cause.HOST, at)

    def _helpers_fall_ill(self) -> None:
        """Cancel a few coming trips the evening before, so that somebody must be called."""
        at = self.frame.now - timedelta(hours=7)
        coming = [
            journey
            for journey in self.journeys
            if journey.state == "booked"
            and journey.helper is not None
            and journey.starts_at > self.frame.now + timedelta(days=1)
        ]
        for journey in coming[:3]:
            self._end(journey, Cause.SUPPLIER, at)


def clashes(spans: list[tuple[datetime, datetime]], span: tuple[datetime, datetime]) -> bool:
    """Say whether a span shares time with any of these."""
    return any(start < span[1] and span[0] < end for start, end in spans)


def _apart(one: Resident, other: Resident) -> int:
    """Return a helper's minutes from one citizen's door to another's."""
    if one.id == other.id:
        return 0
    start, goal = (
        home_at(who.postcode, str(who.id), is_known=who.name in _KNOWN) for who in (one, other)
    )
    return alone(road_between(start, goal), Transport.STAFF_CAR).minutes


def has_room(meeting: Meeting, resident: Resident) -> bool:
    """Say whether there is a seat left that the citizen can use."""
    if resident.needs_wheelchair and meeting.wheelchairs_taken >= meeting.wheelchair_places:
        return False
    return meeting.seats_taken < meeting.capacity


def _transport(draw: float, resident: Resident, way: int) -> str:
    if resident.needs_wheelchair:
        return "wheelchair_bus"
    if way == 10:
        return "walk" if draw < 0.6 else "staff_car"
    return "staff_car" if draw < 0.7 else "taxi" if draw < 0.85 else "flex"
