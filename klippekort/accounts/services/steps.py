"""What waits between two pages of a log-in: begun with a secret, and taken once.

Whoever comes back must carry the cookie of the browser it began in.
"""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CursorResult, delete, select, update

from klippekort.accounts.models.sign_in import SignInStep
from klippekort.platform.db import db
from klippekort.platform.keys import Place, fingerprint, keys, new_secret

_NOBODY = UUID(int=0)


class StepKind(StrEnum):
    """What it is that waits."""

    VOUCHED = "vouched"
    LOGGED_OUT = "logged_out"
    PASSKEY = "passkey"
    SECOND = "second"
    LINK = "link"
    HELD = "held"


LASTS = {
    StepKind.VOUCHED: timedelta(minutes=15),
    StepKind.LOGGED_OUT: timedelta(minutes=30),
    StepKind.PASSKEY: timedelta(minutes=5),
    StepKind.SECOND: timedelta(minutes=15),
    StepKind.LINK: timedelta(minutes=15),
    StepKind.HELD: timedelta(minutes=60),
}


@dataclass(frozen=True)
class Step:
    """What waited: `facts` were kept as they are, `hidden` was sealed."""

    account_id: UUID | None
    facts: dict[str, Any]
    hidden: dict[str, Any]
    began_at: datetime


def begin_step(
    kind: StepKind,
    *,
    now: datetime,
    browser: str | None = None,
    account_id: UUID | None = None,
    facts: dict[str, Any] | None = None,
    hidden: dict[str, Any] | None = None,
    secret: str | None = None,
) -> str:
    """Keep what is to come back, and return the secret it comes back with.

    `browser` is the secret of the cookie of the browser that began it. What is over is forgotten.
    """
    forget_steps(now)
    secret = secret or new_secret()
    sealed = json.dumps(hidden) if hidden else None
    db.session.add(
        SignInStep(
            secret_hash=fingerprint(secret),
            kind=kind,
            browser_hash=fingerprint(browser) if browser else None,
            account_id=account_id,
            facts=facts or {},
            sealed=keys().seal_secret(sealed, _place(kind)) if sealed else None,
            began_at=now,
            expires_at=now + LASTS[kind],
        )
    )
    db.session.flush()
    return secret


def take_step(
    kind: StepKind, secret: str, *, now: datetime, browser: str | None = None
) -> Step | None:
    """Return what waited, once: None for what was taken before, is too old, or never was, and in
    another browser than it began in. What came from another browser is not used up.
    """
    waiting = (
        SignInStep.secret_hash == fingerprint(secret),
        SignInStep.kind == kind,
        SignInStep.used_at.is_(None),
        SignInStep.expires_at > now,
        SignInStep.browser_hash == fingerprint(browser)
        if browser
        else SignInStep.browser_hash.is_(None),
    )
    taken = db.session.execute(update(SignInStep).where(*waiting).values(used_at=now))
    if not isinstance(taken, CursorResult) or taken.rowcount != 1:
        return None
    return _read(kind, secret)


def look_at_step(
    kind: StepKind, secret: str, *, now: datetime, browser: str | None = None
) -> Step | None:
    """Return what waits, and let it wait; None as `take_step`."""
    wanted = select(SignInStep.used_at, SignInStep.expires_at, SignInStep.browser_hash).where(
        SignInStep.secret_hash == fingerprint(secret), SignInStep.kind == kind
    )
    found = db.session.execute(wanted).one_or_none()
    own = fingerprint(browser) if browser else None
    if found is None or found.used_at or found.expires_at <= now or found.browser_hash != own:
        return None
    return _read(kind, secret)


def _read(kind: StepKind, secret: str) -> Step:
    row = db.session.scalars(
        select(SignInStep)
        .filter_by(secret_hash=fingerprint(secret))
        .execution_options(populate_existing=True)
    ).one()
    hidden = json.loads(keys().unseal_secret(row.sealed, _place(kind))) if row.sealed else {}
    return Step(row.account_id, row.facts, hidden, row.began_at)


def _place(kind: str) -> Place:
    return Place(0, _NOBODY, f"sign_in_step.{kind}")


def forget_steps(now: datetime) -> None:
    """Delete what nobody can come back for any more."""
    db.session.execute(delete(SignInStep).where(SignInStep.expires_at < now))
