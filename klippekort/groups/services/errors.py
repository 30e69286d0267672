"""What is refused of groups."""

from dataclasses import dataclass

from klippekort.domain.clearances import Kind
from klippekort.domain.errors import DomainError
from klippekort.domain.groups.handing_over import Task
from klippekort.domain.groups.joining import Reason


class NameTaken(DomainError):
    """Another group is called this already."""


class NoPlace(DomainError):
    """A group that begins meets somewhere: at a place, or online."""


@dataclass
class CannotJoin(DomainError):
    """The group is not open to anybody new, or not to this one yet."""

    reason: Reason


class AlreadyIn(DomainError):
    """They stand in the line or are in the group already."""


class NotReferred(DomainError):
    """Nobody can be sent to this group: people come of themselves."""


class KeepsNoNames(DomainError):
    """The group has promised not to know which citizens are in it."""


class LeadsIt(DomainError):
    """Somebody with the same name leads the group."""


class NotTheirTurn(DomainError):
    """Others come first; to pass them by takes a reason."""


class NoAnswerLeft(DomainError):
    """The place was offered to them no longer."""


class NobodyThere(DomainError):
    """There is nobody left in the group to count."""


class AgreementTooShort(DomainError):
    """The agreement about a group is over before the group begins."""


class FewerThanHeld(DomainError):
    """A group has held more meetings already than it is to have."""


class MeetsThen(DomainError):
    """A time at which the group meets already."""


class NoTimeLeft(DomainError):
    """A time that lies in the past, or after the agreement about the group."""


@dataclass
class TrainingOverdue(DomainError):
    """A volunteer has let training lapse: that blocks a new group."""

    kinds: tuple[Kind, ...]


@dataclass
class NotHandedOver(DomainError):
    """Something must be settled before the group is left to itself."""

    missing: tuple[Task, ...]


class OtherTheme(DomainError):
    """Two groups that are to be one are about different things; that is to be meant."""


class OtherLanguage(DomainError):
    """Two groups that are to be one speak different languages; that is to be meant."""


class OtherPeople(DomainError):
    """Two groups that are to be one are for others by relation or age; that is to be meant."""


class OtherRules(DomainError):
    """The members know other ground rules than those of the group they are to be in."""


@dataclass
class TooManyMembers(DomainError):
    """Together they are more than the group can hold."""

    together: int
    largest: int


class BoardClosed(DomainError):
    """Nobody minds the board now, or the group has none, or members do not write on it."""


class NumberIsProtected(DomainError):
    """The address of the citizen is protected: nobody in a group is told the number."""


class ThatIsOver(DomainError):
    """The meeting is over, or has not begun yet."""


class NotMarked(DomainError):
    """The group has not come to this, or does not mark such things."""


class TooManyAnswers(DomainError):
    """More answers than people who came."""
