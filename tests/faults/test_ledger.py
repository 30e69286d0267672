"""G1 and F1 on the ledger itself: killed in the middle, and lived through many lives."""

from pathlib import Path
from random import Random

import pytest
from flask import Flask

from tests.cast import Cast
from tests.databases import Template
from tests.integration.ledger.killing import kill_workers, undisturbed
from tests.property.ledger_machine import run_the_machine
from tests.property.stored_card import MOVES

pytestmark = pytest.mark.timeout(1200)

KILLS, EXAMPLES = 16, 50
SEED = 20261123


def test_killed_workers_leave_the_ledger_nobody_died_on(
    committed_app: Flask, committed_cast: Cast, template: Template, tmp_path: Path
) -> None:
    """F1 and F4, kill -9 in the middle of a deed: what was said to be done is there, once."""
    chance = Random(SEED)  # noqa: S311  not for secrets
    hit, history = kill_workers(committed_app, committed_cast, tmp_path, KILLS, chance)
    assert history == undisturbed(template, tmp_path)
    assert KILLS - hit["between"] > KILLS / 2
    assert len(set(hit) - {"between"}) > 2


def test_the_stored_ledger_is_the_plain_card(app: Flask, cast: Cast) -> None:
    """G1: whatever is done in whatever order, the stored card is the one of a plain model."""
    done = run_the_machine(cast, EXAMPLES)
    wanted = {*MOVES, "broken", "pledged", "refused", "waived", "pressed again"}
    wanted |= {"given again", "reverse"}
    assert min(done[name] for name in wanted) > 0, done
