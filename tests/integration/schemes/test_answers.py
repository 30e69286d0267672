"""What a scheme leaves open is answered once or made the rule, and the reason is kept."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from klippekort.citizens.models import Absence
from klippekort.domain.errors import Forbidden, Stale
from klippekort.domain.schemes import (
    AtCap,
    BadTerms,
    Cap,
    Pause,
    Pauses,
    Saving,
    open_questions,
    terms_on,
    to_json,
)
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.tenancy import acting_for
from klippekort.punchcards.models import CardTask
from klippekort.punchcards.queries import changes
from klippekort.punchcards.queries import schemes as queries
from klippekort.punchcards.queries.cards import get_card, state_of
from klippekort.punchcards.services import answers as services
from klippekort.punchcards.services import ledger
from tests.builders import DECIDED, a_card, a_scheme
from tests.cast import HOME, Cast
from tests.integration import tablet
from tests.integration.tablet import StandingClock
from tests.login import log_in

Full = tuple[UUID, UUID, UUID]
RULE = "saving.caps.most.at_cap"
OPEN_CAP = replace(DECIDED, saving=Saving({"most": Cap(minutes=60, at_cap=AtCap.UNDECIDED)}))


@pytest.fixture(autouse=True)
def standing_clock(monkeypatch: pytest.MonkeyPatch) -> StandingClock:
    return tablet.stand_still(monkeypatch)


def _leave_open(scheme_id: UUID) -> None:
    queries.lock_scheme(scheme_id)
    queries.list_versions(scheme_id)[0].terms = to_json(OPEN_CAP)


def a_full_card(cast: Cast, clock: StandingClock) -> Full:
    """Return a scheme, a full card under it, and the question its next half hour waits for."""
    scheme_id = a_scheme()
    card_id = a_card(cast, cast.ellen, 60, scheme_id=scheme_id, rate=30)
    with acting_for(HOME):
        execute(_leave_open, scheme_id)
        now = clock.pass_(days=7)
        execute(ledger.ready, card_id, today=now.date(), now=now)
        [task] = db.session.scalars(select(CardTask).filter_by(card_id=card_id, rule=RULE)).all()
    return scheme_id, card_id, task.id


@pytest.fixture
def full(cast: Cast, standing_clock: StandingClock) -> Full:
    return a_full_card(cast, standing_clock)


@pytest.fixture
def karen(full: Full, client: FlaskClient, cast: Cast) -> FlaskClient:
    del full  # a week has passed before she logs in
    return log_in(client, cast.karen)


def free(card_id: UUID, clock: StandingClock) -> int:
    with acting_for(HOME):
        return state_of(get_card(card_id)).available(clock.at.date())


def test_an_answer_for_this_time_gives_what_waited(
    full: Full, cast: Cast, standing_clock: StandingClock
) -> None:
    scheme_id, card_id, task_id = full
    before = free(card_id, standing_clock)
    with acting_for(HOME):
        execute(services.answer_once, cast.karen, task_id, "alert", "Ferie", now=standing_clock.at)
        terms = terms_on(queries.terms_of(scheme_id), standing_clock.at.date())
    assert free(card_id, standing_clock) == before + 30
    assert terms is not None
    assert RULE in open_questions(terms)


def test_an_answer_keeps_its_reason(full: Full, cast: Cast, standing_clock: StandingClock) -> None:
    scheme_id, card_id, task_id = full
    with acting_for(HOME):
        execute(services.answer_once, cast.karen, task_id, "refuse", "Ferie", now=standing_clock.at)
        [answer] = changes.list_answers(scheme_id)
    assert (answer.rule, answer.value, answer.reason) == (RULE, "refuse", "Ferie")
    assert answer.card_id == card_id


def test_a_question_is_answered_once(full: Full, cast: Cast, standing_clock: StandingClock) -> None:
    _scheme, _card, task_id = full
    with acting_for(HOME):
        said = (cast.karen, task_id, "refuse", "Ferie")
        execute(services.answer_once, *said, now=standing_clock.at)
        with pytest.raises(Stale):
            execute(services.answer_once, *said, now=standing_clock.at)


def test_an_answer_that_is_none_changes_nothing(
    full: Full, cast: Cast, standing_clock: StandingClock
) -> None:
    _scheme, card_id, task_id = full
    before = free(card_id, standing_clock)
    with acting_for(HOME), pytest.raises(BadTerms):
        execute(services.answer_once, cast.karen, task_id, "perhaps", "?", now=standing_clock.at)
    assert free(card_id, standing_clock) == before


def test_a_care_worker_answers_nothing(
    full: Full, cast: Cast, standing_clock: StandingClock
) -> None:
    _scheme, _card, task_id = full
    with acting_for(HOME), pytest.raises(Forbidden):
        execute(services.answer_once, cast.bo, task_id, "refuse", "x", now=standing_clock.at)


def test_an_answer_becomes_the_rule_from_its_day(
    full: Full, karen: FlaskClient, cast: Cast, standing_clock: StandingClock
) -> None:
    scheme_id, _card, _task = full
    day = standing_clock.at.date() + timedelta(days=3)
    data = {
        "key": str(uuid4()),
        "value": "refuse",
        "reason": "Vi har besluttet det.",
        "reach": "rule",
        "from_on": day.isoformat(),
    }
    answer = karen.post(f"/ordninger/{scheme_id}/svar?regel={RULE}", data=data)
    assert answer.status_code == 303
    with acting_for(HOME):
        versions = queries.terms_of(scheme_id)
    before, after = terms_on(versions, day - timedelta(days=1)), terms_on(versions, day)
    assert before is not None
    assert after is not None
    assert RULE in open_questions(before)
    assert RULE not in open_questions(after)


def test_an_answer_needs_a_reason(
    full: Full, karen: FlaskClient, cast: Cast, standing_clock: StandingClock
) -> None:
    _scheme, _card, task_id = full
    data = {"key": str(uuid4()), "value": "refuse", "reason": "", "reach": "once"}
    page = karen.post(f"/ordninger/svar-en-gang?opgave={task_id}", data=data)
    assert page.status_code == 422
    assert 'id="reason-error"' in page.text


def test_a_question_that_came_up_is_listed_with_the_citizen(
    full: Full, karen: FlaskClient, cast: Cast, standing_clock: StandingClock
) -> None:
    scheme_id, _card, task_id = full
    page = karen.get(f"/ordninger/{scheme_id}/spoergsmaal").text
    assert str(task_id) in page
    assert "Ellen" in page


def test_an_administrator_sees_the_questions_without_names(
    full: Full, client: FlaskClient, cast: Cast, standing_clock: StandingClock
) -> None:
    scheme_id, _card, _task = full
    page = log_in(client, cast.ada).get(f"/ordninger/{scheme_id}/spoergsmaal").text
    assert "Ellen" not in page


def test_the_history_tells_who_decided_what_and_why(
    full: Full, karen: FlaskClient, cast: Cast, standing_clock: StandingClock
) -> None:
    scheme_id, _card, task_id = full
    data = {"key": str(uuid4()), "value": "refuse", "reason": "Sommerferie", "reach": "once"}
    assert karen.post(f"/ordninger/svar-en-gang?opgave={task_id}", data=data).status_code == 303
    page = karen.get(f"/ordninger/{scheme_id}/historie").text
    assert "Sommerferie" in page
    assert cast.karen.display_name in page


def test_an_erased_reason_leaves_the_decision(
    full: Full, karen: FlaskClient, cast: Cast, standing_clock: StandingClock
) -> None:
    scheme_id, _card, task_id = full
    with acting_for(HOME):
        said = (cast.karen, task_id, "refuse", "Ellens søn ringede")
        answer_id = execute(services.answer_once, *said, now=standing_clock.at)
    path = f"/ordninger/{scheme_id}/historie/{answer_id}/slet-begrundelse"
    karen.post(path, data={"key": str(uuid4())})
    with acting_for(HOME):
        [answer] = changes.list_answers(scheme_id)
    assert (answer.value, answer.reason) == ("refuse", None)


STAYS = "pauses.any.extends_expiry"
OPEN_STAY = replace(DECIDED, pauses=Pauses(any=Pause(accrues=False, usable=False)))


def _add_stay(citizen: UUID, first: date, last: date, now: datetime) -> None:
    stay = {"kind": "hospital", "from_on": first, "until_on": last, "recorded_at": now}
    db.session.add(Absence(citizen_id=citizen, **stay))


def _last_days(card_id: UUID, clock: StandingClock) -> set[date | None]:
    """Reckon a card twice, as two nights do, and return the last days of what is on it."""
    with acting_for(HOME):
        for days in (1, 1):
            now = clock.pass_(days=days)
            execute(ledger.ready, card_id, today=now.date(), now=now)
        return {lot.expires_on for lot in state_of(get_card(card_id)).lots if lot.saved}


@pytest.mark.parametrize(("said", "later"), [("yes", 7), ("no", 0)])
def test_time_waits_for_whoever_says_whether_a_stay_lengthens_its_life(
    cast: Cast, standing_clock: StandingClock, said: str, later: int
) -> None:
    card_id = a_card(cast, cast.ellen, 0, scheme_id=a_scheme(OPEN_STAY), rate=30)
    [before] = _last_days(card_id, standing_clock)
    assert before is not None
    today = standing_clock.at.date()
    with acting_for(HOME):
        execute(_add_stay, cast.ellen, today, today + timedelta(days=6), standing_clock.at)
    assert _last_days(card_id, standing_clock) == {None}
    with acting_for(HOME):
        asked = select(CardTask).filter_by(card_id=card_id, rule=STAYS)
        [task] = db.session.scalars(asked).all()
        execute(services.answer_once, cast.karen, task.id, said, "Ferie", now=standing_clock.at)
    assert _last_days(card_id, standing_clock) == {before + timedelta(days=later)}
    with acting_for(HOME):
        assert len(db.session.scalars(asked).all()) == 1
