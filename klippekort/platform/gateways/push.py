"""Notices to devices by the push services of browsers (RFC 8030), sealed for the device (RFC 8291)
and signed by us (RFC 8292).
"""

import json
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from urllib.parse import urlsplit

import requests
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import Vapid02, VapidException

from klippekort.platform.gateways import NotNow, Refused, told
from klippekort.platform.gateways.posting import check_status
from klippekort.platform.gateways.push_sealing import CURVE, SALT_BYTES, seal
from klippekort.platform.keys import keys
from klippekort.platform.outgoing import NotAllowedOut, check_address, guard, inner_hosts

LONGEST_ENDPOINT = 1000
SIGNED_FOR = timedelta(hours=12)
KEPT_FOR = timedelta(hours=24)
POINT_BYTES, SECRET_BYTES = 65, 16
# The order of the curve P-256: a private key is a number below it.
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_GONE = frozenset({404, 410})


class NotADevice(ValueError):
    """What a browser says of itself cannot be sent to."""


@dataclass(frozen=True)
class Device:
    """Where a browser is reached, and the two keys that only it can open with.

    A notice leads to the `page` its owner gave it, where there is one.
    """

    id: str
    endpoint: str
    point: str = field(repr=False)
    secret: str = field(repr=False)
    page: str = field(default="", repr=False)


@dataclass(frozen=True)
class Pushed:
    """What came of a notice: how many devices took it, and which are no longer there."""

    taken: int
    gone: tuple[str, ...] = ()
    trouble: str = ""


def check_device(device: Device) -> None:
    """Return quietly when a device can be sent to. Raises NotADevice."""
    try:
        check_address(device.endpoint, inner_hosts())
        point, secret = _bytes(device.point), _bytes(device.secret)
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    except ValueError as error:
        raise NotADevice from error
    is_short = len(device.endpoint) <= LONGEST_ENDPOINT
    if not is_short or len(point) != POINT_BYTES or len(secret) != SECRET_BYTES:
        raise NotADevice


def public_key() -> str:
    """Return the key that a browser binds its subscription to: nobody else can send to it."""
    point = _own_key().public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return _text(point)


def send(devices: Sequence[Device], key: str, said: dict[str, str], now: datetime) -> Pushed:
    """Send a notice to each of somebody's devices, and return what came of it.

    `key` is the notice's topic: sent again, it takes the place of what still waits there, and on
    the screen of what stands there.
    """
    topic = _text(sha256(key.encode()).digest())[:32]
    taken, gone, trouble = 0, [], ""
    for device in devices:
        leads_to = {"url": device.page} if device.page else {}
        body = json.dumps({**said, **leads_to, "tag": topic}, ensure_ascii=False).encode()
        try:
            _send_one(device, topic, body, now)
        except Refused as refusal:
            trouble = trouble or refusal.code
            if refusal.code in {f"http_{status}" for status in _GONE} | {"address"}:
                gone.append(device.id)
        except NotNow as not_now:
            trouble = not_now.code
        else:
            taken += 1
    return Pushed(taken, tuple(gone), trouble)


def _send_one(device: Device, topic: str, body: bytes, now: datetime) -> None:
    parts = urlsplit(device.endpoint)
    claims = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": int((now + SIGNED_FOR).timestamp()),
        "sub": f"mailto:{told().push_contact}",
    }
    headers = {
        **_signed(claims),
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(int(KEPT_FOR.total_seconds())),
        "Urgency": "high",
        "Topic": topic,
    }
    with requests.Session() as session:
        guard(session)
        try:
            sealed = _sealed(device, body)
            answer = session.post(
                device.endpoint, data=sealed, headers=headers, allow_redirects=False, stream=True
            )
            answer.close()
        except NotAllowedOut as error:
            raise Refused("address") from error
        except requests.RequestException as error:
            raise NotNow(type(error).__name__) from error
    check_status(answer.status_code)


def _signed(claims: dict[str, object]) -> dict[str, str]:
    """Return the headers that say who sends. Raises Refused for a host that is a bare number."""
    try:
        headers: dict[str, str] = Vapid02(_own_key()).sign(claims)
    except VapidException as error:
        raise Refused("address") from error
    return headers


def _sealed(device: Device, body: bytes) -> bytes:
    return seal(
        body,
        point=_bytes(device.point),
        secret=_bytes(device.secret),
        own=ec.generate_private_key(CURVE),
        salt=os.urandom(SALT_BYTES),
    )


def _own_key() -> ec.EllipticCurvePrivateKey:
    """Return our own key, which follows from the key file: nothing more to keep or to lose."""
    number = int(keys().blind_index(0, "push"), 16)
    return ec.derive_private_key(number % (_ORDER - 1) + 1, ec.SECP256R1())


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")
