"""What is decided at a trip is asked on one page, and stands in the scheme's history with why."""

import re
from dataclasses import replace
from datetime import timedelta
from html import unescape
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from klippekort.citizens.services import record_absence
from klippekort.domain.errors import NoReason
from klippekort.domain.permissions import Action, Actor
from klippekort.domain.schemes import (
    OPEN,
    Activities,
    Basis,
    Booking,
    Cancelled,
    Charge,
    Joint,
    JointTrips,
    Others,
    Pauses,
    Terms,
    Visits,
)
from klippekort.platform.audit import AuditLine
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.tenancy import acting_for
from klippekort.punchcards.models import RuleAnswer
from klippekort.punchcards.queries.cards import get_card
from klippekort.trips.queries.trips import get_trip, next_trips
from klippekort.trips.services.cancelling import cancel_trip
from tests.builders import DECIDED, MONDAY, a_card, a_scheme, a_trip, an_occurrence
from tests.cast import HOME, Cast
from tests.integration.tablet import StandingClock
from tests.integration.trips.conftest import (
    GAME_AT,
    HOME_AGAIN,
    TUESDAY,
    Browse,
    answer_to,
    answers,
    key_of,
)
from tests.pages import faults_of

LISTED = Activities(allowed=("shopping",), others=Others.UNDECIDED)
OPEN_TWICE = replace(DECIDED, activities=LISTED, visits=Visits(longest=OPEN))
WHY = "She has so looked forward to it."
FIRST, SECOND = answer_to("activities.others"), answer_to("visits.longest")
SAID = {FIRST: "allowed", SECOND: "none", "why": WHY}
ASKED = (
    "May the card pay for what is not on the list?",
    "How many minutes may a trip last at most?",
)
YOU_DECIDE = "The municipality has not decided this. You decide."
NO_REASON = "Write why, in a few words."


@pytest.fixture
def bo(browse: Browse, cast: Cast) -> FlaskClient:
    """Bo's browser, in English."""
    return _english(browse, cast.bo)


def _english(browse: Browse, actor: Actor) -> FlaskClient:
    browser = browse(actor)
    browser.set_cookie("lang", "en", domain="localhost")
    return browser


def _path(cast: Cast, occurrence: UUID) -> str:
    return f"/borgere/{cast.ellen}/tur/{occurrence}"


def _kept(*names: str) -> list[tuple[Any, ...]]:
    """Return what was decided, the rules by name, each with these of its facts."""
    with acting_for(HOME):
        rows = db.session.scalars(select(RuleAnswer).order_by(RuleAnswer.rule, RuleAnswer.id))
        return [tuple(getattr(row, name) for name in names) for row in rows]


def _next(citizen: UUID) -> UUID:
    with acting_for(HOME):
        return next_trips(citizen, MONDAY)[0].trip_id


def test_all_that_is_open_is_asked_on_one_page(bo: FlaskClient, cast: Cast, game: UUID) -> None:
    a_card(cast, cast.ellen, terms=OPEN_TWICE)
    page = bo.get(_path(cast, game))
    assert page.status_code == 200
    assert all(question in page.text for question in ASKED)
    assert ("Choose an answer" in page.text, page.text.count('name="why"')) == (False, 1)


def test_every_state_of_the_page_is_a_good_page(browse: Browse, cast: Cast, game: UUID) -> None:
    a_card(cast, cast.ellen, terms=OPEN_TWICE)
    bo = browse(cast.bo)
    pages = [bo.get(_path(cast, game)), bo.post(_path(cast, game), data=answers(cast))]
    faults = [fault for page in pages for fault in faults_of(page.text)]
    assert [fault for fault in faults if "token" not in fault] == []


def test_one_page_of_answers_books(bo: FlaskClient, cast: Cast, game: UUID) -> None:
    a_card(cast, cast.ellen, terms=OPEN_TWICE)
    assert bo.post(_path(cast, game), data=answers(cast, **SAID)).status_code == 303


def test_what_is_missing_is_said_at_each_and_the_rest_is_kept(
    bo: FlaskClient, cast: Cast, game: UUID
) -> None:
    a_card(cast, cast.ellen, terms=OPEN_TWICE)
    page = bo.post(_path(cast, game), data=answers(cast, **{FIRST: "allowed", "why": WHY}))
    assert page.status_code == 422
    assert f"Choose an answer: {ASKED[1]}" in page.text
    assert f'id="{SECOND}-error"' in page.text
    assert f'id="{FIRST}-error"' not in page.text
    assert re.search(r'<input checked [^>]*value="allowed"', page.text)
    assert WHY in unescape(page.text)
    assert _kept("rule") == []


def test_an_answer_takes_a_reason(bo: FlaskClient, cast: Cast, game: UUID) -> None:
    a_card(cast, cast.ellen, terms=OPEN_TWICE)
    page = bo.post(_path(cast, game), data=answers(cast, **{**SAID, "why": " "}))
    assert (page.status_code, NO_REASON in page.text) == (422, True)
    assert all(question in page.text for question in ASKED)
    long = bo.post(_path(cast, game), data=answers(cast, **{**SAID, "why": "x" * 1001}))
    assert (long.status_code, "Use at most 1,000 letters." in long.text) == (422, True)
    assert _kept("rule") == []


def test_where_all_is_decided_nobody_is_asked_why(
    bo: FlaskClient, cast: Cast, card: UUID, game: UUID
) -> None:
    assert 'name="why"' not in bo.get(_path(cast, game)).text
    assert bo.post(_path(cast, game), data=answers(cast, **SAID)).status_code == 303
    assert _kept("rule") == []


def test_each_answer_is_kept_with_its_reason_its_card_and_its_trip(
    bo: FlaskClient, cast: Cast, game: UUID
) -> None:
    card = a_card(cast, cast.ellen, terms=OPEN_TWICE)
    bo.post(_path(cast, game), data=answers(cast, **SAID))
    trip = str(_next(cast.ellen))
    with acting_for(HOME):
        scheme = get_card(card).scheme_id
    same = (WHY, card, trip, cast.bo.account_id, scheme)
    names = ("rule", "value", "reason", "card_id", "subject", "decided_by", "scheme_id")
    assert _kept(*names) == [
        ("activities.others", "allowed", *same),
        ("visits.longest", "none", *same),
    ]


def test_it_stands_in_the_history_of_the_scheme_and_its_reason_can_be_erased(
    bo: FlaskClient, browse: Browse, cast: Cast, game: UUID
) -> None:
    a_card(cast, cast.ellen, terms=OPEN_TWICE)
    bo.post(_path(cast, game), data=answers(cast, **SAID))
    [(scheme, answer), _second] = _kept("scheme_id", "id")
    karen = _english(browse, cast.karen)
    history = unescape(karen.get(f"/ordninger/{scheme}/historie").text)
    assert all(question in history for question in ASKED)
    assert (WHY in history, cast.bo.display_name in history) == (True, True)
    erase = f"/ordninger/{scheme}/historie/{answer}/slet-begrundelse"
    assert karen.post(erase, data={"key": key_of(7)}).status_code == 303
    assert _kept("reason") == [(None,), (WHY,)]


def test_the_record_names_rules_and_answers_and_no_reason(
    bo: FlaskClient, cast: Cast, game: UUID
) -> None:
    a_card(cast, cast.ellen, terms=OPEN_TWICE)
    bo.post(_path(cast, game), data=answers(cast, **SAID))
    with acting_for(HOME):
        lines = list(db.session.scalars(select(AuditLine)))
    said = [line.details for line in lines if line.action == Action.DECIDE_RULE]
    codes = sorted((one["rule"], one["value"]) for one in said)
    assert codes == [("activities.others", "allowed"), ("visits.longest", "none")]
    assert all(WHY not in str(line.details) for line in lines)


def test_an_answer_that_a_question_waits_for_comes_on_a_second_page(
    bo: FlaskClient, cast: Cast
) -> None:
    terms = replace(OPEN_TWICE, booking=Booking(against_future_time=OPEN))
    a_card(cast, cast.ellen, 60, rate=30, terms=terms)
    later = an_occurrence(GAME_AT + timedelta(weeks=2), title="Senere")
    said = answers(cast, escort_id="", **SAID)
    page = bo.post(_path(cast, later), data=said)
    third = "booking.against_future_time"
    assert (page.status_code, f'name="{answer_to(third)}"' in page.text) == (422, True)
    said[answer_to(third)] = "yes"
    assert bo.post(_path(cast, later), data=said).status_code == 303
    assert [rule for (rule,) in _kept("rule")] == ["activities.others", third, "visits.longest"]


def _two_cards(cast: Cast) -> list[UUID]:
    joint = JointTrips(charge=Joint.UNDECIDED, consent_needed=True)
    own = replace(DECIDED, joint_trips=joint)
    schemes = [
        a_scheme(replace(own, activities=LISTED), name="One"),
        a_scheme(replace(own, visits=Visits(longest=OPEN)), name="Two"),
    ]
    return [
        a_card(cast, citizen, scheme_id=scheme)
        for citizen, scheme in zip((cast.ellen, cast.poul), schemes, strict=True)
    ]


def _together(cast: Cast) -> dict[str, str]:
    yes = {f"yes_{one.hex}": "said" for one in (cast.ellen, cast.poul)}
    decided = {**SAID, answer_to("joint_trips.charge"): "full"}
    return answers(cast, **decided, **yes, between="0")


def test_what_is_open_for_any_of_several_is_asked_at_once(
    browse: Browse, cast: Cast, game: UUID
) -> None:
    cards, karen = _two_cards(cast), _english(browse, cast.karen)
    path = f"{_path(cast, game)}/sammen?med={cast.ellen}&med={cast.poul}"
    page = karen.get(path)
    names = (FIRST, SECOND, answer_to("joint_trips.charge"))
    assert all(f'name="{name}"' in page.text for name in names)
    assert karen.post(path, data=_together(cast)).status_code == 303
    assert sorted(_kept("rule", "card_id")) == sorted(
        [
            ("activities.others", cards[0]),
            ("joint_trips.charge", cards[0]),
            ("joint_trips.charge", cards[1]),
            ("visits.longest", cards[1]),
        ]
    )


OPEN_END = replace(
    DECIDED,
    charging=replace(DECIDED.charging, basis=Basis.UNDECIDED),
    cancelling=replace(DECIDED.cancelling, citizen=Cancelled(Charge.UNDECIDED)),
)


def test_what_a_trip_cost_is_kept_with_why(
    bo: FlaskClient, browse: Browse, cast: Cast, game: UUID, standing_clock: StandingClock
) -> None:
    card = a_card(cast, cast.ellen, terms=OPEN_END)
    trip = a_trip(cast.bo, cast.ellen, game, cast.bo)
    standing_clock.at = HOME_AGAIN
    bo = _english(browse, cast.bo)
    sent = {"key": key_of(1), "started": "09:50", "ended": "11:00", "basis": "planned"}
    page = bo.post(f"/ture/{trip}/afslut", data=sent)
    assert (page.status_code, NO_REASON in page.text) == (422, True)
    assert bo.post(f"/ture/{trip}/afslut", data=sent | {"why": WHY}).status_code == 303
    names = ("rule", "value", "reason", "card_id", "subject")
    assert _kept(*names) == [("charging.basis", "planned", WHY, card, str(trip))]


def test_where_the_answer_makes_no_difference_no_reason_is_asked(
    browse: Browse, cast: Cast, game: UUID, standing_clock: StandingClock
) -> None:
    a_card(cast, cast.ellen, terms=OPEN_END)
    trip = a_trip(cast.bo, cast.ellen, game, cast.bo)
    standing_clock.at = HOME_AGAIN
    sent = {"key": key_of(1), "started": "09:50", "ended": "11:40", "basis": "planned"}
    assert browse(cast.bo).post(f"/ture/{trip}/afslut", data=sent).status_code == 303
    assert _kept("rule") == []


def test_what_a_cancelled_trip_cost_is_kept_with_why(
    bo: FlaskClient, cast: Cast, game: UUID
) -> None:
    card = a_card(cast, cast.ellen, terms=OPEN_END)
    trip = a_trip(cast.bo, cast.ellen, game, cast.bo)
    sent = {"key": key_of(1), "reason": "citizen.not_today"}
    page = bo.post(f"/ture/{trip}/aflys", data=sent)
    assert (page.status_code, YOU_DECIDE in page.text, NO_REASON in page.text) == (422, True, True)
    sent["cost"] = "half"
    page = bo.post(f"/ture/{trip}/aflys", data=sent)
    assert (page.status_code, YOU_DECIDE in page.text, NO_REASON in page.text) == (422, False, True)
    assert bo.post(f"/ture/{trip}/aflys", data=sent | {"why": WHY}).status_code == 303
    names = ("rule", "value", "reason", "card_id", "subject")
    assert _kept(*names) == [("cancelling.citizen.charge", "half", WHY, card, str(trip))]


def test_what_stands_in_until_a_person_decides_is_no_decision(cast: Cast, game: UUID) -> None:
    a_card(cast, cast.ellen, terms=OPEN_END)
    trip = a_trip(cast.bo, cast.ellen, game, cast.bo)
    why: dict[str, Any] = {"cause": "citizen", "reason": "ill", "now": MONDAY}
    said: dict[str, Any] = {**why, "answer": Charge.FREE}
    with acting_for(HOME):
        with pytest.raises(NoReason):
            execute(cancel_trip, cast.bo, trip, **said, why=" ")
        execute(cancel_trip, cast.bo, trip, **said, for_now=True)
    assert _kept("rule") == []


def test_what_was_said_of_the_cost_at_the_booking_holds_at_the_end(
    browse: Browse, cast: Cast, game: UUID, standing_clock: StandingClock
) -> None:
    _two_cards(cast)
    path = f"{_path(cast, game)}/sammen?med={cast.ellen}&med={cast.poul}"
    karen = _english(browse, cast.karen)
    assert karen.post(path, data=_together(cast)).status_code == 303
    trip = _next(cast.ellen)
    standing_clock.at = HOME_AGAIN
    sent = {"key": key_of(2), "started": "09:50", "ended": "11:00"}
    sent |= {f"rider_{one.hex}": "along" for one in (cast.ellen, cast.poul)}
    assert _english(browse, cast.karen).post(f"/ture/{trip}/afslut", data=sent).status_code == 303
    with acting_for(HOME):
        assert get_trip(trip).charged_minutes == 70


def test_an_absence_nobody_has_decided_about_can_be_answered(
    bo: FlaskClient, cast: Cast, game: UUID
) -> None:
    terms: Terms = replace(DECIDED, pauses=Pauses())
    a_card(cast, cast.ellen, terms=terms)
    with acting_for(HOME):
        execute(record_absence, cast.karen, cast.ellen, "hospital", TUESDAY, None, MONDAY)
    rule = "pauses.hospital.usable"
    assert f'name="{answer_to(rule)}"' in bo.get(_path(cast, game)).text
    said = answers(cast, why=WHY, **{answer_to(rule): "yes"})
    assert bo.post(_path(cast, game), data=said).status_code == 303
    assert _kept("rule", "value") == [(rule, "yes")]
