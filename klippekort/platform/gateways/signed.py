"""What a gateway tells us, signed as the Standard Webhooks specification says (v1, HMAC)."""

import hmac
from base64 import b64decode, b64encode
from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256

from werkzeug.datastructures import Headers

OLDEST = timedelta(minutes=5)
LONGEST_ID = 120


class NotSigned(Exception):
    """The signature is missing, wrong, or too old to be believed."""


def signature(secret: str, event_id: str, stamp: str, body: bytes) -> str:
    """Return the signature of a body: of its id, the second it was sent, and itself."""
    said = f"{event_id}.{stamp}.".encode() + body
    return "v1," + b64encode(hmac.new(b64decode(secret), said, sha256).digest()).decode()


def verify(secret: str, headers: Mapping[str, str] | Headers, body: bytes, now: datetime) -> str:
    """Return the event's id. Raises NotSigned.

    The sender may sign with several secrets while one is being replaced. What is repeated within
    the five minutes carries the same id: whoever handles it keeps the ids.
    """
    event_id = headers.get("webhook-id", "")
    stamp = headers.get("webhook-timestamp", "")
    given = headers.get("webhook-signature", "").split()
    if not secret or not event_id or len(event_id) > LONGEST_ID or not _is_recent(stamp, now):
        raise NotSigned
    wanted = signature(secret, event_id, stamp, body).encode()
    if not any(hmac.compare_digest(wanted, one.encode()) for one in given):
        raise NotSigned
    return event_id


def _is_recent(stamp: str, now: datetime) -> bool:
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 12):
        return False
    return abs(now.timestamp() - int(stamp)) <= OLDEST.total_seconds()
