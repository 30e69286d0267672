"""Giving a card, reading its statement, and ending it."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from klippekort.domain.schemes import Travel
from klippekort.platform.tenancy import acting_for
from klippekort.punchcards.queries.cards import find_open_card, get_card
from tests.builders import DECIDED, MONDAY, a_card, a_scheme, a_trip, an_occurrence
from tests.cast import HOME, Cast
from tests.integration.punchcards.conftest import Browse

KEY = str(UUID(int=1))


def _wanted(scheme: UUID, **changed: str) -> dict[str, str]:
    sent = {"key": KEY, "scheme": str(scheme), "from_on": "2026-11-23", "reason": "need_assessed"}
    return {**sent, **changed}


def _grant(browse: Browse, cast: Cast, **sent: str) -> tuple[int, str]:
    page = browse(cast.asta).post(f"/borgere/{cast.ellen}/klippekort/ny", data=sent)
    return page.status_code, page.text


def test_an_assessor_gives_a_card(browse: Browse, cast: Cast) -> None:
    status, _page = _grant(browse, cast, **_wanted(a_scheme()))
    assert status == 303
    with acting_for(HOME):
        assert find_open_card(cast.ellen) is not None


def test_a_double_press_gives_one_card(browse: Browse, cast: Cast) -> None:
    sent = _wanted(a_scheme())
    assert [_grant(browse, cast, **sent)[0] for _press in range(2)] == [303, 303]


def test_a_second_card_under_the_scheme_is_refused_at_the_field(browse: Browse, cast: Cast) -> None:
    scheme = a_scheme()
    a_card(cast, cast.ellen, scheme_id=scheme)
    status, page = _grant(browse, cast, **_wanted(scheme, minutes="45"))
    assert (status, 'value="45"' in page) == (422, True)


def test_a_scheme_that_lacks_decisions_gives_no_card(browse: Browse, cast: Cast) -> None:
    charging = replace(DECIDED.charging, travel=Travel.UNDECIDED)
    silent = a_scheme(replace(DECIDED, charging=charging))
    assert _grant(browse, cast, **_wanted(silent))[0] == 422


def test_a_second_card_that_runs_is_shown_as_one_with_its_scheme(
    browse: Browse, cast: Cast
) -> None:
    a_card(cast, cast.ellen)
    other = a_card(cast, cast.ellen, scheme_id=a_scheme(name="Samværskort"))
    page = browse(cast.asta).get(f"/borgere/{cast.ellen}").text
    assert "Samværskort:" in page
    assert f"/klippekort/{other}/afslut" in page
    assert "Tidligere kort" not in page


def test_a_last_day_before_the_first_is_refused(browse: Browse, cast: Cast) -> None:
    status, _page = _grant(browse, cast, **_wanted(a_scheme(), until_on="2026-11-01"))
    assert status == 422


@pytest.mark.parametrize("who", ["bo", "karen", "viggo"])
def test_only_assessors_give_cards(browse: Browse, cast: Cast, who: str) -> None:
    path = f"/borgere/{cast.ellen}/klippekort/ny"
    assert browse(getattr(cast, who)).get(path).status_code == 403


def test_the_statement_tells_every_line_in_words(browse: Browse, cast: Cast) -> None:
    card, browser = a_card(cast, cast.ellen), browse(cast.asta)
    browser.set_cookie("lang", "en", domain="localhost")
    page = browser.get(f"/klippekort/{card}").text
    assert page.count("Brought along from before. Asta Aagaard") == 2


def test_the_statement_says_which_trip_took_the_time(browse: Browse, cast: Cast) -> None:
    card = a_card(cast, cast.ellen)
    a_trip(cast.bo, cast.ellen, an_occurrence(MONDAY + timedelta(days=1), title="Højskolesang"))
    assert "Højskolesang" in browse(cast.asta).get(f"/klippekort/{card}").text


def test_a_statement_of_another_municipality_is_not_found(browse: Browse, cast: Cast) -> None:
    card = a_card(cast, cast.ellen)
    assert browse(cast.frida).get(f"/klippekort/{card}").status_code == 404


def test_an_ended_card_pays_no_more(browse: Browse, cast: Cast) -> None:
    card = a_card(cast, cast.ellen)
    sent = {"key": KEY, "reason": "moved"}
    assert browse(cast.asta).post(f"/klippekort/{card}/afslut", data=sent).status_code == 303
    with acting_for(HOME):
        assert get_card(card).closed_on is not None
        assert find_open_card(cast.ellen) is None


def test_a_card_does_not_end_without_a_reason(browse: Browse, cast: Cast) -> None:
    card = a_card(cast, cast.ellen)
    page = browse(cast.asta).post(f"/klippekort/{card}/afslut", data={"key": KEY})
    assert page.status_code == 422
