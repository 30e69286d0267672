"""The laboratory's pages: choosing, writing rules, waiting, and what came of it."""

import threading
from datetime import timedelta
from html import unescape
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from klippekort.domain.lab.standing import StandingWishes
from klippekort.domain.permissions import Action, Actor
from klippekort.platform import clock
from klippekort.platform.audit import AuditCitizen, AuditLine
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.tenancy import acting_for
from klippekort.punchcards.queries.schemes import list_schemes
from klippekort.punchcards.services.changes import keep_terms
from klippekort.reports import jobs
from klippekort.reports.models import SchemeTrial
from klippekort.reports.services import trials as services
from klippekort.reports.services.trials import Order
from tests.cast import AWAY, HOME, Cast
from tests.integration.laboratory.arrange import (
    NOW,
    OPEN,
    RULES,
    STRICT,
    a_card,
    a_scheme,
    a_trip,
    rules,
)
from tests.login import log_in

KEY = str(UUID(int=1))
PAGE = "/regellaboratorium"


@pytest.fixture(autouse=True)
def standing_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def card(cast: Cast) -> UUID:
    """Ellen's card, with a trip that was ordered the day before and made."""
    card_id = a_card(cast, cast.ellen, a_scheme(cast))
    a_trip(card_id, cast.ellen, NOW - timedelta(days=10))
    return card_id


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> list[UUID]:
    """The trials that were handed to a thread, which a rolled-back database cannot have."""
    found: list[UUID] = []
    monkeypatch.setattr(jobs, "start", lambda _app, _home, trial_id: found.append(trial_id))
    return found


@pytest.fixture
def karen(client: FlaskClient, cast: Cast) -> FlaskClient:
    return log_in(client, cast.karen)


def a_trial(cast: Cast, text: str = STRICT, wishes: StandingWishes | None = None) -> UUID:
    """Try rules on the last year and return the trial's id."""
    with acting_for(HOME):
        order = Order(rules(text), "Prøveordning", 1, wishes=wishes)
        trial_id = UUID(execute(services.start_trial, cast.karen, order, now=NOW))
        execute(services.claim_trial, trial_id, now=NOW)
        jobs.carry_out(trial_id)
    return trial_id


def count() -> int:
    with acting_for(HOME):
        db.session.rollback()
        return db.session.scalars(select(func.count(SchemeTrial.id))).one()


def sent(**changed: str) -> dict[str, str]:
    return {"key": KEY, "toml": RULES, "years": "1", "today": ""} | changed


def test_own_and_published_schemes_can_be_chosen(karen: FlaskClient, card: UUID) -> None:
    page = karen.get(PAGE).text
    assert "Klippekort" in page
    assert 'value="preset:nyborg"' in page


def test_a_published_scheme_is_there_to_be_edited(karen: FlaskClient, cast: Cast) -> None:
    assert "minutes_per_punch = 30" in karen.get(f"{PAGE}/ny?ordning=preset:nyborg").text


def test_the_municipalitys_own_scheme_is_there_to_be_edited(
    karen: FlaskClient, cast: Cast, card: UUID
) -> None:
    with acting_for(HOME):
        own = list_schemes()[0].id
    assert "iso_week" in karen.get(f"{PAGE}/ny?ordning=own:{own}").text


def own_scheme() -> UUID:
    with acting_for(HOME):
        return list_schemes()[0].id


def a_draft(cast: Cast) -> UUID:
    """Write for Ellen's scheme that 45 minutes come a week, and return the scheme's id."""
    scheme_id = own_scheme()
    more = rules(RULES.replace("minutes = 30\n", "minutes = 45\n")).terms
    with acting_for(HOME):
        execute(keep_terms, cast.karen, scheme_id, more, now=NOW)
    return scheme_id


def test_a_scheme_without_a_draft_offers_none(karen: FlaskClient, card: UUID) -> None:
    assert 'value="draft:' not in karen.get(PAGE).text
    assert karen.get(f"{PAGE}/ny?ordning=draft:{own_scheme()}").status_code == 404


def test_what_is_written_anew_for_a_scheme_can_be_tried(
    karen: FlaskClient, cast: Cast, card: UUID, begun: list[UUID]
) -> None:
    scheme_id = a_draft(cast)
    assert f'value="draft:{scheme_id}"' in karen.get(PAGE).text
    page = karen.get(f"{PAGE}/ny?ordning=draft:{scheme_id}").text
    text = unescape(page.partition('name="toml"')[2].partition(">")[2].partition("</textarea>")[0])
    assert f'value="draft:{scheme_id}"' in page
    karen.post(f"{PAGE}/ny", data=sent(toml=text, chosen=f"draft:{scheme_id}"))
    with acting_for(HOME):
        db.session.rollback()
        trial = db.session.scalars(select(SchemeTrial)).one()
    assert rules(trial.toml).terms.allowance.minutes == 45
    assert trial.name.startswith("Klippekort, ")


def test_from_the_trial_of_a_draft_the_way_leads_back_to_its_pages(
    karen: FlaskClient, cast: Cast, card: UUID
) -> None:
    scheme_id = own_scheme()
    editor = f"/ordninger/{scheme_id}/aendring"
    trial_id = a_trial(cast, STRICT.replace("Klippekort Lindeby", "Klippekort"))
    assert editor in karen.get(f"{PAGE}/ny?ordning=own:{scheme_id}").text
    assert editor in karen.get(f"{PAGE}/{trial_id}").text
    assert editor not in karen.get(f"{PAGE}/{a_trial(cast)}").text


def test_the_page_of_a_draft_leads_to_the_laboratory(
    karen: FlaskClient, cast: Cast, card: UUID
) -> None:
    place = f"/ordninger/{own_scheme()}/aendring"
    link = f"{PAGE}/ny?ordning=draft:{own_scheme()}"
    assert link not in karen.get(place).text.replace("%3A", ":")
    a_draft(cast)
    assert link in karen.get(place).text.replace("%3A", ":")


@pytest.mark.parametrize(
    "chosen", ["own:x", f"own:{UUID(int=9)}", f"draft:{UUID(int=9)}", "preset:x", "x", "trial:x"]
)
def test_a_scheme_nobody_knows_is_not_found(karen: FlaskClient, chosen: str) -> None:
    assert karen.get(f"{PAGE}/ny?ordning={chosen}").status_code == 404


def test_rules_that_are_sent_begin_a_trial(
    karen: FlaskClient, card: UUID, begun: list[UUID]
) -> None:
    answer = karen.post(f"{PAGE}/ny", data=sent())
    assert (answer.status_code, answer.location) == (303, f"{PAGE}/{begun[0]}")


def test_pressing_twice_begins_one_trial(karen: FlaskClient, card: UUID, begun: list[UUID]) -> None:
    places = [karen.post(f"{PAGE}/ny", data=sent()).location for _ in range(2)]
    assert places[0] == places[1]
    assert count() == 1


def test_a_second_trial_waits_and_the_first_is_shown(
    karen: FlaskClient, card: UUID, begun: list[UUID]
) -> None:
    karen.post(f"{PAGE}/ny", data=sent())
    second = karen.post(f"{PAGE}/ny", data=sent(key=str(UUID(int=2))))
    assert second.location == f"{PAGE}/{begun[0]}"
    assert (len(begun), count()) == (1, 1)


def test_faults_are_told_by_line_and_key_and_the_text_is_kept(
    karen: FlaskClient, card: UUID, begun: list[UUID]
) -> None:
    text = "minutes_per_punch = 30\n[allowance]\nminutes = -5\nrhythm = 'weekly'\n"
    answer = karen.post(f"{PAGE}/ny", data=sent(toml=text))
    assert answer.status_code == 422
    assert "3, allowance.minutes" in answer.text
    assert "4, allowance.rhythm" in answer.text
    assert "rhythm = &#39;weekly&#39;" in answer.text
    assert count() == 0


@pytest.mark.parametrize("text", ["", "  ", "minutes_per_punch = = 3", "[[["])
def test_what_is_no_scheme_is_refused(
    karen: FlaskClient, card: UUID, begun: list[UUID], text: str
) -> None:
    assert karen.post(f"{PAGE}/ny", data=sent(toml=text)).status_code == 422
    assert count() == 0


def test_while_it_is_worked_out_the_page_tells_how_far_and_comes_back_by_itself(
    karen: FlaskClient, card: UUID, begun: list[UUID]
) -> None:
    place = karen.post(f"{PAGE}/ny", data=sent()).location
    page = karen.get(place).text
    assert "<progress" in page
    assert '<noscript><meta http-equiv="refresh" content="5"></noscript>' in page


def test_a_trial_whose_process_died_says_so(
    karen: FlaskClient, card: UUID, begun: list[UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    place = karen.post(f"{PAGE}/ny", data=sent()).location
    monkeypatch.setattr(clock, "now", lambda: NOW + services.SILENT_AFTER)
    page = karen.get(place).text
    assert "refresh" not in page
    assert "ordning=trial:" in page.replace("%3A", ":")


def test_what_came_of_it_is_shown_with_charts_and_their_numbers(
    karen: FlaskClient, cast: Cast, card: UUID
) -> None:
    page = karen.get(f"{PAGE}/{a_trial(cast)}").text
    assert page.count('<svg width="100%" height="220" role="img"') == 2
    assert "style=" not in page


def test_standing_wishes_are_asked_about_when_that_is_chosen(
    karen: FlaskClient, card: UUID, begun: list[UUID]
) -> None:
    karen.post(f"{PAGE}/ny", data=sent(wish_weeks="2", wish_minutes="90"))
    with acting_for(HOME):
        db.session.rollback()
        trial = db.session.scalars(select(SchemeTrial)).one()
    assert services.wishes_of(trial) == StandingWishes(2, 90)


@pytest.mark.parametrize("chosen", [{"wish_weeks": "3"}, {"wish_minutes": "500"}])
def test_other_rhythms_and_lengths_are_refused(
    karen: FlaskClient, card: UUID, begun: list[UUID], chosen: dict[str, str]
) -> None:
    assert karen.post(f"{PAGE}/ny", data=sent(**chosen)).status_code == 422


def test_time_lost_without_and_with_standing_wishes_stands_side_by_side(
    karen: FlaskClient, cast: Cast, card: UUID
) -> None:
    capped = f"{RULES}\n[saving.caps.most]\nminutes = 60\nat_cap = 'refuse'\n"
    trial_id = a_trial(cast, capped, StandingWishes(1, 60))
    page = karen.get(f"{PAGE}/{trial_id}").text
    months = karen.get(f"{PAGE}/{trial_id}/maaneder.csv").data.decode("utf-8-sig")
    assert 'id="wishes"' in page
    assert page.count('<svg width="100%" height="220" role="img"') == 3
    assert len({line.split(";")[0] for line in months.splitlines()[1:]}) == 3


def test_without_the_question_no_side_is_shown(karen: FlaskClient, cast: Cast, card: UUID) -> None:
    assert 'id="wishes"' not in karen.get(f"{PAGE}/{a_trial(cast)}").text


def test_no_name_stands_on_the_first_page(karen: FlaskClient, cast: Cast, card: UUID) -> None:
    assert "Ellen" not in karen.get(f"{PAGE}/{a_trial(cast)}").text


def test_names_stand_on_the_list_and_the_look_is_logged(
    karen: FlaskClient, cast: Cast, card: UUID
) -> None:
    less = STRICT.replace("minutes = 30\n", "minutes = 20\n")
    assert "Ellen Sørensen" in karen.get(f"{PAGE}/{a_trial(cast, less)}/borgere?hvem=taber").text
    with acting_for(HOME):
        db.session.rollback()
        lines = db.session.scalars(
            select(AuditLine.purpose)
            .join(AuditCitizen, AuditCitizen.line_id == AuditLine.id)
            .where(AuditLine.action == Action.SEE_CITIZEN, AuditCitizen.citizen_id == cast.ellen)
        ).all()
    assert list(lines) == ["try_schemes"]


def test_who_loses_does_not_stand_among_those_who_gain(
    karen: FlaskClient, cast: Cast, card: UUID
) -> None:
    less = STRICT.replace("minutes = 30\n", "minutes = 20\n")
    assert "Ellen" not in karen.get(f"{PAGE}/{a_trial(cast, less)}/borgere?hvem=vinder").text


def test_an_answer_to_an_open_rule_begins_a_new_trial(
    karen: FlaskClient, cast: Cast, card: UUID, begun: list[UUID]
) -> None:
    trial_id = a_trial(cast, OPEN)
    assert 'name="charging__travel"' in karen.get(f"{PAGE}/{trial_id}").text
    data = {"key": KEY, "charging__travel": "counts"}
    answer = karen.post(f"{PAGE}/{trial_id}/svar", data=data)
    assert (answer.status_code, answer.location) == (303, f"{PAGE}/{begun[0]}")


def test_no_answer_is_asked_for_again(
    karen: FlaskClient, cast: Cast, card: UUID, begun: list[UUID]
) -> None:
    answer = karen.post(f"{PAGE}/{a_trial(cast, OPEN)}/svar", data={"key": KEY})
    assert (answer.status_code, begun) == (422, [])


def test_months_are_sent_as_a_table_of_minutes(karen: FlaskClient, cast: Cast, card: UUID) -> None:
    answer = karen.get(f"{PAGE}/{a_trial(cast)}/maaneder.csv")
    lines = answer.data.decode("utf-8-sig").splitlines()
    assert answer.mimetype == "text/csv"
    assert lines[-1].split(";")[1:] == ["2026-11", "90", "0", "0", "0"]


def test_a_schemes_name_is_never_a_formula(karen: FlaskClient, cast: Cast, card: UUID) -> None:
    with acting_for(HOME):
        order = Order(rules(), "=1+1", 1)
        trial_id = UUID(execute(services.start_trial, cast.karen, order, now=NOW))
        execute(services.claim_trial, trial_id, now=NOW)
        jobs.carry_out(trial_id)
    for line in karen.get(f"{PAGE}/{trial_id}/maaneder.csv").data.decode("utf-8-sig").splitlines():
        assert not line.startswith("=")


def test_the_citizens_table_has_ids_and_no_names(
    karen: FlaskClient, cast: Cast, card: UUID
) -> None:
    text = karen.get(f"{PAGE}/{a_trial(cast)}/borgere.csv").data.decode("utf-8-sig")
    assert str(cast.ellen) in text
    assert "Ellen" not in text


def test_the_scheme_can_be_taken_along(karen: FlaskClient, cast: Cast, card: UUID) -> None:
    answer = karen.get(f"{PAGE}/{a_trial(cast)}/ordning.toml")
    assert rules(answer.text).terms == rules(STRICT).terms


def test_a_trial_can_be_deleted(karen: FlaskClient, cast: Cast, card: UUID) -> None:
    trial_id = a_trial(cast)
    assert karen.post(f"{PAGE}/{trial_id}/slet", data={"key": KEY}).status_code == 303
    assert karen.get(f"{PAGE}/{trial_id}").status_code == 404


def test_others_do_not_come_in(app: Flask, cast: Cast, card: UUID) -> None:
    for actor in (cast.asta, cast.bo, cast.ida, cast.ada, cast.viggo):
        client = log_in(app.test_client(), actor)
        assert client.get(PAGE).status_code == 403
        assert client.post(f"{PAGE}/ny", data=sent()).status_code == 403


def test_another_municipalitys_trial_is_not_found(
    karen: FlaskClient, cast: Cast, card: UUID
) -> None:
    with acting_for(AWAY):
        db.session.rollback()
        frida = Actor(AWAY, cast.karen.role, cast.frida.account_id)
        order = Order(rules(), "Fremmed", 1)
        theirs = execute(services.start_trial, frida, order, now=NOW)
    for page in ("", "/borgere", "/maaneder.csv", "/borgere.csv", "/ordning.toml"):
        assert karen.get(f"{PAGE}/{theirs}{page}").status_code == 404
    assert karen.post(f"{PAGE}/{theirs}/slet", data={"key": KEY}).status_code == 404


def test_a_thread_carries_it_out_while_the_page_has_been_answered(
    committed_app: Flask, committed_cast: Cast
) -> None:
    card = a_card(committed_cast, committed_cast.ellen, a_scheme(committed_cast))
    a_trip(card, committed_cast.ellen, NOW - timedelta(days=10))
    client = log_in(committed_app.test_client(), committed_cast.karen)
    place = client.post(f"{PAGE}/ny", data=sent(toml=STRICT)).location
    for thread in threading.enumerate():
        if thread.name == f"trial-{place.rpartition('/')[2]}":
            thread.join()
    page = client.get(place).text
    assert "data-follow" not in page
    assert f"{place}/maaneder.csv" in page
