"""When something happens on a trip: what it is, and what it does to the trip."""

from enum import StrEnum


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


FORMALLY_REPORTED = frozenset({IncidentKind.EMERGENCY, IncidentKind.FALL, IncidentKind.LOST})
"""What the municipality reports formally as an unintended event (sundhedslovens § 198), elsewhere.
"""
