"""Killed in the middle of whatever it did, a worker leaves a ledger that proves.

`tests/faults` kills many more.
"""

from pathlib import Path
from random import Random

from flask import Flask

from tests.cast import Cast
from tests.integration.ledger.killing import kill_workers

KILLS = 3
SEED = 20261123


def test_killed_workers_leave_a_ledger_that_proves(
    committed_app: Flask, committed_cast: Cast, tmp_path: Path
) -> None:
    chance = Random(SEED)  # noqa: S311  not for secrets
    kill_workers(committed_app, committed_cast, tmp_path, KILLS, chance)
