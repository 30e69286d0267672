"""Sealing the record of looks and deeds by itself, and laying its anchors down elsewhere."""

import json
import os
from datetime import date, datetime, timedelta
from pathlib import Path

from flask import current_app

from klippekort.config import Settings
from klippekort.domain.calendar import local_day
from klippekort.platform import audit_chain
from klippekort.platform.audit_chain import Anchor
from klippekort.platform.audit_heads import keep_head
from klippekort.platform.execute import execute
from klippekort.platform.gateways import Outgoing, mail, mail_server
from klippekort.platform.jobs import Job, Outcome

_SUBJECT = "Klippekort: the record of looks, {day}"
_WORDS = """This line proves the record of looks and deeds of municipality {number} as it was when
{day} began. Keep the mail. Put the line into a file, and ask with it when the record is checked:

klippekort audit verify --anchors FILE

{line}
"""


def seal_audit(_day: date, _now: datetime) -> Outcome:
    """Put the lines that were written since the last time into the chain, and keep its head."""
    sealed = 0
    while batch := execute(audit_chain.seal):
        sealed += batch
    told: Settings = current_app.extensions["settings"]
    keep_head(told.data_folder)
    return Outcome(expected=sealed, done=sealed)


def anchor_audit(day: date, now: datetime) -> Outcome:
    """Sign how far the chain has come, and lay that down outside the database.

    A day that is over is not anchored any more: nobody knows how far the chain had come by then.
    """
    if day != local_day(now):
        return Outcome(0, 0)
    seal_audit(day, now)
    execute(audit_chain.make_anchor, day)
    anchor = audit_chain.find_anchor(day)
    if anchor is not None:
        _lay_down(anchor)
    return Outcome(expected=1, done=1)


def _lay_down(anchor: Anchor) -> None:
    told: Settings = current_app.extensions["settings"]
    if told.anchor_file is not None:
        append_once(told.anchor_file, anchor)
    server = mail_server()
    if told.anchor_mail and server is not None:
        mail.send(server, letter(anchor, told.anchor_mail))


def letter(anchor: Anchor, to: str) -> Outgoing:
    """Return an anchor as a mail; every try has the same key."""
    number, day = anchor.municipality, anchor.day
    words = _WORDS.format(number=number, day=day, line=json.dumps(anchor._asdict()))
    return Outgoing(f"anchor-{number}-{day}", to, words, _SUBJECT.format(day=day))


def append_once(file: Path, anchor: Anchor) -> None:
    """Add an anchor to the end of a file, unless it stands there already."""
    if file.exists() and anchor in read_anchors(file):
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(handle, "a") as open_file:
        open_file.write(json.dumps(anchor._asdict()) + "\n")
        open_file.flush()
        os.fsync(open_file.fileno())


def read_anchors(file: Path) -> list[Anchor]:
    """Return the anchors in a file. Raises ValueError when a line is none."""
    try:
        return [Anchor(**json.loads(line)) for line in file.read_text().splitlines() if line]
    except TypeError as error:
        raise ValueError(str(file)) from error


SEAL_AUDIT = Job("seal_audit", seal_audit, every=timedelta(minutes=5))
ANCHOR_AUDIT = Job("anchor_audit", anchor_audit)
