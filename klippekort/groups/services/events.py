"""What groups tell the features above them: an address and a time, never which group."""

from dataclasses import dataclass
from datetime import datetime


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
