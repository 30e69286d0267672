"""Calendars and news readers get every date once, at the right hour, and hear of what changes."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from uuid import UUID
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, fromstring

import icalendar
import pytest
import recurring_ical_events
from flask.testing import FlaskClient

from klippekort.activities.models import Activity, Occurrence
from klippekort.activities.services import cancel_activity, end_activity, post_activity
from klippekort.activities.services.dates import extend
from klippekort.domain.calendar import COPENHAGEN, instant
from tests.cast import Cast
from tests.integration.activities.arrange import CARDS, do
from tests.integration.programme.arrange import (
    LINDEBY,
    NOW,
    OPEN,
    TUESDAY,
    TWO,
    a_date,
    a_place,
    an_activity,
    an_offer,
    change,
)
from tests.integration.tablet import StandingClock

WEEK = timedelta(weeks=1)
ATOM = "{http://www.w3.org/2005/Atom}"


def calendar_at(client: FlaskClient, ending: str = "") -> Any:
    """Return a calendar as an independent reader reads it."""
    answer = client.get(f"{OPEN}{ending}/kalender.ics")
    assert answer.status_code == 200
    assert answer.content_type == "text/calendar; charset=utf-8"
    return icalendar.Calendar.from_ical(answer.data)


def only_event(client: FlaskClient) -> Any:
    """Return the one event of a calendar."""
    (event,) = calendar_at(client).events
    return event


def news(client: FlaskClient) -> Element:
    """Return the news feed, read."""
    return fromstring(client.get(f"{OPEN}/nyt.atom").data)  # noqa: S314  it is our own


def test_a_year_of_tuesdays_is_at_two_oclock_through_both_clock_changes(
    anybody: FlaskClient, standing_clock: StandingClock
) -> None:
    activity_id = an_activity()
    tuesdays = [TUESDAY + number * WEEK for number in range(53)]
    for tuesday in tuesdays:
        a_date(activity_id, instant(tuesday, time(14)))
    seen: dict[str, datetime] = {}
    for quarter in range(6):
        standing_clock.at = NOW + quarter * 13 * WEEK
        read = calendar_at(anybody)
        held = recurring_ical_events.of(read).between(date(2026, 11, 1), date(2028, 2, 1))
        for event in held:
            start, end = event.start, event.end
            assert isinstance(start, datetime)
            assert end - start == timedelta(hours=2)
            assert seen.setdefault(str(event["UID"]), start) == start
    assert sorted(at.astimezone(COPENHAGEN).date() for at in seen.values()) == tuesdays
    assert {f"{at.astimezone(COPENHAGEN):%H.%M}" for at in seen.values()} == {"14.00"}
    assert {at.astimezone(COPENHAGEN).utcoffset() for at in seen.values()} == {
        timedelta(hours=1),
        timedelta(hours=2),
    }


def test_a_date_over_the_night_when_the_clocks_go_back_lasts_as_long_as_it_does(
    anybody: FlaskClient, standing_clock: StandingClock
) -> None:
    standing_clock.at = instant(date(2026, 10, 20), time(9))
    a_date(an_activity(), instant(date(2026, 10, 25), time(1, 30)))
    event = only_event(anybody)
    assert event.end - event.start == timedelta(hours=2)


def test_an_event_says_all_there_is_to_know(anybody: FlaskClient) -> None:
    activity_id = an_activity(bring="Briller")
    date_id = a_date(activity_id, place=a_place(), note="Vi fejrer Ellen; kom, og spis kage")
    event = only_event(anybody)
    assert event["UID"] == f"{date_id}@lindeby.klippekort"
    assert event["SUMMARY"] == "Kortspil"
    assert event["LOCATION"] == "Medborgerhuset, Torvet 1, 4681 Lindeby"
    assert event["STATUS"] == "CONFIRMED"
    assert event["URL"] == f"http://localhost{OPEN}/aktivitet/{activity_id}"
    assert event["GEO"].to_ical() == f"{LINDEBY.latitude};{LINDEBY.longitude}"
    assert str(event["DESCRIPTION"]).splitlines() == [
        "Vi fejrer Ellen; kom, og spis kage",
        "Vi spiller whist.",
        "Pris: 35 kr.",
        "Ingen trin, Teleslynge",
        "Tag med: Briller",
        "Ring på 20 12 34 56, hvis du har lyst til at komme med.",
    ]


def test_a_calendar_says_how_often_to_ask_again(anybody: FlaskClient) -> None:
    an_offer()
    told = calendar_at(anybody)
    assert told["REFRESH-INTERVAL"].dt == timedelta(hours=1)
    assert told["REFRESH-INTERVAL"].params["VALUE"] == "DURATION"
    assert told["X-PUBLISHED-TTL"] == "PT1H"
    assert told["X-WR-CALNAME"] == "Lindeby Kommune"
    assert told["METHOD"] == "PUBLISH"


def test_what_is_changed_keeps_its_name_and_counts_up(anybody: FlaskClient) -> None:
    date_id = a_date(an_activity())
    before = only_event(anybody)
    later = TWO + timedelta(minutes=30)
    change(Occurrence, date_id, starts_at=later, sequence=1, changed_at=NOW - timedelta(minutes=1))
    after = only_event(anybody)
    assert after["UID"] == before["UID"]
    assert (before["SEQUENCE"], after["SEQUENCE"]) == (0, 1)
    assert after.start == later
    assert after["LAST-MODIFIED"].dt == NOW - timedelta(minutes=1)
    assert after["DTSTAMP"].dt > before["DTSTAMP"].dt


def test_what_is_cancelled_stays_and_says_so(anybody: FlaskClient) -> None:
    date_id = a_date(an_activity())
    change(Occurrence, date_id, cancelled_at=NOW, cancelled_reason="weather", sequence=1)
    event = only_event(anybody)
    assert event["STATUS"] == "CANCELLED"
    assert event["SUMMARY"] == "Aflyst: Kortspil"
    assert str(event["DESCRIPTION"]).splitlines()[0] == "Aflyst: Vejret"


def test_what_ends_or_is_cancelled_stays_in_the_calendar_and_says_so_all_year(
    anybody: FlaskClient, cast: Cast, standing_clock: StandingClock
) -> None:
    sung = replace(CARDS, title="Sang", place="Kirken", starts=time(10), ends=time(11))
    cards, song = (UUID(do(post_activity, cast.karen, one, now=NOW)) for one in (CARDS, sung))
    statuses: dict[str, list[tuple[str, int, datetime]]] = {}
    for week in range(60):
        standing_clock.at = now = NOW + week * WEEK
        if now.date() == date(2027, 3, 22):
            do(cancel_activity, cast.karen, cards, reason="other", now=now)
        if now.date() == date(2027, 10, 25):
            do(end_activity, cast.karen, song, last_on=now.date(), now=now)
        for one in (cards, song):
            do(extend, one, now)
        if week % 4 == 0 or now.date() in (date(2027, 3, 22), date(2027, 10, 25)):
            for event in calendar_at(anybody).events:
                told = (str(event["STATUS"]), int(event["SEQUENCE"]), event.start)
                statuses.setdefault(str(event["UID"]), []).append(told)
    for seen in statuses.values():
        at = seen[0][2].astimezone(COPENHAGEN)
        over = date(2027, 3, 22) if at.hour == 14 else date(2027, 10, 25)
        assert {start for _, _, start in seen} == {seen[0][2]}
        assert seen[-1][:2] == (("CANCELLED", 1) if at.date() > over else ("CONFIRMED", 0))
    hours = {seen[0][2].astimezone(COPENHAGEN).strftime("%H.%M") for seen in statuses.values()}
    assert hours == {"10.00", "14.00"}


def test_what_is_cancelled_as_a_whole_says_so_on_its_page_and_in_the_news(
    anybody: FlaskClient, cast: Cast
) -> None:
    activity_id = UUID(do(post_activity, cast.karen, CARDS, now=NOW))
    do(cancel_activity, cast.karen, activity_id, reason="other", now=NOW)
    page = anybody.get(f"{OPEN}/aktivitet/{activity_id}").text
    assert 'class="alert' in page
    assert page.count("Aflyst: Noget andet") == 13
    titles = {entry.findtext(f"{ATOM}title") for entry in news(anybody).findall(f"{ATOM}entry")}
    assert titles == {"Aflyst: Kortspil"}


def test_a_calendar_reaches_four_weeks_back_and_a_quarter_ahead(anybody: FlaskClient) -> None:
    activity_id = an_activity()
    for weeks in (-5, -3, 12, 14):
        a_date(activity_id, TWO + weeks * WEEK)
    found = [event.start for event in calendar_at(anybody).events]
    assert found == [TWO - 3 * WEEK, TWO + 12 * WEEK]


def test_an_activity_has_a_calendar_of_its_own(anybody: FlaskClient) -> None:
    cards = an_offer("Kortspil")
    an_offer("Fællessang")
    told = calendar_at(anybody, f"/aktivitet/{cards}")
    assert [event["SUMMARY"] for event in told.events] == ["Kortspil"]
    assert told["NAME"] == "Kortspil"


def test_a_title_cannot_end_the_calendar(anybody: FlaskClient) -> None:
    activity_id = an_offer("END:VCALENDAR\r\nBEGIN:VEVENT")
    told = calendar_at(anybody, f"/aktivitet/{activity_id}")
    assert len(told.events) == 1


def test_letters_that_no_feed_may_hold_are_left_out(anybody: FlaskClient) -> None:
    a_date(an_activity("Kort\x0bspil", description="Kaffe\x0b\nKage"))
    assert only_event(anybody)["SUMMARY"] == "Kortspil"
    entry = news(anybody).find(f"{ATOM}entry")
    assert entry is not None
    assert entry.findtext(f"{ATOM}title") == "Nyt: Kortspil"
    assert "Kaffe\nKage" in (entry.findtext(f"{ATOM}summary") or "")


def test_lines_are_folded_and_letters_kept(anybody: FlaskClient) -> None:
    title = "Æblegrød, ørred; og å" + "æøå" * 30
    a_date(an_activity(title[:120]))
    raw = anybody.get(f"{OPEN}/kalender.ics").data
    assert all(len(line) <= 75 for line in raw.split(b"\r\n"))
    assert only_event(anybody)["SUMMARY"] == title[:120]


@pytest.mark.parametrize("feed", ["kalender.ics", "nyt.atom"])
def test_a_feed_is_sent_again_only_when_it_changed(
    anybody: FlaskClient, feed: str, standing_clock: StandingClock
) -> None:
    activity_id = an_offer()
    first = anybody.get(f"{OPEN}/{feed}")
    tag = {"If-None-Match": first.headers["ETag"]}
    standing_clock.at += timedelta(hours=2)
    again = anybody.get(f"{OPEN}/{feed}", headers=tag)
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["Cache-Control"] == "public, max-age=900"
    change(Activity, activity_id, title="Whist")
    assert anybody.get(f"{OPEN}/{feed}", headers=tag).status_code == 200


def test_a_feed_says_when_it_last_changed(anybody: FlaskClient) -> None:
    a_date(an_activity(), changed_at=NOW - timedelta(hours=5))
    said = anybody.get(f"{OPEN}/kalender.ics").headers["Last-Modified"]
    assert parsedate_to_datetime(said) == NOW - timedelta(hours=5)


def test_a_feed_and_its_event_say_when_anything_they_tell_was_revised(anybody: FlaskClient) -> None:
    a_date(an_activity(), revised_at=NOW - timedelta(minutes=7))
    said = anybody.get(f"{OPEN}/kalender.ics").headers["Last-Modified"]
    assert parsedate_to_datetime(said) == NOW - timedelta(minutes=7)
    event = only_event(anybody)
    assert parsedate_to_datetime(said) == event.LAST_MODIFIED


def test_what_nobody_confirmed_is_not_told_of(
    anybody: FlaskClient, standing_clock: StandingClock
) -> None:
    activity_id = an_activity(confirm_by=NOW.date())
    a_date(activity_id, starts_at=TWO + 2 * WEEK)
    assert len(calendar_at(anybody).events) == 1
    standing_clock.at = NOW + timedelta(days=1)
    assert calendar_at(anybody).events == []
    page = anybody.get(f"{OPEN}/aktivitet/{activity_id}").text
    assert 'class="alert' in page


def test_feeds_speak_danish_whatever_the_reader_prefers(anybody: FlaskClient) -> None:
    a_date(an_activity(), cancelled_at=NOW)
    anybody.set_cookie("lang", "en", domain="localhost")
    assert only_event(anybody)["SUMMARY"] == "Aflyst: Kortspil"
    assert "Aflyst: Kortspil" in anybody.get(f"{OPEN}/nyt.atom").text


def test_a_municipality_with_nothing_on_has_feeds_all_the_same(anybody: FlaskClient) -> None:
    assert calendar_at(anybody).events == []
    assert news(anybody).findall(f"{ATOM}entry") == []


def test_the_news_are_an_atom_feed_with_all_it_must_have(anybody: FlaskClient) -> None:
    a_date(an_activity(), place=a_place(), changed_at=NOW - timedelta(hours=1), note="Nyt lokale")
    answer = anybody.get(f"{OPEN}/nyt.atom")
    assert answer.content_type == "application/atom+xml; charset=utf-8"
    feed = news(anybody)
    assert feed.tag == f"{ATOM}feed"
    assert feed.findtext(f"{ATOM}author/{ATOM}name") == "Lindeby Kommune"
    links = {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")}
    assert links["self"] == f"http://localhost{OPEN}/nyt.atom"
    assert links["alternate"] == f"http://localhost{OPEN}"
    for part in (feed, *feed.findall(f"{ATOM}entry")):
        assert UUID((part.findtext(f"{ATOM}id") or "").removeprefix("urn:uuid:"))
        assert part.findtext(f"{ATOM}title")
        at = datetime.fromisoformat(part.findtext(f"{ATOM}updated") or "")
        assert at.tzinfo is not None
        assert part.find(f"{ATOM}link[@rel='alternate']") is not None
    assert "Nyt lokale" in (feed.findtext(f"{ATOM}entry/{ATOM}summary") or "")


def test_the_news_tell_what_is_new_changed_and_cancelled_the_latest_first(
    anybody: FlaskClient,
) -> None:
    a_date(an_activity("Whist", decided_at=NOW - timedelta(days=3)))
    a_date(an_activity("Strik"), changed_at=NOW - timedelta(days=2))
    a_date(an_activity("Sang"), cancelled_at=NOW - timedelta(days=1))
    titles = [entry.findtext(f"{ATOM}title") for entry in news(anybody).findall(f"{ATOM}entry")]
    assert titles == ["Aflyst: Sang", "Ændret: Strik", "Nyt: Whist", "Nyt: Strik"]


def test_the_news_tell_once_that_a_series_was_moved(anybody: FlaskClient) -> None:
    activity_id = an_activity("Whist")
    for weeks in range(3):
        a_date(activity_id, TWO + weeks * WEEK, sequence=1, revised_at=NOW - timedelta(hours=1))
    titles = [entry.findtext(f"{ATOM}title") for entry in news(anybody).findall(f"{ATOM}entry")]
    assert titles == ["Ændret: Whist", "Nyt: Whist"]


def test_the_news_keep_their_form_whatever_other_libraries_do(
    anybody: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    an_offer()
    before = anybody.get(f"{OPEN}/nyt.atom").data
    monkeypatch.setattr(ElementTree, "_namespace_map", {})
    assert anybody.get(f"{OPEN}/nyt.atom").data == before
    assert before.startswith(b"<?xml version='1.0' encoding='utf-8'?>\n<feed xmlns=")


def test_an_entry_keeps_its_id_when_it_changes(anybody: FlaskClient) -> None:
    date_id = a_date(an_activity(), changed_at=NOW - timedelta(days=2))
    change(Occurrence, date_id, cancelled_at=NOW)
    first = news(anybody).find(f"{ATOM}entry")
    assert first is not None
    assert first.findtext(f"{ATOM}id") == f"urn:uuid:{date_id}"
    assert first.findtext(f"{ATOM}updated") == NOW.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
