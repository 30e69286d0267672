"""Whether a citizen is here no more, asked by whatever would reach or book for her."""

from dataclasses import dataclass
from uuid import UUID

from klippekort.platform.events import ask


@dataclass(frozen=True)
class IsGone:
    """The question whether a citizen has died or moved; the answers are truths."""

    citizen_id: UUID


def is_gone(citizen_id: UUID) -> bool:
    """Say whether a citizen has died or moved, so that nothing is to reach her."""
    return any(ask(IsGone(citizen_id)))
