"""The ladder: each step as the municipality has put it, and what happens where nothing is heard."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from klippekort.domain.calendar import instant
from klippekort.domain.errors import Stale
from klippekort.domain.messages.ladder import Step
from klippekort.domain.messages.sending import State
from klippekort.domain.trips import CancelReason
from klippekort.messages.models import OutboxMessage
from klippekort.messages.queries.settings import ladder
from klippekort.messages.services.sending import hold_back, note_receipt, send_as_letter
from klippekort.messages.services.settings import move_step
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.tenancy import acting_for
from klippekort.punchcards.jobs import warn_of_lapses
from klippekort.trips.jobs import remind_of_trips
from klippekort.trips.services.cancelling import cancel_for_host
from klippekort.trips.services.on_way import tell_on_way
from tests.builders import MONDAY, a_card, a_shift, a_trip, an_occurrence
from tests.cast import HOME, Cast
from tests.gateways import TextGateway, text_gateway
from tests.login import log_in
from tests.loopback import loopback
from tests.messages_site import (
    a_browser,
    by_push,
    decide,
    deliveries,
    give_phone,
    message,
    opt_in,
    run,
    sending,
    tell_her,
)

KEY = "7f2c3d5e-0b7a-4c51-9d9a-0d6a2f6f1a02"
TEN, NOON = (instant(MONDAY.date(), time(hour)) for hour in (10, 12))


@pytest.fixture
def gateway(app: Flask) -> Iterator[TextGateway]:
    with text_gateway() as running, sending(app, sms=running.settings):
        yield running


def do(service: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    with acting_for(HOME):
        return execute(service, *args, **kwargs)


def move(cast: Cast, step: Step, **where: Any) -> None:
    do(move_step, cast.karen, step, **where)


def told(kind: str) -> list[tuple[str, str]]:
    with acting_for(HOME):
        found = select(OutboxMessage).filter_by(kind=kind)
        rows = db.session.scalars(found.execution_options(populate_existing=True))
        return [(row.channel, row.state) for row in rows]


def trip_on(cast: Cast, days: int, at: time = time(14)):
    """Book Ellen, who has a mobile, a trip with Bo."""
    give_phone(cast.ellen)
    a_card(cast, cast.ellen)
    day = (MONDAY + timedelta(days=days)).date()
    a_shift(cast.bo, day)
    return a_trip(cast.bo, cast.ellen, an_occurrence(instant(day, at)), cast.bo)


def remind(now: datetime) -> None:
    with acting_for(HOME):
        remind_of_trips(now.date(), now)
    run(now)


def test_the_day_before_may_be_two_days_before_at_another_time(gateway: TextGateway, cast: Cast):
    move(cast, Step.DAY_BEFORE, days=2, at=time(16))
    trip_on(cast, days=2)
    remind(instant(MONDAY.date(), time(15, 50)))
    assert gateway.posts == 0
    remind(instant(MONDAY.date(), time(16, 10)))
    assert gateway.posts == 1


def test_a_step_that_is_not_taken_tells_nothing(gateway: TextGateway, cast: Cast):
    move(cast, Step.DAY_BEFORE, is_on=False, days=1, at=time(10))
    trip_on(cast, days=1)
    remind(instant(MONDAY.date(), time(10, 10)))
    assert told("trip_reminder") == []


def test_changes_are_always_told(cast: Cast, app: Flask):
    with pytest.raises(Stale):
        move(cast, Step.CHANGES, is_on=False)


def test_lapse_warnings_come_as_early_as_was_decided(gateway: TextGateway, cast: Cast):
    asked = []

    def lapsing(first: date, last: date) -> list[Any]:
        asked.append((first, last))
        return []

    move(cast, Step.LAPSE, days=30)
    with acting_for(HOME), pytest.MonkeyPatch.context() as patch:
        patch.setattr("klippekort.punchcards.jobs.queries.lapsing", lapsing)
        warn_of_lapses(MONDAY.date(), MONDAY)
    [(first, last)] = asked
    assert (first - MONDAY.date(), last - MONDAY.date()) == (timedelta(1), timedelta(37))


def test_on_the_way_is_told_at_once_and_once(gateway: TextGateway, cast: Cast):
    trip = trip_on(cast, days=0)
    soon = instant(MONDAY.date(), time(13, 30))
    assert [do(tell_on_way, cast.bo, trip, now=soon) for _again in range(2)] == [1, 0]
    run(soon)
    [text] = gateway.texts()
    assert "Bo" in text
    assert told("escort_on_way") == [("sms", "done")]


def test_nobody_is_called_about_being_on_the_way(gateway: TextGateway, cast: Cast):
    trip = trip_on(cast, days=0)
    soon = instant(MONDAY.date(), time(13, 30))
    gateway.trouble = [422]
    do(tell_on_way, cast.bo, trip, now=soon)
    run(soon)
    assert told("escort_on_way") == [("sms", "withdrawn")]


def test_on_the_way_hours_before_is_refused(gateway: TextGateway, cast: Cast):
    trip = trip_on(cast, days=0)
    with pytest.raises(Stale):
        do(tell_on_way, cast.bo, trip, now=instant(MONDAY.date(), time(8)))


def test_a_helper_hears_on_her_device_of_a_trip_that_is_cancelled(app: Flask, cast: Cast):
    with loopback() as there, sending(app, **by_push(there)):
        browser = a_browser(there)
        opt_in(cast.bo, browser, MONDAY)
        trip = trip_on(cast, days=1)
        do(cancel_for_host, cast.karen, trip, CancelReason.ACTIVITY_CANCELLED, now=NOON)
        run(NOON + timedelta(minutes=30))
        [(_headers, body)] = there.taken("/push/")
    assert browser.read(body)["url"] == "/"
    assert told("staff_news") == [("push", "done")]


def receipts_come(now: datetime, cast: Cast) -> None:
    """Have another message delivered, so that the gateway is known to tell."""
    tell_her(give_phone(cast.poul, "+4520999999"), now, key="other")
    run(now)
    do(note_receipt, deliveries()[-1].id, State.DELIVERED, "", now=now)


def test_without_a_receipt_somebody_calls_after_hours_of_office_time(
    gateway: TextGateway, cast: Cast
):
    receipts_come(TEN, cast)
    tell_her(give_phone(cast.ellen), TEN)
    run(TEN)
    run(TEN + timedelta(hours=3, minutes=59))
    assert message().channel == "sms"
    run(TEN + timedelta(hours=4, minutes=1))
    assert (message().channel, message().state) == ("call", "queued")
    assert deliveries()[-1].error == "no_receipt"


def test_a_gateway_that_never_tells_leads_to_no_calls(gateway: TextGateway, cast: Cast):
    tell_her(give_phone(cast.ellen), NOON)
    run(NOON)
    run(NOON + timedelta(hours=20))
    assert (message().channel, message().state) == ("sms", "done")


def test_a_question_may_be_asked_by_phone_sooner(gateway: TextGateway, cast: Cast):
    move(cast, Step.OFFERS, call_after=1)
    until = (NOON + timedelta(hours=20)).isoformat()
    tell_her(give_phone(cast.ellen), NOON, "trip_offer", answer_by=until, offer=str(cast.ellen))
    run(NOON)
    run(NOON + timedelta(minutes=61))
    assert message().channel == "call"


def test_a_letter_is_made_of_what_could_not_be_sent(gateway: TextGateway, cast: Cast):
    decide(cast.karen, prints_letters=True)
    gateway.trouble = [422]
    late = NOON + timedelta(days=30)
    tell_her(give_phone(cast.ellen), NOON, late_at=late)
    run(NOON)
    do(send_as_letter, cast.karen, deliveries()[0].id, now=NOON)
    assert [(row.channel, row.state) for row in deliveries()] == [
        ("sms", "stopped"),
        ("letter", "queued"),
    ]
    assert (message().channel, message().state) == ("letter", "sending")


def test_what_rests_is_shown_and_can_be_taken_back(
    gateway: TextGateway, client: FlaskClient, cast: Cast
):
    client.set_cookie("lang", "en")
    log_in(client, cast.karen)
    tomorrow = datetime.now(NOON.tzinfo) + timedelta(days=1)
    tell_her(give_phone(cast.ellen), tomorrow)
    page = client.get("/beskeder").text
    assert "Goes out later" in page
    assert client.post(f"/beskeder/{message().id}/tilbage", data={"key": KEY}).status_code == 303
    assert message().state == "withdrawn"
    with pytest.raises(Stale):
        do(hold_back, cast.karen, message().id)


def test_a_reminder_that_was_taken_back_by_hand_stays_back(gateway: TextGateway, cast: Cast):
    trip_on(cast, days=1)
    early, later = (instant(MONDAY.date(), time(*at)) for at in ((9, 0), (10, 10)))
    remind(early)
    with acting_for(HOME):
        found = select(OutboxMessage.id).filter_by(kind="trip_reminder")
        reminder = db.session.scalars(found).one()
    do(hold_back, cast.karen, reminder)
    remind(later)
    assert (told("trip_reminder"), gateway.posts) == ([("sms", "withdrawn")], 0)


def test_the_ladder_is_shown_and_moved_on_its_page(client: FlaskClient, cast: Cast):
    client.set_cookie("lang", "en")
    log_in(client, cast.karen)
    assert "1 day before, at 10.00." in client.get("/beskeder/trin").text
    said = {"key": KEY, "is_on": "y", "days": "4", "at": "9.30", "call_after": "2"}
    refused = client.post("/beskeder/trin/day_before", data=said)
    assert (refused.status_code, "from 1 to 3" in refused.text) == (422, True)
    assert 'value="4"' in refused.text
    client.post("/beskeder/trin/day_before", data={**said, "days": "2"})
    assert "2 days before, at 09.30." in client.get("/beskeder/trin").text
    with acting_for(HOME):
        assert ladder()[Step.DAY_BEFORE].call_after == 2
    assert client.get("/beskeder/trin/unknown").status_code == 404


def test_the_button_stands_on_today_and_tells(
    gateway: TextGateway, client: FlaskClient, cast: Cast, monkeypatch: pytest.MonkeyPatch
):
    trip = trip_on(cast, days=0)
    soon = instant(MONDAY.date(), time(13, 30))
    monkeypatch.setattr("klippekort.platform.clock.now", lambda: soon)
    client.set_cookie("lang", "en")
    log_in(client, cast.bo)
    assert "on my way" in client.get("/i-dag").text
    answer = client.post(f"/ture/{trip}/paa-vej", data={"key": KEY, "back": "today"})
    assert answer.headers["Location"].endswith("/i-dag")
    assert told("escort_on_way") == [("sms", "queued")]
