"""Features below tell features above what happened, inside the same transaction or after it.

Handlers are registered only where the app is put together, so who listens to what can be read in
one place.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

_handlers: dict[type, list[Callable[[Any], None]]] = defaultdict(list)


def subscribe(event: type, handler: Callable[[Any], None]) -> None:
    """Call `handler` with every event of this type, once, however often it is subscribed."""
    if handler not in _handlers[event]:
        _handlers[event].append(handler)


def emit(event: object) -> None:
    """Tell everyone who listens, before the transaction at hand ends."""
    for handler in _handlers[type(event)]:
        handler(event)


_waiting: ContextVar[list[object] | None] = ContextVar("events that wait", default=None)


def emit_after(event: object) -> None:
    """Tell everyone who listens once the transaction at hand has held: what they do must not take
    its locks in another order, nor undo it when it fails.
    """
    waiting = _waiting.get()
    if waiting is not None:
        waiting.append(event)


@contextmanager
def gathered() -> Iterator[list[object]]:
    """Give the list of events that wait for the end of the block's transaction."""
    waiting: list[object] = []
    token = _waiting.set(waiting)
    try:
        yield waiting
    finally:
        _waiting.reset(token)


def listeners(event: object) -> list[Callable[[Any], None]]:
    """Return who listens to events of this type."""
    return list(_handlers[type(event)])


_answers: dict[type, list[Callable[[Any], Iterable[Any]]]] = defaultdict(list)


def answers(question: type, handler: Callable[[Any], Iterable[Any]]) -> None:
    """Let `handler` answer questions of this type."""
    if handler not in _answers[question]:
        _answers[question].append(handler)


def ask(question: object) -> list[Any]:
    """Return what the features above know about something, all answers in one list."""
    return [found for handler in _answers[type(question)] for found in handler(question)]
