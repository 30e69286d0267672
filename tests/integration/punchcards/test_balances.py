"""Time saved elsewhere, put on many cards at once: just as if it were done card by card."""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, select

from klippekort.domain.errors import CardClosed, Forbidden, NotFound
from klippekort.platform.audit import AuditCitizen, AuditLine
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.ids import new_id
from klippekort.platform.tenancy import acting_for
from klippekort.punchcards.models import PunchCard, PunchEntry, PunchLot
from klippekort.punchcards.services.balances import OpeningLot, carry_over, carry_over_many
from klippekort.punchcards.services.cards import end_card
from klippekort.punchcards.services.proof import verify_municipality
from tests.builders import MONDAY, a_card, a_scheme
from tests.cast import HOME, Cast

TODAY = MONDAY.date()
LAPSED, COMING = TODAY - timedelta(days=1), TODAY + timedelta(days=30)
LOTS = [
    OpeningLot(90, TODAY - timedelta(days=40), LAPSED),
    OpeningLot(60, TODAY - timedelta(days=30), COMING),
    OpeningLot(45, TODAY - timedelta(days=70)),
    OpeningLot(30, TODAY),
]
openings = st.lists(
    st.builds(
        OpeningLot,
        minutes=st.integers(1, 600),
        credited_on=st.dates(TODAY - timedelta(days=120), TODAY),
        expires_on=st.none() | st.dates(TODAY - timedelta(days=30), TODAY + timedelta(days=60)),
    ),
    max_size=4,
)


def _cards(cast: Cast, count: int = 2) -> list[UUID]:
    """Give one citizen a card under each of so many schemes, with nothing on them."""
    schemes = [a_scheme(name=f"Scheme {number} {new_id()}") for number in range(count)]
    return [a_card(cast, cast.ellen, 0, scheme_id=scheme) for scheme in schemes]


def _many(cast: Cast, lots: dict[UUID, list[OpeningLot]]) -> dict[UUID, int]:
    with acting_for(HOME):
        added: dict[UUID, int] = execute(carry_over_many, cast.asta, lots, now=MONDAY)
    return added


def _kept(card_id: UUID) -> tuple[list[object], list[object], list[object]]:
    """Return all that is stored about a card but its ids: lots, entries and the record."""
    with acting_for(HOME):
        lots = db.session.scalars(
            select(PunchLot)
            .filter_by(card_id=card_id)
            .order_by(PunchLot.credited_on, PunchLot.period)
            .execution_options(populate_existing=True)
        )
        entries = db.session.execute(
            select(PunchEntry, PunchLot.period)
            .join(PunchLot, PunchLot.id == PunchEntry.lot_id)
            .where(PunchEntry.card_id == card_id)
            .order_by(PunchEntry.seq)
        )
        record = db.session.execute(
            select(AuditLine, AuditCitizen.citizen_id)
            .join(AuditCitizen, AuditCitizen.line_id == AuditLine.id)
            .where(AuditLine.subject_id == card_id)
            .order_by(AuditLine.at, AuditLine.id)
        )
        return (
            _without(("id", "card_id"), lots),
            [
                (period, *_without(("id", "card_id", "lot_id", "previous", "hash"), [entry]))
                for entry, period in entries
            ],
            [
                (citizen_id, *_without(("id", "at", "subject_id"), [line]))
                for line, citizen_id in record
            ],
        )


def _without(names: Iterable[str], rows: Iterable[object]) -> list[object]:
    left_out = {"_sa_instance_state", *names}
    return [{name: value for name, value in vars(r).items() if name not in left_out} for r in rows]


def _differences() -> list[object]:
    with acting_for(HOME):
        return list(verify_municipality())


@settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(first=openings, more=openings)
def test_many_at_once_is_the_same_as_one_by_one(
    cast: Cast, first: list[OpeningLot], more: list[OpeningLot]
) -> None:
    one, other, batched, beside = _cards(cast, 4)
    for lots in (first, first + more):
        with acting_for(HOME):
            for card_id, mine in ((one, lots), (other, more)):
                execute(carry_over, cast.asta, card_id, mine, now=MONDAY)
        _many(cast, {batched: lots, beside: more})
    assert (_kept(batched), _kept(beside)) == (_kept(one), _kept(other))
    assert _differences() == []


def test_what_has_lapsed_expires_at_once(cast: Cast) -> None:
    card, _ = _cards(cast)
    _many(cast, {card: LOTS})
    with acting_for(HOME):
        found = db.session.execute(
            select(PunchLot.granted, PunchLot.expired)
            .where(PunchLot.card_id == card)
            .order_by(PunchLot.granted)
        ).all()
    assert [tuple(row) for row in found] == [(30, 0), (45, 45), (60, 0), (90, 90)]


def test_the_chains_and_totals_prove_afterwards(cast: Cast) -> None:
    one, other = _cards(cast)
    _many(cast, {one: LOTS, other: LOTS[:2]})
    assert _differences() == []


def test_a_second_run_adds_nothing(cast: Cast) -> None:
    one, other = _cards(cast)
    lots = {one: LOTS, other: LOTS[:2]}
    assert _many(cast, lots) == {one: 225, other: 150}
    before = _kept(one), _kept(other)
    assert _many(cast, lots) == {one: 0, other: 0}
    assert (_kept(one), _kept(other)) == before


def test_more_cards_need_no_more_questions(cast: Cast) -> None:
    two, six = _cards(cast, 2), _cards(cast, 6)
    counts: list[int] = []

    def count(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        counts[-1] += statement.startswith("SELECT")

    event.listen(db.engine, "before_cursor_execute", count)
    try:
        for cards in (two, six):
            counts.append(0)
            _many(cast, dict.fromkeys(cards, LOTS[:2]))
    finally:
        event.remove(db.engine, "before_cursor_execute", count)
    assert counts[0] == counts[1]


def test_a_card_behind_is_reckoned_first(cast: Cast) -> None:
    card, beside = _cards(cast)
    later = MONDAY + timedelta(days=3)
    with acting_for(HOME):
        execute(carry_over_many, cast.asta, {card: LOTS, beside: []}, now=later)
        reckoned = set(db.session.scalars(select(PunchCard.advanced_through)))
    assert reckoned == {later.date()}


def test_one_ended_card_stops_them_all(cast: Cast) -> None:
    ended, beside = _cards(cast)
    with acting_for(HOME):
        execute(end_card, cast.asta, ended, reason="moved", now=MONDAY)
        with pytest.raises(CardClosed):
            execute(
                carry_over_many,
                cast.asta,
                {beside: LOTS, ended: LOTS},
                now=MONDAY + timedelta(days=1),
            )
    assert _kept(beside)[0] == []


def test_a_card_that_is_not_there_stops_them_all(cast: Cast) -> None:
    card, _ = _cards(cast)
    with pytest.raises(NotFound):
        _many(cast, {card: LOTS, UUID(int=1): LOTS})
    assert _kept(card)[0] == []


@pytest.mark.parametrize("who", ["bo", "karen", "viggo", "ada"])
def test_only_who_may_give_cards_may_carry_over(cast: Cast, who: str) -> None:
    card, _ = _cards(cast)
    with acting_for(HOME), pytest.raises(Forbidden):
        execute(carry_over_many, getattr(cast, who), {card: LOTS}, now=MONDAY)
