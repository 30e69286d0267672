"""Encryption of what must not be read from a stolen copy of the database.

Each citizen has a key of their own, wrapped by a master key that lies in a file outside the
database. A
ciphertext is bound to its place (municipality, row, column), so a copy in another row cannot be
read.
"""

import hashlib
import hmac
import json
import os
import secrets
from base64 import b64decode, b64encode
from dataclasses import dataclass
from pathlib import Path
from typing import Self
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import current_app

_NONCE = 12


@dataclass(frozen=True)
class Place:
    """Where a ciphertext belongs."""

    municipality_id: int
    row: UUID
    column: str

    def bytes(self) -> bytes:
        """Return the place as the data a ciphertext is bound to."""
        return f"{self.municipality_id}|{self.row}|{self.column}".encode()


def _seal(key: bytes, plain: bytes, bound: bytes) -> bytes:
    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(key).encrypt(nonce, plain, bound)


def _unseal(key: bytes, sealed: bytes, bound: bytes) -> bytes:
    return AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], bound)


@dataclass(frozen=True)
class KeyRing:
    """The secrets outside the database: master key, index key, and the pepper of PINs."""

    master: bytes
    index: bytes
    pepper: bytes

    @classmethod
    def load_or_make(cls, path: Path) -> Self:
        """Return the keys in `path`; make the file, readable by its owner only, where there is
        none.
        """
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            fresh = {
                name: b64encode(os.urandom(32)).decode() for name in ("master", "index", "pepper")
            }
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w") as file:
                json.dump(fresh, file)
        stored = json.loads(path.read_text())
        return cls(*(b64decode(stored[name]) for name in ("master", "index", "pepper")))

    def new_data_key(self, place: Place) -> bytes:
        """Return a fresh key for one person's fields, wrapped."""
        return _seal(self.master, AESGCM.generate_key(256), place.bytes())

    def encrypt(self, wrapped: bytes, owner: Place, text: str, place: Place) -> bytes:
        """Return `text` sealed under the wrapped key and bound to `place`."""
        return _seal(_unseal(self.master, wrapped, owner.bytes()), text.encode(), place.bytes())

    def decrypt(self, wrapped: bytes, owner: Place, sealed: bytes, place: Place) -> str:
        """Return what was sealed. Raises InvalidTag for a ciphertext that was moved or changed."""
        return _unseal(_unseal(self.master, wrapped, owner.bytes()), sealed, place.bytes()).decode()

    def seal_secret(self, text: str, place: Place) -> bytes:
        """Return a secret of no particular person sealed under the master key."""
        return _seal(self.master, text.encode(), place.bytes())

    def unseal_secret(self, sealed: bytes, place: Place) -> str:
        """Return what `seal_secret` sealed."""
        return _unseal(self.master, sealed, place.bytes()).decode()

    def blind_index(self, municipality_id: int, text: str) -> str:
        """Return a keyed fingerprint that finds equal values and tells nothing else."""
        said = f"{municipality_id}|{text}".encode()
        return hmac.new(self.index, said, hashlib.sha256).hexdigest()

    def peppered(self, pin: str) -> str:
        """Return a PIN mixed with a secret outside the database, for hashing."""
        return hmac.new(self.pepper, pin.encode(), hashlib.sha256).hexdigest()


def keys() -> KeyRing:
    """Return the key ring of the app at hand."""
    ring: KeyRing = current_app.extensions["keys"]
    return ring


def new_secret() -> str:
    """Return 128 random bits as URL-safe text."""
    return secrets.token_urlsafe(16)


def fingerprint(secret: str) -> str:
    """Return the SHA-256 of a random secret: all that is kept of it for looking it up."""
    return hashlib.sha256(secret.encode()).hexdigest()
