"""The pages of messages: words, hours, what went wrong, letters, and each person's own choice."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

from klippekort.accounts.services import log_in_by_code
from klippekort.domain.messages.channels import Channel, Purpose
from klippekort.domain.messages.wording import long_sentences, names_in
from klippekort.messages.queries import CITIZEN, Recipient
from klippekort.messages.queries.settings import wishes_of
from klippekort.messages.services.settings import choose_language
from klippekort.messages.services.wording import KINDS
from klippekort.platform import clock
from klippekort.platform.execute import execute
from klippekort.platform.formatting import full_day
from klippekort.platform.i18n import _, speaking_to
from klippekort.platform.tenancy import acting_for
from klippekort.volunteers.queries import get_volunteer
from klippekort.volunteers.services import anybody, ask_for_code
from tests.cast import HOME, Cast
from tests.gateways import TextGateway, text_gateway
from tests.integration.papers import reading
from tests.login import log_in
from tests.messages_site import deliveries, give_phone, message, run, sending, tell_her

KEY = "7f2c3d5e-0b7a-4c51-9d9a-0d6a2f6f1a01"
NOON = clock.now().replace(hour=11, minute=0)


@pytest.fixture
def gateway(app: Flask) -> Iterator[TextGateway]:
    with text_gateway() as running, sending(app, sms=running.settings):
        yield running


def words(client: FlaskClient, text: str, **more: str) -> tuple[int, str]:
    said = {"key": KEY, "text": text, **more}
    answer = client.post("/beskeder/ord/trip_cancelled", data=said)
    return answer.status_code, answer.text


def test_a_municipalitys_own_words_are_sent(gateway: TextGateway, client: FlaskClient, cast: Cast):
    client.set_cookie("lang", "en")
    log_in(client, cast.karen)
    assert words(client, "No trip to {place}.", keep="1")[0] == 303
    tell_her(give_phone(cast.ellen), NOON)
    run(NOON)
    assert gateway.texts() == ["No trip to Kortklub, Klubhuset.\nLindeby Kommune"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Hi {name}.", "{name}"),
        ("Hi {place.__class__}.", "{place.__class__}"),
        ("Hi {day", "stands alone"),
        (f"{'and so ' * 8}on.", "more than 15 words"),
    ],
)
def test_words_that_cannot_be_used_are_refused_and_kept_in_the_field(
    client: FlaskClient, cast: Cast, text: str, said: str
):
    client.set_cookie("lang", "en")
    log_in(client, cast.karen)
    status, page = words(client, text, keep="1")
    assert status == 422
    assert said in page
    assert text in page


def test_words_are_shown_before_they_are_used(client: FlaskClient, cast: Cast):
    client.set_cookie("lang", "en")
    log_in(client, cast.karen)
    status, page = words(client, "Call {phone}, please.")
    assert (status, "Call 20 12 34 56, please." in page) == (200, True)


@pytest.mark.parametrize("kind", KINDS)
def test_our_own_words_are_plain_danish_and_fill_their_holes(app: Flask, kind: str):
    with app.test_request_context():
        said = str(KINDS[kind].text)
    assert long_sentences(said) == []
    assert set(names_in(said)) <= set(KINDS[kind].names)


def test_what_could_not_be_sent_stands_on_the_page(
    gateway: TextGateway, client: FlaskClient, cast: Cast
):
    gateway.trouble = [422]
    tell_her(give_phone(cast.ellen), NOON)
    run(NOON)
    page = log_in(client, cast.karen).get("/beskeder").text
    assert "Ellen Sørensen" in page
    client.post(f"/beskeder/{deliveries()[0].id}/igen", data={"key": KEY})
    assert (message().channel, message().state) == ("sms", "sending")


def test_a_citizens_choice_is_kept(client: FlaskClient, cast: Cast):
    log_in(client, cast.karen)
    data = {"key": KEY, "reminder": "letter", "offers": "", "changes": "call", "lapse": ""}
    assert client.post(f"/borgere/{cast.ellen}/beskeder", data=data).status_code == 303
    with acting_for(HOME):
        chosen = dict(wishes_of(cast.ellen).chosen)
    assert chosen == {Purpose.REMINDER: Channel.LETTER, Purpose.CHANGES: Channel.CALL}


def test_a_citizen_is_told_in_the_language_she_chose(
    gateway: TextGateway, client: FlaskClient, cast: Cast
):
    """In the municipality's own words in that language, else in ours: never in its Danish."""
    log_in(client, cast.karen)
    assert "Deutsch" in client.get(f"/borgere/{cast.ellen}/beskeder").text
    data = {"key": KEY, "language": "de"}
    assert client.post(f"/borgere/{cast.ellen}/beskeder", data=data).status_code == 303
    for language, said in (("da", "Turen er slettet."), ("pl", "Nie ma.")):
        _word(client, language, said)
    tell_her(give_phone(cast.ellen), NOON, "trip_cancelled")
    run(NOON)
    _word(client, "de", "Der Ausflug am {dag} findet nicht statt.")
    tell_her(give_phone(cast.ellen), NOON, "trip_cancelled", key="again")
    run(NOON)
    ours, own = gateway.texts()
    assert "Ausflug" in ours
    assert "findet nicht statt" not in ours
    assert own.startswith("Der Ausflug am ")
    assert "findet nicht statt" in own


def _word(client: FlaskClient, language: str, said: str) -> None:
    at = f"/beskeder/ord/trip_cancelled?sprog={language}"
    answer = client.post(at, data={"key": str(uuid4()), "text": said, "keep": "1"})
    assert answer.status_code == 303
    assert f"sprog={language}" in answer.headers["Location"]


def test_a_care_worker_of_another_district_may_not_choose(client: FlaskClient, cast: Cast):
    answer = log_in(client, cast.mia).post(f"/borgere/{cast.ellen}/beskeder", data={"key": KEY})
    assert answer.status_code == 403


def test_a_letter_is_printed_on_a_page_of_its_own(client: FlaskClient, cast: Cast):
    log_in(client, cast.karen)
    hours = {"opens": "08.00", "closes": "20.00", "daily_cap": "3", "prints_letters": "y"}
    assert client.post("/beskeder/tider", data={"key": KEY, **hours}).status_code == 303
    for key in ("k", "l"):
        starts = (NOON + timedelta(days=20)).isoformat()
        tell_her(Recipient(CITIZEN, cast.ellen), NOON, "trip_cancelled", key=key, starts_at=starts)
    run(NOON)
    shown = client.post("/beskeder/breve", data={"key": KEY.replace("7f", "8f")})
    drawn = client.get(shown.headers["Location"]).data
    assert (message().state, drawn[:5]) == ("done", b"%PDF-")
    assert len(re.findall(rb"/Type\s*/Page\b", drawn)) in (0, 2)


def test_letters_of_a_pile_are_each_whole_in_their_readers_language(
    client: FlaskClient, cast: Cast, tmp_path: Path
):
    log_in(client, cast.karen)
    hours = {"opens": "08.00", "closes": "20.00", "daily_cap": "3", "prints_letters": "y"}
    assert client.post("/beskeder/tider", data={"key": KEY, **hours}).status_code == 303
    for citizen_id, language in ((cast.ellen, "sv"), (cast.poul, "da")):
        to = Recipient(CITIZEN, citizen_id)
        starts = (NOON + timedelta(days=20)).isoformat()
        with acting_for(HOME):
            execute(choose_language, cast.karen, to, language, now=NOON)
        tell_her(to, NOON, "trip_cancelled", key=language, starts_at=starts)
    run(NOON)
    shown = client.post("/beskeder/breve", data={"key": KEY.replace("7f", "8f")})
    drawn = client.get(shown.headers["Location"]).data
    assert reading.facts(drawn, tmp_path)["Pages"] == "2"
    read = reading.words(drawn, tmp_path)
    for language in ("sv", "da"):
        with speaking_to(language):
            for said in (_("A message for you"), _("Kind regards"), full_day(NOON)):
                assert read.count(str(said)) == 1, said


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        ("reached", "done"),
        ("not_home", "queued"),
        ("wrong_number", "queued"),
        ("unwilling", "done"),
    ],
)
def test_what_came_of_a_call(client: FlaskClient, cast: Cast, outcome: str, state: str):
    tell_her(give_phone(cast.ellen), NOON)
    log_in(client, cast.karen)
    client.post(f"/opkald/{message().id}", data={"key": KEY, "outcome": outcome})
    assert (message().state, message().outcome) == (state, outcome)


def test_who_was_not_at_home_is_called_again_later(client: FlaskClient, cast: Cast):
    tell_her(give_phone(cast.ellen), NOON - timedelta(days=1))
    log_in(client, cast.karen)
    asked = clock.now()
    assert message().due_at <= asked
    client.post(f"/opkald/{message().id}", data={"key": KEY, "outcome": "not_home"})
    assert message().due_at > asked


def test_a_volunteer_is_sent_a_code_that_lets_them_in(gateway: TextGateway, cast: Cast):
    now = clock.now()
    viggo = cast.viggo.person_id
    assert viggo is not None

    def write() -> None:
        get_volunteer(viggo).phone = "+4520112233"

    with acting_for(HOME):
        execute(write)
        execute(ask_for_code, anybody(), viggo, now=now)
    run(now)
    [said] = gateway.texts()
    [code] = re.findall(r"\b\d{6}\b", said)
    assert deliveries()[0].text_sealed is None
    with acting_for(HOME):
        assert log_in_by_code("+4520112233", code, now) is not None
