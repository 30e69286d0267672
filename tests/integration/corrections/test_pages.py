"""The pages on which a card is put right, and a colleague agrees."""

from uuid import UUID

import pytest
from flask.testing import FlaskClient

from klippekort.platform.tenancy import acting_for
from klippekort.punchcards.queries.corrections import list_pending
from tests.builders import MONDAY, a_card
from tests.cast import HOME, Cast
from tests.integration.corrections.arrange import (
    KEY,
    LIMIT,
    a_trip_that_was_made,
    entries,
    free,
    limit,
)
from tests.integration.punchcards.conftest import Browse
from tests.integration.tablet import StandingClock

SENT = {"key": KEY, "minutes": "30", "reason": "typing_error", "note": ""}


@pytest.fixture
def card(cast: Cast) -> UUID:
    limit(cast)
    return a_card(cast, cast.ellen)


@pytest.fixture
def karen(browse: Browse, cast: Cast) -> FlaskClient:
    """Karen's browser, in English."""
    return _english(browse(cast.karen))


@pytest.fixture
def asta(browse: Browse, cast: Cast) -> FlaskClient:
    """Asta's browser, in English."""
    return _english(browse(cast.asta))


def _english(client: FlaskClient) -> FlaskClient:
    client.set_cookie("lang", "en", domain="localhost")
    return client


def _post(client: FlaskClient, path: str, **changed: str) -> tuple[int, str]:
    answer = client.post(path, data={**SENT, **changed})
    return answer.status_code, answer.text


def _pending() -> UUID:
    with acting_for(HOME):
        return list_pending()[0].correction.id


@pytest.mark.parametrize(("deed", "left"), [("tilfoej", 330), ("tag", 270), ("eftergiv", 300)])
def test_a_coordinator_puts_a_card_right(
    karen: FlaskClient, card: UUID, deed: str, left: int
) -> None:
    assert _post(karen, f"/klippekort/{card}/ret/{deed}")[0] == 303
    assert free(card) == left


@pytest.mark.parametrize("typed", ["0", "-5", "7,5", "", "en halv time"])
def test_minutes_are_whole_and_above_zero(karen: FlaskClient, card: UUID, typed: str) -> None:
    status, page = _post(karen, f"/klippekort/{card}/ret/tilfoej", minutes=typed, note="Bemærkning")
    assert (status, free(card)) == (422, 300)
    assert "Bemærkning" in page
    assert f'value="{typed}"' in page or not typed


@pytest.mark.parametrize(
    "wrong",
    [{"reason": ""}, {"reason": "because"}, {"reason": "other"}, {"note": "x" * 501}],
)
def test_a_reason_is_given(karen: FlaskClient, card: UUID, wrong: dict[str, str]) -> None:
    status, page = _post(karen, f"/klippekort/{card}/ret/tag", **wrong)
    assert (status, 'value="30"' in page, free(card)) == (422, True, 300)


def test_a_last_day_that_has_gone_is_refused(karen: FlaskClient, card: UUID) -> None:
    status, page = _post(karen, f"/klippekort/{card}/ret/tilfoej", last_on="2026-11-22")
    assert (status, 'value="2026-11-22"' in page) == (422, True)


def test_a_double_press_counts_once(karen: FlaskClient, card: UUID) -> None:
    for _press in range(2):
        assert _post(karen, f"/klippekort/{card}/ret/tilfoej")[0] == 303
    assert free(card) == 330


def test_the_page_of_a_line_says_what_will_happen(
    browse: Browse, card: UUID, cast: Cast, standing_clock: StandingClock
) -> None:
    a_trip_that_was_made(cast)
    standing_clock.pass_(days=30)
    spent = entries(card, "spend")[0]
    page = _english(browse(cast.karen)).get(f"/klippekort/{card}/linje/{spent.id}/ret").text
    assert "1 hour 40 minutes will lapse at once: its last day has gone." in page
    assert f"Above {LIMIT // 60} hour a day on one card, a colleague must agree first." in page


def test_a_line_is_put_right(karen: FlaskClient, card: UUID, cast: Cast) -> None:
    limit(cast, 500)
    path = f"/klippekort/{card}/linje/{entries(card)[0].id}/ret"
    assert _post(karen, path)[0] == 303
    assert free(card) == 200
    assert "This line has been put right before." in karen.get(path).text


def test_a_line_that_cannot_be_put_right_says_why(
    karen: FlaskClient, card: UUID, cast: Cast
) -> None:
    a_trip_that_was_made(cast)
    held = entries(card, "hold")[0]
    page = karen.get(f"/klippekort/{card}/linje/{held.id}/ret").text
    assert "Cancel the trip instead." in page
    assert 'name="reason"' not in page


def test_above_the_limit_it_waits_on_the_overview(karen: FlaskClient, card: UUID) -> None:
    assert _post(karen, f"/klippekort/{card}/ret/tilfoej", minutes=str(LIMIT + 1))[0] == 303
    page = karen.get("/overblik").text
    assert "Add 1 hour 1 minute" in page
    assert f"/rettelser/{_pending()}" in page
    assert free(card) == 300


def test_the_same_again_is_told_where_it_was_typed(karen: FlaskClient, card: UUID) -> None:
    path, note = f"/klippekort/{card}/ret/tag", "Fra papirkortet"
    assert _post(karen, path, minutes="90", note=note)[0] == 303
    status, page = _post(karen, path, minutes="90", note=note, key=str(UUID(int=2)))
    assert (status, "The same correction waits for a colleague already." in page) == (422, True)
    assert note in page


def test_a_planner_is_not_asked(karen: FlaskClient, card: UUID, browse: Browse, cast: Cast) -> None:
    _post(karen, f"/klippekort/{card}/ret/tilfoej", minutes="90")
    assert "/rettelser/" not in browse(cast.ida).get("/overblik").text


def test_a_colleague_agrees(karen: FlaskClient, asta: FlaskClient, card: UUID) -> None:
    _post(karen, f"/klippekort/{card}/ret/tilfoej", minutes="90", note="Fra papirkortet")
    path = f"/rettelser/{_pending()}"
    assert "Fra papirkortet" in asta.get(path).text
    assert asta.post(f"{path}/godkend", data={"key": KEY[:-1] + "2"}).status_code == 303
    assert free(card) == 390
    assert "Asta Aagaard agreed, and it was done." in karen.get(path).text
    assert "/rettelser/" not in karen.get("/overblik").text
    assert "Asta Aagaard agreed." in karen.get(f"/klippekort/{card}/forklaring").text


def test_whoever_proposed_is_not_offered_the_button(karen: FlaskClient, card: UUID) -> None:
    _post(karen, f"/klippekort/{card}/ret/tilfoej", minutes="90")
    path = f"/rettelser/{_pending()}"
    assert "/godkend" not in karen.get(path).text
    pressed = karen.post(f"{path}/godkend", data={"key": KEY[:-1] + "2"}, follow_redirects=True)
    assert "You proposed this yourself." in pressed.text
    assert free(card) == 300


def test_a_no_needs_a_reason(karen: FlaskClient, asta: FlaskClient, card: UUID) -> None:
    _post(karen, f"/klippekort/{card}/ret/tilfoej", minutes="90")
    path = f"/rettelser/{_pending()}"
    sent = {"key": KEY[:-1] + "2", "why": ""}
    assert asta.post(f"{path}/afvis", data=sent).status_code == 422
    sent["why"] = "Det er et andet kort"
    assert asta.post(f"{path}/afvis", data=sent).status_code == 303
    assert "Det er et andet kort" in karen.get(path).text
    assert free(card) == 300


def test_a_yes_that_comes_too_late_is_told(
    karen: FlaskClient,
    browse: Browse,
    cast: Cast,
    card: UUID,
    standing_clock: StandingClock,
) -> None:
    sent = {"minutes": "90", "last_on": MONDAY.date().isoformat()}
    _post(karen, f"/klippekort/{card}/ret/tilfoej", **sent)
    standing_clock.pass_(days=1)
    asta, path = _english(browse(cast.asta)), f"/rettelser/{_pending()}"
    assert "The last day of the time has gone." in asta.get(path).text
    pressed = asta.post(f"{path}/godkend", data={"key": KEY[:-1] + "2"}, follow_redirects=True)
    assert "The last day of the time has gone." in pressed.text
    assert free(card) == 300


@pytest.mark.parametrize("who", ["bo", "ida", "viggo", "ada"])
def test_others_may_not(browse: Browse, cast: Cast, card: UUID, who: str) -> None:
    client = browse(getattr(cast, who))
    line = entries(card)[0].id
    paths = [f"/klippekort/{card}/ret/tilfoej", f"/klippekort/{card}/linje/{line}/ret"]
    assert {client.get(path).status_code for path in paths} == {403}


def test_another_municipality_finds_nothing(
    browse: Browse, cast: Cast, card: UUID, karen: FlaskClient
) -> None:
    _post(karen, f"/klippekort/{card}/ret/tilfoej", minutes="90")
    frida, line = browse(cast.frida), entries(card)[0].id
    paths = [
        f"/klippekort/{card}/forklaring",
        f"/klippekort/{card}/ret/tilfoej",
        f"/klippekort/{card}/linje/{line}/ret",
        f"/rettelser/{_pending()}",
    ]
    assert {frida.get(path).status_code for path in paths} == {404}


def test_an_unknown_deed_is_not_there(karen: FlaskClient, card: UUID) -> None:
    assert karen.get(f"/klippekort/{card}/ret/slet").status_code == 404


def test_the_administrator_sets_the_limit(browse: Browse, cast: Cast) -> None:
    ada = browse(cast.ada)
    sent = {"limit-key": KEY, "limit-minutes": "45"}
    assert ada.post("/kommunen/rettelser", data=sent).status_code == 303
    assert 'value="45"' in ada.get("/kommunen").text


@pytest.mark.parametrize("typed", ["-1", "10001", "meget"])
def test_a_limit_that_is_none_is_refused(browse: Browse, cast: Cast, typed: str) -> None:
    sent = {"limit-key": KEY, "limit-minutes": typed}
    answer = browse(cast.ada).post("/kommunen/rettelser", data=sent)
    assert (answer.status_code, f'value="{typed}"' in answer.text) == (422, True)


def test_a_coordinator_does_not_set_the_limit(karen: FlaskClient) -> None:
    assert karen.post("/kommunen/rettelser", data={"limit-minutes": "9"}).status_code == 403
