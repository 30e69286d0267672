"""One trip that two citizens make together, and one seat on a citizen's own way, both ahead."""

from datetime import datetime, timedelta
from itertools import combinations
from uuid import UUID

from klippekort.domain.booking import Outcome, judge
from klippekort.domain.calendar import local_day
from klippekort.domain.charging import Party, cost
from klippekort.domain.escorting import needs_of
from klippekort.domain.promises import can_afford
from klippekort.domain.trips import Company, Transport
from klippekort.domain.wishes import Standing, TripWish
from klippekort.operations.demo import outcomes
from klippekort.operations.demo.cards import Card
from klippekort.operations.demo.history import Year, clashes, has_room
from klippekort.operations.demo.people import KNOWN
from klippekort.operations.demo.world import Helper, Journey, Meeting, Resident

_TWO = Party(1, 2)
# The second citizen is picked up so many minutes after the first, and home as much before.
_OUT, _APART = 15, 5
_SOONEST, _LATEST = timedelta(days=3), timedelta(days=14)


def go_together(year: Year, meetings: list[Meeting], at: datetime) -> None:
    """Book a trip for two at `at`, each paying as her scheme says, with a helper who is free."""
    for meeting in _coming(year, meetings):
        free = [card for card in _free_at(year, meeting) if _paid_by(year, card, meeting, at)]
        for first, second in combinations(free[:8], 2):
            if _are_neighbours(first, second) and _book_two(year, meeting, first, second, at):
                return


def go_own_way(year: Year, meetings: list[Meeting], at: datetime) -> None:
    """Book a seat at `at` that a relative brings a citizen to: no card pays."""
    for meeting in reversed(_coming(year, meetings)):
        for card in _free_at(year, meeting):
            if not card.resident.needs_wheelchair:
                _keep(year, meeting, card, _own_way(year, meeting, card, at))
                return


def _coming(year: Year, meetings: list[Meeting]) -> list[Meeting]:
    now = year.frame.now
    return [
        meeting
        for meeting in meetings
        if now + _SOONEST < meeting.starts_at < now + _LATEST
        and meeting.cancelled_at is None
        and meeting.capacity - meeting.seats_taken >= 2
    ]


def _span(meeting: Meeting, apart: int = 0) -> tuple[datetime, datetime]:
    way = timedelta(minutes=_OUT - apart)
    return meeting.starts_at - way, meeting.ends_at + way


def _free_at(year: Year, meeting: Meeting) -> list[Card]:
    """Return the cards of those who are at home then and have nothing else; the known ones have
    their own.
    """
    day = local_day(meeting.starts_at)
    return [
        card
        for card in year.cards[len(KNOWN) :]
        if not clashes(card.spans, _span(meeting))
        and has_room(meeting, card.resident)
        and not any(absence.covers(day) for absence in card.resident.absences)
    ]


def _are_neighbours(first: Card, second: Card) -> bool:
    one, other = first.resident, second.resident
    return (one.supplier_id, one.postcode) == (other.supplier_id, other.postcode) and not (
        one.needs_wheelchair or other.needs_wheelchair
    )


def _wish(meeting: Meeting, at: datetime, apart: int = 0) -> TripWish:
    travel = 2 * (_OUT - apart)
    return TripWish(*_span(meeting, apart), travel, at, party=_TWO, consent=True)


def _paid_by(year: Year, card: Card, meeting: Meeting, at: datetime, apart: int = 0) -> int | None:
    """Return the minutes a card pays for its part of a trip for two, or None when it cannot."""
    card.advance(local_day(at))
    wish = _wish(meeting, at, apart)
    terms = card.plan.terms_on(wish.on)
    if terms is None:
        return None
    if judge(terms, wish, Standing(card.plan, card.state)).outcome is not Outcome.ACCEPTED:
        return None
    minutes, trip = cost(terms, wish.minutes, wish.travel, _TWO), UUID(int=0)
    affords = can_afford(card.state, card.plan, trip, minutes, on=wish.on, today=wish.ordered_on)
    return minutes if affords else None


def _book_two(year: Year, meeting: Meeting, first: Card, second: Card, at: datetime) -> bool:
    """Book both on one trip, and say whether a helper was free."""
    helper = year.helper_for(first.resident, _span(meeting), Transport.WALK, is_today=False)
    if helper is None or not _needs_of(second.resident) <= helper.skills:
        return False
    year.keep_busy(helper, _span(meeting), first.resident)
    trip = year.frame.dice.new_id(at)
    for card, apart in ((first, 0), (second, _APART)):
        journey = _together(year, meeting, card, trip, helper, apart, at)
        on = local_day(journey.starts_at)
        card.book(trip, journey.minutes, on, at, journey.booked_by.account_id)
        _keep(year, meeting, card, journey)
    return True


def _needs_of(resident: Resident) -> frozenset[str]:
    """Return what a helper must be able to do, to walk with somebody."""
    return needs_of(resident.aids, needs_wheelchair=False, transport=Transport.WALK).must


def _together(
    year: Year,
    meeting: Meeting,
    card: Card,
    trip: UUID,
    helper: Helper,
    apart: int,
    at: datetime,
) -> Journey:
    return Journey(
        trip,
        year.frame.dice.new_id(at),
        meeting,
        card.resident,
        card.id,
        *_span(meeting, apart),
        2 * (_OUT - apart),
        _paid_by(year, card, meeting, at, apart) or 0,
        Transport.WALK,
        at,
        year.coordinator,
        "said",
        helper,
        joint_agreed_how="said",
        rides_along=bool(apart),
    )


def _own_way(year: Year, meeting: Meeting, card: Card, at: datetime) -> Journey:
    return Journey(
        year.frame.dice.new_id(at),
        year.frame.dice.new_id(at),
        meeting,
        card.resident,
        None,
        *_span(meeting),
        2 * _OUT,
        0,
        Transport.UNKNOWN,
        at,
        year.coordinator,
        "said",
        None,
        company=Company.RELATIVE,
    )


def _keep(year: Year, meeting: Meeting, card: Card, journey: Journey) -> None:
    year.seat(card, journey)
    if not journey.rides_along:
        riders = 2 if journey.joint_agreed_how else None
        outcomes.tell_booked(year.frame, journey, riders=riders)
