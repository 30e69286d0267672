"""What volunteers, hosts and those who ask them are refused."""

from dataclasses import dataclass

from klippekort.domain.clearances import Missing
from klippekort.domain.errors import DomainError


@dataclass
class ChecksMissing(DomainError):
    """Something is not in place without which the volunteer may not do this."""

    missing: list[Missing]


class Covered(DomainError):
    """Somebody else said yes first."""


class TooLate(DomainError):
    """The date or the trip is cancelled, has begun or is over."""


class Elsewhere(DomainError):
    """The volunteer hosts or goes along elsewhere at that time."""


class OverLimit(DomainError):
    """It would be more than the volunteer will give."""


class OnPause(DomainError):
    """The volunteer has asked to be left alone for now, or has stopped."""


class NotOffered(DomainError):
    """The volunteer has not said that they go along, or that they drive."""


@dataclass
class TimesUsedUp(DomainError):
    """The friend has gone with this citizen as often as they will."""

    times: int


class AddressTold(DomainError):
    """A meeting point tells where the citizen lives."""


class HostingTimesMakeNoSense(DomainError):
    """The end is not after the start, or more than 16 hours away."""


class NotBegun(DomainError):
    """Nobody can have come before the activity has begun."""


class LoggedBefore(DomainError):
    """The host said who came on an earlier day; only a coordinator corrects it now."""


class NoRate(DomainError):
    """The municipality has not said what a kilometre is worth."""


class NotThen(DomainError):
    """An expense lies in the future, or so far back that it is no longer paid."""
