"""What must hold of every life with a standing wish, whatever else happens in it."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from klippekort.domain.lab.events import Event, Happening
from klippekort.domain.lab.replay import Answer, replay
from klippekort.domain.lab.standing import with_standing_wishes
from klippekort.domain.lab.town import Days, History, total
from klippekort.domain.schemes import SchemeFile, Terms, load
from tests.property.test_lab import COSTS, PAUSE, RULES, START, lives
from tests.unit.lab.playing import WEEKLY_HOUR, lived

DAYS = Days(START + timedelta(days=14), START + timedelta(days=200))
NOTICE = st.sampled_from(["", "[notice.by_length.all]\nnotice = '1 week'\n"])
USED = ("spend", "forfeit", "waive")
Rows = list[dict[str, str]]


def scheme(rules: str, notice: str) -> SchemeFile:
    return load(WEEKLY_HOUR + rules + notice + PAUSE.format("true") + COSTS)


def none(name: str) -> Terms:
    raise KeyError(name)


def answer(rules: SchemeFile, events: tuple[Event, ...], last: date) -> Answer:
    return replay(rules, events, [last], none, with_earliest=False)


def paid(told: Answer, last: date, lines: set[int]) -> dict[tuple[int, str], int]:
    """Return the minutes paid, forfeited and waived for these trips."""
    sums: dict[tuple[int, str], int] = {}
    for said in told.on[last].said:
        if said.code in USED and said.line in lines:
            key = (said.line, str(said.code))
            sums[key] = sums.get(key, 0) + said.minutes
    return sums


@given(
    rows=lives(),
    rules=RULES,
    notice=NOTICE,
    every_weeks=st.integers(1, 3),
    minutes=st.sampled_from([30, 60, 90, 120]),
)
@settings(max_examples=60, deadline=None)
def test_real_trips_are_never_displaced(
    rows: Rows, rules: str, notice: str, every_weeks: int, minutes: int
) -> None:
    used, last = scheme(rules, notice), DAYS.until_on
    before = History("a", tuple(lived(*rows)))
    after = with_standing_wishes(before, used, every_weeks=every_weeks, minutes=minutes, days=DAYS)
    told, wished = (answer(used, life.events, last) for life in (before, after))
    real = {event.line for event in before.events}
    trips = {event.line for event in before.events if event.event is Happening.TRIP}
    outcomes = {result.line: (result.outcome, result.rule) for result in told.events}
    assert {
        result.line: (result.outcome, result.rule)
        for result in wished.events
        if result.line in real
    } == outcomes
    assert paid(wished, last, trips) == paid(told, last, trips)


@given(rows=lives(), rules=RULES, notice=NOTICE, minutes=st.sampled_from([30, 60, 120]))
@settings(max_examples=60, deadline=None)
def test_no_more_time_lapses_and_no_wish_that_is_kept_is_refused(
    rows: Rows, rules: str, notice: str, minutes: int
) -> None:
    used = scheme(rules, notice)
    before = History("a", tuple(lived(*rows)))
    after = with_standing_wishes(before, used, every_weeks=1, minutes=minutes, days=DAYS)
    told, wished = (total([life], used, DAYS) for life in (before, after))
    assert wished.refused_trips == told.refused_trips
    assert wished.minutes("lapsed") <= told.minutes("lapsed")
