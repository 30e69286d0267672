"""Workers that are killed in the middle send nothing twice and lose nothing, by any channel."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from klippekort.config import DigitalPost
from klippekort.domain.messages.channels import Channel, Purpose
from klippekort.domain.permissions import Actor, Role
from klippekort.messages.jobs import send_messages
from klippekort.messages.models import MessagePart, OutboxMessage
from klippekort.messages.queries import CITIZEN, VOLUNTEER, Recipient
from klippekort.messages.services.settings import choose_channels
from klippekort.platform import clock, pdf
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.ids import new_id
from klippekort.platform.tenancy import acting_for
from klippekort.volunteers.models import Volunteer
from tests.cast import BORN, HOME, Cast, make_citizen
from tests.gateways import text_gateway
from tests.loopback import loopback
from tests.messages_site import (
    a_browser,
    by_push,
    by_voice,
    decide,
    opt_in,
    sending,
    tell_her,
)

ROUNDS = 4
LEASE = timedelta(minutes=2)
_TROUBLE: tuple[int | str, ...] = (201, 201, "lost", 201, 503) * 4
BEGIN = clock.now().replace(hour=9, minute=0)


@dataclass(frozen=True)
class Way:
    """A channel with people who are told by it, how often it was asked, and what it has taken."""

    people: list[Recipient]
    asked: Callable[[], int]
    taken: Callable[[], list[str]]


def _volunteers(count: int, wants: Channel | None = None) -> list[Recipient]:
    def add() -> list[Recipient]:
        found = []
        for number in range(count):
            person = new_id()
            phone = f"+4520{number:06d}"
            db.session.add(Volunteer(id=person, name=f"V {number}", phone=phone, created_at=BORN))
            found.append(Recipient(VOLUNTEER, person))
        return found

    with acting_for(HOME):
        found: list[Recipient] = execute(add)
        for to in found if wants else ():
            execute(choose_channels, _self(to), to, {Purpose.CHANGES: wants}, now=BEGIN)
        return found


def _self(to: Recipient) -> Actor:
    return Actor(HOME, Role.VOLUNTEER, person_id=to.id)


@contextmanager
def _by_text(app: Flask, _cast: Cast, _folder: Path) -> Iterator[Way]:
    with text_gateway() as gateway, sending(app, sms=gateway.settings):
        gateway.trouble = [202, 202, "lost", 202, 503] * 4
        yield Way(_volunteers(40), lambda: gateway.posts, gateway.texts)


@contextmanager
def _by_push(app: Flask, _cast: Cast, _folder: Path) -> Iterator[Way]:
    with loopback() as there, sending(app, **by_push(there)):
        found = _volunteers(20)
        browsers = [a_browser(there, f"{number}/") for number in range(len(found))]
        for to, browser in zip(found, browsers, strict=True):
            opt_in(_self(to), browser, BEGIN)
        there.trouble(*_TROUBLE)

        def taken() -> list[str]:
            return [
                f"{number} {browser.read(body)['tag']}"
                for number, browser in enumerate(browsers)
                for _headers, body in there.taken(f"/push/{number}/")
            ]

        yield Way(found, there.posts, taken)


@contextmanager
def _by_voice(app: Flask, _cast: Cast, _folder: Path) -> Iterator[Way]:
    with loopback() as there, sending(app, **by_voice(there)):
        there.trouble(*_TROUBLE)
        found = _volunteers(20, Channel.VOICE)
        yield Way(
            found, there.posts, lambda: [body.decode() for _head, body in there.taken("/voice")]
        )


@contextmanager
def _by_digital_post(app: Flask, cast: Cast, folder: Path) -> Iterator[Way]:
    pdf.render("<html lang=da><title>x</title><p>x")  # so that no child must learn to draw
    with sending(app, digital_post=DigitalPost(folder)):
        decide(cast.karen)

        def add() -> list[Recipient]:
            where = {"supplier": cast.supplier, "district": cast.north}
            return [Recipient(CITIZEN, make_citizen("Eli", f"N{n}", **where)) for n in range(8)]

        with acting_for(HOME):
            found: list[Recipient] = execute(add)
            for to in found:
                wanted = {Purpose.CHANGES: Channel.DIGITAL}
                execute(choose_channels, cast.karen, to, wanted, now=BEGIN)

        def laid() -> list[str]:
            return [path.read_text() for path in folder.glob("*.xml")]

        yield Way(found, lambda: len(list(folder.glob("*.xml"))) * 3, laid)


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


def _kill_when(worker: int, asked: Callable[[], int], often: int) -> None:
    """Kill a worker once it has asked so often, which is in the middle of sending."""
    until = time.monotonic() + 5
    while asked() < often and time.monotonic() < until:
        time.sleep(0.002)
    os.kill(worker, signal.SIGKILL)
    os.waitpid(worker, 0)


def _send(number: int) -> Callable[[], object]:
    def work() -> object:
        with acting_for(HOME):
            return send_messages(BEGIN.date(), BEGIN + LEASE * number)

    return work


@pytest.mark.parametrize("by", [_by_text, _by_push, _by_voice, _by_digital_post])
def test_two_workers_killed_in_the_middle_tell_everybody_once(
    committed_app: Flask, committed_cast: Cast, tmp_path: Path, by: Any
):
    with by(committed_app, committed_cast, tmp_path) as way:
        for number, to in enumerate(way.people):
            tell_her(
                to,
                BEGIN,
                "host_cancelled" if to.kind == VOLUNTEER else "trip_cancelled",
                key=f"k{number}",
                title=f"Kortklub {number}",
            )
        db.session.remove()
        for number in range(ROUNDS):
            pair = [_worker(_send(number)) for _ in range(2)]
            for worker in pair:
                _kill_when(worker, way.asked, 6 * (number + 1))
        last = [_worker(_send(ROUNDS + number)) for number in range(3)]
        for worker in last:
            os.waitpid(worker, 0)
        _everybody_was_told_once(way)


def _everybody_was_told_once(way: Way) -> None:
    with acting_for(HOME):
        states = list(db.session.scalars(select(OutboxMessage.state).distinct()))
        most = select(func.count(MessagePart.id)).group_by(MessagePart.message_id)
        parts = set(db.session.scalars(most))
    assert (states, parts) == (["done"], {1})
    said = way.taken()
    assert (len(said), len(set(said))) == (len(way.people), len(way.people))
