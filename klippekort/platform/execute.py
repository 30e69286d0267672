"""The write boundary: one transaction a use case, retried as a whole, idempotent by key."""

import hashlib
import json
import logging
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any, cast

from sqlalchemy import String, Table, Text, UniqueConstraint, bindparam, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlalchemy.orm import Mapped, mapped_column

from klippekort.domain.errors import DomainError
from klippekort.platform import clock, events
from klippekort.platform.away import cannot_be_had, was_lost
from klippekort.platform.db import Model, UTCDateTime, db, write_turn, writing
from klippekort.platform.ids import new_id
from klippekort.platform.late_writes import leave_to_commit
from klippekort.platform.prepared import Row
from klippekort.platform.tenancy import (
    MunicipalityOwned,
    OwnRows,
    adding,
    as_new,
    connection_at_hand,
    own,
)

log = logging.getLogger(__name__)
# `json.dumps` makes an encoder anew for every call that asks for anything unusual.
_in_order = json.JSONEncoder(default=str, sort_keys=True).encode
_as_json = json.JSONEncoder(default=str).encode


class NestedWrite(RuntimeError):
    """A service called `execute`: only edges may."""


class KeyReused(DomainError):
    """An idempotency key came back with other content."""


class Busy(DomainError):
    """The database could not be had in time; the person may simply try again."""


class Answer(MunicipalityOwned, Model):
    """The first answer given under an idempotency key."""

    key: Mapped[str] = mapped_column(String(64))
    fingerprint: Mapped[str] = mapped_column(String(64))
    answer: Mapped[str] = mapped_column(Text)
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    __table_args__ = (UniqueConstraint("municipality_id", "key", name="one_answer_a_key"),)


_answers = cast(Table, Answer.__table__)
_KNOWN = OwnRows(
    select(_answers.c.fingerprint, _answers.c.answer).where(
        own(_answers), _answers.c.key == bindparam("key")
    )
)
_KEEP = OwnRows(adding(_answers))


def _again(error: DBAPIError, key: str | None) -> bool:
    """Say whether the whole call may run again: conflict, deadlock, busy, or an equal key.

    So it may when the connection was lost, perhaps after all was done, where a key would tell.
    """
    state = getattr(error.orig, "sqlstate", None)
    said = str(error.orig)
    same_key = "one_answer_a_key" in said or "answer.key" in said
    is_safe = "database is locked" in said or same_key or (key is not None and was_lost(error))
    return state in ("40001", "40P01") or is_safe


def fingerprint_of(service: Callable[..., Any], content: Any) -> str:
    """Return what tells two presses of one button from two different wishes."""
    said = _in_order([service.__name__, content])
    return hashlib.sha256(said.encode()).hexdigest()


def execute(
    service: Callable[..., Any],
    /,
    *args: Any,
    key: str | None = None,
    content: Any = None,
    tries: int = 3,
    **kwargs: Any,
) -> Any:
    """Run `service` in one write transaction and return what it returns.

    `key` names the press of the button, `content` what was sent with it. A key that was seen before
    returns the first answer (as JSON holds it) and changes nothing. Raises KeyReused when it comes
    with other content, NestedWrite when called from a service, Busy when the database is held too
    long or cannot be had at all.
    """
    if writing.get():
        raise NestedWrite(service.__name__)
    fingerprint = fingerprint_of(service, content) if key else ""
    for attempt in range(1, tries + 1):
        db.session.rollback()  # ends the plain transaction that reading the login began
        try:
            with write_turn(), events.gathered() as told:
                answer = _once(service, args, kwargs, key, fingerprint)
        except (DBAPIError, NoConnection) as error:
            may_go_on = isinstance(error, DBAPIError) and _again(error, key) and attempt < tries
            if not may_go_on:
                if cannot_be_had(error):
                    raise Busy from error
                raise
        else:
            _tell_after(told)
            return answer
        time.sleep(0.02 * attempt)
    raise AssertionError("unreachable")


def _tell_after(told: list[object]) -> None:
    """Let those who listen act on what has been done, each in a transaction of its own.

    One that fails stops nothing: what it leaves undone, a job finds.
    """
    for event in told:
        for listener in events.listeners(event):
            try:
                execute(listener, event)
            except Exception:
                log.exception("nobody acted on %s", type(event).__name__)


def _once(
    service: Callable[..., Any],
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    key: str | None,
    fingerprint: str,
) -> Any:
    try:
        # The key is not looked up first: a press that comes again is undone by the key it keeps.
        answer = service(*args, **kwargs)
        if key:
            said = _as_json(answer)
            first = {"key": key, "fingerprint": fingerprint, "answer": said}
            _KEEP.run_late(**as_new(_answers, id=new_id(), recorded_at=clock.now(), **first))
            answer = json.loads(said)
        _commit()
        return answer
    except Exception:
        db.session.rollback()
        # The second of two equal presses is refused for its key, or before that for what the first
        # has done. Its answer is the first one's all the same.
        if key and (known := _KNOWN.rows(key=key)):
            return _first_answer(known[0], fingerprint)
        raise
    finally:
        db.session.rollback()


def _commit() -> None:
    """Commit, with what still waits sent along."""
    session = db.session()
    session.flush()  # what the session keeps to itself goes before what waits for the commit
    if (connection := connection_at_hand(session)) is not None:
        leave_to_commit(connection)
    session.commit()


def _first_answer(known: Row, fingerprint: str) -> Any:
    first, answer = known
    if first != fingerprint:
        raise KeyReused
    return json.loads(answer)
