"""What hosts, friends and drivers are asked, have offered, gave, and want money back for.

It is told after everything else and by no chance, so that the rest of the town comes out as it did
without.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from klippekort.domain.calendar import minutes_between
from klippekort.domain.hosting import HostRole, OfferState
from klippekort.hosting.models import HostExpense, HostingTerms, HostOffer, HostWord, TripHours
from klippekort.operations.demo.offers import Host
from klippekort.operations.demo.world import Frame, Journey, Meeting, Person

KM_RATE = 228
MEETING_POINT = "Ved hovedindgangen"
# Who is in order for it, and goes along or drives as well as hosts.
FRIEND = 1


def build_hosting(
    frame: Frame,
    hosts: Sequence[Host],
    meetings: Sequence[Meeting],
    journeys: Sequence[Journey],
    coordinator: Person,
) -> None:
    """Add offers, questions, friends on trips, hours, claims and words."""
    frame.rows.add(HostingTerms, id=frame.dice.new_id(frame.set_up_at), km_rate_oere=KM_RATE)
    kaj, others = hosts[0], list(hosts[FRIEND:])
    ahead = [
        one
        for one in meetings
        if one.starts_at > frame.now + timedelta(days=2) and one.cancelled_at is None
    ]
    strange = [one for one in ahead if one.host_id != kaj.id]
    for meeting, state in zip(strange[3::5], (OfferState.ASKED, OfferState.OFFERED), strict=False):
        _to_host(frame, kaj, meeting, state, coordinator)
    for host, meeting in zip(others[1:4], ahead[5::7], strict=False):
        if host.id != meeting.host_id:
            _to_host(frame, host, meeting, OfferState.OFFERED, coordinator)
    _on_trips(frame, kaj, others[0], journeys, coordinator)
    _claims(frame, kaj, others[0], coordinator)
    _words(frame, meetings)


def _offer(
    frame: Frame, host: Host, role: HostRole, state: OfferState, by: Person, **of: Any
) -> Any:
    """Add an offer or a question, and return its id."""
    at = of.pop("at", None) or frame.now - timedelta(days=1, hours=3)
    is_own = state is OfferState.OFFERED
    offer_id = frame.dice.new_id(at)
    blank = {"occurrence_id": None, "trip_id": None, "citizen_id": None, "meeting_point": ""}
    frame.rows.add(
        HostOffer,
        id=offer_id,
        role=role.value,
        volunteer_id=host.id,
        state=state.value,
        wave=None,
        asked_at=at,
        answer_by=frame.now + timedelta(days=1) if state is OfferState.ASKED else None,
        answered_at=at + timedelta(hours=2) if state is OfferState.ACCEPTED else None,
        asked_by=None if is_own else by.account_id,
        **{**blank, **of},
    )
    return offer_id


def _to_host(frame: Frame, host: Host, meeting: Meeting, state: OfferState, by: Person) -> None:
    _offer(frame, host, HostRole.HOST, state, by, occurrence_id=meeting.id)


def _on_trips(
    frame: Frame, kaj: Host, friend: Host, journeys: Sequence[Journey], by: Person
) -> None:
    """Let a friend go along on a trip ahead and have gone on two, of which one is confirmed; the
    demo's own volunteer went along as well, and has not said for how long.
    """
    alone = [one for one in journeys if one.is_active and not one.rides_along]
    over = [one for one in alone if one.state == "completed" and one.attended]
    ahead = [one for one in alone if one.state == "booked" and one.starts_at > frame.now]
    if len(over) < 3 or not ahead:
        return
    soonest = min(ahead, key=lambda one: (one.starts_at, str(one.id)))
    latest = sorted(over, key=lambda one: (one.starts_at, str(one.id)))[-3:]
    _go(frame, friend, HostRole.GO_ALONG, soonest, by)
    _go(frame, friend, HostRole.GO_ALONG, latest[0], by)
    told = _go(frame, friend, HostRole.GO_ALONG, latest[1], by)
    minutes = minutes_between(latest[1].starts_at, latest[1].ends_at)
    logged_at = latest[1].ends_at + timedelta(minutes=30)
    frame.rows.add(
        TripHours,
        id=frame.dice.new_id(logged_at),
        offer_id=told,
        minutes=minutes,
        offered_minutes=minutes,
        logged_at=logged_at,
        corrected_at=None,
    )
    _go(frame, kaj, HostRole.GO_ALONG, latest[2], by)


def _go(frame: Frame, host: Host, role: HostRole, journey: Journey, by: Person) -> Any:
    return _offer(
        frame,
        host,
        role,
        OfferState.ACCEPTED,
        by,
        trip_id=journey.id,
        citizen_id=journey.resident.id,
        meeting_point=MEETING_POINT,
        at=min(frame.now, journey.starts_at) - timedelta(days=3),
    )


def _claims(frame: Frame, kaj: Host, friend: Host, coordinator: Person) -> None:
    """Let two claims wait, and one have been paid."""
    paid_at = frame.now - timedelta(days=12)
    _claim(frame, kaj, "food", 12450, days=2)
    _claim(frame, friend, "mileage", 14 * KM_RATE, days=4, km=14, rate_oere=KM_RATE)
    _claim(
        frame,
        kaj,
        "materials",
        8900,
        days=20,
        state="approved",
        decided_at=paid_at,
        decided_by=coordinator.account_id,
    )


def _claim(frame: Frame, host: Host, purpose: str, oere: int, *, days: int, **of: Any) -> None:
    at: datetime = frame.now - timedelta(days=days, hours=6)
    blank = {"km": None, "rate_oere": None, "state": "claimed"}
    decided = {"decided_at": None, "decided_by": None}
    frame.rows.add(
        HostExpense,
        id=frame.dice.new_id(at),
        volunteer_id=host.id,
        purpose=purpose,
        spent_on=frame.today - timedelta(days=days),
        oere=oere,
        claimed_at=at,
        **{**blank, **decided, **of},
    )


def _words(frame: Frame, meetings: Sequence[Meeting]) -> None:
    """Let a host have said a word about somebody who came lately."""
    lately = frame.now - timedelta(days=10)
    for meeting in meetings:
        came = [journey for journey in meeting.trips if journey.attended]
        if lately < meeting.ends_at < frame.now - timedelta(hours=12) and came:
            at = meeting.ends_at + timedelta(hours=1)
            frame.rows.add(
                HostWord,
                id=frame.dice.new_id(at),
                citizen_id=came[0].resident.id,
                activity_id=meeting.activity_id,
                occurrence_id=meeting.id,
                volunteer_id=meeting.host_id,
                word="wanted_back",
                said_at=at,
                said_by=None,
                handled_at=None,
                handled_by=None,
            )
            return
