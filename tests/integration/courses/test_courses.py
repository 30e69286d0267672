"""A course: opened without any score, taken along, handed over, looked at, and stopped at once."""

import re
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from klippekort.citizens.services.leaving import Leaving, register_leaving, undo_leaving
from klippekort.courses import services
from klippekort.courses.queries import DueCheck, due_checks
from klippekort.courses.queries.counts import (
    Among,
    by_phase,
    came_again,
    checks_by_outcome,
    hand_overs_by_form,
    heard_and_needed,
    median_days,
)
from klippekort.courses.queries.courses import Wanted, list_courses, steps_of
from klippekort.domain.courses import Outcome, Phase, StopReason, WrongStep
from klippekort.domain.errors import Forbidden, Stale
from tests.builders import MONDAY
from tests.cast import Cast
from tests.integration.courses.arrange import (
    TO_ESCORTED,
    TODAY,
    a_course,
    course_now,
    here,
    in_weeks,
    run,
    suits,
    talked,
    went,
)
from tests.integration.courses.conftest import Browse
from tests.integration.groups.arrange import press

YEAR = (date(2026, 1, 1), date(2027, 12, 31))


def handed(cast: Cast, course_id: UUID, form: str = "own_way", **told: Any) -> None:
    over = services.HandOver(form=form, on_day=TODAY, **told)
    run(services.hand_over, cast.bo, course_id, over, now=MONDAY)


def check_of(weeks: int) -> UUID:
    day, _now = in_weeks(weeks)
    due: list[DueCheck] = here(due_checks, day)
    return next(one.check_id for one in due if one.weeks == weeks)


def test_a_citizen_has_one_open_course(cast: Cast):
    a_course(cast.bo, cast.ellen)
    with pytest.raises(services.HasCourse):
        a_course(cast.karen, cast.ellen)


def test_each_step_is_kept_with_who_took_it(cast: Cast):
    course_id = a_course(cast.bo, cast.ellen, Phase.TALK)
    steps = here(steps_of, course_id)
    assert {(one.to_phase, one.recorder_name) for one in steps} == {
        ("spotted", "Bo Berg"),
        ("talk", "Bo Berg"),
    }


def test_a_step_is_refused_on_a_day_to_come_before_the_course_and_out_of_turn(cast: Cast):
    course_id = a_course(cast.bo, cast.ellen)
    for day, refusal in (
        (TODAY + timedelta(days=1), services.DayToCome),
        (TODAY - timedelta(days=1), services.DayBefore),
    ):
        with pytest.raises(refusal):
            run(services.step_course, cast.bo, course_id, Phase.TALK, on_day=day, now=MONDAY)
    with pytest.raises(WrongStep):
        run(services.step_course, cast.bo, course_id, Phase.SETTLED, on_day=TODAY, now=MONDAY)


def test_a_hand_over_is_looked_at_after_two_and_eight_weeks(cast: Cast):
    handed(cast, a_course(cast.bo, cast.ellen, *TO_ESCORTED))
    assert not here(due_checks, TODAY)
    for weeks, number in ((2, 1), (8, 2)):
        day, _now = in_weeks(weeks)
        assert len(here(due_checks, day)) == number
        assert len(here(due_checks, day, cast.private_supplier)) == 0


def test_a_check_leads_the_course_on_and_is_made_once(cast: Cast):
    handed(cast, a_course(cast.bo, cast.ellen, *TO_ESCORTED))
    check_id, (_day, later) = check_of(2), in_weeks(2)
    run(services.make_check, cast.bo, check_id, Outcome.CHANGE, now=later)
    assert course_now(cast.ellen).phase == Phase.CLARIFIED
    assert not here(due_checks, in_weeks(9)[0])
    with pytest.raises(Stale):
        run(services.make_check, cast.bo, check_id, Outcome.END, now=later)


def test_the_receiver_is_told_nothing_without_a_yes_and_has_a_name(cast: Cast):
    course_id = a_course(cast.bo, cast.ellen, *TO_ESCORTED)
    with pytest.raises(services.NeedsReceiver):
        handed(cast, course_id, "peer")
    with pytest.raises(services.NeedsConsent):
        handed(cast, course_id, "peer", receiver="Inge", told="Går med stok")
    handed(cast, course_id, "peer", receiver="Inge", told="Går med stok", has_consent=True)
    assert course_now(cast.ellen).phase == Phase.HANDED_OVER


def test_what_was_told_stands_on_the_course_of_the_citizen(cast: Cast, browse: Browse):
    course_id = a_course(cast.bo, cast.ellen, *TO_ESCORTED)
    handed(cast, course_id, "volunteer", volunteer_id=cast.viggo.person_id, fallback="Karen")
    page = browse(cast.bo).get(f"/borgere/{cast.ellen}/forloeb").text
    assert "Viggo Vang" in page
    assert "Karen" in page


def test_a_death_stops_everything_and_a_mistake_is_undone(cast: Cast):
    talked(cast.bo, cast.ellen, interests=["cards"])
    course_id = course_now(cast.ellen).id
    for phase in (Phase.MATCHED, Phase.ESCORTED):
        run(services.step_course, cast.bo, course_id, phase, on_day=TODAY, now=MONDAY)
    handed(cast, course_id)
    for _twice in range(2):
        run(services.stop_course, cast.karen, cast.ellen, StopReason.DIED, MONDAY)
    assert course_now(cast.ellen).phase == Phase.STOPPED
    assert not here(due_checks, in_weeks(9)[0])
    assert suits(cast.ellen).is_stopped
    run(services.resume_course, cast.karen, cast.ellen, MONDAY + timedelta(days=1))
    assert course_now(cast.ellen).phase == Phase.HANDED_OVER
    assert len(here(due_checks, in_weeks(9)[0])) == 2
    assert not suits(cast.ellen).is_stopped


def test_a_course_that_rested_rests_again_after_a_mistaken_death(cast: Cast):
    course_id, until = a_course(cast.bo, cast.ellen, Phase.TALK), TODAY + timedelta(days=60)
    rests = {"on_day": TODAY, "not_before_on": until, "now": MONDAY}
    run(services.step_course, cast.bo, course_id, Phase.PAUSED, **rests)
    died, later = Leaving("died", TODAY, "relative"), MONDAY + timedelta(days=3)
    leaving = UUID(run(register_leaving, cast.karen, cast.ellen, died, now=later))
    run(undo_leaving, cast.karen, leaving, now=later)
    now = course_now(cast.ellen)
    assert (now.phase, now.held_phase) == (Phase.PAUSED, Phase.TALK)
    assert (now.phase_since, now.not_before_on) == (TODAY, until)


def test_lists_are_narrowed_by_phase_age_and_supplier(cast: Cast):
    a_course(cast.bo, cast.ellen, Phase.TALK)
    a_course(cast.karen, cast.poul)
    later = TODAY + timedelta(days=20)

    def names(wanted: Wanted) -> list[str]:
        return [one.citizen.first_name for one in here(list_courses, wanted, later)]

    assert names(Wanted(phase="talk")) == ["Ellen"]
    assert names(Wanted(responsible_id=cast.karen.account_id)) == ["Poul"]
    assert sorted(names(Wanted(min_days=14))) == ["Ellen", "Poul"]
    assert names(Wanted(min_days=28)) == []
    assert names(Wanted(supplier_id=cast.private_supplier)) == []


def test_a_planner_sees_the_list_of_their_supplier_and_leads_nothing(cast: Cast, browse: Browse):
    course_id = a_course(cast.bo, cast.ellen)
    ida = browse(cast.ida)
    assert "Ellen Sørensen" in ida.get("/forloeb").text
    assert ida.get(f"/borgere/{cast.ellen}/forloeb").status_code == 200
    assert ida.get(f"/forloeb/{course_id}/skridt").status_code == 403
    with pytest.raises(Forbidden):
        run(services.evaluate, cast.ida, course_id, heard="yes", needed="no", now=MONDAY)


def test_a_helper_sees_no_others_course(cast: Cast, browse: Browse):
    a_course(cast.karen, cast.poul)
    bo = browse(cast.bo)
    assert "Poul Østergaard" not in bo.get("/forloeb").text
    assert bo.get(f"/borgere/{cast.poul}/forloeb").status_code == 403


def test_the_phases_are_called_what_the_municipality_calls_them(cast: Cast, browse: Browse):
    a_course(cast.bo, cast.ellen)
    karen = browse(cast.karen)
    assert press(karen, "/forloeb/faser", spotted="Set af os").status_code == 303
    assert "Set af os" in karen.get(f"/borgere/{cast.ellen}/forloeb").text


def test_trips_tell_who_came_again_and_how_many_had_an_escort(cast: Cast, browse: Browse):
    a_course(cast.bo, cast.ellen, now=MONDAY - timedelta(days=30))
    went(cast.ellen, 21, 14)
    went(cast.ellen, 7, 1, alone=True)
    went(cast.poul, 3)
    assert here(came_again, *YEAR) == (1, 2)
    assert here(came_again, *YEAR, Among(supplier_id=cast.private_supplier)) == (0, 0)
    page = browse(cast.bo).get(f"/borgere/{cast.ellen}/forloeb").text
    assert "<dd>2</dd>" in page


def test_counts_for_those_who_look_at_the_whole(cast: Cast):
    course_id = a_course(cast.bo, cast.ellen, *TO_ESCORTED)
    handed(cast, course_id)
    run(services.make_check, cast.bo, check_of(2), Outcome.CONTINUE, now=in_weeks(2)[1])
    for heard in ("no", "yes"):
        run(services.evaluate, cast.bo, course_id, heard=heard, needed="not_asked", now=MONDAY)
    assert here(by_phase) == {"followed_up": 1}
    assert here(by_phase, Among(supplier_id=cast.private_supplier)) == {}
    assert here(hand_overs_by_form, *YEAR) == {"own_way": 1}
    assert here(checks_by_outcome, *YEAR) == {"continue": 1}
    assert here(median_days, *YEAR)["handed_over", "followed_up"] == 14.0
    answers = here(heard_and_needed, *YEAR)
    assert (answers["heard"].yes, answers["heard"].no, answers["needed"].not_asked) == (1, 0, 1)


def test_a_course_is_settled_from_the_page_of_the_citizen(cast: Cast, browse: Browse):
    course_id = a_course(cast.bo, cast.ellen)
    page, link = browse(cast.bo), f"/forloeb/{course_id}/skridt?til=settled"
    assert link not in page.get(f"/borgere/{cast.ellen}").text
    for phase in TO_ESCORTED:
        run(services.step_course, cast.bo, course_id, phase, on_day=TODAY, now=MONDAY)
    assert link in page.get(f"/borgere/{cast.ellen}").text
    assert link not in browse(cast.asta).get(f"/borgere/{cast.ellen}").text
    (chosen,) = re.findall(r"<input[^>]*\bchecked\b[^>]*>", page.get(link).text)
    assert 'value="settled"' in chosen
