"""The talk: kept as typed, gone on with, by its own guide, and what it leads to."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from klippekort.citizens.queries import get_citizen
from klippekort.courses import services
from klippekort.courses.models import CourseTalk
from klippekort.courses.queries import talks as queries
from klippekort.courses.queries.gifts import open_gifts
from klippekort.courses.queries.talks import find_profile
from klippekort.domain.courses import Phase
from klippekort.domain.errors import Forbidden, NotFound
from klippekort.platform.db import db
from tests.builders import MONDAY
from tests.cast import Cast
from tests.integration.courses.arrange import a_course, course_now, here, run, talked
from tests.integration.courses.conftest import Browse
from tests.integration.groups.arrange import press

GOAL = "At høre fuglene i skoven igen"


def answers_now(citizen_id: UUID) -> dict[str, object]:
    def read() -> dict[str, object]:
        talk = queries.find_open_talk(citizen_id) or queries.finished_talks(citizen_id)[0]
        return dict(queries.answers_of(get_citizen(citizen_id), talk))

    found: dict[str, object] = here(read)
    return found


def test_a_talk_rests_and_goes_on_with_what_was_said(cast: Cast, browse: Browse):
    bo = browse(cast.bo)
    at = f"/borgere/{cast.ellen}/samtale"
    said = {"wishes": "Skoven", "interests": ["walk", "music"], "rest": "1"}
    assert press(bo, f"{at}/1", **said).status_code == 303
    page = bo.get(f"{at}/1").text
    assert "Skoven" in page
    assert 'checked class="choice-input" id="interests-0"' in page
    assert press(bo, f"{at}/2", parts=["morning"]).location.endswith("/samtale/3")
    assert answers_now(cast.ellen)["interests"] == ["walk", "music"]


def test_a_talk_that_is_done_finds_out_what_suits_and_opens_a_course(cast: Cast):
    talked(cast.bo, cast.ellen, interests=["cards"], barriers=["continence", "money", "fear"])
    assert course_now(cast.ellen).phase == Phase.CLARIFIED
    profile = here(find_profile, cast.ellen)
    assert (profile.needs, profile.minds_money, profile.company) == (
        ["accessible_toilet"],
        True,
        "few",
    )


def test_the_last_answer_must_be_given_but_no_other(cast: Cast, browse: Browse):
    answer = press(browse(cast.bo), f"/borgere/{cast.ellen}/samtale/5", goals=GOAL)
    assert answer.status_code == 422
    assert GOAL in answer.text


def test_the_last_step_may_rest_without_an_answer(cast: Cast, browse: Browse):
    answer = press(browse(cast.bo), f"/borgere/{cast.ellen}/samtale/5", goals=GOAL, rest="1")
    assert answer.status_code == 303
    assert answers_now(cast.ellen)["goals"] == GOAL


def test_not_now_rests_until_a_day_to_come(cast: Cast, browse: Browse):
    bo, at = browse(cast.bo), f"/borgere/{cast.ellen}/samtale/5"
    late = press(bo, at, agrees="not_now", not_now_until="2026-01-01")
    assert late.status_code == 422
    done = press(bo, at, agrees="not_now", not_now_until="2027-02-01")
    assert done.status_code == 303
    course = course_now(cast.ellen)
    assert (course.phase, course.not_before_on) == (Phase.PAUSED, date(2027, 2, 1))


def test_a_no_declines_the_course(cast: Cast):
    a_course(cast.bo, cast.ellen, Phase.TALK)
    run(services.finish_talk, cast.bo, cast.ellen, {"agrees": "no"}, now=MONDAY)
    assert course_now(cast.ellen).phase == Phase.DECLINED


def test_what_is_said_cannot_be_read_in_the_database(cast: Cast):
    talked(cast.bo, cast.ellen, goals=GOAL, barriers=["continence"])

    def read() -> list[bytes | None]:
        return list(db.session.scalars(select(CourseTalk.answers_sealed)))

    assert all(GOAL.encode() not in bytes(one or b"") for one in here(read))
    assert answers_now(cast.ellen)["goals"] == GOAL


def test_what_was_said_before_is_not_asked_again(cast: Cast, browse: Browse):
    talked(cast.bo, cast.ellen, works="Mejeriet", languages=["da", "de"])
    later = MONDAY + timedelta(days=60)
    run(services.save_talk, cast.bo, cast.ellen, {"parts": ["evening"]}, now=later)
    known = answers_now(cast.ellen)
    assert (known["works"], known["parts"], known.get("agrees")) == ("Mejeriet", ["evening"], None)
    assert "Mejeriet" in browse(cast.bo).get(f"/borgere/{cast.ellen}/samtale/2").text


def test_a_changed_guide_leaves_talks_under_way_alone(cast: Cast, browse: Browse):
    run(services.save_talk, cast.bo, cast.ellen, {"wishes": "Skoven"}, now=MONDAY)
    run(
        services.change_guide,
        cast.karen,
        hidden=frozenset({"works", "agrees"}),
        chips={"interests": ["Duer", "Modeltog"]},
        now=MONDAY,
    )
    bo, karen = browse(cast.bo), browse(cast.karen)
    assert 'name="works"' in bo.get(f"/borgere/{cast.ellen}/samtale/2").text
    assert 'name="works"' not in karen.get(f"/borgere/{cast.poul}/samtale/2").text
    assert "Modeltog" in karen.get(f"/borgere/{cast.poul}/samtale/1").text
    assert 'name="agrees"' in karen.get(f"/borgere/{cast.poul}/samtale/5").text


def test_an_own_answer_keeps_its_code_when_the_guide_changes(cast: Cast):
    for chips in (["Duer", "Modeltog"], ["Modeltog"], ["Duer", "Skak", "Modeltog"]):
        run(
            services.change_guide,
            cast.karen,
            hidden=frozenset(),
            chips={"gifts": chips},
            now=MONDAY,
        )
    guide = here(queries.latest_guide)
    assert guide.own_chips("gifts") == {"own_1": "Duer", "own_3": "Skak", "own_2": "Modeltog"}
    assert guide.version == 3


def test_gifts_follow_the_talk(cast: Cast):
    talked(cast.bo, cast.ellen, gifts=["read_aloud", "bake"])
    run(services.finish_talk, cast.bo, cast.ellen, {"agrees": "yes", "gifts": ["bake"]}, now=MONDAY)
    assert set(here(open_gifts, cast.ellen)) == {"bake"}


def test_a_helper_talks_with_their_own_citizens_alone(cast: Cast):
    with pytest.raises(Forbidden):
        run(services.save_talk, cast.mia, cast.ellen, {}, now=MONDAY)
    with pytest.raises(Forbidden):
        run(services.save_talk, cast.ida, cast.ellen, {}, now=MONDAY)
    with pytest.raises(NotFound):
        run(services.save_talk, cast.karen, cast.gudrun, {}, now=MONDAY)
