"""Proxies are given, changed and withdrawn by the citizen or staff, and end in the next request."""

from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete, select, update

from klippekort.citizens.services.leaving import Leaving, register_leaving, undo_leaving
from klippekort.domain.errors import CitizenGone, Forbidden, NotFound
from klippekort.domain.permissions import Actor, Role
from klippekort.domain.proxies import (
    Evidence,
    IsStopped,
    NeedsWitness,
    NotHersToWithdraw,
    NothingToWithdraw,
    Purpose,
)
from klippekort.domain.relatives import KnownAlready
from klippekort.platform.audit import AuditLine
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.tenancy import acting_for
from klippekort.relatives.models import ProxyLine
from klippekort.relatives.queries import purposes
from klippekort.relatives.queries.relatives import history_of
from klippekort.relatives.services import recording
from klippekort.relatives.services.recording import Person
from tests.builders import MONDAY
from tests.cast import AWAY, HOME, Cast
from tests.integration.relatives.conftest import Browse
from tests.relatives_site import EVERYTHING, MAJA, a_proxy, a_relative, let_in

TODAY = date(2026, 11, 23)
A_DAY = timedelta(days=1)


def run(service: object, *args: object, **facts: object) -> object:
    with acting_for(HOME):
        return execute(service, *args, now=MONDAY, **facts)  # type: ignore[arg-type]


def may(account_id: UUID | None, citizen_id: UUID, on: date = TODAY) -> frozenset[str]:
    assert account_id is not None
    with acting_for(HOME):
        return purposes(account_id, citizen_id, today=on)


def herself(cast: Cast) -> Actor:
    return Actor(HOME, Role.CITIZEN, person_id=cast.ellen)


def steps(relative_id: UUID) -> list[tuple[str, str]]:
    with acting_for(HOME):
        return [(one.step, one.giver) for one in history_of(relative_id)]


def test_a_relative_may_do_what_was_given_on_the_days_it_was_given_for(cast: Cast):
    first = TODAY + A_DAY
    relative = a_relative(
        cast.karen, cast.ellen, purposes={Purpose.SEE}, first=first, days=6, now=MONDAY
    )
    maja = let_in(cast.karen, relative, now=MONDAY)
    allowed = [may(maja.account_id, cast.ellen, TODAY + n * A_DAY) for n in (0, 1, 7, 8)]
    assert allowed == [frozenset(), {"see"}, {"see"}, frozenset()]


def test_one_log_in_serves_two_parents_and_a_parent_has_several_relatives(cast: Cast):
    maja = let_in(cast.karen, a_relative(cast.karen, cast.ellen, now=MONDAY), now=MONDAY)
    fathers = a_relative(cast.karen, cast.poul, purposes={Purpose.SEE}, now=MONDAY)
    again = let_in(cast.karen, fathers, code="771200", now=MONDAY)
    jens = Person("Jens Holm", "child", "+4520998877", None)
    brother = let_in(
        cast.karen, a_relative(cast.karen, cast.ellen, person=jens, now=MONDAY), now=MONDAY
    )
    assert again.account_id == maja.account_id != brother.account_id
    assert may(maja.account_id, cast.ellen) == EVERYTHING
    assert may(maja.account_id, cast.poul) == {"see"}
    assert may(brother.account_id, cast.ellen) == EVERYTHING


def test_a_spoken_proxy_is_heard_by_two_of_the_staff(cast: Cast):
    spoken = a_proxy(first=TODAY, evidence=Evidence.SPOKEN)
    for witness in (None, cast.karen.account_id, cast.viggo.account_id, cast.frida.account_id):
        with pytest.raises(NeedsWitness):
            run(recording.add_relative, cast.karen, cast.ellen, MAJA, spoken, witness_id=witness)
    heard = cast.bo.account_id
    added = run(recording.add_relative, cast.karen, cast.ellen, MAJA, spoken, witness_id=heard)
    with acting_for(HOME):
        assert history_of(UUID(str(added)))[0].witness_id == heard


def test_the_citizen_gives_and_withdraws_by_herself(cast: Cast):
    digital = a_proxy(first=TODAY, evidence=Evidence.DIGITAL)
    added = UUID(str(run(recording.add_relative, herself(cast), cast.ellen, MAJA, digital)))
    run(recording.withdraw, herself(cast), added)
    assert steps(added) == [("given", "citizen"), ("withdrawn", "citizen")]
    with pytest.raises(NothingToWithdraw):
        run(recording.withdraw, cast.karen, added)


def test_a_citizen_reaches_nobody_elses_relatives(cast: Cast):
    fathers = a_relative(cast.karen, cast.poul, now=MONDAY)
    with pytest.raises((Forbidden, NotFound)):
        run(recording.withdraw, herself(cast), fathers)


def test_a_guardian_is_ended_by_staff_alone(cast: Cast):
    guardian = a_proxy(first=TODAY, evidence=Evidence.GUARDIAN)
    added = UUID(str(run(recording.add_relative, cast.asta, cast.ellen, MAJA, guardian)))
    with pytest.raises(NotHersToWithdraw):
        run(recording.withdraw, herself(cast), added)
    run(recording.withdraw, cast.asta, added)


def test_a_relative_lays_down_what_she_may_do(cast: Cast):
    relative = a_relative(cast.karen, cast.ellen, now=MONDAY)
    maja = let_in(cast.karen, relative, now=MONDAY)
    run(recording.give_up, maja, cast.ellen)
    assert (may(maja.account_id, cast.ellen), steps(relative)[-1]) == (
        frozenset(),
        ("withdrawn", "relative"),
    )


def test_the_history_is_only_added_to(cast: Cast):
    a_relative(cast.karen, cast.ellen, now=MONDAY)

    def change() -> None:
        db.session.execute(update(ProxyLine).values(until_on=None))

    def remove() -> None:
        db.session.execute(delete(ProxyLine))

    for deed in (change, remove):
        with pytest.raises(Exception, match=r"append-only|permission denied"), acting_for(HOME):
            execute(deed)
        db.session.rollback()


def test_the_same_person_is_not_written_down_twice_while_her_proxy_stands(cast: Cast):
    relative = a_relative(cast.karen, cast.ellen, now=MONDAY)
    with pytest.raises(KnownAlready):
        a_relative(cast.karen, cast.ellen, now=MONDAY)
    run(recording.withdraw, cast.karen, relative)
    a_relative(cast.karen, cast.ellen, now=MONDAY)


def test_others_reach_neither_her_nor_her_relatives(cast: Cast, browse: Browse):
    relative = a_relative(cast.karen, cast.ellen, now=MONDAY)
    maja = browse(let_in(cast.karen, relative, now=MONDAY))
    for citizen_id in (cast.poul, cast.gudrun, uuid4()):
        assert maja.get(f"/parorende/{citizen_id}/dage").status_code == 404
        assert maja.get(f"/min-side/{citizen_id}").status_code == 404
    assert browse(cast.frida).get(f"/fuldmagter/{relative}").status_code == 404
    assert maja.get(f"/borgere/{cast.ellen}/fuldmagter").status_code == 403
    with acting_for(AWAY), pytest.raises(NotFound):
        execute(recording.withdraw, cast.frida, relative, now=MONDAY)


def test_withdrawn_it_opens_nothing_in_the_very_next_request(cast: Cast, browse: Browse):
    relative = a_relative(cast.karen, cast.ellen, now=MONDAY)
    page = browse(let_in(cast.karen, relative, now=MONDAY))
    assert b"Ellen" in page.get("/parorende").data
    run(recording.withdraw, cast.karen, relative)
    assert b"Ellen" not in page.get("/parorende").data
    assert page.get(f"/parorende/{cast.ellen}/dage").status_code == 404
    assert page.get(f"/min-side/{cast.ellen}").status_code == 404


def test_a_death_ends_it_in_the_very_next_request_and_a_mistake_undone_brings_it_back(
    cast: Cast, browse: Browse
):
    relative = a_relative(cast.karen, cast.ellen, now=MONDAY)
    maja = let_in(cast.karen, relative, now=MONDAY)
    withdrawn = a_relative(
        cast.karen, cast.ellen, person=Person("Ib", "friend", "+4520111213", None), now=MONDAY
    )
    ib = let_in(cast.karen, withdrawn, now=MONDAY)
    run(recording.withdraw, cast.karen, withdrawn)
    page = browse(maja)
    leaving = run(register_leaving, cast.karen, cast.ellen, Leaving("died", TODAY, "relative"))
    assert b"Ellen" not in page.get("/parorende").data
    assert page.get(f"/min-side/{cast.ellen}").status_code == 404
    with pytest.raises((CitizenGone, IsStopped)):
        run(recording.give, cast.karen, withdrawn, a_proxy(first=TODAY))
    run(undo_leaving, cast.karen, UUID(str(leaving)))
    assert b"Ellen" in page.get("/parorende").data
    assert may(ib.account_id, cast.ellen) == frozenset()


def test_each_look_is_on_record_as_a_relatives(cast: Cast, browse: Browse):
    maja = let_in(cast.karen, a_relative(cast.karen, cast.ellen, now=MONDAY), now=MONDAY)
    browse(maja).get("/parorende")
    with acting_for(HOME):
        looks = db.session.scalars(
            select(AuditLine).filter_by(account_id=maja.account_id, purpose="relative_page")
        ).all()
    assert [one.role for one in looks] == ["relative"]


def test_staff_write_a_proxy_down_on_a_page_that_keeps_what_was_typed(cast: Cast, browse: Browse):
    page, address = browse(cast.karen), f"/borgere/{cast.ellen}/fuldmagter/ny"
    typed = {
        "key": str(uuid4()),
        "name": "Maja Holm",
        "relation": "child",
        "phone": "070",
        "email": "maja@example.se",
        "purposes": ["book"],
        "from_on": "23-11-2026",
        "until_on": "",
        "evidence": "paper",
        "witness": "",
        "confirmed_how": "known",
    }
    answer = page.post(address, data=typed)
    assert answer.status_code == 422
    assert b"Maja Holm" in answer.data
    typed |= {"phone": "+46 70 123 45 67", "until_on": "22-11-2026", "key": str(uuid4())}
    assert page.post(address, data=typed).status_code == 422
    typed |= {"purposes": ["see", "book"], "until_on": "31-12-2026", "key": str(uuid4())}
    shown = page.post(address, data=typed, follow_redirects=True)
    assert (shown.status_code, b"maja@example.se" in shown.data) == (200, True)
    assert b"Maja Holm" in page.get(f"/borgere/{cast.ellen}/fuldmagter").data
