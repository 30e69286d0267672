"""Log a member of the cast in without the log-in page."""

from datetime import timedelta
from uuid import UUID

from flask.testing import FlaskClient
from sqlalchemy import select

from klippekort.accounts.models import LoginSession, RoleAssignment
from klippekort.accounts.services import begin_session, lock_session, set_pin
from klippekort.domain.permissions import Actor
from klippekort.platform import clock
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.keys import fingerprint, new_secret
from klippekort.platform.tenancy import acting_for


def session_secret(actor: Actor, shown_to: UUID | None = None) -> str:
    """Begin a session for `actor` and return the secret its cookie carries.

    With `shown_to` the tablet is turned to that citizen.
    """
    secret, now = new_secret(), clock.now()

    def begin() -> None:
        role = db.session.scalars(
            select(RoleAssignment).filter_by(account_id=actor.account_id, role=actor.role)
        ).one()
        db.session.add(
            LoginSession(
                token_hash=fingerprint(secret),
                account_id=actor.account_id,
                role_assignment_id=role.id,
                municipality_id=actor.municipality_id,
                created_at=now,
                seen_at=now,
                ends_at=now + timedelta(hours=10),
                confirmed_at=now,
                shown_citizen_id=shown_to,
            )
        )

    with acting_for(actor.municipality_id):
        execute(begin)
    return secret


def locked_tablet(account_id: UUID) -> str:
    """Lock a tablet that somebody with a PIN has logged in on, and return what its cookie says."""
    device, now = new_secret(), clock.now()
    execute(set_pin, account_id, "7391")
    secret = execute(begin_session, account_id, now, device=fingerprint(device))
    execute(lock_session, fingerprint(secret), now)
    return device


def log_in(client: FlaskClient, actor: Actor) -> FlaskClient:
    """Return the client with `actor` logged in."""
    client.set_cookie("session", session_secret(actor), domain="localhost")
    return client
