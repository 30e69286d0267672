"""When what a tablet tells still means what it meant, and when it happened by our clock."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from klippekort.domain.intents import (
    AheadOfUs,
    IntentKind,
    Standing,
    Told,
    Verdict,
    clock_off,
    end_by_our_clock,
    happened_at,
    is_off,
    weigh,
)
from klippekort.domain.trips import Cause, TripState

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
START = Told(IntentKind.START)
FINISH = Told(IntentKind.FINISH, NOON, NOON + 90 * MINUTE)
BROKEN = Told(IntentKind.FINISH, NOON, NOON + 90 * MINUTE, is_broken_off=True)
ILL = Told(IntentKind.CANCEL, cause=Cause.CITIZEN)
ELLEN, POUL = UUID(int=1), UUID(int=2)
BOTH = frozenset({(ELLEN, TripState.COMPLETED), (POUL, TripState.COMPLETED)})
ONE = frozenset({(ELLEN, TripState.COMPLETED), (POUL, TripState.NO_SHOW)})
GO_ON = Told(IntentKind.RESUME)
RUN, SO, CONFLICT = Verdict.RUN, Verdict.DONE_ALREADY, Verdict.CONFLICT


def _stands(state: TripState, *changes: str, minutes: int = 90, cause: Cause | None = None):
    return Standing(state, NOON, NOON + minutes * MINUTE, cause, frozenset(changes))


@pytest.mark.parametrize(
    ("told", "standing", "verdict"),
    [
        (START, _stands(TripState.BOOKED), RUN),
        (START, _stands(TripState.BOOKED, "incident"), RUN),
        (START, _stands(TripState.BOOKED, "escort_changed"), CONFLICT),
        (START, _stands(TripState.BOOKED, "moved"), CONFLICT),
        (START, _stands(TripState.UNDER_WAY, "started"), SO),
        (START, _stands(TripState.COMPLETED, "started", "completed"), SO),
        (START, _stands(TripState.CANCELLED, "cancelled"), CONFLICT),
        (START, _stands(TripState.NO_SHOW, "no_show"), CONFLICT),
        (START, _stands(TripState.HELD), CONFLICT),
        (FINISH, _stands(TripState.UNDER_WAY, "started"), RUN),
        (FINISH, _stands(TripState.BOOKED), RUN),
        (FINISH, _stands(TripState.BOOKED, "moved"), CONFLICT),
        (FINISH, _stands(TripState.UNDER_WAY, "escort_changed"), CONFLICT),
        (FINISH, _stands(TripState.COMPLETED, "completed"), SO),
        (FINISH, _stands(TripState.COMPLETED, "completed", minutes=60), CONFLICT),
        (FINISH, _stands(TripState.BROKEN_OFF, "broken_off"), CONFLICT),
        (BROKEN, _stands(TripState.BROKEN_OFF, "broken_off"), SO),
        (FINISH, _stands(TripState.CANCELLED, "cancelled"), CONFLICT),
        (ILL, _stands(TripState.BOOKED), RUN),
        (ILL, _stands(TripState.BOOKED, "escort_changed"), CONFLICT),
        (ILL, _stands(TripState.UNDER_WAY, "started"), CONFLICT),
        (ILL, _stands(TripState.CANCELLED, "cancelled", cause=Cause.CITIZEN), SO),
        (ILL, _stands(TripState.CANCELLED, "cancelled", cause=Cause.SUPPLIER), CONFLICT),
        (ILL, _stands(TripState.COMPLETED, "completed"), CONFLICT),
        (Told(IntentKind.CANCEL, cause=Cause.NO_SHOW), _stands(TripState.NO_SHOW), CONFLICT),
        (ILL, _stands(TripState.UNDER_WAY), CONFLICT),
        (replace(ILL, is_about_one=True), _stands(TripState.UNDER_WAY), RUN),
        (replace(ILL, is_about_one=True), _stands(TripState.UNDER_WAY, "started"), CONFLICT),
        (replace(ILL, is_about_one=True), _stands(TripState.COMPLETED), CONFLICT),
        (Told(IntentKind.NOTE), _stands(TripState.CANCELLED, "cancelled"), RUN),
        (Told(IntentKind.HAPPENED), _stands(TripState.UNDER_WAY, "moved"), RUN),
    ],
)
def test_an_intent_runs_only_while_it_means_what_it_meant(
    told: Told, standing: Standing, verdict: Verdict
):
    assert weigh(told, standing) is verdict


@pytest.mark.parametrize(
    ("told", "standing", "verdict"),
    [(BOTH, BOTH, SO), (ONE, ONE, SO), (ONE, BOTH, CONFLICT), (BOTH, ONE, CONFLICT)],
)
def test_a_finish_is_so_already_where_it_is_so_for_each_rider(
    told: frozenset[tuple[UUID, TripState]],
    standing: frozenset[tuple[UUID, TripState]],
    verdict: Verdict,
):
    stands = replace(_stands(TripState.COMPLETED, "completed"), each=standing)
    assert weigh(replace(FINISH, each=told), stands) is verdict


def test_a_finish_of_one_while_others_are_out_is_so_already():
    each = frozenset({(ELLEN, TripState.COMPLETED), (POUL, TripState.UNDER_WAY)})
    stands = replace(_stands(TripState.UNDER_WAY, "completed"), each=each)
    assert weigh(replace(FINISH, each=each), stands) is SO


@pytest.mark.parametrize(
    ("state", "changes", "is_paused", "verdict"),
    [
        (TripState.UNDER_WAY, (), True, RUN),
        (TripState.UNDER_WAY, ("started",), True, RUN),
        (TripState.UNDER_WAY, ("incident",), True, CONFLICT),
        (TripState.UNDER_WAY, ("resumed",), False, SO),
        (TripState.UNDER_WAY, ("resumed", "incident"), True, CONFLICT),
        (TripState.COMPLETED, ("completed",), False, SO),
        (TripState.NO_SHOW, ("no_show",), False, CONFLICT),
    ],
)
def test_a_trip_goes_on_that_waits_for_what_one_knows_of(
    state: TripState, changes: tuple[str, ...], is_paused: bool, verdict: Verdict
):
    assert weigh(GO_ON, replace(_stands(state, *changes), is_paused=is_paused)) is verdict


@pytest.mark.parametrize(("minutes", "verdict"), [(30, SO), (40, CONFLICT)])
def test_what_two_say_of_a_homecoming_must_agree(minutes: int, verdict: Verdict):
    told = replace(FINISH, each=BOTH, homes=frozenset({(ELLEN, NOON + 30 * MINUTE)}))
    homes = frozenset({(ELLEN, NOON + minutes * MINUTE), (POUL, NOON + 90 * MINUTE)})
    stands = replace(_stands(TripState.COMPLETED, "completed"), each=BOTH, homes=homes)
    assert weigh(told, stands) is verdict


def test_what_a_fast_clock_shows_happened_earlier():
    off = clock_off(NOON + 17 * MINUTE, NOON + 10 * MINUTE)
    assert happened_at(NOON + 7 * MINUTE, off, NOON + 10 * MINUTE) == NOON


def test_without_the_clock_what_it_showed_is_believed():
    assert happened_at(NOON, None, NOON + MINUTE) == NOON


def test_a_clock_put_right_since_tells_of_now():
    assert happened_at(NOON + 4 * MINUTE, timedelta(), NOON) == NOON


def test_what_is_to_come_is_not_believed():
    with pytest.raises(AheadOfUs):
        happened_at(NOON + 6 * MINUTE, timedelta(), NOON)


@pytest.mark.parametrize(
    ("off", "flagged"),
    [(None, False), (5 * MINUTE, False), (-5 * MINUTE, False), (6 * MINUTE, True)],
)
def test_a_clock_more_than_five_minutes_off_is_flagged(off: timedelta | None, flagged: bool):
    assert is_off(off) is flagged


@pytest.mark.parametrize(
    ("ended", "off", "is_the_tap"),
    [
        (NOON + 7 * MINUTE, 7 * MINUTE, True),
        (NOON + 3 * MINUTE, 7 * MINUTE, True),
        (NOON - MINUTE, 7 * MINUTE, False),
        (NOON + 30 * MINUTE, 7 * MINUTE, False),
        (NOON + MINUTE, -7 * MINUTE, False),
        (NOON + MINUTE, None, False),
    ],
)
def test_only_an_end_read_off_a_fast_clock_is_put_right(
    ended: datetime, off: timedelta | None, is_the_tap: bool
):
    shown = NOON + (off or timedelta())
    assert (end_by_our_clock(ended, shown, NOON, off) == NOON) is is_the_tap
