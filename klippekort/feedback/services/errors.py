"""What is refused of feedback."""

from klippekort.domain.errors import DomainError


class TooManyWrite(DomainError):
    """So many have written on the public page this hour that it must be a machine."""


class InFuture(DomainError):
    """Nobody has said yet what is said tomorrow."""


class IsClosed(DomainError):
    """It is closed: nothing more is done about it."""


class NobodyToAnswer(DomainError):
    """Who said it left no way to be reached."""


class NotAnswered(DomainError):
    """Who said it waits for an answer; that comes before the end."""


class NotAComplaint(DomainError):
    """Only complaints are acknowledged."""


class NotPassedOn(DomainError):
    """It is said to be passed on, and nobody has been named."""


class CannotOwn(DomainError):
    """Only an open account of a coordinator can answer for it."""


class NotChanged(DomainError):
    """Only what led somewhere can be told to all: in words."""
