"""The coordinator's and the planner's morning."""

from collections.abc import Iterator
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, select

from klippekort.messages.models import OutboxMessage
from klippekort.messages.services import queue_call
from klippekort.platform import clock
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.tenancy import acting_for
from klippekort.punchcards.models import CardTask
from klippekort.punchcards.queries.cards import lock_card
from klippekort.punchcards.services.ledger import open_task
from tests.builders import a_card
from tests.cast import AWAY, HOME, Cast
from tests.login import log_in
from tests.measures_site import measured

MOST_STATEMENTS = 40


@pytest.fixture
def sent(client: FlaskClient) -> Iterator[list[str]]:
    """Every statement that is sent, but not what begins and ends a transaction."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(("BEGIN", "SAVEPOINT", "RELEASE")):
            seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    yield seen
    event.remove(db.engine, "before_cursor_execute", note)


def a_low_answer(cast: Cast) -> None:
    """Have Ellen answer so that somebody must follow it up."""
    with acting_for(HOME):
        measured(cast.karen, cast.ellen)


def a_call(cast: Cast, municipality: int = HOME, citizen: UUID | None = None) -> UUID:
    """Put a call on the list and return its id."""
    now = clock.now()
    facts = {"starts_at": now.isoformat(), "destination": "Kortklub, Klubhuset"}
    with acting_for(municipality):
        execute(
            queue_call,
            "k",
            "trip_cancelled",
            citizen_id=citizen or cast.ellen,
            supplier_id=cast.supplier if municipality == HOME else None,
            facts=facts,
            due_at=now,
            now=now,
        )
        return db.session.scalars(select(OutboxMessage.id)).one()


def state_of(call: UUID, municipality: int = HOME) -> str:
    db.session.rollback()
    with acting_for(municipality):
        return db.session.scalars(select(OutboxMessage.state).filter_by(id=call)).one()


def test_a_call_stands_on_the_list_until_it_is_made(client: FlaskClient, cast: Cast) -> None:
    call = a_call(cast)
    log_in(client, cast.karen)
    assert "Ellen Sørensen" in client.get("/overblik").text
    client.post(f"/opkald/{call}", data={"key": str(call)})
    assert state_of(call) == "done"
    assert "Ellen Sørensen" not in client.get("/overblik").text


def test_a_call_ticked_twice_is_ticked_once(client: FlaskClient, cast: Cast) -> None:
    call = a_call(cast)
    log_in(client, cast.karen)
    answers = [client.post(f"/opkald/{call}", data={"key": str(call)}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]


def test_another_municipalitys_call_is_not_found(client: FlaskClient, cast: Cast) -> None:
    call = a_call(cast, AWAY, cast.gudrun)
    answer = log_in(client, cast.karen).post(f"/opkald/{call}", data={"key": str(call)})
    assert answer.status_code == 404
    assert state_of(call, AWAY) == "queued"


@pytest.mark.parametrize("who", ["bo", "asta", "viggo", "ada"])
def test_the_overview_is_for_coordinators_and_planners(
    client: FlaskClient, cast: Cast, who: str
) -> None:
    assert log_in(client, getattr(cast, who)).get("/overblik").status_code == 403


def test_a_task_about_a_card_can_be_seen_to(client: FlaskClient, cast: Cast) -> None:
    card = a_card(cast, cast.ellen)
    with acting_for(HOME):
        execute(lambda: open_task(lock_card(card), "decide", "cancelling.host", "t", clock.today()))
        task = db.session.scalars(select(CardTask.id)).one()
    log_in(client, cast.karen)
    client.post(f"/opgaver/{task}", data={"key": str(task)})
    db.session.rollback()
    with acting_for(HOME):
        assert db.session.scalars(select(CardTask.closed_at)).one() is not None


def test_a_month_that_makes_no_sense_is_this_month(client: FlaskClient, cast: Cast) -> None:
    assert log_in(client, cast.karen).get("/vaerter?maaned=2026-13").status_code == 200


def test_a_low_answer_is_counted_for_who_may_follow_it_up(client: FlaskClient, cast: Cast) -> None:
    a_low_answer(cast)
    assert "/maalinger/opfoelgning" in log_in(client, cast.karen).get("/overblik").text


def test_a_planner_hears_of_no_answers(client: FlaskClient, cast: Cast) -> None:
    a_low_answer(cast)
    assert "/maalinger/opfoelgning" not in log_in(client, cast.ida).get("/overblik").text


def test_the_morning_takes_few_statements(client: FlaskClient, cast: Cast, sent: list[str]) -> None:
    a_low_answer(cast)
    a_call(cast)
    log_in(client, cast.karen).get("/overblik")
    sent.clear()
    client.get("/overblik")
    assert len(sent) <= MOST_STATEMENTS, len(sent)


def test_what_has_no_line_in_the_menu_stands_under_more(client: FlaskClient, cast: Cast) -> None:
    page = log_in(client, cast.karen).get("/mere").text
    wanted = ("/ordninger", "/vaertskab", "/penge", "/synspunkter", "/forloeb", "/ventelister")
    assert [one for one in wanted if f'href="{one}"' not in page] == []


def test_more_shows_a_planner_only_what_is_theirs(client: FlaskClient, cast: Cast) -> None:
    page = log_in(client, cast.ida).get("/mere").text
    assert 'href="/penge"' not in page
    assert 'href="/penge/opgoerelse"' in page


def test_the_administrator_finds_the_money(client: FlaskClient, cast: Cast) -> None:
    assert 'href="/penge"' in log_in(client, cast.ada).get("/foerste-uge").text
