"""F7, F8, F34, F36 and F45: gateways that are down, slow or silent, and what they tell us."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from klippekort.config import MailServer, SmsGateway
from klippekort.platform.gateways import NotNow, Outgoing, mail, signed
from tests.cast import Cast
from tests.gateways import SECRET, text_gateway
from tests.messages_site import deliveries, give_phone, message, run, sending, tell_her

pytestmark = pytest.mark.timeout(300)

NOON = datetime(2026, 11, 23, 11, tzinfo=UTC)
PEOPLE = 12


@contextmanager
def silence() -> Iterator[int]:
    """Listen on a port, take every call, and never say a word."""
    with socket.socket() as ear:
        ear.bind(("127.0.0.1", 0))
        ear.listen(64)
        taken: list[socket.socket] = []

        def listen() -> None:
            while True:
                try:
                    taken.append(ear.accept()[0])
                except OSError:
                    return

        thread = threading.Thread(target=listen, daemon=True)
        thread.start()
        try:
            yield ear.getsockname()[1]
        finally:
            ear.shutdown(socket.SHUT_RDWR)
            thread.join()
            for line in taken:
                line.close()


def test_a_mail_server_that_says_nothing_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """F8, a socket that never speaks: the worker gives up in time, and tries again later."""
    monkeypatch.setattr(mail, "TIMEOUT_SECONDS", 0.3)
    with silence() as port:
        server = MailServer("127.0.0.1", port, "none", "svar@lindeby.example")
        began = time.monotonic()
        with pytest.raises(NotNow):
            mail.send(server, Outgoing("1.a", "viggo@example.dk", "Hej", "Hej"))
        assert time.monotonic() - began < 5


def test_every_gateway_is_given_a_time_to_answer_in() -> None:
    """F7 and F8: no call waits for ever."""
    assert 0 < mail.TIMEOUT_SECONDS <= 30


def test_a_gateway_that_is_away_loses_nothing_and_says_it_once(app: Flask, cast: Cast) -> None:
    """F7, nobody listens at the gateway, then somebody does: each is told once."""
    with text_gateway() as gateway:
        to = give_phone(cast.ellen)
        away = SmsGateway("http://127.0.0.1:9/send", "token", "Lindeby", SECRET)
        with sending(app, sms=away):
            for number in range(3):
                tell_her(to, NOON, key=f"k{number}", destination=f"Kortklub {number}")
            for minutes in range(0, 30, 3):
                run(NOON + timedelta(minutes=minutes))
        with sending(app, sms=gateway.settings):
            for minutes in range(30, 90, 3):
                run(NOON + timedelta(minutes=minutes))
        assert {message(f"k{number}").state for number in range(3)} == {"done"}
        assert gateway.posts == len(gateway.taken) == len(deliveries())


@pytest.mark.parametrize("trouble", [[503] * 3, ["lost"] * 3, [429, 500, "lost", 503]])
def test_a_gateway_in_trouble_says_everything_once(
    app: Flask, cast: Cast, trouble: list[object]
) -> None:
    """F7, 5xx, too many, and answers lost after accepting: the same key, so it is said once."""
    with text_gateway() as gateway, sending(app, sms=gateway.settings):
        gateway.trouble = list(trouble)
        tell_her(give_phone(cast.ellen), NOON)
        for minutes in range(0, 60, 3):
            run(NOON + timedelta(minutes=minutes))
        assert (len(gateway.taken), message().state) == (1, "done")


BODY = b'{"type": "reply", "from": "+4520304050", "text": "JA"}'


@pytest.mark.parametrize(
    ("changed", "late"),
    [
        ({"webhook-signature": ""}, 0),
        ({"webhook-signature": "v1,AAAA"}, 0),
        ({"webhook-signature": "v1a,AAAA v1,"}, 0),
        ({"webhook-id": "other"}, 0),
        ({"webhook-id": ""}, 0),
        ({"webhook-id": "x" * 200}, 0),
        ({"webhook-timestamp": "0"}, 0),
        ({"webhook-timestamp": "-1"}, 0),
        ({"webhook-timestamp": "NaN"}, 0),
        ({"webhook-timestamp": "\u0661"}, 0),
        ({"webhook-timestamp": "9" * 400}, 0),
        ({}, 600),
        ({}, -600),
    ],
)
def test_a_forged_webhook_is_not_believed(changed: dict[str, str], late: int) -> None:
    """F36, wrong signature, other id, old or impossible time: not signed."""
    stamp = str(int(NOON.timestamp()))
    headers = {
        "webhook-id": "e1",
        "webhook-timestamp": stamp,
        "webhook-signature": signed.signature(SECRET, "e1", stamp, BODY),
    }
    now = NOON + timedelta(seconds=late)
    with pytest.raises(signed.NotSigned):
        signed.verify(SECRET, headers | changed, BODY, now)


def test_what_cannot_be_sent_holds_up_nobody(
    app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F45, a message that always fails: the others go out, and it becomes somebody's task."""
    with text_gateway() as gateway, sending(app, sms=gateway.settings):
        gateway.trouble = [422]
        tell_her(give_phone(cast.ellen), NOON, key="poison")
        run(NOON)
        tell_her(give_phone(cast.poul, "+4520304051"), NOON, key="other")
        for minutes in range(1, 30, 3):
            run(NOON + timedelta(minutes=minutes))
        assert (message("other").state, message("poison").channel) == ("done", "call")
