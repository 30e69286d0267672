"""The nightly proof: tampering raises an alarm that people see, and that goes when it is mended."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text

from klippekort.domain.permissions import Actor
from klippekort.platform import audit_chain, clock, migrate
from klippekort.platform.db import db, write_turn
from klippekort.platform.execute import execute
from klippekort.platform.tenancy import acting_for
from klippekort.punchcards.jobs import prove_ledger
from klippekort.punchcards.models import LedgerDifference
from klippekort.punchcards.queries import history, proving
from klippekort.punchcards.services import proof
from tests.builders import a_card, a_scheme
from tests.cast import HOME, Cast
from tests.integration.corrections.arrange import entries, klippekort
from tests.login import log_in

Walls = Mapping[str, tuple[str, ...]]
ENTRIES_DOWN: Walls = {
    "sqlite": ("drop trigger punch_entry_no_update",),
    "postgresql": ("alter table punch_entry disable trigger user",),
}
LOTS_DOWN: Walls = {"sqlite": ("drop trigger punch_lot_agrees",), "postgresql": ()}
AUDIT_DOWN: Walls = {
    "sqlite": ("drop trigger audit_line_no_update",),
    "postgresql": ("alter table audit_line disable trigger user",),
}


class Intruder:
    """Somebody with the owner's rights, who takes a wall down and changes what is behind it."""

    def __init__(self, app: Flask, kind: str) -> None:
        self.kind = kind
        self.engine = migrate.owner_engine(app.extensions["settings"].owner_database_url)

    def change(self, statement: str, walls: Walls) -> None:
        """Take the walls down and run a statement as the home municipality."""
        db.session.rollback()
        with write_turn(), self.engine.begin() as connection:
            for wall in walls[self.kind]:
                connection.execute(text(wall))
            if self.kind == "postgresql":
                connection.execute(text("select set_config('app.municipality', '1', true)"))
            assert connection.execute(text(statement)).rowcount > 0


@pytest.fixture
def cards(committed_app: Flask, committed_cast: Cast) -> tuple[UUID, UUID]:
    """Ellen's card and Poul's, each with two lines."""
    scheme = a_scheme()
    return (
        a_card(committed_cast, committed_cast.ellen, scheme_id=scheme),
        a_card(committed_cast, committed_cast.poul, scheme_id=scheme),
    )


@pytest.fixture
def intruder(committed_app: Flask, database: str) -> Iterator[Intruder]:
    found = Intruder(committed_app, database)
    yield found
    found.engine.dispose()


def _prove(days: int = 0) -> None:
    with acting_for(HOME):
        prove_ledger(clock.today(), clock.now() + timedelta(seconds=days))


def _alarms() -> list[tuple[UUID | None, str, str]]:
    with acting_for(HOME):
        db.session.rollback()
        rows = db.session.scalars(
            select(LedgerDifference).where(LedgerDifference.cleared_at.is_(None))
        )
        return [(row.card_id, row.what, row.place) for row in rows]


GIFT = "update punch_entry set reason_code = 'gift' where seq = 2 and card_id = '{card}'"
BACK = "update punch_entry set reason_code = 'carried_over' where seq = 2 and card_id = '{card}'"


def _sql(statement: str, card: UUID, kind: str) -> str:
    return statement.format(card=card.hex if kind == "sqlite" else card)


def test_an_untouched_ledger_raises_no_alarm(cards: tuple[UUID, UUID]) -> None:
    _prove()
    assert _alarms() == []


def test_a_changed_line_is_named_and_its_neighbours_are_not(
    cards: tuple[UUID, UUID], intruder: Intruder
) -> None:
    intruder.change(_sql(GIFT, cards[0], intruder.kind), ENTRIES_DOWN)
    _prove()
    assert _alarms() == [(cards[0], "changed_entry", "2")]


@pytest.mark.parametrize(
    "change", ["minutes = minutes + 1", "effective_on = '2020-01-01'", "actor_id = null"]
)
def test_whatever_a_line_says_of_a_deed_is_in_the_chain(
    cards: tuple[UUID, UUID], intruder: Intruder, change: str
) -> None:
    statement = GIFT.replace("reason_code = 'gift'", change)
    intruder.change(_sql(statement, cards[0], intruder.kind), ENTRIES_DOWN)
    _prove()
    assert (cards[0], "changed_entry", "2") in _alarms()


def test_only_the_first_broken_line_of_a_card_is_named(
    cards: tuple[UUID, UUID], intruder: Intruder
) -> None:
    intruder.change("update punch_entry set reason_code = 'gift'", ENTRIES_DOWN)
    _prove()
    assert set(_alarms()) == {(card, "changed_entry", "1") for card in cards}


def test_a_total_changed_by_hand_is_named(cards: tuple[UUID, UUID], intruder: Intruder) -> None:
    intruder.change("update punch_lot set granted = granted + 60", LOTS_DOWN)
    _prove()
    assert {what for _card, what, _place in _alarms()} == {"wrong_total"}
    assert {card for card, _what, _place in _alarms()} == set(cards)


@pytest.mark.parametrize(
    "change",
    ["expires_on = '2020-01-01'", "credited_on = '2020-01-01'", "expiry_rule = null"],
)
def test_a_lot_whose_days_or_rule_were_changed_is_named(
    cards: tuple[UUID, UUID], intruder: Intruder, change: str
) -> None:
    statement = f"update punch_lot set {change} where card_id = '{{card}}'"  # noqa: S608
    intruder.change(_sql(statement, cards[0], intruder.kind), LOTS_DOWN)
    _prove()
    assert {(card, what) for card, what, _place in _alarms()} == {(cards[0], "changed_lot")}


def test_a_lot_that_is_gone_from_its_card_is_named(
    cards: tuple[UUID, UUID], intruder: Intruder
) -> None:
    with acting_for(HOME):
        lot = entries(cards[0])[0].lot_id
    assert lot is not None
    statement = "update punch_lot set card_id = '{card}', period = 'taken' where id = '%s'"
    taken = statement % (lot.hex if intruder.kind == "sqlite" else lot)
    intruder.change(_sql(taken, cards[1], intruder.kind), LOTS_DOWN)
    _prove()
    assert (cards[0], "wrong_total", str(lot)) in _alarms()
    assert (cards[1], "wrong_total") in {alarm[:2] for alarm in _alarms()}


def test_a_line_that_would_overdraw_is_named(cards: tuple[UUID, UUID], intruder: Intruder) -> None:
    statement = "update punch_entry set kind = 'hold' where seq = 2 and card_id = '{card}'"
    intruder.change(_sql(statement, cards[1], intruder.kind), ENTRIES_DOWN)
    _prove()
    assert (cards[1], "below_zero", "2") in _alarms()


def test_a_reversal_of_nothing_is_named_and_stops_no_proof(
    cards: tuple[UUID, UUID], intruder: Intruder
) -> None:
    statement = "update punch_entry set kind = 'reverse' where seq = 2 and card_id = '{card}'"
    intruder.change(_sql(statement, cards[1], intruder.kind), ENTRIES_DOWN)
    _prove()
    assert _alarms() == [(cards[1], "changed_entry", "2")]


def test_a_changed_record_of_looks_is_named(cards: tuple[UUID, UUID], intruder: Intruder) -> None:
    with acting_for(HOME):
        execute(audit_chain.seal)
    intruder.change("update audit_line set role = 'nobody'", AUDIT_DOWN)
    _prove()
    assert _alarms() == [(None, "changed_line", "1")]


def test_an_alarm_stays_one_and_goes_when_it_proves_again(
    cards: tuple[UUID, UUID], intruder: Intruder
) -> None:
    intruder.change(_sql(GIFT, cards[0], intruder.kind), ENTRIES_DOWN)
    _prove()
    _prove(1)
    assert len(_alarms()) == 1
    again: Walls = {"sqlite": (), "postgresql": ()}
    intruder.change(_sql(BACK, cards[0], intruder.kind), again)
    _prove(2)
    assert _alarms() == []


def test_a_day_that_is_over_is_not_proved_again(cards: tuple[UUID, UUID]) -> None:
    with acting_for(HOME):
        outcome = prove_ledger(clock.today() - timedelta(days=1), clock.now())
    assert (outcome.expected, outcome.failed) == (0, 0)


def _seen(app: Flask, actor: Actor, path: str) -> str:
    client: FlaskClient = log_in(app.test_client(), actor)
    client.set_cookie("lang", "en", domain="localhost")
    return client.get(path).text


def test_a_coordinator_sees_the_alarm_until_it_is_gone(
    committed_app: Flask, committed_cast: Cast, cards: tuple[UUID, UUID], intruder: Intruder
) -> None:
    karen, words = committed_cast.karen, "The ledger does not prove"
    assert words not in _seen(committed_app, karen, "/overblik")
    intruder.change(_sql(GIFT, cards[0], intruder.kind), ENTRIES_DOWN)
    _prove()
    overview = _seen(committed_app, karen, "/overblik")
    assert words in overview
    assert "Line 2 was changed afterwards." in overview
    assert f"/klippekort/{cards[0]}/forklaring" in overview
    for person in (karen, committed_cast.ada):
        page = _seen(committed_app, person, "/drift/jobs")
        assert words in page
        assert "Ellen" not in page
    assert words not in _seen(committed_app, committed_cast.ida, "/overblik")
    intruder.change(_sql(BACK, cards[0], intruder.kind), {"sqlite": (), "postgresql": ()})
    _prove(1)
    assert words not in _seen(committed_app, karen, "/overblik")


def test_the_command_names_the_first_broken_entry_and_is_silent_beside_it(
    committed_app: Flask, cards: tuple[UUID, UUID], intruder: Intruder
) -> None:
    intruder.change(_sql(GIFT, cards[0], intruder.kind), ENTRIES_DOWN)
    answer = klippekort(committed_app, "ledger", "verify")
    assert answer.exit_code == 1
    assert answer.stdout == f"card {cards[0]}: entry 2 was changed\n"
    assert "Municipality" not in answer.stderr


def test_a_proof_reads_a_long_card_in_batches(
    cards: tuple[UUID, UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "_BATCH", 1)
    monkeypatch.setattr(proving, "_BATCH", 1)
    with acting_for(HOME):
        assert len(entries(cards[0])) == 2
        assert [len(list(proving.entries_of(card))) for card in cards] == [2, 2]
        assert [len(list(history.entries_of(card))) for card in cards] == [2, 2]
        assert proof.verify_municipality() == []
