"""What is asked of those who vouch for somebody that logs in: levels, claims and groups."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Any, TypeVar

from klippekort.domain.errors import DomainError

Given = TypeVar("Given")
SKEW = timedelta(seconds=60)
"""How far another machine's clock may be from ours."""
FRESH_FOR = timedelta(minutes=10)
"""How long a log-in is fresh enough for grave acts."""
OLDEST_TOKEN = timedelta(minutes=10)
LOGGED_OUT = "http://schemas.openid.net/event/backchannel-logout"


class Level(IntEnum):
    """How sure an identity is, as the Danish standard (NSIS) and eIDAS say it."""

    LOW = 1
    SUBSTANTIAL = 2
    HIGH = 3


_LEVELS = {
    "low": Level.LOW,
    "lav": Level.LOW,
    "substantial": Level.SUBSTANTIAL,
    "betydelig": Level.SUBSTANTIAL,
    "high": Level.HIGH,
    "høj": Level.HIGH,
    "hoej": Level.HIGH,
}


class NotVouched(DomainError):
    """Whoever should vouch for somebody does not; `code` says why, and names nobody."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def level_of(said: object) -> Level | None:
    """Return the level that a claim names, as a word or at the end of an address, or None."""
    if not isinstance(said, str):
        return None
    return _LEVELS.get(re.split(r"[/:#]", said.strip().casefold())[-1])


def check_level(said: object, least: Level | None) -> None:
    """Return quietly when the level is high enough. Raises NotVouched when it is lower or missing.

    Nothing is asked where `least` is None.
    """
    if least is None:
        return
    level = level_of(said)
    if level is None:
        raise NotVouched("no_level")
    if level < least:
        raise NotVouched("low_level")


def _number(claims: Mapping[str, Any], name: str) -> float:
    """Return a claim that is a second. Raises NotVouched where it is missing or something else."""
    said = claims.get(name)
    if isinstance(said, bool) or not isinstance(said, int | float):
        raise NotVouched(f"no_{name}")
    return float(said)


def _is_audience(said: object, client_id: str) -> bool:
    return said == client_id or (isinstance(said, list) and client_id in said)


def check_parties(claims: Mapping[str, Any], *, issuer: str, client_id: str) -> None:
    """Return quietly when a token is from this issuer and for us alone. Raises NotVouched."""
    if claims.get("iss") != issuer:
        raise NotVouched("issuer")
    audience, party = claims.get("aud"), claims.get("azp")
    if not _is_audience(audience, client_id):
        raise NotVouched("audience")
    several = isinstance(audience, list) and len(audience) > 1
    if (party is not None or several) and party != client_id:
        raise NotVouched("audience")


def check_identity(
    claims: Mapping[str, Any],
    *,
    issuer: str,
    client_id: str,
    nonce: str,
    now: datetime,
    after: datetime | None = None,
) -> str:
    """Return whom an identity token names. Raises NotVouched unless it is for this very log-in.

    With `after` the person must have logged in there since then, not have been let through.
    """
    check_parties(claims, issuer=issuer, client_id=client_id)
    at, skew = now.timestamp(), SKEW.total_seconds()
    if _number(claims, "exp") + skew <= at:
        raise NotVouched("expired")
    issued = _number(claims, "iat")
    if issued - skew > at or issued + OLDEST_TOKEN.total_seconds() < at:
        raise NotVouched("clock")
    if "nbf" in claims and _number(claims, "nbf") - skew > at:
        raise NotVouched("clock")
    if not nonce or claims.get("nonce") != nonce:
        raise NotVouched("nonce")
    if after is not None and _number(claims, "auth_time") + skew < after.timestamp():
        raise NotVouched("not_fresh")
    subject = claims.get("sub")
    if not isinstance(subject, str) or not subject or len(subject) > 255:
        raise NotVouched("subject")
    return subject


@dataclass(frozen=True)
class LoggedOut:
    """Whom a logout token tells of: a session there, or everything of a person's."""

    token_id: str
    subject: str | None
    session: str | None


def check_logout(
    claims: Mapping[str, Any], *, issuer: str, client_id: str, now: datetime
) -> LoggedOut:
    """Return who has logged out at the issuer. Raises NotVouched for anything but such news."""
    check_parties(claims, issuer=issuer, client_id=client_id)
    at, skew = now.timestamp(), SKEW.total_seconds()
    if abs(_number(claims, "iat") - at) > OLDEST_TOKEN.total_seconds() + skew:
        raise NotVouched("clock")
    if "exp" in claims and _number(claims, "exp") + skew <= at:
        raise NotVouched("expired")
    events = claims.get("events")
    if not isinstance(events, Mapping) or LOGGED_OUT not in events or "nonce" in claims:
        raise NotVouched("no_logout")
    token_id, subject, session = (claims.get(name) for name in ("jti", "sub", "sid"))
    if not isinstance(token_id, str) or not token_id:
        raise NotVouched("no_logout")
    known = (isinstance(subject, str) and subject) or (isinstance(session, str) and session)
    if not known:
        raise NotVouched("no_logout")
    return LoggedOut(
        token_id,
        subject if isinstance(subject, str) else None,
        session if isinstance(session, str) else None,
    )


def claim_of(claims: Mapping[str, Any], name: str) -> object:
    """Return a claim; one that is not there by its own name is looked for step by step, as
    `realm_access.roles` is.
    """
    if not name:
        return None
    if name in claims:
        return claims[name]
    found: object = claims
    for part in name.split("."):
        if not isinstance(found, Mapping) or part not in found:
            return None
        found = found[part]
    return found


def texts_of(said: object) -> frozenset[str]:
    """Return what a claim says, one text or several; anything else says nothing."""
    several = said if isinstance(said, list) else [said]
    return frozenset(one.strip() for one in several if isinstance(one, str) and one.strip())


def matching(said: Collection[str], groups: Iterable[tuple[str, Given]]) -> list[tuple[str, Given]]:
    """Return what the groups somebody is in give. Raises NotVouched when they give nothing."""
    given = [(name, gives) for name, gives in groups if name in said]
    if not given:
        raise NotVouched("no_role")
    return given


def is_fresh(confirmed_at: datetime | None, now: datetime) -> bool:
    """Say whether a log-in was made, or confirmed, so lately that a grave act may follow."""
    return confirmed_at is not None and now - confirmed_at <= FRESH_FOR
