"""What suits whom: with reasons, a no that teaches, two who are asked, and thanks for gifts."""

import re
from datetime import timedelta
from uuid import UUID

import pytest

from klippekort.citizens.queries.names import fold
from klippekort.courses import services
from klippekort.courses.queries.counts import gifts_given
from klippekort.courses.queries.homes import stairwell_of
from klippekort.courses.queries.introductions import sides_of, to_ask
from klippekort.courses.queries.people import noes_of
from klippekort.domain.courses import Phase, StopReason
from klippekort.domain.groups.forms import Theme
from klippekort.domain.matching.facts import Because
from klippekort.domain.matching.people import Tie
from klippekort.domain.matching.scoring import Reason
from tests.builders import MONDAY, an_occurrence
from tests.cast import Cast
from tests.integration.activities.looking import faults_at
from tests.integration.courses.arrange import (
    TODAY,
    a_neighbour,
    course_now,
    here,
    protect,
    run,
    suits,
    talked,
)
from tests.integration.courses.conftest import Browse
from tests.integration.groups.arrange import a_group, press

SOON = MONDAY + timedelta(days=3, hours=4)


def test_what_she_likes_is_suggested_with_its_reasons(cast: Cast, browse: Browse):
    an_occurrence(SOON, title="Whist", kind="cards")
    an_occurrence(SOON, title="Lang gåtur", kind="walk")
    talked(cast.bo, cast.ellen, interests=["cards"], parts=["afternoon"])
    found = suits(cast.ellen).dates
    assert [one.date.title for one in found] == ["Whist"]
    assert {part.reason for part in found[0].reasons} >= {Reason.INTEREST, Reason.TIME_FITS}
    page = browse(cast.bo).get(f"/borgere/{cast.ellen}/forslag").text
    assert "Whist" in page
    assert "+40" in page
    assert "Lang gåtur" not in page


def test_choosing_matches_the_course(cast: Cast, browse: Browse):
    an_occurrence(SOON, title="Whist", kind="cards")
    talked(cast.bo, cast.ellen, interests=["cards"])
    activity_id = suits(cast.ellen).dates[0].date.activity_id
    at = f"/borgere/{cast.ellen}/forslag/aktivitet/{activity_id}"
    assert press(browse(cast.bo), at).status_code == 303
    course = course_now(cast.ellen)
    assert (course.phase, course.activity_id) == (Phase.MATCHED, activity_id)


def test_a_no_because_of_the_price_lowers_what_costs_as_much(cast: Cast, browse: Browse):
    an_occurrence(SOON, title="Whist", kind="cards", price_oere=9000)
    an_occurrence(SOON, title="Skak", kind="cards", price_oere=9500)
    talked(cast.bo, cast.ellen, interests=["cards"])
    first = suits(cast.ellen).dates[0].date
    at = f"/borgere/{cast.ellen}/forslag/aktivitet/{first.activity_id}/nej"
    assert press(browse(cast.bo), at).status_code == 422
    assert press(browse(cast.bo), at, because="too_dear").status_code == 303
    left = suits(cast.ellen).dates
    assert [one.date.activity_id == first.activity_id for one in left] == [False]
    assert Reason.NOT_SO_DEAR in {part.reason for part in left[0].reasons}
    row = here(noes_of, cast.ellen)[0]
    run(services.take_back_no, cast.bo, cast.ellen, row.id, now=MONDAY)
    assert len(suits(cast.ellen).dates) == 2


def test_only_open_groups_that_may_be_named_are_suggested(cast: Cast, browse: Browse):
    for name, code in (("Kaffeholdet", "conversation"), ("Stilleholdet", "anonymous")):
        a_group(cast, code, name=name, leaders=False, theme=Theme.COMPANY)
    a_group(cast, name="Sorgholdet", leaders=False)
    talked(cast.bo, cast.ellen, interests=["talk"])
    found = [one.group.group.neutral_name for one in suits(cast.ellen).groups]
    assert found == ["Kaffeholdet"]
    assert "Kaffeholdet" in browse(cast.bo).get(f"/borgere/{cast.ellen}/forslag").text


def meet(cast: Cast) -> UUID:
    """Let Ellen and a neighbour like the same, and both want to meet others."""
    rosa = a_neighbour(cast)
    for who in (cast.ellen, rosa):
        talked(cast.karen, who, interests=["cards"], meets_people="yes", works="Mejeriet")
    return rosa


def test_nobody_learns_of_the_other_before_both_say_yes(cast: Cast, browse: Browse):
    rosa, karen = meet(cast), browse(cast.karen)
    at = f"/borgere/{cast.ellen}/forslag"
    mark, shared = suits(cast.ellen).people[0]
    assert {one.tie for one in shared} >= {Tie.STAIRWELL, Tie.INTEREST, Tie.COLLEAGUES}
    before = karen.get(at).text
    assert all(word not in before for word in ("Rosa", str(rosa), "opgang"))
    assert press(karen, f"/borgere/{cast.ellen}/moede/{mark}").status_code == 303
    assert "Rosa" not in karen.get(at).text
    assert here(to_ask) == [rosa]
    side = here(sides_of, rosa)[0]
    assert (side.says, side.other) == (None, None)
    answer = f"/borgere/{rosa}/moede/svar/{side.id}/ja"
    assert press(karen, answer).status_code == 303
    assert "Rosa" in karen.get(at).text
    assert "Ellen" in karen.get(f"/borgere/{rosa}/forslag").text


def test_a_no_ends_it_and_nobody_is_told_whose_it_was(cast: Cast):
    rosa = meet(cast)
    mark = suits(cast.ellen).people[0][0]
    run(services.would_meet, cast.karen, cast.ellen, mark, now=MONDAY)
    side = here(sides_of, rosa)[0]
    run(services.answer_introduction, cast.karen, rosa, side.id, says_yes=False, now=MONDAY)
    assert here(sides_of, rosa) == []
    mine = here(sides_of, cast.ellen)[0]
    assert (mine.state, mine.other) == ("over", None)
    assert not suits(cast.ellen).people
    assert not suits(rosa).people


def test_a_no_because_keeps_somebody_from_being_suggested(cast: Cast):
    meet(cast)
    mark = suits(cast.ellen).people[0][0]
    run(
        services.decline_person,
        cast.karen,
        cast.ellen,
        mark,
        Because.NOT_MY_THING,
        now=MONDAY,
    )
    assert not suits(cast.ellen).people


def test_a_protected_address_is_never_matched_by_stairwell(cast: Cast):
    rosa = meet(cast)
    protect(rosa)
    ties = {one.tie for one in suits(cast.ellen).people[0][1]}
    assert ties.isdisjoint({Tie.STAIRWELL, Tie.NEAR})
    assert Tie.INTEREST in ties


def test_whoever_would_not_meet_others_is_matched_with_nobody(cast: Cast):
    rosa = a_neighbour(cast)
    talked(cast.karen, cast.ellen, interests=["cards"], meets_people="yes")
    talked(cast.karen, rosa, interests=["cards"], meets_people="no")
    assert not suits(cast.ellen).people


def test_a_death_ends_what_two_were_asked(cast: Cast):
    rosa = meet(cast)
    mark = suits(cast.ellen).people[0][0]
    run(services.would_meet, cast.karen, cast.ellen, mark, now=MONDAY)
    run(services.stop_course, cast.karen, cast.ellen, StopReason.DIED, MONDAY)
    assert not here(to_ask)
    assert not suits(rosa).people
    run(services.resume_course, cast.karen, cast.ellen, MONDAY)
    assert here(to_ask) == [rosa]


def test_who_reads_aloud_is_matched_with_who_wishes_it(cast: Cast):
    rosa = a_neighbour(cast)
    talked(cast.karen, cast.ellen, gifts=["read_aloud"], meets_people="yes")
    talked(cast.karen, rosa, wished_gifts=["read_aloud"], meets_people="yes")
    for who in (cast.ellen, rosa):
        assert Tie.GIFT in {one.tie for one in suits(who).people[0][1]}


def test_a_gift_is_noted_once_a_day_thanked_and_counted(cast: Cast, browse: Browse):
    talked(cast.bo, cast.ellen, gifts=["bake"], gifts_words="Min mors kringle")
    bo = browse(cast.bo)
    page = bo.get(f"/borgere/{cast.ellen}/gaver").text
    assert "Min mors kringle" in page
    gift = page.split("/borgere/gaver/")[1][:36]
    tomorrow = (TODAY + timedelta(days=1)).isoformat()
    assert press(bo, f"/borgere/gaver/{gift}", on_day=tomorrow).status_code == 422
    assert press(bo, f"/borgere/gaver/{gift}", on_day=TODAY.isoformat()).status_code == 303
    assert press(bo, f"/borgere/gaver/{gift}", on_day=TODAY.isoformat()).status_code == 422
    deed = bo.get(f"/borgere/{cast.ellen}/gaver").text.split("/gaver/tak/")[1][:36]
    assert press(bo, f"/borgere/{cast.ellen}/gaver/tak/{deed}").status_code == 303
    assert "/gaver/tak/" not in bo.get(f"/borgere/{cast.ellen}/gaver").text
    assert here(gifts_given, TODAY, TODAY) == (1, 1)


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("Åvej 7, 2. tv", "Aavej 7 st.", True),
        ("Åvej 7 A, 1.", "Åvej 7a", True),
        ("Åvej 7 A", "Åvej 7 B", False),
        ("Åvej 7", "Åvej 17", False),
    ],
)
def test_flats_of_one_stairwell_are_known_by_the_number(one: str, other: str, is_same: bool):
    assert (stairwell_of(one, "4681") == stairwell_of(other, "4681")) is is_same
    assert fold("Åvej") == fold("Aavej")


def test_the_report_counts_suppliers_languages_and_sexes(cast: Cast, browse: Browse):
    an_occurrence(SOON, kind="cards")
    for number in range(12):
        a_neighbour(cast, f"Rosa{number}", person_number=f"01014000{number:02}")
    page = browse(cast.karen).get("/forloeb/fordeling").text
    assert "Omsorg ApS" in page
    assert "Dansk" in page
    assert "100 %" in page
    assert re.search(r"Kvinder</t[hd]>\s*<td[^>]*>([6-9]|1\d)<", page)


def test_few_citizens_of_one_supplier_are_not_reckoned_from_the_others(cast: Cast, browse: Browse):
    for number in range(6):
        a_neighbour(cast, f"Rosa{number}", person_number=f"010140000{number}")
    page = browse(cast.karen).get("/forloeb/fordeling").text
    omsorg = page[page.index("Omsorg ApS") :]
    assert "<td" in omsorg
    assert "6" not in re.sub("<[^>]*>", "", omsorg[: omsorg.index("</tr>")])


@pytest.mark.parametrize(
    "page",
    [
        "forloeb",
        "forloeb/nyt",
        "forslag",
        "gaver",
        "samtale/1",
        "samtale/2",
        "samtale/3",
        "samtale/4",
        "samtale/5",
    ],
)
def test_pages_of_a_citizen_are_whole(cast: Cast, browse: Browse, page: str):
    an_occurrence(SOON, kind="cards")
    meet(cast)
    assert faults_at(browse(cast.bo), f"/borgere/{cast.ellen}/{page}") == []


@pytest.mark.parametrize("page", ["", "/samtaleguide", "/faser", "/fordeling"])
def test_pages_of_all_courses_are_whole(cast: Cast, browse: Browse, page: str):
    meet(cast)
    assert faults_at(browse(cast.karen), f"/forloeb{page}") == []
