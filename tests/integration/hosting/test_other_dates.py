"""What the caller can offer somebody whose trip is off."""

from datetime import timedelta

from flask.testing import FlaskClient

from klippekort.activities.services import cancel_occurrence
from klippekort.messages.services import queue_call
from tests.builders import a_card, a_trip
from tests.cast import Cast
from tests.integration.activities.arrange import NOW, do
from tests.integration.activities.looking import faults_at
from tests.integration.hosting.arrange import tuesdays


def test_the_call_leads_to_dates_that_can_be_booked(karen: FlaskClient, cast: Cast) -> None:
    a_card(cast, cast.ellen)
    dates = tuesdays(cast)
    trip_id = a_trip(cast.bo, cast.ellen, dates[0], now=NOW - timedelta(days=1))
    do(cancel_occurrence, cast.karen, dates[0], reason="host_ill", now=NOW)
    facts = {"trip": str(trip_id), "starts_at": NOW.isoformat(), "destination": "Kortspil"}
    do(
        queue_call,
        "told again",
        "trip_cancelled",
        citizen_id=cast.ellen,
        supplier_id=cast.supplier,
        about=trip_id,
        facts=facts,
        due_at=NOW,
        now=NOW,
    )
    page = f"/ture/{trip_id}/andre-datoer?borger={cast.ellen}"
    assert page.replace("&", "&amp;") in karen.get("/overblik").text
    assert faults_at(karen, page) == []
    shown = karen.get(page).text
    assert f"/borgere/{cast.ellen}/tur/{dates[1]}" in shown
    assert f"/borgere/{cast.ellen}/tur/{dates[0]}" not in shown
