"""G1 and F1 on the ledger itself: killed in the middle, and lived through many lives."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import pytest
from flask import Flask
from sqlalchemy import event

from klippekort.domain.errors import CardClosed, InsufficientMinutes
from klippekort.platform.db import db
from klippekort.punchcards.services.granting import AlreadyGranted
from tests.cast import Cast
from tests.databases import PEOPLED, Template, let_go, quiet_app
from tests.faults.conftest import Often
from tests.faults.strangers import prove_the_export
from tests.integration.ledger.killing import kill_workers, undisturbed
from tests.property.ledger_machine import run_the_machine
from tests.property.stored_card import MOVES

pytestmark = pytest.mark.timeout(1200)

SEED = 20261123
KILLS = 16  # in one go, of the 64 deeds a worker has to do
AT_ONCE = 50_000  # operations on one database; the next are asked of a fresh one
REFUSALS = {why.__name__ for why in (AlreadyGranted, CardClosed, InsufficientMinutes)}
WANTED = {*MOVES, *REFUSALS, "reverse", "broken", "pledged", "waived", "pressed again"}


@contextmanager
def _a_fresh_house(template: Template) -> Iterator[tuple[Flask, Cast]]:
    """Give everybody on a database of their own, whose commits are real."""
    app = quiet_app(template.copy(PEOPLED))
    with app.app_context():
        try:
            yield app, template.told(PEOPLED)
        finally:
            let_go()


def _no_waiting_for_the_disk() -> None:
    """Let SQLite commit into memory: no machine is switched off here, and half a million commits
    would mostly wait.
    """
    if db.engine.dialect.name == "sqlite":
        db.engine.dispose()
        event.listen(db.engine, "connect", lambda raw, _: raw.execute("pragma synchronous = off"))


def test_killed_workers_leave_the_ledger_nobody_died_on(
    template: Template, tmp_path: Path, often: Often
) -> None:
    """F1 and F4, kill -9 in the middle of a deed: what was said to be done is there, once."""
    chance, hit = Random(SEED), Counter[str]()  # noqa: S311  not for secrets
    nobody_died = undisturbed(template, tmp_path)
    number, wanted = 0, often(KILLS // 2, 500)
    while hit.total() - hit["between"] < wanted:
        number += 1
        with _a_fresh_house(template) as (app, cast):
            struck, history = kill_workers(app, cast, tmp_path, KILLS, chance)
            assert history == nobody_died
            prove_the_export(tmp_path / f"export {number}")
        hit += struck
    assert len(set(hit) - {"between"}) > 2


def test_the_stored_ledger_is_the_plain_card(
    template: Template, tmp_path: Path, often: Often, record_property: Callable[[str, int], None]
) -> None:
    """G1: whatever is done in whatever order, the stored card is the one of a plain model.

    In the end a program that reads nothing but the export finds the ledger whole.
    """
    wanted, done = often(2_500, 500_000), Counter[str]()
    while (left := wanted - done["operations"]) > 0:
        with _a_fresh_house(template) as (_, cast):
            _no_waiting_for_the_disk()
            town = run_the_machine(cast, min(left, AT_ONCE), first=done["lives"])
            prove_the_export(tmp_path / f"after {done['lives']}")
        done += town.done
    record_property("operations", done["operations"])
    assert done["operations"] >= wanted
    assert min(done[name] for name in WANTED) > 0, done
