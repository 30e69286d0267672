"""Why something about a relative, her way in or her proposals is refused."""

from dataclasses import dataclass
from datetime import date

from klippekort.domain.errors import DomainError, Refused


class NoWayIn(DomainError):
    """Neither a phone number nor an e-mail is known that an invitation could go to."""


class NotConfirmed(DomainError):
    """Nobody has said how they know that it is she."""


class NoProxyStands(DomainError):
    """There is no proxy, or it is over: nobody is invited to nothing."""


class CannotBeSent(DomainError):
    """There is no gateway for that kind of message."""


class KnownAlready(DomainError):
    """The citizen has a relative with that phone number or e-mail already."""


class TooManyTickets(DomainError):
    """So many links and codes were sent that more would be a nuisance."""


class OverBefore(DomainError):
    """The days lie in the past."""


class TooLong(DomainError):
    """The days are more than a relative may take at once."""


@dataclass
class ProposedAlready(DomainError):
    """She has proposed some of these days before: from `from_on` until `until_on`."""

    from_on: date
    until_on: date


@dataclass
class TripsToSettle(DomainError):
    """So many trips are booked in the days: what becomes of each is said along with the yes."""

    count: int


class KeptFree(Refused):
    """The family is there on that day, and it was agreed that nothing is booked."""

    def __init__(self) -> None:
        super().__init__("family_days")
