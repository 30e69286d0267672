"""Who was forgotten, written down outside the database: a backup from before still knows them."""

import json
import os
from collections.abc import Collection, Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from uuid import UUID

from flask import current_app

from klippekort.config import Settings


def forgotten_file() -> Path:
    """Return the file of the app at hand."""
    told: Settings = current_app.extensions["settings"]
    return told.data_folder / "forgotten.jsonl"


def note_forgotten(municipality_id: int, citizens: Collection[UUID], now: datetime) -> None:
    """Add citizens to the file: their ids, which lead to nobody any more."""
    handle = os.open(forgotten_file(), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(handle, "a") as file:
        for one in citizens:
            said = {"municipality": municipality_id, "citizen": str(one), "at": now.isoformat()}
            # A line that was cut off before it must not swallow this one.
            file.write("\n" + json.dumps(said) + "\n")
        file.flush()
        os.fsync(file.fileno())


def read_forgotten(file: Path) -> Iterator[tuple[int, UUID]]:
    """Yield the municipality and the id of each citizen in a file; none where there is no file.

    A line that was cut off is passed over: the next night writes it anew.
    """
    if not file.exists():
        return
    for line in file.read_text(errors="replace").splitlines():
        with suppress(ValueError, KeyError, TypeError):
            said = json.loads(line)
            yield int(said["municipality"]), UUID(said["citizen"])
