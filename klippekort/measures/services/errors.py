"""What is refused about measures."""

from dataclasses import dataclass
from uuid import UUID

from klippekort.domain.errors import DomainError


class NoWording(DomainError):
    """Nobody has written the words of the instrument in that language, so nothing can be asked."""


class NoProxy(DomainError):
    """Only the citizen herself can answer this one."""


@dataclass
class MeasuredAlready(DomainError):
    """The citizen was asked with the same instrument that day; `measurement_id` is the answer."""

    measurement_id: UUID


class NotYet(DomainError):
    """The day lies in the future."""


class TooLongAgo(DomainError):
    """The day lies too far back."""


class WordsMissing(DomainError):
    """There are not as many questions or answers as the instrument has."""


class KnownAlready(DomainError):
    """There is an instrument with that id and version already."""


class IsGone(DomainError):
    """The citizen has died or moved."""
