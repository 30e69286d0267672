"""What is told goes out once, by its channel, at a decent hour, or becomes a call."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from klippekort.domain.messages.channels import Channel, Purpose
from klippekort.messages.queries import VOLUNTEER, Recipient
from klippekort.messages.services import withdraw
from klippekort.messages.services.sending import call_instead, send_again
from klippekort.messages.services.settings import choose_channels
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.ids import new_id
from klippekort.platform.tenancy import acting_for
from klippekort.volunteers.models import Volunteer
from klippekort.volunteers.queries import get_volunteer
from tests.cast import HOME, Cast
from tests.gateways import Mailbox, TextGateway, mail_server, text_gateway
from tests.messages_site import deliveries, give_phone, message, run, sending, tell_her

NOON = datetime(2026, 11, 23, 11, tzinfo=UTC)
MORNING = datetime(2026, 11, 23, 7, 5, tzinfo=UTC)


@pytest.fixture
def gateway(app: Flask) -> Iterator[TextGateway]:
    with text_gateway() as running, sending(app, sms=running.settings):
        yield running


@pytest.fixture
def box(app: Flask) -> Iterator[Mailbox]:
    with mail_server() as running, sending(app, mail=running.settings):
        yield running


def mailed(cast: Cast) -> Recipient:
    """Write down Viggo's e-mail, by which he wants to hear of changes."""
    assert cast.viggo.person_id is not None
    viggo = Recipient(VOLUNTEER, cast.viggo.person_id)

    def write() -> None:
        get_volunteer(viggo.id).email = "viggo@example.dk"

    with acting_for(HOME):
        execute(write)
        chosen = {Purpose.CHANGES: Channel.EMAIL}
        execute(choose_channels, cast.viggo, viggo, chosen, now=NOON)
    return viggo


def mobile_volunteer(number: int) -> Recipient:
    """Add a volunteer with a mobile of her own."""
    person = new_id()

    def write() -> None:
        row = Volunteer(id=person, name=f"V {number}", phone=f"+4520{number:06d}", created_at=NOON)
        db.session.add(row)

    with acting_for(HOME):
        execute(write)
    return Recipient(VOLUNTEER, person)


def test_without_a_gateway_it_is_a_call(app: Flask, cast: Cast):
    tell_her(give_phone(cast.ellen), NOON)
    run(NOON)
    assert (message().channel, message().state, deliveries()) == ("call", "queued", [])


def test_a_text_goes_out_once_with_its_key(gateway: TextGateway, cast: Cast):
    tell_her(give_phone(cast.ellen), NOON)
    for minutes in range(3):
        run(NOON + timedelta(minutes=minutes))
    [sent] = deliveries()
    assert list(gateway.taken) == [f"{HOME}.{sent.id}"]
    assert (gateway.posts, message().state, sent.state) == (1, "done", "sent")


def test_a_lost_answer_is_asked_for_with_the_same_key(gateway: TextGateway, cast: Cast):
    gateway.trouble = ["lost", 503, 429]
    tell_her(give_phone(cast.ellen), NOON)
    for minutes in range(5):
        run(NOON + timedelta(minutes=minutes))
    assert (gateway.posts, len(gateway.taken), message().state) == (4, 1, "done")


def test_a_refused_number_becomes_a_call_at_once(gateway: TextGateway, cast: Cast):
    gateway.trouble = [422]
    tell_her(give_phone(cast.ellen), NOON)
    run(NOON)
    assert (message().channel, message().state) == ("call", "queued")
    assert [(row.state, row.error) for row in deliveries()] == [("failed", "http_422")]


def test_four_hours_in_vain_become_a_call(gateway: TextGateway, cast: Cast):
    gateway.trouble = [503] * 40
    tell_her(give_phone(cast.ellen), MORNING)
    for quarters in range(26):
        run(MORNING + timedelta(minutes=23 * quarters))
    assert (gateway.posts, message().channel, message().state) == (11, "call", "queued")


def test_what_waited_behind_another_is_a_call_as_soon(gateway: TextGateway, cast: Cast):
    """The second is not told before the first; its four hours begin when it was due."""
    gateway.trouble = [503] * 80
    tell_her(give_phone(cast.ellen), MORNING, key="first")
    run(MORNING)
    tell_her(give_phone(cast.ellen), MORNING + timedelta(hours=1), key="second")
    for minutes in range(0, 301, 10):
        run(MORNING + timedelta(minutes=minutes))
    assert [message(key).channel for key in ("first", "second")] == ["call", "call"]


def test_what_a_lost_gateway_left_untried_is_a_call_too(gateway: TextGateway, cast: Cast):
    """Three tries running are enough to know; the rest wait no longer than those."""
    gateway.trouble = [503] * 80
    people = [mobile_volunteer(number) for number in range(5)]
    for number, to in enumerate(people):
        tell_her(to, MORNING, "host_cancelled", key=f"k{number}", title="Kortklub")
    run(MORNING)
    assert gateway.posts == 3
    run(MORNING + timedelta(hours=4))
    assert {message(f"k{number}").channel for number in range(5)} == {"call"}


def test_a_night_is_no_time_in_vain(gateway: TextGateway, cast: Cast):
    """What was tried in vain at the end of a day is tried again the next morning."""
    evening = NOON + timedelta(hours=7, minutes=50)
    gateway.trouble = [503]
    tell_her(give_phone(cast.ellen), evening)
    run(evening)
    run(evening + timedelta(hours=13))
    assert (gateway.posts, message().state) == (2, "done")


def test_what_comes_too_late_becomes_a_call(gateway: TextGateway, cast: Cast):
    night = NOON + timedelta(hours=10)
    tell_her(give_phone(cast.ellen), night, late_at=night + timedelta(hours=5))
    run(night)
    assert (gateway.posts, message().channel) == (0, "call")


def test_the_night_is_quiet(gateway: TextGateway, cast: Cast):
    night = NOON + timedelta(hours=10)
    tell_her(give_phone(cast.ellen), night)
    run(night)
    assert gateway.posts == 0
    run(night + timedelta(hours=10))
    assert gateway.posts == 1


def test_several_things_come_in_one_text(gateway: TextGateway, cast: Cast):
    ellen = give_phone(cast.ellen)
    for key in ("k", "l"):
        tell_her(ellen, NOON, key=key)
    run(NOON)
    assert len(gateway.texts()) == 1
    assert gateway.texts()[0].count("Kortklub, Klubhuset") == 2


def test_beyond_the_days_cap_what_can_wait_waits(gateway: TextGateway, cast: Cast):
    ellen = give_phone(cast.ellen)
    for number in range(4):
        tell_her(
            ellen,
            NOON + timedelta(minutes=number),
            "lapse_warning",
            key=f"k{number}",
            minutes="90",
            last_day="2026-12-01",
        )
        run(NOON + timedelta(minutes=number))
    assert gateway.posts == 3
    run(NOON + timedelta(days=1))
    assert gateway.posts == 4


def test_what_is_undone_in_time_is_never_sent(gateway: TextGateway, cast: Cast):
    tell_her(give_phone(cast.ellen), NOON)
    with acting_for(HOME):
        assert execute(withdraw, "k")
    run(NOON)
    assert gateway.posts == 0


def test_what_could_not_be_sent_is_sent_again_in_place_of_the_call(
    gateway: TextGateway, cast: Cast
):
    gateway.trouble = [400]
    tell_her(give_phone(cast.ellen), NOON)
    run(NOON)
    with acting_for(HOME):
        execute(send_again, cast.karen, deliveries()[0].id, now=NOON)
    run(NOON)
    assert (len(gateway.taken), message().state) == (1, "done")


def test_somebody_may_call_instead_of_waiting(gateway: TextGateway, cast: Cast):
    gateway.trouble = [503] * 9
    tell_her(give_phone(cast.ellen), NOON)
    run(NOON)
    with acting_for(HOME):
        execute(call_instead, cast.karen, deliveries()[0].id, now=NOON)
    run(NOON + timedelta(hours=1))
    assert (gateway.posts, message().channel, deliveries()[0].state) == (1, "call", "stopped")


def test_a_volunteer_who_chose_mail_gets_one_mail(box: Mailbox, cast: Cast):
    viggo = mailed(cast)
    tell_her(viggo, NOON, "host_cancelled", title="Kortklub")
    run(NOON)
    [(to, mail)] = box.mails
    assert to == "viggo@example.dk"
    assert f"Message-ID: <{HOME}.{deliveries()[0].id}@lindeby.example>" in mail


def test_a_mailbox_that_is_full_is_tried_again_one_that_is_gone_is_not(box: Mailbox, cast: Cast):
    viggo = mailed(cast)
    box.refusals = [452, 550]
    tell_her(viggo, NOON, "host_cancelled", title="Kortklub")
    run(NOON)
    assert deliveries()[0].state == "queued"
    run(NOON + timedelta(minutes=1))
    assert (deliveries()[0].state, message().channel) == ("failed", "call")
