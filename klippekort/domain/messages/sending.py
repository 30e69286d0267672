"""What belongs in one message, and what came of sending it."""

from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import TypeVar

from klippekort.domain.messages.channels import Purpose

Item = TypeVar("Item")
MOST_TOGETHER = 4
URGENT = frozenset({Purpose.CHANGES, Purpose.OFFERS})


class State(StrEnum):
    """Where a message stands on its way out."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    STOPPED = "stopped"


OVER = frozenset({State.SENT, State.DELIVERED, State.FAILED, State.STOPPED})


def bundles(items: Iterable[Item], is_alone: Callable[[Item], bool]) -> list[list[Item]]:
    """Return what is told together, in order: at most four things, and a question by itself,
    so that a yes has one meaning.
    """
    found: list[list[Item]] = []
    together: list[Item] = []
    for item in items:
        if is_alone(item):
            found.append([item])
            continue
        if len(together) == MOST_TOGETHER:
            together = []
        if not together:
            found.append(together)
        together.append(item)
    return found


def follows(before: State, after: State) -> bool:
    """Say whether news from the gateway changes anything: receipts come twice, and out of order."""
    if after is State.DELIVERED:
        return before in (State.SENDING, State.SENT)
    return after is State.FAILED and before in (State.SENDING, State.SENT)
