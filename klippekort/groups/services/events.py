"""What groups tell the features above them: an address and a time, never which group."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID


@dataclass(frozen=True)
class AddressClosed:
    """Nothing is held at an address at a time at which something was to be.

    Whoever has booked a trip there has somebody to ask; why, nobody is told.
    """

    address: str
    postcode: str | None
    starts_at: datetime
    ends_at: datetime
    closed_at: datetime


@dataclass(frozen=True)
class AddressOpened:
    """Something is held at an address again at the very time at which nothing was to be.

    Whoever was to be asked about a trip there need not be.
    """

    address: str
    postcode: str | None
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class MeasureDue:
    """A citizen has said yes to being asked how she is, at the start and at the end of something.

    `moment` is start or end. What it is she begins or ends, nobody is told; it is emitted for
    members of groups that go by names alone.
    """

    citizen_id: UUID
    moment: str
    due_on: date


@dataclass(frozen=True)
class PromiseGrew:
    """A group promises more about names than before, or its members are in one that does.

    Whoever has kept which citizen is in it forgets that now, in the same transaction.
    """

    group_id: UUID
