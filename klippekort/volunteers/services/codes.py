"""Codes that volunteers log in with, by text message."""

import secrets
from datetime import datetime, timedelta
from uuid import UUID

from klippekort.accounts.services.codes import LASTS
from klippekort.messages.queries import VOLUNTEER, Recipient
from klippekort.messages.queries.deliveries import urgent_since
from klippekort.messages.services import can_text, text_now
from klippekort.platform.i18n import _

MOST_AN_HOUR = 3


def new_code() -> str:
    """Return six digits nobody can guess."""
    return f"{secrets.randbelow(1_000_000):06d}"


def may_text_code(volunteer_id: UUID, now: datetime) -> bool:
    """Say whether a code can be sent: there is a gateway, and not too many were asked for."""
    to = Recipient(VOLUNTEER, volunteer_id)
    return can_text() and urgent_since(to, now - timedelta(hours=1)) < MOST_AN_HOUR


def text_code(volunteer_id: UUID, phone: str, code: str, *, now: datetime) -> None:
    """Send a code to whoever has asked for it; once its time is over it is sent no more."""
    said = _("Your code for Klippekort is %(code)s. It holds for 15 minutes.", code=code)
    to = Recipient(VOLUNTEER, volunteer_id)
    text_now(to, phone, str(said), now=now, late_at=now + LASTS)
