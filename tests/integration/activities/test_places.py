"""Places: told of, closed for some days, and put away when nothing is held there."""

from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient

from klippekort.activities.queries import closures_of, list_places
from klippekort.activities.services import (
    LookAgain,
    OccurrenceCancelled,
    PlaceFacts,
    PlaceInUse,
    PlaceTaken,
    archive_place,
    close_place,
    post_activity,
    preview_closing,
    preview_holidays,
    restore_place,
    save_place,
)
from klippekort.domain.errors import Forbidden
from klippekort.domain.recurrence import Repeats
from klippekort.platform import events
from tests.cast import Cast
from tests.integration.activities.arrange import (
    CARDS,
    NOW,
    TUESDAY,
    an_activity,
    dates_of,
    do,
    read,
    seat,
)
from tests.integration.activities.looking import faults_at

WEEK = timedelta(weeks=1)
HALL = PlaceFacts(
    name="Biblioteket, salen",
    address="Torvet 2",
    postcode="4681",
    town="Lindeby",
    access=("step_free", "hearing_loop"),
    latitude=None,
    longitude=None,
    wheelchair_places=3,
    room_capacity=40,
    parking="I gården",
    contact_name="Lone",
    contact_phone="+4520123456",
    is_closed_on_holidays=True,
)


def a_place(cast: Cast, facts: PlaceFacts = HALL) -> UUID:
    """Let the coordinator add a place, and return its id."""
    return UUID(do(save_place, cast.karen, facts, now=NOW))


def held_at(cast: Cast, place_id: UUID, **changes: Any) -> UUID:
    """Let the coordinator post cards at a place, and return the id."""
    facts = replace(CARDS, place="", place_id=place_id, **changes)
    return UUID(do(post_activity, cast.karen, facts, now=NOW, association_id=cast.association))


def test_a_place_in_use_is_not_put_away(cast: Cast) -> None:
    place_id = a_place(cast)
    held_at(cast, place_id)
    with pytest.raises(PlaceInUse) as refusal:
        do(archive_place, cast.karen, place_id, now=NOW)
    assert refusal.value.titles == ("Kortspil",)


def test_a_place_that_is_put_away_can_be_taken_out_again(cast: Cast) -> None:
    place_id = a_place(cast)
    do(archive_place, cast.karen, place_id, now=NOW)
    assert read(list_places) == []
    do(restore_place, cast.karen, place_id, now=NOW)
    assert [row.id for row in read(list_places)] == [place_id]


def test_only_a_coordinator_keeps_places(cast: Cast) -> None:
    with pytest.raises(Forbidden):
        do(save_place, cast.viggo, HALL, now=NOW)


def test_nothing_is_held_on_holidays_at_a_place_that_is_closed_then(cast: Cast) -> None:
    fridays = held_at(cast, a_place(cast), first_on=date(2026, 12, 18))
    assert [row.original_start[:10] for row in dates_of(fridays)][:2] == [
        "2026-12-18",
        "2027-01-08",
    ]


def test_closing_a_place_cancels_what_was_to_be_held(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[OccurrenceCancelled] = []
    monkeypatch.setitem(events._handlers, OccurrenceCancelled, [told.append])
    place_id = a_place(cast)
    activity_id = held_at(cast, place_id)
    seat(cast, dates_of(activity_id)[1].id, cast.ellen)
    span = (TUESDAY + WEEK, TUESDAY + 2 * WEEK)
    shut = read(preview_closing, cast.karen, place_id, *span, now=NOW)
    assert (len(shut.dates), shut.guests) == (2, 1)
    do(close_place, cast.karen, place_id, *span, reason="Gulvet", seen=shut.mark, now=NOW)
    gone = [row.cancelled_reason for row in dates_of(activity_id)][:4]
    assert gone == [None, "place_closed", "place_closed", None]
    assert {event.reason for event in told} == {"place_closed"}


def test_somebody_who_signed_up_since_is_looked_at_first(cast: Cast) -> None:
    place_id = a_place(cast)
    activity_id = held_at(cast, place_id)
    seen = read(preview_closing, cast.karen, place_id, TUESDAY, TUESDAY, now=NOW).mark
    seat(cast, dates_of(activity_id)[0].id, cast.ellen)
    with pytest.raises(LookAgain):
        do(close_place, cast.karen, place_id, TUESDAY, TUESDAY, reason="", seen=seen, now=NOW)


TYPED = {
    "name": "Biblioteket, salen",
    "address": "Torvet 2",
    "postcode": "4681",
    "town": "Lindeby",
    "access": ["step_free"],
    "room_capacity": "40",
    "phone": "20 12 34 56",
}


def sent(**changes: Any) -> dict[str, Any]:
    """Return what the form sends, with a key of its own."""
    return TYPED | {"key": str(uuid4())} | changes


def test_the_pages_are_as_pages_should_be(karen: FlaskClient, cast: Cast) -> None:
    place_id = a_place(cast)
    held_at(cast, place_id)
    base = "/aktiviteter/steder"
    pages = [base, f"{base}/nyt", f"{base}/{place_id}", f"{base}/{place_id}/ret"]
    assert [faults_at(karen, page) for page in [*pages, f"{base}/{place_id}/luk"]] == [[]] * 5


def test_a_coordinator_adds_a_place(karen: FlaskClient) -> None:
    answer = karen.post("/aktiviteter/steder/nyt", data=sent())
    (added,) = read(list_places)
    assert answer.location == f"/aktiviteter/steder/{added.id}"
    assert (added.room_capacity, added.contact_phone) == (40, "+4520123456")


@pytest.mark.parametrize(
    ("field", "typed"),
    [("name", " "), ("postcode", "46"), ("room_capacity", "0"), ("phone", "12"), ("point", "x")],
)
def test_what_cannot_be_is_said_at_its_field(karen: FlaskClient, field: str, typed: str) -> None:
    answer = karen.post("/aktiviteter/steder/nyt", data=sent(**{field: typed}))
    assert answer.status_code == 422
    assert f'id="{field}-error' in answer.text


def test_a_closing_is_looked_at_before_it_is_done(karen: FlaskClient, cast: Cast) -> None:
    place_id = a_place(cast)
    activity_id = held_at(cast, place_id)
    page = f"/aktiviteter/steder/{place_id}/luk"
    days = {"from_on": "24-11-2026", "until_on": "24-11-2026", "key": str(uuid4())}
    shown = karen.post(page, data=days)
    assert (shown.status_code, "Kortspil" in shown.text) == (200, True)
    assert read(closures_of, place_id) == []
    seen = read(preview_closing, cast.karen, place_id, TUESDAY, TUESDAY, now=NOW).mark
    karen.post(page, data=days | {"agreed": "1", "seen": seen})
    assert len(read(closures_of, place_id)) == 1
    assert dates_of(activity_id)[0].cancelled_reason == "place_closed"


def test_what_stands_may_be_kept_when_a_place_closes(karen: FlaskClient, cast: Cast) -> None:
    place_id = a_place(cast)
    activity_id = held_at(cast, place_id)
    seen = read(preview_closing, cast.karen, place_id, TUESDAY, TUESDAY, now=NOW).mark
    said = {"from_on": "24-11-2026", "until_on": "24-11-2026", "standing": "keep"}
    said |= {"agreed": "1", "seen": seen, "key": str(uuid4())}
    karen.post(f"/aktiviteter/steder/{place_id}/luk", data=said)
    assert len(read(closures_of, place_id)) == 1
    assert dates_of(activity_id)[0].cancelled_at is None


def test_who_closes_a_place_on_holidays_sees_what_stands_on_them(
    karen: FlaskClient, cast: Cast
) -> None:
    place_id = a_place(cast, replace(HALL, is_closed_on_holidays=False))
    christmas = date(2026, 12, 25)
    activity_id = held_at(cast, place_id, repeats=Repeats.ONCE, first_on=christmas)
    seat(cast, dates_of(activity_id)[0].id, cast.ellen)
    page = f"/aktiviteter/steder/{place_id}"
    told = sent(is_closed_on_holidays="y", key=str(uuid4()))
    saved = karen.post(f"{page}/ret", data=told)
    assert saved.location == f"{page}/helligdage"
    assert faults_at(karen, saved.location) == []
    assert "Kortspil" in karen.get(saved.location).text
    assert dates_of(activity_id)[0].cancelled_at is None
    seen = read(preview_holidays, cast.karen, place_id, now=NOW).mark
    karen.post(saved.location, data={"seen": seen, "key": str(uuid4())})
    assert dates_of(activity_id)[0].cancelled_reason == "place_closed"


def test_whom_to_ask_is_told_to_all_only_where_that_is_said(karen: FlaskClient, cast: Cast) -> None:
    place_id = a_place(cast)
    page = f"/program/lindeby/aktivitet/{held_at(cast, place_id)}"
    assert "Lone" not in karen.get(page).text
    do(save_place, cast.karen, replace(HALL, contact_is_public=True), place_id=place_id, now=NOW)
    assert "Lone, 20 12 34 56" in karen.get(page).text


def test_a_place_in_use_says_by_whom(karen: FlaskClient, cast: Cast) -> None:
    place_id = a_place(cast)
    held_at(cast, place_id)
    page = f"/aktiviteter/steder/{place_id}/laeg-vaek"
    karen.post(page, data={"key": str(uuid4())})
    assert "Kortspil" in karen.get(f"/aktiviteter/steder/{place_id}").text
    assert read(list_places)[0].archived_at is None


def test_a_host_cannot_open_the_places(viggo: FlaskClient, cast: Cast) -> None:
    an_activity(cast)
    assert viggo.get("/aktiviteter/steder").status_code == 403


def test_a_place_is_the_same_however_its_name_is_written(cast: Cast) -> None:
    do(post_activity, cast.karen, replace(CARDS, place="Medborgerhuset"), now=NOW)
    written = replace(CARDS, place=" medborgerHUSET", town="LINDEBY ")
    with pytest.raises(PlaceTaken):
        do(post_activity, cast.karen, written, now=NOW, shares_room=False)


def test_who_proposes_something_changes_no_place_that_is_known(cast: Cast) -> None:
    do(post_activity, cast.karen, CARDS, now=NOW)
    told = replace(CARDS, starts=time(18), ends=time(19), access=("hearing_loop",), latitude=55.1)
    do(post_activity, cast.viggo, replace(told, longitude=11.2), now=NOW)
    (place,) = read(list_places)
    assert (place.access, place.latitude) == (["step_free"], None)
