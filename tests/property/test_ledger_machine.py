"""The stored ledger is the plain card; `tests/faults` lives many more lives."""

from flask import Flask

from tests.cast import Cast
from tests.property.ledger_machine import run_the_machine

OPERATIONS = 300


def test_the_stored_ledger_is_the_plain_card(app: Flask, cast: Cast) -> None:
    run_the_machine(cast, OPERATIONS)
