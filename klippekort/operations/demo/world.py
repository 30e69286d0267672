"""What the parts of a town know of each other while it is being built: plain values, no rows."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from uuid import UUID

from klippekort.domain.accrual import AbsenceSpan
from klippekort.domain.calendar import instant
from klippekort.operations.demo.dice import Dice
from klippekort.operations.demo.rows import Rows
from klippekort.operations.demo.town import Town, Venue


@dataclass(frozen=True)
class Frame:
    """The town, its chance, its rows, and the span of days that it tells of."""

    town: Town
    dice: Dice
    rows: Rows
    today: date

    @property
    def now(self) -> datetime:
        """Return the instant at which the demo stops telling: five past midnight today."""
        return instant(self.today, time(0, 5))

    @property
    def first_day(self) -> date:
        """Return the first day of the history."""
        return self.today - timedelta(weeks=self.town.weeks_back)

    @property
    def set_up_at(self) -> datetime:
        """Return when staff and schemes were put in, the month before the history."""
        return instant(self.first_day - timedelta(days=30), time(9))


@dataclass(frozen=True)
class Person:
    """Somebody who acts: the account behind a deed, and whom it stands for."""

    account_id: UUID
    name: str
    role: str
    person_id: UUID | None = None


@dataclass(frozen=True)
class Homes:
    """The suppliers and districts of a town."""

    suppliers: tuple[UUID, ...]
    districts: tuple[UUID, ...]


@dataclass(frozen=True)
class Resident:
    """A citizen as trips are planned for."""

    id: UUID
    name: str
    supplier_id: UUID
    district_id: UUID
    postcode: str
    needs_wheelchair: bool
    absences: tuple[AbsenceSpan, ...]
    aids: tuple[str, ...] = ()
    wrapped_key: bytes = b""


@dataclass(frozen=True)
class Helper:
    """A care worker with the account that acts and the team that decides the hours."""

    person: Person
    id: UUID
    supplier_id: UUID
    district_id: UUID
    team: str
    turn: int
    skills: frozenset[str] = frozenset()
    has_driving_licence: bool = True


@dataclass
class Meeting:
    """One date of an activity as it fills up."""

    id: UUID
    activity_id: UUID
    title: str
    venue: Venue
    place_id: UUID
    host_id: UUID
    key: str
    starts_at: datetime
    ends_at: datetime
    capacity: int
    wheelchair_places: int
    seats_taken: int = 0
    wheelchairs_taken: int = 0
    cancelled_at: datetime | None = None
    cancelled_reason: str | None = None
    trips: list["Journey"] = field(default_factory=list)


@dataclass
class Journey:
    """One citizen's trip as it is lived through; on one's own way no card pays.

    With others it is one trip with one id: all but the first of them ride along.
    """

    id: UUID
    sign_up_id: UUID
    meeting: Meeting
    resident: Resident
    card_id: UUID | None
    starts_at: datetime
    ends_at: datetime
    travel: int
    minutes: int
    transport: str
    booked_at: datetime
    booked_by: Person
    agreed_how: str
    helper: Helper | None
    state: str = "booked"
    started_at: datetime | None = None
    ended_at: datetime | None = None
    charged: int | None = None
    has_seat: bool = True
    attended: bool | None = None
    is_active: bool = True
    keeps_escort: bool = True
    company: str = "escort"
    joint_agreed_how: str | None = None
    rides_along: bool = False
