"""Every minute explained: as of a day, as known on a day, line by line, page by page."""

import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from click.testing import Result
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select

from klippekort.citizens.services.absences import record_absence
from klippekort.domain.calendar import local_day
from klippekort.domain.corrections import Correction
from klippekort.domain.schemes import OPEN, Expiry, Pause, Pauses, TargetGroup, Terms
from klippekort.platform import clock
from klippekort.platform.audit import AuditCitizen
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.tenancy import acting_for
from klippekort.punchcards.queries import history
from klippekort.punchcards.queries.cards import get_card
from klippekort.punchcards.queries.history import Scope
from klippekort.punchcards.services.balances import OpeningLot, carry_over
from klippekort.punchcards.services.cards import grant_card
from klippekort.punchcards.services.schemes import decide_rules
from tests.builders import DECIDED, MONDAY, a_card, a_scheme
from tests.cast import HOME, Cast
from tests.integration.corrections.arrange import (
    a_trip_that_was_made,
    correct,
    counter,
    entries,
    klippekort,
    limit,
)
from tests.integration.punchcards.conftest import Browse
from tests.integration.tablet import StandingClock

TODAY = MONDAY.date()
REALLY = clock.now()  # commands have a clock of their own


@pytest.fixture
def card(cast: Cast, standing_clock: StandingClock) -> UUID:
    """Ellen's card with 300 minutes; on Tuesday 110 were used, a week later it is looked at."""
    limit(cast, 10_000)
    made = a_card(cast, cast.ellen)
    a_trip_that_was_made(cast)
    standing_clock.pass_(days=7)
    return made


@pytest.fixture
def karen(browse: Browse, cast: Cast, card: UUID) -> FlaskClient:
    client = browse(cast.karen)
    client.set_cookie("lang", "en", domain="localhost")
    return client


def _page(client: FlaskClient, card: UUID, **days: str) -> str:
    answer = client.get(f"/klippekort/{card}/forklaring", query_string=days)
    assert answer.status_code == 200
    return answer.text


def test_every_line_says_what_why_and_who(karen: FlaskClient, card: UUID) -> None:
    page = _page(karen, card)
    for words in (
        "1 hour 40 minutes came: time saved before, dated Monday 23 November 2026.",
        "was set aside for the trip to Højskolesang",
        "was used on the trip to Højskolesang",
        "It was saved before this card.",
        "Asta Aagaard",
        "Karen Kjær",
    ):
        assert words in page


def test_the_balance_is_today_s_unless_another_day_is_asked(karen: FlaskClient, card: UUID) -> None:
    assert "Balance as of Monday 30 November 2026: 6 klip" in _page(karen, card)


def test_as_of_a_past_day_the_time_was_still_set_aside(karen: FlaskClient, card: UUID) -> None:
    page = _page(karen, card, dag="2026-11-23")
    assert "Balance as of Monday 23 November 2026" in page
    assert "Set aside for trips" in page
    assert "was used on" not in page


def test_before_the_card_there_was_nothing(karen: FlaskClient, card: UUID) -> None:
    assert "Nothing had happened on the card by then" in _page(karen, card, dag="2026-11-01")


def test_what_was_not_known_is_left_out(karen: FlaskClient, card: UUID, cast: Cast) -> None:
    correct(cast.karen, card, Correction.ADD, 45, now=MONDAY + timedelta(days=7))
    late = [OpeningLot(25, TODAY - timedelta(days=20))]
    with acting_for(HOME):
        execute(carry_over, cast.asta, card, late, now=MONDAY + timedelta(days=7))
    now, then = _page(karen, card), _page(karen, card, kendt="2026-11-25")
    assert "25 minutes came" in now
    assert "Written down Monday 30 November 2026." in now
    assert "25 minutes came" not in then
    assert "What was written later is left out." in then


@pytest.mark.parametrize(
    "asked", [{"dag": "2026-12-24"}, {"kendt": "2027-01-01"}, {"dag": "i går"}]
)
def test_a_day_to_come_is_refused_and_kept(
    karen: FlaskClient, card: UUID, asked: dict[str, str]
) -> None:
    answer = karen.get(f"/klippekort/{card}/forklaring", query_string=asked)
    [typed] = asked.values()
    assert (answer.status_code, f'value="{typed}"' in answer.text) == (422, True)


def test_a_line_and_the_one_that_puts_it_right_name_each_other(
    karen: FlaskClient, card: UUID, cast: Cast
) -> None:
    spent = entries(card, "spend")[0]
    counter(cast.karen, spent, now=MONDAY + timedelta(days=7))
    page, last = _page(karen, card), entries(card)[-1]
    assert f"Line {spent.seq} was put right: 1 hour 40 minutes came back." in page
    assert f"Line {last.seq} puts this right." in page


def test_the_lots_say_until_when(karen: FlaskClient, card: UUID) -> None:
    assert (TODAY + timedelta(days=42)).strftime("%A %-d %B %Y") in _page(karen, card)


def test_the_look_is_on_record(karen: FlaskClient, card: UUID, cast: Cast) -> None:
    _page(karen, card)
    with acting_for(HOME):
        seen = db.session.scalars(select(AuditCitizen.citizen_id)).all()
    assert cast.ellen in seen


@pytest.mark.parametrize("who", ["asta", "bo", "ida"])
def test_whoever_sees_the_card_sees_it_explained_but_does_not_correct(
    browse: Browse, cast: Cast, card: UUID, who: str
) -> None:
    page = _page(browse(getattr(cast, who)), card)
    assert ("/ret/tilfoej" in page) is (who == "asta")


@pytest.mark.parametrize("who", ["mia", "viggo", "ada"])
def test_others_do_not(browse: Browse, cast: Cast, card: UUID, who: str) -> None:
    client = browse(getattr(cast, who))
    assert client.get(f"/klippekort/{card}/forklaring").status_code == 403


@pytest.fixture
def long_card(cast: Cast, card: UUID) -> UUID:
    """The card after so many corrections that it takes three pages."""
    for number in range(60):
        kind = Correction.TAKE if number % 3 == 0 else Correction.ADD
        correct(cast.karen, card, kind, number + 1, now=MONDAY + timedelta(days=7))
    return card


def _all_pages(card: UUID, scope: Scope) -> list[history.Line]:
    """Return the lines of a card as they are met by going from page to page."""
    with acting_for(HOME):
        free = sum(lot.free for lot in history.state_in(get_card(card), scope).lots)
        lines, before = list[history.Line](), None
        while True:
            top = free if before is None else history.free_at(scope, free, before)
            page = history.lines_of(scope, top, before=before)
            if not page:
                return lines
            lines += page
            before = page[-1].seq


@pytest.mark.parametrize("on", [None, TODAY])
def test_the_pages_meet_and_end_at_nothing(long_card: UUID, on: date | None) -> None:
    scope = Scope(long_card, on)
    lines = _all_pages(long_card, scope)
    known = [row.seq for row in entries(long_card) if on is None or row.effective_on <= on]
    assert [line.seq for line in lines] == known[::-1]
    assert history.free_before(lines[-1]) == 0
    assert [history.free_before(line) for line in lines[:-1]] == [
        line.free_after for line in lines[1:]
    ]


def test_one_may_go_to_older_lines_and_back(karen: FlaskClient, long_card: UUID) -> None:
    last = entries(long_card)[-1].seq
    newest = last - history.PAGE + 1
    page = _page(karen, long_card)
    assert f"Lines {last}–{newest}" in page
    assert f"foer={newest}" in page
    second = _page(karen, long_card, foer=str(newest))
    assert f"Lines {newest - 1}–" in second
    assert 'rel="prev"' in second


def test_the_newest_page_reads_few_rows_however_long_the_card(
    karen: FlaskClient, long_card: UUID
) -> None:
    read: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if "FROM punch_entry" in statement and "LIMIT" not in statement:
            read.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        _page(karen, long_card)
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    assert [statement for statement in read if "sum(" not in statement.lower()] == []


def _command(app: Flask, *words: str) -> Result:
    return klippekort(app, "ledger", "explain", *words)


@pytest.fixture
def committed_card(committed_app: Flask, committed_cast: Cast) -> UUID:
    """A card that got 300 minutes in two lots ten days ago, and 45 by hand today."""
    limit(committed_cast, 10_000)
    made = a_card(committed_cast, committed_cast.ellen, now=REALLY - timedelta(days=10))
    correct(committed_cast.karen, made, Correction.ADD, 45, now=REALLY)
    db.session.remove()
    return made


def _numbered(said: str) -> int:
    return len(re.findall(r"^ +\d+  ", said, re.M))


def test_the_command_explains_every_line(committed_app: Flask, committed_card: UUID) -> None:
    answer = _command(committed_app, str(committed_card))
    assert (answer.exit_code, _numbered(answer.stdout)) == (0, 3), answer.stderr
    assert str(committed_card) in answer.stdout
    assert "Karen Kjær" in answer.stdout


def test_the_command_goes_back_in_time(committed_app: Flask, committed_card: UUID) -> None:
    then = (local_day(REALLY) - timedelta(days=5)).isoformat()
    answer = _command(committed_app, str(committed_card), "--on", then, "--known-on", then)
    assert _numbered(answer.stdout) == 2, answer.stderr


def test_the_command_puts_the_look_on_record(
    committed_app: Flask, committed_card: UUID, committed_cast: Cast
) -> None:
    with acting_for(HOME):
        looks = select(AuditCitizen).filter_by(citizen_id=committed_cast.ellen)
        before = len(db.session.scalars(looks).all())
        db.session.rollback()
        _command(committed_app, str(committed_card))
        assert len(db.session.scalars(looks).all()) == before + 1


@pytest.mark.parametrize(
    "words",
    [(str(UUID(int=1)),), (str(UUID(int=1)), "--on", "2131-01-01")],
)
def test_what_cannot_be_explained_is_one_sentence(
    committed_app: Flask, words: tuple[str, ...]
) -> None:
    answer = _command(committed_app, *words)
    assert (answer.exit_code, answer.stdout) == (2, "")


def test_a_last_day_that_nobody_has_decided_is_told_as_such(
    browse: Browse, cast: Cast, standing_clock: StandingClock
) -> None:
    open_limit = replace(DECIDED, expiry=Expiry(rolling=OPEN))
    one = a_card(cast, cast.poul, terms=open_limit, rate=30, now=standing_clock.at)
    page = _page(browse(cast.karen), one)
    assert "Sidste dag er ikke afgjort endnu" in page


def _given(cast: Cast, terms: Terms) -> tuple[UUID, UUID]:
    scheme = a_scheme(terms)
    return scheme, a_card(cast, cast.ellen, 0, scheme_id=scheme, rate=None)


def test_a_last_day_that_is_decided_later_is_no_absence_and_no_correction(
    browse: Browse, cast: Cast, standing_clock: StandingClock
) -> None:
    scheme, card = _given(cast, replace(DECIDED, expiry=Expiry(rolling=OPEN)))
    with acting_for(HOME):
        answers = {"expiry.rolling": "4 weeks"}
        execute(decide_rules, cast.ada, scheme, answers, TODAY, MONDAY)
    client = browse(cast.karen)
    client.set_cookie("lang", "en", domain="localhost")
    for page in (_page(client, card), client.get(f"/klippekort/{card}").text):
        assert "Its last day is decided now" in page
        assert "away" not in page
        assert "by hand" not in page
    assert "30 minutes has a new last day, Sunday 20 December 2026" in _page(client, card)


def test_time_that_an_absence_lengthens_lives_longer_because_of_it(
    browse: Browse, cast: Cast, standing_clock: StandingClock
) -> None:
    away = Pauses(any=Pause(accrues=True, usable=True, extends_expiry=True))
    _scheme, card = _given(cast, replace(DECIDED, pauses=away))
    first = TODAY + timedelta(days=2)
    with acting_for(HOME):
        execute(record_absence, cast.asta, cast.ellen, "hospital", first, first, MONDAY)
    client = browse(cast.karen)
    client.set_cookie("lang", "en", domain="localhost")
    page = _page(client, card)
    assert "It lives longer because the citizen was away" in page
    assert "Its last day is decided now" not in page
    assert "by hand" not in page


def test_time_that_one_more_reason_brings_is_told_as_that(
    browse: Browse, cast: Cast, standing_clock: StandingClock
) -> None:
    groups = {"weakest": TargetGroup(extra_minutes=30)}
    scheme, card = _given(cast, replace(DECIDED, target_groups=groups))
    more: dict[str, Any] = {"from_on": TODAY, "reason": "weakest"}
    more["now"] = MONDAY + timedelta(minutes=1)
    with acting_for(HOME):
        execute(grant_card, cast.asta, cast.ellen, scheme, **more)
    client = browse(cast.karen)
    client.set_cookie("lang", "en", domain="localhost")
    for page in (_page(client, card), client.get(f"/klippekort/{card}").text):
        assert page.count("The card got one more reason: The weakest") == 1
        assert page.count("The scheme gives it") == 1
