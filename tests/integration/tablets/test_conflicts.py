"""Where others changed what an intent rests on, nothing is changed and a person settles it."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import DatabaseError

from klippekort.domain.incidents import Effect, IncidentKind
from klippekort.domain.permissions import Actor
from klippekort.domain.schemes import OPEN, Activities, Charge, Others, Visits
from klippekort.domain.trips import CancelReason, Cause, Company, Transport, TripState
from klippekort.platform import clock
from klippekort.platform.audit import AuditLine
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.ids import new_id
from klippekort.platform.tenancy import acting_for
from klippekort.punchcards.models import CardTask, RuleAnswer
from klippekort.tablet.models import Intent
from klippekort.trips.queries.trips import events_of, rows_of
from klippekort.trips.services.blocks import Block, Passenger
from klippekort.trips.services.cancelling import cancel_trip
from klippekort.trips.services.escorts import assign_escort
from klippekort.trips.services.happenings import record_incident, resume_trip
from klippekort.trips.services.keeping import finish_trip, start_trip
from klippekort.trips.services.reserving import reserve
from klippekort.trips.services.undoing import undo
from tests.builders import DECIDED, MONDAY, a_card, a_shift, a_trip, an_occurrence
from tests.cast import HOME, Cast
from tests.integration.tablet import StandingClock
from tests.integration.tablets.conftest import AT_THE_DOOR, GAME_AT, TUESDAY, Browse, together
from tests.integration.tablets.sending import (
    Tablet,
    events,
    intent_of,
    outcome,
    trip_of,
    used,
    version_of,
)

Deed = Callable[[Cast, UUID], Any]


def _do(service: Any, actor: Actor, *args: Any, **kwargs: Any) -> Any:
    with acting_for(HOME):
        return execute(service, actor, *args, now=clock.now(), **kwargs)


def _cancelled(cast: Cast, trip: UUID, cause: Cause = Cause.SUPPLIER) -> None:
    _do(cancel_trip, cast.karen, trip, cause=cause, reason=CancelReason.OTHER)


def _started(cast: Cast, trip: UUID) -> None:
    _do(start_trip, cast.karen, trip)


def _finished(cast: Cast, trip: UUID) -> None:
    """Karen says an hour, 9:00 to 10:00 on the Danish clock."""
    ended = GAME_AT
    _do(finish_trip, cast.karen, trip, started_at=ended - timedelta(hours=1), ended_at=ended)


def _given_to_mia(cast: Cast, trip: UUID) -> None:
    _do(assign_escort, cast.karen, trip, cast.mia.person_id)


Telling = tuple[str, dict[str, Any]]
FINISH: Telling = ("finish", {"started": "09:50", "ended": "11:20"})
AS_KAREN: Telling = ("finish", {"started": "09:00", "ended": "10:00"})
ILL: Telling = ("cancel", {"reason": "citizen.ill"})
START: Telling = ("start", {})


@pytest.mark.parametrize(
    ("colleague", "told", "becomes"),
    [
        (_cancelled, FINISH, "conflict"),
        (_cancelled, START, "conflict"),
        (_cancelled, ILL, "conflict"),
        (_cancelled, ("cancel", {"reason": "supplier.helper_ill"}), "done"),
        (_finished, FINISH, "conflict"),
        (_finished, AS_KAREN, "done"),
        (_finished, START, "done"),
        (_finished, ILL, "conflict"),
        (_started, FINISH, "done"),
        (_started, START, "done"),
        (_started, ILL, "conflict"),
        (_given_to_mia, START, "conflict"),
        (_given_to_mia, FINISH, "conflict"),
        (_given_to_mia, ILL, "conflict"),
        (_cancelled, ("note", {"text": "Hun var glad."}), "done"),
        (_cancelled, ("happened", {"kind": "fall", "effect": "none"}), "done"),
        (_finished, ("happened", {"kind": "fall", "effect": "end"}), "done"),
        (_started, ("happened", {"kind": "fall", "effect": "none"}), "done"),
    ],
)
def test_what_a_colleague_did_decides(
    bos: Tablet,
    trip: UUID,
    cast: Cast,
    standing_clock: StandingClock,
    colleague: Deed,
    told: Telling,
    becomes: str,
) -> None:
    kind, payload = told
    standing_clock.pass_(minutes=100)
    bos.log_in_again()
    colleague(cast, trip)
    sent = bos.intent(kind, trip, **payload)
    assert outcome(bos.send(sent)) == becomes
    assert intent_of(sent).needs_person is (becomes == "conflict")


@pytest.fixture
def conflict(
    bos: Tablet, trip: UUID, card: UUID, cast: Cast, standing_clock: StandingClock
) -> UUID:
    """Bo has finished ninety minutes; the plan said 110, and Karen had cancelled it."""
    _cancelled(cast, trip)
    standing_clock.pass_(minutes=100)
    bos.log_in_again()
    sent = bos.intent("finish", trip, **FINISH[1])
    bos.send(sent)
    return UUID(sent["id"])


def test_a_conflict_changes_nothing(conflict: UUID, trip: UUID, card: UUID) -> None:
    assert trip_of(trip).state is TripState.CANCELLED
    assert used(card) == (0, 0)


def _page(intent_id: UUID) -> str:
    return f"/tablet/afklaring/{intent_id}"


def test_the_card_shows_planned_told_and_now(conflict: UUID, bos: Tablet) -> None:
    page = bos.client.get(_page(conflict)).text
    assert "1 time 50 minutter" in page
    assert "1 time 30 minutter" in page
    assert "Karen Kjær" in page


def test_the_helper_is_told_of_it_today(conflict: UUID, bos: Tablet) -> None:
    assert "/tablet/afklaring" in bos.client.get("/i-dag").text


def test_the_coordinator_is_told_of_it_on_the_overview(
    conflict: UUID, browse: Browse, cast: Cast
) -> None:
    assert "/tablet/afklaring" in browse(cast.karen).get("/overblik").text


@pytest.mark.parametrize(("who", "sees"), [("bo", True), ("karen", True), ("ida", True)])
def test_who_sees_the_card(
    conflict: UUID, browse: Browse, cast: Cast, who: str, sees: bool
) -> None:
    page = browse(getattr(cast, who)).get("/tablet/afklaring").text
    assert (_page(conflict) in page) is sees


def test_another_helper_sees_no_card_that_is_not_hers(
    conflict: UUID, browse: Browse, cast: Cast
) -> None:
    hers = browse(cast.mia)
    assert _page(conflict) not in hers.get("/tablet/afklaring").text
    assert hers.get(_page(conflict)).status_code == 403


def test_a_card_that_is_not_here_is_not_found(browse: Browse, cast: Cast) -> None:
    assert browse(cast.karen).get(_page(new_id())).status_code == 404


def _settle(browser: Any, intent_id: UUID, how: str, **more: str) -> Any:
    sent = {"key": str(new_id()), "how": how, "reason": "talked", **more}
    return browser.post(_page(intent_id), data=sent)


def test_what_is_written_may_be_kept(conflict: UUID, browse: Browse, cast: Cast) -> None:
    assert _settle(browse(cast.karen), conflict, "keep").status_code == 303
    with acting_for(HOME):
        row = db.session.scalars(select(Intent).filter_by(id=conflict)).one()
    assert (row.outcome, row.settled_how, row.reason_code) == ("settled", "keep", "talked")
    assert row.settled_by == cast.karen.account_id


def test_a_settled_card_waits_no_more(conflict: UUID, browse: Browse, cast: Cast) -> None:
    karens = browse(cast.karen)
    _settle(karens, conflict, "keep")
    assert _page(conflict) not in karens.get("/tablet/afklaring").text
    assert 'name="how"' not in karens.get(_page(conflict)).text


def test_settling_is_on_record(conflict: UUID, browse: Browse, cast: Cast) -> None:
    _settle(browse(cast.karen), conflict, "keep")
    with acting_for(HOME):
        line = db.session.scalars(select(AuditLine).filter_by(action="settle_intent")).one()
    assert (line.subject_id, line.details) == (conflict, {"how": "keep", "reason": "talked"})


def test_keeping_both_asks_for_the_card_to_be_corrected(
    conflict: UUID, browse: Browse, cast: Cast, card: UUID
) -> None:
    karens = browse(cast.karen)
    _settle(karens, conflict, "both")
    with acting_for(HOME):
        task = db.session.scalars(select(CardTask).filter_by(card_id=card)).one()
    assert task.rule == "tablet.differs"
    assert "Ellen" in karens.get("/overblik").text


def test_a_trip_that_is_over_cannot_be_done_as_the_tablet_says(
    conflict: UUID, browse: Browse, cast: Cast
) -> None:
    page = browse(cast.karen)
    assert 'value="tablet"' not in page.get(_page(conflict)).text
    assert _settle(page, conflict, "tablet").status_code == 422


def test_a_card_without_a_reason_is_not_settled(conflict: UUID, browse: Browse, cast: Cast) -> None:
    sent = {"key": str(new_id()), "how": "keep"}
    assert browse(cast.karen).post(_page(conflict), data=sent).status_code == 422


def test_a_card_is_settled_once_whatever_the_program_does(
    conflict: UUID, browse: Browse, cast: Cast
) -> None:
    _settle(browse(cast.karen), conflict, "keep")
    again = update(Intent).where(Intent.id == conflict).values(reason_code="other")
    with acting_for(HOME), pytest.raises(DatabaseError, match="kept as it was told"):
        execute(lambda: db.session.execute(again))


def test_a_helper_uses_the_tablets_answer_after_a_change_of_helper(
    bos: Tablet, trip: UUID, card: UUID, cast: Cast, standing_clock: StandingClock
) -> None:
    _given_to_mia(cast, trip)
    standing_clock.pass_(minutes=100)
    bos.log_in_again()
    sent = bos.intent("finish", trip, **FINISH[1])
    assert outcome(bos.send(sent)) == "conflict"
    assert _settle(bos.client, UUID(sent["id"]), "tablet").status_code == 303
    assert trip_of(trip).state is TripState.COMPLETED
    assert used(card) == (90, 0)


def test_a_cancellation_that_costs_more_for_coming_late_is_for_a_person(
    bos: Tablet, trip: UUID, card: UUID, standing_clock: StandingClock
) -> None:
    standing_clock.at = AT_THE_DOOR.replace(day=23, hour=AT_THE_DOOR.hour - 1)
    told = bos.intent("cancel", trip, **ILL[1])
    standing_clock.at = AT_THE_DOOR
    bos.log_in_again()
    answer = bos.send(told).get_json()
    assert answer["outcome"] == "conflict"
    assert used(card) == (0, 110)


def test_one_asks_again_after_settling_and_is_answered_as_before(
    conflict: UUID, bos: Tablet, browse: Browse, cast: Cast, trip: UUID
) -> None:
    kept = intent_of({"id": str(conflict)})
    _settle(browse(cast.karen), conflict, "keep")
    again = bos.intent("finish", trip, **FINISH[1])
    again |= {"id": str(conflict), "device_at": kept.device_at.isoformat()}
    assert outcome(bos.send(again)) == "conflict"


# ---- refused -------------------------------------------------------------------------------------


@pytest.fixture
def refused(cast: Cast, bos: Tablet, trip: UUID, standing_clock: StandingClock) -> UUID:
    """Bo has finished a trip longer than now: that makes no sense, and is kept."""
    standing_clock.pass_(minutes=30)
    bos.log_in_again()
    sent = bos.intent("finish", trip, started="11:00", ended="10:00")
    assert outcome(bos.send(sent)) == "refused"
    return UUID(sent["id"])


def test_a_finish_that_is_refused_waits_for_a_person(refused: UUID, bos: Tablet) -> None:
    assert _page(refused) in bos.client.get("/tablet/afklaring").text


def test_what_is_refused_waits_no_more_once_the_helper_did_it_on_the_page(
    refused: UUID, bos: Tablet, trip: UUID
) -> None:
    sent = {"key": str(new_id()), "started": "09:50", "ended": "10:15"}
    assert bos.client.post(f"/ture/{trip}/afslut", data=sent).status_code == 303
    assert _page(refused) not in bos.client.get("/tablet/afklaring").text


def test_a_start_that_is_refused_is_only_said(
    bos: Tablet, trip: UUID, standing_clock: StandingClock
) -> None:
    ahead = bos.intent("start", trip)
    ahead["device_at"] = standing_clock.at.replace(hour=20).isoformat()
    bos.send(ahead)
    assert intent_of(ahead).needs_person is False


def test_what_nobody_has_decided_is_asked_on_the_card(
    bos: Tablet, cast: Cast, standing_clock: StandingClock
) -> None:
    standing_clock.at = MONDAY
    left_open = replace(DECIDED.cancelling, broken_off=Charge.UNDECIDED)
    card = a_card(cast, cast.ellen, terms=replace(DECIDED, cancelling=left_open))
    a_shift(cast.bo, TUESDAY)
    trip = a_trip(cast.bo, cast.ellen, an_occurrence(GAME_AT), cast.bo)
    standing_clock.at = AT_THE_DOOR + timedelta(minutes=100)
    bos.log_in_again()
    sent = bos.intent("finish", trip, **FINISH[1], is_broken_off=True)
    assert outcome(bos.send(sent)) == "refused"
    asked = _settle(bos.client, UUID(sent["id"]), "tablet")
    assert asked.status_code == 422
    assert 'name="charge"' in asked.text
    assert 'value="half"' not in asked.text
    assert "Spørg din koordinator" not in asked.text  # she answers it here herself
    half = _settle(bos.client, UUID(sent["id"]), "tablet", charge="half", why=WHY)
    assert half.status_code == 422
    answered = _settle(bos.client, UUID(sent["id"]), "tablet", charge="actual", why=WHY)
    assert answered.status_code == 303
    assert used(card) == (90, 0)
    assert _reasons() == [("cancelling.broken_off", "actual", WHY)]


def test_nothing_is_asked_of_what_can_be_done_no_more(
    bos: Tablet, browse: Browse, cast: Cast, standing_clock: StandingClock
) -> None:
    trip, intent_id = _refused_finish(bos, cast, standing_clock, is_broken_off=True)
    sent = {"key": str(new_id()), "reason": "citizen.ill", "citizen_id": ""}
    browse(cast.karen).post(f"/ture/{trip}/aflys", data=sent)
    page = _settle(bos.client, intent_id, "tablet", charge="actual", cost="free", why=WHY)
    assert page.status_code == 422
    assert 'value="tablet"' not in page.text
    assert not any(f'name="{one}"' in page.text for one in ("charge", "cost", "why"))


WHY = "Regnen var ikke hendes skyld."


def _reasons() -> list[tuple[str, str, str]]:
    """Return what was decided of rules that are open, and why."""
    with acting_for(HOME):
        rows = db.session.scalars(select(RuleAnswer).order_by(RuleAnswer.rule))
        return [(one.rule, one.value, one.reason or "") for one in rows]


# ---- several who ride ----------------------------------------------------------------------------

ALONG, NOT_HOME = "along", "no_show.not_home"
WAY_BACK = timedelta(minutes=110)


def _finish_of(cast: Cast, poul: str, **more: Any) -> dict[str, Any]:
    """Return what a tablet says: Ellen was along from 9:50 to 11:40, and this of Poul."""
    each = {f"rider_{cast.ellen.hex}": ALONG, f"rider_{cast.poul.hex}": poul}
    return {"started": "09:50", "ended": "11:40", **each, **more}


def _states(cast: Cast, trip: UUID) -> list[TripState]:
    """Return what the trip is for Ellen and for Poul."""
    db.session.rollback()
    with acting_for(HOME):
        found = {row.citizen_id: row.state for row in rows_of(trip)}
    return [found[cast.ellen], found[cast.poul]]


def _words(browser: Any, intent_id: str) -> str:
    """Return the words on the card of an intent."""
    return _plain(browser.get(_page(UUID(intent_id))).text)


def _plain(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


@pytest.mark.parametrize(
    ("colleague", "told", "becomes"),
    [
        (ALONG, NOT_HOME, "conflict"),
        (NOT_HOME, ALONG, "conflict"),
        (NOT_HOME, "turned_down.said_no", "conflict"),
        (ALONG, ALONG, "done"),
        (NOT_HOME, NOT_HOME, "done"),
    ],
)
def test_what_two_say_of_one_rider_must_agree(
    bos: Tablet,
    joint: UUID,
    cast: Cast,
    standing_clock: StandingClock,
    colleague: str,
    told: str,
    becomes: str,
) -> None:
    left = {cast.poul: (Cause.NO_SHOW, CancelReason.NOT_HOME)} if colleague == NOT_HOME else {}
    standing_clock.at = AT_THE_DOOR + WAY_BACK
    bos.log_in_again()
    times = {"started_at": AT_THE_DOOR, "ended_at": AT_THE_DOOR + WAY_BACK}
    _do(finish_trip, cast.karen, joint, **times, missing=left, answer=Charge.FREE)
    before = _states(cast, joint)
    sent = bos.intent("finish", joint, **_finish_of(cast, told))
    assert outcome(bos.send(sent)) == becomes
    assert _states(cast, joint) == before
    assert intent_of(sent).needs_person is (becomes == "conflict")


def _home(citizen: UUID) -> str:
    return f"home_{citizen.hex}"


def _home_at(cast: Cast, trip: UUID) -> list[datetime | None]:
    """Return when Ellen and Poul were home."""
    db.session.rollback()
    with acting_for(HOME):
        found = {row.citizen_id: row.ended_at for row in rows_of(trip)}
    return [found[cast.ellen], found[cast.poul]]


def test_a_tablet_tells_when_each_was_home(
    bos: Tablet, joint: UUID, cast: Cast, standing_clock: StandingClock
) -> None:
    standing_clock.at = AT_THE_DOOR + WAY_BACK
    bos.log_in_again()
    sent = bos.intent("finish", joint, **_finish_of(cast, ALONG, **{_home(cast.poul): "10:20"}))
    assert outcome(bos.send(sent)) == "done"
    assert _home_at(cast, joint) == [AT_THE_DOOR + WAY_BACK, AT_THE_DOOR + timedelta(minutes=30)]


@pytest.mark.parametrize("at", ["12:00", "09:00"])
def test_a_homecoming_that_makes_no_sense_is_for_a_person(
    bos: Tablet, joint: UUID, cast: Cast, standing_clock: StandingClock, at: str
) -> None:
    standing_clock.at = AT_THE_DOOR + WAY_BACK
    bos.log_in_again()
    bos.client.set_cookie("lang", "en", domain="localhost")
    told = _finish_of(cast, ALONG, **{_home(cast.poul): at})
    sent = bos.intent("finish", joint, **told)
    assert outcome(bos.send(sent)) == "refused"
    assert intent_of(sent).needs_person
    assert f"Home again at: Poul 11:40 {at} –" in _words(bos.client, str(sent["id"]))


def test_the_same_homecoming_told_twice_is_so_already(
    bos: Tablet, joint: UUID, cast: Cast, standing_clock: StandingClock
) -> None:
    """Poul was home first; told again once Ellen is home too, that is still so."""
    standing_clock.at = AT_THE_DOOR + WAY_BACK
    bos.log_in_again()
    early = AT_THE_DOOR + timedelta(minutes=30)
    started: dict[str, Any] = {"started_at": AT_THE_DOOR}
    _do(finish_trip, cast.karen, joint, **started, ended_at=early, citizen_id=cast.poul)
    _do(finish_trip, cast.karen, joint, **started, ended_at=AT_THE_DOOR + WAY_BACK)
    told: dict[str, Any] = {"started": "09:50", "ended": "10:20", "citizen_id": str(cast.poul)}
    assert outcome(bos.send(bos.intent("finish", joint, **told))) == "done"
    told["ended"] = "10:30"
    assert outcome(bos.send(bos.intent("finish", joint, **told))) == "conflict"


def test_the_last_one_out_is_found_to_be_missing_without_a_network(
    bos: Tablet, joint: UUID, cast: Cast, standing_clock: StandingClock
) -> None:
    """What the page of the last one asks is what the tablet sends."""
    _do(start_trip, cast.bo, joint)
    standing_clock.at = AT_THE_DOOR + WAY_BACK
    bos.log_in_again()
    times: dict[str, Any] = {"started_at": AT_THE_DOOR, "ended_at": AT_THE_DOOR + WAY_BACK}
    _do(finish_trip, cast.bo, joint, **times, citizen_id=cast.ellen)
    page = bos.client.get(f"/ture/{joint}/aflys").text
    form = re.search(r'<form[^>]* data-intent="cancel".*?</form>', page, re.DOTALL)
    assert form is not None
    assert " data-whole" in form[0].partition(">")[0]
    asked = re.search(r'<input type="hidden" name="citizen_id" value="([^"]+)"', form[0])
    assert asked is not None
    assert asked[1] == str(cast.poul)
    sent = bos.intent("cancel", joint, reason=NOT_HOME, citizen_id=asked[1], cost="free")
    assert outcome(bos.send(sent)) == "done"
    assert _states(cast, joint) == [TripState.COMPLETED, TripState.NO_SHOW]
    assert trip_of(joint).state is TripState.COMPLETED


def test_one_who_may_still_be_missing_is_settled_as_the_tablet_says(
    bos: Tablet, joint: UUID, cast: Cast, browse: Browse
) -> None:
    sent = bos.intent("cancel", joint, reason=NOT_HOME, citizen_id=str(cast.poul), cost="free")
    _started(cast, joint)
    assert outcome(bos.send(sent)) == "conflict"
    karen, intent_id = browse(cast.karen), UUID(sent["id"])
    assert _chosen(_settle(karen, intent_id, "tablet").text) == [("charge", "free")]
    assert _settle(karen, intent_id, "tablet", charge="free", why=WHY).status_code == 303
    assert _states(cast, joint) == [TripState.UNDER_WAY, TripState.NO_SHOW]


# ---- on one's own way ----------------------------------------------------------------------------


def test_a_card_of_a_trip_on_ones_own_way_tells_of_no_time_on_a_card(
    bos: Tablet, cast: Cast, standing_clock: StandingClock
) -> None:
    standing_clock.at = MONDAY
    alone = Block(
        passengers=(Passenger(cast.ellen, "said"),),
        goal=an_occurrence(GAME_AT),
        transport=Transport.UNKNOWN,
        out_minutes=10,
        home_minutes=10,
        escorts_wanted=0,
        company=Company.RELATIVE,
    )
    trip = UUID(str(_do(reserve, cast.karen, alone)))
    standing_clock.at = AT_THE_DOOR + timedelta(minutes=100)
    bos.log_in_again()
    bos.client.set_cookie("lang", "en", domain="localhost")
    _finished(cast, trip)
    with acting_for(HOME):
        finished = events_of(trip)[-1].id
    _do(undo, cast.karen, trip, finished)
    sent = bos.intent("start", trip, 0)
    assert outcome(bos.send(sent)) == "conflict"
    pages = [_words(bos.client, str(sent["id"])), _plain(bos.client.get(f"/ture/{trip}").text)]
    for page in pages:
        assert "Karen Kjær undid the finish." in page
        assert "set aside" not in page
        assert " 0 min" not in page
    assert "On the card" not in pages[0]


def test_what_happened_meanwhile_names_whom_it_is_about(
    poul_is_missing: str, bos: Tablet, cast: Cast
) -> None:
    card = _words(bos.client, poul_is_missing)
    assert re.search(r"Ellen \w+: Karen Kjær cancelled the trip\.", card)


# ---- a trip that waits ---------------------------------------------------------------------------


def _waits(cast: Cast, trip: UUID, who: Actor) -> None:
    told = {"happened_at": clock.now()}
    _do(record_incident, who, trip, IncidentKind.UNWELL, Effect.PAUSE, **told)


@pytest.fixture
def waiting(bos: Tablet, trip: UUID, cast: Cast) -> UUID:
    """Bo and Ellen are under way, and wait: something happened."""
    _do(start_trip, cast.bo, trip)
    _waits(cast, trip, cast.bo)
    return trip


def _goes_on(cast: Cast, trip: UUID) -> None:
    _do(resume_trip, cast.karen, trip)


def _goes_on_and_waits(cast: Cast, trip: UUID) -> None:
    _goes_on(cast, trip)
    _waits(cast, trip, cast.karen)


@pytest.mark.parametrize(
    ("colleague", "becomes", "is_paused"),
    [
        (lambda _cast, _trip: None, "done", False),
        (_goes_on, "done", False),
        (_goes_on_and_waits, "conflict", True),
    ],
)
def test_a_trip_that_waits_goes_on_without_a_network(
    bos: Tablet,
    waiting: UUID,
    cast: Cast,
    browse: Browse,
    colleague: Deed,
    becomes: str,
    is_paused: bool,
) -> None:
    sent = bos.intent("resume", waiting, version_of(waiting))
    colleague(cast, waiting)
    bos.client.set_cookie("lang", "en", domain="localhost")
    answer = bos.send(sent)
    assert outcome(answer) == becomes
    assert (trip_of(waiting).paused_at is not None) is is_paused
    if becomes == "done":
        assert answer.get_json()["words"] == "The trip goes on."
        return
    assert _settle(browse(cast.karen), UUID(sent["id"]), "tablet").status_code == 303
    assert trip_of(waiting).paused_at is None


def test_a_wait_and_going_on_from_one_kept_page_both_run(
    bos: Tablet, trip: UUID, cast: Cast
) -> None:
    _do(start_trip, cast.bo, trip)
    known = version_of(trip)
    wait = {"kind": "unwell", "effect": "pause"}
    told = [bos.intent("happened", trip, known, **wait), bos.intent("resume", trip, known)]
    assert [outcome(bos.send(one)) for one in told] == ["done", "done"]
    assert [one.kind for one in events(trip)][-2:] == ["incident", "resumed"]
    assert trip_of(trip).paused_at is None


@pytest.mark.parametrize("is_waiting", [False, True])
def test_the_page_has_going_on_ready_for_a_tablet(
    bos: Tablet, trip: UUID, cast: Cast, is_waiting: bool
) -> None:
    """Hidden while the trip does not wait: it may come to, before there is a network."""
    _do(start_trip, cast.bo, trip)
    if is_waiting:
        _waits(cast, trip, cast.bo)
    page = bos.client.get(f"/ture/{trip}").text
    form = re.search(r'<form[^>]* data-intent="resume"[^>]*>', page)
    assert form is not None
    assert f'data-trip="{trip}"' in form[0]
    assert (" hidden" in form[0]) is not is_waiting


@pytest.fixture
def poul_is_missing(bos: Tablet, joint: UUID, cast: Cast) -> str:
    """Bo has cancelled for Poul, and meanwhile Karen for Ellen."""
    bos.client.set_cookie("lang", "en", domain="localhost")
    ill: dict[str, Any] = {"cause": Cause.CITIZEN, "reason": CancelReason.ILL}
    _do(cancel_trip, cast.karen, joint, **ill, answer=Charge.FREE, citizen_id=cast.ellen)
    sent = bos.intent("cancel", joint, reason=NOT_HOME, citizen_id=str(cast.poul))
    assert outcome(bos.send(sent)) == "conflict"
    return str(sent["id"])


def test_a_card_about_one_of_several_names_that_one(
    poul_is_missing: str, bos: Tablet, cast: Cast
) -> None:
    assert intent_of({"id": poul_is_missing}).citizen_id == cast.poul
    card = _words(bos.client, poul_is_missing)
    assert "Who Poul" in card
    assert "Cancelled: Poul is not at home Booked" in card
    assert "Ellen is not at home" not in card


@pytest.mark.parametrize(
    ("reason", "becomes"), [("supplier.busy", "done"), ("citizen.ill", "conflict")]
)
def test_a_cancellation_is_so_already_where_it_is_so_for_the_one_it_is_about(
    bos: Tablet, joint: UUID, cast: Cast, reason: str, becomes: str
) -> None:
    by = ((cast.ellen, Cause.SUPPLIER), (cast.poul, Cause.CITIZEN))
    for citizen, cause in by:
        why: dict[str, Any] = {"cause": cause, "reason": CancelReason.OTHER}
        _do(cancel_trip, cast.karen, joint, **why, answer=Charge.FREE, citizen_id=citizen)
    told = bos.intent("cancel", joint, reason=reason, citizen_id=str(cast.ellen))
    assert outcome(bos.send(told)) == becomes


def test_only_the_card_of_the_one_it_is_about_is_to_be_corrected(
    poul_is_missing: str, browse: Browse, cast: Cast, joint: UUID
) -> None:
    _settle(browse(cast.karen), UUID(poul_is_missing), "both")
    with acting_for(HOME):
        paid = {row.citizen_id: row.card_id for row in rows_of(joint)}
        tasks = db.session.scalars(select(CardTask).filter_by(rule="tablet.differs"))
        assert [task.card_id for task in tasks] == [paid[cast.poul]]


def _refused_finish(
    bos: Tablet, cast: Cast, standing_clock: StandingClock, **more: Any
) -> tuple[UUID, UUID]:
    """Return a trip, and Bo's end of it that leaves Poul out where nobody has decided the cost."""
    left_open = replace(DECIDED.cancelling, no_show=Charge.UNDECIDED, broken_off=Charge.UNDECIDED)
    trip = together(cast, standing_clock, replace(DECIDED, cancelling=left_open))
    standing_clock.at = AT_THE_DOOR + WAY_BACK
    bos.log_in_again()
    bos.client.set_cookie("lang", "en", domain="localhost")
    sent = bos.intent("finish", trip, **_finish_of(cast, NOT_HOME, **more))
    assert outcome(bos.send(sent)) == "refused"
    return trip, UUID(sent["id"])


def test_a_card_says_what_became_of_each_rider(
    bos: Tablet, cast: Cast, standing_clock: StandingClock
) -> None:
    _, intent_id = _refused_finish(bos, cast, standing_clock)
    card = _words(bos.client, str(intent_id))
    assert "Ellen To be made Yes, and is home again Booked" in card
    assert "Poul To be made No, was not at home Booked" in card


def test_what_a_missing_rider_costs_is_asked_on_the_card(
    bos: Tablet, cast: Cast, standing_clock: StandingClock
) -> None:
    trip, intent_id = _refused_finish(bos, cast, standing_clock)
    asked = _settle(bos.client, intent_id, "tablet")
    assert (asked.status_code, 'name="cost"' in asked.text) == (422, True)
    assert 'name="charge"' not in asked.text
    assert _settle(bos.client, intent_id, "tablet", cost="half", why=WHY).status_code == 303
    assert _states(cast, trip) == [TripState.COMPLETED, TripState.NO_SHOW]
    with acting_for(HOME):
        assert sorted(row.charged_minutes or 0 for row in rows_of(trip)) == [27, 55]


def test_all_that_is_open_is_asked_at_once_on_the_card(
    bos: Tablet, cast: Cast, standing_clock: StandingClock
) -> None:
    trip, intent_id = _refused_finish(bos, cast, standing_clock, is_broken_off=True)
    first = _settle(bos.client, intent_id, "tablet").text
    assert ('name="charge"' in first, 'name="cost"' in first) == (True, True)
    second = _settle(bos.client, intent_id, "tablet", charge="actual", why=WHY).text
    assert ('name="charge"' in second, 'name="cost"' in second) == (True, True)
    assert WHY in second
    last = _settle(bos.client, intent_id, "tablet", charge="actual", cost="free", why=WHY)
    assert last.status_code == 303
    assert _states(cast, trip) == [TripState.BROKEN_OFF, TripState.NO_SHOW]
    decided = [("cancelling.broken_off", "actual", WHY), ("cancelling.no_show", "free", WHY)]
    assert _reasons() == decided


@pytest.mark.parametrize("why", ["", "  ", "x" * 1001])
def test_an_answer_on_the_card_needs_a_reason(
    bos: Tablet, cast: Cast, standing_clock: StandingClock, why: str
) -> None:
    trip, intent_id = _refused_finish(bos, cast, standing_clock)
    page = _settle(bos.client, intent_id, "tablet", cost="half", why=why)
    assert (page.status_code, _states(cast, trip)) == (422, [TripState.BOOKED] * 2)
    told = "Use at most 1,000 letters." if why.strip() else "Write why, in a few words."
    assert told in page.text
    assert _chosen(page.text) == [("cost", "half")]
    assert _reasons() == []


def _chosen(page: str) -> list[tuple[str, str]]:
    """Return what is chosen of a trip's cost on a page, by field."""
    chosen = [found[0] for found in re.finditer(r"<input [^>]*\bchecked\b[^>]*>", page)]
    said = [(re.findall(r'name="(\w+)"', one), re.findall(r'value="(\w+)"', one)) for one in chosen]
    costs = ("basis", "charge", "cost")
    return [(name, value) for (name,), (value,) in said if name in costs]


def test_what_the_tablet_answered_needs_a_reason_on_the_card_too(
    bos: Tablet, cast: Cast, standing_clock: StandingClock
) -> None:
    """The reason that was written on the tablet is not kept with what waits."""
    _, intent_id = _refused_finish(
        bos, cast, standing_clock, is_broken_off=True, broken_off="actual", why="Det regnede."
    )
    asked = _settle(bos.client, intent_id, "tablet", cost="free")
    assert (asked.status_code, 'name="why"' in asked.text) == (422, True)
    assert _chosen(asked.text) == [("charge", "actual"), ("cost", "free")]
    assert _settle(bos.client, intent_id, "tablet", cost="free", why=WHY).status_code == 303
    assert [why for _, _, why in _reasons()] == [WHY, WHY]


def test_where_nothing_is_open_no_reason_is_asked(
    conflict: UUID, browse: Browse, cast: Cast
) -> None:
    assert 'name="why"' not in browse(cast.karen).get(_page(conflict)).text


# ---- a booking that nobody could decide about without a network ----------------------------------


@pytest.fixture
def asked_booking(bos: Tablet, cast: Cast, standing_clock: StandingClock) -> UUID:
    """Bo has booked without a network what the scheme leaves open in two ways."""
    standing_clock.at = MONDAY
    bos.log_in_again()
    listed = Activities(allowed=("shopping",), others=Others.UNDECIDED)
    a_card(cast, cast.ellen, terms=replace(DECIDED, activities=listed, visits=Visits(longest=OPEN)))
    a_shift(cast.bo, TUESDAY)
    said = {
        "citizen_id": str(cast.ellen),
        "occurrence_id": str(an_occurrence(GAME_AT, title="Sang")),
        "transport": "walk",
        "travel_each_way": 10,
        "escort_id": str(cast.bo.person_id),
    }
    sent = bos.intent("book", None, None, **said)
    assert outcome(bos.send(sent)) == "refused"
    return UUID(sent["id"])


def test_a_booking_is_settled_as_the_tablet_says_with_all_that_is_open(
    asked_booking: UUID, bos: Tablet
) -> None:
    asked = _settle(bos.client, asked_booking, "tablet")
    assert asked.status_code == 422
    both = {"answer.activities.others": "allowed", "answer.visits.longest": "none"}
    for field in (*both, "why"):
        assert f'name="{field}"' in asked.text
    half = _settle(bos.client, asked_booking, "tablet", **dict(list(both.items())[:1]), why=WHY)
    assert half.status_code == 422
    unsaid = _settle(bos.client, asked_booking, "tablet", **both)
    assert (unsaid.status_code, 'name="why"' in unsaid.text) == (422, True)
    assert _settle(bos.client, asked_booking, "tablet", **both, why=WHY).status_code == 303
    kept = [("activities.others", "allowed", WHY), ("visits.longest", "none", WHY)]
    assert _reasons() == kept


def test_a_booking_nobody_wants_any_more_is_laid_aside_without_answers(
    asked_booking: UUID, bos: Tablet
) -> None:
    assert _settle(bos.client, asked_booking, "keep").status_code == 303
    assert _reasons() == []
