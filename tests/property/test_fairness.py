"""The fair turn: what must hold whoever waits."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from klippekort.domain.fairness import Claim, ScoreSheet, in_turn, score
from klippekort.domain.working_hours import OfficeHours, after_working, working_minutes_between

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
DAYS = st.dates(date(2024, 1, 1), date(2026, 11, 22))
CLAIMS = st.builds(
    Claim,
    citizen_id=st.uuids(),
    waiting_since=st.integers(0, 900 * 24 * 60).map(lambda ago: NOW - timedelta(minutes=ago)),
    known_since=DAYS,
    last_trip_on=st.none() | DAYS,
    cancelled_by_us=st.integers(0, 20),
    lapsing_minutes=st.integers(0, 3000),
    lives_alone=st.booleans(),
)
LINES = st.lists(CLAIMS, max_size=8, unique_by=lambda claim: claim.citizen_id)
INSTANTS = st.integers(0, 1500 * 24 * 60).map(lambda ahead: NOW + timedelta(minutes=ahead))
OFFICES = st.sampled_from(
    [
        OfficeHours(time(8), time(15)),
        OfficeHours(time(9, 30), time(10)),
        OfficeHours(time(0), time(23)),
    ]
)


def place(sheets: list[ScoreSheet], claim: Claim) -> int:
    return [sheet.citizen_id for sheet in sheets].index(claim.citizen_id)


@given(line=LINES, shuffled=st.randoms(use_true_random=False))
def test_the_turn_does_not_depend_on_the_order_it_is_asked_in(line, shuffled):
    others = list(line)
    shuffled.shuffle(others)
    assert in_turn(line, NOW) == in_turn(others, NOW)


@given(line=LINES, claim=CLAIMS, weeks=st.integers(1, 60))
def test_to_have_waited_longer_never_lowers_a_place(line, claim, weeks):
    others = [one for one in line if one.citizen_id != claim.citizen_id]
    longer = replace(claim, waiting_since=claim.waiting_since - timedelta(weeks=weeks))
    before = place(in_turn([*others, claim], NOW), claim)
    assert place(in_turn([*others, longer], NOW), claim) <= before


@given(line=LINES, claim=CLAIMS, times=st.integers(1, 5), minutes=st.integers(0, 900))
def test_what_we_owe_somebody_never_lowers_a_place(line, claim, times, minutes):
    others = [one for one in line if one.citizen_id != claim.citizen_id]
    owed = replace(
        claim,
        cancelled_by_us=claim.cancelled_by_us + times,
        lapsing_minutes=claim.lapsing_minutes + minutes,
    )
    before = place(in_turn([*others, claim], NOW), claim)
    assert place(in_turn([*others, owed], NOW), claim) <= before


@given(line=LINES, leaver=CLAIMS)
def test_that_somebody_leaves_changes_nobody_elses_order(line, leaver):
    others = [one for one in line if one.citizen_id != leaver.citizen_id]
    with_her = [s for s in in_turn([*others, leaver], NOW) if s.citizen_id != leaver.citizen_id]
    assert with_her == in_turn(others, NOW)


@given(claim=CLAIMS, days=st.integers(0, 400))
def test_a_day_more_never_takes_points_away(claim, days):
    assert score(claim, NOW + timedelta(days=days)).total >= score(claim, NOW).total


@given(claim=CLAIMS)
def test_points_are_never_below_zero_and_add_up(claim):
    sheet = score(claim, NOW)
    assert all(line.points >= 0 for line in sheet.parts)
    assert sheet.total == sum(line.points for line in sheet.parts)


@given(start=INSTANTS, minutes=st.integers(1, 6000), office=OFFICES)
def test_a_deadline_is_exactly_so_many_working_minutes_away(start, minutes, office):
    assert working_minutes_between(start, after_working(start, minutes, office), office) == minutes


@given(start=INSTANTS, minutes=st.integers(1, 3000), more=st.integers(1, 3000), office=OFFICES)
def test_more_time_is_a_later_deadline(start, minutes, more, office):
    assert after_working(start, minutes, office) < after_working(start, minutes + more, office)
