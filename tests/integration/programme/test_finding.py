"""What fits is found, by whatever one knows of it, and shown as a list, a week and a map."""

import re
from collections.abc import Iterable
from datetime import date, time, timedelta
from html import unescape
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from klippekort.domain.calendar import instant
from klippekort.platform.audit import AuditCitizen
from klippekort.platform.db import db
from klippekort.platform.tenancy import acting_for
from tests.cast import AWAY, HOME, Cast
from tests.integration.programme.arrange import (
    BAKKEBY,
    NOW,
    TWO,
    a_date,
    a_place,
    a_seat,
    an_activity,
    an_offer,
)
from tests.login import log_in
from tests.pages import faults_of

FIND, MAP, WEEK_48 = "/aktiviteter/find", "/aktiviteter/kort", "/aktiviteter/uge/2026-W48"
VIEWS = (FIND, MAP, WEEK_48)
DAY = timedelta(days=1)


def titles(client: FlaskClient, address: str) -> list[str]:
    """Return the titles a page links to, in order."""
    page = client.get(address)
    assert page.status_code == 200, address
    links = re.findall(r'<a[^>]*href="/aktiviteter/[0-9a-f-]{36}"[^>]*>(.*?)</a>', page.text)
    return [unescape(title) for title in links]


@pytest.fixture
def town(cast: Cast) -> None:
    """Three things to go to in two places, and one online."""
    square, church = a_place(), a_place("Kirken", point=BAKKEBY, postcode="4700", access=[])
    a_date(an_activity("Kortspil"), TWO, place=square)
    song = an_activity("Fællessang", kind="music", price_oere=0, language="de", description="")
    a_date(song, TWO + DAY, place=church, wheelchair_places=0)
    a_date(an_activity("Strik", kind="crafts", price_oere=9000), TWO + 2 * DAY, place=square)
    a_date(an_activity("Foredrag", kind="talk", online_url="https://moede.dk"), TWO + 3 * DAY)


ALL = ["Kortspil", "Fællessang", "Strik", "Foredrag"]


@pytest.mark.usefixtures("town")
@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("", ALL),
        ("q=fællesang", ["Fællessang"]),
        ("q=medborgerhus", ["Kortspil", "Strik"]),
        ("q=håndarbejde+og+strik", ["Strik"]),
        ("slags=cards&slags=music", ["Kortspil", "Fællessang"]),
        ("slags=vrøvl", ALL),
        ("dage=1&dage=4", ["Kortspil", "Foredrag"]),
        ("adgang=step_free&adgang=hearing_loop", ["Kortspil", "Strik"]),
        ("adgang=quiet", []),
        ("sprog=de", ["Fællessang"]),
        ("pris=0", ["Fællessang"]),
        ("pris=50", ["Kortspil", "Fællessang", "Foredrag"]),
        ("koerestol=y", ["Kortspil", "Strik", "Foredrag"]),
        ("sted=4700&afstand=2", ["Fællessang"]),
        ("sted=4681&afstand=1", ["Kortspil", "Strik"]),
        ("sted=4681&afstand=20", ["Kortspil", "Fællessang", "Strik"]),
        ("sted=9999&afstand=1", []),
        ("slags=cards&dage=2", []),
    ],
)
def test_what_fits_is_found(karen: FlaskClient, view: str, asked: str, found: list[str]) -> None:
    assert sorted(titles(karen, f"{view}?{asked}")) == sorted(found)


@pytest.mark.usefixtures("town")
@pytest.mark.parametrize("view", [FIND, MAP])
@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("fra=2026-11-26", ["Strik", "Foredrag"]),
        ("til=25-11-2026", ["Kortspil", "Fællessang"]),
        ("fra=2026-11-25&til=2026-11-25", ["Fællessang"]),
        ("fra=2020-01-01&til=2020-01-02", []),
        ("fra=i+morgen", ALL),
    ],
)
def test_a_list_keeps_to_the_days_asked_for(
    karen: FlaskClient, view: str, asked: str, found: list[str]
) -> None:
    assert sorted(titles(karen, f"{view}?{asked}")) == sorted(found)


@pytest.mark.usefixtures("town")
def test_what_answers_best_comes_first(karen: FlaskClient) -> None:
    a_date(an_activity("Højskoleaften", description="Først er der strik."), TWO)
    assert titles(karen, f"{FIND}?q=strik") == ["Strik", "Højskoleaften"]


@pytest.mark.usefixtures("town")
def test_what_is_nearest_comes_first(karen: FlaskClient) -> None:
    assert titles(karen, f"{FIND}?sted=4700")[0] == "Fællessang"
    assert "Højst 0,5 km væk" in karen.get(f"{FIND}?sted=4700").text


def test_an_activity_stands_once_with_its_next_days(karen: FlaskClient) -> None:
    activity_id = an_activity()
    for number in range(4):
        a_date(activity_id, TWO + number * 7 * DAY)
    page = karen.get(FIND).text
    assert titles(karen, FIND) == ["Kortspil"]
    assert "Også tirsdag den 1. december" in page


def test_a_date_that_is_held_elsewhere_says_so_and_has_a_dot_of_its_own(
    karen: FlaskClient,
) -> None:
    activity_id = an_activity()
    a_date(activity_id, place=a_place())
    a_date(activity_id, TWO + 7 * DAY, place=a_place("Biblioteket", point=BAKKEBY))
    assert "tirsdag den 1. december (Biblioteket)" in karen.get(FIND).text
    dots = re.findall(r'class="map-dot"[^>]*aria-label="\d+: (\w+)"', karen.get(MAP).text)
    assert sorted(dots) == ["Biblioteket", "Medborgerhuset"]


@pytest.mark.parametrize("view", VIEWS)
def test_another_municipalitys_activities_are_not_found(karen: FlaskClient, view: str) -> None:
    an_offer("Kortfilm", home=AWAY)
    assert titles(karen, view) == []


@pytest.mark.parametrize("view", [FIND, MAP])
def test_what_is_cancelled_or_has_begun_is_not_offered(karen: FlaskClient, view: str) -> None:
    a_date(an_activity("Aflyst"), cancelled_at=NOW)
    a_date(an_activity("Begyndt"), NOW - timedelta(hours=1))
    assert titles(karen, view) == []


@pytest.mark.usefixtures("town")
@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("asked", ["", "?q=x", "?q=sang&sted=4681&afstand=10&fra=vrøvl"])
def test_the_pages_are_whole(karen: FlaskClient, view: str, asked: str) -> None:
    assert faults_of(karen.get(f"{view}{asked}").text) == []


@pytest.mark.usefixtures("town")
def test_the_three_views_keep_the_search(karen: FlaskClient) -> None:
    page = unescape(karen.get(f"{FIND}?q=sang&slags=music").text)
    for view in (MAP, WEEK_48):
        assert re.search(re.escape(view) + r"\?[^\"]*q=sang", page)
        assert re.search(re.escape(view) + r"\?[^\"]*slags=music", page)


# The week


def test_a_week_has_its_days_and_what_is_cancelled_says_so(karen: FlaskClient) -> None:
    a_date(an_activity("Kortspil"), TWO)
    a_date(an_activity("Sang"), TWO + DAY, cancelled_at=NOW, cancelled_reason="weather")
    page = karen.get(WEEK_48).text
    assert "Uge 48" in page
    assert page.index("Kortspil") < page.index("25. nov.") < page.index("Sang")
    assert "Aflyst: Vejret" in page


def test_week_fifty_three_lies_between_its_neighbours(karen: FlaskClient) -> None:
    a_date(an_activity("Nytårskoncert"), instant(date(2027, 1, 3), time(15)))
    page = karen.get("/aktiviteter/uge/2026-W53").text
    assert "Uge 53" in page
    assert "Nytårskoncert" in page
    assert "/aktiviteter/uge/2026-W52" in page
    assert "/aktiviteter/uge/2027-W01" in page


@pytest.mark.parametrize(
    "week", ["2027-W53", "2026-W00", "2026-54", "0000-W01", "9999-W52", "0001-W01", "nu"]
)
def test_a_week_that_is_none_has_no_page(karen: FlaskClient, week: str) -> None:
    assert karen.get(f"/aktiviteter/uge/{week}").status_code == 404


# The map


@pytest.mark.usefixtures("town")
def test_each_dot_leads_to_its_place_in_the_list(karen: FlaskClient) -> None:
    page = karen.get(MAP).text
    dots = dict(re.findall(r'href="#place-(\d)" aria-label="\d: (.*?)"', page))
    assert dots == {"1": "Kirken", "2": "Medborgerhuset"}
    for number, name in dots.items():
        listed = re.search(rf'<li id="place-{number}".*?</li>', page, re.S)
        assert listed is not None
        assert name in listed[0]


@pytest.mark.usefixtures("town")
def test_what_has_no_place_is_listed_beside_the_map(karen: FlaskClient) -> None:
    page = karen.get(MAP).text
    assert page.index("Ikke på kortet") < page.index("Foredrag")


@pytest.mark.usefixtures("town")
def test_the_map_asks_nobody_outside(karen: FlaskClient) -> None:
    page = karen.get(MAP).text
    drawn = page[page.index('<svg class="map"') : page.index("</svg>", page.index('class="map"'))]
    assert "http" not in drawn
    assert "style=" not in drawn


def test_a_map_of_nothing_says_so(karen: FlaskClient) -> None:
    assert "Der er ikke noget, der passer" in karen.get(MAP).text


# For somebody


def ids(people: Iterable[UUID]) -> set[UUID]:
    """Return those of whom it is on record that they were looked at."""
    with acting_for(HOME):
        return set(db.session.scalars(select(AuditCitizen.citizen_id))) & set(people)


def they_met(cast: Cast, times: int) -> None:
    """Let Ellen and Poul come to the same dates so many times."""
    activity_id = an_activity("Før")
    for number in range(times):
        was = a_date(activity_id, TWO - (number + 1) * 7 * DAY)
        a_seat(was, cast.ellen, attended=True)
        a_seat(was, cast.poul, attended=True)


@pytest.mark.parametrize(("times", "found"), [(1, []), (2, ["Kortspil"])])
def test_somebody_known_is_whom_one_met_twice(
    karen: FlaskClient, cast: Cast, times: int, found: list[str]
) -> None:
    they_met(cast, times)
    coming = a_date(an_activity("Kortspil"))
    a_date(an_activity("Strik"))
    a_seat(coming, cast.poul)
    assert titles(karen, f"{FIND}?borger={cast.ellen}&kendt=y") == found


def test_who_is_known_is_never_named(karen: FlaskClient, cast: Cast) -> None:
    they_met(cast, 2)
    a_seat(a_date(an_activity("Kortspil")), cast.poul)
    page = karen.get(f"{FIND}?borger={cast.ellen}").text
    assert "En, Ellen kender, kommer." in page
    assert "Poul" not in page


def test_whom_somebody_knows_is_not_asked_without_somebody(karen: FlaskClient) -> None:
    assert 'name="kendt"' not in karen.get(FIND).text


@pytest.mark.parametrize("view", VIEWS)
def test_looking_on_somebodys_behalf_is_on_record(
    karen: FlaskClient, cast: Cast, view: str
) -> None:
    karen.get(f"{view}?borger={cast.ellen}")
    assert ids([cast.ellen, cast.poul]) == {cast.ellen}


@pytest.mark.parametrize(
    ("role", "status"), [("bo", 200), ("karen", 200), ("mia", 403), ("viggo", 403)]
)
def test_only_who_may_see_a_citizen_looks_on_her_behalf(
    client: FlaskClient, cast: Cast, role: str, status: int
) -> None:
    log_in(client, getattr(cast, role))
    assert client.get(f"{FIND}?borger={cast.ellen}").status_code == status


@pytest.mark.parametrize("view", VIEWS)
def test_a_volunteer_is_led_to_pages_that_open(client: FlaskClient, cast: Cast, view: str) -> None:
    activity_id = an_offer()
    page = log_in(client, cast.viggo).get(view).text
    address = f"/program/lindeby/aktivitet/{activity_id}"
    assert f'href="{address}"' in page
    assert client.get(address).status_code == 200


@pytest.mark.parametrize("said", ["vrøvl", "01a20398-9085-7d1b-9bc7-cf5321fbfd6a"])
def test_nobody_is_found_by_a_wrong_number(karen: FlaskClient, said: str) -> None:
    assert karen.get(f"{FIND}?borger={said}").status_code == 404


def test_another_municipalitys_citizen_is_not_found(karen: FlaskClient, cast: Cast) -> None:
    assert karen.get(f"{FIND}?borger={cast.gudrun}").status_code == 404
