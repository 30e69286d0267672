"""A coordinator says yes or no; others see what is on."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

from flask.testing import FlaskClient

from klippekort.activities.queries import lock_activity
from klippekort.activities.services import post_activity
from klippekort.domain.permissions import Actor, Role
from tests.cast import AWAY, Cast
from tests.integration.activities.arrange import (
    CARDS,
    NOW,
    ONCE,
    a_proposal,
    activity,
    an_activity,
    dates_of,
    do,
)
from tests.integration.activities.looking import faults_at
from tests.integration.tablet import StandingClock
from tests.login import log_in

MANAGE = "/aktiviteter/styring"


def test_proposals_come_first(karen: FlaskClient, cast: Cast) -> None:
    an_activity(cast, replace(CARDS, title="Allerede i gang"))
    a_proposal(cast, replace(CARDS, title="Ventende"))
    assert faults_at(karen, MANAGE) == []
    page = karen.get(MANAGE).text
    assert page.index("Ventende") < page.index("Allerede i gang")


def test_a_yes_puts_the_activity_on(karen: FlaskClient, cast: Cast) -> None:
    activity_id = a_proposal(cast)
    assert faults_at(karen, f"/aktiviteter/{activity_id}") == []
    answer = karen.post(f"/aktiviteter/{activity_id}/godkend", data={"key": str(uuid4())})
    assert answer.status_code == 303
    assert activity(activity_id).state == "published"
    assert dates_of(activity_id)


def test_a_proposal_whose_day_is_over_cannot_be_approved(
    karen: FlaskClient, cast: Cast, standing_clock: StandingClock
) -> None:
    activity_id = a_proposal(cast, ONCE)
    standing_clock.at = NOW + timedelta(hours=9)
    log_in(karen, cast.karen)
    do(lambda: setattr(lock_activity(activity_id).timing, "from_on", date(2026, 11, 20)))
    karen.post(f"/aktiviteter/{activity_id}/godkend", data={"key": str(uuid4())})
    assert activity(activity_id).state == "proposed"


def test_a_no_needs_a_reason(karen: FlaskClient, cast: Cast) -> None:
    page = f"/aktiviteter/{a_proposal(cast)}/afvis"
    answer = karen.post(page, data={"key": str(uuid4())})
    assert answer.status_code == 422


def test_the_volunteer_sees_why_not(client: FlaskClient, karen: FlaskClient, cast: Cast) -> None:
    activity_id = a_proposal(cast)
    karen.post(
        f"/aktiviteter/{activity_id}/afvis", data={"key": str(uuid4()), "reason": "no_access"}
    )
    page = log_in(client, cast.viggo).get("/aktiviteter/mine").text
    assert "Stedet er svært at komme ind på" in page


def test_a_volunteer_decides_nothing(viggo: FlaskClient, cast: Cast) -> None:
    activity_id = a_proposal(cast)
    answer = viggo.post(f"/aktiviteter/{activity_id}/godkend", data={"key": str(uuid4())})
    assert answer.status_code == 403
    assert viggo.get(MANAGE).status_code == 403


def test_a_volunteer_sees_nobody_elses_activity(viggo: FlaskClient, cast: Cast) -> None:
    activity_id = do(post_activity, cast.karen, CARDS, association_id=cast.association, now=NOW)
    assert viggo.get(f"/aktiviteter/{activity_id}").status_code == 403


def test_care_workers_do_not_see_proposals(bo: FlaskClient, cast: Cast) -> None:
    assert bo.get(f"/aktiviteter/{a_proposal(cast)}").status_code == 404
    assert bo.get(f"/aktiviteter/{an_activity(cast)}").status_code == 200


def test_the_other_municipality_finds_nothing(
    client: FlaskClient, cast: Cast, standing_clock: StandingClock
) -> None:
    activity_id = an_activity(cast)
    assert cast.frida == Actor(AWAY, Role.ASSESSOR, cast.frida.account_id, "Frida Friis")
    answer = log_in(client, cast.frida).get(f"/aktiviteter/{activity_id}")
    assert answer.status_code == 404


def test_deciding_is_not_for_administrators(client: FlaskClient, cast: Cast) -> None:
    assert log_in(client, cast.ada).get(MANAGE).status_code == 403


def test_staff_see_what_is_on_day_by_day(bo: FlaskClient, cast: Cast) -> None:
    an_activity(cast)
    assert faults_at(bo, "/aktiviteter") == []
    page = bo.get("/aktiviteter").text
    assert "I morgen, tirsdag den 24. november" in page


def test_the_list_can_be_narrowed(bo: FlaskClient, cast: Cast) -> None:
    an_activity(cast, replace(CARDS, title="Whist", wheelchair_places=0))
    an_activity(cast, replace(CARDS, title="Gåtur", kind="walk"))
    by_kind = bo.get("/aktiviteter?slags=cards").text
    by_wheelchair = bo.get("/aktiviteter?koerestol=y").text
    by_word = bo.get("/aktiviteter?q=whis").text
    by_other_spelling = bo.get("/aktiviteter?q=GAATUR").text
    assert "Whist" in by_kind
    assert "Gåtur</a>" not in by_kind
    assert "Whist" not in by_wheelchair
    assert "Gåtur</a>" not in by_word
    assert "Gåtur</a>" in by_other_spelling
    assert "Whist</a>" not in by_other_spelling


def test_a_strange_address_shows_the_coming_days(bo: FlaskClient, cast: Cast) -> None:
    an_activity(cast)
    assert "Kortspil" in bo.get("/aktiviteter?fra=x&slags=bingo").text


def test_volunteers_are_sent_to_their_own(viggo: FlaskClient) -> None:
    assert viggo.get("/aktiviteter").location == "/aktiviteter/mine"
