"""Roll an old demo forward, so that its today is today."""

import os
import sqlite3
from dataclasses import replace
from datetime import date
from pathlib import Path

from flask import Flask
from sqlalchemy import select
from sqlalchemy.engine import make_url

from klippekort.app import create_app
from klippekort.config import Settings
from klippekort.domain.calendar import local_day
from klippekort.domain.errors import DomainError
from klippekort.municipalities.models import Municipality
from klippekort.operations.demo.load import load
from klippekort.platform import migrate
from klippekort.platform.audit_heads import forget_heads
from klippekort.platform.db import db


class DemoStays(DomainError):
    """The demo is `days` old and cannot be rolled forward; the message says why."""

    def __init__(self, days: int, why: str) -> None:
        super().__init__(f"The demo is {days} days old. {why}")
        self.days = days


def roll_forward(app: Flask, *, on: date, seed: int = 1, small: bool = False) -> bool:
    """Build the demo anew when it is older than `on`, and say whether that was done.

    Ledger and log are written once and never deleted, so an old demo is not changed: a new
    database file is built beside it and takes its place in one step. What was done in the old demo
    is lost. It needs the embedded database, holding nothing but the demo, and nobody using it: call
    it before serving. The app may be used afterwards. A database without a demo, or with another
    municipality beside it, is left alone (False). Raises DemoStays on PostgreSQL, and while another
    process has the file open.
    """
    born = anchor_of(app)
    if born is None or born >= on:
        return False
    settings: Settings = app.extensions["settings"]
    days = (on - born).days
    if not settings.is_embedded:
        raise DemoStays(days, "Load it into an empty database to have it start today.")
    file = Path(make_url(settings.database_url).database or "")
    fresh = file.with_name(f"{file.name}.new")
    _remove(fresh)
    try:
        _build(settings, fresh, on, seed, small)
        _close(app, file, days)
        os.replace(fresh, file)
        forget_heads(settings.data_folder)
    finally:
        _remove(fresh)
    return True


def anchor_of(app: Flask) -> date | None:
    """Return the day the demo was built for, or None when anything else is in the database."""
    with app.app_context():
        towns = db.session.scalars(select(Municipality)).all()
        if not towns or not all(town.is_demo for town in towns):
            return None
        return min(local_day(town.created_at) for town in towns)


def _build(settings: Settings, fresh: Path, on: date, seed: int, small: bool) -> None:
    url = f"sqlite:///{fresh}"
    migrate.upgrade(url, url)
    app = create_app(replace(settings, database_url=url, owner_database_url=url))
    load(app, on=on, seed=seed, small=small)
    with app.app_context():
        db.engine.dispose()
    _fold_journal(fresh)


def _fold_journal(file: Path) -> None:
    """Bring all of a database into its one file; fails while anybody else has it open.

    A journal left behind beside the new file would be read as the new file's own.
    """
    connection = sqlite3.connect(file, timeout=1)
    try:
        connection.execute("pragma journal_mode=delete")
    finally:
        connection.close()


def _close(app: Flask, file: Path, days: int) -> None:
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    try:
        _fold_journal(file)
    except sqlite3.OperationalError as refusal:
        why = "Stop the other program that has it open, and start again."
        raise DemoStays(days, why) from refusal


def _remove(file: Path) -> None:
    for end in ("", "-wal", "-shm", "-journal"):
        file.with_name(file.name + end).unlink(missing_ok=True)
