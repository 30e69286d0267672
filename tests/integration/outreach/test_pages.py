"""The pages of outreach: whole, for those they are for, and forgiving of what is typed."""

import re
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

from klippekort.domain.outreach.cases import Answer, Consent
from klippekort.outreach import services
from klippekort.outreach.models import OutreachNotice
from klippekort.outreach.queries.queue import open_cases
from klippekort.outreach.services import referring
from klippekort.platform.db import db
from tests.builders import MONDAY, a_card, an_occurrence
from tests.cast import Cast
from tests.integration.activities.looking import faults_at
from tests.integration.groups.arrange import content_of, press
from tests.integration.outreach.arrange import case_of, here, noted, notices, referred, run
from tests.integration.outreach.conftest import Browse
from tests.integration.tablet import StandingClock

TELL = "/opsporing/lindeby/fortael-os"
WORKLIST, QUEUE, RULES = "/opsporing", "/opsporing/koe", "/opsporing/regler"

SETTINGS: dict[str, Any] = {
    "first_days": 7,
    "handover_days": 3,
    "answer_days": 7,
    "forget_days": 30,
    "again_months": 6,
    "rest_days": 28,
    "owner": "",
    "own_signs": "",
}


@pytest.fixture
def karen(browse: Browse, cast: Cast) -> FlaskClient:
    """The coordinator's browser."""
    return browse(cast.karen)


def typed(**facts: Any) -> dict[str, Any]:
    return {
        "source": "relative",
        "about": "Inge Holm, Skovvej 3",
        "words": "Hun ser ingen.",
        "knows": "yes",
        "teller": "Lise, 20 12 34 57",
        "wants_answer": "y",
        **facts,
    }


@pytest.mark.parametrize(
    "address",
    [WORKLIST, QUEUE, "/opsporing/daekning", RULES, "/opsporing/indstillinger",
     "/opsporing/henvisning", TELL],
)  # fmt: skip
def test_pages_are_as_pages_should_be(karen: FlaskClient, cast: Cast, address: str):
    a_card(cast, cast.ellen)
    an_occurrence(MONDAY + timedelta(days=3))
    noted(cast.bo, cast.ellen, words="Græder")
    referred(cast.asta)
    assert faults_at(karen, address) == []


@pytest.mark.parametrize("part", ["", "/naeste", "/overdrag", "/luk", "?q=el"])
def test_pages_of_a_case_are_as_pages_should_be(karen: FlaskClient, cast: Cast, part: str):
    assert faults_at(karen, f"/opsporing/sag/{referred(cast.asta)}{part}") == []


@pytest.mark.parametrize("part", ["opsporing", "lagt-maerke-til", "henvisning"])
def test_pages_of_a_citizen_are_as_pages_should_be(karen: FlaskClient, cast: Cast, part: str):
    noted(cast.bo, cast.ellen, consent=Consent.NO)
    assert faults_at(karen, f"/borgere/{cast.ellen}/{part}") == []


def test_a_helper_notes_in_one_form_and_is_told_that_she_can_read_it(browse: Browse, cast: Cast):
    bo, address = browse(cast.bo), f"/borgere/{cast.ellen}/lagt-maerke-til"
    assert "Ellen kan læse" in bo.get(address).text or "Ellen can read" in bo.get(address).text
    answer = press(bo, address, signs=["sad", "tv_all_day"], words="", consent="yes")
    assert answer.location == f"/borgere/{cast.ellen}"
    (case,) = here(open_cases, MONDAY)
    assert notices(case.id)[0].signs == ["sad", "tv_all_day"]


def test_nothing_pressed_is_asked_for_at_the_field(browse: Browse, cast: Cast):
    bo, address = browse(cast.bo), f"/borgere/{cast.ellen}/lagt-maerke-til"
    answer = press(bo, address, words="", consent="yes")
    assert (answer.status_code, 'id="words-error"' in answer.text) == (422, True)


def test_a_person_number_is_not_kept(browse: Browse, cast: Cast):
    bo, address = browse(cast.bo), f"/borgere/{cast.ellen}/lagt-maerke-til"
    assert press(bo, address, words="Om 010150 1234", consent="yes").status_code == 422


def test_from_today_one_notes_about_ones_own_citizens(browse: Browse, cast: Cast):
    bo = browse(cast.bo)
    assert faults_at(bo, "/opsporing/lagt-maerke-til") == []
    said = {"citizen_id": str(cast.ellen), "signs": ["sad"], "consent": "not_asked"}
    assert press(bo, "/opsporing/lagt-maerke-til", **said).status_code == 303
    said["citizen_id"] = str(cast.poul)
    assert press(bo, "/opsporing/lagt-maerke-til", **said).status_code == 422


def test_a_helper_sees_neither_list_nor_queue(browse: Browse, cast: Cast):
    bo = browse(cast.bo)
    assert [bo.get(address).status_code for address in (WORKLIST, QUEUE)] == [403, 403]


def test_another_suppliers_citizen_is_not_noted_about(browse: Browse, cast: Cast):
    address = f"/borgere/{cast.poul}/lagt-maerke-til"
    assert browse(cast.bo).get(address).status_code == 403


def test_the_list_says_why_and_that_it_decides_nothing(karen: FlaskClient, cast: Cast):
    page = content_of(karen.get(WORKLIST).text)
    assert page.count("<article") == 2


def test_a_planner_sees_their_own_supplier_alone(browse: Browse, cast: Cast):
    ida = browse(cast.ida)
    page = content_of(ida.get(f"{WORKLIST}?leverandoer={cast.private_supplier}").text)
    assert "Ellen" in page


def test_a_line_is_put_off_to_a_day_that_comes(karen: FlaskClient, cast: Cast):
    address = f"/borgere/{cast.ellen}/opsporing"
    assert press(karen, address, answer="later", until_on="").status_code == 422
    assert press(karen, address, answer="later", until_on="2026-11-22").status_code == 422
    assert press(karen, address, answer="later", until_on="1-12-2026").status_code == 303
    assert "Ellen" not in content_of(karen.get(WORKLIST).text)


def test_a_case_is_followed_up_from_its_page(karen: FlaskClient, cast: Cast):
    case_id = noted(cast.bo, cast.ellen)
    page = f"/opsporing/sag/{case_id}"
    assert press(karen, f"{page}/naeste", next_on="2026-11-30").location == page
    assert press(karen, f"{page}/overdrag", to=str(cast.ida.account_id)).location == page
    assert case_of(case_id).next_on == date(2026, 11, 30)
    assert press(karen, f"{page}/luk", outcome="talked").location == page
    assert case_of(case_id).outcome == "talked"


def test_a_yes_on_the_list_leads_to_the_case_and_from_there_to_the_talk(
    karen: FlaskClient, cast: Cast
):
    page = press(karen, f"/borgere/{cast.ellen}/opsporing", answer="yes").location
    assert f'action="{page}/ja"' in karen.get(page).text
    assert press(karen, f"{page}/ja").location == f"/borgere/{cast.ellen}/samtale/1"
    assert press(karen, f"{page}/ja").location == page
    assert f'href="/borgere/{cast.ellen}/forloeb"' in karen.get(page).text


def test_a_planner_begins_no_course(browse: Browse, cast: Cast):
    page = f"/opsporing/sag/{noted(cast.bo, cast.ellen)}"
    ida = browse(cast.ida)
    assert f"{page}/ja" not in ida.get(page).text
    assert ida.post(f"{page}/ja").status_code == 403


def test_whoever_is_asked_takes_it_or_sends_it_back(browse: Browse, cast: Cast):
    case_id = noted(cast.bo, cast.ellen)
    run(services.hand_over, cast.karen, case_id, cast.ida.account_id, now=MONDAY)
    ida, page = browse(cast.ida), f"/opsporing/sag/{case_id}"
    assert "Ellen" in content_of(ida.get(QUEUE).text)
    assert press(ida, f"{page}/tag").status_code == 303
    assert case_of(case_id).owner_id == cast.ida.account_id


def test_the_referrer_is_answered_without_a_word_of_health(karen: FlaskClient, cast: Cast):
    case_id = referred(cast.asta, citizen_id=cast.ellen)
    address = f"/opsporing/sag/{case_id}/svar/{notices(case_id)[0].id}"
    assert faults_at(karen, address) == []
    assert press(karen, address, reply="in_touch").status_code == 422
    assert press(karen, address, reply="received").status_code == 303


def test_whom_it_is_about_is_found_on_the_page(karen: FlaskClient, cast: Cast):
    case_id = referred(cast.asta)
    page = f"/opsporing/sag/{case_id}"
    assert "Ellen" in content_of(karen.get(f"{page}?q=elle").text)
    assert press(karen, f"{page}/borger/{cast.ellen}").location == page
    assert case_of(case_id).citizen_id == cast.ellen


def test_what_is_overdue_stands_in_red_words_and_on_the_overview(
    browse: Browse, cast: Cast, clock_stands: StandingClock
):
    noted(cast.bo, cast.ellen)
    clock_stands.pass_(days=20)
    karen = browse(cast.karen)
    assert "status-bad" in karen.get(QUEUE).text
    assert QUEUE in content_of(karen.get("/overblik").text)


def test_anybody_tells_us_of_somebody_without_a_log_in(app: Flask, cast: Cast):
    answer = press(app.test_client(), TELL, **typed())
    (case,) = here(open_cases, MONDAY)
    assert (answer.status_code, case.sources, case.consent) == (200, ("relative",), "yes")
    assert notices(case.id)[0].answer_by == date(2026, 11, 30)


def test_telling_twice_is_telling_once(app: Flask, cast: Cast):
    for _ in range(2):
        assert press(app.test_client(), TELL, **typed()).status_code == 200
    assert len(here(open_cases, MONDAY)) == 1


def test_machines_tell_nothing(app: Flask, cast: Cast):
    press(app.test_client(), TELL, **typed(website="https://eksempel.dk"))
    assert here(open_cases, MONDAY) == []


def test_too_many_in_an_hour_are_asked_to_wait(
    app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(referring, "MOST_AN_HOUR", 1)
    press(app.test_client(), TELL, **typed())
    assert press(app.test_client(), TELL, **typed(about="Poul, Åvej 2")).status_code == 422


def test_a_municipality_may_take_no_word_without_a_log_in(
    app: Flask, karen: FlaskClient, cast: Cast
):
    said: dict[str, Any] = {
        "first_days": 7,
        "handover_days": 3,
        "answer_days": 7,
        "forget_days": 30,
    }
    said |= {"again_months": 6, "rest_days": 28, "owner": "", "own_signs": ""}
    page = "/opsporing/indstillinger"
    assert press(karen, page, **said, signs=["sad"]).status_code == 303
    assert app.test_client().get(TELL).status_code == 404


@pytest.mark.parametrize(
    "wrong", [{"forget_days": 0}, {"forget_days": 366}, {"own_signs": "x" * 61}, {"signs": []}]
)
def test_settings_out_of_bounds_are_refused(karen: FlaskClient, wrong: dict[str, Any]):
    said: dict[str, Any] = {
        "first_days": 7,
        "handover_days": 3,
        "answer_days": 7,
        "forget_days": 30,
    }
    said |= {"again_months": 6, "rest_days": 28, "owner": "", "own_signs": ""}
    told = {**said, "signs": ["sad"], **wrong}
    assert press(karen, "/opsporing/indstillinger", **told).status_code == 422


def test_rules_for_almost_everybody_are_saved_only_when_that_is_meant(
    karen: FlaskClient, cast: Cast
):
    said: dict[str, Any] = {"never_asked_on": "y", "never_asked_weeks": 0}
    for name, value in {
        "bereaved_weeks": 26, "signs_signs": 1, "lapsing_weeks": 4, "lapsing_minutes": 30,
        "cancelled_by_us_times": 2, "cancelled_by_us_weeks": 8, "group_ended_weeks": 8,
        "moved_weeks": 12, "unused_minutes": 60, "unused_weeks": 8,
        "nothing_attended_weeks": 8, "not_asked_months": 12,
    }.items():  # fmt: skip
        said[name] = value
    refused = press(karen, RULES, **said)
    assert (refused.status_code, "is_meant" in refused.text) == (422, True)
    assert press(karen, RULES, **said, is_meant="y").status_code == 303
    assert press(karen, RULES, **{**said, "not_asked_months": 99}).status_code == 422


def test_a_rule_counts_only_whom_it_puts_on_the_list(karen: FlaskClient, cast: Cast):
    noted(cast.bo, cast.ellen, "sad")

    def put_by_signs() -> str:
        rule = karen.get(RULES).text.split('<fieldset class="panel">')[2]
        found = re.search(r"(\d+) (?:borger|citizen)", rule)
        assert found is not None
        return found[1]

    assert put_by_signs() == "1"
    run(services.answer, cast.karen, cast.ellen, Answer.DONE, now=MONDAY)
    assert put_by_signs() == "0"


def test_a_referral_of_tomorrow_keeps_what_was_typed(browse: Browse, cast: Cast):
    asta = browse(cast.asta)
    said = {"source": "doctor", "about": "Inge", "words": "Ser ingen", "consent": "yes"}
    answer = press(asta, "/opsporing/henvisning", **said, received_on="2026-11-24")
    assert (answer.status_code, "Ser ingen" in answer.text) == (422, True)
    assert press(asta, "/opsporing/henvisning", **said, received_on="2026-11-23").location


def test_one_press_twice_is_one_notice(browse: Browse, cast: Cast):
    bo, key = browse(cast.bo), str(uuid4())
    said = {"signs": ["sad"], "words": "", "consent": "yes", "key": key}
    for _ in range(2):
        bo.post(f"/borgere/{cast.ellen}/lagt-maerke-til", data=said)

    def count() -> int:
        return len(list(db.session.query(OutreachNotice)))

    assert here(count) == 1


def test_another_municipalitys_case_is_not_found(browse: Browse, cast: Cast):
    page = browse(cast.karen).get(f"/opsporing/sag/{UUID(int=7)}")
    assert page.status_code == 404
