"""Laying letters in the filing folder: a PDF, and beside it what it is, for the record system."""

import hashlib
import json
import os
import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from klippekort.domain.calendar import stamp
from klippekort.domain.errors import Stale
from klippekort.domain.permissions import Action, Actor, authorise
from klippekort.municipalities.queries import get_municipality
from klippekort.papers.models import LawLetter
from klippekort.papers.queries import letters as queries
from klippekort.platform import audit
from klippekort.platform.db import db
from klippekort.platform.gateways import told

MOST_TRIES = 10
_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=1)


def lay(row: LawLetter, title: str, drawn: bytes, base: Path) -> tuple[str, str]:
    """Lay a letter in the folder of its municipality, and return its name there and its digest.

    The PDF comes whole or not at all, and the facts beside it last: whoever reads the folder takes
    what has facts. The same letter a second time has the same name and the same facts. Raises
    OSError.
    """
    home = get_municipality(row.municipality_id)
    name = f"{row.decided_on:%Y-%m-%d}_{row.kind}_{row.id}"
    folder = base / home.slug
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    digest = hashlib.sha256(drawn).hexdigest()
    write_whole(folder / f"{name}.pdf", drawn)
    facts = {
        "id": str(row.id),
        "municipality": home.name,
        "case": row.case_ref,
        "kle": row.kle,
        "date": row.decided_on.isoformat(),
        "kind": row.kind,
        "title": title,
        "decision": row.is_decision,
        "complaint_guidance": row.can_complain,
        "sent_at": stamp(row.sent_at) if row.sent_at else None,
        "sent_by": row.how,
        "file": f"{name}.pdf",
        "sha256": digest,
    }
    said = json.dumps(facts, ensure_ascii=False, indent=2) + "\n"
    write_whole(folder / f"{name}.json", said.encode())
    return f"{home.slug}/{name}.pdf", digest


def write_whole(path: Path, content: bytes) -> None:
    """Write a file that nobody ever sees half of, for us alone to read. Raises OSError."""
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, path)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise
    place = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(place)
    finally:
        os.close(place)


def note_filed(letter_id: UUID, name: str, digest: str, *, now: datetime) -> None:
    """Note that a letter lies in the folder."""
    row = queries.lock_letter(letter_id)
    if row.filing != "waiting":
        return
    row.filing, row.filed_at, row.file_name, row.digest = "filed", now, name, digest
    row.filing_error = None
    db.session.flush()


def note_not_filed(letter_id: UUID, code: str, *, now: datetime) -> None:
    """Note that a letter could not be laid; it is tried again with growing pauses, ten times."""
    row = queries.lock_letter(letter_id)
    if row.filing != "waiting":
        return
    row.filing_attempts, row.filing_error = row.filing_attempts + 1, code[:40]
    pause = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2 ** (row.filing_attempts - 1))
    row.filing_due_at = now + pause
    if row.filing_attempts >= MOST_TRIES:
        row.filing = "failed"
    db.session.flush()


def file_again(actor: Actor, letter_id: UUID, *, now: datetime) -> str:
    """Try again to file a letter now. Raises Stale for one that is filed, or not sent yet."""
    authorise(actor, Action.MAKE_PAPERS)
    row = queries.lock_letter(letter_id)
    if row.filing not in ("waiting", "failed"):
        raise Stale
    row.filing, row.filing_attempts, row.filing_due_at = "waiting", 0, now
    db.session.flush()
    audit.record(
        actor, Action.MAKE_PAPERS, "law_letter", row.id, citizens=[row.citizen_id], how="file_again"
    )
    return str(row.id)


def folder() -> Path | None:
    """Return the folder letters are laid in, or None where none is set."""
    return told().filing_folder
