"""What a citizen does on her own page: cancels, wishes, answers; and what a relative may."""

from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from klippekort.domain.trips import TripState
from klippekort.platform.tenancy import acting_for
from klippekort.trips.queries.trips import get_trip
from klippekort.waiting.queries.wishes import wishes_of, words_of
from tests.cast import HOME
from tests.integration.own_page.arrange import Story, book
from tests.integration.own_page.visits import (
    as_relative,
    at_kiosk,
    by_card,
    deeds,
    press,
    signed_in,
)
from tests.integration.tablet import StandingClock, stand_still
from tests.login import log_in

WAYS = (by_card, at_kiosk, signed_in)


def _trip_state(story: Story, trip: UUID) -> TripState:
    with acting_for(HOME):
        return get_trip(trip, story.cast.ellen).state


@pytest.mark.parametrize("come", WAYS)
def test_the_page_opens_however_she_comes(client: FlaskClient, story: Story, come) -> None:
    book(story)
    page = client.get(come(client, story))
    assert page.status_code == 200
    assert "<h1>Hej Ellen</h1>" in page.text
    assert "Bo Berg" in page.text


@pytest.mark.parametrize("come", WAYS)
def test_she_cancels_her_trip_and_is_told_the_price_first(
    client: FlaskClient, story: Story, come
) -> None:
    trip, page = book(story), come(client, story)
    before = client.get(f"{page}/tur/{trip}/afbud").text
    assert "Du beholder din tid" in before
    assert press(client, f"{page}/tur/{trip}/afbud", reason="ill").status_code == 303
    assert _trip_state(story, trip) is TripState.CANCELLED
    assert "Bo Berg" not in client.get(page).text


def _by_lise(client: FlaskClient, story: Story) -> str:
    return as_relative(client, story, "see", "cancel")


@pytest.mark.parametrize(
    ("come", "who"),
    [(by_card, "Borgeren selv"), (signed_in, "Ellen Holm"), (_by_lise, "Lise Holm")],
)
def test_staff_read_who_cancelled_and_have_no_tap_that_undoes_it(
    app: Flask, client: FlaskClient, story: Story, come, who: str
) -> None:
    trip = book(story)
    press(client, f"{come(client, story)}/tur/{trip}/afbud", reason="ill")
    page = log_in(app.test_client(), story.cast.karen).get(f"/ture/{trip}").text
    assert f"{who} aflyste turen." in page
    assert f"/ture/{trip}/fortryd/" not in page


def test_a_late_cancellation_says_what_is_lost(
    client: FlaskClient, story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    trip = book(story)
    clock: StandingClock = stand_still(monkeypatch)
    clock.at = story.at - timedelta(hours=1)
    page = by_card(client, story)
    assert "mister" in client.get(f"{page}/tur/{trip}/afbud").text


def test_another_womans_trip_is_not_found(client: FlaskClient, story: Story) -> None:
    trip = book(story)
    story.cast.__dict__["ellen"], ellen = story.cast.poul, story.cast.ellen
    page = signed_in(client, story)
    story.cast.__dict__["ellen"] = ellen
    assert client.get(f"{page}/tur/{trip}/afbud").status_code == 404


@pytest.mark.parametrize(
    ("typed", "kind", "words"),
    [
        ({"words": "Jeg vil gerne synge"}, None, "Jeg vil gerne synge"),
        ({"kind": "music"}, "music", "Musik og sang"),
    ],
)
def test_she_says_what_she_would_like(
    client: FlaskClient, story: Story, typed: dict[str, str], kind: str | None, words: str
) -> None:
    page = by_card(client, story)
    assert press(client, f"{page}/oenske", **typed).status_code == 303
    with acting_for(HOME):
        [row] = wishes_of(story.cast.ellen)
        assert (row.wish.kind, words_of(row.wish, row.citizen)) == (kind, words)
    assert words in client.get(f"{page}/oenske").text


def test_a_wish_of_nothing_is_asked_about(client: FlaskClient, story: Story) -> None:
    answer = press(client, f"{by_card(client, story)}/oenske")
    assert answer.status_code == 422
    assert "vælg et billede" in answer.text


def test_she_takes_a_wish_back(client: FlaskClient, story: Story) -> None:
    page = by_card(client, story)
    press(client, f"{page}/oenske", words="Bowling")
    with acting_for(HOME):
        [row] = wishes_of(story.cast.ellen)
    press(client, f"{page}/oenske/{row.wish.id}/fortryd")
    with acting_for(HOME):
        assert wishes_of(story.cast.ellen) == []


def test_a_relative_sees_the_banner_on_every_page_and_is_on_record(
    client: FlaskClient, story: Story
) -> None:
    trip = book(story)
    page = as_relative(client, story, "see", "cancel", "propose")
    for path in (page, f"{page}/oenske", f"{page}/tur/{trip}/afbud", f"{page}/laesning"):
        assert "På vegne af Ellen" in client.get(path).text
    press(client, f"{page}/tur/{trip}/afbud")
    line = deeds("cancel_trip")[-1]
    assert (line.role, line.account_id is not None) == ("relative", True)
    assert _trip_state(story, trip) is TripState.CANCELLED


def test_a_relative_does_nothing_she_was_not_asked_to(client: FlaskClient, story: Story) -> None:
    trip = book(story)
    page = as_relative(client, story, "see")
    assert press(client, f"{page}/tur/{trip}/afbud").status_code == 403
    assert press(client, f"{page}/oenske", words="Vin").status_code == 403
    assert _trip_state(story, trip) is TripState.BOOKED


def test_a_relative_is_asked_about_her_and_not_about_himself(
    client: FlaskClient, story: Story
) -> None:
    trip = book(story)
    page = as_relative(client, story, "see", "cancel")
    client.set_cookie("lang", "en", domain="localhost")
    asked = client.get(f"{page}/tur/{trip}/afbud").text
    assert ("Ellen is ill" in asked, "Ellen has visitors" in asked) == (True, True)
    assert ("I am ill" in asked, "I have visitors" in asked) == (False, False)


def test_a_relative_never_opens_her_record(client: FlaskClient, story: Story) -> None:
    page = as_relative(client, story, "see", "propose", "book", "cancel", "messages")
    for path in ("hvem-har-set", "mine-data", "mine-data/om"):
        assert client.get(f"{page}/{path}").status_code == 403
    for path in ("mine-data.json", "mine-data.pdf"):
        assert press(client, f"{page}/{path}").status_code == 403


def test_a_stranger_finds_nobody(client: FlaskClient, story: Story) -> None:
    as_relative(client, story, "see")
    assert client.get(f"/min-side/{story.cast.poul}").status_code == 404


def test_a_citizens_log_in_opens_no_page_of_the_staffs(client: FlaskClient, story: Story) -> None:
    trip = book(story)
    signed_in(client, story)
    assert client.get(f"/ture/{trip}/aflys").status_code == 403


def test_what_was_typed_goes_through_once_the_pin_is_given_anew(
    client: FlaskClient, story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock: StandingClock = stand_still(monkeypatch)
    page = by_card(client, story)
    clock.at += timedelta(hours=1)
    asked = press(client, f"{page}/oenske", words="Tur til havet")
    assert asked.status_code == 422
    assert 'value="Tur til havet"' in asked.text
    sent = press(client, f"{page}/oenske", words="Tur til havet", own_pin="4711")
    assert sent.status_code == 303
    with acting_for(HOME):
        assert len(wishes_of(story.cast.ellen)) == 1


def test_a_wrong_pin_loses_nothing_and_costs_a_try(
    client: FlaskClient, story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock: StandingClock = stand_still(monkeypatch)
    page = by_card(client, story)
    clock.at += timedelta(hours=1)
    again = press(client, f"{page}/oenske", words="Tur til havet", own_pin="9999")
    assert 'value="Tur til havet"' in again.text
    assert "4 forsøg" in again.text


def test_a_log_in_that_ran_out_keeps_what_was_typed(client: FlaskClient, story: Story) -> None:
    page = signed_in(client, story)
    client.delete_cookie("session", domain="localhost")
    again = press(client, f"{page}/oenske", words="Tur til havet")
    assert again.status_code == 422
    assert 'value="Tur til havet"' in again.text


def test_a_page_in_use_stays_open(
    client: FlaskClient, story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock: StandingClock = stand_still(monkeypatch)
    page = by_card(client, story)
    for _ in range(4):
        clock.at += timedelta(minutes=7)
        assert "Hej Ellen" in client.get(page).text


def test_how_she_likes_to_read_follows_her_to_another_screen(
    client: FlaskClient, story: Story
) -> None:
    page = by_card(client, story)
    press(client, f"{page}/laesning", size="3", is_strong="y")
    assert "letters-3 strong-colours" in client.get(page).text
    client.delete_cookie("liking", domain="localhost")
    assert "letters-3 strong-colours" in client.get(page).text
