"""Why something about a course is refused."""

from klippekort.domain.courses import WrongStep
from klippekort.domain.errors import DomainError


class HasCourse(DomainError):
    """The citizen has a course under way already."""


class DayToCome(DomainError):
    """It cannot have happened on a day to come."""


class DayBefore(DomainError):
    """It cannot have happened before the course began, or before the step it follows."""


class NotInFuture(DomainError):
    """The day to ask again must be a day to come."""


class NeedsConsent(DomainError):
    """The receiver is told nothing without the citizen's yes."""


class NeedsReceiver(DomainError):
    """A hand-over to a person says to whom."""


class SaidAlready(DomainError):
    """It has been said before."""


class CannotMeet(DomainError):
    """One of the two does not want to be matched with others, or may not be now."""


class TooManyChips(DomainError):
    """There are more answers of one's own than anybody would read."""


__all__ = [
    "CannotMeet",
    "DayBefore",
    "DayToCome",
    "HasCourse",
    "NeedsConsent",
    "NeedsReceiver",
    "NotInFuture",
    "SaidAlready",
    "TooManyChips",
    "WrongStep",
]
