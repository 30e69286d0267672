"""Who may go along on a trip, and who first."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from klippekort.domain.escorting import (
    Duty,
    Engagement,
    Leave,
    Needs,
    Outing,
    Reason,
    Worker,
    is_away,
    lacks,
    needs_of,
    rank,
    what_is_left,
    why,
    why_not,
)
from klippekort.domain.permissions import Actor, Role
from klippekort.domain.sending import may_send, may_take_off
from klippekort.domain.trips import Transport

SUPPLIER, OTHER, NORTH, SOUTH = (UUID(int=n) for n in range(1, 5))
TEN = datetime(2026, 11, 24, 9, tzinfo=UTC)
OUTING = Outing(TEN, TEN + timedelta(hours=2), SUPPLIER, NORTH)


def at(hours: float) -> datetime:
    """Return the instant so many hours after the trip begins."""
    return TEN + timedelta(hours=hours)


DAY = Duty(at(-3), at(6))
ANNA = Worker(UUID(int=9), "Anna", SUPPLIER, SOUTH, duties=(DAY,), trips_that_day=1)


def test_what_is_left_of_a_trip_under_way_is_from_now_on():
    assert what_is_left(at(2), at(1)) == (at(1), at(2))


def test_of_a_trip_under_way_that_is_late_a_moment_is_left():
    begins, ends = what_is_left(at(2), at(3))
    assert begins == at(3)
    assert begins < ends < at(3.1)
    assert is_away(begins, ends, [Leave(at(2.5))])
    assert not is_away(begins, ends, [Leave(at(1), at(3))])


@pytest.mark.parametrize(
    ("worker", "reasons"),
    [
        (ANNA, ()),
        (replace(ANNA, supplier_id=OTHER), (Reason.OTHER_SUPPLIER,)),
        (replace(ANNA, duties=()), (Reason.OFF_SHIFT,)),
        (replace(ANNA, duties=(Duty(at(-3), at(1.9)),)), (Reason.OFF_SHIFT,)),
        (replace(ANNA, duties=(Duty(at(0.1), at(6)),)), (Reason.OFF_SHIFT,)),
        (replace(ANNA, duties=(Duty(at(0), at(2)),)), ()),
        (replace(ANNA, duties=(Duty(at(1), at(6)), Duty(at(-3), at(1)))), ()),
        (replace(ANNA, duties=(Duty(at(-3), at(1)), Duty(at(1.1), at(6)))), (Reason.OFF_SHIFT,)),
        (replace(ANNA, duties=(Duty(at(-3), at(6), at(1), at(1.5)),)), (Reason.ON_BREAK,)),
        (replace(ANNA, duties=(Duty(at(-3), at(6), at(2), at(2.5)),)), ()),
        (replace(ANNA, leaves=(Leave(at(-9), at(1)),)), (Reason.AWAY,)),
        (replace(ANNA, leaves=(Leave(at(-9)),)), (Reason.AWAY,)),
        (replace(ANNA, leaves=(Leave(at(-9), at(0)),)), ()),
        (replace(ANNA, leaves=(Leave(at(2)),)), ()),
        (replace(ANNA, engagements=(Engagement(at(-1), at(0.1)),)), (Reason.BUSY,)),
        (replace(ANNA, engagements=(Engagement(at(-1), at(0)),)), ()),
        (replace(ANNA, engagements=(Engagement(at(-1), at(-0.25), 20),)), (Reason.TOO_FAR,)),
        (replace(ANNA, engagements=(Engagement(at(-1), at(-0.5), 30),)), ()),
        (replace(ANNA, engagements=(Engagement(at(2.25), at(3), 20),)), (Reason.TOO_FAR,)),
        (replace(ANNA, engagements=(Engagement(at(2.5), at(3), 30),)), ()),
    ],
)
def test_what_stands_in_the_way(worker: Worker, reasons: tuple[Reason, ...]) -> None:
    assert why_not(OUTING, worker) == reasons


@pytest.mark.parametrize(
    ("skills", "missing"),
    [((), ("demens", "ilt")), (("ilt",), ("demens",)), (("ilt", "demens"), ())],
)
def test_whoever_goes_along_has_the_skills_the_trip_cannot_do_without(
    skills: tuple[str, ...], missing: tuple[str, ...]
) -> None:
    outing = replace(OUTING, needs=Needs(frozenset({"ilt", "demens"})))
    worker = replace(ANNA, skills=frozenset(skills))
    assert lacks(outing, worker) == missing
    assert (Reason.LACKS_SKILL in why_not(outing, worker)) is bool(missing)


@pytest.mark.parametrize(
    ("transport", "licence", "reasons"),
    [
        (Transport.STAFF_CAR, False, (Reason.NO_LICENCE,)),
        (Transport.STAFF_CAR, True, ()),
        (Transport.TAXI, False, ()),
    ],
)
def test_the_staff_car_needs_a_driver(
    transport: str, licence: bool, reasons: tuple[Reason, ...]
) -> None:
    worker = replace(ANNA, has_driving_licence=licence)
    assert why_not(replace(OUTING, transport=transport), worker) == reasons


@pytest.mark.parametrize(
    ("aids", "wheelchair", "transport", "must", "helps"),
    [
        ((), False, Transport.WALK, (), ()),
        (("Rollator", "høreapparat"), False, Transport.WALK, (), ()),
        (("ILT",), False, Transport.WALK, ("ilt",), ()),
        (("iltapparat", "demens"), False, Transport.TAXI, ("demens", "ilt"), ()),
        (("loftlift",), False, Transport.WALK, ("forflytning",), ()),
        (("kørestol",), True, Transport.WALK, (), ("forflytning",)),
        (("kørestol",), True, Transport.WHEELCHAIR_BUS, (), ("forflytning",)),
        (("kørestol",), True, Transport.STAFF_CAR, ("forflytning",), ()),
    ],
)
def test_aids_say_which_skills_a_trip_needs(
    aids: tuple[str, ...],
    wheelchair: bool,
    transport: str,
    must: tuple[str, ...],
    helps: tuple[str, ...],
) -> None:
    needs = needs_of(aids, needs_wheelchair=wheelchair, transport=transport)
    assert needs == Needs(frozenset(must), frozenset(helps))


def test_what_speaks_for_somebody_is_told_the_weightiest_first() -> None:
    outing = replace(OUTING, needs=Needs(helps=frozenset({"forflytning"})))
    worker = replace(
        ANNA,
        district_id=NORTH,
        trips_together=3,
        trips_that_day=0,
        skills=frozenset({"forflytning"}),
    )
    assert why(outing, worker) == (Reason.REGULAR, Reason.NEAR, Reason.ABLE, Reason.FREE_DAY)


def test_the_regular_helper_comes_first_then_the_near_the_able_the_free_and_the_name() -> None:
    outing = replace(OUTING, needs=Needs(helps=frozenset({"forflytning"})))
    regular = replace(ANNA, name="Åse", trips_together=4, trips_that_day=3)
    near = replace(ANNA, name="Øjvind", district_id=NORTH)
    able = replace(ANNA, name="Zita", skills=frozenset({"forflytning"}))
    idle = replace(ANNA, name="Yrsa", trips_that_day=0)
    others = [replace(ANNA, name="Bo"), replace(ANNA, name="Anna")]
    away = replace(ANNA, name="Aase", trips_together=99, duties=())
    found = rank(outing, [*others, idle, away, able, near, regular])
    assert [one.worker.name for one in found] == ["Åse", "Øjvind", "Zita", "Yrsa", "Anna", "Bo"]


def test_each_supplier_exchanges_its_own_helpers() -> None:
    ours, theirs, gone = SUPPLIER, OTHER, UUID(int=8)
    planner = Actor(1, Role.PLANNER, supplier_id=ours)
    assert (may_send(planner, ours), may_send(planner, theirs)) == (True, False)
    assert may_take_off(planner, ours, {ours, theirs})
    assert not may_take_off(planner, theirs, {ours, theirs})
    assert may_take_off(planner, gone, {ours, theirs})
    assert may_take_off(Actor(1, Role.COORDINATOR), theirs, {ours, theirs})
