"""Who did and saw what: lines that are written once and never changed.

A change writes its line in its own transaction (`record`). A look writes its line before the page
is sent (`saw`, `write_looks`); if that fails, the page is not shown. The worker seals lines into a
chain (`audit_chain`).
"""

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Index, String, Table, Uuid, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Mapped, mapped_column

from klippekort.domain.permissions import Action, Actor, Role
from klippekort.platform import clock
from klippekort.platform.away import cannot_be_had
from klippekort.platform.db import Json, Model, UTCDateTime, db, write_turn
from klippekort.platform.execute import Busy
from klippekort.platform.ids import new_id
from klippekort.platform.tenancy import MunicipalityOwned, OwnRows, adding, as_new

OF_SUPPORT = text("subject_kind = 'support_access'")
"""Lines that can be found by what they are about; in these words, for the index to be used."""


class AuditLine(MunicipalityOwned, Model):
    """One deed or look. Values are ids, numbers, dates and codes, never names or free text."""

    at: Mapped[datetime] = mapped_column("recorded_at", UTCDateTime)
    account_id: Mapped[UUID | None] = mapped_column(Uuid)
    role: Mapped[str] = mapped_column(String(20))
    action: Mapped[str] = mapped_column(String(40))
    purpose: Mapped[str | None] = mapped_column(String(40))
    subject_kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[UUID | None] = mapped_column(Uuid)
    details: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    __table_args__ = (
        Index(None, "municipality_id", "recorded_at"),
        Index(
            "ix_audit_line_of_support",
            "municipality_id",
            "subject_id",
            sqlite_where=OF_SUPPORT,
            postgresql_where=OF_SUPPORT,
        ),
        Index(None, "municipality_id", "account_id", "recorded_at"),
    )


class AuditCitizen(MunicipalityOwned, Model):
    """Which citizens an audit line concerns: what a citizen's own log is read from."""

    line_id: Mapped[UUID] = mapped_column(Uuid)
    citizen_id: Mapped[UUID] = mapped_column(Uuid)
    __table_args__ = (
        Index(None, "municipality_id", "citizen_id", "line_id"),
        Index(None, "municipality_id", "line_id"),
    )


SUPPORT = "support"
"""The role and the purpose that are told of somebody from outside who was let in to help: whoever
reads the record must not take them for the municipality's own."""
_support: ContextVar[UUID | None] = ContextVar("support access at work", default=None)


def say_with_each(support_id: UUID | None) -> None:
    """Let every line from now on name the support access that is at work, or none."""
    _support.set(support_id)


@contextmanager
def naming_support(support_id: UUID | None) -> Iterator[None]:
    """Let the block's lines name this support access, or none, whoever else is at work."""
    token = _support.set(support_id)
    try:
        yield
    finally:
        _support.reset(token)


_BORROWED = (Role.ADMINISTRATOR, Role.COORDINATOR)
_lines = cast(Table, AuditLine.__table__)
_citizens = cast(Table, AuditCitizen.__table__)
_LINES, _CITIZENS = OwnRows(adding(_lines)), OwnRows(adding(_citizens))


@dataclass(frozen=True)
class Deed:
    """What one audit line is about: its subject, the citizens it concerns, and what is said."""

    subject_id: UUID | None
    citizens: tuple[UUID, ...] = ()
    details: dict[str, Any] = field(default_factory=dict)


def record(
    actor: Actor,
    action: Action,
    subject_kind: str,
    subject_id: UUID | None = None,
    *,
    citizens: Iterable[UUID] = (),
    purpose: str | None = None,
    **details: Any,
) -> None:
    """Add an audit line to the transaction at hand."""
    deed = Deed(subject_id, tuple(citizens), details)
    record_many(actor, action, subject_kind, [deed], purpose=purpose)


def record_many(
    actor: Actor,
    action: Action,
    subject_kind: str,
    deeds: Iterable[Deed],
    *,
    purpose: str | None = None,
) -> None:
    """Add an audit line for each deed to the transaction at hand."""
    lines: list[dict[str, Any]] = []
    concerned: list[dict[str, Any]] = []
    for deed in deeds:
        line_id = new_id()
        lines.append(
            as_new(
                _lines,
                id=line_id,
                recorded_at=clock.now(),
                account_id=actor.account_id,
                role=_role(actor),
                action=action,
                purpose=_purpose(actor, action, purpose),
                subject_kind=subject_kind,
                subject_id=deed.subject_id,
                details=_as_json_holds(_with_support(actor, deed.details)),
            )
        )
        concerned += [
            as_new(_citizens, id=new_id(), line_id=line_id, citizen_id=citizen_id)
            for citizen_id in sorted(set(deed.citizens))
        ]
    for statement, rows in ((_LINES, lines), (_CITIZENS, concerned)):
        if len(rows) == 1:
            statement.run_late(**rows[0])
        elif rows:
            statement.run_many(rows)


_PLAIN = (str, int, bool, type(None))


def _as_json_holds(details: dict[str, Any]) -> dict[str, Any]:
    """Return details as they come back from JSON: ids and days as text."""
    if all(type(value) in _PLAIN for value in details.values()):
        return details
    held: dict[str, Any] = json.loads(json.dumps(details, default=str))
    return held


def _is_support(actor: Actor) -> bool:
    """Say whether it is somebody from outside who acts: not a citizen with her card beside them."""
    return _support.get() is not None and actor.role in _BORROWED


def _role(actor: Actor) -> str:
    return SUPPORT if _is_support(actor) else actor.role


def _purpose(actor: Actor, action: Action, purpose: str | None) -> str | None:
    return SUPPORT if _is_support(actor) and action is Action.SEE_CITIZEN else purpose


def _with_support(actor: Actor, details: dict[str, Any]) -> dict[str, Any]:
    """Return what is said of a deed, with the access at work and the role it borrows."""
    at_work = _support.get()
    if at_work is None:
        return details
    borrowed = {"as": actor.role} if _is_support(actor) else {}
    return {**details, "support": at_work, **borrowed}


def audit_write(note: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
    """Run `note` in a short write of its own, apart from any use case, and return what it returns.

    For what must be on record though nothing else changes: looks, refused tries, a session's last
    sign
    of life. It may be called on a GET. Raises Busy when the database cannot be had.
    """
    db.session.rollback()
    with write_turn():
        try:
            answer = note(*args, **kwargs)
            db.session.commit()
            return answer
        except DBAPIError as error:
            if cannot_be_had(error):
                raise Busy from error
            raise
        finally:
            db.session.rollback()
