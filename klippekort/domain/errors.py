"""What the program refuses, named after what is wrong; numbers inside, words elsewhere."""

from dataclasses import dataclass
from datetime import datetime


class DomainError(Exception):
    """Something that may not happen, for a reason a person can be told."""


class NotFound(DomainError):
    """No such thing here, or it belongs to another municipality."""


class Forbidden(DomainError):
    """The thing may be seen, but this person may not do that to it."""


class Stale(DomainError):
    """The thing has moved on since the page was shown."""


@dataclass
class InsufficientMinutes(DomainError):
    """The card holds fewer minutes on that day than were asked for."""

    available: int
    wanted: int


class CardClosed(DomainError):
    """The card has ended, so nothing more can be put on it or taken from it."""


@dataclass
class Undecided(DomainError):
    """The scheme leaves this rule open: a person must answer, with a reason.

    `others` are the further rules that are open for the same thing, as far as is known by then.
    """

    rule: str
    choices: tuple[str, ...]
    others: tuple[str, ...] = ()

    @property
    def rules(self) -> tuple[str, ...]:
        """Return every rule that is known to be open, in the order in which they are asked."""
        return self.rule, *self.others


class NoReason(DomainError):
    """Somebody decided what the scheme leaves open, and did not say why."""


@dataclass
class Refused(DomainError):
    """A trip breaks a rule of the scheme. `earliest` is when the same trip would pass, if ever."""

    rule: str
    earliest: datetime | None = None


class CitizenGone(Refused):
    """The citizen has died or moved: nothing new is planned for her."""

    def __init__(self) -> None:
        super().__init__("citizen_left")


class NoSeat(DomainError):
    """The last seat is taken."""


class NoWheelchairPlace(DomainError):
    """The last place for a wheelchair is taken."""


class EscortBusy(DomainError):
    """The escort is somewhere else at that time."""


class EscortOffDuty(DomainError):
    """The escort has no shift that covers the whole trip."""


@dataclass
class EscortUnable(DomainError):
    """The escort lacks something that the trip needs: skills, or a driving licence."""

    lacks: tuple[str, ...] = ()


class TimesMakeNoSense(DomainError):
    """A trip's real times contradict each other, the plan, or the clock."""


class CitizenBusy(DomainError):
    """The citizen has another trip at that time."""


@dataclass
class Replaced(DomainError):
    """The citizen has said yes to this other trip in place of the one that was cancelled."""

    destination: str
    starts_at: datetime


class ConsentMissing(DomainError):
    """Somebody on a trip with others has not said yes to going with others."""


class NothingToUndo(DomainError):
    """What was done has been built upon since, or lies too long back to be undone."""
