"""Handing something to a gateway over HTTP, and what its answer means."""

import http.client
import json
import ssl
from collections.abc import Mapping
from urllib.parse import urlsplit

from klippekort.platform.gateways import NotNow, Refused

TIMEOUT_SECONDS = 8
LONGEST_ANSWER = 64 * 1024
# Refusals that say nothing about this message: wait, busy, not let in, still being handled.
_TRY_AGAIN = frozenset({401, 403, 407, 408, 409, 425, 429})


def post(url: str, token: str, key: str, body: bytes, mimetype: str) -> str:
    """Hand a body to a gateway and return its own name for it, or "".

    The key goes along as Idempotency-Key, so that a gateway which has taken it and whose answer was
    lost takes it no second time. Redirects are not followed. Raises NotNow and Refused.
    """
    headers = {
        "Authorization": f"Bearer {token}",
        "Content-Type": mimetype,
        "Idempotency-Key": key,
    }
    try:
        status, answer = _post(url, body, headers)
    except (OSError, http.client.HTTPException) as error:
        raise NotNow(type(error).__name__) from error
    check_status(status)
    return _reference(answer)


def check_status(status: int) -> None:
    """Return quietly when a status says that it was taken. Raises NotNow and Refused."""
    if 200 <= status < 300:
        return
    if status in _TRY_AGAIN or not 400 <= status < 500:
        raise NotNow(f"http_{status}")
    raise Refused(f"http_{status}")


def _post(url: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, bytes]:
    parts = urlsplit(url)
    host = parts.hostname or ""
    line: http.client.HTTPConnection
    if parts.scheme == "https":
        secure = ssl.create_default_context()
        line = http.client.HTTPSConnection(
            host, parts.port, timeout=TIMEOUT_SECONDS, context=secure
        )
    else:
        line = http.client.HTTPConnection(host, parts.port, timeout=TIMEOUT_SECONDS)
    try:
        line.request("POST", parts.path or "/", body, dict(headers))
        answer = line.getresponse()
        return answer.status, answer.read(LONGEST_ANSWER)
    finally:
        line.close()


def _reference(answer: bytes) -> str:
    try:
        found = json.loads(answer)
    except ValueError:
        return ""
    return str(found.get("id", ""))[:120] if isinstance(found, dict) else ""
