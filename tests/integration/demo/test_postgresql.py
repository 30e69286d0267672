"""Where the demo cannot be rolled forward, it says how old it is."""

from datetime import date

import pytest
from flask import Flask

from klippekort.operations import demo


def test_on_a_server_the_demo_says_its_age_and_stays(committed_app: Flask, database: str):
    if database != "postgresql":
        pytest.skip("the embedded database rolls forward")
    demo.load(committed_app, on=date(2026, 3, 1), small=True)
    with pytest.raises(demo.DemoStays) as refusal:
        demo.roll_forward(committed_app, on=date(2026, 3, 4))
    assert refusal.value.days == 3
