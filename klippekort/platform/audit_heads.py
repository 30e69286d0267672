"""How far the record of looks had come a few minutes ago, kept in a file beside the keys.

An anchor a day leaves a day that could be cut off unseen by whoever owns the tables. This file is
not theirs: what was sealed when it was last written is missed.
"""

import json
import os
from contextlib import suppress
from pathlib import Path

from flask import current_app

from klippekort.config import Settings
from klippekort.platform import audit_chain, clock
from klippekort.platform.audit_chain import Anchor
from klippekort.platform.tenancy import current_municipality

_NAME = "record-{number}.head"


def keep_head(folder: Path) -> None:
    """Lay down how far the chain of the municipality at hand has come.

    One that no longer fits the chain stays, since it alone tells that something was cut off or
    written anew: until somebody takes it away (`forget_heads`).
    """
    before = find_head(folder)
    if before is not None and not audit_chain.holds(before):
        return
    now = audit_chain.find_head(clock.now())
    if now is None or (before is not None and now.seq == before.seq):
        return
    file = _file(folder, now.municipality)
    fresh = file.with_suffix(".new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as opened:
        opened.write(json.dumps(now._asdict()))
    os.replace(fresh, file)


def find_head(folder: Path) -> Anchor | None:
    """Return what was last laid down for the municipality at hand, or None.

    What cannot be read proves nothing, and is written anew.
    """
    try:
        return Anchor(**json.loads(_file(folder, current_municipality()).read_text()))
    except (OSError, ValueError, TypeError):
        return None


def list_heads(folder: Path) -> list[Anchor]:
    """Return the head of the municipality at hand for `audit_chain.verify`: one, or none."""
    found = find_head(folder)
    return [found] if found else []


def heads_here() -> list[Anchor]:
    """Return what `list_heads` does, from where the program at work keeps them."""
    told: Settings = current_app.extensions["settings"]
    return list_heads(told.data_folder)


def forget_heads(folder: Path, number: int | None = None) -> None:
    """Take the heads away, or a municipality's: its record was deleted or put back on purpose."""
    gone = [_file(folder, number)] if number else folder.glob(_NAME.format(number="*"))
    for file in gone:
        with suppress(FileNotFoundError):
            file.unlink()


def _file(folder: Path, number: int) -> Path:
    return folder / _NAME.format(number=number)
