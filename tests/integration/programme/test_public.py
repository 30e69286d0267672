"""Anybody sees what is published in one municipality, and nothing that is anybody's own."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from klippekort.activities.models import Activity, Occurrence
from klippekort.domain.outreach.cases import Pace
from klippekort.outreach.services import Settings, set_terms
from klippekort.platform.execute import execute
from klippekort.platform.tenancy import acting_for
from tests.cast import AWAY, HOME, Cast
from tests.integration.programme.arrange import (
    NOW,
    OPEN,
    TWO,
    a_date,
    a_picture,
    a_place,
    a_seat,
    an_activity,
    an_offer,
    change,
)
from tests.login import log_in
from tests.pages import faults_of


def events_of(page: str) -> list[dict[str, Any]]:
    """Return the dates that a page tells search engines of."""
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)
    assert found is not None
    told: list[dict[str, Any]] = json.loads(found[1])["@graph"]
    return told


def test_what_is_on_is_told_with_place_price_and_access(anybody: FlaskClient) -> None:
    an_offer()
    page = anybody.get(OPEN).text
    for words in ("Kortspil", "Torvet 1, 4681 Lindeby", "35 kr.", "14.00", "Teleslynge"):
        assert words in page, words


@pytest.mark.parametrize("ending", ["", "/aktivitet/%s"])
@pytest.mark.parametrize("language", ["da", "en"])
def test_the_pages_are_whole(anybody: FlaskClient, ending: str, language: str) -> None:
    activity_id = an_offer(description='Kaffe & "kage" <b>')
    address = f"{OPEN}{ending % activity_id if ending else ''}?sprog={language}"
    wanted = "da" if language == "da" else "en-GB"
    assert faults_of(anybody.get(address).text, language=wanted) == []


def test_an_unknown_municipality_is_no_page(anybody: FlaskClient) -> None:
    answer = anybody.get("/program/ingensteds")
    assert answer.status_code == 404
    assert answer.mimetype == "text/html"


@pytest.mark.parametrize("state", ["proposed", "approved", "declined", "cancelled", "ended"])
def test_what_is_not_published_is_not_told(anybody: FlaskClient, state: str) -> None:
    an_offer(state=state)
    assert "Kortspil" not in anybody.get(OPEN).text
    assert b"Kortspil" not in anybody.get(f"{OPEN}/kalender.ics").data
    assert b"Kortspil" not in anybody.get(f"{OPEN}/nyt.atom").data


@pytest.mark.parametrize("state", ["proposed", "approved", "declined"])
@pytest.mark.parametrize("ending", ["", "/kalender.ics", "/plakat.pdf"])
def test_what_was_never_published_has_no_page(
    anybody: FlaskClient, state: str, ending: str
) -> None:
    activity_id = an_offer(state=state)
    assert anybody.get(f"{OPEN}/aktivitet/{activity_id}{ending}").status_code == 404


def test_an_activity_that_is_over_says_so(anybody: FlaskClient) -> None:
    activity_id = an_offer(state="ended")
    answer = anybody.get(f"{OPEN}/aktivitet/{activity_id}")
    assert answer.status_code == 200
    assert 'class="alert' in answer.text
    assert "14.00" not in answer.text


def test_a_date_that_is_held_elsewhere_says_where_and_is_found_there(anybody: FlaskClient) -> None:
    activity_id = an_activity()
    usual, other = a_place(), a_place("Biblioteket", address="Skolegade 2")
    week = timedelta(weeks=1)
    for number, place in enumerate((other, usual, usual)):
        a_date(activity_id, TWO + number * week, place=place)
    page = " ".join(anybody.get(f"{OPEN}/aktivitet/{activity_id}").text.split())
    first, second = page.split('<ul class="dates">')[1].split("</ul>")[0].split("<li>")[1:3]
    assert "Biblioteket, Skolegade 2" in first
    assert "Medborgerhuset, Torvet 1" in second
    found = events_of(anybody.get(f"{OPEN}?q=biblioteket").text)
    assert [one["location"]["name"] for one in found] == ["Biblioteket"]
    found = events_of(anybody.get(f"{OPEN}?q=medborgerhuset").text)
    assert {one["location"]["name"] for one in found} == {"Medborgerhuset"}


PAGES = ("", "/kalender.ics", "/nyt.atom", "?q=kort")


@pytest.mark.parametrize("page", PAGES)
def test_another_municipalitys_activities_never_show(anybody: FlaskClient, page: str) -> None:
    an_offer("Kortspil")
    an_offer("Kortfilm", home=AWAY)
    assert b"Kortfilm" not in anybody.get(f"{OPEN}{page}").data
    assert b"Kortspil" not in anybody.get(f"/program/bakkeby{page}").data
    assert b"Kortfilm" in anybody.get(f"/program/bakkeby{page}").data


@pytest.mark.parametrize("ending", ["", "/kalender.ics", "/plakat.pdf"])
def test_another_municipalitys_activity_has_no_page_here(anybody: FlaskClient, ending: str) -> None:
    theirs = an_offer("Kortfilm", home=AWAY)
    assert anybody.get(f"{OPEN}/aktivitet/{theirs}{ending}").status_code == 404
    assert anybody.get(f"/program/bakkeby/aktivitet/{theirs}").status_code == 200


def test_whoever_is_logged_in_elsewhere_sees_the_one_in_the_address(
    client: FlaskClient, cast: Cast
) -> None:
    an_offer("Kortspil")
    an_offer("Kortfilm", home=AWAY)
    page = log_in(client, cast.frida).get(OPEN).text
    assert "Kortspil" in page
    assert "Kortfilm" not in page


def test_no_guest_host_or_contact_is_told(anybody: FlaskClient, cast: Cast) -> None:
    activity_id = an_activity(host_id=cast.viggo.person_id, online_url="https://moede.dk/1")
    a_seat(a_date(activity_id, place=a_place()), cast.ellen)
    for ending in ("", f"/aktivitet/{activity_id}", "/kalender.ics", "/nyt.atom"):
        told = anybody.get(f"{OPEN}{ending}").text
        for secret in ("Ellen", "Sørensen", "Viggo", "87654321", "Palle", "moede.dk"):
            assert secret not in told, (ending, secret)


@pytest.mark.parametrize(("taken", "words"), [(9, "Der er plads"), (10, "Alt optaget")])
def test_how_many_come_is_not_told_only_whether_there_is_room(
    anybody: FlaskClient, taken: int, words: str
) -> None:
    a_date(an_activity(), place=a_place(), seats_taken=taken)
    page = anybody.get(OPEN).text
    assert words in page
    assert "ledig" not in page


def test_a_cancelled_date_stays_and_says_so(anybody: FlaskClient) -> None:
    a_date(an_activity(), cancelled_at=NOW, cancelled_reason="weather")
    assert "Aflyst: Vejret" in anybody.get(OPEN).text


def test_a_date_that_is_over_is_gone(anybody: FlaskClient) -> None:
    a_date(an_activity(), NOW - timedelta(hours=3))
    assert "Kortspil" not in anybody.get(OPEN).text


def test_seven_days_are_told_and_then_the_next_seven(anybody: FlaskClient) -> None:
    a_date(an_activity("Nu"))
    a_date(an_activity("Siden"), TWO + timedelta(weeks=1))
    first = anybody.get(OPEN).text
    assert "Nu" in first
    assert "Siden" not in first
    onward = re.search(r'rel="next" href="([^"]+)"', first)
    assert onward is not None
    assert "Siden" in anybody.get(onward[1].replace("&amp;", "&")).text


def test_what_is_looked_for_may_be_misspelled(anybody: FlaskClient) -> None:
    an_offer("Fællessang", kind="music")
    an_offer("Kortspil")
    page = anybody.get(f"{OPEN}?q=faellesang").text
    assert "Fællessang" in page
    assert "Kortspil" not in page


def test_the_page_can_be_kept_and_asked_for_anew_cheaply(anybody: FlaskClient) -> None:
    activity_id = an_offer()
    first = anybody.get(OPEN)
    assert first.headers["Cache-Control"] == "public, max-age=60"
    assert "Set-Cookie" not in first.headers
    tag = {"If-None-Match": first.headers["ETag"]}
    assert anybody.get(OPEN, headers=tag).status_code == 304
    change(Activity, activity_id, title="Whist")
    assert anybody.get(OPEN, headers=tag).status_code == 200


def test_whoever_is_logged_in_keeps_nothing(karen: FlaskClient) -> None:
    an_offer()
    assert karen.get(OPEN).headers["Cache-Control"] == "private, no-cache"


def test_the_address_chooses_the_language_and_the_links_keep_it(anybody: FlaskClient) -> None:
    activity_id = an_offer()
    page = anybody.get(f"{OPEN}?sprog=en").text
    assert "What is on in Lindeby Kommune" in page
    assert f"/aktivitet/{activity_id}?sprog=en" in page


def test_search_engines_are_told_of_each_date(anybody: FlaskClient, cast: Cast) -> None:
    activity_id = an_activity(association_id=cast.association)
    date_id = a_date(activity_id, place=a_place())
    (event,) = events_of(anybody.get(OPEN).text)
    page = f"http://localhost{OPEN}/aktivitet/{activity_id}"
    assert event["@type"] == "Event"
    assert event["@id"] == f"urn:uuid:{date_id}"
    assert event["startDate"] == "2026-11-24T14:00:00+01:00"
    assert event["endDate"] == "2026-11-24T16:00:00+01:00"
    assert event["eventStatus"] == "https://schema.org/EventScheduled"
    assert event["organizer"]["name"] == "Kortklubben"
    assert event["location"]["address"]["postalCode"] == "4681"
    assert event["url"] == page
    assert event["offers"] == {
        "@type": "Offer",
        "price": "35.00",
        "priceCurrency": "DKK",
        "availability": "https://schema.org/InStock",
        "url": page,
    }


def test_search_engines_hear_of_a_cancelled_date(anybody: FlaskClient) -> None:
    date_id = a_date(an_activity(), place=a_place())
    change(Occurrence, date_id, cancelled_at=NOW)
    (event,) = events_of(anybody.get(OPEN).text)
    assert event["eventStatus"] == "https://schema.org/EventCancelled"


def test_what_is_online_has_a_virtual_location_and_keeps_its_link(anybody: FlaskClient) -> None:
    activity_id = an_activity(online_url="https://moede.dk/hemmelig")
    a_date(activity_id)
    (event,) = events_of(anybody.get(f"{OPEN}/aktivitet/{activity_id}").text)
    assert event["location"] == {"@type": "VirtualLocation", "url": event["url"]}
    assert event["eventAttendanceMode"] == "https://schema.org/OnlineEventAttendanceMode"


def test_a_title_cannot_leave_the_data_it_stands_in(anybody: FlaskClient) -> None:
    title = "</script><script>alert(1)</script>"
    a_date(an_activity(title))
    page = anybody.get(OPEN).text
    assert title not in page
    assert events_of(page)[0]["name"] == title


def test_a_picture_is_shown_while_its_activity_is_published(anybody: FlaskClient) -> None:
    activity_id = an_offer(picture_text="Fire ved et bord")
    picture_id = a_picture(activity_id)
    address = f"{OPEN}/billede/{picture_id}"
    page = anybody.get(f"{OPEN}/aktivitet/{activity_id}").text
    assert address in page
    assert 'alt="Fire ved et bord"' in page
    shown = anybody.get(address)
    assert (shown.mimetype, shown.data) == ("image/png", b"large")
    change(Activity, activity_id, state="cancelled")
    assert anybody.get(address).status_code == 404


def test_another_municipalitys_picture_is_not_here(anybody: FlaskClient) -> None:
    theirs = a_picture(an_offer(home=AWAY), home=AWAY)
    assert anybody.get(f"{OPEN}/billede/{theirs}").status_code == 404
    assert anybody.get(f"/program/bakkeby/billede/{theirs}").status_code == 200


DOORS = (
    "/bliv-frivillig/lindeby",
    "/opsporing/lindeby/fortael-os",
    "/sig-din-mening/lindeby",
    "/du-sagde-vi-gjorde/lindeby",
)


def test_whoever_reads_it_can_write_to_us_and_join_in(anybody: FlaskClient) -> None:
    page = anybody.get(OPEN).text
    assert [one for one in DOORS if f'href="{one}"' not in page] == []


def test_no_door_is_shown_that_is_shut(anybody: FlaskClient, cast: Cast) -> None:
    shut = Settings(Pace(), (), (), None, is_public=False)
    with acting_for(HOME):
        execute(set_terms, cast.karen, shut, now=NOW)
    assert "/opsporing/lindeby/fortael-os" not in anybody.get(OPEN).text
