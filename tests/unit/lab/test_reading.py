"""What is wrong in a table of events is named by line and column, and nothing is replayed."""

import pytest

from klippekort.domain.lab.events import COLUMNS, BadEvents, Why
from klippekort.domain.lab.reading import read_events
from tests.unit.lab.playing import WEEKLY_HOUR, line, on, play

GRANT = "2025-01-06,grant,,"


def faults(*lines: str, header: str = "at,event,ref,minutes") -> list[tuple[int, str, Why]]:
    """Return what is wrong with a table: line, column and reason."""
    with pytest.raises(BadEvents) as found:
        read_events([header, *lines])
    return [(fault.line, fault.column, fault.why) for fault in found.value.faults]


@pytest.mark.parametrize(
    ("row", "column", "why"),
    [
        ("2025-01-07,dance,,", "event", Why.UNKNOWN_WORD),
        ("2025-01-07,,,", "event", Why.MISSING),
        (",trip,,30", "at", Why.MISSING),
        ("7/1/2025,trip,,30", "at", Why.NOT_A_DAY),
        ("2025-02-29,trip,,30", "at", Why.NOT_A_DAY),
        ("2025-01-07T10:00+01:00,trip,,30", "at", Why.NOT_A_DAY),
        ("20250107,trip,,30", "at", Why.NOT_A_DAY),
        ("2025-W02-2,trip,,30", "at", Why.NOT_A_DAY),
        ("2025-01-07 10:00,trip,,30", "at", Why.NOT_A_DAY),
        ("2025-01-07T10,trip,,30", "at", Why.NOT_A_DAY),
        ("2025-01-07T10:00:30,trip,,30", "at", Why.NOT_A_DAY),
        ("2025-01-07,trip,,-30", "minutes", Why.NOT_MINUTES),
        ("2025-01-07,trip,,30.5", "minutes", Why.NOT_MINUTES),
        ("2025-01-07,trip,,0", "minutes", Why.NOT_MINUTES),
        ("2025-01-07,trip,,", "minutes", Why.MISSING),
        ("2025-01-07,done,b,30", "ref", Why.NO_SUCH_TRIP),
        ("2025-01-05,planning,,30", "at", Why.BEFORE_GRANT),
        ("2025-01-05,decline,,", "at", Why.BEFORE_GRANT),
        ("2025-03-30T02:30,trip,,30", "at", Why.NO_SUCH_TIME),
        ("2025-01-07,trip,,30,x", "minutes", Why.TOO_MANY_CELLS),
    ],
)
def test_a_bad_line_is_named(row: str, column: str, why: Why) -> None:
    assert faults(GRANT, row) == [(3, column, why)]


@pytest.mark.parametrize(
    ("header", "row", "column", "why"),
    [
        ("at,event,kind", "2025-01-07,absence,moon", "kind", Why.UNKNOWN_WORD),
        ("at,event,ref,by", "2025-01-07,cancel,,", "ref", Why.MISSING),
        ("at,event,until,kind", "2025-01-07,absence,2025-01-06,other", "until", Why.BEFORE_START),
        ("at,event,minutes,travel", "2025-01-07,trip,30,31", "travel", Why.MORE_THAN_THE_TRIP),
        ("at,event,minutes,helpers", "2025-01-07,trip,30,0", "helpers", Why.NOT_A_COUNT),
        ("at,event,minutes,consent", "2025-01-07,trip,30,maybe", "consent", Why.UNKNOWN_WORD),
        ("at,event,facts", "2025-01-07,facts,hours:8", "facts", Why.NOT_FACTS),
        ("at,event,facts", "2025-01-07,facts,a=1;a=2", "facts", Why.NOT_FACTS),
        ("at,event,kind", "2025-01-07,end,dead", "kind", Why.UNKNOWN_WORD),
        ("at,event,minutes,reason", "2025-01-07,adjust,-1.5,x", "minutes", Why.NOT_WHOLE),
        ("at,event,minutes,reason", "2025-01-07,adjust,0,x", "minutes", Why.NOT_WHOLE),
        ("at,event,minutes,reason", "2025-01-07,adjust,30,", "reason", Why.MISSING),
    ],
)
def test_every_column_has_its_own_words(header: str, row: str, column: str, why: Why) -> None:
    assert (2, column, why) in faults(row, header=header)


def test_unknown_and_missing_columns_are_named() -> None:
    assert faults(header="at,event,colour") == [(1, "colour", Why.UNKNOWN_COLUMN)]
    assert faults(header="event") == [(1, "at", Why.MISSING_COLUMN)]


@pytest.mark.parametrize("mark", [";", "\t"])
def test_a_table_without_commas_is_told_to_use_them(mark: str) -> None:
    header = mark.join(["at", "event", "ref"])
    assert faults(mark.join(["2025-01-06", "grant", ""]), header=header) == [
        (1, "csv", Why.NOT_COMMAS)
    ]


def test_a_comma_too_many_in_the_header_is_told_as_that() -> None:
    assert faults(GRANT, header="at,event,ref,") == [(1, "csv", Why.NAMELESS_COLUMN)]


def test_overlapping_absences_are_refused_whatever_their_order() -> None:
    found = faults(
        "2025-02-10,absence,2025-02-20,holiday",
        "2025-02-01,absence,2025-02-10,hospital",
        "2025-03-01,absence,,other",
        "2025-04-01,absence,2025-04-02,hospital",
        header="at,event,until,kind",
    )
    assert found == [(3, "at", Why.OVERLAPS), (5, "at", Why.OVERLAPS)]


def test_absences_that_only_touch_are_fine() -> None:
    rows = ["2025-02-01,absence,2025-02-10,hospital", "2025-02-11,absence,2025-02-20,rehab"]
    assert len(read_events(["at,event,until,kind", *rows])) == 2


def test_overlapping_pauses_of_the_scheme_are_refused() -> None:
    found = faults(
        "2025-07-01,pause,2025-07-31",
        "2025-07-31,pause,2025-08-05",
        "2025-08-06,pause,2025-08-09",
        header="at,event,until",
    )
    assert found == [(3, "at", Why.OVERLAPS_PAUSE)]


def test_a_reason_ends_only_where_the_card_was_granted_for_it() -> None:
    rows = ["2025-01-06,grant,weak,", "2025-02-01,end,weak,death", "2025-02-01,end,strong,"]
    assert faults(*rows, header="at,event,reason,kind") == [(4, "reason", Why.NO_SUCH_REASON)]


def test_the_same_column_stands_once() -> None:
    assert faults(header="at,event,ref,ref") == [(1, "ref", Why.COLUMN_TWICE)]


@pytest.mark.parametrize("what", ["done", "no_show", "broken_off", "wasted_visit"])
def test_nothing_becomes_of_a_trip_before_its_day(what: str) -> None:
    rows = [GRANT, "2025-01-08T10:00,trip,a,30", f"2025-01-07,{what},a,"]
    assert faults(*rows) == [(4, "at", Why.BEFORE_TRIP)]


def test_a_trip_may_be_cancelled_before_its_day() -> None:
    rows = [f"{GRANT},", "2025-01-08T10:00,trip,a,30,", "2025-01-07,cancel,a,,citizen"]
    assert len(read_events(["at,event,ref,minutes,by", *rows])) == 3


def test_a_quotation_mark_that_is_not_closed_is_named_with_its_line() -> None:
    found = faults(f"{GRANT}\n", '2025-01-07,trip,"a,30\n', "2025-01-08,trip,b,30\n")
    assert (3, "csv", Why.OPEN_QUOTE) in found


def test_two_trips_cannot_have_the_same_name() -> None:
    assert faults(GRANT, "2025-01-07,trip,a,30", "2025-01-08,trip,a,30") == [(4, "ref", Why.TWICE)]


def test_all_faults_are_told_at_once() -> None:
    assert len(faults("2025-13-01,trip,,4.5", "x,dance,,")) >= 3


def test_short_rows_and_blank_lines_are_fine() -> None:
    events = read_events([",".join(COLUMNS), "2025-01-06,grant", "", "2025-01-07T10:00,trip,a,30"])
    assert [event.line for event in events] == [2, 4]


@pytest.mark.parametrize("day", ["0001-01-01", "0010-03-01", "1899-12-31", "2200-01-01"])
@pytest.mark.parametrize("column", ["at", "until", "known", "ordered_at"])
def test_a_day_no_week_can_be_reckoned_around_is_named(day: str, column: str) -> None:
    cells = {"at": "2025-01-06", "until": "", "known": "", "ordered_at": ""} | {column: day}
    row = f"{cells['at']},grant,{cells['until']},{cells['known']},{cells['ordered_at']}"
    found = faults(row, header="at,event,until,known,ordered_at")
    assert (2, column, Why.TOO_FAR_AWAY) in found


@pytest.mark.parametrize("day", ["1900-01-01", "2199-12-31"])
def test_the_first_and_the_last_year_are_lived_through(day: str) -> None:
    absence = line(day, "absence", kind="hospital", until=day)
    answer = play(WEEKLY_HOUR, line(day, "grant"), absence, on=day)
    assert on(answer, day).status == "active"
