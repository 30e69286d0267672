"""The associations, the volunteers, and what they invite to."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from klippekort.activities.models import Activity, Occurrence, Place, Timing
from klippekort.domain.calendar import is_public_holiday, local_day
from klippekort.domain.permissions import Role
from klippekort.domain.recurrence import Repeats, slots_of
from klippekort.domain.recurrence import Timing as Rule
from klippekort.operations.demo import names
from klippekort.operations.demo.catalogue import DECLINED, PROPOSED, SINGLE, WEEKLY, Offer
from klippekort.operations.demo.dice import Dice
from klippekort.operations.demo.map import venue_at
from klippekort.operations.demo.profiles import profile_of
from klippekort.operations.demo.staff import LOG_INS, Secrets, add_account, email_of, give_secret
from klippekort.operations.demo.town import Venue
from klippekort.operations.demo.world import Frame, Meeting, Person
from klippekort.volunteers.models import Association, Volunteer

WEEKS_AHEAD = 13
UNSURE = 2
"""The number of the weekly activity that somebody is asked about: does it still exist?"""


@dataclass(frozen=True)
class Host:
    """A volunteer and the association they belong to."""

    id: UUID
    association_id: UUID
    person: Person | None


def build_hosts(frame: Frame, secrets: Secrets) -> list[Host]:
    """Add the associations and the volunteers, the demo's own first: he has the card club."""
    clubs = []
    for number, name in enumerate(frame.town.associations):
        clubs.append(frame.dice.new_id(frame.set_up_at))
        phone = f"{frame.town.phone[:-2]}{30 + number}"
        frame.rows.add(Association, id=clubs[-1], name=name, phone=phone)
    return [_host(frame, clubs, index, secrets) for index in range(frame.town.volunteers)]


def _host(frame: Frame, clubs: list[UUID], index: int, secrets: Secrets) -> Host:
    is_known = frame.town.is_home and index == 0
    name = LOG_INS[Role.VOLUNTEER] if is_known else " ".join(names.elderly(frame.dice))
    email = email_of(name if is_known else f"frivillig{index}", frame.town.slug)
    has_email = is_known or frame.dice.chance(0.8)
    host_id = frame.dice.new_id(frame.set_up_at)
    club = clubs[index % len(clubs)]
    frame.rows.add(
        Volunteer,
        id=host_id,
        name=name,
        email=email if has_email else None,
        phone=f"{frame.town.phone[:-3]}2{index:02}",
        association_id=club,
        created_at=frame.set_up_at,
        **profile_of(frame, index),
    )
    person = None
    if has_email:
        person = add_account(frame, name, email, Role.VOLUNTEER, person_id=host_id)
    if is_known and person is not None:
        give_secret(frame, person, "password", secrets.password)
    return Host(host_id, club, person)


def build_offers(frame: Frame, hosts: list[Host], approver: Person) -> list[Meeting]:
    """Add the activities and return the dates of those that are published, by time.

    The dates become rows when the year has been lived through (`store_meetings`).
    """
    places = _places(frame)
    weekly = WEEKLY[: frame.town.weekly]
    meetings: list[Meeting] = []
    for number, offer in enumerate(weekly):
        # The cards are the card club's, so that the demo's volunteer has something to tell.
        host = hosts[0] if offer.kind == "cards" else hosts[number % len(hosts)]
        first = frame.first_day + timedelta(days=(offer.weekday - frame.first_day.weekday()) % 7)
        meetings += _published(frame, offer, number, host, first, approver, places)
    for number, (offer, days) in enumerate(SINGLE):
        host = hosts[(number + 3) % len(hosts)]
        held_on = frame.today + timedelta(days=days)
        meetings += _published(frame, offer, number, host, held_on, approver, places)
    if frame.town.is_home:
        for number, offer in enumerate(PROPOSED):
            _undecided(frame, offer, number, hosts[number], None, places)
        _undecided(frame, DECLINED, 3, hosts[2], approver, places)
    return sorted(meetings, key=lambda meeting: (meeting.starts_at, meeting.title))


def _places(frame: Frame) -> dict[Venue, UUID]:
    """Add the places where things are held, and return their ids."""
    places, own = {}, Dice(f"{frame.town.slug} places")  # the town's other chances stay as they are
    for number, venue in enumerate(frame.town.venues):
        point = venue_at(venue.postcode, venue.name)
        places[venue] = own.new_id(frame.set_up_at)
        frame.rows.add(
            Place,
            id=places[venue],
            name=venue.name,
            address=venue.address,
            postcode=venue.postcode,
            town=frame.town.town_of(venue.postcode),
            latitude=point.latitude,
            longitude=point.longitude,
            access=list(venue.access),
            wheelchair_places=venue.wheelchair_places,
            contact_name="Receptionen" if not number else "",
            phone_in_clear=frame.town.phone if not number else None,
            contact_is_public=not number,
            is_closed_on_holidays=True,
        )
    return places


def _activity(
    frame: Frame,
    offer: Offer,
    number: int,
    host: Host,
    first_on: date,
    places: dict[Venue, UUID],
    *,
    state: str,
    proposed_at: datetime,
    decided_by: Person | None,
) -> UUID:
    venue = _venue(frame, offer, number)
    activity_id = frame.dice.new_id(proposed_at)
    frame.rows.add(
        Activity,
        id=activity_id,
        title=offer.title,
        kind=offer.kind,
        description=offer.description,
        host_id=host.id,
        association_id=host.association_id,
        proposed_by="volunteer",
        proposer_id=host.id,
        price_oere=offer.price * 100,
        helper_price_oere=0,
        insurance_class="volunteer_effort",
        confirm_by=_confirm_by(frame, offer, number, state),
        state=state,
        declined_reason="not_for_guests" if state == "declined" else None,
        proposed_at=proposed_at,
        decided_at=proposed_at + timedelta(hours=20) if decided_by else None,
        decided_by=decided_by.account_id if decided_by else None,
    )
    frame.rows.add(
        Timing,
        id=activity_id,  # there is one of each so far
        activity_id=activity_id,
        from_on=first_on,
        repeats=offer.repeats.value,
        weekdays=[first_on.weekday()] if offer.repeats is Repeats.WEEKLY else [],
        starts=offer.starts,
        ends=offer.ends,
        capacity=offer.capacity,
        wheelchair_places=min(venue.wheelchair_places, offer.capacity),
        place_id=places[venue],
    )
    return activity_id


def _confirm_by(frame: Frame, offer: Offer, number: int, state: str) -> date | None:
    """Return the day by which somebody must say that it still exists: soon for one of them."""
    is_on = state == "published" and offer.repeats is Repeats.WEEKLY
    is_asked = is_on and frame.town.is_home and number == UNSURE
    return frame.today + timedelta(days=9) if is_asked else None


def _venue(frame: Frame, offer: Offer, number: int) -> Venue:
    """Return where it is held; the other town spreads the same offers over its own few places."""
    venues = frame.town.venues
    return venues[(offer.venue if frame.town.is_home else number) % len(venues)]


def _undecided(
    frame: Frame,
    offer: Offer,
    number: int,
    host: Host,
    decided_by: Person | None,
    places: dict[Venue, UUID],
) -> None:
    """Add an activity that has no dates: still proposed, or declined by somebody."""
    state = "declined" if decided_by else "proposed"
    days = (offer.weekday - frame.today.weekday()) % 7 + 14
    first_on = frame.today + timedelta(days=days)
    at = frame.now - timedelta(days=3 + number, hours=9)
    _activity(
        frame,
        offer,
        number,
        host,
        first_on,
        places,
        state=state,
        proposed_at=at,
        decided_by=decided_by,
    )


def _published(
    frame: Frame,
    offer: Offer,
    number: int,
    host: Host,
    first_on: date,
    approver: Person,
    places: dict[Venue, UUID],
) -> list[Meeting]:
    at = min(frame.set_up_at + timedelta(days=2, hours=number), frame.now - timedelta(days=4))
    activity_id = _activity(
        frame,
        offer,
        number,
        host,
        first_on,
        places,
        state="published",
        proposed_at=at,
        decided_by=approver,
    )
    venue = _venue(frame, offer, number)
    last = frame.today + timedelta(weeks=WEEKS_AHEAD)
    closed_at = frame.set_up_at + timedelta(days=5)
    rule = Rule(first_on, offer.starts, offer.ends, offer.repeats)
    return [
        Meeting(
            frame.dice.new_id(at),
            activity_id,
            offer.title,
            venue,
            places[venue],
            host.id,
            slot.key,
            slot.starts_at,
            slot.ends_at,
            offer.capacity,
            min(venue.wheelchair_places, offer.capacity),
            cancelled_at=closed_at if _is_closed(frame, slot.starts_at) else None,
            cancelled_reason="place_closed" if _is_closed(frame, slot.starts_at) else None,
        )
        for slot in slots_of((rule,), first_on, last)
    ]


def _is_closed(frame: Frame, starts_at: datetime) -> bool:
    """Say that nothing is held on a public holiday; today everything is, holiday or not."""
    day = local_day(starts_at)
    return day != frame.today and is_public_holiday(day)


def store_meetings(frame: Frame, meetings: list[Meeting]) -> None:
    """Add the dates with the seats that were taken."""
    for meeting in meetings:
        frame.rows.add(
            Occurrence,
            id=meeting.id,
            activity_id=meeting.activity_id,
            place_id=meeting.place_id,
            host_id=meeting.host_id,
            original_start=meeting.key,
            starts_at=meeting.starts_at,
            ends_at=meeting.ends_at,
            capacity=meeting.capacity,
            wheelchair_places=meeting.wheelchair_places,
            seats_taken=meeting.seats_taken,
            wheelchairs_taken=meeting.wheelchairs_taken,
            cancelled_at=meeting.cancelled_at,
            cancelled_reason=meeting.cancelled_reason,
        )
