"""Laying day lists ready each evening, in a folder that can be reached without a network."""

import shutil
from collections.abc import Collection
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

from klippekort.domain.permissions import Action, Actor, authorise
from klippekort.municipalities.queries import get_municipality
from klippekort.papers.services.filing import write_whole
from klippekort.platform import audit
from klippekort.platform.gateways import told
from klippekort.platform.tenancy import current_municipality

KEPT = timedelta(days=1)


def folder() -> Path | None:
    """Return the folder that lists are laid in, or None where none is set."""
    return told().day_list_folder


def place_of(base: Path, day: date, name: str) -> Path:
    """Return where the list of a day is laid; `name` is whose it is."""
    plain = "".join(mark if mark.isalnum() else "-" for mark in name.casefold()).strip("-")
    home = get_municipality(current_municipality())
    return base / home.slug / day.isoformat() / f"{plain or 'alle'}.pdf"


def lay(actor: Actor, path: Path, drawn: bytes, citizens: Collection[UUID]) -> None:
    """Lay a list, and note whose addresses stand on it. Raises OSError, Forbidden."""
    authorise(actor, Action.SEE_DAY_LIST)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    write_whole(path, drawn)
    audit.record(actor, Action.SEE_DAY_LIST, "day_list", citizens=citizens, day=path.parent.name)


def clear(base: Path, today: date) -> int:
    """Take away the lists of days that are over, and return how many days."""
    here, gone = base / get_municipality(current_municipality()).slug, 0
    for old in here.glob("????-??-??"):
        try:
            on = date.fromisoformat(old.name)
        except ValueError:
            continue
        if on < today - KEPT:
            shutil.rmtree(old)
            gone += 1
    return gone
