"""What some citizens wait for: wishes in their own words, a line, and what is agreed for good."""

from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from klippekort.domain.calendar import instant, local_day, monday
from klippekort.domain.trips import Transport
from klippekort.operations.demo.cards import Card
from klippekort.operations.demo.people import KNOWN
from klippekort.operations.demo.world import Frame, Helper, Meeting, Person, Resident
from klippekort.platform.keys import Place, keys
from klippekort.trips.models import StandingAgreement
from klippekort.waiting.models import StandingWish, Wish

# The first are wished by the known citizens.
_WISHES = (
    ("Jeg vil gerne se havet igen, før det bliver vinter.", "other"),
    ("En tur på det gamle værksted ville være stort.", "talk"),
    ("Jeg savner at synge sammen med andre.", "music"),
)
_IN_LINE = 3
_SOONEST, _LATEST = timedelta(days=4), timedelta(days=14)


def build_longing(
    frame: Frame,
    cards: list[Card],
    meetings: list[Meeting],
    helpers: list[Helper],
    coordinator: Person,
) -> None:
    """Add wishes, one full date with a line, two standing wishes and two standing agreements.

    Their trips are left to the nightly jobs, as the program books and proposes them. Call it before
    the dates are stored: the full one has as many places as are taken.
    """
    if not frame.town.is_home:
        return
    for number, (words, kind) in enumerate(_WISHES):
        _wish(frame, cards[number].resident, helpers[0].person, words, kind, 6 + 4 * number)
    _line(frame, cards, meetings, coordinator)
    activities = {meeting.title: meeting.activity_id for meeting in meetings}
    ellen, _poul, rigmor = (card.resident for card in cards[:3])
    anna = helpers[0]
    _standing_wish(frame, ellen, activities["Kortklub"], anna.id, "afternoon", 2, anna.person)
    _standing_wish(frame, rigmor, activities["Morgensang"], None, "morning", 1, anna.person)
    walker, singer = (card.resident for card in cards[len(KNOWN) : len(KNOWN) + 2])
    _walk(frame, walker, coordinator)
    _song(frame, singer, activities["Sang fra højskolesangbogen"], coordinator)


def _wish(
    frame: Frame, resident: Resident, writer: Person, words: str, kind: str, days_ago: int
) -> None:
    made_at = _at(frame, days_ago)
    wish_id, home = frame.dice.new_id(made_at), frame.town.number
    owner, bound = Place(home, resident.id, "key"), Place(home, wish_id, "wish_words")
    frame.rows.add(
        Wish,
        id=wish_id,
        citizen_id=resident.id,
        words_sealed=keys().encrypt(resident.wrapped_key, owner, words, bound),
        kind=kind,
        occurrence_id=None,
        state="open",
        agreed_how="said",
        made_at=made_at,
        made_by=writer.account_id,
    )


def _line(frame: Frame, cards: list[Card], meetings: list[Meeting], coordinator: Person) -> None:
    """Let the best visited of the coming dates be full, and three more wish to come."""
    coming = [
        meeting
        for meeting in meetings
        if frame.now + _SOONEST < meeting.starts_at < frame.now + _LATEST
        and meeting.cancelled_at is None
        and meeting.seats_taken > 0
    ]
    if not coming:
        return
    full = max(coming, key=lambda meeting: meeting.seats_taken)
    full.capacity = full.seats_taken
    full.wheelchair_places = min(full.wheelchair_places, full.capacity)
    span = full.starts_at - timedelta(hours=1), full.ends_at + timedelta(hours=1)
    free = [card for card in cards[len(KNOWN) :] if _has_time(card, *span)]
    for number, card in enumerate(free[:_IN_LINE]):
        made_at = _at(frame, 1 + number)
        frame.rows.add(
            Wish,
            id=frame.dice.new_id(made_at),
            citizen_id=card.resident.id,
            words_sealed=None,
            kind=None,
            occurrence_id=full.id,
            state="waiting",
            agreed_how="said",
            made_at=made_at,
            made_by=coordinator.account_id,
        )


def _has_time(card: Card, starts_at: datetime, ends_at: datetime) -> bool:
    day = local_day(starts_at)
    is_away = any(absence.covers(day) for absence in card.resident.absences)
    return not is_away and not any(start < ends_at and starts_at < end for start, end in card.spans)


def _standing_wish(
    frame: Frame,
    resident: Resident,
    activity_id: UUID,
    helper_id: UUID | None,
    day_part: str,
    every_weeks: int,
    writer: Person,
) -> None:
    agreed_at = _at(frame, 9)
    frame.rows.add(
        StandingWish,
        id=frame.dice.new_id(agreed_at),
        citizen_id=resident.id,
        activity_id=activity_id,
        every_weeks=every_weeks,
        care_worker_id=helper_id,
        day_part=day_part,
        state="active",
        noes=0,
        agreed_how="said",
        agreed_at=agreed_at,
        agreed_by=writer.account_id,
    )


def _walk(frame: Frame, resident: Resident, coordinator: Person) -> None:
    """Agree a walk every Tuesday, to a place of the citizen's own choice."""
    _agreement(
        frame,
        resident,
        coordinator,
        activity_id=None,
        destination="Gåtur langs åen",
        postcode=resident.postcode,
        kind="walk",
        weekday=1,
        every_weeks=1,
        starts=time(10),
        minutes=40,
        travel_each_way=5,
    )


def _song(frame: Frame, resident: Resident, activity_id: UUID, coordinator: Person) -> None:
    """Agree every other Saturday's singing."""
    _agreement(
        frame,
        resident,
        coordinator,
        activity_id=activity_id,
        destination="Sang fra højskolesangbogen",
        postcode=None,
        kind="music",
        weekday=5,
        every_weeks=2,
        starts=time(14),
        minutes=90,
        travel_each_way=10,
    )


def _agreement(frame: Frame, resident: Resident, coordinator: Person, **agreed: Any) -> None:
    made_at = _at(frame, 2)
    in_wheelchair = resident.needs_wheelchair
    frame.rows.add(
        StandingAgreement,
        id=frame.dice.new_id(made_at),
        citizen_id=resident.id,
        address=None,
        transport=Transport.WHEELCHAIR_BUS if in_wheelchair else Transport.WALK,
        care_worker_id=None,
        agreed_how="said",
        from_on=monday(frame.today) + timedelta(weeks=1),
        until_on=None,
        made_by=coordinator.account_id,
        made_at=made_at,
        booked_through=None,
        **agreed,
    )


def _at(frame: Frame, days_ago: int) -> datetime:
    return instant(frame.today - timedelta(days=days_ago), time(10, 20))
