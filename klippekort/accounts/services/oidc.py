"""The protocol: what an OpenID provider tells of itself, and what its tokens are worth.

Nothing here writes to the database, and nothing a provider says is logged.
"""

import json
import threading
import time
from base64 import urlsafe_b64decode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import requests
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from klippekort.accounts.queries.providers import Provider
from klippekort.domain.sign_in import LoggedOut, NotVouched, check_identity, check_logout, claim_of
from klippekort.platform.keys import new_secret
from klippekort.platform.outgoing import (
    TIMEOUT_SECONDS,
    NoAnswer,
    NotAllowedOut,
    check_address,
    get_json,
    guard,
    inner_hosts,
)

ALGORITHMS = [f"{family}{bits}" for family in ("RS", "PS", "ES") for bits in (256, 384, 512)]
KNOWN_FOR_SECONDS = 600
ASKED_AGAIN_AFTER_SECONDS = 60
LONGEST_TOKEN = 32 * 1024
_WELL_KNOWN = "/.well-known/openid-configuration"


@dataclass(frozen=True)
class Metadata:
    """Where a provider is asked what; `ends_at` is where one logs out there, if anywhere."""

    authorises_at: str
    tokens_at: str
    keys_at: str
    ends_at: str | None
    tells_at: str | None
    token_methods: tuple[str, ...]


@dataclass
class _Known:
    """What this process knows of a provider, and when it asked; keys are asked for again early,
    when a token names one that is not known, but no more than once a minute.
    """

    metadata: Metadata
    keys: KeySet
    asked: float
    asked_again: float = field(default=-ASKED_AGAIN_AFTER_SECONDS)


@dataclass(frozen=True)
class Vouched:
    """What a provider says of somebody who has just logged in there. It is never logged."""

    subject: str = field(repr=False)
    claims: Mapping[str, Any] = field(repr=False)
    id_token: str = field(repr=False)


_known: dict[str, _Known] = {}
_asking = threading.Lock()


def discover(issuer: str) -> Metadata:
    """Return what a provider tells of itself. Raises NoAnswer, with a code for what is wrong."""
    told = get_json(issuer.rstrip("/") + _WELL_KNOWN)
    if told.get("issuer") != issuer:
        raise NoAnswer("other_issuer")
    named = {
        name: told.get(name)
        for name in (
            "authorization_endpoint",
            "token_endpoint",
            "jwks_uri",
            "end_session_endpoint",
            "userinfo_endpoint",
        )
    }
    for name, url in named.items():
        if url is None and name in ("end_session_endpoint", "userinfo_endpoint"):
            continue
        _check(url)
    methods = told.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    return Metadata(
        str(named["authorization_endpoint"]),
        str(named["token_endpoint"]),
        str(named["jwks_uri"]),
        named["end_session_endpoint"],
        named["userinfo_endpoint"],
        tuple(str(one) for one in methods),
    )


def _check(url: object) -> None:
    if not isinstance(url, str):
        raise NoAnswer("incomplete")
    try:
        check_address(url, inner_hosts())
    except NotAllowedOut as error:
        raise NoAnswer("address") from error


def fetch_keys(metadata: Metadata) -> KeySet:
    """Return the keys that a provider signs with. Raises NoAnswer."""
    told = get_json(metadata.keys_at)
    listed = told.get("keys")
    usable = [
        key
        for key in (listed if isinstance(listed, list) else [])
        if isinstance(key, dict) and key.get("kty") in ("RSA", "EC") and key.get("use") != "enc"
    ]
    try:
        found = KeySet.import_key_set({"keys": usable})
    except (JoseError, ValueError) as error:
        raise NoAnswer("keys") from error
    if not found.keys:
        raise NoAnswer("keys")
    return found


def _know(issuer: str) -> _Known:
    with _asking:
        known = _known.get(issuer)
        if known is None or time.monotonic() - known.asked > KNOWN_FOR_SECONDS:
            metadata = discover(issuer)
            again = known.asked_again if known else -ASKED_AGAIN_AFTER_SECONDS
            known = _Known(metadata, fetch_keys(metadata), time.monotonic(), again)
            _known[issuer] = known
        return known


def _ask_again(issuer: str, known: _Known) -> bool:
    """Ask for a provider's keys anew, and say whether that was done: once a minute it is."""
    with _asking:
        if time.monotonic() - known.asked_again < ASKED_AGAIN_AFTER_SECONDS:
            return False
        known.asked_again = time.monotonic()
        known.keys = fetch_keys(known.metadata)
        return True


def forget(issuer: str) -> None:
    """Ask a provider anew the next time: its settings have just been changed."""
    with _asking:
        _known.pop(issuer, None)


def metadata_of(provider: Provider) -> Metadata:
    """Return what a provider tells of itself, asked at most every ten minutes. Raises NoAnswer."""
    return _know(provider.issuer).metadata


def _session(provider: Provider, redirect_uri: str) -> OAuth2Session:
    methods = metadata_of(provider).token_methods
    basic = "client_secret_basic" in methods or "client_secret_post" not in methods
    session = OAuth2Session(
        provider.client_id,
        provider.secret(),
        scope=provider.scope,
        redirect_uri=redirect_uri,
        token_endpoint_auth_method="client_secret_basic" if basic else "client_secret_post",
        code_challenge_method="S256",
    )
    guard(session)
    return session


@dataclass(frozen=True)
class Asked:
    """Where to send somebody to log in, and what must come back with them."""

    url: str
    nonce: str
    verifier: str


def ask(provider: Provider, *, redirect_uri: str, state: str, again: bool = False) -> Asked:
    """Return where somebody logs in at the provider. Raises NoAnswer.

    With `again` they must show anew who they are, though they are logged in there.
    """
    nonce, verifier = new_secret(), new_secret() + new_secret() + new_secret()
    more = {"acr_values": provider.asked_level} if provider.asked_level else {}
    if again:
        more |= {"prompt": "login", "max_age": "0"}
    with _session(provider, redirect_uri) as session:
        url, _state = session.create_authorization_url(
            metadata_of(provider).authorises_at,
            state=state,
            nonce=nonce,
            code_verifier=verifier,
            **more,
        )
    return Asked(url, nonce, verifier)


def redeem(
    provider: Provider,
    code: str,
    *,
    redirect_uri: str,
    nonce: str,
    verifier: str,
    now: datetime,
    after: datetime | None = None,
) -> Vouched:
    """Return what the provider says of whoever came back with `code`.

    Raises NoAnswer, and NotVouched when the answer is not for this very log-in.
    """
    metadata = metadata_of(provider)
    with _session(provider, redirect_uri) as session:
        try:
            answer = session.fetch_token(
                metadata.tokens_at,
                code=code,
                code_verifier=verifier,
                timeout=TIMEOUT_SECONDS,
                allow_redirects=False,
            )
        except OAuthError as error:
            raise NotVouched("code") from error
        except NotAllowedOut as error:
            raise NoAnswer("address") from error
        except (requests.RequestException, ValueError) as error:
            raise NoAnswer("connection") from error
    id_token = answer.get("id_token") if isinstance(answer, Mapping) else None
    if not isinstance(id_token, str):
        raise NotVouched("no_token")
    claims = _claims(provider, id_token)
    subject = check_identity(
        claims,
        issuer=provider.issuer,
        client_id=provider.client_id,
        nonce=nonce,
        now=now,
        after=after,
    )
    more = _asked_for(provider, claims, metadata, answer.get("access_token"), subject)
    return Vouched(subject, {**more, **claims}, id_token)


def _asked_for(
    provider: Provider, claims: Mapping[str, Any], metadata: Metadata, token: object, subject: str
) -> Mapping[str, Any]:
    """Return what the provider tells of the person when asked, where the token leaves it out."""
    wanted = (
        provider.group_claim if provider.kind == "staff" else provider.number_claim,
        provider.supplier_claim,
        provider.district_claim,
        provider.employee_claim,
    )
    missing = any(name and claim_of(claims, name) is None for name in wanted)
    if not missing or metadata.tells_at is None or not isinstance(token, str):
        return {}
    told = get_json(metadata.tells_at, token=token)
    if told.get("sub") != subject:
        raise NotVouched("subject")
    return told


def _claims(provider: Provider, token: str) -> Mapping[str, Any]:
    """Return what a token says that the provider has signed. Raises NotVouched and NoAnswer."""
    if len(token) > LONGEST_TOKEN:
        raise NotVouched("signature")
    known = _know(provider.issuer)
    if not _is_known(token, known.keys):
        _ask_again(provider.issuer, known)
    try:
        return jwt.decode(token, known.keys, algorithms=ALGORITHMS).claims
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise NotVouched("signature") from error


def _is_known(token: str, keys: KeySet) -> bool:
    """Say whether we have the key that a token names; one that names none is tried with ours."""
    try:
        kid = _header(token).get("kid")
    except ValueError as error:
        raise NotVouched("signature") from error
    return kid is None or any(key.kid == kid for key in keys.keys)


def _header(token: str) -> Mapping[str, Any]:
    first = token.split(".")[0]
    found = json.loads(urlsafe_b64decode(first + "=" * (-len(first) % 4)))
    if not isinstance(found, dict):
        raise ValueError("no header")
    return found


def read_logout(provider: Provider, token: str, *, now: datetime) -> LoggedOut:
    """Return who has logged out at the provider. Raises NotVouched and NoAnswer."""
    return check_logout(
        _claims(provider, token),
        issuer=provider.issuer,
        client_id=provider.client_id,
        now=now,
    )
