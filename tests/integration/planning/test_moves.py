"""A trip gets another helper, or another time; what stands in the way is shown first."""

import html
import re
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from klippekort.domain.calendar import instant, local_day
from klippekort.domain.schemes import OPEN, Activities, Others, Visits
from klippekort.domain.trips import Transport, TripState
from klippekort.planning.jobs import find_escorts
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.tenancy import acting_for
from klippekort.punchcards.models import RuleAnswer
from klippekort.punchcards.services.proof import verify_municipality
from klippekort.trips.models import Trip, TripRider
from klippekort.trips.queries.trips import rows_of
from klippekort.trips.services.blocks import Block, Passenger, Place
from klippekort.trips.services.escorts import assign_escort
from klippekort.trips.services.reserving import reserve
from tests.builders import DECIDED, MONDAY, a_card, a_scheme, a_shift, a_trip
from tests.cast import HOME, Cast
from tests.integration.planning.conftest import (
    GAME_AT,
    TUESDAY,
    Browse,
    Stranger,
    a_break,
    calls,
    change_trip,
    escorts,
    key_of,
    state_of,
)
from tests.integration.tablet import StandingClock

WEDNESDAY = date(2026, 11, 25)
OPEN_RULES, SAID = ("activities.others", "visits.longest"), ("allowed", "none")


@pytest.fixture
def grave(cast: Cast, game: UUID) -> UUID:
    """Ellen visits a grave with Bo on Tuesday 9:50–11:40."""
    a_shift(cast.bo, WEDNESDAY)
    place = Place("Kirkegården", None, "4681", "walk", GAME_AT, GAME_AT + timedelta(minutes=90))
    bo = cast.bo.person_id
    assert bo is not None
    block = Block((Passenger(cast.ellen, "said"),), place, Transport.WALK, 10, 10, (bo,))
    with acting_for(HOME):
        return UUID(str(execute(reserve, cast.bo, block, now=MONDAY)))


def _span(trip: UUID) -> tuple[str, str]:
    with acting_for(HOME):
        found = db.session.scalars(select(Trip).filter_by(id=trip)).one()
        rider = db.session.scalars(select(TripRider).filter_by(trip_id=trip)).one()
        assert (rider.starts_at, rider.ends_at) == (found.starts_at, found.ends_at)
        return f"{found.starts_at:%d %H:%M}", f"{found.ends_at:%d %H:%M}"


def _sent(cast: Cast, worker: UUID | None, **more: str) -> dict[str, str]:
    return {"key": key_of(1), "escort": str(worker or ""), **more}


def test_who_fits_and_who_does_not_is_shown_before_anything_is_sent(
    browse: Browse, cast: Cast, trip: UUID
) -> None:
    page = browse(cast.ida).get(f"/tavle/ture/{trip}/flyt").text
    assert f'value="{cast.mia.person_id}"' in page
    assert escorts(trip) == [cast.bo.person_id]


def test_whoever_was_asked_for_and_does_not_fit_is_not_chosen(
    browse: Browse, cast: Cast, game: UUID
) -> None:
    trip = a_trip(cast.bo, cast.ellen, game)
    page = browse(cast.ida).get(f"/tavle/ture/{trip}/flyt?ledsager={key_of(9)}").text
    assert "alert-warning" in page


def test_a_trip_gets_another_helper(browse: Browse, cast: Cast, trip: UUID) -> None:
    url = f"/tavle/ture/{trip}/flyt"
    answer = browse(cast.ida).post(url, data=_sent(cast, cast.mia.person_id))
    assert answer.status_code == 303
    assert escorts(trip) == [cast.mia.person_id]
    assert calls() == [("escort_changed", "Mia Møller")]


def test_the_same_press_twice_is_one_move(browse: Browse, cast: Cast, trip: UUID) -> None:
    ida, url = browse(cast.ida), f"/tavle/ture/{trip}/flyt"
    for _turn in range(2):
        ida.post(url, data=_sent(cast, cast.mia.person_id))
    assert calls() == [("escort_changed", "Mia Møller")]


def test_nobody_who_does_not_fit_can_be_chosen(
    browse: Browse, cast: Cast, trip: UUID, stranger: Stranger
) -> None:
    url = f"/tavle/ture/{trip}/flyt"
    assert browse(cast.ida).post(url, data=_sent(cast, stranger.worker)).status_code == 422
    assert escorts(trip) == [cast.bo.person_id]


def test_another_suppliers_planner_finds_no_way_in(
    browse: Browse, cast: Cast, trip: UUID, stranger: Stranger
) -> None:
    theirs = browse(stranger.planner)
    assert theirs.get(f"/tavle/ture/{trip}/flyt").status_code == 403
    assert theirs.get(f"/tavle/ture/{trip}/passer").status_code == 403
    sent = _sent(cast, cast.mia.person_id)
    assert theirs.post(f"/tavle/ture/{trip}/flyt", data=sent).status_code == 403
    assert escorts(trip) == [cast.bo.person_id]


def test_a_trip_that_is_held_in_the_hand_knows_where_it_fits(
    browse: Browse, cast: Cast, trip: UUID
) -> None:
    from_bo = browse(cast.ida).get(f"/tavle/ture/{trip}/passer").json
    assert from_bo is not None
    day = from_bo["days"]["2026-11-24"]
    assert list(from_bo["days"]) == ["2026-11-24"]
    assert day[str(cast.mia.person_id)] == ""


def test_a_trip_to_a_place_of_ones_own_knows_the_whole_week(
    browse: Browse, cast: Cast, grave: UUID
) -> None:
    found = browse(cast.ida).get(f"/tavle/ture/{grave}/passer").json
    assert found is not None
    assert len(found["days"]) == 7
    assert found["days"]["2026-11-25"][str(cast.bo.person_id)] == ""
    assert found["days"]["2026-11-25"][str(cast.mia.person_id)] != ""


def test_a_trip_to_an_activity_keeps_its_time(browse: Browse, cast: Cast, trip: UUID) -> None:
    sent = _sent(cast, cast.mia.person_id, day="2026-11-25", clock="09:00", agreed="y")
    browse(cast.ida).post(f"/tavle/ture/{trip}/flyt", data=sent)
    assert _span(trip) == ("24 08:50", "24 10:40")


def test_a_new_time_needs_the_citizens_yes(browse: Browse, cast: Cast, grave: UUID) -> None:
    sent = _sent(cast, cast.bo.person_id, day="2026-11-25", clock="12:00")
    assert browse(cast.ida).post(f"/tavle/ture/{grave}/flyt", data=sent).status_code == 422
    assert _span(grave) == ("24 08:50", "24 10:40")


def test_a_trip_to_a_place_of_ones_own_moves_with_minutes_and_helper(
    browse: Browse, cast: Cast, grave: UUID
) -> None:
    sent = _sent(cast, cast.bo.person_id, day="2026-11-25", clock="12:00", agreed="y")
    assert browse(cast.ida).post(f"/tavle/ture/{grave}/flyt", data=sent).status_code == 303
    assert _span(grave) == ("25 11:00", "25 12:50")
    assert escorts(grave) == [cast.bo.person_id]
    with acting_for(HOME):
        assert list(verify_municipality()) == []
        held = db.session.scalars(select(TripRider.planned_minutes).filter_by(trip_id=grave))
        assert held.one() == 110


def test_a_new_time_without_anybody_who_fits_leaves_the_helper_to_be_found(
    browse: Browse, cast: Cast, grave: UUID
) -> None:
    sent = _sent(cast, None, day="2026-11-26", clock="12:00", agreed="y")
    assert browse(cast.ida).post(f"/tavle/ture/{grave}/flyt", data=sent).status_code == 303
    assert escorts(grave) == []


def test_a_new_time_against_the_schemes_rules_moves_nothing(
    browse: Browse, cast: Cast, grave: UUID
) -> None:
    sent = _sent(cast, None, day="2026-11-23", clock="07:00", agreed="y")
    assert browse(cast.ida).post(f"/tavle/ture/{grave}/flyt", data=sent).status_code == 422
    assert _span(grave) == ("24 08:50", "24 10:40")
    assert escorts(grave) == [cast.bo.person_id]


def test_a_new_time_asks_all_that_nobody_has_decided_and_keeps_the_answers(
    browse: Browse, cast: Cast
) -> None:
    listed = Activities(allowed=("shopping",), others=Others.UNDECIDED)
    terms = replace(DECIDED, activities=listed, visits=Visits(longest=OPEN))
    card, answers = a_card(cast, cast.ellen, terms=terms), dict(zip(OPEN_RULES, SAID, strict=True))
    a_shift(cast.bo, WEDNESDAY)
    place = Place("Kirkegården", None, "4681", "walk", GAME_AT, GAME_AT + timedelta(minutes=90))
    block = Block((Passenger(cast.ellen, "said", answers=answers),), place, Transport.WALK, 10, 10)
    with acting_for(HOME):
        trip = UUID(str(execute(reserve, cast.karen, block, now=MONDAY)))
    ida = browse(cast.ida)
    said = _sent(cast, cast.bo.person_id, day="2026-11-25", clock="09:50", agreed="y")
    asked = ida.post(f"/tavle/ture/{trip}/flyt", data=said)
    names = [*(f"answer.{rule}" for rule in OPEN_RULES), "why"]
    assert asked.status_code == 422
    assert all(f'name="{name}"' in asked.text for name in names)
    said |= dict(zip(names, (*SAID, "Hendes mors dag"), strict=True))
    assert ida.post(f"/tavle/ture/{trip}/flyt", data=said).status_code == 303
    with acting_for(HOME):
        kept = select(RuleAnswer).filter_by(reason="Hendes mors dag").order_by(RuleAnswer.rule)
        rows = db.session.scalars(kept).all()
        facts = [(one.rule, one.value, one.card_id, one.subject) for one in rows]
    assert facts == [(*pair, card, str(trip)) for pair in answers.items()]


def test_a_citizen_is_in_one_place_when_a_trip_moves(
    browse: Browse, cast: Cast, game: UUID, grave: UUID
) -> None:
    sent = _sent(cast, None, day="2026-11-24", clock="13:00", agreed="y")
    browse(cast.ida).post(f"/tavle/ture/{grave}/flyt", data=sent)
    other = a_trip(cast.bo, cast.ellen, game, cast.mia)
    back = _sent(cast, None, day="2026-11-24", clock="10:00", agreed="y") | {"key": key_of(2)}
    assert browse(cast.ida).post(f"/tavle/ture/{grave}/flyt", data=back).status_code == 422
    assert _span(other) == ("24 08:50", "24 10:40")


def test_a_day_of_the_week_is_asked_for_by_address(browse: Browse, cast: Cast, grave: UUID) -> None:
    page = browse(cast.ida).get(f"/tavle/ture/{grave}/flyt?dag=2026-11-25&tid=12:00").text
    assert 'name="agreed"' in page
    assert f'value="{cast.mia.person_id}"' not in page
    assert TUESDAY.isoformat() not in page


def test_a_helper_in_a_break_is_named_with_the_reason(
    browse: Browse, cast: Cast, trip: UUID
) -> None:
    a_break(cast.mia, time(11), time(11, 30))
    page = browse(cast.ida).get(f"/tavle/ture/{trip}/flyt").text
    assert "Mia Møller" in page
    assert f'value="{cast.mia.person_id}"' not in page


# Two helpers on one trip


@pytest.fixture
def visit(cast: Cast, grave: UUID) -> UUID:
    """Bo and Mia both go along to the grave."""
    change_trip(grave, escorts_wanted=2)
    with acting_for(HOME):
        execute(assign_escort, cast.ida, grave, cast.mia.person_id, now=MONDAY, beside=True)
    return grave


def test_of_two_helpers_the_one_who_is_replaced_goes_and_the_other_stays(
    browse: Browse, cast: Cast, pair: UUID, tove: UUID
) -> None:
    sent = _sent(cast, tove, instead_of=str(cast.bo.person_id))
    answer = browse(cast.ida).post(f"/tavle/ture/{pair}/flyt", data=sent, follow_redirects=True)
    assert set(escorts(pair)) == {tove, cast.mia.person_id}
    assert "Mia Møller &amp; Tove Thy" in answer.text


def test_of_two_helpers_the_change_of_one_is_undone(
    browse: Browse, cast: Cast, pair: UUID, tove: UUID
) -> None:
    sent = _sent(cast, tove, instead_of=str(cast.bo.person_id))
    ida = browse(cast.ida)
    ida.post(f"/tavle/ture/{pair}/flyt", data=sent)
    button = re.search(rf"/ture/{pair}/fortryd/[0-9a-f-]+", ida.get(f"/ture/{pair}").text)
    assert button is not None
    ida.post(button[0], data={"key": key_of(7)})
    assert set(escorts(pair)) == {cast.bo.person_id, cast.mia.person_id}


def test_without_a_word_on_who_is_replaced_only_one_of_two_goes(
    browse: Browse, cast: Cast, pair: UUID, tove: UUID
) -> None:
    browse(cast.ida).post(f"/tavle/ture/{pair}/flyt", data=_sent(cast, tove))
    assert set(escorts(pair)) == {tove, cast.mia.person_id}


def test_the_trip_s_own_page_asks_which_of_two_is_replaced(
    browse: Browse, cast: Cast, pair: UUID, tove: UUID
) -> None:
    ida, path, sent = browse(cast.ida), f"/ture/{pair}/ledsager", {"escort": str(tove)}
    assert ida.post(path, data={"key": key_of(1), **sent}).status_code == 422
    offered = re.findall(r'<input[^>]*name="escort"[^>]*>', ida.get(path).text)
    assert [str(tove) in one for one in offered] == [True]
    assert set(escorts(pair)) == {cast.bo.person_id, cast.mia.person_id}
    sent["instead_of"] = str(cast.mia.person_id)
    assert ida.post(path, data={"key": key_of(1), **sent}).status_code == 303
    assert set(escorts(pair)) == {cast.bo.person_id, tove}


def test_the_one_whose_row_it_was_is_the_one_who_is_replaced(
    browse: Browse, cast: Cast, pair: UUID, tove: UUID
) -> None:
    url = f"/tavle/ture/{pair}/flyt?i_stedet_for={cast.mia.person_id}"
    page = browse(cast.ida).get(url).text
    assert "Bo Berg &amp; Mia Møller" in page
    checked = re.findall(r"<input[^>]*checked[^>]*>", page)
    assert any(str(cast.mia.person_id) in one and "instead_of" in one for one in checked)
    assert url in browse(cast.ida).get("/tavle").text


def test_nobody_is_replaced_who_does_not_go_along(
    browse: Browse, cast: Cast, pair: UUID, tove: UUID
) -> None:
    for other in ("nonsense", str(tove)):
        sent = _sent(cast, tove, instead_of=other)
        assert browse(cast.ida).post(f"/tavle/ture/{pair}/flyt", data=sent).status_code == 422
    chosen = {"key": key_of(5), "escort": str(tove), "instead_of": key_of(9)}
    browse(cast.ida).post(f"/tavle/ture/{pair}/ledsager", data=chosen)
    assert set(escorts(pair)) == {cast.bo.person_id, cast.mia.person_id}


def test_a_helper_more_is_put_beside_the_one_who_goes_along(
    browse: Browse, cast: Cast, trip: UUID
) -> None:
    change_trip(trip, escorts_wanted=2)
    url = f"/tavle/ture/{trip}/flyt?i_stedet_for={cast.bo.person_id}"
    browse(cast.ida).post(url, data=_sent(cast, cast.mia.person_id))
    assert set(escorts(trip)) == {cast.bo.person_id, cast.mia.person_id}


def _replaced(page: str) -> list[str]:
    """Return who is to be replaced as the page opens; empty is nobody: one helper more goes."""
    boxes = re.findall(r"<input[^>]*name=\"instead_of\"[^>]*>", page)
    return re.findall(r'value="([^"]*)"', " ".join(one for one in boxes if "checked" in one))


@pytest.mark.parametrize("path", ["/ture/{}/ledsager", "/tavle/ture/{}/flyt"])
def test_where_a_helper_lacks_one_more_is_chosen_beforehand(
    browse: Browse, cast: Cast, trip: UUID, path: str
) -> None:
    change_trip(trip, escorts_wanted=2)
    assert _replaced(browse(cast.ida).get(path.format(trip)).text) == [""]


def test_where_a_helper_lacks_one_who_cannot_come_is_replaced_when_it_is_her_row(
    browse: Browse, cast: Cast, trip: UUID
) -> None:
    change_trip(trip, escorts_wanted=2)
    a_break(cast.bo, time(11), time(11, 30))
    ida, url = browse(cast.ida), f"/tavle/ture/{trip}/flyt"
    assert _replaced(ida.get(url).text) == [""]
    bo = str(cast.bo.person_id)
    assert _replaced(ida.get(f"{url}?i_stedet_for={bo}").text) == [bo]


def test_of_one_helper_where_two_are_wanted_the_ill_one_is_replaced(
    browse: Browse, cast: Cast, trip: UUID
) -> None:
    change_trip(trip, escorts_wanted=2)
    sent = _sent(cast, cast.mia.person_id, instead_of=str(cast.bo.person_id))
    browse(cast.ida).post(f"/tavle/ture/{trip}/ledsager", data=sent)
    assert escorts(trip) == [cast.mia.person_id]


def test_a_new_time_keeps_everybody_who_can(browse: Browse, cast: Cast, visit: UUID) -> None:
    a_shift(cast.mia, WEDNESDAY)
    sent = _sent(cast, cast.bo.person_id, day="2026-11-25", clock="12:00", agreed="y")
    browse(cast.ida).post(f"/tavle/ture/{visit}/flyt", data=sent)
    assert set(escorts(visit)) == {cast.bo.person_id, cast.mia.person_id}


def test_a_new_time_leaves_whoever_cannot_and_says_so(
    browse: Browse, cast: Cast, visit: UUID
) -> None:
    sent = _sent(cast, cast.bo.person_id, day="2026-11-25", clock="12:00", agreed="y")
    ida = browse(cast.ida)
    page = ida.post(f"/tavle/ture/{visit}/flyt", data=sent, follow_redirects=True).text
    assert escorts(visit) == [cast.bo.person_id]
    assert "Bo Berg" in page
    history = ida.get(f"/ture/{visit}").text
    assert "Mia Møller" in history
    assert _deadline(visit) is not None


# A helper to be found by a deadline


def _deadline(trip: UUID) -> datetime | None:
    with acting_for(HOME):
        return db.session.scalars(select(Trip.escort_by).filter_by(id=trip)).one()


def test_a_helper_to_be_found_later_is_found_in_time_before_the_new_start(
    browse: Browse, cast: Cast, grave: UUID
) -> None:
    sent = _sent(cast, None, day="2026-11-26", clock="12:00", agreed="y")
    browse(cast.ida).post(f"/tavle/ture/{grave}/flyt", data=sent)
    assert _deadline(grave) == instant(WEDNESDAY, time(12))


def test_an_old_deadline_moves_with_the_trip(browse: Browse, cast: Cast, grave: UUID) -> None:
    change_trip(grave, escort_by=MONDAY + timedelta(days=2))
    sent = _sent(cast, None, day="2026-11-24", clock="12:00", agreed="y")
    browse(cast.ida).post(f"/tavle/ture/{grave}/flyt", data=sent)
    assert _deadline(grave) == instant(date(2026, 11, 23), time(12))


def test_a_trip_that_is_moved_is_looked_after_anew(
    browse: Browse, cast: Cast, grave: UUID, standing_clock: StandingClock
) -> None:
    sent = _sent(cast, None, day="2026-11-24", clock="14:00", agreed="y")
    browse(cast.ida).post(f"/tavle/ture/{grave}/flyt", data=sent)
    _seek(standing_clock.at)
    standing_clock.pass_(hours=1)
    later = _sent(cast, None, day="2026-11-25", clock="14:00", agreed="y") | {"key": key_of(2)}
    browse(cast.ida).post(f"/tavle/ture/{grave}/flyt", data=later)
    standing_clock.pass_(hours=26)
    _seek(standing_clock.at)
    assert state_of(grave) == "booked"


def _seek(now: datetime) -> None:
    with acting_for(HOME):
        assert find_escorts(local_day(now), now).failed == 0


# Back to the board


def test_the_boards_filters_are_kept(browse: Browse, cast: Cast, trip: UUID) -> None:
    a_break(cast.bo, time(11), time(11, 30))
    asked = f"leverandoer={cast.supplier}&distrikt={cast.north}&kun=problemer"
    karen = browse(cast.karen)
    link = re.search(rf'href="(/tavle/ture/{trip}/flyt[^"]*)"', karen.get(f"/tavle?{asked}").text)
    assert link is not None
    url = html.unescape(link[1])
    page = html.unescape(karen.get(url).text)
    assert f"/tavle?uge=2026-11-24&{asked}" in page
    moved = karen.post(url, data=_sent(cast, cast.mia.person_id))
    assert moved.location.endswith(f"/tavle?uge=2026-11-24&{asked}")


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "2029-11-25"])
def test_a_day_that_must_be_a_slip_moves_nothing(
    browse: Browse, cast: Cast, grave: UUID, day: str
) -> None:
    sent = _sent(cast, cast.bo.person_id, day=day, clock="12:00", agreed="y")
    url = f"/tavle/ture/{grave}/flyt"
    assert browse(cast.ida).post(url, data=sent).status_code == 422
    assert browse(cast.ida).get(f"{url}?dag={day}").status_code == 200
    assert _span(grave) == ("24 08:50", "24 10:40")


# Citizens of two suppliers


def test_a_planner_finds_another_of_her_own_for_a_trip_with_anothers_citizen(
    browse: Browse, cast: Cast, joint: UUID
) -> None:
    url = f"/tavle/ture/{joint}/flyt"
    page = browse(cast.ida).get(url)
    assert f'value="{cast.mia.person_id}"' in page.text
    assert 'name="dag"' not in page.text
    browse(cast.ida).post(url, data=_sent(cast, cast.mia.person_id))
    assert escorts(joint) == [cast.mia.person_id]


def test_the_other_supplier_sees_the_trip_and_takes_nobody_elses_helper_off(
    browse: Browse, cast: Cast, joint: UUID, stranger: Stranger
) -> None:
    a_shift(replace(cast.bo, person_id=stranger.worker), TUESDAY)
    theirs, url = browse(stranger.planner), f"/tavle/ture/{joint}/flyt"
    page = theirs.get(url)
    assert (page.status_code, str(stranger.worker) in page.text) == (200, False)
    sent = _sent(cast, stranger.worker)
    assert theirs.post(url, data=sent).status_code == 422
    chosen = {"key": key_of(4), "escort": str(stranger.worker)}
    assert theirs.post(f"/tavle/ture/{joint}/ledsager", data=chosen).status_code == 403
    assert escorts(joint) == [cast.bo.person_id]


def test_either_supplier_sends_a_helper_where_one_is_missing(
    browse: Browse, cast: Cast, joint: UUID, stranger: Stranger
) -> None:
    a_shift(replace(cast.bo, person_id=stranger.worker), TUESDAY)
    change_trip(joint, escorts_wanted=2)
    sent = _sent(cast, stranger.worker)
    browse(stranger.planner).post(f"/tavle/ture/{joint}/flyt", data=sent)
    assert set(escorts(joint)) == {cast.bo.person_id, stranger.worker}
    nobodys = _sent(cast, cast.mia.person_id) | {"key": key_of(3)}
    theirs = browse(stranger.planner)
    assert theirs.post(f"/tavle/ture/{joint}/ledsager", data=nobodys).status_code == 404


def _helpers_of_both(cast: Cast, stranger: Stranger) -> None:
    a_shift(replace(cast.bo, person_id=stranger.worker), TUESDAY)


def test_a_coordinator_finds_helpers_of_both_suppliers(
    browse: Browse, cast: Cast, joint: UUID, stranger: Stranger
) -> None:
    _helpers_of_both(cast, stranger)
    page, url = browse(cast.karen), f"/ture/{joint}/ledsager"
    offered = page.get(url).text
    assert (str(stranger.worker) in offered, str(cast.mia.person_id) in offered) == (True, True)
    page.post(url, data={"key": key_of(4), "escort": str(stranger.worker)})
    assert escorts(joint) == [stranger.worker]


def test_either_planner_is_offered_her_own_helpers_for_a_place_that_is_free(
    browse: Browse, cast: Cast, joint: UUID, stranger: Stranger
) -> None:
    _helpers_of_both(cast, stranger)
    change_trip(joint, escorts_wanted=2)
    url = f"/ture/{joint}/ledsager"
    theirs = browse(stranger.planner)
    offered = theirs.get(url).text
    assert (str(stranger.worker) in offered, str(cast.mia.person_id) in offered) == (True, False)
    assert "instead_of" not in offered
    ours = browse(cast.ida).get(url).text
    assert (str(stranger.worker) in ours, str(cast.mia.person_id) in ours) == (False, True)
    assert f'value="{cast.bo.person_id}"' in ours
    sent = {"key": key_of(4), "escort": str(stranger.worker), "instead_of": ""}
    assert browse(stranger.planner).post(url, data=sent).status_code == 303
    assert set(escorts(joint)) == {cast.bo.person_id, stranger.worker}


def test_a_planner_reads_who_is_replaced_and_who_still_goes_along(
    browse: Browse, cast: Cast, joint: UUID, stranger: Stranger
) -> None:
    _helpers_of_both(cast, stranger)
    change_trip(joint, escorts_wanted=2)
    ida, url = browse(cast.ida), f"/ture/{joint}/ledsager"
    theirs = browse(stranger.planner)
    for browser in (ida, theirs):
        browser.set_cookie("lang", "en", domain="localhost")
    assert "Whoever is not replaced" not in ida.get(url).text
    page = theirs.get(url).text
    assert "A helper from another supplier goes along." in page
    assert "Bo Berg" not in page
    theirs.post(url, data={"key": key_of(4), "escort": str(stranger.worker), "instead_of": ""})
    assert "Your own helper is replaced." in ida.get(url).text


def test_a_planner_who_moves_a_trip_reads_that_anothers_helper_goes_along_and_not_who(
    browse: Browse, cast: Cast, shared: UUID, stranger: Stranger
) -> None:
    ida, url = browse(cast.ida), f"/tavle/ture/{shared}/flyt"
    ida.set_cookie("lang", "en", domain="localhost")
    page = html.unescape(ida.get(url).text)
    assert "Goes along now: Bo Berg & a helper from another supplier." in page
    assert "Your own helper is replaced." in page
    sent = _sent(cast, cast.mia.person_id)
    moved = html.unescape(ida.post(url, data=sent, follow_redirects=True).text)
    assert "Mia Møller & a helper from another supplier go along." in moved
    assert "Petra Privat" not in page + moved
    assert set(escorts(shared)) == {cast.mia.person_id, stranger.worker}


def test_a_planner_is_told_that_the_helper_is_another_suppliers_to_exchange(
    browse: Browse, cast: Cast, joint: UUID, stranger: Stranger
) -> None:
    _helpers_of_both(cast, stranger)
    theirs = browse(stranger.planner)
    theirs.set_cookie("lang", "en", domain="localhost")
    assert f"/ture/{joint}/ledsager" not in theirs.get(f"/ture/{joint}").text
    page = theirs.get(f"/ture/{joint}/ledsager")
    assert "The helper comes from another supplier." in page.text
    assert str(stranger.worker) not in page.text
    assert f"/ture/{joint}/ledsager" in browse(cast.ida).get(f"/ture/{joint}").text


def test_the_trip_is_the_second_suppliers_too(
    browse: Browse, cast: Cast, joint: UUID, stranger: Stranger
) -> None:
    """She reads who goes and when; of another's citizen neither the cost nor the page."""
    theirs = browse(stranger.planner)
    theirs.set_cookie("lang", "en", domain="localhost")
    page = theirs.get(f"/ture/{joint}").text
    together = page.partition("<h2>Together</h2>")[2].partition("<h2>")[0]
    said = " ".join(re.sub(r"<[^>]+>", " ", together).split())
    assert (f"/borgere/{cast.poul}" in together, f"/borgere/{cast.ellen}" in together) == (
        True,
        False,
    )
    assert re.fullmatch(r"Ellen \w+: Booked Poul \w+ : Booked, .*55 min.*", said)


def test_a_planner_keeps_her_own_citizen_at_home_and_no_other(
    browse: Browse, cast: Cast, joint: UUID, stranger: Stranger
) -> None:
    theirs = browse(stranger.planner)
    theirs.set_cookie("lang", "en", domain="localhost")
    page = theirs.get(f"/ture/{joint}/aflys").text
    heading = page.partition("<h1>")[2].partition("</h1>")[0]
    assert ("Poul" in heading, "Ellen" in heading, "Everybody" in page) == (True, False, False)
    sent = {"key": key_of(5), "reason": "citizen.ill", "citizen_id": str(cast.ellen)}
    assert theirs.post(f"/ture/{joint}/aflys", data=sent).status_code == 422
    sent["citizen_id"] = str(cast.poul)
    assert theirs.post(f"/ture/{joint}/aflys", data=sent).status_code == 303
    with acting_for(HOME):
        states = {row.citizen_id: row.state for row in rows_of(joint)}
    assert states == {cast.ellen: TripState.BOOKED, cast.poul: TripState.CANCELLED}


@pytest.mark.parametrize(("who", "sees"), [("theirs", False), ("ida", False), ("karen", True)])
def test_only_who_may_undo_it_is_offered_to(
    browse: Browse, cast: Cast, joint: UUID, stranger: Stranger, who: str, sees: bool
) -> None:
    actor = {"theirs": stranger.planner, "ida": cast.ida, "karen": cast.karen}[who]
    assert (f"/ture/{joint}/fortryd/" in browse(actor).get(f"/ture/{joint}").text) is sees


# What a new time is told


def _walk(cast: Cast, **hours: Any) -> UUID:
    """Book Ellen a walk on Tuesday 9:50–11:40, on a card with such hours."""
    terms = replace(DECIDED, hours=replace(DECIDED.hours, **hours))
    card = a_card(cast, cast.ellen, scheme_id=a_scheme(terms, name="Med tider"))
    place = Place("Søen", None, "4681", "walk", GAME_AT, GAME_AT + timedelta(minutes=90))
    rides = Passenger(cast.ellen, "said", card_id=card)
    with acting_for(HOME):
        block = Block((rides,), place, Transport.WALK, 10, 10, ())
        return UUID(str(execute(reserve, cast.bo, block, now=MONDAY)))


def _said(browse: Browse, cast: Cast, trip: UUID, **sent: str) -> str:
    url = f"/tavle/ture/{trip}/flyt"
    answer = browse(cast.ida).post(url, data=_sent(cast, None, agreed="y", **sent))
    assert answer.status_code == 422
    return answer.text


def test_a_new_time_outside_the_hours_says_what_they_are(browse: Browse, cast: Cast) -> None:
    walk = _walk(cast, starts_from=time(9), ends_by=time(17))
    page = _said(browse, cast, walk, day="2026-11-26", clock="06:00")
    assert "9.00" in page
    assert "17.00" in page


def test_a_new_time_outside_the_soft_hours_is_cautioned_against(browse: Browse, cast: Cast) -> None:
    url = f"/tavle/ture/{_walk(cast, soft_starts_from=time(10))}/flyt"
    page = browse(cast.ida).get(f"{url}?dag=2026-11-26&tid=06:00").text
    assert "før kl. 10.00" in page
    assert "før kl. 10.00" not in browse(cast.ida).get(f"{url}?dag=2026-11-26&tid=11:00").text


def test_a_day_that_is_over_is_said_to_be(browse: Browse, cast: Cast, grave: UUID) -> None:
    page = _said(browse, cast, grave, day="2026-11-22", clock="12:00")
    assert "Se på årstallet" not in page
    page = browse(cast.ida).get(f"/tavle/ture/{grave}/flyt?dag=2026-11-22&tid=12:00").text
    assert 'id="day-error"' in page or "error-summary" in page


def test_the_history_says_from_when_to_when_a_trip_was_moved(
    browse: Browse, cast: Cast, grave: UUID
) -> None:
    sent = _sent(cast, cast.bo.person_id, day="2026-11-25", clock="12:00", agreed="y")
    browse(cast.ida).post(f"/tavle/ture/{grave}/flyt", data=sent)
    browser = browse(cast.karen)
    browser.set_cookie("lang", "en", domain="localhost")
    page = html.unescape(browser.get(f"/ture/{grave}").text)
    history = page[page.index('class="history"') :]
    assert "9.50" in history
    assert "12.00" in history
