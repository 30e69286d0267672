"""What a tablet tells is done once, through the same services, by our clock."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import DatabaseError

from klippekort.domain.calendar import local_day
from klippekort.domain.schemes import OPEN, Activities, Others, Visits
from klippekort.domain.trips import TripState
from klippekort.platform import clock
from klippekort.platform.db import db
from klippekort.platform.execute import Busy, execute
from klippekort.platform.ids import new_id
from klippekort.platform.keys import fingerprint
from klippekort.platform.tenancy import acting_for
from klippekort.punchcards.models import RuleAnswer
from klippekort.tablet.models import Intent
from klippekort.tablet.services import intents as service
from klippekort.tablet.views import intents as page
from klippekort.trips.models import Trip
from klippekort.trips.queries.happenings import open_incidents
from klippekort.trips.services.showing import turn_to_citizen
from tests.builders import DECIDED, a_card, an_occurrence
from tests.cast import AWAY, HOME, Cast
from tests.integration.accounts.people import cookie_of, in_home
from tests.integration.tablet import StandingClock
from tests.integration.tablets.conftest import AT_THE_DOOR, GAME_AT, Browse
from tests.integration.tablets.sending import (
    Tablet,
    events,
    intent_of,
    outcome,
    trip_of,
    used,
)


def test_a_start_told_late_began_when_it_was_tapped(
    bos: Tablet, trip: UUID, standing_clock: StandingClock
) -> None:
    tapped = bos.intent("start", trip)
    standing_clock.pass_(minutes=25)
    assert outcome(bos.send(tapped)) == "done"
    assert trip_of(trip).started_at == AT_THE_DOOR


def test_a_trip_is_started_and_finished_from_one_page_that_was_kept(
    bos: Tablet, trip: UUID, card: UUID, standing_clock: StandingClock
) -> None:
    start = bos.intent("start", trip)
    standing_clock.pass_(minutes=100)
    finish = bos.intent("finish", trip, started="09:50", ended="11:20", is_broken_off=False)
    standing_clock.pass_(minutes=10)
    bos.log_in_again()
    assert [outcome(bos.send(start)), outcome(bos.send(finish))] == ["done", "done"]
    assert used(card) == (90, 0)
    assert trip_of(trip).state is TripState.COMPLETED


def test_a_finish_says_of_each_of_several_riders_what_became_of_them(
    bos: Tablet, joint: UUID, cast: Cast, standing_clock: StandingClock
) -> None:
    each: dict[str, Any] = {
        f"rider_{cast.ellen.hex}": "along",
        f"rider_{cast.poul.hex}": "no_show.not_home",
    }
    standing_clock.pass_(minutes=100)
    finish = bos.intent("finish", joint, started="09:50", ended="11:20", **each, cost="free")
    bos.log_in_again()
    assert outcome(bos.send(finish)) == "done"
    with acting_for(HOME):
        kept = db.session.scalars(select(Intent)).one().payload
    assert kept["each"] == [
        [str(cast.ellen), "along"],
        [str(cast.poul), "no_show.not_home"],
    ]


def _of(citizen: UUID) -> str:
    return f"rider_{citizen.hex}"


@pytest.mark.parametrize("kind", ["finish", "cancel"])
def test_nothing_is_told_of_somebody_who_is_not_on_the_trip(
    bos: Tablet, joint: UUID, cast: Cast, standing_clock: StandingClock, kind: str
) -> None:
    told: dict[str, Any] = {"reason": "citizen.ill", "citizen_id": str(cast.gudrun)}
    if kind == "finish":
        each = {_of(cast.ellen): "along", _of(cast.gudrun): "no_show.not_home"}
        told = {"started": "09:50", "ended": "11:20", **each}
    standing_clock.pass_(minutes=100)
    bos.log_in_again()
    assert outcome(bos.send(bos.intent(kind, joint, **told))) == "refused"
    assert trip_of(joint).state is TripState.BOOKED


def test_a_finish_that_nobody_came_along_on_is_refused_for_that(
    bos: Tablet, joint: UUID, cast: Cast, standing_clock: StandingClock
) -> None:
    standing_clock.pass_(minutes=100)
    bos.log_in_again()
    each: dict[str, Any] = {_of(cast.ellen): "no_show.not_home", _of(cast.poul): "citizen.ill"}
    sent = bos.intent("finish", joint, started="09:50", ended="11:20", **each)
    answer = _english(bos).send(sent).get_json()
    true_reason = "If nobody came along, cancel the trip instead."
    assert (answer["outcome"], true_reason in answer["words"]) == ("refused", True)
    assert true_reason in bos.client.get(answer["url"]).text


def test_the_answer_leads_to_the_trip_in_plain_words(bos: Tablet, trip: UUID) -> None:
    answer = bos.send(bos.intent("start", trip)).get_json()
    assert answer["url"] == f"/ture/{trip}"
    assert answer["words"].endswith(".")


def test_an_intent_sent_again_is_done_once_and_answered_alike(
    bos: Tablet, trip: UUID, card: UUID, standing_clock: StandingClock
) -> None:
    standing_clock.pass_(minutes=120)
    bos.log_in_again()
    finish = bos.intent("finish", trip, started="09:50", ended="11:20")
    first = bos.send(finish).get_json()
    standing_clock.pass_(minutes=3)
    assert bos.send(finish).get_json() == first
    assert used(card) == (90, 0)


def test_a_page_and_a_tablet_that_share_a_key_are_one_deed(bos: Tablet, trip: UUID) -> None:
    start = bos.intent("start", trip)
    bos.client.post(f"/ture/{trip}/start", data={"key": start["id"]})
    assert outcome(bos.send(start)) == "done"
    assert [one.kind for one in events(trip)].count("started") == 1


def test_one_key_with_other_content_is_not_a_repeat(bos: Tablet, trip: UUID) -> None:
    start = bos.intent("start", trip)
    bos.send(start)
    other = bos.send(
        {**bos.intent("finish", trip, started="10:00", ended="10:30")} | {"id": start["id"]}
    )
    assert (other.status_code, other.get_json()["error"]) == (422, "key_reused")


def test_a_cancelled_trip_gives_the_time_back(
    bos: Tablet, trip: UUID, card: UUID, cast: Cast
) -> None:
    sent = bos.intent("cancel", trip, reason="supplier.helper_ill")
    assert outcome(bos.send(sent)) == "done"
    assert used(card) == (0, 0)


def test_a_trip_is_booked_once_by_two_tablets(
    bos: Tablet, trip: UUID, cast: Cast, card: UUID
) -> None:
    date = an_occurrence(GAME_AT + timedelta(hours=3), title="Sang", minutes=30)
    asked = {
        "citizen_id": str(cast.ellen),
        "occurrence_id": str(date),
        "transport": "walk",
        "travel_each_way": 10,
        "escort_id": str(cast.bo.person_id),
    }
    outcomes = [outcome(bos.send(bos.intent("book", None, None, **asked))) for _ in range(2)]
    assert outcomes == ["done", "done"]
    with acting_for(HOME):
        assert len(db.session.scalars(select(Trip).filter_by(occurrence_id=date)).all()) == 1


@pytest.mark.parametrize(
    "said",
    [
        {"answer.activities.others": "allowed", "answer.visits.longest": "none"},
        {"answered": "activities.others=allowed", "rule": "visits.longest", "answer": "none"},
    ],
    ids=["at_once", "from_before"],
)
def test_what_was_decided_without_a_network_is_kept_with_why(
    bos: Tablet, cast: Cast, said: dict[str, str]
) -> None:
    listed = Activities(allowed=("shopping",), others=Others.UNDECIDED)
    a_card(cast, cast.ellen, terms=replace(DECIDED, activities=listed, visits=Visits(longest=OPEN)))
    date = an_occurrence(GAME_AT + timedelta(hours=3), title="Sang", minutes=30)
    trip = _booked(bos, cast, date, transport="walk", why="Hendes søster synger.", **said)
    with acting_for(HOME):
        rows = db.session.scalars(select(RuleAnswer).order_by(RuleAnswer.rule)).all()
        kept = [(one.rule, one.value, one.reason, one.subject) for one in rows]
        told = db.session.scalars(select(Intent)).one().payload
    same = ("Hendes søster synger.", str(trip.id))
    assert kept == [("activities.others", "allowed", *same), ("visits.longest", "none", *same)]
    assert "søster" not in str(told)


def _booked(bos: Tablet, cast: Cast, date: UUID, **asked: object) -> Trip:
    wanted = {"citizen_id": str(cast.ellen), "occurrence_id": str(date), "travel_each_way": 5}
    assert outcome(bos.send(bos.intent("book", None, None, **{**wanted, **asked}))) == "done"
    with acting_for(HOME):
        return db.session.scalars(select(Trip).filter_by(occurrence_id=date)).one()


@pytest.mark.parametrize(("reckoned_for", "minutes"), [("walk", 40), ("taxi", 10), ("", 10)])
def test_minutes_that_were_reckoned_for_another_way_are_reckoned_anew(
    bos: Tablet, cast: Cast, card: UUID, reckoned_for: str, minutes: int
) -> None:
    far = an_occurrence(GAME_AT + timedelta(hours=3), postcode="4720")
    booked = _booked(bos, cast, far, transport="taxi", reckoned_for=reckoned_for)
    assert booked.travel_minutes == minutes


@pytest.mark.parametrize(
    ("said", "by"), [("", "2026-11-25"), ("2026-11-24", "2026-11-24"), ("2026-11-20", "2026-11-24")]
)
def test_without_a_helper_one_is_found_by_the_day_that_was_said_or_the_working_day_before(
    bos: Tablet, cast: Cast, card: UUID, said: str, by: str
) -> None:
    thursday = an_occurrence(GAME_AT + timedelta(days=2))
    booked = _booked(bos, cast, thursday, transport="walk", escort_id="", escort_by=said)
    assert booked.escort_by is not None
    assert str(local_day(booked.escort_by)) == by


def test_a_booking_that_cannot_be_is_refused_and_kept_for_a_person(
    bos: Tablet, trip: UUID, cast: Cast
) -> None:
    asked = bos.intent(
        "book",
        None,
        None,
        citizen_id=str(cast.ellen),
        occurrence_id=str(an_occurrence(GAME_AT)),
        transport="walk",
        travel_each_way=10,
        escort_id=str(cast.bo.person_id),
    )
    answer = bos.send(asked).get_json()
    assert (answer["outcome"], answer["url"]) == ("refused", f"/tablet/afklaring/{asked['id']}")


def test_a_note_is_kept_with_the_trip_and_never_with_the_intent(bos: Tablet, trip: UUID) -> None:
    note = bos.intent("note", trip, text="Hun glædede sig til kortene.")
    assert outcome(bos.send(note)) == "done"
    kept = intent_of(note)
    assert "kortene" not in f"{kept.payload}{kept.facts}"
    assert events(trip)[-1].kind == "noted"


def test_something_that_happened_is_told_with_its_own_time(
    bos: Tablet, trip: UUID, standing_clock: StandingClock
) -> None:
    bos.send(bos.intent("start", trip))
    fall = bos.intent("happened", trip, kind="fall", effect="pause")
    standing_clock.pass_(minutes=12)
    assert outcome(bos.send(fall)) == "done"
    assert trip_of(trip).paused_at == AT_THE_DOOR


def _english(bos: Tablet) -> Tablet:
    bos.client.set_cookie("lang", "en", domain="localhost")
    return bos


def test_a_trip_that_ends_now_goes_on_to_where_it_is_ended(bos: Tablet, trip: UUID) -> None:
    _english(bos).send(bos.intent("start", trip))
    answer = bos.send(bos.intent("happened", trip, kind="unwell", effect="end")).get_json()
    assert (answer["outcome"], answer["url"]) == ("done", f"/ture/{trip}/afslut")
    assert "The trip is not ended yet" in answer["words"]


def test_what_happened_is_kept_though_a_colleague_has_ended_the_trip(
    bos: Tablet, trip: UUID, cast: Cast, standing_clock: StandingClock
) -> None:
    fall = _english(bos).intent("happened", trip, kind="fall", effect="end")
    standing_clock.pass_(minutes=100)
    bos.log_in_again()
    _english(bos).send(bos.intent("finish", trip, started="09:50", ended="11:20"))
    answer = bos.send(fall).get_json()
    with acting_for(HOME):
        kept = [(one.kind, one.happened_at) for one in open_incidents(cast.supplier)]
    assert (answer["outcome"], answer["url"]) == ("done", f"/ture/{trip}")
    assert "The trip was over already." in answer["words"]
    assert kept == [("fall", AT_THE_DOOR)]


def test_a_trip_that_has_not_begun_cannot_wait_and_that_is_said(bos: Tablet, trip: UUID) -> None:
    told = _english(bos).intent("happened", trip, kind="unwell", effect="pause")
    assert "so it does not wait" in bos.send(told).get_json()["words"]
    assert trip_of(trip).paused_at is None


# ---- clocks --------------------------------------------------------------------------------------


@pytest.mark.parametrize("off", [7 * 60, -7 * 60])
def test_a_wrong_clock_is_put_right_and_flagged_on_the_trip(
    bos: Tablet, trip: UUID, off: int
) -> None:
    bos.off = off
    assert outcome(bos.send(bos.intent("start", trip))) == "done"
    assert trip_of(trip).started_at == AT_THE_DOOR
    flagged = next(one for one in events(trip) if one.kind == "tablet")
    assert flagged.details["off_minutes"] == off // 60


def test_a_clock_a_little_off_is_not_worth_a_word(bos: Tablet, trip: UUID) -> None:
    bos.off = 4 * 60
    bos.send(bos.intent("start", trip))
    assert "tablet" not in {one.kind for one in events(trip)}


def test_an_end_read_off_a_clock_that_is_ahead_is_the_tap(
    bos: Tablet, trip: UUID, standing_clock: StandingClock
) -> None:
    bos.off = 7 * 60
    standing_clock.pass_(minutes=90)
    bos.log_in_again()
    sent = bos.intent("finish", trip, started="09:50", ended="11:27")
    assert outcome(bos.send(sent)) == "done"
    assert trip_of(trip).ended_at == AT_THE_DOOR + timedelta(minutes=90)


def test_what_is_to_come_is_refused(bos: Tablet, trip: UUID, standing_clock: StandingClock) -> None:
    ahead = bos.intent("start", trip)
    ahead["device_at"] = (clock.now() + timedelta(hours=1)).isoformat()
    answer = bos.send(ahead).get_json()
    assert answer["outcome"] == "refused"
    assert trip_of(trip).state is TripState.BOOKED


def test_a_flag_does_not_stand_in_the_way_of_undoing(
    bos: Tablet, trip: UUID, standing_clock: StandingClock
) -> None:
    start = bos.intent("start", trip)
    standing_clock.pass_(minutes=20)
    bos.send(start)
    assert [one.kind for one in events(trip)][-2:] == ["tablet", "started"]


# ---- who and what --------------------------------------------------------------------------------


def test_another_account_is_asked_to_log_in_and_nothing_is_done(
    bos: Tablet, trip: UUID, cast: Cast
) -> None:
    answer = bos.send(bos.intent("start", trip), **{"X-Account": str(cast.mia.account_id)})
    assert (answer.status_code, answer.get_json()) == (401, {"error": "log_in"})
    assert trip_of(trip).state is TripState.BOOKED


def test_nobody_is_asked_to_log_in(app: Flask, cast: Cast, bos: Tablet, trip: UUID) -> None:
    nobody = Tablet(app.test_client(), cast.bo)
    assert nobody.send(nobody.intent("start", trip)).status_code == 401
    assert nobody.client.get("/tablet/dagen").get_json() == {"error": "log_in"}


def test_another_sites_page_is_not_heard(bos: Tablet, trip: UUID) -> None:
    answer = bos.send(bos.intent("start", trip), **{"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 401


def test_no_form_token_is_asked_for(app: Flask, bos: Tablet, trip: UUID) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        assert outcome(bos.send(bos.intent("start", trip))) == "done"
    finally:
        app.config["WTF_CSRF_ENABLED"] = False


def test_a_role_without_trips_is_told_so_in_json(browse: Browse, cast: Cast, trip: UUID) -> None:
    assessor = Tablet(browse(cast.asta), cast.asta)
    answer = assessor.send(assessor.intent("start", trip))
    assert (answer.status_code, answer.get_json()["error"]) == (403, "forbidden")


def test_a_trip_of_the_other_municipality_is_not_here(
    browse: Browse, cast: Cast, bos: Tablet
) -> None:
    sent = bos.intent("finish", new_id(), started="10:00", ended="10:30")
    assert outcome(bos.send(sent)) == "refused"
    kept = intent_of(sent)
    assert (kept.trip_id, kept.needs_person) == (None, False)


def test_a_citizen_of_the_other_municipality_is_not_here(bos: Tablet, cast: Cast) -> None:
    sent = bos.intent(
        "book",
        None,
        None,
        citizen_id=str(cast.gudrun),
        occurrence_id=str(new_id()),
        transport="walk",
        travel_each_way=10,
    )
    assert outcome(bos.send(sent)) == "refused"
    assert intent_of(sent).citizen_id is None


def test_a_helper_with_no_business_on_the_trip_is_refused(
    browse: Browse, cast: Cast, trip: UUID
) -> None:
    mias = Tablet(browse(cast.mia), cast.mia)
    assert outcome(mias.send(mias.intent("start", trip))) == "refused"
    assert trip_of(trip).state is TripState.BOOKED


_GOOD: dict[str, Any] = {
    "kind": "finish",
    "trip_id": "00000000-0000-0000-0000-000000000001",
    "version": 1,
    "device_at": "2026-11-24T10:00:00+01:00",
    "payload": {"started": "10:00", "ended": "11:00"},
}


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "steal"},
        {"trip_id": None},
        {"trip_id": "7"},
        {"version": -1},
        {"version": True},
        {"version": "1"},
        {"device_at": "2026-11-24T10:00:00"},
        {"device_at": 7},
        {"device_at": "0001-01-01T00:00:00+00:00"},
        {"device_now": "yesterday"},
        {"payload": []},
        {"payload": {"started": "10:00"}},
        {"payload": {"started": "25:00", "ended": "11:00"}},
        {"payload": {"started": "10:00", "ended": "11:00", "is_broken_off": "yes"}},
        {"payload": {"started": "10:00", "ended": "11:00", "basis": "undecided"}},
        {"kind": "cancel", "payload": {"reason": "citizen"}},
        {"kind": "cancel", "payload": {"reason": "nobody.ill"}},
        {"kind": "note", "payload": {"text": "  "}},
        {"kind": "note", "payload": {"text": "x" * 2001}},
        {"kind": "happened", "payload": {"kind": "fire", "effect": "none"}},
        {"kind": "book", "payload": {"citizen_id": "x"}},
    ],
)
def test_what_is_no_intent_is_malformed(bos: Tablet, wrong: dict[str, Any]) -> None:
    answer = bos.post({**_GOOD, "id": str(new_id()), **wrong})
    assert (answer.status_code, answer.get_json()["error"]) == (422, "malformed")


@pytest.mark.parametrize("sent", [[], "start", None, 7, {"id": "x"}, {}])
def test_what_is_nothing_like_an_intent_is_malformed(bos: Tablet, sent: Any) -> None:
    assert bos.post(sent).status_code == 422


def test_an_id_that_is_not_the_key_is_malformed(bos: Tablet) -> None:
    answer = bos.post({**_GOOD, "id": str(new_id())}, **{"Idempotency-Key": str(new_id())})
    assert answer.status_code == 422


def test_too_much_is_malformed(bos: Tablet) -> None:
    assert bos.post({**_GOOD, "id": str(new_id()), "more": "x" * 20_000}).status_code == 422


def test_what_is_not_json_is_malformed(bos: Tablet) -> None:
    headers = {"X-Account": str(bos.actor.account_id), "Idempotency-Key": str(new_id())}
    for kind in ("application/json", "text/plain"):
        answer = bos.client.post(
            "/tablet/hensigter", data="{" * 5000, content_type=kind, headers=headers
        )
        assert answer.status_code == 422


def test_a_fault_of_ours_is_said_in_json_without_its_inside(
    app: Flask, bos: Tablet, trip: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: Any, **_kwargs: Any) -> None:
        raise ZeroDivisionError("secret")

    monkeypatch.setattr(service, "perform", broken)
    answer = bos.send(bos.intent("start", trip))
    assert (answer.status_code, answer.get_json()["error"]) == (500, "unexpected")
    assert "secret" not in answer.text


def test_a_busy_database_keeps_it_queued(
    bos: Tablet, trip: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    def held(*_args: Any, **_kwargs: Any) -> None:
        raise Busy

    monkeypatch.setattr(page, "execute", held)
    answer = bos.send(bos.intent("start", trip))
    assert (answer.status_code, answer.get_json()) == (503, {"error": "busy"})
    assert int(answer.headers["Retry-After"]) > 0


def test_a_tablet_turned_to_a_citizen_sends_but_keeps_no_pages(
    bos: Tablet, trip: UUID, cast: Cast
) -> None:
    in_home(cast.bo, turn_to_citizen, _session(bos), cast.ellen, None, now=clock.now())
    assert bos.client.get("/tablet/dagen").status_code == 401
    assert outcome(bos.send(bos.intent("start", trip))) == "done"


def _session(tablet: Tablet) -> str:
    return fingerprint(cookie_of(tablet.client))


# ---- the walls -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change", [{"kind": "cancel"}, {"payload": {"x": 1}}, {"device_at": GAME_AT}]
)
def test_what_was_told_cannot_be_changed(bos: Tablet, trip: UUID, change: dict[str, Any]) -> None:
    sent = bos.intent("start", trip)
    bos.send(sent)

    def rewrite() -> None:
        row = db.session.scalars(select(Intent).filter_by(id=UUID(sent["id"]))).one()
        for name, value in change.items():
            setattr(row, name, value)

    with acting_for(HOME), pytest.raises(DatabaseError, match="kept as it was told"):
        execute(rewrite)


def test_the_other_municipality_sees_nothing_of_it(bos: Tablet, trip: UUID) -> None:
    sent = bos.intent("start", trip)
    bos.send(sent)
    db.session.rollback()
    with acting_for(AWAY):
        assert db.session.scalars(select(Intent)).all() == []


def test_what_was_told_cannot_be_removed(bos: Tablet, trip: UUID) -> None:
    sent = bos.intent("start", trip)
    bos.send(sent)

    def remove() -> None:
        row = db.session.scalars(select(Intent).filter_by(id=UUID(sent["id"]))).one()
        db.session.delete(row)

    with acting_for(HOME), pytest.raises(DatabaseError):
        execute(remove)


# ---- the day -------------------------------------------------------------------------------------


def test_the_day_names_the_pages_to_keep_and_nobody(bos: Tablet, trip: UUID, cast: Cast) -> None:
    answer = bos.client.get("/tablet/dagen")
    said = answer.get_json()
    assert said["account"] == str(cast.bo.account_id)
    assert said["urls"][0] == "/i-dag"
    assert {f"/ture/{trip}", f"/ture/{trip}/afslut", f"/borgere/{cast.ellen}"} <= set(said["urls"])
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Ellen" not in answer.text


def test_every_page_to_keep_can_be_had(bos: Tablet, trip: UUID) -> None:
    urls = bos.client.get("/tablet/dagen").get_json()["urls"]
    assert {bos.client.get(url).status_code for url in urls} == {200}


@pytest.mark.parametrize("ends", ["finish", "cancel"])
def test_a_trip_that_is_over_can_be_read_for_the_rest_of_the_day(
    bos: Tablet, trip: UUID, cast: Cast, card: UUID, standing_clock: StandingClock, ends: str
) -> None:
    _end(bos, trip, ends, standing_clock)
    urls = bos.client.get("/tablet/dagen").get_json()["urls"]
    of_trip, of_citizen = f"/ture/{trip}", f"/borgere/{cast.ellen}"
    assert {of_trip, f"{of_trip}/note", of_citizen, f"{of_citizen}/tur"} <= set(urls)
    assert f"/klippekort/{card}" in urls
    assert not {f"{of_trip}/{form}" for form in ("afslut", "aflys", "noget-skete")} & set(urls)
    assert {bos.client.get(url).status_code for url in urls} == {200}


def _end(bos: Tablet, trip: UUID, how: str, standing: StandingClock) -> None:
    if how == "cancel":
        assert outcome(bos.send(bos.intent("cancel", trip, reason="citizen.ill"))) == "done"
        return
    bos.send(bos.intent("start", trip))
    standing.pass_(minutes=100)
    bos.log_in_again()
    sent = bos.intent("finish", trip, 2, started="09:50", ended="11:30")
    assert outcome(bos.send(sent)) == "done"


def test_the_day_tells_which_pages_have_changed(bos: Tablet, trip: UUID, cast: Cast) -> None:
    before = _marks(bos)
    assert _marks(bos) == before
    bos.send(bos.intent("start", trip))
    changed = {url for url, mark in _marks(bos).items() if before[url] != mark}
    assert {"/i-dag", f"/ture/{trip}", f"/ture/{trip}/afslut", f"/borgere/{cast.ellen}"} <= changed
    assert "/opsporing/lagt-maerke-til" not in changed


def _marks(bos: Tablet) -> dict[str, str]:
    said = bos.client.get("/tablet/dagen").get_json()
    return dict(zip(said["urls"], said["marks"], strict=True))
