"""However citizens are, the list tells why, and nobody said no to is on it."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from klippekort.domain.outreach import rules
from klippekort.domain.outreach.cases import Answer
from klippekort.domain.outreach.rules import RULES, Chosen, Facts, Key, Step

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
past = st.dates(date(2020, 1, 1), TODAY)
near = st.dates(date(2024, 1, 1), date(2027, 12, 31))
minutes = st.integers(0, 2000)
facts = st.builds(
    Facts,
    known_since=past,
    last_asked_on=st.none() | past,
    signs=st.frozensets(st.sampled_from(["sad", "tv_all_day", "own-1"])),
    noted_on=st.none() | past,
    free_minutes=minutes,
    lapsing=st.lists(st.tuples(near, minutes), max_size=4).map(tuple),
    last_out_on=st.none() | past,
    has_trip_ahead=st.booleans(),
    cancelled_by_us=st.lists(past, max_size=4).map(tuple),
    group_ended_on=st.none() | near,
    follow_up_on=st.none() | near,
    moved_on=st.none() | near,
    bereaved_on=st.none() | near,
)


@st.composite
def choices(draw: st.DrawFn) -> dict[Key, Chosen]:
    return {
        key: Chosen(
            draw(st.booleans()),
            {
                name: draw(st.integers(number.least, number.most))
                for name, number in rule.numbers.items()
            },
        )
        for key, rule in RULES.items()
    }


@given(facts, choices())
def test_each_reason_is_of_a_rule_that_is_on_and_is_told_once(
    known: Facts, choice: dict[Key, Chosen]
):
    told = [reason.key for reason in rules.reasons(known, choice, TODAY)]
    assert len(told) == len(set(told))
    assert all(choice[key].is_on for key in told)


@given(choices())
def test_rules_come_back_from_the_store_as_they_went_in(choice: dict[Key, Chosen]):
    assert rules.chosen_from(rules.kept_as(choice)) == choice


@given(facts, choices())
def test_never_asked_and_not_asked_do_not_hold_together(known: Facts, choice: dict[Key, Chosen]):
    told = {reason.key for reason in rules.reasons(known, choice, TODAY)}
    assert not {Key.NEVER_ASKED, Key.NOT_ASKED} <= told


@given(st.lists(facts, max_size=6), choices())
def test_counts_are_the_reasons_told(everybody: list[Facts], choice: dict[Key, Chosen]):
    told = [reason.key for one in everybody for reason in rules.reasons(one, choice, TODAY)]
    assert {key: n for key, n in rules.counts(everybody, choice, TODAY).items() if n} == {
        key: told.count(key) for key in set(told)
    }


@given(st.integers(1, 400), st.integers(0, 400), st.none() | st.integers(-5, 400))
def test_a_no_rests_until_its_day_whatever_others_note(ahead: int, later: int, noted: int | None):
    step = Step(Answer.NO, NOW, TODAY + timedelta(ahead))
    noted_at = None if noted is None else NOW + timedelta(days=noted)
    rest = rules.rests(step, TODAY + timedelta(later), noted_at=noted_at, self_at=None)
    assert rest == (later < ahead)
