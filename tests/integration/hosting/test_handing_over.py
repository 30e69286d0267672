"""Somebody else becomes the usual host of a series: what was stays theirs who hosted it."""

from dataclasses import replace
from datetime import date, time, timedelta
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from klippekort.activities.jobs import extend_activities
from klippekort.activities.queries import get_date
from klippekort.activities.services import change_rule, exchange_host, preview_rule, timing_of
from klippekort.domain.calendar import instant, local_day
from klippekort.domain.errors import Forbidden
from klippekort.hosting.queries.dates import dates_to_log, hosts_of
from klippekort.hosting.services import cannot_after_all
from tests.cast import Cast
from tests.integration.activities.arrange import CARDS, NOW, dates_of, do, read
from tests.integration.hosting.arrange import (
    a_contact,
    a_volunteer,
    calls,
    pressed,
    the_search,
    to_host,
    tuesdays,
    viggo_of,
)

LATER = NOW + timedelta(days=9)
THIRD = date(2026, 12, 8)


def names(occurrence_id: UUID) -> list[str]:
    """Return who hosts a date, by name."""
    return [host.name for host in read(hosts_of, occurrence_id)]


def series_of(cast: Cast) -> tuple[UUID, list[UUID]]:
    """Let Viggo hold cards on Tuesdays, and return the activity and its dates."""
    dates = tuesdays(cast)
    return read(activity_of, dates[0]), dates


def activity_of(occurrence_id: UUID) -> UUID:
    """Return which activity a date is of."""
    return get_date(occurrence_id).activity_id


def test_only_dates_from_the_day_on_get_the_new_host(cast: Cast) -> None:
    activity_id, dates = series_of(cast)
    birte = a_volunteer("Birte Holm")
    do(exchange_host, cast.karen, activity_id, birte.id, from_on=THIRD, now=LATER)
    assert [names(one) for one in dates[:4]] == [
        ["Viggo Vang"],
        ["Viggo Vang"],
        ["Birte Holm"],
        ["Birte Holm"],
    ]


def test_who_hosted_before_still_confirms_those_hours(cast: Cast) -> None:
    activity_id, dates = series_of(cast)
    birte = a_volunteer("Birte Holm")
    do(exchange_host, cast.karen, activity_id, birte.id, from_on=local_day(LATER), now=LATER)
    own, others = viggo_of(cast), birte.id
    to_log = {one.id for one in read(dates_to_log, own, NOW, LATER)}
    assert (to_log, read(dates_to_log, others, NOW, LATER)) == (set(dates[:2]), [])


def test_dates_made_later_are_the_new_hosts(cast: Cast) -> None:
    activity_id, dates = series_of(cast)
    birte = a_volunteer("Birte Holm")
    do(exchange_host, cast.karen, activity_id, birte.id, from_on=THIRD, now=LATER)
    read(extend_activities, local_day(LATER), LATER)
    made = [row.id for row in dates_of(activity_id) if row.id not in dates]
    assert made
    assert all(names(one) == ["Birte Holm"] for one in made)


def test_who_is_taken_over_from_hears_it_once(cast: Cast) -> None:
    activity_id, _dates = series_of(cast)
    birte = a_volunteer("Birte Holm")
    do(exchange_host, cast.karen, activity_id, birte.id, from_on=THIRD, now=LATER)
    (told,) = calls("host_taken_over")
    assert told.facts["volunteer"] == str(viggo_of(cast))
    (told,) = calls("host_takes_over")
    assert told.facts["volunteer"] == str(birte.id)
    assert told.facts["starts_at"].startswith(str(THIRD))


def test_nobody_is_looked_for_any_more(cast: Cast) -> None:
    activity_id, dates = series_of(cast)
    birte = a_volunteer("Birte Holm")
    do(cannot_after_all, cast.viggo, viggo_of(cast), to_host(dates[2]), now=NOW)
    do(exchange_host, cast.karen, activity_id, birte.id, from_on=THIRD, now=LATER)
    search = the_search()
    assert (search.state, search.covered_by, names(dates[2])) == (
        "covered",
        birte.id,
        ["Birte Holm"],
    )


def test_an_association_chooses_among_its_own(cast: Cast) -> None:
    activity_id, dates = series_of(cast)
    contact, stranger = a_contact(cast.association), a_volunteer("Birte Holm")
    member = a_volunteer("Agnes Ask", association_id=cast.association)
    with pytest.raises(Forbidden):
        do(exchange_host, contact, activity_id, stranger.id, from_on=THIRD, now=LATER)
    do(exchange_host, contact, activity_id, member.id, from_on=THIRD, now=LATER)
    assert names(dates[2]) == ["Agnes Ask"]


def test_a_host_does_not_hand_over_to_others(cast: Cast) -> None:
    activity_id, _dates = series_of(cast)
    birte = a_volunteer("Birte Holm")
    with pytest.raises(Forbidden):
        do(exchange_host, cast.viggo, activity_id, birte.id, from_on=THIRD, now=LATER)


def test_the_page_keeps_the_past_and_says_who_hosts_which(karen: FlaskClient, cast: Cast) -> None:
    activity_id, _dates = series_of(cast)
    birte = a_volunteer("Birte Holm")
    address = f"/aktiviteter/{activity_id}/vaert"
    assert b"Viggo Vang" in karen.get(address).data
    over = pressed(karen, address, host=str(birte.id), from_on="2026-11-22")
    far = pressed(karen, address, host=str(birte.id), from_on="2027-06-01")
    assert (over.status_code, far.status_code) == (422, 422)
    answer = pressed(karen, address, host=str(birte.id), from_on="2026-12-15")
    shown = karen.get(answer.location).get_data(as_text=True)
    assert ("Birte Holm" in shown, "Viggo Vang" in shown) == (True, True)


def test_until_then_a_date_can_still_be_cancelled_by_its_host(
    viggo: FlaskClient, cast: Cast
) -> None:
    activity_id, dates = series_of(cast)
    birte = a_volunteer("Birte Holm")
    do(exchange_host, cast.karen, activity_id, birte.id, from_on=THIRD, now=NOW)
    own, others = (f"/aktiviteter/datoer/{one}/aflys" for one in (dates[1], dates[2]))
    assert (viggo.get(own).status_code, viggo.get(others).status_code) == (200, 403)
    assert viggo.get(pressed(viggo, own, reason="host_ill").location).status_code == 200


def test_a_changed_rule_adds_dates_of_whoever_hosts_then(cast: Cast) -> None:
    activity_id, _dates = series_of(cast)
    birte = a_volunteer("Birte Holm")
    do(exchange_host, cast.karen, activity_id, birte.id, from_on=THIRD, now=NOW)
    place_id = dates_of(activity_id)[0].place_id
    twice = replace(CARDS, weekdays=(1, 3), first_on=date(2026, 12, 1))
    seen = read(
        preview_rule, cast.karen, activity_id, timing_of(activity_id, twice, place_id), now=NOW
    )
    rule = timing_of(activity_id, twice, place_id)
    do(change_rule, cast.karen, activity_id, rule, seen=seen.mark, now=NOW)
    known = {row.starts_at: names(row.id) for row in dates_of(activity_id)}
    added = [instant(date(2026, 12, day), time(14)) for day in (3, 10)]
    assert [known[one] for one in added] == [["Viggo Vang"], ["Birte Holm"]]
