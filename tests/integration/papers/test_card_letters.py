"""What a letter tells of a card: what it gives, until when, why, and what it gave before."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from klippekort.citizens.services.leaving import Leaving, register_leaving, undo_leaving
from klippekort.domain.calendar import local_day
from klippekort.domain.schemes import (
    Allowance,
    AtEnd,
    Ending,
    InSetting,
    Measure,
    TargetGroup,
    Terms,
)
from klippekort.papers.services import letters
from klippekort.platform import clock
from klippekort.platform.execute import execute
from klippekort.platform.tenancy import acting_for
from klippekort.punchcards.services import rates
from klippekort.punchcards.services.cards import end_card, grant_card
from tests.builders import a_card, a_scheme, a_trip, an_occurrence
from tests.cast import HOME, Cast
from tests.login import log_in
from tests.papers_site import LAWFUL, law_letters, work

NOW = clock.now()
TODAY = local_day(NOW)
RESTED = NOW + timedelta(minutes=6)
LATER = TODAY + timedelta(days=60)


def grouped(**groups: TargetGroup) -> Terms:
    """Return terms with target groups."""
    return replace(LAWFUL, target_groups=groups)


COURSE = replace(LAWFUL, measured_in=Measure.COURSE, allowance=Allowance(minutes=0))


def given(cast: Cast, scheme: UUID, later: int = 0, **wanted: Any) -> UUID:
    """Give Ellen a card, or one more reason for it, so many minutes later."""
    wanted.setdefault("from_on", TODAY)
    at = NOW + timedelta(minutes=later)
    with acting_for(HOME):
        return UUID(execute(grant_card, cast.asta, cast.ellen, scheme, now=at, **wanted))


def bodies(kind: str = "grant") -> list[Any]:
    """Return what the letters of a kind say, the oldest first."""
    with acting_for(HOME):
        return [letters.body_of(one) for one in law_letters() if one.kind == kind]


def said(body: Any) -> str:
    return " ".join(body.said)


@pytest.mark.parametrize(
    ("group", "amount"),
    [
        (TargetGroup(extra_minutes=30), "2 klip (1 time) hver uge"),
        (TargetGroup(minutes=60), "2 klip (1 time) hver uge"),
    ],
)
def test_a_grant_tells_what_a_target_group_really_gets(
    app: Flask, cast: Cast, group: TargetGroup, amount: str
):
    given(cast, a_scheme(grouped(weakest=group), now=NOW), reason="weakest")
    [body] = bodies()
    assert amount in said(body)
    assert any("de svageste" in one for one in body.reasons)


def test_a_municipalitys_own_group_is_the_reason_in_its_own_words(app: Flask, cast: Cast):
    given(cast, a_scheme(grouped(nye_naboer=TargetGroup()), now=NOW), reason="nye_naboer")
    [body] = bodies()
    assert any("nye naboer" in one for one in body.reasons)


def test_a_grant_tells_what_a_care_home_gets_in_its_own_punches(app: Flask, cast: Cast):
    there = {"own_home": InSetting(minutes_per_punch=60, allowance_minutes=60)}
    given(cast, a_scheme(replace(LAWFUL, settings=there), now=NOW))
    [body] = bodies()
    assert "1 klip (1 time) hver uge" in said(body)


def test_a_groups_own_last_day_is_told(app: Flask, cast: Cast):
    group = TargetGroup(until=LATER)
    given(cast, a_scheme(grouped(weakest=group), now=NOW), reason="weakest")
    [body] = bodies()
    assert "Den sidste dag er" in said(body)
    assert str(LATER.year) in body.said[-1]


def test_a_schemes_last_day_is_told(app: Flask, cast: Cast):
    given(cast, a_scheme(replace(LAWFUL, runs_until=LATER), now=NOW))
    [body] = bodies()
    assert "Den sidste dag er" in said(body)


def test_one_more_reason_is_no_second_card(app: Flask, cast: Cast):
    scheme = a_scheme(grouped(weakest=TargetGroup(extra_minutes=30, until=LATER)), now=NOW)
    given(cast, scheme)
    given(cast, scheme, later=1, reason="weakest")
    first, more = bodies()
    assert "Du får" in said(first)
    assert "Du får" not in more.said[0]
    assert more.title != first.title
    assert "2 klip (1 time) hver uge" in said(more)
    assert "1 klip (30 minutter) hver uge" in said(more)  # before, and again afterwards
    assert str(LATER.year) in said(more)
    assert any("de svageste" in one for one in more.reasons)


def test_one_more_reason_is_called_so_among_the_letters(
    app: Flask, client: FlaskClient, cast: Cast
):
    scheme = a_scheme(grouped(weakest=TargetGroup(extra_minutes=30)), now=NOW)
    given(cast, scheme)
    given(cast, scheme, later=1, reason="weakest")
    client.set_cookie("lang", "en", domain="localhost")
    page = log_in(client, cast.karen).get(f"/borgere/{cast.ellen}/breve").text
    assert page.count("One more reason for your card") == 1
    assert page.count("You get a card") == 1


def test_a_card_given_anew_after_its_end_is_a_card_again(app: Flask, cast: Cast):
    scheme = a_scheme(LAWFUL, now=NOW)
    card = given(cast, scheme)
    with acting_for(HOME):
        execute(end_card, cast.asta, card, reason="no_need", now=NOW)
    given(cast, scheme, later=1)
    _first, again = bodies()
    assert "Du får" in again.said[0]


def _cut(cast: Cast, card: UUID, weeks: int = 3) -> None:
    with acting_for(HOME):
        execute(
            rates.cut_card,
            cast.asta,
            card,
            minutes=15,
            from_on=TODAY + timedelta(weeks=weeks),
            words="Du får mere hjælp.",
            heard="yes",
            now=NOW,
        )


def _states(kind: str) -> list[str]:
    return [one.state for one in law_letters() if one.kind == kind]


def test_less_time_says_how_it_was_before_in_the_past(app: Flask, cast: Cast):
    card = given(cast, a_scheme(LAWFUL, now=NOW))
    _cut(cast, card)
    [body] = bodies("cut")
    assert "Før var det 1 klip (30 minutter) hver uge." in said(body)


@pytest.mark.parametrize("reason", ["no_need", "died"])
def test_an_end_stops_the_letter_about_less_time_that_never_comes(
    app: Flask, cast: Cast, reason: str
):
    card = given(cast, a_scheme(LAWFUL, now=NOW))
    _cut(cast, card)
    with acting_for(HOME):
        execute(end_card, cast.asta, card, reason=reason, now=NOW)
    assert _states("cut") == ["stopped"]


@pytest.mark.parametrize("end", [AtEnd.LAPSE, AtEnd.USE_UP])
def test_a_death_stops_the_letter_about_less_time(app: Flask, cast: Cast, end: AtEnd):
    terms = replace(LAWFUL, ending=Ending(death=end, moved=end, care_home=end))
    card = given(cast, a_scheme(terms, now=NOW))
    _cut(cast, card)
    _dies(cast)
    work(RESTED, "send_letters")
    assert _states("cut") == ["stopped"]
    assert _states("end") == []


def test_a_death_that_was_a_mistake_leaves_the_letter_about_less_time(app: Flask, cast: Cast):
    card = given(cast, a_scheme(LAWFUL, now=NOW))
    _cut(cast, card)
    leaving = _dies(cast)
    with acting_for(HOME):
        execute(undo_leaving, cast.karen, leaving, now=NOW)
    work(RESTED, "send_letters")
    assert _states("cut") == ["sent"]


def _dies(cast: Cast) -> UUID:
    facts = Leaving("died", TODAY, "relative")
    with acting_for(HOME):
        return UUID(execute(register_leaving, cast.karen, cast.ellen, facts, now=NOW))


def test_booked_trips_are_told_of_to_those_who_have_some(app: Flask, cast: Cast):
    card = a_card(cast, cast.ellen, 120, terms=LAWFUL, rate=None, now=NOW)
    with acting_for(HOME):
        execute(end_card, cast.asta, card, reason="no_need", now=NOW)
    [body] = bodies("end")
    assert "ture" not in said(body)


def test_booked_trips_are_still_made_after_the_end(app: Flask, cast: Cast):
    card = a_card(cast, cast.ellen, 240, terms=LAWFUL, rate=None, now=NOW)
    a_trip(cast.karen, cast.ellen, an_occurrence(NOW + timedelta(days=3)), now=NOW)
    with acting_for(HOME):
        execute(end_card, cast.asta, card, reason="no_need", now=NOW)
    [body] = bodies("end")
    assert "ture" in said(body)


def test_a_course_promises_no_minutes_and_says_what_it_is(app: Flask, cast: Cast):
    given(cast, a_scheme(COURSE, now=NOW), minutes=60)
    [body] = bodies()
    assert "forløb" in said(body)
    assert "time" not in said(body)
    assert "klip (" not in said(body)


def test_a_no_does_not_say_that_she_asked(app: Flask, cast: Cast):
    scheme = a_scheme(LAWFUL, now=NOW)
    words = "Du kommer selv ud hver uge."
    with acting_for(HOME):
        execute(letters.decline, cast.asta, cast.poul, scheme, words, "yes", now=NOW)
    [body] = bodies("decline")
    assert "bedt om" not in said(body)
