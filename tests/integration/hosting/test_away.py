"""Hosts who stop, take a pause, miss a check, or whose date is moved."""

from datetime import time, timedelta
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient

from klippekort.activities.queries import get_occurrence_facts
from klippekort.activities.services import Wanted, change_date, preview_date
from klippekort.domain.calendar import instant, local, local_day
from klippekort.domain.messages.channels import Channel, Purpose
from klippekort.domain.series import Scope
from klippekort.hosting.jobs import send_waves
from klippekort.hosting.queries.dates import hosts_of
from klippekort.hosting.queries.guests import guests_seen
from klippekort.hosting.queries.offers import find_search
from klippekort.hosting.services import answer, offer_dates
from klippekort.messages.queries import VOLUNTEER, Recipient
from klippekort.messages.services.settings import choose_channels
from klippekort.volunteers import services as volunteers
from klippekort.volunteers.queries import get_volunteer
from tests.cast import Cast
from tests.gateways import mail_server
from tests.integration.activities.arrange import NOW, TUESDAY, a_proposal, dates_of, do, read, seat
from tests.integration.activities.looking import faults_at
from tests.integration.hosting.arrange import (
    FAR,
    a_volunteer,
    calls,
    offers,
    pressed,
    states,
    to_host,
    tuesdays,
    viggo_of,
)
from tests.integration.tablet import StandingClock
from tests.login import log_in
from tests.messages_site import run, sending

NINE = instant(local_day(NOW), time(9))
PAUSED = volunteers.Profile("Viggo Vang", paused_until=TUESDAY + timedelta(days=7))


def hosts(date_id: UUID) -> list[str]:
    """Return the names of those who host a date."""
    return [host.name for host in read(hosts_of, date_id)]


def move(cast: Cast, date_id: UUID) -> None:
    """Let Karen hold a date an hour later."""
    row = next(one for one in dates_of(_activity_of(date_id)) if one.id == date_id)
    start, end = local(row.starts_at), local(row.ends_at)
    wanted = Wanted(
        start.date(),
        (start + timedelta(hours=1)).time(),
        (end + timedelta(hours=1)).time(),
        row.place_id,
        row.capacity,
        row.wheelchair_places,
        row.note,
    )
    seen = do(preview_date, cast.karen, date_id, wanted, Scope.THIS, now=NINE).mark
    do(change_date, cast.karen, date_id, wanted, Scope.THIS, seen=seen, now=NINE)


def _activity_of(date_id: UUID) -> UUID:
    found: UUID = read(get_occurrence_facts, date_id).activity_id
    return found


def test_who_stops_hosts_nothing_to_come_and_others_are_asked(cast: Cast) -> None:
    dates, other = tuesdays(cast), a_volunteer("Agnes Ask")
    do(volunteers.archive_volunteer, cast.karen, viggo_of(cast), now=NINE)
    assert [hosts(one) for one in (dates[0], dates[FAR], dates[-1])] == [[], [], []]
    assert {row.volunteer_id: row.state for row in offers() if row.occurrence_id == dates[FAR]}[
        other.id
    ] == "asked"
    assert read(find_search, to_host(dates[-1])) is None
    (note,) = calls("host_away")
    assert (note.facts["dates"], note.facts["is_over"]) == (len(dates), True)


def test_others_are_asked_three_weeks_before_a_date_that_was_left(cast: Cast) -> None:
    dates = tuesdays(cast)
    do(volunteers.archive_volunteer, cast.karen, viggo_of(cast), now=NINE)
    later = NINE + timedelta(weeks=2)
    read(send_waves, local_day(later), later)
    assert read(find_search, to_host(dates[4])) is not None
    before = len(offers())
    read(send_waves, local_day(later), later)
    assert len(offers()) == before


def test_a_pause_lets_go_of_its_own_days_alone(cast: Cast) -> None:
    dates = tuesdays(cast)
    do(volunteers.change_profile, cast.viggo, viggo_of(cast), PAUSED, now=NINE)
    assert [hosts(one) for one in dates[:3]] == [[], [], ["Viggo Vang"]]


def test_a_pause_shows_what_it_touches_before_it_is_saved(cast: Cast, viggo: FlaskClient) -> None:
    date_id = tuesdays(cast)[0]
    said = {"name": "Viggo Vang", "go_along_times": "2", "paused_until": "2026-11-30"}
    answer_ = pressed(viggo, "/om-mig/ret", **said)
    assert "Kortspil" in answer_.text
    assert hosts(date_id) == ["Viggo Vang"]
    assert pressed(viggo, "/om-mig/ret", **said, seen="1").status_code == 303
    assert hosts(date_id) == []


def test_what_stopping_touches_is_shown_beside_the_button(cast: Cast, karen: FlaskClient) -> None:
    tuesdays(cast)
    page = f"/frivillige/{viggo_of(cast)}"
    assert "Kortspil" in karen.get(page).text
    assert faults_at(karen, page) == []


def test_the_preview_of_a_move_names_the_hosts(cast: Cast, karen: FlaskClient) -> None:
    date_id = tuesdays(cast)[FAR]
    row = next(one for one in dates_of(_activity_of(date_id)) if one.id == date_id)
    page = pressed(
        karen,
        f"/aktiviteter/datoer/{date_id}/ret",
        day="2026-12-08",
        starts="15:00",
        ends="17:00",
        place=str(row.place_id),
        capacity="10",
        wheelchair_places="2",
        scope="this",
    )
    assert "Viggo Vang" in page.text


def test_a_host_is_told_why_no_guests_are_shown(
    cast: Cast, client: FlaskClient, standing_clock: StandingClock
) -> None:
    dates = tuesdays(cast)
    seat(cast, dates[FAR + 1], cast.ellen)
    do(volunteers.write_promise, cast.karen, text="Jeg holder tæt.", from_on=TUESDAY, now=NOW)
    standing_clock.at = NOW + timedelta(days=16)
    viggo = log_in(client, cast.viggo)
    page = viggo.get(f"/vaertskab/datoer/{dates[FAR + 1]}")
    assert (page.status_code, "Ellen" in page.text) == (200, False)
    assert faults_at(viggo, "/aktiviteter/mine") == []


def test_the_usual_host_is_called_about_a_new_time(cast: Cast) -> None:
    date_id = tuesdays(cast)[FAR]
    move(cast, date_id)
    (call,) = calls("host_moved")
    assert "T14:00" in call.facts["starts_at"]
    assert hosts(date_id) == ["Viggo Vang"]


def test_a_usual_host_with_a_channel_is_written_to(cast: Cast, app: Flask) -> None:
    date_id, viggo = tuesdays(cast)[FAR], viggo_of(cast)
    do(lambda: setattr(get_volunteer(viggo), "email", "viggo@example.dk"))
    chosen = {Purpose.CHANGES: Channel.EMAIL}
    do(choose_channels, cast.viggo, Recipient(VOLUNTEER, viggo), chosen, now=NOW)
    with mail_server() as box, sending(app, mail=box.settings):
        move(cast, date_id)
        run(NINE)
        [(_to, mail)] = box.mails
    assert calls("host_moved") == []
    assert "15.00" in mail


def test_a_yes_to_the_old_time_is_asked_for_again(cast: Cast) -> None:
    date_id, agnes = tuesdays(cast)[FAR], a_volunteer("Agnes Ask")
    do(offer_dates, cast.karen, agnes.id, [date_id], now=NOW)
    move(cast, date_id)
    assert states()[agnes.id] == "asked"
    (offer,) = offers()
    do(answer, agnes.actor, offer.id, is_yes=True, now=NINE)
    assert hosts(date_id) == ["Viggo Vang", "Agnes Ask"]


def test_a_host_without_the_promise_sees_no_guests(cast: Cast) -> None:
    date_id = tuesdays(cast)[FAR + 1]
    seat(cast, date_id, cast.ellen)
    assert read(guests_seen, [date_id], NOW, viggo_of(cast))
    do(volunteers.write_promise, cast.karen, text="Jeg holder tæt.", from_on=TUESDAY, now=NOW)
    late = NOW + timedelta(days=16)
    assert read(guests_seen, [date_id], late, viggo_of(cast)) == {}


def test_who_approves_hears_that_the_host_must_wait(
    client: FlaskClient, standing_clock: StandingClock, cast: Cast
) -> None:
    do(volunteers.write_promise, cast.karen, text="Jeg holder tæt.", from_on=TUESDAY, now=NOW)
    late = NOW + timedelta(days=16)
    activity_id = a_proposal(cast, now=late)
    standing_clock.at = late
    log_in(client, cast.karen)
    pressed(client, f"/aktiviteter/{activity_id}/godkend")
    assert "Viggo Vang må vente med at være vært" in client.get("/aktiviteter/styring").text
