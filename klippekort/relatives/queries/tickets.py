"""Reading links and codes: before anybody is logged in, so in no municipality."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from klippekort.platform.db import db
from klippekort.platform.keys import fingerprint
from klippekort.relatives.models import SignInTicket


def find_link(secret: str, now: datetime) -> SignInTicket | None:
    """Return the open ticket a link's secret stands for, or None."""
    found = select(SignInTicket).where(
        SignInTicket.secret_hash == fingerprint(secret),
        SignInTicket.channel == "email",
        SignInTicket.used_at.is_(None),
        SignInTicket.revoked_at.is_(None),
        SignInTicket.expires_at > now,
    )
    return db.session.scalars(found).one_or_none()


def open_codes(sent_to: str, now: datetime) -> Sequence[SignInTicket]:
    """Return the codes an address has open, locked."""
    found = select(SignInTicket).where(
        SignInTicket.sent_to == sent_to,
        SignInTicket.channel != "email",
        SignInTicket.used_at.is_(None),
        SignInTicket.revoked_at.is_(None),
        SignInTicket.expires_at > now,
    )
    return db.session.scalars(found.order_by(SignInTicket.id).with_for_update()).all()


def sent_since(sent_to: str, since: datetime) -> int:
    """Return how many links and codes an address was sent since then."""
    found = select(func.count(SignInTicket.id)).where(
        SignInTicket.sent_to == sent_to, SignInTicket.made_at > since
    )
    return db.session.scalar(found) or 0


def last_invitations(
    municipality_id: int, relative_ids: Sequence[UUID]
) -> dict[UUID, SignInTicket]:
    """Return the latest invitation of each of these relatives who has one."""
    found = select(SignInTicket).where(
        SignInTicket.municipality_id == municipality_id,
        SignInTicket.relative_id.in_(relative_ids),
    )
    rows = db.session.scalars(found.order_by(SignInTicket.made_at, SignInTicket.id))
    return {row.relative_id: row for row in rows if row.relative_id is not None}
