"""However a course goes: it rests and stops only to go on, ends, and asks for no score."""

from hypothesis import given
from hypothesis import strategies as st

from klippekort.domain.courses import (
    ENDED,
    OPEN,
    WAY,
    Outcome,
    Phase,
    Standing,
    after_check,
    go_on,
    next_phases,
    step,
    stop,
)


def walked(choices: list[int]) -> list[Standing]:
    found = [Standing(Phase.SPOTTED)]
    for choice in choices:
        ways = next_phases(found[-1])
        if not ways:
            break
        found.append(step(found[-1], ways[choice % len(ways)]))
    return found


WALKS = st.lists(st.integers(0, 20), max_size=30).map(walked)


@given(WALKS)
def test_only_a_course_that_rests_or_is_stopped_is_held(walk: list[Standing]):
    assert all((one.held is not None) == (one.phase is Phase.PAUSED) for one in walk)


@given(WALKS)
def test_every_open_course_can_be_closed_and_declined(walk: list[Standing]):
    for one in walk:
        if one.phase in OPEN:
            assert {Phase.CLOSED, Phase.DECLINED} <= set(next_phases(one))


@given(WALKS)
def test_a_stop_taken_back_leaves_the_phase_it_had(walk: list[Standing]):
    last = walk[-1]
    if last.phase in OPEN:
        before = last.held or last.phase
        assert go_on(stop(last)) == Standing(before)


@given(WALKS, st.sampled_from(Outcome))
def test_a_check_never_leads_where_a_step_could_not(walk: list[Standing], outcome: Outcome):
    last = walk[-1]
    after = after_check(last, outcome)
    assert after == last or after.phase in next_phases(last)


def test_the_whole_way_can_be_gone_one_phase_after_the_other():
    at = Standing(WAY[0])
    for phase in WAY[1:]:
        at = step(at, phase)
    assert step(at, Phase.CLOSED).phase in ENDED
