"""What is refused of a wish or an offer."""

from dataclasses import dataclass

from klippekort.domain.errors import DomainError


class NobodyFree(DomainError):
    """No helper is at work and free for the whole trip."""


class TooLateToAsk(DomainError):
    """The trip begins before anybody could be asked and answer."""


class InLineAlready(DomainError):
    """The citizen stands in this line already."""


class NotFull(DomainError):
    """There is a seat left, so there is nothing to wait for."""


class WishedAlready(DomainError):
    """The citizen has a standing wish for this activity already."""


@dataclass
class OfferOver(DomainError):
    """The offer was answered before, or its time is over. `state` is what became of it."""

    state: str
