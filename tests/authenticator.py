"""A device with passkeys, in software: it answers as a browser passes on."""

import json
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

USER_PRESENT, USER_VERIFIED, HAS_KEY = 0x01, 0x04, 0x40


def _text(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")


@dataclass
class Authenticator:
    """One passkey on one device; what it says of itself may be changed to be dishonest."""

    host: str = "localhost"
    origin: str = "http://localhost"
    verifies: bool = True
    count: int = 0
    handle: str = ""
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    name: bytes = b"a passkey of a device"

    def _data(self, flags: int, more: bytes = b"") -> bytes:
        flags |= USER_PRESENT | (USER_VERIFIED if self.verifies else 0)
        about = sha256(self.host.encode()).digest() + bytes([flags])
        return about + self.count.to_bytes(4, "big") + more

    def _said(self, kind: str, challenge: str) -> bytes:
        said = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        return json.dumps(said).encode()

    def create(self, options: dict[str, Any]) -> str:
        """Answer the question for a new key."""
        point = self.key.public_key().public_numbers()
        public = cbor2.dumps(
            {1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")}
        )
        held = bytes(16) + len(self.name).to_bytes(2, "big") + self.name + public
        data = self._data(HAS_KEY, held)
        attested = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        self.handle = options["user"]["id"]
        said = self._said("webauthn.create", options["challenge"])
        return self._answer({"clientDataJSON": _text(said), "attestationObject": _text(attested)})

    def get(self, options: dict[str, Any]) -> str:
        """Answer the question of who is there."""
        self.count += 1
        data, said = self._data(0), self._said("webauthn.get", options["challenge"])
        signed = self.key.sign(data + sha256(said).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer(
            {
                "clientDataJSON": _text(said),
                "authenticatorData": _text(data),
                "signature": _text(signed),
                "userHandle": self.handle,
            }
        )

    def _answer(self, response: dict[str, str]) -> str:
        name = _text(self.name)
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": response})
