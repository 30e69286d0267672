"""Where an activity is held, typed as two numbers."""

from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from klippekort.activities.queries import list_activities
from klippekort.activities.services import facts_of
from tests.cast import Cast
from tests.integration.activities.arrange import activity, an_activity, read
from tests.integration.activities.test_post_page import sent


def posted_at() -> tuple[float | None, float | None]:
    place = read(list_activities)[0].timing.place
    assert place is not None
    return place.latitude, place.longitude


@pytest.mark.parametrize(
    "typed",
    [
        "55.3210, 10.7912",
        "55.3210,10.7912",
        "55,3210 10,7912",
        "55,3210, 10,7912",
        " 55.3210 ; 10.7912 ",
        "55,3210/10,7912",
    ],
)
def test_two_numbers_are_read_however_they_are_typed(viggo: FlaskClient, typed: str) -> None:
    viggo.post("/aktiviteter/ny", data=sent(point=typed))
    assert posted_at() == (55.321, 10.7912)


def test_nobody_must_know_where_a_place_lies(viggo: FlaskClient) -> None:
    viggo.post("/aktiviteter/ny", data=sent(point=""))
    assert posted_at() == (None, None)


@pytest.mark.parametrize(
    "typed", ["55.3210", "55,3210,10,7912", "ved havnen", "55.3 N 10.8 E", "59.3, 18.0", "0 0"]
)
def test_what_is_no_place_is_said_at_its_field(viggo: FlaskClient, typed: str) -> None:
    answer = viggo.post("/aktiviteter/ny", data=sent(point=typed))
    assert answer.status_code == 422
    assert 'id="point-error' in answer.text
    assert f'value="{typed}"' in answer.text


def test_numbers_in_the_wrong_order_are_told_from_other_faults(viggo: FlaskClient) -> None:
    swapped = viggo.post("/aktiviteter/ny", data=sent(point="10.7912, 55.3210")).text
    assert swapped != viggo.post("/aktiviteter/ny", data=sent(point="59.3, 18.0")).text
    assert "omvendt" in swapped or "other way round" in swapped


def test_where_a_place_lies_can_be_said_later(viggo: FlaskClient, cast: Cast) -> None:
    activity_id = an_activity(cast)
    page = f"/aktiviteter/{activity_id}/ret"
    form = {"key": str(uuid4()), "point": "55.3210, 10.7912", "price": "0", "helper_price": "0"}
    viggo.post(page, data=form)
    changed = facts_of(activity(activity_id))
    assert (changed.latitude, changed.longitude) == (55.321, 10.7912)
    assert 'value="55.321, 10.7912"' in viggo.get(page).text
