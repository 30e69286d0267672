"""A small invented town replayed: what is given, used, lost, refused and asked, in whole sums."""

from datetime import date, datetime, timedelta

from klippekort.domain.calendar import COPENHAGEN
from klippekort.domain.lab.events import Event, Happening
from klippekort.domain.lab.town import (
    Asked,
    Days,
    History,
    Month,
    Move,
    RefusedTrip,
    TownResult,
    added,
    lived,
    total,
)
from klippekort.domain.ledger import EntryKind
from klippekort.domain.schemes import SchemeFile, load

JANUARY = Days(date(2026, 1, 1), date(2026, 1, 31))
# Mondays in January 2026: the 5th, 12th, 19th and 26th.
HALF_HOUR_A_WEEK = """
minutes_per_punch = 30
[allowance]
minutes = 30
counted_from = "iso_week"
first = "grant_period"
[charging]
basis = "planned"
travel = "counts"
second_helper = 1
[cancelling.citizen]
charge = "free"
"""


def scheme(more: str = "") -> SchemeFile:
    return load(HALF_HOUR_A_WEEK + more)


def at(day: int, hour: int = 11) -> datetime:
    return datetime(2026, 1, day, hour, tzinfo=COPENHAGEN)


def life(*events: Event, citizen: str = "a", moves: tuple[Move, ...] = ()) -> History:
    """Return a life with a card from Monday the fifth."""
    return History(citizen, (Event(1, Happening.GRANT, at(5, 0)), *events), moves)


def trip(
    line: int, day: int, *, minutes: int = 30, travel: int = 0, ahead: int = 1, helpers: int = 1
) -> tuple[Event, Event]:
    """Return a trip of that length, ordered so many days ahead, that was really made."""
    start, ref = at(day), str(line)
    order = Event(
        line,
        Happening.TRIP,
        start,
        True,
        ref=ref,
        minutes=minutes,
        travel=travel,
        ordered_at=start - timedelta(days=ahead),
        helpers=helpers,
    )
    end = start + timedelta(minutes=minutes)
    return order, Event(line + 1, Happening.DONE, end, True, ref=ref, minutes=minutes)


def test_what_arrives_and_what_trips_cost_is_summed_by_month() -> None:
    days = Days(date(2026, 1, 1), date(2026, 2, 8))
    result = total([life(*trip(2, 8))], scheme(), days)
    assert result.months == {
        "2026-01": Month(given=120, used=30, staff=30),
        "2026-02": Month(given=30),
    }


def test_what_lapses_is_summed_by_the_rule_that_took_it() -> None:
    capped = scheme("[saving.caps.top]\nminutes = 60\nat_cap = 'refuse'\n")
    result = total([life()], capped, JANUARY)
    assert (result.minutes("given"), dict(result.lapsed)) == (120, {"cap": 60})


def test_what_was_given_and_not_lost_is_at_hand() -> None:
    capped = scheme("[saving.caps.top]\nminutes = 60\nat_cap = 'refuse'\n")
    assert total([life()], capped, JANUARY).people[0].at_hand == 60


def test_a_trip_that_was_made_but_is_refused_costs_nothing_and_takes_no_helper() -> None:
    strict = scheme("[notice.by_length.all]\nnotice = '3 days'\n")
    result = total([life(*trip(2, 8))], strict, JANUARY)
    assert (result.minutes("used"), result.minutes("staff")) == (0, 0)


def test_refused_trips_are_counted_by_rule_with_the_first_of_them() -> None:
    strict = scheme("[notice.by_length.all]\nnotice = '3 days'\n")
    result = total([life(*trip(2, 15), *trip(4, 8), *trip(6, 22, ahead=5))], strict, JANUARY)
    refused = result.refused["notice"]
    assert (refused.trips, refused.made, refused.minutes) == (2, 2, 60)
    assert refused.first == (
        RefusedTrip("a", date(2026, 1, 8), 30),
        RefusedTrip("a", date(2026, 1, 15), 30),
    )


def test_a_refused_trip_that_was_cancelled_is_not_among_those_made() -> None:
    order, _ = trip(2, 8)
    gone = Event(3, Happening.CANCEL, at(7), True, ref="2", by="citizen")
    strict = scheme("[notice.by_length.all]\nnotice = '3 days'\n")
    assert total([life(order, gone)], strict, JANUARY).refused["notice"].made == 0


def test_every_helper_on_a_trip_gives_the_time_it_took() -> None:
    result = total([life(*trip(2, 30, helpers=2))], scheme(), JANUARY)
    assert result.minutes("staff") == 60


def test_an_open_rule_that_comes_up_is_counted_with_the_trips_that_wait_for_it() -> None:
    text = HALF_HOUR_A_WEEK.replace('travel = "counts"', 'travel = "undecided"')
    town = [life(*trip(2, 8, travel=10)), life(citizen="b")]
    result = total(town, load(text), JANUARY)
    assert result.asked == {"charging.travel": Asked(times=1, citizens=1, trips=1)}


def test_a_trip_that_waits_is_one_that_could_neither_be_booked_nor_refused() -> None:
    text = HALF_HOUR_A_WEEK.replace('travel = "counts"', 'travel = "undecided"')
    text = text.replace('basis = "planned"', 'basis = "undecided"')
    order, made = trip(2, 9)
    town = [life(*trip(2, 8, travel=10)), life(order, made._replace(minutes=40), citizen="b")]
    result = total(town, load(text), JANUARY)
    assert {rule: (found.times, found.trips) for rule, found in result.asked.items()} == {
        "charging.travel": (1, 1),
        "charging.basis": (1, 0),
    }
    assert (result.trips, result.accepted, result.refused_trips, result.waiting_trips) == (
        2, 1, 0, 1,
    )  # fmt: skip


def test_a_rule_nothing_arrives_without_is_asked_once_for_each_card() -> None:
    text = HALF_HOUR_A_WEEK.replace('"iso_week"', '"undecided"')
    result = total([life(), life(citizen="b")], load(text), JANUARY)
    assert result.asked["allowance.counted_from"] == Asked(times=2, citizens=2)
    assert result.minutes("given") == 0


def test_a_card_nobody_would_have_been_given_is_counted() -> None:
    only = scheme("[grants]\nonly_target_groups = true\n[target_groups.bereaved]\nminutes = 30\n")
    result = total([life(*trip(2, 8))], only, JANUARY)
    assert result.cards_refused == {"eligibility": 1}
    assert result.refused["not_active"].made == 1


def test_time_that_only_lives_longer_is_not_given_twice() -> None:
    away = Event(2, Happening.ABSENCE, at(8, 0), kind="hospital", until=date(2026, 1, 18))
    text = "[expiry]\nrolling = '2 weeks'\n[pauses.hospital]\naccrues = true\nusable = false\n"
    result = total([life(away)], scheme(f"{text}extends_expiry = true\n"), JANUARY)
    assert result.minutes("given") == 120


def test_days_before_those_counted_are_replayed_but_not_counted() -> None:
    late = Days(date(2026, 1, 19), date(2026, 1, 31))
    result = total([life(*trip(2, 8), *trip(4, 20, minutes=60))], scheme(), late)
    assert (result.minutes("given"), result.minutes("used"), result.trips) == (60, 60, 1)


def test_real_history_is_summed_from_the_ledger_and_the_trips_that_were_made() -> None:
    moves = (
        Move("2026-01", EntryKind.CREDIT, 150, "accrual"),
        Move("2026-01", EntryKind.SPEND, 40, "trip"),
        Move("2026-01", EntryKind.EXPIRE, 20, "rolling"),
        Move("2026-01", EntryKind.CREDIT, 15, "extended"),
        Move("2025-12", EntryKind.CREDIT, 500, "accrual"),
    )
    result = lived([life(*trip(2, 8), moves=moves)], JANUARY)
    assert result.months == {"2026-01": Month(given=150, used=40, lapsed=20, staff=30)}
    assert result.people[0].at_hand == 130


def test_a_town_in_parts_is_the_town_as_a_whole() -> None:
    strict = scheme("[notice.by_length.all]\nnotice = '3 days'\n")
    town = [life(*trip(2, day), citizen=str(day)) for day in (8, 15, 22, 29)]
    parts = [total(town[2:], strict, JANUARY), total(town[:2], strict, JANUARY)]
    assert added(parts, JANUARY) == total(town, strict, JANUARY)


def test_only_the_first_few_refusals_are_kept() -> None:
    strict = scheme("[notice.by_length.all]\nnotice = '3 days'\n")
    town = [life(*trip(2, day), citizen=str(day)) for day in range(6, 30)]
    kept = total(town, strict, JANUARY).refused["notice"]
    assert (kept.trips, [one.on.day for one in kept.first]) == (24, [6, 7, 8, 9, 10])


def test_an_empty_town_has_every_month_and_nothing_in_them() -> None:
    assert total([], scheme(), JANUARY) == TownResult(months={"2026-01": Month()})
