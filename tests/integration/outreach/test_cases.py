"""What is noticed has an owner and a date, changes hands, is answered, and is forgotten."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest

from klippekort.citizens.queries import get_citizen
from klippekort.citizens.services.leaving import Leaving, register_leaving, undo_leaving
from klippekort.courses.queries.courses import list_of_citizen
from klippekort.courses.services import open_course
from klippekort.domain.courses import Phase
from klippekort.domain.errors import Forbidden, NotFound, Stale
from klippekort.domain.outreach.cases import (
    Answer,
    CaseOutcome,
    Consent,
    InTheFuture,
    InThePast,
    Pace,
    Reply,
    Source,
    Trouble,
)
from klippekort.domain.permissions import Role
from klippekort.outreach import services
from klippekort.outreach.jobs import bring_back_cases, forget_signs
from klippekort.outreach.queries.cases import teller_of, words_of
from klippekort.outreach.queries.own import noted_about
from klippekort.outreach.queries.queue import count_late, open_cases, owed
from klippekort.platform import clock
from klippekort.platform.tenancy import acting_for
from tests.builders import MONDAY
from tests.cast import HOME, Cast
from tests.integration.outreach.arrange import (
    answers,
    case_of,
    here,
    noted,
    notices,
    referred,
    run,
)
from tests.integration.tablet import StandingClock

TODAY = date(2026, 11, 23)
YES, NO = Consent.YES, Consent.NO


def test_what_is_noticed_has_an_owner_and_a_next_date_at_once(cast: Cast):
    case = case_of(noted(cast.bo, cast.ellen))
    assert (case.owner_id, case.next_on) == (cast.karen.account_id, TODAY + timedelta(7))


def test_two_who_notice_on_one_day_are_both_kept_in_one_case(cast: Cast):
    first = noted(cast.bo, cast.ellen, "sad")
    second = noted(cast.karen, cast.ellen, "tv_all_day")
    assert first == second
    assert [one.signs for one in notices(first)] == [["sad"], ["tv_all_day"]]


def test_words_are_sealed_and_she_can_read_them(cast: Cast):
    case_id = noted(cast.bo, cast.ellen, words="Savner sin søster")
    (notice,) = notices(case_id)
    assert b"Savner" not in (notice.words_sealed or b"")
    (about,) = here(lambda: noted_about(get_citizen(cast.ellen)))
    assert (about.words, about.role) == ("Savner sin søster", "care_worker")


def test_nothing_is_noted_about_somebody_elses_citizen(cast: Cast):
    with pytest.raises(Forbidden):
        noted(cast.bo, cast.poul)


def test_nothing_is_noted_across_municipalities(cast: Cast):
    with pytest.raises(NotFound):
        noted(cast.bo, cast.gudrun)


def test_a_notice_of_tomorrow_is_refused(cast: Cast):
    told = services.Noted(cast.ellen, ("sad",), on=TODAY + timedelta(1))
    with pytest.raises(InTheFuture):
        run(services.note, cast.bo, told, now=MONDAY)


def test_a_notice_says_something(cast: Cast):
    with pytest.raises(services.NothingNoted):
        run(services.note, cast.bo, services.Noted(cast.ellen, ("unheard-of",)), now=MONDAY)


def test_a_no_closes_the_case_and_is_kept_with_when_to_ask_again(cast: Cast):
    noted(cast.bo, cast.ellen)
    case = case_of(noted(cast.bo, cast.ellen, consent=NO))
    (answer,) = answers(cast.ellen)
    assert (case.outcome, answer.answer) == (CaseOutcome.NO, Answer.NO)
    assert answer.until_on == date(2027, 5, 23)


def test_what_staff_see_after_a_no_opens_nothing(cast: Cast):
    noted(cast.bo, cast.ellen, consent=NO)
    assert case_of(noted(cast.bo, cast.ellen)).closed_on == TODAY


def test_she_may_ask_herself_after_a_no(cast: Cast):
    noted(cast.bo, cast.ellen, consent=NO)
    case_id = referred(cast.karen, source=Source.SELF, consent=YES, citizen_id=cast.ellen)
    assert case_of(case_id).closed_on is None


def test_a_no_after_a_colleagues_yes_is_for_a_person_to_settle(cast: Cast):
    noted(cast.bo, cast.ellen, consent=YES)
    case = case_of(noted(cast.karen, cast.ellen, consent=NO))
    assert (case.closed_on, case.consent, case.next_on) == (None, NO, TODAY)


def test_signs_and_words_go_a_month_after_a_no(cast: Cast, clock_stands: StandingClock):
    case_id = noted(cast.bo, cast.ellen, words="Græder", consent=NO)
    run_job(clock_stands, 29)
    assert notices(case_id)[0].signs == ["sad"]
    run_job(clock_stands, 1)
    (notice,) = notices(case_id)
    assert (notice.signs, notice.words_sealed) == ([], None)
    assert [one.answer for one in answers(cast.ellen)] == [Answer.NO]


def run_job(clock_stands: StandingClock, days: int) -> None:
    """Let days pass, and do what is done by itself."""
    now = clock_stands.pass_(days=days)
    with acting_for(HOME):
        assert forget_signs(TODAY, now).failed == bring_back_cases(TODAY, now).failed == 0


def test_signs_stay_while_somebody_works_with_a_yes(cast: Cast, clock_stands: StandingClock):
    case_id = noted(cast.bo, cast.ellen, consent=YES)
    run_job(clock_stands, 60)
    assert notices(case_id)[0].signs == ["sad"]


def test_whoever_was_never_asked_stays_with_the_owner_without_signs(
    cast: Cast, clock_stands: StandingClock
):
    case_id = noted(cast.bo, cast.ellen)
    run_job(clock_stands, 30)
    assert (notices(case_id)[0].signs, case_of(case_id).closed_on) == ([], None)


def test_no_answer_in_a_month_closes_the_case(cast: Cast, clock_stands: StandingClock):
    case_id = noted(cast.bo, cast.ellen)
    said = Answer.NO_ANSWER
    run(services.answer, cast.karen, cast.ellen, said, now=MONDAY + timedelta(hours=1))
    run_job(clock_stands, 30)
    assert case_of(case_id).outcome == CaseOutcome.NO_ANSWER


def test_a_municipality_sets_how_long_signs_are_kept(cast: Cast, clock_stands: StandingClock):
    settings = services.Settings(Pace(forget_days=5), (), ["Spiser ikke"], None, True)
    run(services.set_terms, cast.karen, settings, now=MONDAY)
    case_id = noted(cast.bo, cast.ellen, consent=NO)
    run_job(clock_stands, 5)
    assert notices(case_id)[0].forgotten_on is not None


def test_a_hand_over_stays_with_its_owner_until_it_is_taken(cast: Cast):
    case_id = noted(cast.bo, cast.ellen)
    run(services.hand_over, cast.karen, case_id, cast.ida.account_id, now=MONDAY)
    assert case_of(case_id).owner_id == cast.karen.account_id
    run(services.take_over, cast.ida, case_id, now=MONDAY)
    assert (case_of(case_id).owner_id, case_of(case_id).handed_to) == (cast.ida.account_id, None)


def test_a_hand_over_that_is_turned_down_comes_back_today(cast: Cast):
    case_id = noted(cast.bo, cast.ellen)
    run(services.hand_over, cast.karen, case_id, cast.ida.account_id, now=MONDAY)
    run(services.turn_back, cast.ida, case_id, now=MONDAY)
    case = case_of(case_id)
    assert (case.owner_id, case.came_back_on, case.next_on) == (
        cast.karen.account_id,
        TODAY,
        TODAY,
    )


def test_a_hand_over_that_nobody_takes_comes_back_by_itself(
    cast: Cast, clock_stands: StandingClock
):
    case_id = noted(cast.bo, cast.ellen)
    run(services.hand_over, cast.karen, case_id, cast.ida.account_id, now=MONDAY)
    run_job(clock_stands, 3)
    assert case_of(case_id).handed_to == cast.ida.account_id
    run_job(clock_stands, 1)
    assert (case_of(case_id).handed_to, case_of(case_id).came_back_on) == (None, date(2026, 11, 27))


def test_a_planner_of_another_supplier_cannot_own_it(cast: Cast):
    with pytest.raises(services.NotTheirs):
        run(
            services.hand_over,
            cast.karen,
            noted(cast.bo, cast.ellen),
            cast.bo.account_id,
            now=MONDAY,
        )


def test_a_planner_sees_and_follows_up_their_own_suppliers_alone(cast: Cast):
    case_id = noted(cast.bo, cast.ellen)
    other = replace(cast.ida, supplier_id=cast.private_supplier)
    assert here(open_cases, MONDAY, cast.private_supplier) == []
    with pytest.raises(Forbidden):
        run(services.set_next, other, case_id, TODAY, now=MONDAY)


def test_a_next_date_is_not_over(cast: Cast):
    with pytest.raises(InThePast):
        run(
            services.set_next,
            cast.karen,
            noted(cast.bo, cast.ellen),
            TODAY - timedelta(1),
            now=MONDAY,
        )


def test_what_nobody_looks_after_stands_first(cast: Cast, clock_stands: StandingClock):
    old = noted(cast.karen, cast.poul)
    run(services.set_next, cast.karen, old, TODAY + timedelta(60), now=MONDAY)
    clock_stands.pass_(days=1)
    late = noted(cast.bo, cast.ellen)
    found = here(open_cases, MONDAY + timedelta(days=20))
    assert [(one.id, one.troubles) for one in found] == [(late, (Trouble.OVERDUE,)), (old, ())]


def test_a_closed_case_is_closed(cast: Cast):
    case_id = noted(cast.bo, cast.ellen)
    run(services.close, cast.karen, case_id, CaseOutcome.TALKED, now=MONDAY)
    with pytest.raises(Stale):
        run(services.set_next, cast.karen, case_id, TODAY, now=MONDAY)


def test_a_doctor_waits_for_an_answer_until_they_have_it(cast: Cast):
    case_id = referred(cast.asta, citizen_id=cast.ellen, consent=YES)
    (waits,) = here(owed, MONDAY)
    assert (waits.answer_by, waits.is_late) == (TODAY + timedelta(7), False)
    run(services.reply, cast.karen, waits.notice_id, Reply.IN_TOUCH, now=MONDAY)
    assert (here(owed, MONDAY), notices(case_id)[0].reply) == ([], Reply.IN_TOUCH)


def test_a_doctor_who_waits_too_long_is_counted_though_the_case_is_closed(cast: Cast):
    case_id = referred(cast.asta, citizen_id=cast.ellen, consent=YES)
    run(services.close, cast.karen, case_id, CaseOutcome.TALKED, now=MONDAY)
    assert here(count_late, MONDAY) == 0
    assert here(count_late, MONDAY + timedelta(8)) == 1
    run(services.reply, cast.karen, notices(case_id)[0].id, Reply.IN_TOUCH, now=MONDAY)
    assert here(count_late, MONDAY + timedelta(8)) == 0


def test_that_we_are_in_touch_is_not_told_without_her_yes(cast: Cast):
    case_id = referred(cast.asta, citizen_id=cast.ellen)
    with pytest.raises(Forbidden):
        run(services.reply, cast.karen, notices(case_id)[0].id, Reply.IN_TOUCH, now=MONDAY)


def test_whom_a_referral_is_about_can_be_found_out(cast: Cast):
    case_id = referred(cast.asta)
    assert case_of(case_id).citizen_id is None
    assert run(services.link, cast.karen, case_id, cast.ellen, now=MONDAY) == str(case_id)
    (notice,) = notices(case_id)
    words = here(lambda: words_of(notice, get_citizen(cast.ellen)))
    assert (words, notice.about_sealed) == ("Kommer sjældent ud.", None)


def test_what_was_told_joins_the_case_she_has(cast: Cast):
    hers, told = noted(cast.bo, cast.ellen), referred(cast.asta)
    assert run(services.link, cast.karen, told, cast.ellen, now=MONDAY) == str(hers)
    assert (len(notices(hers)), len(here(open_cases, MONDAY))) == (2, 1)


def test_nobody_found_in_a_month_is_let_go(cast: Cast, clock_stands: StandingClock):
    case_id = referred(cast.asta)
    run_job(clock_stands, 30)
    assert case_of(case_id).outcome == CaseOutcome.NOT_FOUND
    assert notices(case_id)[0].teller_sealed is None


def test_a_volunteer_refers_nobody(cast: Cast):
    with pytest.raises(Forbidden):
        referred(replace(cast.viggo, role=Role.VOLUNTEER))


def test_nobody_is_sent_to_one_who_has_died_and_a_mistake_is_undone(cast: Cast):
    case_id = noted(cast.bo, cast.ellen)
    facts = Leaving("died", TODAY, "relative")
    leaving_id = UUID(run(register_leaving, cast.karen, cast.ellen, facts, now=MONDAY))
    assert case_of(case_id).outcome == CaseOutcome.DIED
    run(undo_leaving, cast.karen, leaving_id, now=MONDAY)
    assert (case_of(case_id).outcome, case_of(case_id).next_on) == (None, TODAY + timedelta(7))


def left_and_back(cast: Cast, back: datetime = MONDAY) -> None:
    """Let Ellen be dead by mistake."""
    facts = Leaving("died", TODAY, "relative")
    leaving_id = UUID(run(register_leaving, cast.karen, cast.ellen, facts, now=MONDAY))
    run(undo_leaving, cast.karen, leaving_id, now=back)


def test_after_a_mistake_a_colleague_is_still_asked_to_take_over(cast: Cast):
    case_id = noted(cast.bo, cast.ellen)
    run(services.hand_over, cast.karen, case_id, cast.ida.account_id, now=MONDAY)
    before = case_of(case_id)
    left_and_back(cast)
    case = case_of(case_id)
    assert (case.handed_to, case.handed_on) == (cast.ida.account_id, TODAY)
    assert (case.owner_id, case.next_on) == (before.owner_id, before.next_on)


def test_after_a_late_mistake_the_case_is_looked_at_today(cast: Cast):
    case_id = noted(cast.bo, cast.ellen)
    left_and_back(cast, MONDAY + timedelta(14))
    assert case_of(case_id).next_on == TODAY + timedelta(14)


def test_who_waits_for_an_answer_can_be_reached_after_a_no_but_not_for_ever(
    cast: Cast, clock_stands: StandingClock
):
    case_id = referred(cast.asta, citizen_id=cast.ellen, consent=NO)
    run_job(clock_stands, 31)
    (notice,) = notices(case_id)
    assert (notice.signs, notice.words_sealed, notice.about_sealed) == ([], None, None)
    assert here(lambda: teller_of(notice)) == "Lægerne på Torvet, 55 12 34 56"
    assert here(count_late, clock.now()) == len(here(owed, clock.now())) == 1
    run_job(clock_stands, 29)
    (notice,) = notices(case_id)
    assert (notice.teller_sealed, notice.forgotten_on) == (None, TODAY + timedelta(60))


def test_who_has_been_answered_is_forgotten_with_the_signs(cast: Cast, clock_stands: StandingClock):
    case_id = referred(cast.asta, citizen_id=cast.ellen, consent=NO)
    run_job(clock_stands, 31)
    run(services.reply, cast.karen, notices(case_id)[0].id, Reply.RECEIVED, now=clock.now())
    run_job(clock_stands, 1)
    assert notices(case_id)[0].teller_sealed is None


def test_a_yes_becomes_a_course_that_stands_at_the_talk(cast: Cast):
    case_id = noted(cast.bo, cast.ellen)
    run(services.begin_course, cast.karen, case_id, now=MONDAY)
    (course,) = here(list_of_citizen, cast.ellen)
    assert (course.origin, course.phase) == ("outreach", Phase.TALK)
    assert course.responsible_id == cast.karen.account_id
    case = case_of(case_id)
    assert (case.outcome, case.consent) == (CaseOutcome.TALKED, YES)
    assert [one.answer for one in answers(cast.ellen)] == [Answer.YES]
    with pytest.raises(Stale):
        run(services.begin_course, cast.karen, case_id, now=MONDAY)


def test_a_yes_takes_a_course_that_was_only_spotted_to_the_talk(cast: Cast):
    run(open_course, cast.karen, cast.ellen, origin="staff", now=MONDAY)
    run(services.begin_course, cast.karen, noted(cast.bo, cast.ellen), now=MONDAY)
    (course,) = here(list_of_citizen, cast.ellen)
    assert (course.origin, course.phase) == ("staff", Phase.TALK)


def test_no_course_begins_for_nobody_known(cast: Cast):
    with pytest.raises(Stale):
        run(services.begin_course, cast.karen, referred(cast.karen), now=MONDAY)
