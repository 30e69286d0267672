"""Reading what opens a citizen's own page: the printed code, its state, and pages that are open."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import select

from klippekort.domain.errors import NotFound
from klippekort.platform.db import db
from klippekort.platform.keys import Place, fingerprint, keys
from klippekort.punchcards.models import CardKey, CardSession

MOST_TRIES = 5


class KeyState(StrEnum):
    """Whether a printed card opens its page."""

    NONE = "none"
    LIVE = "live"
    LOCKED = "locked"
    KILLED = "killed"


@dataclass(frozen=True)
class KeyFacts:
    """What staff are told about a citizen's printed card; `made_at` is None without one."""

    state: KeyState
    made_at: datetime | None = None


def find_key(token: str) -> CardKey | None:
    """Return the key behind a printed code, killed ones too, or None."""
    found = select(CardKey).filter_by(token_hash=fingerprint(token))
    fresh = found.execution_options(populate_existing=True)
    return db.session.scalars(fresh).one_or_none()


def find_latest_key(citizen_id: UUID) -> CardKey | None:
    """Return the citizen's newest key, killed or not, or None."""
    found = select(CardKey).filter_by(citizen_id=citizen_id)
    is_killed = CardKey.killed_at.is_not(None)
    newest = found.order_by(is_killed, CardKey.made_at.desc(), CardKey.id.desc())
    return db.session.scalars(newest.limit(1)).one_or_none()


def get_live_key(citizen_id: UUID) -> CardKey:
    """Return the key that the citizen's printed card carries. Raises NotFound without one."""
    key = find_latest_key(citizen_id)
    if key is None or key.killed_at is not None:
        raise NotFound
    return key


def state_of(key: CardKey) -> KeyState:
    """Return whether a key opens its page."""
    if key.killed_at is not None:
        return KeyState.KILLED
    return KeyState.LOCKED if key.tries >= MOST_TRIES else KeyState.LIVE


def facts_of(citizen_id: UUID) -> KeyFacts:
    """Return what staff are told about a citizen's printed card."""
    key = find_latest_key(citizen_id)
    return KeyFacts(KeyState.NONE) if key is None else KeyFacts(state_of(key), key.made_at)


def token_place(key: CardKey) -> Place:
    """Return where the key's sealed code belongs."""
    return Place(key.municipality_id, key.id, "token")


def token_of(key: CardKey) -> str:
    """Return the secret that the printed code carries, for printing it."""
    return keys().unseal_secret(key.token_encrypted, token_place(key))


def find_open(key: CardKey, secret: str, now: datetime) -> CardSession | None:
    """Return how the cookie's `secret` opens this key's page at `now`, or None."""
    found = select(CardSession).filter_by(token_hash=fingerprint(secret), key_id=key.id)
    fresh = found.execution_options(populate_existing=True)
    session = db.session.scalars(fresh.where(CardSession.ends_at > now)).one_or_none()
    return session if key.killed_at is None else None
