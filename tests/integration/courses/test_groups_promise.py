"""A course may be about a group, and nothing of the course tells which."""

from uuid import UUID

import pytest
from sqlalchemy import text

from klippekort.courses import services
from klippekort.courses.queries.people import noes_of
from klippekort.domain.errors import NotFound
from klippekort.domain.groups.anonymity import Anonymity
from klippekort.domain.groups.forms import Theme
from klippekort.domain.matching.facts import Because
from klippekort.groups import services as groups
from klippekort.platform.db import db
from tests.builders import MONDAY
from tests.cast import Cast
from tests.integration.courses.arrange import a_course, course_now, here, run, suits, talked
from tests.integration.courses.conftest import Browse
from tests.integration.groups.arrange import a_group, press
from tests.integration.groups.test_anonymity import places_of


def company(cast: Cast, code: str = "conversation") -> UUID:
    """Set up a group for company."""
    return a_group(cast, code, name="Kaffeholdet", leaders=False, theme=Theme.COMPANY)


def say_no(cast: Cast, group_id: UUID) -> None:
    """Let Ellen say no to a group."""
    declined = services.Declined("group", group_id, "talk")
    run(services.say_no, cast.karen, cast.ellen, declined, Because.NOT_MY_THING, now=MONDAY)


def test_a_course_that_chose_a_group_says_a_group(cast: Cast, browse: Browse):
    group_id = company(cast)
    talked(cast.karen, cast.ellen, interests=["talk"])
    karen, at = browse(cast.karen), f"/borgere/{cast.ellen}/forslag"
    assert "Kaffeholdet" in karen.get(at).text
    response = press(karen, f"{at}/gruppe")
    assert response.location == f"/borgere/{cast.ellen}/grupper"
    assert course_now(cast.ellen).in_a_group
    assert "En gruppe" in karen.get(f"/borgere/{cast.ellen}/forloeb").text
    outside = {
        table
        for table, _ in places_of(str(group_id), group_id.hex)
        if not table.startswith(("support_group", "group_"))
    }
    assert outside <= {"audit_line", "answer"}
    assert here(_audit_of_courses_with, group_id) == 0


def _audit_of_courses_with(group_id: UUID) -> int:
    found = db.session.connection().execute(
        text("select * from audit_line where subject_kind <> 'group'")
    )
    return sum(str(group_id) in str(row) for row in found)


def test_an_activity_takes_the_place_of_a_group(cast: Cast, browse: Browse):
    course_id = a_course(cast.karen, cast.ellen)
    press(browse(cast.karen), f"/forloeb/{course_id}/hvem", in_a_group="y")
    assert course_now(cast.ellen).in_a_group
    press(browse(cast.karen), f"/forloeb/{course_id}/hvem")
    assert not course_now(cast.ellen).in_a_group


def test_a_no_to_a_group_is_forgotten_when_it_promises_more(cast: Cast):
    group_id = company(cast)
    talked(cast.karen, cast.ellen, interests=["talk"])
    say_no(cast, group_id)
    assert suits(cast.ellen).groups == []
    run(groups.raise_anonymity, cast.karen, group_id, Anonymity.FIRST_NAME, now=MONDAY)
    assert here(noes_of, cast.ellen) == []


def test_no_no_is_kept_about_a_group_without_names(cast: Cast, browse: Browse):
    group_id = company(cast, "anonymous")
    talked(cast.karen, cast.ellen)
    with pytest.raises(NotFound):
        say_no(cast, group_id)
    at = f"/borgere/{cast.ellen}/forslag/gruppe/{group_id}/nej"
    assert browse(cast.karen).get(at).status_code == 404
