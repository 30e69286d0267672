"""Workers that are killed in the middle send nothing twice and lose nothing."""

import os
import signal
import time
from collections.abc import Callable
from datetime import timedelta

from flask import Flask
from sqlalchemy import func, select

from klippekort.messages.jobs import send_messages
from klippekort.messages.models import MessagePart, OutboxMessage
from klippekort.messages.queries import VOLUNTEER, Recipient
from klippekort.platform import clock
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.ids import new_id
from klippekort.platform.tenancy import acting_for
from klippekort.volunteers.models import Volunteer
from tests.cast import BORN, HOME, Cast
from tests.gateways import TextGateway, text_gateway
from tests.messages_site import sending, tell_her

PEOPLE, ROUNDS = 40, 4
LEASE = timedelta(minutes=2)
BEGIN = clock.now().replace(hour=9, minute=0)


def _volunteers() -> list[Recipient]:
    def add() -> list[Recipient]:
        found = []
        for number in range(PEOPLE):
            person = new_id()
            phone = f"+4520{number:06d}"
            db.session.add(Volunteer(id=person, name=f"V {number}", phone=phone, created_at=BORN))
            found.append(Recipient(VOLUNTEER, person))
        return found

    with acting_for(HOME):
        found: list[Recipient] = execute(add)
        return found


def _worker(work: Callable[[], object]) -> int:
    """Run work in a process of its own, with connections of its own, and return its number."""
    child = os.fork()
    if child:
        return child
    try:
        db.session.remove()
        db.engine.dispose(close=False)
        work()
        os._exit(0)
    except BaseException:
        os._exit(1)


def _kill_when(worker: int, gateway: TextGateway, taken: int) -> None:
    """Kill a worker once the gateway has been asked so often, which is in the middle of sending."""
    until = time.monotonic() + 5
    while gateway.posts < taken and time.monotonic() < until:
        time.sleep(0.002)
    os.kill(worker, signal.SIGKILL)
    os.waitpid(worker, 0)


def _send(number: int) -> Callable[[], object]:
    def work() -> object:
        with acting_for(HOME):
            return send_messages(BEGIN.date(), BEGIN + LEASE * number)

    return work


def test_two_workers_killed_in_the_middle_tell_everybody_once(
    committed_app: Flask, committed_cast: Cast
):
    with text_gateway() as gateway, sending(committed_app, sms=gateway.settings):
        gateway.trouble = [202, 202, "lost", 202, 503] * 4
        for number, to in enumerate(_volunteers()):
            tell_her(to, BEGIN, "host_cancelled", key=f"k{number}", title=f"Kortklub {number}")
        db.session.remove()
        for number in range(ROUNDS):
            pair = [_worker(_send(number)) for _ in range(2)]
            for worker in pair:
                _kill_when(worker, gateway, 6 * (number + 1))
        last = [_worker(_send(ROUNDS + number)) for number in range(3)]
        for worker in last:
            os.waitpid(worker, 0)
        _everybody_was_told_once(gateway)


def _everybody_was_told_once(gateway: TextGateway) -> None:
    with acting_for(HOME):
        states = list(db.session.scalars(select(OutboxMessage.state).distinct()))
        most = select(func.count(MessagePart.id)).group_by(MessagePart.message_id)
        parts = set(db.session.scalars(most))
    assert (states, parts) == (["done"], {1})
    said = [one["text"] for one in gateway.taken.values()]
    assert (len(said), len(set(said))) == (PEOPLE, PEOPLE)
