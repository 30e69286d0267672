"""What a citizen answers in the talk is respected by the list, as if she had been asked from it."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from klippekort.courses.models import CourseTalk
from klippekort.courses.services import finish_talk
from klippekort.domain.outreach.cases import Answer, CaseOutcome, Consent
from klippekort.domain.outreach.rules import Key
from klippekort.outreach.jobs import forget_signs
from klippekort.platform import clock
from klippekort.platform.db import db
from klippekort.platform.tenancy import acting_for
from tests.builders import MONDAY
from tests.cast import HOME, Cast
from tests.integration.outreach.arrange import answers, case_of, here, noted, notices, run
from tests.integration.outreach.conftest import Browse
from tests.integration.outreach.test_worklist import on_the_list, reasons
from tests.integration.tablet import StandingClock

TODAY = date(2026, 11, 23)
GOAL = "At høre fuglene i skoven igen"


def talked(cast: Cast, agrees: str, until: date | None = None, **said: Any) -> None:
    """Finish a talk with Ellen in which she answers so."""
    told = {"agrees": agrees, "goals": GOAL, **said}
    run(finish_talk, cast.bo, cast.ellen, told, not_now_until=until, now=clock.now())


def words_kept(citizen_id: UUID) -> list[bool]:
    """Say of each of her talks whether its words are kept."""
    found = select(CourseTalk.answers_sealed).filter_by(citizen_id=citizen_id)
    kept: list[bool] = here(lambda: [one is not None for one in db.session.scalars(found)])
    return kept


def forget(clock_stands: StandingClock, days: int) -> None:
    """Let days pass, and delete what is due."""
    now = clock_stands.pass_(days=days)
    with acting_for(HOME):
        assert forget_signs(TODAY, now).failed == 0


def test_a_no_in_the_talk_takes_her_off_the_list_until_she_may_be_asked_again(
    cast: Cast, clock_stands: StandingClock
):
    assert Key.NEVER_ASKED in reasons(cast.ellen)
    talked(cast, "no")
    (answer,) = answers(cast.ellen)
    assert (answer.answer, answer.until_on) == (Answer.NO, date(2027, 5, 23))
    clock_stands.pass_(days=100)
    assert cast.ellen not in on_the_list()


def test_a_no_in_the_talk_closes_her_case(cast: Cast):
    case_id = noted(cast.bo, cast.ellen, words="Græder")
    talked(cast, "no")
    case = case_of(case_id)
    assert (case.outcome, case.consent, case.closed_on) == (CaseOutcome.NO, Consent.NO, TODAY)


def test_what_staff_see_after_a_no_in_the_talk_opens_nothing(cast: Cast):
    talked(cast, "no")
    assert case_of(noted(cast.bo, cast.ellen)).closed_on == TODAY


def test_signs_and_the_words_of_the_talk_go_a_month_after_her_no(
    cast: Cast, clock_stands: StandingClock
):
    case_id = noted(cast.bo, cast.ellen, words="Græder")
    talked(cast, "no")
    forget(clock_stands, 29)
    assert (notices(case_id)[0].signs, words_kept(cast.ellen)) == (["sad"], [True])
    forget(clock_stands, 1)
    assert (notices(case_id)[0].signs, words_kept(cast.ellen)) == ([], [False])


def test_the_words_of_earlier_talks_go_with_the_no(cast: Cast, clock_stands: StandingClock):
    talked(cast, "yes")
    clock_stands.pass_(days=60)
    talked(cast, "no")
    forget(clock_stands, 30)
    assert words_kept(cast.ellen) == [False, False]


def test_words_stay_where_she_has_said_yes_since(cast: Cast, clock_stands: StandingClock):
    talked(cast, "no")
    clock_stands.pass_(days=10)
    talked(cast, "yes")
    forget(clock_stands, 60)
    assert words_kept(cast.ellen) == [True, True]


def test_not_now_comes_back_on_the_day_she_said(cast: Cast, clock_stands: StandingClock):
    case_id = noted(cast.bo, cast.ellen)
    talked(cast, "not_now", date(2027, 2, 1))
    (answer,) = answers(cast.ellen)
    assert (answer.answer, answer.until_on) == (Answer.LATER, date(2027, 2, 1))
    assert (case_of(case_id).closed_on, case_of(case_id).next_on) == (None, date(2027, 2, 1))
    assert cast.ellen not in on_the_list()
    clock_stands.pass_(days=75)
    assert cast.ellen in on_the_list()


def test_a_yes_in_the_talk_is_kept_and_her_case_has_come_to_the_talk(cast: Cast):
    case_id = noted(cast.bo, cast.ellen)
    talked(cast, "yes")
    assert [one.answer for one in answers(cast.ellen)] == [Answer.YES]
    assert case_of(case_id).outcome == CaseOutcome.TALKED


def test_her_page_tells_that_she_said_no_and_when_she_may_be_asked_again(
    cast: Cast, browse: Browse
):
    talked(cast, "no")
    page = browse(cast.bo).get(f"/borgere/{cast.ellen}").text
    assert "23. november 2026" in page
    assert "23. maj 2027" in page


def test_nothing_is_told_of_a_no_that_is_over(
    cast: Cast, browse: Browse, clock_stands: StandingClock
):
    talked(cast, "no")
    clock_stands.pass_(days=200)
    assert "23. maj 2027" not in browse(cast.karen).get(f"/borgere/{cast.ellen}").text


def test_another_citizens_talk_changes_nothing_for_her(cast: Cast):
    run(finish_talk, cast.karen, cast.poul, {"agrees": "no"}, now=MONDAY + timedelta(hours=1))
    assert answers(cast.ellen) == []
