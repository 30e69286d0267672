"""Changing dates on the page: first one sees whom it touches, then one does it."""

import re
from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient

from klippekort.activities.queries import count_together, list_activities
from klippekort.activities.services import (
    OccurrenceChanged,
    PlaceTaken,
    approve_activity,
    cancel_occurrence,
    post_activity,
)
from klippekort.domain.calendar import local
from klippekort.domain.recurrence import Repeats
from klippekort.platform import events
from tests.cast import Cast
from tests.integration.activities.arrange import (
    CARDS,
    NOW,
    ONCE,
    TUESDAY,
    a_proposal,
    activity,
    an_activity,
    dates_of,
    do,
    read,
    seat,
)
from tests.integration.activities.looking import faults_at

TYPED = {
    "day": "24-11-2026",
    "starts": "10:00",
    "ends": "12:00",
    "capacity": "10",
    "wheelchair_places": "2",
    "note": "",
    "scope": "this",
}


@pytest.fixture(autouse=True)
def nobody_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    """Trips have tests of their own for what they do when a date moves."""
    monkeypatch.setitem(events._handlers, OccurrenceChanged, [])


def sent(occurrence_id: UUID, **changes: Any) -> dict[str, Any]:
    """Return what the page of a date sends, with a key of its own."""
    place = next(
        row.place_id
        for one in read(list_activities)
        for row in dates_of(one.id)
        if row.id == occurrence_id
    )
    return TYPED | {"place": str(place), "key": str(uuid4())} | changes


def seen_on(page: str) -> str:
    """Return what the button of a preview sends as having been seen."""
    found = re.search(r'name="seen" value="(\w+)"', page)
    assert found is not None
    return found[1]


def test_the_pages_are_as_pages_should_be(viggo: FlaskClient, cast: Cast) -> None:
    activity_id = an_activity(cast)
    row = dates_of(activity_id)[0]
    seat(cast, row.id, cast.ellen)
    pages = [
        f"/aktiviteter/datoer/{row.id}/ret",
        f"/aktiviteter/{activity_id}/gentagelse",
        f"/aktiviteter/{activity_id}/igen",
        f"/aktiviteter/{activity_id}/slut",
        f"/aktiviteter/{activity_id}/aflys",
        f"/aktiviteter/{activity_id}/ret",
        f"/aktiviteter/{activity_id}",
    ]
    assert [faults_at(viggo, page) for page in pages] == [[]] * len(pages)


def test_a_change_is_seen_before_it_is_done(viggo: FlaskClient, cast: Cast) -> None:
    activity_id = an_activity(cast)
    row = dates_of(activity_id)[0]
    seat(cast, row.id, cast.ellen)
    page, form = f"/aktiviteter/datoer/{row.id}/ret", sent(row.id)
    shown = viggo.post(page, data=form)
    assert shown.status_code == 200
    assert "Ellen" in shown.text
    assert local(dates_of(activity_id)[0].starts_at).hour == 14
    done = viggo.post(page, data=form | {"agreed": "1", "seen": seen_on(shown.text)})
    assert done.status_code == 303
    assert local(dates_of(activity_id)[0].starts_at).hour == 10


def test_all_dates_are_changed_where_that_is_asked(viggo: FlaskClient, cast: Cast) -> None:
    activity_id = an_activity(cast)
    row = dates_of(activity_id)[0]
    page, form = f"/aktiviteter/datoer/{row.id}/ret", sent(row.id, scope="all")
    seen = seen_on(viggo.post(page, data=form).text)
    viggo.post(page, data=form | {"agreed": "1", "seen": seen})
    assert {local(one.starts_at).hour for one in dates_of(activity_id)} == {10}


def test_the_button_without_a_look_changes_nothing(viggo: FlaskClient, cast: Cast) -> None:
    activity_id = an_activity(cast)
    row = dates_of(activity_id)[0]
    form = sent(row.id, agreed="1", seen="noget andet")
    answer = viggo.post(f"/aktiviteter/datoer/{row.id}/ret", data=form)
    assert answer.status_code == 422
    assert local(dates_of(activity_id)[0].starts_at).hour == 14


def test_too_few_chairs_are_refused_with_the_number(viggo: FlaskClient, cast: Cast) -> None:
    row = dates_of(an_activity(cast))[0]
    for guest in (cast.ellen, cast.poul):
        seat(cast, row.id, guest)
    few = sent(row.id, capacity="1", wheelchair_places="0", note="Bagdøren")
    answer = viggo.post(f"/aktiviteter/datoer/{row.id}/ret", data=few)
    assert answer.status_code == 422
    assert 'id="capacity-error' in answer.text
    assert 'value="Bagdøren"' in answer.text


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("ends", {"ends": "09:00"}),
        ("day", {"day": "22-11-2026"}),
        ("day", {"day": "02-12-2026", "scope": "following"}),
    ],
)
def test_what_cannot_be_is_said_at_its_field(
    viggo: FlaskClient, cast: Cast, field: str, changes: dict[str, str]
) -> None:
    row = dates_of(an_activity(cast))[0]
    answer = viggo.post(f"/aktiviteter/datoer/{row.id}/ret", data=sent(row.id, **changes))
    assert answer.status_code == 422
    assert f'id="{field}-error' in answer.text


def test_an_end_after_midnight_is_meant_when_it_is_ticked(viggo: FlaskClient, cast: Cast) -> None:
    row = dates_of(an_activity(cast))[0]
    late = sent(row.id, starts="20:00", ends="01:00", past_midnight="y")
    assert viggo.post(f"/aktiviteter/datoer/{row.id}/ret", data=late).status_code == 200


def test_a_used_place_is_told_of_and_can_be_shared(viggo: FlaskClient, cast: Cast) -> None:
    form = {
        "title": "Banko",
        "kind": "cards",
        "day": "24-11-2026",
        "starts": "15:00",
        "ends": "17:00",
        "repeats": "once",
        "known_place": str(dates_of(an_activity(cast))[0].place_id),
        "capacity": "10",
        "wheelchair_places": "0",
        "price": "0",
        "helper_price": "0",
    }
    first = viggo.post("/aktiviteter/ny", data=form | {"key": str(uuid4())})
    assert first.status_code == 422
    assert 'id="known_place-error' in first.text
    assert "Kortspil" in first.text
    shared = form | {"key": str(uuid4()), "shares_room": "y"}
    assert viggo.post("/aktiviteter/ny", data=shared).status_code == 303


def test_two_chairs_are_one_tap(viggo: FlaskClient, cast: Cast) -> None:
    activity_id = an_activity(cast)
    row = dates_of(activity_id)[0]
    seat(cast, row.id, cast.ellen)
    viggo.post(f"/aktiviteter/datoer/{row.id}/stole", data={"key": str(uuid4())})
    assert dates_of(activity_id)[0].capacity == 3


def test_the_same_as_last_time_needs_a_day_only(viggo: FlaskClient, cast: Cast) -> None:
    activity_id = an_activity(cast, ONCE)
    page = f"/aktiviteter/{activity_id}/igen"
    shown = viggo.get(page).text
    known = dict(
        re.findall(r'name="(starts|ends|capacity|wheelchair_places)"[^>]*value="([^"]+)"', shown)
    )
    assert len(known) == 4
    viggo.post(page, data=known | {"day": "05-01-2027", "key": str(uuid4())})
    again = next(one for one in read(list_activities) if one.id != activity_id)
    assert (again.state, [row.original_start for row in dates_of(again.id)]) == (
        "published",
        ["2027-01-05T14:00"],
    )


def test_the_same_as_last_time_knows_the_next_day_and_goes_on_until_a_last_one(
    viggo: FlaskClient, cast: Cast
) -> None:
    activity_id = an_activity(cast, replace(CARDS, last_on=TUESDAY + timedelta(weeks=2)))
    page = f"/aktiviteter/{activity_id}/igen"
    assert 'value="2026-12-15"' in viggo.get(page).text
    said = {"day": "15-12-2026", "starts": "14.00", "ends": "16.00", "capacity": "8"}
    said |= {"wheelchair_places": "0", "often": "rhythm", "key": str(uuid4())}
    assert viggo.post(page, data=said).status_code == 422
    viggo.post(page, data=said | {"last_on": "05-01-2027", "key": str(uuid4())})
    again = next(one for one in read(list_activities) if one.id != activity_id)
    starts = [row.original_start[:10] for row in dates_of(again.id)]
    assert (again.state, starts) == (
        "published",
        ["2026-12-15", "2026-12-22", "2026-12-29", "2027-01-05"],
    )


def test_what_goes_on_by_itself_says_so_and_suggests_no_day(viggo: FlaskClient, cast: Cast) -> None:
    page = viggo.get(f"/aktiviteter/{an_activity(cast)}/igen").text
    assert 'class="alert' in page
    assert 'value="2027' not in page


def test_two_that_will_meet_in_one_room_far_ahead_are_told_of(cast: Cast) -> None:
    first = replace(CARDS, place="Salen", repeats=Repeats.MONTHLY_DAY, first_on=date(2026, 12, 31))
    an_activity(cast, first)
    # The first Thursday from then on that is the 31st of a month is almost a year later.
    later = replace(CARDS, place="Salen", first_on=date(2027, 9, 2), starts=time(15))
    with pytest.raises(PlaceTaken) as taken:
        do(post_activity, cast.karen, later, shares_room=False, now=NOW)
    assert local(taken.value.clashes[0].starts_at).date() == date(2028, 8, 31)


def test_two_that_share_a_room_see_it_on_their_page(viggo: FlaskClient, cast: Cast) -> None:
    an_activity(cast)
    other = an_activity(cast, replace(ONCE, title="Whist", starts=time(15)))
    assert ": Kortspil" in viggo.get(f"/aktiviteter/{other}").text


def test_a_coordinator_sees_a_room_used_twice_until_it_is_sorted_out(
    karen: FlaskClient, cast: Cast
) -> None:
    an_activity(cast, ONCE)
    other = an_activity(cast, replace(ONCE, title="Whist", starts=time(15)))
    assert "samme-lokale" in karen.get("/overblik").text
    assert faults_at(karen, "/aktiviteter/samme-lokale") == []
    page = karen.get("/aktiviteter/samme-lokale").text
    assert "Kortspil" in page
    assert "Whist" in page
    karen.post(f"/aktiviteter/{other}/deler-lokale", data={"key": str(uuid4())})
    assert "samme-lokale" not in karen.get("/overblik").text


def test_a_shared_room_that_was_meant_is_no_duty(cast: Cast) -> None:
    an_activity(cast, ONCE)
    do(post_activity, cast.karen, replace(ONCE, title="Whist"), shares_room=True, now=NOW)
    assert read(count_together, NOW) == 0


def test_a_moved_date_is_no_duty_any_more(cast: Cast) -> None:
    an_activity(cast, ONCE)
    other = an_activity(cast, replace(ONCE, title="Whist"))
    assert read(count_together, NOW) == 1
    do(cancel_occurrence, cast.karen, dates_of(other)[0].id, reason="other", now=NOW)
    assert read(count_together, NOW) == 0


def test_too_few_chairs_are_refused_at_the_field(viggo: FlaskClient, cast: Cast) -> None:
    activity_id = an_activity(cast, replace(CARDS, smallest=5))
    row = dates_of(activity_id)[0]
    answer = viggo.post(f"/aktiviteter/datoer/{row.id}/ret", data=sent(row.id, capacity="4"))
    assert (answer.status_code, 'id="capacity-error' in answer.text) == (422, True)
    viggo.post(f"/aktiviteter/datoer/{row.id}/stole", data={"key": str(uuid4())})
    assert dates_of(activity_id)[0].capacity == 10


def test_the_same_with_too_few_chairs_is_refused_at_the_field(
    viggo: FlaskClient, cast: Cast
) -> None:
    activity_id = an_activity(cast, replace(ONCE, smallest=5))
    said = {"day": "05-01-2027", "starts": "14.00", "ends": "16.00", "wheelchair_places": "0"}
    said |= {"often": "once", "capacity": "4", "key": str(uuid4())}
    answer = viggo.post(f"/aktiviteter/{activity_id}/igen", data=said)
    assert (answer.status_code, 'id="capacity-error' in answer.text) == (422, True)


def test_how_often_is_changed_from_a_day_on(viggo: FlaskClient, cast: Cast) -> None:
    activity_id = an_activity(cast)
    page = f"/aktiviteter/{activity_id}/gentagelse"
    form = {
        "from_on": "01-12-2026",
        "repeats": "weekly",
        "every": "2",
        "weekdays": ["1"],
        "on_holidays": "held",
        "skipped": "15-12-2026",
        "key": str(uuid4()),
    }
    seen = seen_on(viggo.post(page, data=form).text)
    assert viggo.post(page, data=form | {"agreed": "1", "seen": seen}).status_code == 303
    standing = [row for row in dates_of(activity_id) if row.cancelled_at is None]
    days = [local(row.starts_at).date() for row in standing][:3]
    assert days == [date(2026, 11, 24), date(2026, 12, 1), date(2026, 12, 29)]


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("last_on", {"repeats": "weekly", "last_on": "24-11-2036"}),
        ("last_on", {"repeats": "weekly", "last_on": "20-11-2026"}),
        ("skipped", {"skipped": "juleaften"}),
        ("every", {"every": "0"}),
        ("online_url", {"online_url": "javascript:alert(1)"}),
        ("online_url", {"known_place": "online"}),
        ("sign_up_hours", {"sign_up_hours": "1000"}),
        ("confirm_by", {"confirm_by": "31-02-2027"}),
        ("confirm_by", {"confirm_by": "22-11-2026"}),
        ("smallest", {"smallest": "11"}),
        ("last_on", {"repeats": "weekly", "weekdays": list("0123456"), "last_on": "20-11-2031"}),
        ("day", {"repeats": "weekly", "skipped": "24-11-2026", "last_on": "30-11-2026"}),
    ],
)
def test_what_a_new_activity_cannot_be_is_said_at_its_field(
    karen: FlaskClient, cast: Cast, field: str, changes: dict[str, Any]
) -> None:
    answer = karen.post("/aktiviteter/ny", data=_banko(cast) | changes)
    assert answer.status_code == 422
    assert f'id="{field}-error' in answer.text


def test_the_first_day_is_among_the_weekdays_that_are_ticked(
    karen: FlaskClient, cast: Cast
) -> None:
    answer = karen.post(
        "/aktiviteter/ny", data=_banko(cast) | {"repeats": "weekly", "weekdays": ["0"]}
    )
    posted = UUID(answer.location.rsplit("/", 1)[1])
    days = [local(row.starts_at).date() for row in dates_of(posted)][:3]
    assert days == [date(2026, 11, 24), date(2026, 11, 30), date(2026, 12, 1)]


def _banko(cast: Cast) -> dict[str, Any]:
    """Return what a coordinator writes of a new activity."""
    return {
        "title": "Banko",
        "kind": "cards",
        "day": "24-11-2026",
        "starts": "15:00",
        "ends": "17:00",
        "repeats": "once",
        "known_place": "",
        "place": "Salen",
        "address": "Torvet 3",
        "postcode": "4681",
        "town": "Lindeby",
        "association": str(cast.association),
        "capacity": "10",
        "wheelchair_places": "0",
        "key": str(uuid4()),
    }


def test_a_yes_with_remarks_is_read_and_published_by_the_host(
    viggo: FlaskClient, cast: Cast
) -> None:
    activity_id = a_proposal(cast)
    do(approve_activity, cast.karen, activity_id, remarks="Husk kaffen.", now=NOW)
    page = f"/aktiviteter/{activity_id}/udgiv"
    assert faults_at(viggo, page) == []
    assert "Husk kaffen." in viggo.get(page).text
    viggo.post(page, data={"key": str(uuid4())})
    assert activity(activity_id).state == "published"


def test_a_coordinator_gives_remarks(karen: FlaskClient, cast: Cast) -> None:
    activity_id = a_proposal(cast)
    page = f"/aktiviteter/{activity_id}/godkend"
    assert faults_at(karen, page) == []
    karen.post(page, data={"key": str(uuid4()), "remarks": "Husk kaffen."})
    assert (activity(activity_id).state, activity(activity_id).remarks) == (
        "approved",
        "Husk kaffen.",
    )


def test_all_of_a_proposal_can_be_corrected(viggo: FlaskClient, cast: Cast) -> None:
    activity_id = a_proposal(cast)
    page = f"/aktiviteter/{activity_id}/ret"
    assert faults_at(viggo, page) == []
    place = str(activity(activity_id).timing.place_id)
    form = {
        "title": "Banko",
        "kind": "cards",
        "day": "01-12-2026",
        "starts": "15:00",
        "ends": "17:00",
        "repeats": "once",
        "known_place": place,
        "capacity": "6",
        "wheelchair_places": "0",
        "key": str(uuid4()),
    }
    assert viggo.post(page, data=form).status_code == 303
    corrected = activity(activity_id)
    assert (corrected.title, corrected.timing.capacity) == ("Banko", 6)


def test_the_last_day_of_an_activity_is_asked_for(viggo: FlaskClient, cast: Cast) -> None:
    activity_id = an_activity(cast)
    last = CARDS.first_on + timedelta(weeks=1)
    form = {"last_on": f"{last:%d-%m-%Y}", "key": str(uuid4())}
    viggo.post(f"/aktiviteter/{activity_id}/slut", data=form)
    assert sum(row.cancelled_at is None for row in dates_of(activity_id)) == 2


def test_an_activity_is_confirmed_with_one_tap(viggo: FlaskClient, cast: Cast) -> None:
    activity_id = an_activity(cast)
    viggo.post(f"/aktiviteter/{activity_id}/findes", data={"key": str(uuid4())})
    assert activity(activity_id).confirm_by == date(2027, 5, 23)
