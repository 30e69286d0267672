"""A whole scheme stands still: time as the laboratory says, trips, letters, and the page."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from klippekort.citizens.services.absences import end_absence, record_absence
from klippekort.domain.calendar import COPENHAGEN, instant, local_day
from klippekort.domain.errors import Forbidden, Refused, Stale
from klippekort.domain.lab.events import Event, Happening
from klippekort.domain.lab.replay import replay
from klippekort.domain.schemes import (
    OPEN,
    Allowance,
    CountedFrom,
    Expiry,
    FirstPeriod,
    PartialPeriod,
    Pause,
    Pauses,
    Period,
    SchemeFile,
    Setting,
    Span,
    Terms,
    Unit,
)
from klippekort.papers.models import LetterBatch
from klippekort.papers.services import batches
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.ids import new_id
from klippekort.platform.tenancy import acting_for
from klippekort.punchcards.jobs import advance_cards
from klippekort.punchcards.models import CardTask, PunchCard, PunchLot, SchemePause
from klippekort.punchcards.services import pauses
from tests.builders import DECIDED, MONDAY, a_card, a_scheme, a_shift, a_trip, an_occurrence
from tests.cast import HOME, Cast
from tests.integration.punchcards.conftest import Browse
from tests.papers_site import LAWFUL, law_letters

TODAY = local_day(MONDAY)
CLOSED = Pause(accrues=False, usable=False, extends_expiry=True)
MONTHLY = Allowance(
    period=Period.MONTH,
    minutes=90,
    counted_from=CountedFrom.CALENDAR,
    first=FirstPeriod.GRANT_PERIOD,
)


def after(days: int) -> date:
    return TODAY + timedelta(days=days)


def pausing(pause: Pause, terms: Terms = DECIDED, **said: Any) -> Terms:
    return replace(terms, pauses=replace(terms.pauses, scheme=pause, **said))


def stand_still(cast: Cast, scheme: UUID, first: int, last: int | None, why: str = "Ferie") -> UUID:
    until_on = None if last is None else after(last)
    with acting_for(HOME):
        made = execute(
            pauses.pause_scheme, cast.karen, scheme, after(first), until_on, why, now=MONDAY
        )
    return UUID(made)


def scheme_of(card: UUID) -> UUID:
    with acting_for(HOME):
        return db.session.scalars(select(PunchCard.scheme_id).filter_by(id=card)).one()


Left = list[list[tuple[int, date, date | None]]]


def kept(card: UUID, days: Sequence[int]) -> Left:
    """Return the time on a card, when it came and its last day, as each of these days ends."""
    found = []
    for number in days:
        with acting_for(HOME):
            advance_cards(after(number), MONDAY + timedelta(days=number))
            rows = db.session.scalars(select(PunchLot).filter_by(card_id=card)).all()
            left = [
                (row.granted - row.used - row.expired, row.credited_on, row.expires_on)
                for row in rows
            ]
        found.append(sorted((one for one in left if one[0]), key=str))
    return found


def played(terms: Terms, pause: tuple[int, int | None], days: Sequence[int]) -> Left:
    """Return what the laboratory says is left on each of these days."""
    at = [datetime.combine(after(n), time(), COPENHAGEN) for n in (0, pause[0])]
    until = None if pause[1] is None else after(pause[1])
    events = [
        Event(2, Happening.GRANT, at[0]),
        Event(3, Happening.PAUSE, at[1], until=until),
    ]
    file = SchemeFile(terms, "Klippekort", Setting.OWN_HOME)
    answer = replay(file, events, [after(n) for n in days], lambda _name: terms)
    return [
        sorted(
            ((lot.minutes, lot.credited_on, lot.expires_on) for lot in answer.on[after(n)].lots),
            key=str,
        )
        for n in days
    ]


CASES = {
    "closed": (pausing(CLOSED), (10, 27)),
    "nobody_knows_the_end": (pausing(CLOSED), (5, None)),
    "runs_on": (pausing(Pause(accrues=True, usable=False, extends_expiry=False)), (10, 27)),
    "from_the_8th_day": (pausing(replace(CLOSED, from_day=8)), (10, 27)),
    "short_lives": (
        pausing(CLOSED, replace(DECIDED, expiry=Expiry(rolling=(Span(3, Unit.WEEKS),)))),
        (10, 27),
    ),
    "by_the_day": (
        pausing(CLOSED, replace(DECIDED, allowance=MONTHLY), partial_period=PartialPeriod.PRORATED),
        (12, 27),
    ),
    "one_day_of_the_month": (
        pausing(CLOSED, replace(DECIDED, allowance=MONTHLY), partial_period=PartialPeriod.ANY_DAY),
        (14, 14),
    ),
    "nobody_has_decided": (pausing(Pause(OPEN, OPEN, OPEN)), (10, 27)),
}


@pytest.mark.parametrize(("terms", "span"), CASES.values(), ids=CASES)
def test_a_card_goes_as_the_laboratory_says(
    app: Flask, cast: Cast, terms: Terms, span: tuple[int, int | None]
):
    # The laboratory hears of a pause on its first day; here it moves last days once it is known.
    days = (15, 28, 40, 70)
    card = a_card(cast, cast.ellen, 0, terms=terms, rate=None)
    stand_still(cast, scheme_of(card), *span)
    assert kept(card, days) == played(terms, span, days)


@pytest.fixture
def booked(cast: Cast) -> tuple[UUID, UUID]:
    """Return Ellen's card, and the trip she has on Wednesday of next week, of 110 minutes."""
    card = a_card(cast, cast.ellen, 300, terms=pausing(CLOSED, LAWFUL), rate=None)
    a_shift(cast.bo, after(9))
    occurrence = an_occurrence(instant(after(9), time(10)))
    return card, a_trip(cast.karen, cast.ellen, occurrence, cast.bo)


def put_up(card: UUID) -> list[tuple[str, str, bool]]:
    with acting_for(HOME):
        rows = db.session.scalars(select(CardTask).filter_by(card_id=card)).all()
        return [(row.kind, row.subject, row.closed_at is None) for row in rows]


def test_a_booked_trip_is_put_up_for_calling_off_until_the_pause_spares_it(
    app: Flask, cast: Cast, booked: tuple[UUID, UUID]
):
    card, trip = booked
    pause = stand_still(cast, scheme_of(card), 7, 20)
    asked = put_up(card)
    with acting_for(HOME):
        execute(pauses.end_scheme_pause, cast.karen, scheme_of(card), pause, after(8), now=MONDAY)
    assert (asked, put_up(card)) == (
        [("cancel_trip", str(trip), True)],
        [("cancel_trip", str(trip), False)],
    )


def test_a_trip_in_a_citizens_own_absence_is_put_up_as_well(app: Flask, cast: Cast):
    away = Pause(accrues=True, usable=False, extends_expiry=False)
    card = a_card(cast, cast.ellen, 300, terms=replace(DECIDED, pauses=Pauses(any=away)))
    a_shift(cast.bo, after(9))
    trip = a_trip(cast.karen, cast.ellen, an_occurrence(instant(after(9), time(10))), cast.bo)
    with acting_for(HOME):
        said = (cast.ellen, "holiday", after(7))
        absence = execute(record_absence, cast.karen, *said, after(20), now=MONDAY)
    asked = put_up(card)
    with acting_for(HOME):
        execute(end_absence, cast.karen, cast.ellen, UUID(absence), after(8), now=MONDAY)
    assert [asked, put_up(card)] == [
        [("cancel_trip", str(trip), True)],
        [("cancel_trip", str(trip), False)],
    ]


def test_booking_on_such_a_day_is_refused_and_after_it_is_not(app: Flask, cast: Cast):
    card = a_card(cast, cast.ellen, 300, terms=pausing(CLOSED))
    stand_still(cast, scheme_of(card), 7, 9)
    for number in (9, 10):
        a_shift(cast.bo, after(number))
    closed, open_again = (an_occurrence(instant(after(n), time(10))) for n in (9, 10))
    with pytest.raises(Refused) as refusal:
        a_trip(cast.karen, cast.ellen, closed, cast.bo)
    assert refusal.value.rule == "paused"
    assert a_trip(cast.karen, cast.ellen, open_again, cast.bo)


def test_the_effect_is_reckoned_before_anybody_decides(
    app: Flask, cast: Cast, booked: tuple[UUID, UUID]
):
    scheme = scheme_of(booked[0])
    with acting_for(HOME):
        found = pauses.preview(cast.karen, scheme, after(7), after(20), today=TODAY)
        assert db.session.scalars(select(SchemePause)).all() == []
    assert (found.cards, found.touched, found.missed, found.trips) == (1, 1, 60, 1)


def test_days_that_are_over_and_days_of_another_pause_are_refused(app: Flask, cast: Cast):
    scheme = a_scheme(pausing(CLOSED))
    with pytest.raises(pauses.TooLate):
        stand_still(cast, scheme, -1, 4)
    first = stand_still(cast, scheme, 7, 20)
    with pytest.raises(pauses.PausesOverlap):
        stand_still(cast, scheme, 20, None)
    with acting_for(HOME), pytest.raises(pauses.TooLate):
        execute(
            pauses.end_scheme_pause,
            cast.karen,
            scheme,
            first,
            after(8),
            now=MONDAY + timedelta(days=10),
        )
    with acting_for(HOME), pytest.raises(Forbidden):
        execute(pauses.drop_scheme_pause, cast.asta, scheme, first, now=MONDAY)


def test_the_database_itself_refuses_two_pauses_on_one_day(app: Flask, cast: Cast):
    scheme = a_scheme(pausing(CLOSED))
    stand_still(cast, scheme, 7, 20)

    def add(first: int, last: int | None) -> None:
        row = SchemePause(scheme_id=scheme, from_on=after(first), reason="", recorded_at=MONDAY)
        row.until_on = None if last is None else after(last)
        db.session.add(row)

    for days in ((20, 21), (1, None)):
        with acting_for(HOME), pytest.raises(IntegrityError):
            execute(add, *days)
    with acting_for(HOME):
        execute(add, 21, None)


def test_letters_are_looked_through_then_sent_to_each(
    app: Flask, cast: Cast, booked: tuple[UUID, UUID]
):
    stand_still(cast, scheme_of(booked[0]), 7, 20, "Vi holder ferie.")
    with acting_for(HOME):
        rests, again = db.session.scalars(select(LetterBatch).order_by(LetterBatch.kind)).all()
        assert (rests.kind, rests.from_on, rests.state) == ("pause", after(7), "draft")
        assert (again.kind, again.from_on, again.state) == ("resume", after(21), "draft")
        body = batches.letter_to(rests, booked[0], now=MONDAY)
        assert not law_letters_of("pause")
        for one in (rests.id, again.id):
            execute(batches.send, cast.karen, one, "Vi holder ferie.", 1, now=MONDAY)
    assert "Vi holder ferie." in body.reasons
    assert "30. november" in body.said[0]
    assert [len(law_letters_of(kind)) for kind in ("pause", "resume")] == [1, 1]


def law_letters_of(kind: str) -> list[Any]:
    return [one for one in law_letters() if one.kind == kind]


def test_a_pause_that_is_taken_back_before_it_begins_takes_its_letters_along(
    app: Flask, cast: Cast, booked: tuple[UUID, UUID]
):
    card, trip = booked
    pause = stand_still(cast, scheme_of(card), 7, 20)
    with acting_for(HOME):
        execute(pauses.drop_scheme_pause, cast.karen, scheme_of(card), pause, now=MONDAY)
        states = {row.state for row in db.session.scalars(select(LetterBatch))}
    assert states == {"stopped"}
    assert put_up(card) == [("cancel_trip", str(trip), False)]
    [left] = kept(card, [7])
    assert (30, after(7)) in [one[:2] for one in left]


def test_one_that_has_begun_cannot_be_taken_back(app: Flask, cast: Cast):
    scheme = a_scheme(pausing(CLOSED))
    pause = stand_still(cast, scheme, 0, 20)
    with acting_for(HOME), pytest.raises(Stale):
        execute(pauses.drop_scheme_pause, cast.karen, scheme, pause, now=MONDAY)


def test_the_lines_of_a_card_say_why_no_time_came(app: Flask, cast: Cast, browse: Browse):
    card = a_card(cast, cast.ellen, 60, terms=pausing(CLOSED))
    stand_still(cast, scheme_of(card), 0, 20, "Ferielukket")
    client = browse(cast.asta)
    assert "Ferielukket" in client.get(f"/klippekort/{card}/forklaring").text
    assert "er væk i dag" not in client.get(f"/borgere/{cast.ellen}").text


def test_the_page_shows_the_effect_first_then_lets_it_stand_still_and_end(
    app: Flask, cast: Cast, browse: Browse, booked: tuple[UUID, UUID]
):
    client, scheme = browse(cast.karen), scheme_of(booked[0])
    address = f"/ordninger/{scheme}/pauser"
    assert address in client.get(f"/ordninger/{scheme}").text
    said = {
        "key": str(new_id()),
        "from_on": after(7).isoformat(),
        "until_on": after(20).isoformat(),
        "reason": "Ferielukket",
    }
    shown = client.post(address, data=said)
    assert "1 time" in shown.text
    assert "Ferielukket" not in client.get(address).text
    seen = f"{said['from_on']}/{said['until_on']}"
    assert client.post(address, data={**said, "seen": seen}).status_code == 303
    assert "Ferielukket" in client.get(address).text
    overlap = client.post(address, data={**said, "key": str(new_id())})
    assert overlap.status_code == 422
    with acting_for(HOME):
        pause = db.session.scalars(select(SchemePause.id)).one()
    one = f"{address}/{pause}"
    assert client.get(one).status_code == 200
    ended = {"key": str(new_id()), "until_on": after(15).isoformat()}
    assert client.post(one, data=ended).status_code == 303
    assert client.post(f"{one}/fortryd", data={"key": str(new_id())}).status_code == 303
    assert "Ferielukket" not in client.get(address).text
    assert browse(cast.asta).get(address).status_code == 403
