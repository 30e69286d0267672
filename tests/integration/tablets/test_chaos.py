"""Two tablets, a bad network and chance: a few of the interleavings that `tests/faults` runs."""

from flask import Flask

from tests.builders import a_scheme
from tests.cast import Cast
from tests.integration.tablet import StandingClock
from tests.integration.tablets.chaos import run_interleavings

# PostgreSQL takes other interleavings than SQLite, and fewer: the order of deeds is the same story
# on both, and what two transactions do to each other at the same moment is proved by the races.
SOME = {"sqlite": range(24), "postgresql": range(208, 216)}


def test_no_punch_is_lost_or_doubled(
    app: Flask, cast: Cast, standing_clock: StandingClock, database: str
) -> None:
    run_interleavings(app, cast, standing_clock, SOME[database], a_scheme())
