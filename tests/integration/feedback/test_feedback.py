"""Somebody says what they think; it has an owner, a last day, an answer and an end."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from klippekort.citizens.services.leaving import Leaving, register_leaving, undo_leaving
from klippekort.domain.errors import Forbidden, NotFound
from klippekort.domain.feedback import Change, Channel, Kind, Times
from klippekort.domain.permissions import Actor, Role
from klippekort.feedback import services
from klippekort.feedback.jobs import forget_words
from klippekort.feedback.models import Feedback
from klippekort.feedback.queries import feedback as queries
from klippekort.feedback.queries.counts import counts
from klippekort.feedback.queries.feedback import Rules
from klippekort.municipalities.services import change_contact
from klippekort.platform import clock
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.tenancy import acting_for
from tests.builders import MONDAY
from tests.cast import AWAY, HOME, Cast
from tests.integration.activities.looking import faults_at
from tests.integration.feedback.conftest import Browse
from tests.integration.groups.arrange import here, press, run
from tests.integration.own_page.arrange import PIN, type_pin
from tests.integration.papers.reading import facts, smallest, words
from tests.integration.tablet import StandingClock
from tests.integration.waiting.arrange import own_card

GIVE, SAID = "/sig-din-mening/lindeby", "/du-sagde-vi-gjorde/lindeby"
WORDS = "Bussen kom ikke."


def rows() -> list[Any]:
    return list(here(lambda: db.session.scalars(select(Feedback)).all()))


def words_of(row: Any, column: str) -> str | None:
    with acting_for(HOME):
        return queries.opened(row, column)


def given(cast: Cast, kind: Kind = Kind.COMPLAINT, **facts: Any) -> UUID:
    """Note what somebody said by phone, and return its id."""
    said = services.Said(kind, Channel.PHONE, WORDS, **{"contact": "20 12 34 56", **facts})
    return UUID(run(services.give, cast.karen, said, now=MONDAY))


@pytest.mark.parametrize("address", [GIVE, SAID])
def test_public_pages_are_as_pages_should_be(anyone: FlaskClient, address: str):
    assert faults_at(anyone, address) == []


@pytest.mark.parametrize("address", ["/synspunkter", "/synspunkter/nyt", "/synspunkter/regler"])
def test_staff_pages_are_as_pages_should_be(karen: FlaskClient, cast: Cast, address: str):
    given(cast, citizen_id=cast.ellen)
    assert faults_at(karen, address) == []


def test_the_page_of_a_complaint_is_as_a_page_should_be(karen: FlaskClient, cast: Cast):
    feedback_id = given(cast, citizen_id=cast.ellen)
    assert faults_at(karen, f"/synspunkter/{feedback_id}") == []


def test_anybody_can_write_without_a_name(anyone: FlaskClient):
    assert press(anyone, GIVE, kind="praise", words="Tak for turen").status_code == 200
    row = rows()[0]
    assert (row.channel, row.wants_answer, row.contact_encrypted) == ("page", False, None)


def left(cast: Cast, kind: str = "died") -> UUID:
    """Let Ellen die or move."""
    facts = Leaving(kind, MONDAY.date(), "relative")
    return UUID(run(register_leaving, cast.karen, cast.ellen, facts, now=MONDAY))


def test_nobody_answers_the_dead_and_the_complaint_stays(cast: Cast, karen: FlaskClient):
    feedback_id = given(cast, contact="", citizen_id=cast.ellen)
    owner = rows()[0].owner_id
    left(cast)
    row = rows()[0]
    assert (row.owner_id, row.wants_answer, row.closed_on) == (owner, False, None)
    for address in ("/synspunkter", f"/synspunkter/{feedback_id}"):
        assert "Ellen Sørensen er død" in karen.get(address).text
    page = karen.get(f"/synspunkter/{feedback_id}").text
    assert f"/synspunkter/{feedback_id}/kvittering" not in page
    assert f"/synspunkter/{feedback_id}/svar" not in page
    run(services.close, cast.karen, feedback_id, services.Ending(Change.NOTHING), now=MONDAY)


def test_a_complaint_of_the_dead_is_late_only_when_it_is_to_be_closed(cast: Cast):
    given(cast, contact="", citizen_id=cast.ellen)
    left(cast)
    by = rows()[0]
    assert here(queries.count_late, by.acknowledge_by + timedelta(days=1)) == 0
    assert here(queries.count_late, by.answer_by + timedelta(days=1)) == 1


def test_after_a_mistake_she_waits_for_her_answer_again(cast: Cast, karen: FlaskClient):
    feedback_id = given(cast, contact="", citizen_id=cast.ellen)
    by = rows()[0].answer_by
    run(undo_leaving, cast.karen, left(cast), now=MONDAY + timedelta(minutes=5))
    assert (rows()[0].wants_answer, rows()[0].answer_by) == (True, by)
    assert "er død" not in karen.get(f"/synspunkter/{feedback_id}").text


def test_a_relative_who_gave_a_number_still_waits(cast: Cast):
    given(cast, citizen_id=cast.ellen)
    left(cast)
    assert rows()[0].wants_answer


def test_whoever_has_moved_is_answered_at_the_new_address(cast: Cast, karen: FlaskClient):
    feedback_id = given(cast, contact="", citizen_id=cast.ellen)
    left(cast, "moved")
    assert rows()[0].wants_answer
    assert "er flyttet" in karen.get(f"/synspunkter/{feedback_id}").text


def test_what_is_said_of_the_dead_waits_for_whoever_said_it_alone(cast: Cast):
    left(cast)
    given(cast, contact="", citizen_id=cast.ellen)
    given(cast, citizen_id=cast.ellen)
    assert sorted(row.wants_answer for row in rows()) == [False, True]


def test_words_are_not_readable_where_they_are_kept(anyone: FlaskClient):
    press(anyone, GIVE, kind="problem", words=WORDS, contact="20 12 34 56")
    row = rows()[0]
    assert WORDS.encode() not in row.words_encrypted
    assert words_of(row, "words") == WORDS


def test_whatever_comes_has_an_owner_and_a_last_day(cast: Cast, anyone: FlaskClient):
    press(anyone, GIVE, kind="idea", words="Flere bænke")
    row = rows()[0]
    assert (row.owner_id, row.answer_by) == (cast.karen.account_id, date(2026, 12, 7))


def test_without_words_the_form_asks_for_them_and_keeps_the_rest(anyone: FlaskClient):
    answer = press(anyone, GIVE, kind="idea", words="", contact="Inge, 20 12 34 56")
    assert answer.status_code == 422
    assert "Inge, 20 12 34 56" in answer.text


def test_a_machine_that_fills_in_everything_is_thanked_and_not_kept(anyone: FlaskClient):
    press(anyone, GIVE, kind="idea", words="Køb nu", website="https://eksempel.dk")
    assert rows() == []


def test_a_flood_on_the_public_page_is_stopped(cast: Cast):
    said = services.Said(Kind.IDEA, Channel.PAGE, WORDS)
    for _time in range(30):
        run(services.give, _anybody(), said, now=MONDAY)
    with pytest.raises(services.TooManyWrite):
        run(services.give, _anybody(), said, now=MONDAY)


def _anybody() -> Actor:
    return Actor(HOME, Role.SYSTEM)


def test_a_helper_types_in_for_their_own_citizen(browse: Browse, cast: Cast):
    page = f"/synspunkter/nyt?borger={cast.ellen}"
    press(browse(cast.bo), page, channel="helper", kind="problem", words=WORDS, wants_answer="y")
    row = rows()[0]
    assert (row.citizen_id, row.wants_answer) == (cast.ellen, True)


def test_the_slip_is_one_sheet(karen: FlaskClient, cast: Cast, tmp_path: Path):
    with acting_for(HOME):
        told = ("+4520123456", "mandag til torsdag kl. 8-15, fredag kl. 8-13, juli kl. 9-12", "")
        address = (
            "Center for Fællesskab og Omsorg\nBygning C\nAtt. Maren Holm\nTorvet 1\n4681 Lindeby"
        )
        execute(change_contact, cast.ada, *told, address, now=clock.now())
    drawn = karen.get("/synspunkter/seddel.pdf").data
    assert facts(drawn, tmp_path)["Pages"] == "1"
    assert smallest(drawn, tmp_path) >= 18
    assert "20 12 34 56" in words(drawn, tmp_path)


def test_a_helper_types_in_for_nobody_elses_citizen(browse: Browse, cast: Cast):
    page = f"/synspunkter/nyt?borger={cast.poul}"
    press(browse(cast.bo), page, channel="helper", kind="problem", words=WORDS)
    assert rows() == []


def test_nobody_elses_feedback_opens_for_a_helper(browse: Browse, cast: Cast):
    feedback_id = given(cast)
    assert browse(cast.bo).get(f"/synspunkter/{feedback_id}").status_code == 403


def test_a_citizen_writes_on_her_own_page_and_reads_the_answer(cast: Cast, anyone: FlaskClient):
    token = own_card(cast, cast.ellen, PIN)
    type_pin(anyone, token, PIN)
    page = f"/kort/lindeby/{token}/sig-din-mening"
    press(anyone, page, kind="idea", words="Mere dans", wants_answer="y")
    run(services.answer, cast.karen, rows()[0].id, "Vi danser fredag.", now=MONDAY)
    assert "Vi danser fredag." in anyone.get(page).text
    assert faults_at(anyone, page) == []


def test_a_closed_page_of_ones_own_takes_no_words(cast: Cast, anyone: FlaskClient):
    token = own_card(cast, cast.ellen, PIN)
    press(anyone, f"/kort/lindeby/{token}/sig-din-mening", kind="idea", words="Mere dans")
    assert rows() == []


def test_a_slip_counts_from_the_day_it_was_written(cast: Cast):
    given(cast, kind=Kind.IDEA, received_on=date(2026, 11, 20))
    assert rows()[0].answer_by == date(2026, 12, 4)


def test_nobody_has_said_anything_tomorrow(karen: FlaskClient, cast: Cast):
    answer = press(
        karen,
        "/synspunkter/nyt",
        channel="slip",
        kind="idea",
        words=WORDS,
        received_on="2026-11-24",
    )
    assert answer.status_code == 422
    assert WORDS in answer.text


def test_a_late_complaint_says_so(browse: Browse, cast: Cast, clock_stands: StandingClock):
    given(cast)
    clock_stands.pass_(days=5)
    assert "form-error-message" in browse(cast.karen).get("/synspunkter").text


def test_a_complaint_goes_from_receipt_to_what_changed(
    browse: Browse, cast: Cast, clock_stands: StandingClock
):
    here_it_is = f"/synspunkter/{given(cast)}"
    press(browse(cast.karen), f"{here_it_is}/kvittering")
    clock_stands.pass_(days=2)
    karen = browse(cast.karen)
    _press(karen, f"{here_it_is}/svar", "answer", words="Vi beklager.")
    _press(karen, f"{here_it_is}/luk", "close", outcome="changed", change="Ny aftale med bussen")
    row = rows()[0]
    assert (row.acknowledged_on, row.answered_on) == (date(2026, 11, 23), date(2026, 11, 25))
    assert words_of(row, "change") == "Ny aftale med bussen"


def _press(client: FlaskClient, address: str, prefix: str, **said: str) -> Any:
    """Send one of several forms on a page."""
    named = {f"{prefix}-{name}": value for name, value in said.items()}
    key = "0190c8a0-0000-4000-8000-" + f"{abs(hash(address)) % 10**12:012d}"
    return client.post(address, data={f"{prefix}-key": key, **named})


def test_who_waits_for_an_answer_is_answered_before_the_end(karen: FlaskClient, cast: Cast):
    answer = _press(karen, f"/synspunkter/{given(cast)}/luk", "close", outcome="explained")
    assert answer.status_code == 422
    assert rows()[0].closed_on is None


def test_a_complaint_is_passed_on_with_the_words_on_where_to_complain(
    karen: FlaskClient, cast: Cast
):
    guidance = "Skriv til kommunens klageudvalg inden fire uger."
    run(services.decide_rules, cast.karen, Rules(guidance=guidance), now=MONDAY)
    page = f"/synspunkter/{given(cast)}"
    assert guidance in karen.get(page).text
    _press(karen, f"{page}/videre", "pass_on", authority="Klageudvalget")
    assert (rows()[0].passed_to, rows()[0].passed_on) == ("Klageudvalget", date(2026, 11, 23))


def test_what_changed_is_told_to_all_only_when_the_coordinator_ticks_it(
    karen: FlaskClient, anyone: FlaskClient, cast: Cast
):
    quiet, told = (given(cast, kind=Kind.IDEA, contact="") for _one in range(2))
    ending = services.Ending(Change.CHANGED, "Bænk købt")
    public = services.Ending(Change.CHANGED, "Bænk", True, "I savnede en bænk", "Vi satte en op")
    run(services.close, cast.karen, quiet, ending, now=MONDAY)
    run(services.close, cast.karen, told, public, now=MONDAY)
    page = anyone.get(SAID).text
    assert page.count("I savnede en bænk") == 1
    assert "Bænk købt" not in page


def test_clocks_decided_later_leave_what_is_here_alone(cast: Cast):
    given(cast)
    run(services.decide_rules, cast.karen, Rules(Times(1, 1, 1)), now=MONDAY)
    assert rows()[0].answer_by == date(2026, 12, 21)


def test_words_go_and_numbers_stay(cast: Cast):
    feedback_id = given(cast, kind=Kind.IDEA, contact="", citizen_id=cast.ellen, wants_answer=False)
    ending = services.Ending(Change.CHANGED, "Bænk")
    run(services.close, cast.karen, feedback_id, ending, now=MONDAY)
    later = MONDAY + timedelta(days=365)
    with acting_for(HOME):
        assert forget_words(later.date(), later).done == 1
    row = rows()[0]
    assert (row.words_encrypted, row.change_encrypted, row.citizen_id) == (None, None, None)
    assert here(counts, date(2026, 1, 1), date(2026, 12, 31)).changed == 1


def test_nothing_is_forgotten_before_its_time(cast: Cast):
    feedback_id = given(cast, kind=Kind.IDEA, contact="")
    ending = services.Ending(Change.NOTHING)
    run(services.close, cast.karen, feedback_id, ending, now=MONDAY)
    later = MONDAY + timedelta(days=364)
    with acting_for(HOME):
        assert forget_words(later.date(), later).expected == 0


def test_the_year_is_counted_by_kind_and_by_what_came_of_it(cast: Cast):
    late = given(cast)
    given(cast, kind=Kind.PRAISE, contact="")
    run(services.answer, cast.karen, late, "Undskyld", now=MONDAY + timedelta(days=60))
    found = here(counts, date(2026, 1, 1), date(2026, 12, 31))
    assert (found.received, dict(found.kinds)) == (2, {"complaint": 1, "praise": 1})
    assert (found.answered, found.in_time, found.acknowledged_in_time) == (1, 0, 0)


def test_nothing_is_seen_from_the_next_municipality(cast: Cast):
    feedback_id = given(cast)
    with acting_for(AWAY), pytest.raises(NotFound):
        queries.get_feedback(feedback_id)


def test_a_care_worker_answers_nobody(cast: Cast):
    feedback_id = given(cast)
    with pytest.raises(Forbidden):
        run(services.answer, cast.bo, feedback_id, "Ja", now=MONDAY)
