"""Text messages by a gateway that takes JSON over HTTP."""

import http.client
import json
import ssl
from urllib.parse import urlsplit

from klippekort.config import SmsGateway
from klippekort.platform.gateways import NotNow, Outgoing, Refused

TIMEOUT_SECONDS = 8
LONGEST_ANSWER = 64 * 1024
# Refusals that say nothing about this message: wait, busy, not let in, still being handled.
_TRY_AGAIN = frozenset({401, 403, 407, 408, 409, 425, 429})


def send(gateway: SmsGateway, message: Outgoing) -> str:
    """Hand a text to the gateway and return its own name for it, or "".

    The key goes along as Idempotency-Key and reference, so that a gateway which has taken a text
    and whose answer was lost sends it no second time. Redirects are not followed. Raises NotNow
    and Refused.
    """
    said = {
        "to": message.to,
        "from": gateway.sender,
        "text": message.text,
        "reference": message.key,
    }
    headers = {
        "Authorization": f"Bearer {gateway.token}",
        "Content-Type": "application/json",
        "Idempotency-Key": message.key,
    }
    body = json.dumps(said).encode()
    try:
        status, answer = _post(gateway.url, body, headers)
    except (OSError, http.client.HTTPException) as error:
        raise NotNow(type(error).__name__) from error
    if 200 <= status < 300:
        return _reference(answer)
    if status in _TRY_AGAIN or not 400 <= status < 500:
        raise NotNow(f"http_{status}")
    raise Refused(f"http_{status}")


def _post(url: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
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
        line.request("POST", parts.path or "/", body, headers)
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
