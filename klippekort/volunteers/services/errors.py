"""What volunteers and associations are refused."""

from dataclasses import dataclass

from klippekort.domain.errors import DomainError
from klippekort.volunteers.queries import Relying


class AlreadyKnown(DomainError):
    """A volunteer with this e-mail address, or an association of this name, is here already."""


@dataclass
class ReliedOn(DomainError):
    """Others rely on the association, so that it can only be archived."""

    relying: list[Relying]


class NoPhone(DomainError):
    """Nobody has written down the telephone number that a code is to be used with."""


class HasStopped(DomainError):
    """The volunteer, or the association, is archived."""


class TooManyAsk(DomainError):
    """More people have asked within an hour than ever do: somebody is playing."""


class NotYet(DomainError):
    """A check cannot have been made on a day to come."""


class EndsBeforeItBegins(DomainError):
    """A last day lies before the first."""
