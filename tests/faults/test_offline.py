"""F11 and F12: two tablets offline with the same trip, and a tablet back after a month."""

from datetime import timedelta
from itertools import count
from random import Random
from uuid import UUID

import pytest
from flask import Flask

from tests.builders import MONDAY, a_card, a_scheme, a_shift, a_trip, an_occurrence
from tests.cast import Cast
from tests.databases import PEOPLED, Template, rolled_back
from tests.faults.conftest import Often
from tests.integration.tablet import StandingClock, stand_still
from tests.integration.tablets.chaos import (
    Chaos,
    Device,
    judge,
    run_interleavings,
    taken_of,
    trips_to_make,
)
from tests.integration.tablets.sending import Tablet, intent_of, outcome, trip_of
from tests.login import log_in

pytestmark = pytest.mark.timeout(600)

FIRST = {"sqlite": 0, "postgresql": 208}
INTERLEAVINGS = {"sqlite": 208, "postgresql": 56}
PARTS = 8
SEED = 20261123
ON_ONE = 30  # trips on one database: the cards are filled for so many days
PLANS = (
    ("start", "note", "note", "finish"),
    ("start", "finish", "note"),
    ("note", "cancel", "start"),
    ("start", "note", "cancel", "finish"),
)


@pytest.fixture(autouse=True)
def standing_clock(monkeypatch: pytest.MonkeyPatch) -> StandingClock:
    return stand_still(monkeypatch)


@pytest.mark.parametrize("part", range(PARTS))
def test_two_tablets_offline_lose_and_double_nothing(
    app: Flask, cast: Cast, standing_clock: StandingClock, database: str, part: int
) -> None:
    """F11, two tablets offline with the same trip: a conflict is shown, nothing is lost."""
    many = INTERLEAVINGS[database] // PARTS
    first = FIRST[database] + part * many
    run_interleavings(app, cast, standing_clock, range(first, first + many), a_scheme())


def test_what_is_sent_again_and_again_out_of_order_counts_once(
    template: Template, standing_clock: StandingClock, often: Often
) -> None:
    """G3: each action is sent one to five times, in any order, some not before thirty days have
    passed. Each has one effect, and the same answer each time.
    """
    wanted, actions, sent, late = often(120, 10_000), 0, 0, 0
    for part in count():
        if actions >= wanted:
            break
        app = template.shared(PEOPLED)
        with rolled_back(app):
            standing_clock.at = MONDAY
            cast: Cast = template.told(PEOPLED)
            chance = Random(SEED + part)  # noqa: S311  not for secrets
            for trip_id, card_id in trips_to_make(cast, a_scheme(), standing_clock, ON_ONE):
                standing_clock.at = trip_of(trip_id).starts_at
                device = Device(Tablet(log_in(app.test_client(), cast.bo), cast.bo))
                chaos = Chaos(chance, trip_id, [device], standing_clock)
                many, old = _send_over_and_over(chaos, device)
                judge(chaos, card_id)
                actions, sent, late = actions + len(device.tapped), sent + many, late + old
                if actions >= wanted:
                    break
    assert sent > 2 * actions
    assert late > actions / 10


def _send_over_and_over(chaos: Chaos, device: Device) -> tuple[int, int]:
    """Tap a plan's buttons and send all of it over and over; return how much was sent, and how much
    of it late.
    """
    chance, time = chaos.chance, chaos.time
    for kind in chance.choice(PLANS):
        chaos.tap(device, kind)
        time.pass_(minutes=chance.randint(1, 20))
    posts = [intent for intent in device.tapped for _ in range(chance.randint(1, 5))]
    chance.shuffle(posts)
    late = [intent for intent in posts if chance.random() < 0.2]
    for intent in posts:
        if intent not in late:
            time.pass_(seconds=chance.randint(5, 240))
            device.hear(intent)
    time.pass_(days=30)
    for intent in late:
        device.hear(intent)
    return len(posts), len(late)


@pytest.fixture
def old_queue(app: Flask, cast: Cast, standing_clock: StandingClock) -> tuple[Tablet, UUID, UUID]:
    """Return Bo's tablet, a trip that was booked for Tuesday, and the card that pays for it."""
    begins = MONDAY + timedelta(days=1, hours=2)
    a_shift(cast.bo, begins.date())
    card_id = a_card(cast, cast.ellen)
    trip_id = a_trip(cast.bo, cast.ellen, an_occurrence(begins), cast.bo)
    standing_clock.at = begins
    return Tablet(log_in(app.test_client(), cast.bo), cast.bo), trip_id, card_id


def test_a_queue_that_is_a_month_old_counts_once(
    old_queue: tuple[Tablet, UUID, UUID], standing_clock: StandingClock
) -> None:
    """F12, a tablet back after thirty days with its old queue: applied once, or shown as late."""
    tablet, trip_id, card_id = old_queue
    start = tablet.intent("start", trip_id)
    standing_clock.pass_(minutes=50)
    finish = tablet.intent("finish", trip_id, started="09:50", ended="10:40")
    standing_clock.pass_(days=30)
    tablet.log_in_again()
    told = [outcome(tablet.send(intent)) for intent in (start, finish, start, finish)]
    assert told[:2] == told[2:]
    assert told[1] == "done" or intent_of(finish).needs_person
    is_over = told[1] == "done"
    used_minutes, held = taken_of(card_id)
    assert (used_minutes > 0, held == 0) == (is_over, is_over)
    assert (trip_of(trip_id).state == "completed") == is_over


def test_a_deed_under_another_deeds_key_is_refused(
    old_queue: tuple[Tablet, UUID, UUID],
) -> None:
    """F10, the same key with other content: told so, and nothing is done."""
    tablet, trip_id, card_id = old_queue
    first = tablet.intent("note", trip_id, text="Godt humør")
    other = {**tablet.intent("cancel", trip_id, reason="citizen.ill"), "id": first["id"]}
    assert outcome(tablet.send(first)) == "done"
    before = taken_of(card_id)
    answer = tablet.send(other)
    assert (answer.status_code, answer.get_json()["error"]) == (422, "key_reused")
    assert (taken_of(card_id), trip_of(trip_id).state) == (before, "booked")
