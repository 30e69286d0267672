"""Measures: words first, kept with their score, seen by few, followed up, and counted."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from klippekort.citizens.services.leaving import Leaving, register_leaving, undo_leaving
from klippekort.domain.errors import Forbidden, NotFound, Stale
from klippekort.domain.instruments import OutOfRange
from klippekort.domain.permissions import Actor
from klippekort.measures.models import MeasureDue, MeasureDuty, Measurement
from klippekort.measures.queries import measures as queries
from klippekort.measures.queries.counts import before_after, before_after_by_district
from klippekort.measures.services import (
    Answered,
    MeasuredAlready,
    NoProxy,
    NotYet,
    NoWording,
    ask_at,
    close_duty,
    keep_answers,
    set_due_by_hand,
    set_moments,
    write_words,
)
from klippekort.platform.audit import AuditLine
from klippekort.platform.db import db
from tests.builders import MONDAY
from tests.cast import Cast, make_citizen
from tests.integration import tablet
from tests.integration.tablet import StandingClock
from tests.integration.waiting.arrange import here, run
from tests.login import log_in
from tests.measures_site import WHO5, WORDS

TODAY = date(2026, 11, 23)
LOW, GOOD = (1, 1, 1, 1, 1), (4, 4, 4, 4, 4)
Browse = Callable[[Actor], FlaskClient]
KEY = "7c9e6679-7425-40de-944b-e07fc1f90ae7"


@pytest.fixture(autouse=True)
def standing_clock(monkeypatch: pytest.MonkeyPatch) -> StandingClock:
    return tablet.stand_still(monkeypatch)


@pytest.fixture
def browse(app: Flask, cast: Cast) -> Browse:
    return lambda actor: log_in(app.test_client(), actor)


@pytest.fixture
def words(cast: Cast) -> None:
    run(write_words, cast.karen, WHO5, "da", WORDS, now=MONDAY)


def said(**changed: Any) -> Answered:
    usual = Answered(WHO5, "da", "interview", "start", TODAY, answers=LOW)
    return replace(usual, **changed)


def keep(actor: Actor, citizen_id: UUID, **changed: Any) -> UUID:
    return UUID(run(keep_answers, actor, citizen_id, said(**changed), now=MONDAY))


def the_duty() -> MeasureDuty:
    return here(lambda: db.session.scalars(select(MeasureDuty)).one())


def test_nothing_can_be_asked_until_the_words_are_there(cast: Cast) -> None:
    with pytest.raises(NoWording):
        keep(cast.bo, cast.ellen)


def test_score_rule_language_mode_and_asker_are_kept(cast: Cast, words: None) -> None:
    row = here(queries.get_measurement, keep(cast.bo, cast.ellen))
    assert (row.raw, row.score, row.code, row.rule_version) == (5, 20, "high_risk", 1)
    assert (row.language, row.mode, row.asked_by) == ("da", "interview", cast.bo.account_id)


@pytest.mark.parametrize("outcome", ["declined", "not_able"])
def test_a_no_and_a_cannot_are_answers(cast: Cast, words: None, outcome: str) -> None:
    row = here(queries.get_measurement, keep(cast.bo, cast.ellen, outcome=outcome, answers=()))
    assert (row.outcome, row.score, row.answers) == (outcome, None, [])


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"answers": (1, 1, 1, 1, 6)}, OutOfRange),
        ({"measured_on": TODAY + timedelta(days=1)}, NotYet),
        ({"mode": "proxy"}, NoProxy),
        ({"key": "who5.2099"}, NotFound),
    ],
)
def test_what_makes_no_sense_is_refused(
    cast: Cast, words: None, changed: dict[str, Any], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        keep(cast.bo, cast.ellen, **changed)


def test_a_second_the_same_day_is_refused_or_replaces_with_a_reason(
    cast: Cast, words: None
) -> None:
    first = keep(cast.bo, cast.ellen)
    with pytest.raises(MeasuredAlready):
        keep(cast.bo, cast.ellen, answers=GOOD)
    keep(cast.bo, cast.ellen, answers=GOOD, because="typed_wrong")
    kept = here(lambda: [(one.id == first, one.score) for one in queries.measures_of(cast.ellen)])
    assert kept == [(False, 80)]
    assert the_duty().done == "replaced"


@pytest.mark.parametrize("because", ["asked_again", "other"])
def test_a_low_score_is_followed_up_though_a_later_answer_is_better(
    cast: Cast, words: None, because: str
) -> None:
    keep(cast.bo, cast.ellen)
    keep(cast.bo, cast.ellen, answers=GOOD, because=because)
    assert the_duty().closed_at is None


def test_a_low_score_must_be_closed_with_what_was_done(cast: Cast, words: None) -> None:
    keep(cast.bo, cast.ellen)
    duty = the_duty()
    assert (duty.owner_id, duty.due_on) == (cast.bo.account_id, TODAY + timedelta(days=2))
    run(close_duty, cast.bo, duty.id, done="doctor", words="Lægen ringer", now=MONDAY)
    assert here(queries.open_duties) == []
    with pytest.raises(Stale):
        run(close_duty, cast.karen, duty.id, done="doctor", words="igen", now=MONDAY)


def test_only_the_coordinator_and_the_owner_see_a_duty(
    cast: Cast, words: None, browse: Browse
) -> None:
    keep(cast.bo, cast.ellen)
    page = f"/maalinger/opfoelgning/{the_duty().id}"
    codes = {
        actor.display_name: browse(actor).get(page).status_code
        for actor in (cast.bo, cast.karen, cast.mia, cast.asta, cast.ida, cast.viggo)
    }
    assert list(codes.values()) == [200, 200, 403, 403, 403, 403]
    with pytest.raises(Forbidden):
        run(close_duty, cast.asta, the_duty().id, done="other", words="x", now=MONDAY)


def test_only_those_who_need_it_see_a_score_and_each_look_is_kept(
    cast: Cast, words: None, browse: Browse
) -> None:
    keep(cast.bo, cast.ellen)
    page = f"/borgere/{cast.ellen}/maalinger"
    seen = {
        actor.display_name: browse(actor).get(page)
        for actor in (cast.asta, cast.karen, cast.bo, cast.mia, cast.ida, cast.viggo)
    }
    codes = [answer.status_code for answer in seen.values()]
    assert codes == [200, 200, 200, 403, 403, 403]
    looks = here(
        lambda: db.session.scalars(select(AuditLine.role).filter_by(purpose="see_measures")).all()
    )
    assert sorted(looks) == ["assessor", "care_worker", "coordinator"]


def test_another_helper_of_hers_does_not_see_what_was_answered(cast: Cast, words: None) -> None:
    keep(cast.karen, cast.ellen)
    assert here(queries.seen_by, cast.bo, cast.ellen) == []


def test_what_is_due_at_the_start_is_done_by_an_answer(cast: Cast, words: None) -> None:
    run(set_moments, cast.karen, at_start=[WHO5], at_end=[], owner_id=cast.asta.account_id)
    run(ask_at, cast.ellen, "start", TODAY, "course", now=MONDAY)
    run(ask_at, cast.ellen, "start", TODAY, "course", now=MONDAY)
    keep(cast.bo, cast.ellen)
    states = here(lambda: db.session.scalars(select(MeasureDue.state)).all())
    assert list(states) == ["done"]
    assert the_duty().owner_id == cast.asta.account_id


def test_an_answer_of_before_a_day_was_set_does_not_meet_it(cast: Cast, words: None) -> None:
    run(set_due_by_hand, cast.karen, cast.ellen, WHO5, TODAY + timedelta(days=10), now=MONDAY)
    keep(cast.bo, cast.ellen, moment="other", measured_on=TODAY - timedelta(days=30))
    assert len(here(queries.open_dues)) == 1
    keep(cast.bo, cast.ellen, moment="other")
    assert here(queries.open_dues) == []


def test_an_answer_of_another_moment_does_not_meet_what_is_due(cast: Cast, words: None) -> None:
    run(set_moments, cast.karen, at_start=[], at_end=[WHO5], owner_id=None)
    run(ask_at, cast.ellen, "end", TODAY, "course", now=MONDAY)
    keep(cast.bo, cast.ellen, moment="start")
    assert len(here(queries.open_dues)) == 1


def a_form(**changed: str) -> dict[str, str]:
    usual = {"key": KEY, "outcome": "answered", "mode": "interview", "moment": "start"}
    ticked = {f"item_0{number}": "3" for number in range(1, 6)}
    return usual | ticked | {"measured_on": "2026-11-23"} | changed


def test_a_no_with_answers_ticked_is_asked_about_and_keeps_what_was_ticked(
    cast: Cast, words: None, browse: Browse
) -> None:
    bo, address = browse(cast.bo), f"/borgere/{cast.ellen}/maalinger/{WHO5}/da"
    wrong = bo.post(address, data=a_form(outcome="declined"))
    assert (wrong.status_code, 'id="outcome-error"' in wrong.text) == (422, True)
    assert len(re.findall(r"<input[^>]*checked[^>]*item_0|<input[^>]*item_0[^>]*checked",
                          wrong.text)) == 5  # fmt: skip
    assert here(queries.measures_of, cast.ellen) == []
    meant = bo.post(address, data=a_form(outcome="declined", leave_out="y"))
    assert meant.status_code == 303
    row = here(lambda: db.session.scalars(select(Measurement)).one())
    assert (row.outcome, row.answers) == ("declined", [])


def test_why_answers_are_replaced_is_not_called_optional(
    cast: Cast, words: None, browse: Browse
) -> None:
    keep(cast.bo, cast.ellen)
    address = f"/borgere/{cast.ellen}/maalinger/{WHO5}/da"
    answer = browse(cast.bo).post(address, data=a_form())
    assert (answer.status_code, 'id="because-error"' in answer.text) == (422, True)
    asked = answer.text[answer.text.index('id="because"') :].split("</fieldset>")[0]
    assert 'class="optional"' not in asked


def test_where_nothing_can_be_asked_the_page_says_why_and_what_to_do(
    cast: Cast, browse: Browse
) -> None:
    page = browse(cast.karen).get(f"/borgere/{cast.ellen}/maalinger/dag").text
    assert "/maalinger/redskaber" in page
    assert 'name="due_on"' not in page


def test_the_page_says_what_is_wrong_at_its_field(cast: Cast, words: None, browse: Browse) -> None:
    address = f"/borgere/{cast.ellen}/maalinger/{WHO5}/da"
    form = {"key": KEY, "outcome": "answered", "mode": "interview", "moment": "start"}
    form |= {f"item_0{number}": "3" for number in range(1, 5)} | {"item_05": "9"}
    wrong = browse(cast.bo).post(address, data=form | {"measured_on": "2026-11-24"})
    page = wrong.get_data(as_text=True)
    assert wrong.status_code == 422
    assert 'id="item_05-error"' in page
    assert 'value="2026-11-24"' in page
    right = form | {"item_05": "not_able", "measured_on": "2026-11-23"}
    assert browse(cast.bo).post(address, data=right).status_code == 303
    row = here(lambda: db.session.scalars(select(Measurement)).one())
    assert (row.score, row.answers) == (None, [3, 3, 3, 3, "not_able"])


def test_a_wrong_file_is_refused_by_its_key(cast: Cast, browse: Browse) -> None:
    file = (BytesIO(b'id = "own"\nversion = "1"\nname = "Vores"\nitems = "to"\n'), "own.toml")
    answer = browse(cast.karen).post(
        "/maalinger/redskaber/eget",
        data={"key": KEY, "file": file},
        content_type="multipart/form-data",
    )
    assert answer.status_code == 422
    assert "items" in answer.get_data(as_text=True)


def test_the_paper_is_a_pdf(cast: Cast, words: None, browse: Browse) -> None:
    answer = browse(cast.bo).get(f"/maalinger/papir/{WHO5}/da.pdf")
    assert answer.data[:4] == b"%PDF"


def test_who_has_died_is_asked_nothing_more_until_it_is_undone(cast: Cast, words: None) -> None:
    run(set_moments, cast.karen, at_start=[WHO5], at_end=[WHO5], owner_id=None)
    run(ask_at, cast.ellen, "end", TODAY, "course", now=MONDAY)
    facts = Leaving("died", TODAY, "relative")
    leaving = UUID(run(register_leaving, cast.karen, cast.ellen, facts, now=MONDAY))
    assert here(queries.open_dues) == []
    assert run(ask_at, cast.ellen, "start", TODAY, "course", now=MONDAY) == []
    run(undo_leaving, cast.karen, leaving, now=MONDAY)
    assert len(here(queries.open_dues)) == 1


def _before_and_after(cast: Cast, people: int) -> None:
    for number in range(people):

        def add(name: str = f"Nr{number}") -> str:
            person = make_citizen(name, "Prøve", supplier=cast.supplier, district=cast.north)
            db.session.flush()
            return str(person)

        one = UUID(run(add))
        start = TODAY - timedelta(days=60)
        keep(cast.karen, one, measured_on=start, answers=(2, 2, 2, 2, 2))
        keep(cast.karen, one, moment="end", answers=(3, 3, 3, 3, number % 2 + 2))


def test_before_and_after_is_told_with_uncertainty(cast: Cast, words: None) -> None:
    _before_and_after(cast, 6)
    (one,) = here(before_after, TODAY - timedelta(days=30), TODAY)
    assert one.change is not None
    assert (one.change.n, one.change.before, one.change.mean) == (6, 40, 18)
    assert (one.change.low or 0) < 18 < (one.change.high or 0)


def test_so_few_are_not_told(cast: Cast, words: None) -> None:
    _before_and_after(cast, 4)
    (one,) = here(before_after, TODAY - timedelta(days=30), TODAY)
    assert (one.is_hidden, one.change) == (True, None)
    assert here(before_after_by_district, WHO5, TODAY - timedelta(days=30), TODAY) == {
        cast.north: None
    }


def test_whoever_follows_up_is_told_where_they_look_and_nobody_else(
    cast: Cast, words: None, browse: Browse
) -> None:
    keep(cast.bo, cast.ellen)
    link = f"/maalinger/opfoelgning/{the_duty().id}"
    assert '/maalinger/opfoelgning"' in browse(cast.bo).get("/i-dag").text
    for page in (f"/borgere/{cast.ellen}", f"/borgere/{cast.ellen}/oplysninger"):
        told = {
            actor.display_name: link in browse(actor).get(page).text
            for actor in (cast.bo, cast.karen, cast.asta)
        }
        assert list(told.values()) == [True, True, False]


def test_an_assessor_who_follows_up_is_told_where_citizens_are_found(
    cast: Cast, words: None, browse: Browse
) -> None:
    page = browse(cast.asta)
    assert "/maalinger/opfoelgning" not in page.get("/borgere").text
    keep(cast.asta, cast.ellen)
    assert "/maalinger/opfoelgning" in page.get("/borgere").text
