"""A volunteer posts an activity on one page."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from klippekort.activities.queries import list_activities
from klippekort.activities.services import facts_of, post_activity
from klippekort.platform.db import db
from klippekort.volunteers.models import Volunteer
from tests.cast import Cast
from tests.integration.activities.arrange import (
    CARDS,
    NOW,
    activity,
    an_activity,
    dates_of,
    do,
    read,
    seat,
)
from tests.integration.activities.looking import faults_at
from tests.integration.tablet import StandingClock
from tests.integration.volunteers.arrange import add_contact, contact_actor
from tests.login import log_in

TYPED: dict[str, Any] = {
    "title": "Kortspil på biblioteket",
    "kind": "cards",
    "description": "Kom og spil whist.",
    "place": "Biblioteket",
    "address": "Torvegade 11",
    "postcode": "4681",
    "town": "Lindeby",
    "day": "01-12-2026",
    "starts": "14:00",
    "ends": "16:00",
    "repeats": "weekly",
    "last_on": "",
    "capacity": "12",
    "wheelchair_places": "2",
    "price": "35,50",
    "helper_price": "0",
    "access": ["step_free", "quiet"],
}


def sent(**changes: Any) -> dict[str, Any]:
    """Return what the form sends, with a key of its own."""
    return TYPED | {"key": str(uuid4())} | changes


def test_the_page_is_as_pages_should_be(viggo: FlaskClient) -> None:
    assert faults_at(viggo, "/aktiviteter/ny") == []


def test_a_volunteers_activity_waits_for_a_coordinator(viggo: FlaskClient, cast: Cast) -> None:
    answer = viggo.post("/aktiviteter/ny", data=sent())
    posted = read(list_activities)[0]
    assert (answer.status_code, answer.location) == (303, "/aktiviteter/mine")
    assert (posted.state, posted.host_id) == ("proposed", cast.viggo.person_id)


def test_an_associations_contact_names_a_host_among_its_own(
    app: Flask, standing_clock: StandingClock, cast: Cast
) -> None:
    member = cast.viggo.person_id
    joined = update(Volunteer).where(Volunteer.id == member)
    do(lambda: db.session.execute(joined.values(association_id=cast.association)))
    inge = log_in(app.test_client(), contact_actor(cast, add_contact(cast)))
    assert f'value="{member}"' in inge.get("/aktiviteter/ny").text
    inge.post("/aktiviteter/ny", data=sent(host=str(member)))
    posted = read(list_activities)[0]
    assert (posted.host_id, posted.association_id) == (member, cast.association)


def test_an_associations_contact_names_and_takes_back_a_host_when_correcting(
    app: Flask, standing_clock: StandingClock, cast: Cast
) -> None:
    member = cast.viggo.person_id
    joined = update(Volunteer).where(Volunteer.id == member)
    do(lambda: db.session.execute(joined.values(association_id=cast.association)))
    inge = log_in(app.test_client(), contact_actor(cast, add_contact(cast)))
    inge.post("/aktiviteter/ny", data=sent())
    page = f"/aktiviteter/{read(list_activities)[0].id}/ret"
    assert f'value="{member}"' in inge.get(page).text
    inge.post(page, data=sent(host=str(member)))
    assert read(list_activities)[0].host_id == member
    inge.post(page, data=sent(host=""))
    assert read(list_activities)[0].host_id is None


def test_a_host_of_others_is_refused_when_correcting(
    app: Flask, standing_clock: StandingClock, cast: Cast
) -> None:
    away = update(Volunteer).where(Volunteer.id == cast.viggo.person_id)
    do(lambda: db.session.execute(away.values(association_id=None)))
    inge = log_in(app.test_client(), contact_actor(cast, add_contact(cast)))
    inge.post("/aktiviteter/ny", data=sent())
    page = f"/aktiviteter/{read(list_activities)[0].id}/ret"
    assert inge.post(page, data=sent(host=str(cast.viggo.person_id))).status_code == 422


def test_an_association_hears_how_many_come_and_not_who(
    app: Flask, standing_clock: StandingClock, cast: Cast
) -> None:
    activity_id = UUID(
        do(post_activity, cast.karen, CARDS, association_id=cast.association, now=NOW)
    )
    seat(cast, dates_of(activity_id)[0].id, cast.ellen)
    inge = log_in(app.test_client(), contact_actor(cast, add_contact(cast)))
    page = inge.get(f"/aktiviteter/{activity_id}/aflys").text
    assert ("1 gæst" in page, "Ellen" in page) == (True, False)


def test_kroner_are_stored_as_oere(viggo: FlaskClient) -> None:
    viggo.post("/aktiviteter/ny", data=sent())
    assert read(list_activities)[0].price_oere == 3550


@pytest.mark.parametrize("day", ["01-12-2026", "2026-12-01", "1.12.2026"])
def test_a_day_is_read_however_it_is_typed(viggo: FlaskClient, day: str) -> None:
    viggo.post("/aktiviteter/ny", data=sent(day=day))
    assert read(list_activities)[0].first.from_on.isoformat() == "2026-12-01"


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("title", " "),
        ("kind", "bingo"),
        ("day", "22-11-2026"),
        ("day", "31-02-2027"),
        ("day", "01-12-2036"),
        ("starts", "kl. to"),
        ("ends", "13:30"),
        ("ends", "14:00"),
        ("last_on", "30-11-2026"),
        ("capacity", "0"),
        ("capacity", "501"),
        ("wheelchair_places", "13"),
        ("postcode", "468"),
        ("price", "-5"),
        ("price", "dyr"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(viggo: FlaskClient, field: str, typed: str) -> None:
    answer = viggo.post("/aktiviteter/ny", data=sent(**{field: typed}))
    assert answer.status_code == 422
    assert f'id="{field}-error' in answer.text


def test_a_refused_form_keeps_what_was_typed(viggo: FlaskClient) -> None:
    answer = viggo.post("/aktiviteter/ny", data=sent(ends="13:30", price="12,5 kr"))
    for typed in ("Kortspil på biblioteket", "Torvegade 11", "12,5 kr", "13:30"):
        assert f'value="{typed}"' in answer.text


def test_a_time_of_today_that_has_been_is_refused(viggo: FlaskClient) -> None:
    answer = viggo.post("/aktiviteter/ny", data=sent(day="23-11-2026", starts="07:30"))
    assert answer.status_code == 422


def test_pressing_twice_posts_once(viggo: FlaskClient) -> None:
    form = sent()
    viggo.post("/aktiviteter/ny", data=form)
    viggo.post("/aktiviteter/ny", data=form)
    assert len(read(list_activities)) == 1


def test_a_coordinators_activity_is_on_at_once(karen: FlaskClient, cast: Cast) -> None:
    karen.post("/aktiviteter/ny", data=sent(host=str(cast.viggo.person_id)))
    posted = read(list_activities)[0]
    assert (posted.state, posted.host_id) == ("published", cast.viggo.person_id)
    assert dates_of(posted.id)


def test_a_coordinator_may_post_for_an_association(karen: FlaskClient, cast: Cast) -> None:
    karen.post("/aktiviteter/ny", data=sent(association=str(cast.association)))
    assert read(list_activities)[0].association_id == cast.association


def test_a_coordinator_says_who_is_the_host(karen: FlaskClient) -> None:
    answer = karen.post("/aktiviteter/ny", data=sent())
    assert answer.status_code == 422
    assert 'id="host-error' in answer.text


def test_a_care_worker_posts_nothing(bo: FlaskClient) -> None:
    assert bo.get("/aktiviteter/ny").status_code == 403


def test_text_and_prices_can_be_corrected(viggo: FlaskClient, cast: Cast) -> None:
    activity_id = an_activity(cast)
    page = f"/aktiviteter/{activity_id}/ret"
    assert faults_at(viggo, page) == []
    viggo.post(
        page,
        data={
            "key": str(uuid4()),
            "description": "Nu med kaffe.",
            "access": ["hearing_loop"],
            "price": "40",
            "helper_price": "12,50",
        },
    )
    changed = facts_of(activity(activity_id))
    assert (changed.description, changed.access) == ("Nu med kaffe.", ("hearing_loop",))
    assert (changed.price_oere, changed.helper_price_oere) == (4000, 1250)
