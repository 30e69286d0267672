"""Files that wait between the trial and the deed, each with a note of how far it has come.

Both lie in the data folder, readable by the program alone, so that any web worker can show the
progress of an import that another one runs.
"""

import json
import os
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any, Self
from uuid import UUID, uuid4

from klippekort.domain.errors import NotFound
from klippekort.domain.permissions import Actor
from klippekort.imports.reading.faults import Code, Fault
from klippekort.imports.reading.rows import Kind
from klippekort.imports.services.masking import masked_fault
from klippekort.imports.services.run import Counts

FOLDER = "uploads"
KEPT_FOR = timedelta(hours=1)
# A process that stopped writes no more notes; a batch takes nowhere near as long.
SILENT_AFTER = timedelta(minutes=5)
_SELDOM = 0.3


class Step(StrEnum):
    """How far an upload has come."""

    READING = "reading"
    CHECKING = "checking"
    CHECKED = "checked"
    STORING = "storing"
    STORED = "stored"
    REFUSED = "refused"
    FAILED = "failed"


UNDER_WAY = frozenset({Step.READING, Step.CHECKING, Step.STORING})


@dataclass
class Note:
    """What is known of an upload; `faults` and `preview` carry no whole person number."""

    step: Step = Step.READING
    done: int = 0
    rows: int = 0
    encoding: str = ""
    counts: dict[str, int] = field(default_factory=dict)
    faults: list[dict[str, Any]] = field(default_factory=list)
    preview: list[list[str]] = field(default_factory=list)
    trouble: str = ""


class Upload:
    """A file somebody sent in: its bytes until they are stored, its note for an hour."""

    def __init__(self, folder: Path, upload_id: UUID, owner: dict[str, Any], note: Note) -> None:
        self.id = upload_id
        self.note = note
        self._folder = folder
        self._owner = owner
        self._told = 0.0

    @classmethod
    def keep(cls, data_folder: Path, actor: Actor, kind: Kind, name: str, data: bytes) -> Self:
        """Keep a file for the actor alone, and forget those whose hour is up."""
        folder = data_folder / FOLDER
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        forget_old(data_folder)
        owner = {
            "account_id": str(actor.account_id),
            "municipality_id": actor.municipality_id,
            "kind": kind.value,
            "name": name,
        }
        upload = cls(folder, uuid4(), owner, Note())
        with os.fdopen(_private(upload.path), "wb") as file:
            file.write(data)
        upload._write()
        return upload

    @classmethod
    def find(cls, data_folder: Path, upload_id: UUID, actor: Actor) -> Self:
        """Return the actor's own upload. Raises NotFound, also when its hour is up."""
        file = data_folder / FOLDER / f"{upload_id}.json"
        try:
            if time.time() - file.stat().st_mtime > KEPT_FOR.total_seconds():
                raise NotFound
            kept = json.loads(file.read_text())
        except FileNotFoundError as error:
            raise NotFound from error
        owner = kept["owner"]
        whose = owner["account_id"], owner["municipality_id"]
        if whose != (str(actor.account_id), actor.municipality_id):
            raise NotFound
        note = Note(**kept["note"])
        note.step = Step(note.step)
        silent = time.time() - file.stat().st_mtime > SILENT_AFTER.total_seconds()
        if silent and note.step in UNDER_WAY:
            note.step, note.trouble = Step.FAILED, "unexpected"
        return cls(file.parent, upload_id, owner, note)

    @property
    def path(self) -> Path:
        """Return where the bytes lie."""
        return self._folder / str(self.id)

    @property
    def kind(self) -> Kind:
        """Return what the file holds."""
        return Kind(self._owner["kind"])

    @property
    def name(self) -> str:
        """Return what the file was called."""
        return str(self._owner["name"])

    @property
    def counts(self) -> Counts:
        """Return what would change, or has changed."""
        return Counts(**self.note.counts)

    @property
    def faults(self) -> list[Fault]:
        """Return what is to be mended, values masked."""
        return [Fault(**fault | {"code": Code(fault["code"])}) for fault in self.note.faults]

    def claim(self) -> bool:
        """Say whether the caller is the first to ask for the deed: two taps store once."""
        try:
            os.close(_private(self._folder / f"{self.id}.claim"))
        except FileExistsError:
            return False
        self._change(step=Step.STORING, done=0)
        return True

    def tell(self, step: Step, done: int) -> None:
        """Note how many rows are done; not more than a few times a second."""
        if time.monotonic() - self._told > _SELDOM:
            self._told = time.monotonic()
            self._change(step=step, done=done)

    def read(self, encoding: str, rows: int, preview: list[list[str]]) -> None:
        """Note what was read."""
        self._change(encoding=encoding, rows=rows, preview=preview, done=0)

    def refuse(self, faults: Sequence[Fault]) -> None:
        """Note every fault, and let go of a file that can't be stored."""
        shown = [asdict(masked_fault(self.kind, fault)) for fault in faults]
        self._change(step=Step.REFUSED, faults=shown)
        self.path.unlink(missing_ok=True)

    def finish(self, counts: Counts, *, dry_run: bool) -> None:
        """Note the counts; a file that is stored is needed no more."""
        if dry_run:
            self._change(step=Step.CHECKED, counts=asdict(counts))
        else:
            self._change(step=Step.STORED, counts=asdict(counts), preview=[])
            self.path.unlink(missing_ok=True)

    def fail(self, trouble: str) -> None:
        """Note that it went wrong, and let go of the file."""
        self._change(step=Step.FAILED, trouble=trouble)
        self.path.unlink(missing_ok=True)

    def _change(self, **facts: Any) -> None:
        for name, value in facts.items():
            setattr(self.note, name, value)
        self._write()

    def _write(self) -> None:
        """Replace the note as a whole: whoever reads it sees the old one or the new one."""
        file = self._folder / f"{self.id}.json"
        fresh = file.with_suffix(".new")
        fresh.unlink(missing_ok=True)
        with os.fdopen(_private(fresh), "w") as stream:
            json.dump({"owner": self._owner, "note": asdict(self.note)}, stream)
        fresh.replace(file)


def _private(path: Path) -> int:
    """Make a file that only the program may read, and return its handle."""
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)


def forget_old(data_folder: Path) -> None:
    """Delete what has lain for an hour."""
    folder = data_folder / FOLDER
    if not folder.is_dir():
        return
    for file in folder.iterdir():
        try:
            if time.time() - file.stat().st_mtime > KEPT_FOR.total_seconds():
                file.unlink()
        except FileNotFoundError:  # another web worker was quicker
            continue
