"""What citizens hear of their trips, offers and minutes, by their own channel."""

from collections.abc import Callable, Iterator
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from klippekort.domain.calendar import instant
from klippekort.domain.messages.channels import Channel, Purpose
from klippekort.domain.trips import CancelReason
from klippekort.messages.models import OutboxMessage
from klippekort.messages.queries import CITIZEN, Recipient
from klippekort.messages.services import incoming
from klippekort.messages.services.settings import choose_channels, set_rules
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.tenancy import acting_for
from klippekort.punchcards.queries.cards import Lapsing
from klippekort.punchcards.services.lapse_warnings import warn_of_lapse
from klippekort.trips.jobs import remind_of_trips
from klippekort.trips.queries.trips import next_trips
from klippekort.trips.services.cancelling import cancel_for_host
from klippekort.waiting.jobs import pass_on
from tests.builders import MONDAY, a_card, a_shift, a_trip, an_occurrence
from tests.cast import HOME, Cast
from tests.gateways import TextGateway, text_gateway
from tests.integration.waiting.arrange import a_full_date, a_seat_comes_free, waits
from tests.messages_site import MOBILE, deliveries, give_phone, sending
from tests.messages_site import run as send

TUESDAY = MONDAY + timedelta(days=1)
DAY_BEFORE = instant(MONDAY.date(), time(10, 1))


@pytest.fixture
def gateway(app: Flask) -> Iterator[TextGateway]:
    with text_gateway() as running, sending(app, sms=running.settings):
        yield running


def do(service: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    with acting_for(HOME):
        return execute(service, *args, **kwargs)


def remind(now: datetime) -> None:
    with acting_for(HOME):
        remind_of_trips(now.date(), now)
    send(now)


def wants(cast: Cast, purpose: Purpose, channel: Channel) -> None:
    to = Recipient(CITIZEN, cast.ellen)
    do(choose_channels, cast.karen, to, {purpose: channel}, now=MONDAY)


def told(kind: str) -> list[tuple[str, str]]:
    with acting_for(HOME):
        found = select(OutboxMessage).filter_by(kind=kind)
        rows = db.session.scalars(found.execution_options(populate_existing=True))
        return [(row.channel, row.state) for row in rows]


def tomorrow(cast: Cast, days: int = 1):
    """Book Ellen a trip."""
    a_card(cast, cast.ellen)
    a_shift(cast.bo, (MONDAY + timedelta(days=days)).date())
    at = instant((MONDAY + timedelta(days=days)).date(), time(14))
    return a_trip(cast.bo, cast.ellen, an_occurrence(at), cast.bo)


def test_a_mobile_is_reminded_once_the_day_before(gateway: TextGateway, cast: Cast):
    give_phone(cast.ellen)
    tomorrow(cast)
    for minutes in (0, 10, 20):
        remind(DAY_BEFORE + timedelta(minutes=minutes))
    assert told("trip_reminder") == [("sms", "done")]


def test_without_a_gateway_nobody_is_reminded_by_a_flood_of_calls(app: Flask, cast: Cast):
    give_phone(cast.ellen)
    tomorrow(cast)
    remind(DAY_BEFORE)
    assert told("trip_reminder") == []


def test_whoever_chose_a_call_is_called_the_day_before(app: Flask, cast: Cast):
    wants(cast, Purpose.REMINDER, Channel.CALL)
    tomorrow(cast)
    remind(DAY_BEFORE)
    assert told("trip_reminder") == [("call", "queued")]


def test_a_letter_leaves_days_ahead(app: Flask, cast: Cast):
    hours = {"opens": time(8), "closes": time(20), "daily_cap": 3, "prints_letters": True}
    do(set_rules, cast.karen, **hours)
    wants(cast, Purpose.REMINDER, Channel.LETTER)
    tomorrow(cast, days=10)
    remind(DAY_BEFORE)
    assert told("trip_reminder") == [("letter", "sending")]
    assert [row.channel for row in deliveries()] == ["letter"]


def test_a_cancelled_trip_is_told_by_text_and_no_longer_reminded_of(
    gateway: TextGateway, cast: Cast
):
    give_phone(cast.ellen)
    trip = tomorrow(cast)
    with acting_for(HOME):
        remind_of_trips(MONDAY.date(), MONDAY)
    why, at = CancelReason.ACTIVITY_CANCELLED, MONDAY + timedelta(minutes=1)
    do(cancel_for_host, cast.karen, trip, why, now=at)
    send(MONDAY + timedelta(minutes=10))
    remind(DAY_BEFORE)
    assert told("trip_cancelled") == [("sms", "done")]
    assert ("sms", "done") not in told("trip_reminder")


def test_ja_books_the_offered_seat(gateway: TextGateway, cast: Cast):
    give_phone(cast.ellen)
    a_card(cast, cast.ellen)
    song = a_full_date(cast)
    waits(cast.bo, cast.ellen, song)
    a_seat_comes_free(song)
    with acting_for(HOME):
        pass_on(MONDAY.date(), MONDAY)
    send(MONDAY)
    reply = incoming.Reply("e1", MOBILE, "Ja tak")
    assert do(incoming.take_reply, reply, now=MONDAY + timedelta(minutes=5)) == "answered"
    with acting_for(HOME):
        assert len(next_trips(cast.ellen, MONDAY)) == 1


def test_minutes_that_lapse_are_told_once_a_fortnight(gateway: TextGateway, cast: Cast):
    give_phone(cast.ellen)
    card = a_card(cast, cast.ellen)
    for days in (10, 12):
        on = MONDAY.date() + timedelta(days=days)
        line = Lapsing(card, cast.ellen, 90, on, on)
        do(warn_of_lapse, line, by_letter=False, now=MONDAY)
    send(MONDAY)
    assert told("lapse_warning") == [("sms", "done")]


def test_what_lapses_on_several_days_is_told_by_the_first_of_them(gateway: TextGateway, cast: Cast):
    give_phone(cast.ellen)
    card, first = a_card(cast, cast.ellen), MONDAY.date() + timedelta(days=10)
    line = Lapsing(card, cast.ellen, 90, first, first + timedelta(days=7))
    do(warn_of_lapse, line, by_letter=False, now=MONDAY)
    send(MONDAY)
    [text] = gateway.texts()
    assert "1 time 30 minutter på dit kort bortfalder snart" in text
    assert "Det første skal bruges senest torsdag den 3. december" in text
