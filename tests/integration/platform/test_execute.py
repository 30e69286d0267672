"""The write boundary, on both databases."""

from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from klippekort.domain.errors import NoSeat
from klippekort.municipalities.models import District
from klippekort.platform.db import StrayWrite, db
from klippekort.platform.execute import Answer, KeyReused, NestedWrite, execute
from klippekort.platform.tenancy import acting_for
from tests.cast import HOME, Cast
from tests.races import race


def add_district(name: str) -> str:
    district = District(name=name)
    db.session.add(district)
    db.session.flush()
    return str(district.id)


def count_districts() -> int:
    return db.session.scalar(select(func.count(District.id))) or 0


def test_the_same_key_gives_the_first_answer_and_changes_nothing(cast: Cast) -> None:
    with acting_for(HOME):
        before = count_districts()
        first = execute(add_district, "Vest", key="k", content="Vest")
        assert execute(add_district, "Vest", key="k", content="Vest") == first
        assert count_districts() == before + 1


def test_a_key_that_comes_with_other_content_is_refused(cast: Cast) -> None:
    with acting_for(HOME):
        execute(add_district, "Vest", key="k", content="Vest")
        with pytest.raises(KeyReused):
            execute(add_district, "Øst", key="k", content="Øst")


def test_a_press_that_comes_again_is_not_refused_for_what_it_has_done_itself(cast: Cast) -> None:
    def add_once() -> str:
        if db.session.scalar(select(District.id).filter_by(name="Vest")):
            raise NoSeat
        return add_district("Vest")

    with acting_for(HOME):
        assert execute(add_once, key="k") == execute(add_once, key="k")


def test_equal_keys_at_the_same_moment_have_one_effect(
    committed_app: Flask, committed_cast: Cast
) -> None:
    deeds = [lambda: execute(add_district, "Vest", key="tap")] * 6
    outcomes = race(committed_app, HOME, *deeds)
    assert outcomes.refusals == []
    assert len(set(outcomes.answers)) == 1


def test_a_refusal_writes_nothing(cast: Cast) -> None:
    def half_way() -> None:
        add_district("Vest")
        raise NoSeat

    with acting_for(HOME):
        before = count_districts()
        with pytest.raises(NoSeat):
            execute(half_way, key="no")
        assert count_districts() == before
        assert db.session.scalar(select(func.count(Answer.id)).filter_by(key="no")) == 0


def test_writes_outside_the_boundary_are_refused(cast: Cast) -> None:
    with acting_for(HOME):
        db.session.add(District(name="Vest"))
        with pytest.raises(StrayWrite):
            db.session.flush()
        db.session.rollback()


@pytest.mark.parametrize(
    "statement",
    [
        "update district set name = 'x'",
        "delete from district",
        "with x as (select 1) insert into district (municipality_id, id, name) select 1, 'x', 'x'",
    ],
)
def test_raw_writes_outside_the_boundary_are_refused(committed_app: Flask, statement: str) -> None:
    with pytest.raises(StrayWrite), db.engine.begin() as connection:
        connection.execute(text(statement))


def test_only_edges_execute(cast: Cast) -> None:
    with acting_for(HOME), pytest.raises(NestedWrite):
        execute(lambda: execute(add_district, "Vest"))


def test_a_write_after_a_read_in_the_same_request_waits_its_turn(
    committed_app: Flask, committed_cast: Cast
) -> None:
    def read_then_write(name: str) -> str:
        count_districts()
        return str(execute(add_district, name, tries=1))

    deeds = [lambda n=n: read_then_write(f"D{n}") for n in range(8)]
    outcomes = race(committed_app, HOME, *deeds)
    assert outcomes.refusals == []
    assert len({UUID(answer) for answer in outcomes.answers}) == 8
