"""When something happens on a trip: what it is, and what it does to the trip."""

from enum import StrEnum

from klippekort.domain.errors import DomainError
from klippekort.domain.trips import TripState


class IncidentKind(StrEnum):
    """What happened, as one tap says it."""

    EMERGENCY = "112"
    NURSE = "nurse"
    KIN = "kin"
    FALL = "fall"
    UNWELL = "unwell"
    LOST = "lost"
    OTHER = "other"


class Effect(StrEnum):
    """What the tap does to the trip."""

    END = "end"
    PAUSE = "pause"
    NONE = "none"


class LeftOut(StrEnum):
    """Why a tap does nothing to the trip: it is over, or it has not begun."""

    OVER = "over"
    NOT_BEGUN = "not_begun"


class NotReported(DomainError):
    """What must be reported formally is not settled before somebody says that it is reported."""


class NobodyChosen(DomainError):
    """Several ride, and it was not said whom it is about."""


FORMALLY_REPORTED = frozenset({IncidentKind.EMERGENCY, IncidentKind.FALL, IncidentKind.LOST})
"""What the municipality reports formally as an unintended event (sundhedslovens § 198), elsewhere.
"""


def left_out(effect: Effect, state: TripState) -> LeftOut | None:
    """Say why an effect does not apply to a trip in this state, or None where it does.

    A trip that is booked can end, for somebody may have forgotten to start it; it cannot wait.
    """
    if effect is Effect.NONE or state is TripState.UNDER_WAY:
        return None
    if state is TripState.BOOKED and effect is Effect.END:
        return None
    has_yet_to_begin = state in (TripState.HELD, TripState.BOOKED)
    return LeftOut.NOT_BEGUN if has_yet_to_begin else LeftOut.OVER


def check_may_close(kind: IncidentKind, *, is_reported: bool) -> None:
    """Return quietly when an incident may be closed. Raises NotReported."""
    if kind in FORMALLY_REPORTED and not is_reported:
        raise NotReported
