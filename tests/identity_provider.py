"""An OpenID provider on loopback: honest by default, and dishonest on request."""

import json
import threading
import time
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "klippekort", "en hemmelighed"
_KEYS: list[RSAKey] = []


def _new_key(number: int) -> RSAKey:
    """Return a key, made once a test run: they take their time."""
    while len(_KEYS) <= number:
        _KEYS.append(RSAKey.generate_key(2048, {"kid": f"key-{len(_KEYS)}", "use": "sig"}))
    return _KEYS[number]


@dataclass
class Provider:
    """What the provider says of whoever logs in, and how it misbehaves.

    `claims` are added to each token; `spoil` changes a token's claims; `sign` signs in another way
    than with the published key. `seen` holds what it was asked for.
    """

    port: int = 0
    claims: dict[str, Any] = field(default_factory=dict)
    told: dict[str, Any] = field(default_factory=dict)
    metadata: dict[str, Any] = field(default_factory=dict)
    spoil: Callable[[dict[str, Any]], dict[str, Any]] | None = None
    sign: Callable[[dict[str, Any]], str] | None = None
    seen: list[str] = field(default_factory=list)
    now: float | None = None
    key: int = 0
    _codes: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def issuer(self) -> str:
        return f"http://localhost:{self.port}"

    def rotate(self) -> None:
        """Sign with a new key, and publish that one alone."""
        self.key += 1

    def signed(self, claims: dict[str, Any]) -> str:
        """Return claims as a token signed with the key of today."""
        key = _new_key(self.key)
        return jwt.encode({"alg": "RS256", "kid": key.kid}, claims, key)

    def second(self) -> float:
        return self.now if self.now is not None else time.time()

    def authorise(self, asked: dict[str, str]) -> str:
        """Log somebody in and return where their browser goes."""
        code = f"code-{len(self._codes)}"
        self._codes[code] = {**asked, "auth_time": str(self.second())}
        said = {"code": code, "state": asked["state"], "iss": self.issuer}
        return f"{asked['redirect_uri']}?{urlencode(said)}"

    def redeem(self, asked: dict[str, str], authorization: str) -> dict[str, Any] | None:
        begun = self._codes.pop(asked.get("code", ""), None)
        basic = b64decode(authorization.removeprefix("Basic ")).decode()
        verifier = asked.get("code_verifier", "").encode()
        challenge = urlsafe_b64encode(sha256(verifier).digest()).decode().rstrip("=")
        if begun is None or [unquote(part) for part in basic.split(":")] != [CLIENT, SECRET]:
            return None
        if begun["code_challenge"] != challenge or begun["code_challenge_method"] != "S256":
            return None
        at = int(self.second())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "sub": "u-1",
            "iat": at,
            "exp": at + 300,
            "nonce": begun["nonce"],
            "auth_time": int(float(begun["auth_time"])),
            "name": "Karla Kommune",
            "acr": "http://eidas.europa.eu/LoA/substantial",
            "sid": "sid-1",
            **self.claims,
        }
        if self.spoil is not None:
            claims = self.spoil(claims)
        token = (self.sign or self.signed)(claims)
        answer = {"access_token": "at", "token_type": "Bearer", "id_token": token}
        return {name: said for name, said in answer.items() if said}

    def logout_token(self, **claims: Any) -> str:
        """Return what it sends when somebody has logged out."""
        at = int(self.second())
        event: dict[str, Any] = {"http://schemas.openid.net/event/backchannel-logout": {}}
        said = {"iss": self.issuer, "aud": CLIENT, "iat": at, "exp": at + 60, "jti": "j-1"}
        return self.signed({**said, "events": event, "sid": "sid-1", **claims})


def _described(provider: Provider) -> dict[str, Any]:
    at = provider.issuer
    return {
        "issuer": at,
        "authorization_endpoint": f"{at}/authorize",
        "token_endpoint": f"{at}/token",
        "jwks_uri": f"{at}/keys",
        "userinfo_endpoint": f"{at}/userinfo",
        "end_session_endpoint": f"{at}/logout",
        "token_endpoint_auth_methods_supported": ["client_secret_basic"],
        **provider.metadata,
    }


class _Handler(BaseHTTPRequestHandler):
    provider: Provider

    def answer(self, status: int, said: Any) -> None:
        body = json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def go_to(self, where: str) -> None:
        self.send_response(302)
        self.send_header("Location", where)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_GET(self) -> None:
        parts, provider = urlsplit(self.path), self.provider
        asked = {name: said[0] for name, said in parse_qs(parts.query).items()}
        provider.seen.append(parts.path)
        key = _new_key(provider.key)
        pages: dict[str, Callable[[], None]] = {
            "/.well-known/openid-configuration": lambda: self.answer(200, _described(provider)),
            "/keys": lambda: self.answer(200, {"keys": [key.as_dict(private=False)]}),
            "/authorize": lambda: self.go_to(provider.authorise(asked)),
            "/userinfo": lambda: self.answer(200, {"sub": "u-1", **provider.told}),
            "/logout": lambda: self.go_to(asked["post_logout_redirect_uri"]),
        }
        pages.get(parts.path, lambda: self.answer(404, {}))()

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        asked = {name: said[0] for name, said in parse_qs(body).items()}
        found = self.provider.redeem(asked, str(self.headers["Authorization"]))
        self.answer(*((400, {"error": "invalid_grant"}) if found is None else (200, found)))

    def log_message(self, *_args: Any) -> None:
        """Say nothing."""


@contextmanager
def identity_provider() -> Iterator[Provider]:
    """Run a provider."""
    provider = Provider()
    handler = type("Handler", (_Handler,), {"provider": provider})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    provider.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
