"""Whoever is somewhere else is never offered, and more time never makes anybody unfit."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from klippekort.domain.escorting import Duty, Engagement, Leave, Outing, Worker, rank, why_not

MIDNIGHT = datetime(2026, 11, 24, tzinfo=UTC)
SUPPLIER = UUID(int=1)


@st.composite
def spans(draw: st.DrawFn) -> tuple[datetime, datetime]:
    begins = draw(st.integers(0, 23 * 4))
    length = draw(st.integers(1, 24))
    start = MIDNIGHT + timedelta(minutes=15 * begins)
    return start, start + timedelta(minutes=15 * length)


@st.composite
def duties(draw: st.DrawFn) -> Duty:
    start, end = draw(spans())
    if not draw(st.booleans()):
        return Duty(start, end)
    return Duty(start, end, start, min(end, start + timedelta(minutes=30)))


@st.composite
def workers(draw: st.DrawFn) -> Worker:
    trips = draw(st.lists(st.tuples(spans(), st.integers(0, 45)), max_size=4))
    return Worker(
        UUID(int=draw(st.integers(2, 99))),
        draw(st.sampled_from(("Anna", "Bo", "Mia"))),
        SUPPLIER,
        duties=tuple(draw(st.lists(duties(), max_size=4))),
        leaves=tuple(Leave(*span) for span in draw(st.lists(spans(), max_size=1))),
        engagements=tuple(Engagement(*span, way) for span, way in trips),
    )


@st.composite
def outings(draw: st.DrawFn) -> Outing:
    return Outing(*draw(spans()), SUPPLIER)


@given(outings(), st.lists(workers(), max_size=6))
def test_nobody_with_another_trip_meanwhile_is_offered(
    outing: Outing, everybody: list[Worker]
) -> None:
    for one in rank(outing, everybody):
        assert not any(
            trip.starts_at < outing.ends_at and trip.ends_at > outing.starts_at
            for trip in one.worker.engagements
        )


@given(outings(), workers(), spans())
def test_an_hour_more_at_work_never_makes_anybody_unfit(
    outing: Outing, worker: Worker, more: tuple[datetime, datetime]
) -> None:
    longer = replace(worker, duties=(*worker.duties, Duty(*more)))
    if not why_not(outing, worker):
        assert not why_not(outing, longer)


@given(outings(), workers())
def test_a_trip_less_never_makes_anybody_unfit(outing: Outing, worker: Worker) -> None:
    freer = replace(worker, engagements=worker.engagements[1:])
    if not why_not(outing, worker):
        assert not why_not(outing, freer)
