"""The file an export is, and the small file apart from it that opens what is sealed."""

import hashlib
import json
import os
import zlib
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from struct import error as StructError
from typing import Any
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

FORMAT = 1
MANIFEST = "manifest.json"
FEWEST_LETTERS = 12
_NONCE, _SALT = 12, 16
_COST = {"n": 1 << 15, "r": 8, "p": 1}
# What the standard library raises for an archive with one byte changed, by where the byte stands.
_SPOILT = (
    BadZipFile,
    EOFError,
    zlib.error,
    StructError,
    NotImplementedError,
    RuntimeError,
    ValueError,
)


class NotAnExport(Exception):
    """The file is no export, or damaged, or not opened by the key; the message says which."""


@dataclass(frozen=True)
class Content:
    """One table in an export: how many rows, and the SHA-256 of its lines."""

    rows: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What an export says about itself; docs/municipality-data.md explains each line."""

    format: int
    program: str
    migration: str
    number: int
    slug: str
    name: str
    made_at: str
    made_by: str
    installation: str
    key: str
    tables: dict[str, Content] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)


class ExportKey:
    """The key of one export: everything sealed in it is sealed anew under this key alone."""

    def __init__(self, secret: bytes | None = None) -> None:
        self._secret = secret or AESGCM.generate_key(256)

    @property
    def fingerprint(self) -> str:
        """Return what tells this key from another, and nothing else about it."""
        return hashlib.sha256(b"klippekort export" + self._secret).hexdigest()

    def seal(self, text: str, place: str) -> str:
        """Return `text` sealed for its place (table, row, column), as base64."""
        nonce = os.urandom(_NONCE)
        sealed = AESGCM(self._secret).encrypt(nonce, text.encode(), place.encode())
        return b64encode(nonce + sealed).decode()

    def unseal(self, sealed: str, place: str) -> str:
        """Return what was sealed. Raises NotAnExport when it was moved or changed."""
        raw = b64decode(sealed)
        try:
            return AESGCM(self._secret).decrypt(raw[:_NONCE], raw[_NONCE:], place.encode()).decode()
        except InvalidTag as error:
            raise NotAnExport(f"What is sealed at {place} was moved or changed.") from error

    def write(self, file: Path, passphrase: str) -> None:
        """Keep the key in a file, under a passphrase. Raises FileExistsError."""
        salt, nonce = os.urandom(_SALT), os.urandom(_NONCE)
        sealed = AESGCM(_stretched(passphrase, salt)).encrypt(nonce, self._secret, b"export key")
        said = {
            "format": FORMAT,
            "opens": self.fingerprint,
            "kdf": "scrypt",
            **_COST,
            "salt": b64encode(salt).decode(),
            "key": b64encode(nonce + sealed).decode(),
        }
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as out:
            json.dump(said, out, indent=2)

    @classmethod
    def read(cls, file: Path, passphrase: str) -> "ExportKey":
        """Return the key in a file. Raises NotAnExport for a wrong passphrase or another file."""
        try:
            said = json.loads(file.read_text())
            salt, raw = b64decode(said["salt"]), b64decode(said["key"])
            key = _stretched(passphrase, salt)
            return cls(AESGCM(key).decrypt(raw[:_NONCE], raw[_NONCE:], b"export key"))
        except InvalidTag as error:
            raise NotAnExport("The passphrase does not open the key.") from error
        except OSError as error:
            raise NotAnExport(f"{file} cannot be read: {error.strerror}.") from error
        except (KeyError, TypeError, ValueError) as error:
            raise NotAnExport(f"{file} is no key of an export.") from error


def _stretched(passphrase: str, salt: bytes) -> bytes:
    return Scrypt(salt=salt, length=32, **_COST).derive(passphrase.encode())


def line(values: dict[str, Any]) -> str:
    """Return a row as its line in a table's file."""
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")) + "\n"


class Writer:
    """Writes an export table by table; nobody ever sees half of one."""

    def __init__(self, target: Path) -> None:
        self._target = target
        self._part = target.with_name(f".{target.name}.part")
        self.tables: dict[str, Content] = {}

    def __enter__(self) -> "Writer":
        self._target.parent.mkdir(parents=True, exist_ok=True)
        self._part.touch(mode=0o600)
        self._archive = ZipFile(self._part, "w", ZIP_DEFLATED)
        return self

    def add(self, table: str, lines: Iterable[str]) -> None:
        """Write one table's lines."""
        rows, digest = 0, hashlib.sha256()
        with self._archive.open(_named(table), "w", force_zip64=True) as out:
            for one in lines:
                said = one.encode()
                out.write(said)
                digest.update(said)
                rows += 1
        self.tables[table] = Content(rows, digest.hexdigest())

    def finish(self, manifest: Manifest) -> None:
        """Write what the export says about itself, and put it in its place."""
        self._archive.writestr(MANIFEST, json.dumps(asdict(manifest), indent=2, ensure_ascii=False))
        self._archive.close()
        with self._part.open("rb") as written:
            os.fsync(written.fileno())
        self._part.replace(self._target)

    def __exit__(self, *_error: object) -> None:
        self._archive.close()
        self._part.unlink(missing_ok=True)


class Reader:
    """An export whose every table is what its manifest says it is."""

    def __init__(self, archive: ZipFile, manifest: Manifest) -> None:
        self.manifest, self._archive = manifest, archive

    def rows(self, table: str) -> Iterator[dict[str, Any]]:
        """Give a table's rows in the order they were written."""
        if table not in self.manifest.tables:
            return
        with self._archive.open(_named(table)) as lines:
            for one in lines:
                row: dict[str, Any] = json.loads(one)
                yield row

    def check(self) -> None:
        """Compare every table with its count and checksum. Raises NotAnExport."""
        for table, content in self.manifest.tables.items():
            rows, digest = 0, hashlib.sha256()
            with self._archive.open(_named(table)) as lines:
                for one in lines:
                    digest.update(one)
                    rows += 1
            if Content(rows, digest.hexdigest()) != content:
                raise NotAnExport(f"The export is damaged: {table} is not what was written.")


@contextmanager
def opened(file: Path) -> Iterator[Reader]:
    """Give an export that is whole. Raises NotAnExport."""
    with ExitStack() as stack:
        try:
            archive = stack.enter_context(ZipFile(file))
            reader = Reader(archive, _manifest(file, archive))
            reader.check()
        except _SPOILT as error:
            raise NotAnExport(f"{file} is no export, or damaged.") from error
        except OSError as error:
            raise NotAnExport(f"{file} cannot be read: {error.strerror or error}.") from error
        yield reader


def _manifest(file: Path, archive: ZipFile) -> Manifest:
    try:
        said = json.loads(archive.read(MANIFEST))
        said["tables"] = {name: Content(**one) for name, one in said["tables"].items()}
        manifest = Manifest(**said)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise NotAnExport(f"{file} is no export of a municipality.") from error
    if manifest.format != FORMAT:
        raise NotAnExport(f"{file} was made by another Klippekort ({manifest.program}).")
    missing = {_named(name) for name in manifest.tables} - set(archive.namelist())
    if missing:
        raise NotAnExport(f"{file} is damaged: {', '.join(sorted(missing))} is missing.")
    return manifest


def _named(table: str) -> str:
    return f"tables/{table}.jsonl"
