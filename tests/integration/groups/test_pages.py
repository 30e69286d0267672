"""The pages of groups: whole, for those they are for, with whom to call at the top."""

import re
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

from klippekort.domain.permissions import Actor
from klippekort.groups import services
from klippekort.groups.forms.words import COMPANY, THEMES
from klippekort.groups.jobs import forget_old
from klippekort.groups.queries.members import list_interests
from klippekort.municipalities.queries import lock_municipality
from klippekort.platform.tenancy import acting_for
from tests.builders import MONDAY
from tests.cast import HOME, Cast
from tests.integration.activities.looking import faults_at
from tests.integration.groups.arrange import (
    a_group,
    a_place,
    content_of,
    days_on,
    group_now,
    here,
    interest,
    joined,
    line_now,
    meetings_now,
    press,
    run,
    suggested,
)
from tests.integration.groups.conftest import Browse
from tests.integration.papers.reading import facts, smallest, words
from tests.integration.tablet import StandingClock

ASK, QUESTIONS = "/grupper/lindeby/interesse", "/grupper/lindeby/tre-spoergsmaal"


@pytest.fixture
def group_id(cast: Cast) -> UUID:
    """A group that goes by names, with a member and somebody who waits, that may meet somewhere."""
    made = a_group(cast, "self_help", place_id=a_place())
    joined(cast, made, "Ruth")
    interest(cast, made, "Inge")
    run(services.write_note, cast.karen, made, "De hjælper hinanden.", now=MONDAY)
    run(services.propose, cast.karen, made, "ride", "En fælles bil.", now=MONDAY)
    return made


@pytest.fixture
def karen(browse: Browse, cast: Cast) -> FlaskClient:
    """The coordinator's browser."""
    return browse(cast.karen)


OF_GROUP = (
    "",
    "/ret",
    "/rammer",
    "/regler",
    "/ledere",
    "/venteliste",
    "/venteliste/ny",
    "/moeder",
    "/noter",
    "/forslag",
    "/overdragelse",
    "/slut",
    "/anonymitet",
    "/sammen",
    "/farvel",
)


@pytest.mark.parametrize("part", OF_GROUP)
def test_pages_of_a_group_are_as_pages_should_be(karen: FlaskClient, group_id: UUID, part: str):
    assert faults_at(karen, f"/grupper/{group_id}{part}") == []


@pytest.mark.parametrize(
    "address",
    ["/grupper", "/grupper/ny", "/grupper/ny/leaderless", "/grupper/behov", "/grupper/behov/nyt"],
)
def test_pages_around_groups_are_as_pages_should_be(
    karen: FlaskClient, group_id: UUID, address: str
):
    assert faults_at(karen, address) == []


@pytest.mark.parametrize("part", ["", "/flyt", "/aflys", "/vikar"])
def test_pages_of_a_meeting_are_as_pages_should_be(karen: FlaskClient, group_id: UUID, part: str):
    meeting = meetings_now(group_id)[0]
    assert faults_at(karen, f"/grupper/moeder/{meeting.id}{part}") == []


@pytest.mark.parametrize("part", ["/fremmoede", "/hvordan", "/paa-papir"])
def test_pages_after_a_meeting_are_as_pages_should_be(
    browse: Browse, cast: Cast, group_id: UUID, clock_stands: StandingClock, part: str
):
    meeting = meetings_now(group_id)[0]
    clock_stands.at = meeting.ends_at
    run(services.hold_meeting, cast.karen, meeting.id, services.Held(0), now=meeting.ends_at)
    assert faults_at(browse(cast.karen), f"/grupper/moeder/{meeting.id}{part}") == []


@pytest.mark.parametrize("part", ["samtale", "foer-tur", "ja", "farvel"])
def test_pages_of_a_place_are_as_pages_should_be(karen: FlaskClient, group_id: UUID, part: str):
    assert faults_at(karen, f"/grupper/pladser/{line_now(group_id)[0].id}/{part}") == []


def test_the_page_of_a_citizen_is_as_pages_should_be(
    karen: FlaskClient, group_id: UUID, cast: Cast
):
    assert faults_at(karen, f"/borgere/{cast.ellen}/grupper") == []


@pytest.mark.parametrize("address", [ASK, QUESTIONS])
def test_pages_for_everybody_are_as_pages_should_be(client: FlaskClient, cast: Cast, address: str):
    assert faults_at(client, address) == []


def test_who_to_call_stands_first_on_a_groups_page(karen: FlaskClient, group_id: UUID):
    page = content_of(karen.get(f"/grupper/{group_id}").text)
    assert page.index('href="tel:112"') < page.index("<h2")


def test_a_facilitator_sees_the_groups_they_lead_and_no_others(
    browse: Browse, leads: Actor, group_id: UUID, cast: Cast
):
    other = a_group(cast, "conversation", name="Fredagsgruppen", leaders=False)
    client = browse(leads)
    assert client.get(f"/grupper/{group_id}").status_code == 200
    assert client.get(f"/grupper/{other}").status_code == 403
    listed = client.get("/grupper").text
    assert "Onsdagsgruppen" in listed
    assert "Fredagsgruppen" not in listed


@pytest.mark.parametrize("part", ["/ledere", "/ret", "/anonymitet", "/sammen"])
def test_a_facilitator_does_not_set_groups_up(
    browse: Browse, leads: Actor, group_id: UUID, part: str
):
    assert browse(leads).get(f"/grupper/{group_id}{part}").status_code == 403


def test_a_facilitator_runs_the_group(browse: Browse, leads: Actor, group_id: UUID):
    said = {"aim": "Lære hinanden at kende", "agenda": "Kaffe"}
    meeting = meetings_now(group_id)[0]
    assert press(browse(leads), f"/grupper/moeder/{meeting.id}", **said).status_code == 303


def test_a_volunteer_who_leads_nothing_sees_no_group(browse: Browse, cast: Cast, group_id: UUID):
    assert browse(cast.viggo).get(f"/grupper/{group_id}").status_code == 403


def test_a_group_is_the_municipalitys_own(browse: Browse, cast: Cast, karen: FlaskClient):
    assert karen.get(f"/grupper/{uuid4()}").status_code == 404


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("neutral_name", ""),
        ("neutral_name", "Sorggruppe Nord"),
        ("largest", "2"),
        ("first_on", "2026-11-20"),
        ("online_url", "http://usikker.dk"),
        ("online_url", "https://"),
        ("starts", "sent"),
        ("rules", ""),
    ],
)
def test_bad_input_is_told_by_its_field(karen: FlaskClient, field: str, typed: str):
    page = suggested(karen.get("/grupper/ny/conversation").text)
    good = {"neutral_name": "Torsdag", "first_on": "2026-12-03", "starts": "14.00"}
    answer = press(karen, "/grupper/ny/conversation", **{**page, **good, field: typed})
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text


@pytest.mark.parametrize(("first", "second"), [("Torsdag", "TORSDAG"), ("Åbent hus", "Åbent hus")])
def test_a_name_is_one_groups_only(karen: FlaskClient, first: str, second: str):
    page = suggested(karen.get("/grupper/ny/conversation").text)
    good = {"first_on": "2026-12-03", "starts": "14.00"}
    for name in (first, second):
        said = {**page, **good, "neutral_name": name}
        answer = press(karen, "/grupper/ny/conversation", **said)
    assert 'id="neutral_name-error"' in answer.text


def test_pressing_twice_makes_one_group(karen: FlaskClient):
    page = suggested(karen.get("/grupper/ny/conversation").text)
    good = {"neutral_name": "Torsdag", "first_on": "2026-12-03", "starts": "14.00"}
    said = {"key": str(uuid4()), **page, **good}
    assert karen.post("/grupper/ny/conversation", data=said).status_code == 303
    assert karen.post("/grupper/ny/conversation", data=said).status_code == 303
    assert karen.get("/grupper").text.count("Torsdag") == 1


def test_who_made_a_group_is_led_to_it(karen: FlaskClient):
    page = suggested(karen.get("/grupper/ny/conversation").text)
    good = {"neutral_name": "Torsdag", "first_on": "2026-12-03", "starts": "14.00"}
    address = press(karen, "/grupper/ny/conversation", **{**page, **good}).location
    assert "<h1>Torsdag</h1>" in karen.get(address).text


def test_a_form_that_is_none_is_not_found(karen: FlaskClient):
    assert karen.get("/grupper/ny/kursus").status_code == 404


def test_grief_is_tapped_without_signs(browse: Browse, cast: Cast, clock_stands: StandingClock):
    group_id = a_group(cast, "bereavement")
    meeting = meetings_now(group_id)[0]
    clock_stands.at = meeting.ends_at
    run(services.hold_meeting, cast.karen, meeting.id, services.Held(5), now=meeting.ends_at)
    page = browse(cast.karen).get(f"/grupper/moeder/{meeting.id}/hvordan").text
    buttons = page[page.index('class="stack"') :]
    assert "<svg" not in buttons[: buttons.index("</form>")]
    assert not group_now(group_id).celebrates


def test_too_few_are_told_in_words(karen: FlaskClient, group_id: UUID):
    press(karen, f"/grupper/{group_id}/start")
    page = karen.get(f"/grupper/{group_id}").text
    assert "alert-warning" in page[page.index('class="flashes"') : page.index("<h1")]
    assert group_now(group_id).state == "forming"


def interests() -> int:
    """Return how many have asked for a theme."""
    return len(here(list_interests))


SAID = {"theme": "carer", "language": "da", "contact": "20 12 34 56 om aftenen", "source": "self"}


def test_anybody_asks_for_a_group_without_a_name(client: FlaskClient, cast: Cast):
    assert press(client, ASK, **SAID).status_code == 200
    assert interests() == 1


def test_asking_twice_is_asking_once(client: FlaskClient, cast: Cast):
    press(client, ASK, **SAID)
    press(client, ASK, **SAID)
    assert interests() == 1


def test_a_machine_that_fills_in_all_is_thanked_and_not_heard(client: FlaskClient, cast: Cast):
    assert press(client, ASK, **SAID, website="https://x.dk").status_code == 200
    assert interests() == 0


def test_nobody_floods_the_line(client: FlaskClient, cast: Cast):
    for number in range(30):
        press(client, ASK, **{**SAID, "contact": f"20 12 34 {number:02d}"})
    assert press(client, ASK, **{**SAID, "contact": "20 99 99 99"}).status_code == 422


@pytest.mark.parametrize("field", ["theme", "contact"])
def test_what_is_missing_is_told(client: FlaskClient, cast: Cast, field: str):
    answer = press(client, ASK, **{**SAID, field: ""})
    assert (answer.status_code, f'id="{field}-error"' in answer.text) == (422, True)


def test_the_way_in_is_found_from_the_log_in_page(client: FlaskClient, cast: Cast):
    assert 'href="/grupper/interesse"' in client.get("/log-ind").text
    page = client.get("/grupper/interesse")
    assert f'href="{ASK}"' in page.text
    assert faults_at(client, "/grupper/interesse") == []


def test_no_municipality_no_page(client: FlaskClient, cast: Cast):
    assert client.get("/grupper/ingensteds/interesse").status_code == 404


def test_three_answers_are_counted(client: FlaskClient, karen: FlaskClient, cast: Cast):
    for _ in range(4):
        press(client, QUESTIONS, theme="carer", company="led", hindrance="way")
    assert "alert-success" in karen.get("/grupper/behov").text


def test_the_three_questions_are_printed_large_with_where_to_send_them(
    karen: FlaskClient, tmp_path: Path
):
    def write() -> None:
        lock_municipality(HOME).return_address = "Fællesskab\nRådhuspladsen 1\n4681 Lindeby"

    run(write)
    drawn = karen.get("/grupper/behov/tre-spoergsmaal.pdf").data
    assert smallest(drawn, tmp_path) >= 18
    told, read = facts(drawn, tmp_path), words(drawn, tmp_path)
    assert (told["Tagged"], told["Pages"]) == ("yes", "2")
    assert "Rådhuspladsen 1" in read
    asked = " ".join(str(one) for one in (*THEMES.values(), *COMPANY.values()))
    assert set(asked.split()) - set(read.split()) == set()


def test_all_of_a_long_address_is_seen_where_the_answers_are_sent(
    karen: FlaskClient, tmp_path: Path
):
    address = (
        "Center for Sundhed og Omsorg\nFællesskabsteamet, bygning C\nAtt. Maren Holm\nTorvet 112"
    )

    def write() -> None:
        lock_municipality(HOME).return_address = f"{address}\n4681 Lindeby"

    run(write)
    drawn = karen.get("/grupper/behov/tre-spoergsmaal.pdf?sprog=ar").data
    read = words(drawn, tmp_path)
    for line in ("Lindeby Kommune", *address.splitlines(), "4681 Lindeby"):
        assert line in read


@pytest.mark.parametrize("part", ["paa-papir", "skema"])
def test_what_a_meeting_is_asked_is_printed_too(
    karen: FlaskClient, cast: Cast, tmp_path: Path, part: str
):
    meeting = meetings_now(a_group(cast, "bereavement", name="Onsdagsstuen"))[0]
    drawn = karen.get(f"/grupper/moeder/{meeting.id}/{part}.pdf").data
    assert (smallest(drawn, tmp_path) >= 18, facts(drawn, tmp_path)["Pages"]) == (True, "1")
    assert "Onsdagsstuen" not in words(drawn, tmp_path)


def test_answers_on_paper_are_typed_in_one_after_another(karen: FlaskClient):
    here_ = "/grupper/behov/nyt?paa=papir"
    page = suggested(karen.get(here_).text)
    assert page["how"] == "paper"
    said = {**page, "theme": "carer", "company": "led", "hindrance": "way"}
    assert press(karen, here_, **said).location == here_


def test_who_asked_is_put_in_line_by_the_time_they_have_waited(
    app: Flask, client: FlaskClient, cast: Cast, browse: Browse, clock_stands: StandingClock
):
    press(client, ASK, **SAID)
    clock_stands.at = days_on(days=3)
    group_id = a_group(cast, "self_help")
    [row] = here(list_interests)
    said = {"group": str(group_id), "first_name": "Ruth"}
    press(browse(cast.karen), f"/grupper/behov/{row.id}", **said)
    [placed] = line_now(group_id)
    assert (placed.asked_at, placed.contact) == (MONDAY, SAID["contact"])
    assert interests() == 0


def test_whoever_finds_them_a_group_sees_its_language(
    client: FlaskClient, cast: Cast, browse: Browse
):
    press(client, ASK, **{**SAID, "language": "pl"})
    a_group(cast, "self_help", name="Onsdag")
    a_group(cast, "self_help", name="Torsdag", language="pl")
    [row] = here(list_interests)
    page = browse(cast.karen).get(f"/grupper/behov/{row.id}").text
    assert re.findall(r">((?:Onsdag|Torsdag)[^<]*)</option>", page) == [
        "Torsdag (Polsk)",
        "Onsdag (Dansk)",
    ]


def test_who_told_of_a_loss_and_an_age_sees_first_what_fits(
    client: FlaskClient, cast: Cast, browse: Browse
):
    press(client, ASK, **{**SAID, "relation": "spouse", "age": "68"})
    a_group(cast, "self_help", name="Mandag", told={"relation": "child", "oldest": 60})
    a_group(cast, "self_help", name="Onsdag", told={"youngest": 70})
    a_group(
        cast,
        "self_help",
        name="Torsdag",
        told={"relation": "spouse", "youngest": 60, "oldest": 75},
    )
    [row] = here(list_interests)
    karen = browse(cast.karen)
    page = karen.get(f"/grupper/behov/{row.id}").text
    assert re.findall(r">((?:Mandag|Onsdag|Torsdag)[^<]*)</option>", page) == [
        "Torsdag (Dansk)",
        "Onsdag (Dansk, for ældre)",
        "Mandag (Dansk, for dem, der har mistet eller passer en anden, for yngre)",
    ]
    assert "Ægtefælle eller samlever · 68 år" in " ".join(karen.get("/grupper/behov").text.split())


def test_what_a_group_is_for_is_asked_and_told(browse: Browse, cast: Cast):
    group_id = a_group(cast, "self_help")
    karen, url = browse(cast.karen), f"/grupper/{group_id}/ret"
    form = {"neutral_name": "Onsdagsgruppen", "relation": "spouse"}
    refused = press(karen, url, **form, youngest="75", oldest="60")
    assert refused.status_code == 422
    assert "Den sidste alder ligger før den første" in refused.text
    assert press(karen, url, **form, youngest="60", oldest="75").status_code == 303
    page = karen.get(f"/grupper/{group_id}").text
    assert "60 til 75 år" in page
    assert "Ægtefælle eller samlever" in page


def test_who_asks_again_is_known_by_what_was_told_last(client: FlaskClient, cast: Cast):
    press(client, ASK, **SAID)
    press(client, ASK, **{**SAID, "language": "pl", "relation": "spouse", "age": "84"})
    press(client, ASK, **{**SAID, "language": "pl"})
    [row] = here(list_interests)
    assert (row.language, row.relation, row.age) == ("pl", "spouse", 84)


def test_a_group_about_something_else_is_shown_where_it_is_for_the_same_relation(
    client: FlaskClient, cast: Cast, browse: Browse
):
    press(client, ASK, **{**SAID, "theme": "loss", "relation": "spouse"})
    a_group(cast, "bereavement", name="Mandag", told={"relation": "spouse"})
    a_group(cast, "self_help", name="Onsdag")
    [row] = here(list_interests)
    page = browse(cast.karen).get(f"/grupper/behov/{row.id}").text
    assert re.findall(r">((?:Mandag|Onsdag)[^<]*)</option>", page) == [
        "Mandag (At miste sin mand, kone eller kæreste, Dansk)"
    ]


def test_where_no_group_fits_the_way_leads_to_a_new_one(
    client: FlaskClient, cast: Cast, browse: Browse
):
    press(client, ASK, **SAID)
    [row] = here(list_interests)
    answer = browse(cast.karen).get(f"/grupper/behov/{row.id}")
    assert (answer.status_code, answer.location) == (303, "/grupper/ny")


@pytest.mark.parametrize("age", ["17", "111", "halvfjerds"])
def test_an_age_nobody_has_is_refused_at_the_field(client: FlaskClient, cast: Cast, age: str):
    answer = press(client, ASK, **{**SAID, "age": age})
    assert answer.status_code == 422
    assert f'value="{age}"' in answer.text
    assert interests() == 0


@pytest.mark.parametrize(("days", "left"), [(365, 1), (366, 0)])
def test_who_waited_a_year_in_vain_is_forgotten(
    client: FlaskClient, cast: Cast, days: int, left: int
):
    press(client, ASK, **SAID)
    now = days_on(days=days)
    with acting_for(HOME):
        forget_old(now.date(), now)
    assert interests() == left
