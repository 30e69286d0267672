"""What is asked for when time is set aside: one block with its riders, its goal and its helpers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from klippekort.activities.queries import OccurrenceFacts, get_occurrence_facts
from klippekort.activities.queries.load import room_left
from klippekort.domain.addresses import known
from klippekort.domain.charging import Party
from klippekort.domain.trips import Company, Transport
from klippekort.domain.wishes import TripWish


@dataclass(frozen=True)
class Passenger:
    """A citizen who is to ride, and how she said yes: `said` to a helper, or `shown` on the tablet.

    `joint_agreed_how` is her yes to going with others. On the way with others she is picked up
    `picked_up_after` minutes after the block begins, and home `home_before` minutes before it ends.
    `answers` are a person's, by rule, to what the scheme leaves open, and `why` the reason; None
    where nobody was asked for one. `card_id` names the card that pays, where she has several, and
    must where it `is_card_said` which one.
    """

    citizen_id: UUID
    agreed_how: str
    joint_agreed_how: str | None = None
    picked_up_after: int = 0
    home_before: int = 0
    card_id: UUID | None = None
    answers: Mapping[str, str] = field(default_factory=dict)
    is_card_said: bool = False
    why: str | None = None


@dataclass(frozen=True)
class Place:
    """A place of the citizen's own choice, what one does there by kind, and the stay itself."""

    name: str
    address: str | None
    postcode: str | None
    kind: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class Block:
    """A trip to be set aside: who goes where, how, and with whom; minutes are one way.

    `goal` is an occurrence's id or a place. `escort_by` is when a helper must have been found.
    With `held_until` it waits, all set aside, for a yes. `cause` says in the history what it came
    from.
    """

    passengers: tuple[Passenger, ...]
    goal: UUID | Place
    transport: Transport
    out_minutes: int
    home_minutes: int
    escorts: tuple[UUID, ...] = ()
    escorts_wanted: int = 1
    escort_by: datetime | None = None
    company: Company = Company.ESCORT
    held_until: datetime | None = None
    cause: str = "booked"

    @property
    def is_own_way(self) -> bool:
        """Say whether they go without a helper of ours, so that no card pays."""
        return self.company is not Company.ESCORT

    @property
    def party(self) -> Party:
        """Return how many go, as the price is reckoned by."""
        return Party(max(1, self.escorts_wanted), len(self.passengers))


@dataclass(frozen=True)
class Goal:
    """Where a block goes, read from the occurrence or the place: the stay, and what to call it.

    `sign_up_until` is when sign-up ends, or None where nobody need be told ahead; `room_left` how
    many more guests the association takes that month, where it has said; `confirm_by` is the last
    day on which the activity counts as existing unless somebody says so.
    """

    occurrence_id: UUID | None
    name: str
    address: str | None
    postcode: str | None
    kind: str
    starts_at: datetime
    ends_at: datetime
    sign_up_until: datetime | None = None
    room_left: int | None = None
    confirm_by: date | None = None


def goal_of(block: Block) -> Goal:
    """Return where a block goes. Raises NotFound for an occurrence that is none."""
    place = block.goal
    if isinstance(place, Place):
        at = known(place.address, place.postcode, place.name)
        return Goal(
            None,
            place.name[:160],
            at.street if at else None,
            at.postcode if at else place.postcode,
            place.kind,
            place.starts_at,
            place.ends_at,
        )
    return goal_at(get_occurrence_facts(place))


def goal_at(found: OccurrenceFacts) -> Goal:
    """Return a date of an activity as where a block goes."""
    name = f"{found.title}, {found.place}"[:160]
    return Goal(
        found.id,
        name,
        None,
        found.postcode,
        found.kind,
        found.starts_at,
        found.ends_at,
        found.sign_up_until if found.sign_up_hours else None,
        next(iter(room_left([found]).values()), None),
        found.confirm_by,
    )


def wish_of(block: Block, goal: Goal, passenger: Passenger, now: datetime) -> TripWish:
    """Return one passenger's own trip, from her door and back, as the rules judge it."""
    before = block.out_minutes - passenger.picked_up_after
    after = block.home_minutes - passenger.home_before
    return TripWish(
        goal.starts_at - timedelta(minutes=before),
        goal.ends_at + timedelta(minutes=after),
        before + after,
        now,
        goal.kind,
        block.party,
        consent=True if passenger.joint_agreed_how else None,
    )


def span_of_block(block: Block, goal: Goal) -> tuple[datetime, datetime]:
    """Return the instants of the whole block, from the first door to the last."""
    return (
        goal.starts_at - timedelta(minutes=block.out_minutes),
        goal.ends_at + timedelta(minutes=block.home_minutes),
    )
