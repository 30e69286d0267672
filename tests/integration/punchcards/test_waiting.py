"""Time that waits for a rule nobody has decided, and comes once somebody has."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from klippekort.citizens.models import Absence
from klippekort.citizens.services.leaving import Leaving, register_leaving, undo_leaving
from klippekort.domain.errors import CardClosed, Stale
from klippekort.domain.schemes import (
    OPEN,
    AtCap,
    AtEnd,
    Cap,
    Expiry,
    Pause,
    Pauses,
    Saving,
    Span,
    Terms,
    Unit,
    to_json,
)
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.tenancy import acting_for
from klippekort.punchcards.jobs import advance_cards
from klippekort.punchcards.models import CardTask, PunchEntry, SchemeTerms
from klippekort.punchcards.queries.cards import get_card, state_of
from klippekort.punchcards.services import proof
from klippekort.punchcards.services.answers import answer_once
from klippekort.punchcards.services.cards import end_card, grant_card
from klippekort.punchcards.services.schemes import decide_rules
from tests.builders import DECIDED, MONDAY, a_card, a_scheme
from tests.cast import HOME, Cast
from tests.integration.punchcards.conftest import Browse

TODAY = date(2026, 11, 23)
CAP = "saving.caps.most.at_cap"
NOBODY_KNOWS = replace(DECIDED, pauses=Pauses(any=Pause(OPEN, OPEN, extends_expiry=False)))
FULL = replace(DECIDED, saving=Saving({"most": Cap(minutes=60, at_cap=AtCap.UNDECIDED)}))
CALLED = replace(DECIDED, saving=Saving({"most": Cap(minutes=60, at_cap=AtCap.ALERT)}))


def _reckon(days: int) -> None:
    with acting_for(HOME):
        advance_cards(TODAY + timedelta(days=days), MONDAY + timedelta(days=days))


def _tasks(card: UUID) -> list[tuple[str, str, bool]]:
    with acting_for(HOME):
        rows = db.session.scalars(select(CardTask).filter_by(card_id=card).order_by(CardTask.id))
        return [(row.kind, row.rule, row.closed_at is not None) for row in rows]


def _free(card: UUID) -> int:
    with acting_for(HOME):
        return sum(lot.free for lot in state_of(get_card(card)).lots)


def _decide(cast: Cast, scheme: UUID, rule: str, answer: str, day: date, days: int) -> None:
    now = MONDAY + timedelta(days=days)
    with acting_for(HOME):
        execute(decide_rules, cast.ada, scheme, {rule: answer}, day, now)


def _away(cast: Cast) -> None:
    from_on = TODAY + timedelta(days=7)
    with acting_for(HOME):
        execute(_add_absence, cast.ellen, from_on, from_on + timedelta(days=6))


def _add_absence(citizen: UUID, first: date, last: date) -> None:
    db.session.add(
        Absence(
            citizen_id=citizen, kind="hospital", from_on=first, until_on=last, recorded_at=MONDAY
        )
    )


@pytest.fixture
def patient(cast: Cast) -> tuple[UUID, UUID]:
    """Ellen's scheme and card: she is in hospital the week after, and nobody knows what then."""
    return _card(cast, NOBODY_KNOWS)


def _card(cast: Cast, terms: Terms) -> tuple[UUID, UUID]:
    scheme = a_scheme(terms)
    return scheme, a_card(cast, cast.ellen, 0, scheme_id=scheme, rate=None)


def test_time_waits_for_a_person(cast: Cast, patient: tuple[UUID, UUID]):
    _away(cast)
    _reckon(7)
    assert _free(patient[1]) == 30
    assert _tasks(patient[1]) == [("decide", "pauses.any.accrues", False)]


@pytest.mark.parametrize(("answer", "minutes"), [("yes", 60), ("no", 30)])
def test_a_decision_settles_the_time_that_waited(
    cast: Cast, patient: tuple[UUID, UUID], answer: str, minutes: int
):
    scheme, card = patient
    _away(cast)
    _reckon(7)
    _decide(cast, scheme, "pauses.any.accrues", answer, TODAY + timedelta(days=8), 8)
    assert _free(card) == minutes
    assert _tasks(card) == [("decide", "pauses.any.accrues", True)]


def test_a_decision_for_later_settles_it_when_its_day_comes(cast: Cast, patient: tuple[UUID, UUID]):
    scheme, card = patient
    _away(cast)
    _reckon(7)
    _decide(cast, scheme, "pauses.any.accrues", "yes", TODAY + timedelta(days=10), 8)
    assert _free(card) == 30
    _reckon(10)
    assert _free(card) == 60


def _add_terms(scheme: UUID, from_on: date, terms: Terms) -> None:
    stored = to_json(terms)
    db.session.add(SchemeTerms(scheme_id=scheme, from_on=from_on, terms=stored, recorded_at=MONDAY))


def test_what_a_full_card_has_no_room_for_waits_in_parts(cast: Cast):
    scheme, card = _card(cast, DECIDED)
    with acting_for(HOME):
        execute(_add_terms, scheme, TODAY + timedelta(days=1), FULL)
    _reckon(14)
    assert (_free(card), _tasks(card)) == (60, [("decide", CAP, False)])
    _decide(cast, scheme, CAP, "oldest_lapse", TODAY + timedelta(days=15), 15)
    assert (_free(card), _tasks(card)) == (60, [("decide", CAP, True)])


def test_a_card_is_given_while_nobody_knows_what_a_full_one_does(cast: Cast):
    scheme, card = _card(cast, FULL)
    _reckon(14)
    assert (_free(card), _tasks(card)) == (60, [("decide", CAP, False)])
    _decide(cast, scheme, CAP, "alert", TODAY + timedelta(days=15), 15)
    assert (_free(card), _tasks(card)) == (90, [("decide", CAP, True)])


def test_a_card_that_fills_up_has_its_owner_called(cast: Cast):
    _scheme, card = _card(cast, CALLED)
    _reckon(14)
    assert _free(card) == 90
    assert _tasks(card) == [("call_citizen", "saving_alert", False)]


def _end(cast: Cast, card: UUID, reason: str, days: int = 0) -> None:
    with acting_for(HOME):
        execute(end_card, cast.asta, card, reason=reason, now=MONDAY + timedelta(days=days))


def _grant_anew(cast: Cast, scheme: UUID, days: int) -> None:
    now = MONDAY + timedelta(days=days)
    with acting_for(HOME):
        execute(
            grant_card,
            cast.asta,
            cast.ellen,
            scheme,
            from_on=TODAY + timedelta(days=days),
            now=now,
        )


@pytest.mark.parametrize("days", [0, 1, 3])
def test_a_card_given_anew_in_the_same_week_gets_that_week_once(cast: Cast, days: int):
    scheme, card = _card(cast, DECIDED)
    _end(cast, card, "no_need")
    _grant_anew(cast, scheme, days)
    assert _free(card) == 0
    _reckon(7)
    assert _free(card) == 30


def test_a_card_given_anew_for_a_coming_day_of_the_same_week(cast: Cast):
    scheme, card = _card(cast, DECIDED)
    _end(cast, card, "no_need")
    with acting_for(HOME):
        execute(
            grant_card,
            cast.asta,
            cast.ellen,
            scheme,
            from_on=TODAY + timedelta(days=3),
            now=MONDAY,
        )
    _reckon(7)
    assert _free(card) == 30


def test_the_time_of_the_dead_waits_where_nobody_has_decided(cast: Cast):
    open_end = replace(DECIDED, ending=replace(DECIDED.ending, death=AtEnd.UNDECIDED))
    scheme, card = _card(cast, open_end)
    _end(cast, card, "died")
    assert (_free(card), _tasks(card)) == (30, [("decide", "ending.death", False)])
    _decide(cast, scheme, "ending.death", "lapse", TODAY + timedelta(days=1), 1)
    assert (_free(card), _tasks(card)) == (0, [("decide", "ending.death", True)])


def test_time_that_may_be_used_up_stays_on_the_card(cast: Cast):
    use_up = replace(DECIDED, ending=replace(DECIDED.ending, care_home=AtEnd.USE_UP))
    _scheme, card = _card(cast, use_up)
    _end(cast, card, "care_home")
    _reckon(14)
    assert _free(card) == 30


def _entries(card: UUID, since: date) -> list[tuple[str, int, str]]:
    with acting_for(HOME):
        rows = db.session.scalars(
            select(PunchEntry)
            .filter_by(card_id=card)
            .where(PunchEntry.effective_on >= since)
            .order_by(PunchEntry.seq)
        )
        return [(row.kind, row.minutes, row.reason_code) for row in rows]


def _ids(card: UUID) -> list[UUID]:
    with acting_for(HOME):
        found = select(CardTask.id).filter_by(card_id=card, kind="decide")
        return list(db.session.scalars(found.order_by(CardTask.id)))


def test_time_that_waits_for_the_dead_never_comes(cast: Cast):
    scheme, card = _card(cast, NOBODY_KNOWS)
    _away(cast)
    _reckon(7)
    _end(cast, card, "died", 8)
    ended = TODAY + timedelta(days=8)
    said = [("forfeit", 30, "end"), ("waive", 30, "unanswered:2026-11-30")]
    assert _entries(card, ended) == said
    _decide(cast, scheme, "pauses.any.accrues", "yes", TODAY + timedelta(days=10), 10)
    _reckon(14)
    assert (_free(card), _entries(card, ended)) == (0, said)
    assert _tasks(card) == [("decide", "pauses.any.accrues", True)]
    with acting_for(HOME):
        assert proof.verify_card(card) == []


def test_what_waited_on_a_card_that_has_ended_is_not_answered(cast: Cast):
    _scheme, card = _card(cast, FULL)
    _reckon(21)
    _end(cast, card, "wish", 21)
    for task_id in _ids(card):
        with acting_for(HOME), pytest.raises(Stale):
            execute(
                answer_once,
                cast.karen,
                task_id,
                "alert",
                "fordi",
                now=MONDAY + timedelta(days=21),
            )
    assert (_free(card), [task[0] for task in _tasks(card)]) == (0, ["decide"] * 2)


def test_nobody_is_called_about_a_full_card_that_has_ended(cast: Cast):
    _scheme, card = _card(cast, CALLED)
    _reckon(14)
    _end(cast, card, "wish", 14)
    assert _tasks(card) == [("call_citizen", "saving_alert", True)]


def test_time_that_was_earned_before_the_end_may_still_come_to_be_used_up(cast: Cast):
    scheme, card = _card(cast, replace(FULL, ending=replace(FULL.ending, other=AtEnd.USE_UP)))
    _reckon(14)
    _end(cast, card, "wish", 14)
    assert (_free(card), _tasks(card)) == (60, [("decide", CAP, False)])
    _decide(cast, scheme, CAP, "alert", TODAY + timedelta(days=15), 15)
    assert (_free(card), _tasks(card)[0]) == (90, ("decide", CAP, True))


def _end_by_itself(scheme: UUID, last: date) -> None:
    with acting_for(HOME):
        execute(_add_terms, scheme, TODAY + timedelta(days=1), replace(FULL, runs_until=last))


def test_time_that_waits_never_comes_once_the_scheme_is_over(cast: Cast):
    scheme, card = _card(cast, FULL)
    _end_by_itself(scheme, TODAY + timedelta(days=16))
    _reckon(14)
    assert _tasks(card) == [("decide", CAP, False)]
    _reckon(17)
    assert (_free(card), _tasks(card)) == (0, [("decide", CAP, True)])
    over = TODAY + timedelta(days=17)
    assert ("waive", 30, "unanswered:2026-12-07") in _entries(card, over)


def test_a_card_given_anew_gets_no_old_questions_back(cast: Cast):
    scheme, card = _card(cast, FULL)
    _reckon(14)
    _end(cast, card, "no_need", 15)
    _grant_anew(cast, scheme, 16)
    _decide(cast, scheme, CAP, "alert", TODAY + timedelta(days=17), 17)
    assert (_free(card), _tasks(card)) == (0, [("decide", CAP, True)])


def test_what_waited_waits_again_after_a_mistake(cast: Cast):
    scheme, card = _card(cast, FULL)
    _reckon(14)
    now = MONDAY + timedelta(days=15)
    with acting_for(HOME):
        died = Leaving("died", now.date(), "relative")
        left = execute(register_leaving, cast.karen, cast.ellen, died, now=now)
    assert _tasks(card) == [("decide", CAP, True)]
    with acting_for(HOME):
        execute(undo_leaving, cast.karen, UUID(left), now=now)
    assert (_free(card), _tasks(card)) == (60, [("decide", CAP, False)])
    _decide(cast, scheme, CAP, "alert", TODAY + timedelta(days=15), 15)
    assert _free(card) == 90
    lines = _entries(card, TODAY + timedelta(days=15))
    assert ("reverse", 30, "undo") in lines
    with acting_for(HOME):
        assert proof.verify_card(card) == []


@pytest.mark.parametrize("ahead", [0, 1])
def test_an_answer_about_how_long_time_lives_settles_the_card_at_once(cast: Cast, ahead: int):
    scheme, card = _card(cast, replace(DECIDED, expiry=Expiry(rolling=OPEN)))
    for week in range(7):
        _reckon(7 * week)
    assert (_free(card), _tasks(card)) == (210, [])
    _decide(cast, scheme, "expiry.rolling", "4 weeks", TODAY + timedelta(days=42 + ahead), 42)
    if ahead:
        assert _free(card) == 210
        _reckon(43)
    assert _free(card) == 120
    with acting_for(HOME):
        lots = state_of(get_card(card)).lots
    assert [lot.expires_on for lot in lots] == [
        TODAY + timedelta(days=7 * week + 27) for week in range(3, 7)
    ]


def test_what_an_older_answer_left_on_a_card_lapses_the_next_night(cast: Cast):
    scheme, card = _card(cast, replace(DECIDED, expiry=Expiry(rolling=OPEN)))
    _reckon(42)
    decided = replace(DECIDED, expiry=Expiry(rolling=(Span(4, Unit.WEEKS),)))
    with acting_for(HOME):
        execute(_add_terms, scheme, TODAY + timedelta(days=42), decided)
    _reckon(43)
    assert _free(card) == 120


def _reopen(card: UUID) -> None:
    for task in db.session.scalars(select(CardTask).filter_by(card_id=card)):
        task.closed_at = task.closed_by = None


def test_questions_that_an_older_end_left_open_are_settled_by_night(cast: Cast):
    _scheme, card = _card(cast, FULL)
    _reckon(14)
    _end(cast, card, "wish", 14)
    with acting_for(HOME):
        execute(_reopen, card)
        now = MONDAY + timedelta(days=15)
        with pytest.raises(CardClosed):
            execute(answer_once, cast.karen, _ids(card)[0], "alert", "fordi", now=now)
    _reckon(15)
    assert (_free(card), _tasks(card)) == (0, [("decide", CAP, True)])


def test_the_explanation_tells_what_did_not_come(browse: Browse, cast: Cast):
    _scheme, card = _card(cast, FULL)
    _reckon(14)
    _end(cast, card, "wish", 14)
    browser = browse(cast.asta)
    browser.set_cookie("lang", "en", domain="localhost")
    page = browser.get(f"/klippekort/{card}/forklaring").text
    assert "that waited for an answer did not come" in page
    assert "The card ended before anybody had answered" in page
    assert "Did not come" in browser.get(f"/klippekort/{card}").text
