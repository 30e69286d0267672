"""Dates are made ahead, once each, and cancelled one at a time."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from flask import Flask

from klippekort.activities.jobs import JOBS
from klippekort.activities.queries import get_occurrence_facts, guests_of, list_upcoming
from klippekort.activities.services import OccurrenceCancelled, cancel_occurrence, give_seat_back
from klippekort.activities.services.dates import extend
from klippekort.domain.calendar import local, local_day
from klippekort.domain.errors import Forbidden, Stale
from klippekort.platform import events
from klippekort.platform.jobs import Outcome
from tests.cast import HOME, Cast
from tests.integration.activities.arrange import (
    CARDS,
    FOUR,
    NOW,
    TUESDAY,
    TWO,
    a_date,
    a_proposal,
    an_activity,
    dates_of,
    do,
    read,
    seat,
)
from tests.races import race

EXTEND = JOBS[0]
WEEK = timedelta(weeks=1)


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[OccurrenceCancelled]:
    """What was told about cancelled dates while nobody else listened."""
    told: list[OccurrenceCancelled] = []
    monkeypatch.setitem(events._handlers, OccurrenceCancelled, [told.append])
    return told


def hours_of(occurrence_id: UUID) -> str:
    """Return the hours of a date on the wall, read back from the database."""
    facts = read(get_occurrence_facts, occurrence_id)
    return f"{local(facts.starts_at):%-H}–{local(facts.ends_at):%-H}"


def test_making_dates_again_changes_nothing(cast: Cast) -> None:
    activity_id = an_activity(cast)
    before = [(row.id, row.starts_at) for row in dates_of(activity_id)]
    assert do(extend, activity_id, NOW) == 0
    assert [(row.id, row.starts_at) for row in dates_of(activity_id)] == before


def test_a_week_later_there_is_one_more_date(cast: Cast) -> None:
    activity_id = an_activity(cast)
    assert do(extend, activity_id, NOW + WEEK) == 1


def test_a_cancelled_date_is_not_made_again(cast: Cast) -> None:
    activity_id = an_activity(cast)
    first = dates_of(activity_id)[0]
    do(cancel_occurrence, cast.karen, first.id, reason="weather", now=NOW)
    assert do(extend, activity_id, NOW) == 0


def test_a_proposal_gets_no_dates(cast: Cast) -> None:
    assert do(extend, a_proposal(cast), NOW) == 0


def test_no_date_comes_after_the_last_day(cast: Cast) -> None:
    activity_id = an_activity(cast, replace(CARDS, last_on=TUESDAY + 2 * WEEK))
    assert do(extend, activity_id, NOW + WEEK) == 0
    assert len(dates_of(activity_id)) == 3


@pytest.mark.parametrize("clocks_change_on", [date(2026, 10, 25), date(2027, 3, 28)])
def test_stored_dates_stay_at_two_o_clock_when_the_clocks_change(
    cast: Cast, clocks_change_on: date
) -> None:
    first_on = clocks_change_on - WEEK
    activity_id = an_activity(
        cast, replace(CARDS, first_on=first_on, last_on=clocks_change_on + WEEK), now=NOW - 8 * WEEK
    )
    do(extend, activity_id, NOW + 13 * WEEK)
    shown = [hours_of(row.id) for row in dates_of(activity_id)]
    assert shown == ["14–16"] * 3


def test_the_daily_job_makes_what_is_missing(cast: Cast) -> None:
    activity_id = an_activity(cast)
    a_proposal(cast)
    later = NOW + WEEK
    assert read(EXTEND.run, local_day(later), later) == Outcome(expected=1, done=1)
    assert len(dates_of(activity_id)) == 14


def test_the_daily_job_changes_nothing_the_second_time(cast: Cast) -> None:
    activity_id = an_activity(cast)
    read(EXTEND.run, local_day(NOW), NOW)
    read(EXTEND.run, local_day(NOW), NOW)
    assert len(dates_of(activity_id)) == 13


def test_a_host_cancels_a_date_of_their_own(cast: Cast) -> None:
    occurrence_id = a_date(cast)
    do(cancel_occurrence, cast.viggo, occurrence_id, reason="host_ill", now=NOW)
    facts = read(get_occurrence_facts, occurrence_id)
    assert (facts.is_cancelled, facts.cancelled_reason) == (True, "host_ill")


def test_a_cancelled_date_is_no_longer_offered(cast: Cast) -> None:
    occurrence_id = a_date(cast)
    do(cancel_occurrence, cast.viggo, occurrence_id, reason="host_ill", now=NOW)
    assert read(list_upcoming, NOW, NOW + WEEK) == []


def test_another_volunteer_cannot_cancel_it(cast: Cast) -> None:
    occurrence_id = a_date(cast)
    somebody = replace(cast.viggo, person_id=cast.ellen)
    with pytest.raises(Forbidden):
        do(cancel_occurrence, somebody, occurrence_id, reason="other", now=NOW)


def test_everybody_who_listens_is_told_of_a_cancelled_date(
    cast: Cast, heard: list[OccurrenceCancelled]
) -> None:
    occurrence_id = a_date(cast)
    do(cancel_occurrence, cast.karen, occurrence_id, reason="weather", now=NOW)
    assert heard == [OccurrenceCancelled(occurrence_id, "weather", cast.karen, NOW)]


def test_a_date_is_cancelled_once(cast: Cast) -> None:
    occurrence_id = a_date(cast)
    do(cancel_occurrence, cast.karen, occurrence_id, reason="weather", now=NOW)
    with pytest.raises(Stale):
        do(cancel_occurrence, cast.karen, occurrence_id, reason="other", now=NOW)


def test_a_date_that_is_over_cannot_be_cancelled(cast: Cast) -> None:
    occurrence_id = a_date(cast)
    with pytest.raises(Stale):
        do(cancel_occurrence, cast.karen, occurrence_id, reason="other", now=FOUR)


def test_somebody_who_books_while_a_date_is_cancelled_is_told_too(
    committed_app: Flask, committed_cast: Cast, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if database == "sqlite":
        pytest.skip("one writes at a time, so nobody can book meanwhile")
    cast, told = committed_cast, list[int]()
    occurrence_id = a_date(cast)

    def give_all_seats_back(_event: OccurrenceCancelled) -> None:
        for guest in guests_of(occurrence_id):
            give_seat_back(cast.karen, guest.sign_up_id, now=NOW)
        if not told:
            race(committed_app, HOME, lambda: seat(cast, occurrence_id, cast.ellen))
        told.append(1)

    monkeypatch.setitem(events._handlers, OccurrenceCancelled, [give_all_seats_back])
    do(cancel_occurrence, cast.karen, occurrence_id, reason="weather", now=NOW)
    assert read(guests_of, occurrence_id) == []


def test_a_refusal_by_a_listener_leaves_the_date_standing(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    occurrence_id = a_date(cast)

    def refuse(_event: OccurrenceCancelled) -> None:
        raise Stale

    monkeypatch.setitem(events._handlers, OccurrenceCancelled, [refuse])
    with pytest.raises(Stale):
        do(cancel_occurrence, cast.karen, occurrence_id, reason="other", now=NOW)
    assert not read(get_occurrence_facts, occurrence_id).is_cancelled


def test_upcoming_dates_are_narrowed_by_kind_words_and_wheelchair(cast: Cast) -> None:
    cards = a_date(cast)
    song = replace(CARDS, title="Fællessang", kind="music", place="Kirken", wheelchair_places=0)
    an_activity(cast, replace(song, last_on=TUESDAY))

    def found(**narrowed: object) -> list[str]:
        return [row.title for row in read(list_upcoming, NOW, NOW + WEEK, **narrowed)]

    assert found() == ["Fællessang", "Kortspil"]
    assert found(kinds=["cards"]) == ["Kortspil"]
    assert found(wheelchair=True) == ["Kortspil"]
    assert found(text="kirk") == ["Fællessang"]
    assert read(get_occurrence_facts, cards).starts_at == TWO
