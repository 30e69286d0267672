"""The life of an activity: proposed, approved, published, and over; and that it still exists.

proposed -> approved (with remarks) -> published -> ended | cancelled
    |           \\-> cancelled
    \\-> published at once | declined | cancelled
"""

from datetime import date, datetime, timedelta
from enum import StrEnum

from dateutil.relativedelta import relativedelta

from klippekort.domain.errors import Stale
from klippekort.domain.permissions import Role

# How long before its day it is asked whether an activity still exists.
ASK_AHEAD = timedelta(days=14)
_HOLDS_FOR = relativedelta(months=6)


class State(StrEnum):
    """How far an activity is; only one that is published can be signed up for."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    PUBLISHED = "published"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    ENDED = "ended"


class Step(StrEnum):
    """Something that is done with an activity as a whole."""

    APPROVE = "approve"
    PUBLISH = "publish"
    DECLINE = "decline"
    CANCEL = "cancel"
    END = "end"


_STEPS: dict[tuple[State, Step], State] = {
    (State.PROPOSED, Step.APPROVE): State.APPROVED,
    (State.PROPOSED, Step.PUBLISH): State.PUBLISHED,
    (State.PROPOSED, Step.DECLINE): State.DECLINED,
    (State.PROPOSED, Step.CANCEL): State.CANCELLED,
    (State.APPROVED, Step.PUBLISH): State.PUBLISHED,
    (State.APPROVED, Step.CANCEL): State.CANCELLED,
    (State.PUBLISHED, Step.CANCEL): State.CANCELLED,
    (State.PUBLISHED, Step.END): State.ENDED,
}
_DECIDES = frozenset({Role.COORDINATOR, Role.SYSTEM})


class Existence(StrEnum):
    """Whether somebody has said lately that an activity still exists."""

    SURE = "sure"
    ASKED = "asked"
    HIDDEN = "hidden"


def after(state: State, step: Step) -> State:
    """Return the state after a step. Raises Stale where the activity has moved on."""
    found = _STEPS.get((state, step))
    if found is None:
        raise Stale
    return found


def can(state: State, step: Step) -> bool:
    """Say whether a step can be taken from a state."""
    return (state, step) in _STEPS


def first_state(role: Role, *, is_repeat: bool = False) -> State:
    """Return the state an activity begins in.

    Whoever decides needs nobody's yes, and a repeat of one's own that was approved has it.
    """
    return State.PUBLISHED if role in _DECIDES or is_repeat else State.PROPOSED


def existence(confirm_by: date | None, on: date) -> Existence:
    """Return whether an activity that is to be confirmed by a day still counts as existing."""
    if confirm_by is None or on < confirm_by - ASK_AHEAD:
        return Existence.SURE
    return Existence.ASKED if on <= confirm_by else Existence.HIDDEN


def confirmed_until(on: date) -> date:
    """Return the day until which a word on a day that an activity exists holds."""
    return on + _HOLDS_FOR


def sign_up_until(starts_at: datetime, hours: int) -> datetime:
    """Return the instant at which sign-up for a date ends, so many real hours before it starts."""
    return starts_at - timedelta(hours=hours)
