"""The file a backup is: a zip with the database's copy, and what it says about itself."""

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile

FORMAT = 1
_MANIFEST = "backup.json"
_AT_ONCE = 1 << 20


class NotABackup(Exception):
    """The file is no backup, or it is damaged; the message says in a sentence which."""


@dataclass(frozen=True)
class Manifest:
    """What a backup says about itself. `made_at` is UTC as text; `keys` is a fingerprint of the
    keys without which the sealed fields in it can't be read; they are never in the backup.
    """

    format: int
    program: str
    migration: str
    database: str
    made_at: str
    keys: str
    sha256: str

    @property
    def copy(self) -> str:
        """Return the name of the database's copy inside the file."""
        return "klippekort.db" if self.database == "sqlite" else "klippekort.dump"


def name_at(now: datetime) -> str:
    """Return what a backup made at this instant (UTC) is called; names sort by time."""
    return f"klippekort-{now:%Y%m%dT%H%M%SZ}.zip"


def digest_of(file: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal digits."""
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def pack(manifest: Manifest, copy: Path, target: Path) -> None:
    """Write the backup; nobody ever sees half of it, and only its owner may read it."""
    part = target.with_name(f".{target.name}.part")
    try:
        part.touch(mode=0o600)
        with ZipFile(part, "w", ZIP_DEFLATED) as archive:
            archive.writestr(_MANIFEST, json.dumps(asdict(manifest), indent=2))
            archive.write(copy, manifest.copy)
        with part.open("rb") as written:
            os.fsync(written.fileno())
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def read(file: Path) -> Manifest:
    """Return what a backup says about itself. Raises NotABackup."""
    with _opened(file) as archive:
        try:
            said = json.loads(archive.read(_MANIFEST))
            manifest = Manifest(**said)
        except (KeyError, TypeError, ValueError) as error:
            raise NotABackup(f"{file} is no backup of Klippekort.") from error
    if manifest.format != FORMAT:
        raise NotABackup(f"{file} was made by another Klippekort ({manifest.program}).")
    return manifest


def unpack(file: Path, manifest: Manifest, folder: Path) -> Path:
    """Return the database's copy, taken out into a folder. Raises NotABackup when it is damaged."""
    copy = folder / manifest.copy
    with _opened(file) as archive:
        try:
            with archive.open(manifest.copy) as packed, copy.open("wb") as out:
                while piece := packed.read(_AT_ONCE):
                    out.write(piece)
        except (KeyError, BadZipFile) as error:
            raise NotABackup(f"{file} is damaged.") from error
    if digest_of(copy) != manifest.sha256:
        raise NotABackup(f"{file} is damaged: what is in it is not what was put there.")
    return copy


@contextmanager
def _opened(file: Path) -> Iterator[ZipFile]:
    try:
        archive = ZipFile(file)
    except (BadZipFile, EOFError) as error:
        raise NotABackup(f"{file} is no backup of Klippekort.") from error
    except OSError as error:
        raise NotABackup(f"{file} cannot be read: {error.strerror}.") from error
    with archive:
        yield archive
