"""G7: messages through days on which much goes wrong, each followed until somebody has it."""

import os
import signal
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

import pytest
from flask import Flask
from sqlalchemy import select

from klippekort.config import SmsGateway
from klippekort.domain.messages.channels import Channel
from klippekort.messages.jobs import EVERY
from klippekort.messages.models import OutboxMessage
from klippekort.messages.queries import VOLUNTEER, Recipient
from klippekort.platform import clock
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.ids import new_id
from klippekort.platform.tenancy import acting_for
from klippekort.volunteers.models import Volunteer
from tests.cast import BORN, HOME, Cast
from tests.faults.conftest import Often
from tests.gateways import SECRET, TextGateway, text_gateway
from tests.messages_site import run, sending, tell_her

pytestmark = pytest.mark.timeout(900)

SEED = 20261124
BEGIN = clock.now().replace(hour=9, minute=0, second=0, microsecond=0)
# One lost answer and one killed worker to so many messages: each may repeat the one at hand.
PER_REPEAT = 400
# Six times as seldom as it looks in life: hours go by here.
SELDOM = EVERY * 6
AWAY = SmsGateway("http://127.0.0.1:9/send", "token", "Lindeby", SECRET)
TROUBLE = (500, 503, 429, 502)
HEALTHY, OUTAGE = timedelta(seconds=60), timedelta(hours=4)


@dataclass(frozen=True)
class Fate:
    """What became of a message: by which channel, in which state, and how long that took."""

    channel: str
    state: str
    after: timedelta


def _volunteers(count: int) -> list[Recipient]:
    def add() -> list[Recipient]:
        found = []
        for number in range(count):
            person, phone = new_id(), f"+4520{number:06d}"
            db.session.add(Volunteer(id=person, name=f"V {number}", phone=phone, created_at=BORN))
            found.append(Recipient(VOLUNTEER, person))
        return found

    with acting_for(HOME):
        people: list[Recipient] = execute(add)
    db.session.remove()
    return people


def _tell(people: list[Recipient], first: datetime, every: timedelta) -> dict[str, datetime]:
    """Tell everybody something, one after the other; return when each is due, by its key."""
    due = {}
    for number, to in enumerate(people):
        key, at = f"m{number}", first + every * number
        tell_her(to, at, "host_cancelled", key=key, title=f"Kortklub {number}")
        due[key] = at
    db.session.remove()
    return due


def _work(first: datetime, until: datetime, every: timedelta = EVERY) -> None:
    """Let the worker look so often by the program's clock."""
    now = first
    while now <= until:
        run(now)
        now += every
    db.session.remove()


def _fates(due: dict[str, datetime]) -> dict[str, Fate]:
    """Say what became of each message: sent, or a call that somebody makes."""
    with acting_for(HOME):
        rows = db.session.scalars(select(OutboxMessage).where(OutboxMessage.dedupe_key.in_(due)))
        found = {}
        for one in rows:
            at = one.due_at if one.channel == Channel.CALL else one.done_at
            after = at - due[one.dedupe_key] if at else timedelta.max
            found[one.dedupe_key] = Fate(one.channel, one.state, after)
    db.session.remove()
    assert found.keys() == due.keys()
    return found


def _lost(fates: dict[str, Fate]) -> dict[str, Fate]:
    """Return what was neither sent nor given to somebody."""
    good = {("sms", "done"), ("call", "queued")}
    return {key: one for key, one in fates.items() if (one.channel, one.state) not in good}


def _slowest(fates: dict[str, Fate]) -> timedelta:
    """Return what 99 of 100 took at most."""
    taken = sorted(one.after for one in fates.values())
    return taken[-(-len(taken) * 99 // 100) - 1]


def _told(gateway: TextGateway) -> Counter[str]:
    """Return how many texts each telephone was given, whatever their keys."""
    return Counter(one["to"] for one in gateway.taken.values())


def test_a_message_takes_a_minute_at_most_when_all_is_well(
    committed_app: Flask, committed_cast: Cast, often: Often
) -> None:
    """G7, a healthy gateway: everybody is told, 99 of 100 within a minute."""
    people = _volunteers(often(60, 1_000))
    with text_gateway() as gateway, sending(committed_app, sms=gateway.settings):
        due = _tell(people, BEGIN, timedelta(seconds=2))
        _work(BEGIN, max(due.values()) + EVERY * 2)
    fates = _fates(due)
    assert (_lost(fates), {one.channel for one in fates.values()}) == ({}, {"sms"})
    assert _slowest(fates) <= HEALTHY
    assert gateway.posts == len(_told(gateway)) == len(people)


@pytest.mark.parametrize(("hours", "channel"), [(2, "sms"), (9, "call")])
def test_an_outage_keeps_nobody_waiting_for_more_than_four_hours(
    committed_app: Flask, committed_cast: Cast, often: Often, hours: int, channel: str
) -> None:
    """G7, nobody listens for hours: what is not sent by then is somebody's task."""
    people = _volunteers(often(60, 1_000))
    begin, back = BEGIN, BEGIN + timedelta(hours=hours)
    with text_gateway() as gateway:
        with sending(committed_app, sms=AWAY):
            due = _tell(people, begin, timedelta(minutes=90) / len(people))
            _work(begin, back, SELDOM)
        with sending(committed_app, sms=gateway.settings):
            _work(back, back + timedelta(minutes=30), SELDOM)
    fates = _fates(due)
    assert (_lost(fates), {one.channel for one in fates.values()}) == ({}, {channel})
    assert _slowest(fates) <= OUTAGE


def _killed_in_the_middle(gateway: TextGateway, now: datetime) -> None:
    """Let a worker send, and kill it once the gateway has taken something of it."""
    before = len(gateway.taken)
    worker = _apart(lambda: run(now))
    while os.waitpid(worker, os.WNOHANG) == (0, 0):
        if len(gateway.taken) > before:
            os.kill(worker, signal.SIGKILL)
            os.waitpid(worker, 0)
            return


def _apart(work: Callable[[], object]) -> int:
    """Run work in a process of its own, with connections of its own, and return its number."""
    db.session.remove()
    child = os.fork()
    if child:
        return child
    try:
        db.engine.dispose(close=False)
        work()
    finally:
        os._exit(0)


def test_a_day_of_every_trouble_loses_nothing_and_repeats_little(
    committed_app: Flask, committed_cast: Cast, often: Often
) -> None:
    """G7, errors, refused lines, lost answers and killed workers: 0 lost, at most 0.5 % repeated,
    each time under the same key.
    """
    count, chance = often(PER_REPEAT, PER_REPEAT * 5), Random(SEED)  # noqa: S311
    people, kills = _volunteers(count), count // PER_REPEAT
    minutes = 120
    killed_at = set(chance.sample(range(10, minutes - 10), kills))
    away = set(chance.sample(range(minutes), minutes // 10))
    with text_gateway() as gateway:
        with sending(committed_app, sms=gateway.settings):
            due = _tell(people, BEGIN, timedelta(minutes=minutes) / count)
        lost = ["lost"] * kills + [202] * (3 * count // 4)
        gateway.trouble = [*lost, *chance.choices(TROUBLE, k=count // 5)]
        chance.shuffle(gateway.trouble)
        for minute in range(minutes + 60):
            now = BEGIN + timedelta(minutes=minute)
            with sending(committed_app, sms=AWAY if minute in away else gateway.settings):
                if minute in killed_at - away:
                    _killed_in_the_middle(gateway, now)
                else:
                    run(now)
    fates = _fates(due)
    assert _lost(fates) == {}
    assert _slowest(fates) <= OUTAGE
    assert set(_told(gateway).values()) == {1}
    assert len(_told(gateway)) == sum(one.channel == "sms" for one in fates.values())
    assert 0 < gateway.repeated <= count * 0.005
