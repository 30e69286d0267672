"""Encryption of what must not be read from a stolen copy of the database.

Each citizen has a key of their own, wrapped by a master key that lies in a file outside the
database. A ciphertext is bound to its place (municipality, row, column), so a copy in another row
cannot be read.
"""

import hashlib
import hmac
import json
import os
import secrets
from base64 import b64decode, b64encode
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self
from uuid import UUID

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import current_app

from klippekort.platform.private import private_folder

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
    """The secrets outside the database: master key, index key, and the pepper of PINs.

    `former` are masters that were followed by another: they open what was sealed with them, and
    seal nothing any more.
    """

    master: bytes
    index: bytes
    pepper: bytes
    former: tuple[bytes, ...] = ()

    @classmethod
    def load_or_make(cls, path: Path) -> Self:
        """Return the keys in `path`; make the file, readable by its owner only, where there is
        none.
        """
        if not path.exists():
            private_folder(path.parent)
            fresh = cls(os.urandom(32), os.urandom(32), os.urandom(32))
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w") as file:
                json.dump(fresh._written(), file)
                file.flush()
                os.fsync(file.fileno())  # what is sealed from now on outlives a power cut
        stored = json.loads(path.read_text())
        master, index, pepper = (b64decode(stored[name]) for name in ("master", "index", "pepper"))
        return cls(master, index, pepper, tuple(map(b64decode, stored.get("former", ()))))

    def store(self, path: Path) -> None:
        """Put these keys in the place of those in `path`, in one step."""
        beside = path.with_suffix(".new")
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w") as file:
            json.dump(self._written(), file)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)

    def _written(self) -> dict[str, Any]:
        named = {"master": self.master, "index": self.index, "pepper": self.pepper}
        written: dict[str, Any] = {name: b64encode(key).decode() for name, key in named.items()}
        return written | {"former": [b64encode(one).decode() for one in self.former]}

    def with_new_master(self) -> "KeyRing":
        """Return the keys with a fresh master; the one until now only opens."""
        return replace(self, master=AESGCM.generate_key(256), former=(self.master, *self.former))

    def without_former(self) -> "KeyRing":
        """Return the keys without the masters of before: what they sealed can't be opened."""
        return replace(self, former=())

    def new_data_key(self, place: Place) -> bytes:
        """Return a fresh key for one person's fields, wrapped."""
        return _seal(self.master, AESGCM.generate_key(256), place.bytes())

    def encrypt(self, wrapped: bytes, owner: Place, text: str, place: Place) -> bytes:
        """Return `text` sealed under the wrapped key and bound to `place`."""
        return _seal(self._opened(wrapped, owner), text.encode(), place.bytes())

    def decrypt(self, wrapped: bytes, owner: Place, sealed: bytes, place: Place) -> str:
        """Return what was sealed. Raises InvalidTag for a ciphertext that was moved or changed."""
        return _unseal(self._opened(wrapped, owner), sealed, place.bytes()).decode()

    def seal_secret(self, text: str, place: Place) -> bytes:
        """Return a secret of no particular person sealed under the master key."""
        return _seal(self.master, text.encode(), place.bytes())

    def unseal_secret(self, sealed: bytes, place: Place) -> str:
        """Return what `seal_secret` sealed."""
        return self._opened(sealed, place).decode()

    def sealed_anew(self, sealed: bytes, place: Place) -> bytes | None:
        """Return what a former master sealed under the master of now; None for anything else."""
        for former in self.former:
            try:
                return _seal(self.master, _unseal(former, sealed, place.bytes()), place.bytes())
            except (InvalidTag, ValueError):
                continue
        return None

    def _opened(self, sealed: bytes, place: Place) -> bytes:
        """Return what a master sealed: the one of now, or one of before."""
        for master in (self.master, *self.former):
            try:
                return _unseal(master, sealed, place.bytes())
            except InvalidTag:
                continue
        raise InvalidTag

    def blind_index(self, municipality_id: int, text: str) -> str:
        """Return a keyed fingerprint that finds equal values and tells nothing else."""
        said = f"{municipality_id}|{text}".encode()
        return hmac.new(self.index, said, hashlib.sha256).hexdigest()

    def peppered(self, pin: str) -> str:
        """Return a PIN mixed with a secret outside the database, for hashing."""
        return hmac.new(self.pepper, pin.encode(), hashlib.sha256).hexdigest()

    def sign(self, said: bytes) -> str:
        """Return a signature that nobody without these keys can make."""
        return self._signing().sign(said).hex()

    def is_signed(self, said: bytes, signature: str) -> bool:
        """Say whether these keys signed what is said."""
        try:
            self._signing().public_key().verify(bytes.fromhex(signature), said)
        except (InvalidSignature, ValueError):
            return False
        return True

    def _signing(self) -> Ed25519PrivateKey:
        # Of the pepper, which stays when masters follow each other: old signatures still hold.
        seed = hmac.new(self.pepper, b"klippekort signs", hashlib.sha256).digest()
        return Ed25519PrivateKey.from_private_bytes(seed)


class KeyFile:
    """The file the keys lie in, read anew when it has changed: a new master comes while we work."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._ring = KeyRing.load_or_make(path)
        self._read = self._stamp()

    def ring(self) -> KeyRing:
        """Return the keys as the file holds them now; as they were when it can't be read."""
        now = self._stamp()
        if now is not None and now != self._read:
            self._ring, self._read = KeyRing.load_or_make(self.path), now
        return self._ring

    def _stamp(self) -> tuple[int, int] | None:
        try:
            found = self.path.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_ino


def keys() -> KeyRing:
    """Return the key ring of the app at hand."""
    file: KeyFile = current_app.extensions["keys"]
    return file.ring()


def new_secret() -> str:
    """Return 128 random bits as URL-safe text."""
    return secrets.token_urlsafe(16)


def fingerprint(secret: str) -> str:
    """Return the SHA-256 of a random secret: all that is kept of it for looking it up."""
    return hashlib.sha256(secret.encode()).hexdigest()
