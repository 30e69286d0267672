"""Trips of a replayed life: which rule refuses, when it would pass, and what each costs."""

import pytest

from tests.unit.lab.playing import WEEKLY_HOUR, about, lapsed, line, lots, on, play, verdict

OPEN_HOURS = """
[hours]
days = ["mon", "tue", "wed", "thu", "fri"]
starts_from = "10:00"
ends_by = "15:00"
public_holidays = false
"""
GRANT = line("2025-01-06", "grant")


ORDERED = "2025-02-01T09:00"


def ordered(at: str, minutes: int, by: object = ORDERED, **said: object) -> dict[str, str]:
    """Return a trip that was ordered well ahead."""
    return line(at, "trip", ref="a", minutes=minutes, ordered_at=by, **said)


@pytest.mark.parametrize(
    ("at", "minutes", "rule", "earliest"),
    [
        ("2025-03-08T11:00", 60, "weekday", "2025-03-10"),
        ("2025-04-17T11:00", 60, "holiday", "2025-04-22"),
        ("2025-03-10T09:30", 60, "hours", "2025-03-10T10:00"),
        ("2025-03-10T14:30", 60, "hours", "2025-03-10T10:00"),
        ("2025-03-10T10:00", 301, "hours", None),
        ("2025-12-31T23:30", 60, "hours", "2025-12-31T10:00"),
    ],
)
def test_days_and_hours_hold_for_the_whole_trip(
    at: str, minutes: int, rule: str, earliest: str | None
) -> None:
    answer = play(WEEKLY_HOUR + OPEN_HOURS, GRANT, ordered(at, minutes), on="2025-12-31")
    assert verdict(answer, 3) == ("refused", rule, earliest)


def test_a_trip_over_midnight_is_refused_even_without_hours() -> None:
    answer = play(WEEKLY_HOUR, GRANT, ordered("2025-03-10T23:30", 60), on="2025-03-11")
    assert verdict(answer, 3)[:2] == ("refused", "hours")


def test_without_a_first_time_the_trip_would_pass_at_the_last_it_fits() -> None:
    scheme = f'{WEEKLY_HOUR}[hours]\nends_by = "15:00"\n'
    answer = play(scheme, GRANT, ordered("2025-03-11T14:30", 60), on="2025-03-01")
    assert verdict(answer, 3) == ("refused", "hours", "2025-03-11T14:00")


@pytest.mark.parametrize(
    ("day", "outcome"), [("2025-03-11", "accepted"), ("2025-03-08", "refused")]
)
def test_a_trip_with_a_day_alone_is_judged_by_its_weekday_and_not_by_the_clock(
    day: str, outcome: str
) -> None:
    scheme = WEEKLY_HOUR + OPEN_HOURS
    answer = play(scheme, GRANT, ordered(day, 301), on="2025-03-01")
    assert about(answer, 3).outcome == outcome


@pytest.mark.parametrize(
    ("what", "said", "free", "lost"),
    [("no_show", {}, 75, [(45, "forfeit")]), ("broken_off", {"minutes": 40}, 80, [])],
)
def test_what_was_not_made_is_lost_and_what_was_broken_off_is_used(
    what: str, said: dict[str, int], free: int, lost: list[tuple[int, str]]
) -> None:
    scheme = f'{WEEKLY_HOUR}[cancelling]\nno_show = "half"\nbroken_off = "actual"\n'
    trip = ordered("2025-01-17T10:00", 90, by="2025-01-13T09:00")
    ended = line("2025-01-17T10:40", what, ref="a", **said)
    answer = play(scheme, GRANT, trip, ended, on="2025-01-17")
    assert on(answer, "2025-01-17").available == free
    assert [(minutes, rule) for minutes, _, rule in lapsed(answer, "2025-01-17")] == lost


def test_hours_may_differ_by_day() -> None:
    windows = OPEN_HOURS + '[hours.windows.weekend]\ndays = ["sat"]\nends_by = "12:00"\n'
    answer = play(
        WEEKLY_HOUR + windows,
        GRANT,
        ordered("2025-03-08T09:00", 60),
        line("2025-03-08T11:30", "trip", minutes=60, ordered_at="2025-02-01"),
        line("2025-03-09T11:30", "trip", minutes=60, ordered_at="2025-02-01"),
        on="2025-03-10",
    )
    assert [verdict(answer, n)[:2] for n in (3, 4, 5)] == [
        ("accepted", None),
        ("refused", "hours"),
        ("refused", "weekday"),
    ]


_BY_LENGTH = """
[notice.by_length.all]
notice = "7 days"
[notice.by_length.more]
notice = "14 days"
over_punches = 1
"""


@pytest.mark.parametrize(
    ("at", "minutes", "expected"),
    [
        ("2025-02-08T11:00", 60, ("accepted", None, None)),
        ("2025-02-07T11:00", 60, ("refused", "notice", "2025-02-08")),
        ("2025-02-14T11:00", 61, ("refused", "notice", "2025-02-15")),
        ("2025-02-15T11:00", 61, ("accepted", None, None)),
    ],
)
def test_notice_depends_on_how_many_punches_are_used(
    at: str, minutes: int, expected: tuple[str, str | None, str | None]
) -> None:
    answer = play(WEEKLY_HOUR + _BY_LENGTH, GRANT, ordered(at, minutes), on="2025-02-01")
    assert verdict(answer, 3) == expected


def test_a_trip_that_does_not_say_when_it_was_ordered_breaks_any_notice() -> None:
    trip = line("2025-03-10T11:00", "trip", minutes=60)
    answer = play(WEEKLY_HOUR + _BY_LENGTH, GRANT, trip, on="2025-03-10")
    assert verdict(answer, 3) == ("refused", "notice", "2025-03-17")


def test_saved_time_needs_its_own_notice() -> None:
    scheme = WEEKLY_HOUR + '[notice]\nsaved_time = "1 month"\n'
    answer = play(
        scheme,
        GRANT,
        line("2025-02-12T10:00", "trip", minutes=60, ordered_at="2025-02-11"),
        line("2025-02-13T10:00", "trip", minutes=30, ordered_at="2025-02-11"),
        line("2025-03-11T10:00", "trip", minutes=90, ordered_at="2025-02-11"),
        on="2025-02-11",
    )
    assert [verdict(answer, n) for n in (3, 4, 5)] == [
        ("accepted", None, None),
        ("refused", "notice", "2025-02-17"),
        ("accepted", None, None),
    ]


def test_hours_of_notice_are_counted_by_the_clock() -> None:
    scheme = WEEKLY_HOUR + '[notice.by_length.all]\nnotice = "48 hours"\n'
    at = "2025-03-12T10:00"
    late = play(scheme, GRANT, ordered(at, 60, "2025-03-10T10:01"), on="2025-03-12")
    in_time = play(scheme, GRANT, ordered(at, 60, "2025-03-10T10:00"), on="2025-03-12")
    assert (verdict(late, 3)[0], verdict(in_time, 3)[0]) == ("refused", "accepted")


def test_noon_the_working_day_before_passes_over_easter() -> None:
    scheme = WEEKLY_HOUR + '[notice.by_length.all]\nnotice = "1 working day before 12:00"\n'
    at = "2025-04-22T10:00"
    in_time = play(scheme, GRANT, ordered(at, 60, "2025-04-16T12:00"), on="2025-04-22")
    late = play(scheme, GRANT, ordered(at, 60, "2025-04-16T12:01"), on="2025-04-22")
    assert verdict(in_time, 3)[0] == "accepted"
    assert verdict(late, 3) == ("refused", "notice", "2025-04-23")


def test_a_standing_agreement_is_changed_with_its_own_notice() -> None:
    scheme = WEEKLY_HOUR + '[notice]\nagreement_change = "4 weeks"\n'
    change = {"minutes": 60, "ref": "walk", "ordered_at": "2025-02-03"}
    answer = play(
        scheme,
        GRANT,
        line("2025-01-13", "agreement", minutes=30, ref="walk"),
        line("2025-02-24", "agreement_change", **change),
        line("2025-03-03", "agreement_change", **change),
        on="2025-03-03",
    )
    assert verdict(answer, 4) == ("refused", "notice", "2025-03-03")
    assert verdict(answer, 5) == ("accepted", None, None)


def test_the_first_rule_in_order_is_named_and_refusal_beats_a_question() -> None:
    scheme = WEEKLY_HOUR.replace('travel = "counts"', 'travel = "undecided"') + OPEN_HOURS
    trip = ordered("2025-03-08T09:00", 600, travel=30, citizens=2, consent="no")
    answer = play(scheme, GRANT, trip, on="2025-03-08")
    assert verdict(answer, 3)[:2] == ("refused", "consent")


def test_a_question_holds_nothing_until_it_is_decided() -> None:
    scheme = WEEKLY_HOUR.replace('travel = "counts"', 'travel = "undecided"')
    answer = play(
        scheme,
        GRANT,
        ordered("2025-03-10T10:00", 90, travel=30),
        line("2025-02-10", "decide", rule="charging.travel", value="free"),
        on="2025-02-09 2025-02-10",
    )
    assert (on(answer, "2025-02-09").held, on(answer, "2025-02-10").held) == (0, 60)
    assert about(answer, 3).charged == 60


def test_a_trip_that_waits_for_an_answer_is_called_off_for_nothing() -> None:
    scheme = WEEKLY_HOUR.replace('travel = "counts"', 'travel = "undecided"')
    answer = play(
        scheme,
        GRANT,
        ordered("2025-03-10T10:00", 90, travel=30),
        line("2025-02-05", "cancel", ref="a", by="citizen"),
        line("2025-02-10", "decide", rule="charging.travel", value="free"),
        on="2025-02-10",
    )
    assert verdict(answer, 4)[0] == "accepted"
    assert (on(answer, "2025-02-10").held, about(answer, 3).charged) == (0, 0)


def test_what_is_undecided_is_named_with_its_choices() -> None:
    answer = play(
        WEEKLY_HOUR,
        GRANT,
        ordered("2025-03-10T10:00", 60),
        line("2025-03-10T10:00", "no_show", ref="a"),
        on="2025-03-10",
    )
    asked = about(answer, 4)
    assert (asked.outcome, asked.rule) == ("ask", "cancelling.no_show")
    assert {"free", "full"} <= set(asked.choices)
    assert on(answer, "2025-03-10").held == 60


def test_a_trip_ahead_is_booked_on_time_that_will_have_come() -> None:
    answer = play(
        WEEKLY_HOUR,
        GRANT,
        line("2025-01-21T10:00", "trip", ref="a", minutes=180, ordered_at="2025-01-07"),
        line("2025-01-14T10:00", "trip", ref="b", minutes=60, ordered_at="2025-01-08"),
        on="2025-01-08 2025-01-20",
    )
    assert verdict(answer, 3)[0] == "accepted"
    assert verdict(answer, 4) == ("refused", "balance", "2025-01-27")
    assert [on(answer, day).held for day in ("2025-01-08", "2025-01-20")] == [60, 180]


def test_without_future_time_only_what_is_on_the_card_counts() -> None:
    scheme = WEEKLY_HOUR + "[booking]\nagainst_future_time = false\n"
    trip = line("2025-01-21T10:00", "trip", minutes=180, ordered_at="2025-01-07")
    answer = play(scheme, GRANT, trip, on="2025-01-08")
    assert verdict(answer, 3)[:2] == ("refused", "balance")


def test_a_trip_longer_than_a_card_can_ever_hold_has_no_earliest_day() -> None:
    scheme = WEEKLY_HOUR + '[saving.caps.most]\nminutes = 180\nat_cap = "refuse"\n'
    answer = play(scheme, GRANT, ordered("2025-03-10T10:00", 181), on="2025-02-01")
    assert verdict(answer, 3) == ("refused", "balance", None)


def test_the_soonest_to_lapse_is_used_first_and_comes_back_to_its_own_lot() -> None:
    scheme = WEEKLY_HOUR + '[expiry]\nrolling = "8 weeks"\n[cancelling.citizen]\ncharge = "free"\n'
    answer = play(
        scheme,
        GRANT,
        line("2025-01-21T10:00", "trip", ref="a", minutes=90, ordered_at="2025-01-20"),
        line("2025-01-21T08:00", "cancel", ref="a", by="citizen"),
        line("2025-01-22T10:00", "trip", ref="b", minutes=90, ordered_at="2025-01-21"),
        line("2025-01-22T12:00", "done", ref="b"),
        on="2025-01-21 2025-01-22",
    )
    assert [left for left, _, _ in lots(answer, "2025-01-21")] == [60, 60, 60]
    assert [(left, day) for left, day, _ in lots(answer, "2025-01-22")] == [
        (30, "2025-01-13"),
        (60, "2025-01-20"),
    ]


def test_returned_time_that_is_too_old_lapses_unless_its_life_is_lengthened() -> None:
    rules = '[expiry]\nrolling = "2 weeks"\n[cancelling.supplier]\ncharge = "free"\n'
    rows = [
        GRANT,
        line("2025-01-19T10:00", "trip", ref="a", minutes=60, ordered_at="2025-01-10"),
        line("2025-01-20", "cancel", ref="a", by="supplier"),
    ]
    plain = play(WEEKLY_HOUR + rules, *rows, on="2025-01-20")
    longer = play(WEEKLY_HOUR + rules + 'longer_life = "3 weeks"\n', *rows, on="2025-01-20")
    assert lapsed(plain, "2025-01-20") == [(60, "2025-01-20", "rolling")]
    assert (60, "2025-01-06", "2025-02-10") in lots(longer, "2025-01-20")


@pytest.mark.parametrize(
    ("basis", "took", "charged"),
    [("planned", 75, 60), ("actual", 75, 75), ("lower", 75, 60), ("higher", 45, 60)],
)
def test_a_trip_costs_planned_or_actual_minutes(basis: str, took: int, charged: int) -> None:
    answer = play(
        WEEKLY_HOUR.replace('"actual"', f'"{basis}"'),
        GRANT,
        ordered("2025-03-10T10:00", 60),
        line("2025-03-10T12:00", "done", ref="a", minutes=took),
        on="2025-03-10",
    )
    assert about(answer, 3).charged == charged


@pytest.mark.parametrize(
    ("rules", "said", "charged"),
    [
        ({"travel": '"free"'}, {"travel": 20}, 70),
        ({"second_helper": "1"}, {"helpers": 2}, 180),
        ({"second_helper": "0.5"}, {"helpers": 2}, 135),
        ({"started": "60"}, {}, 120),
        ({"minimum": "100"}, {}, 100),
    ],
)
def test_what_a_trip_costs(rules: dict[str, str], said: dict[str, object], charged: int) -> None:
    keys = "\n".join(f"{key} = {value}" for key, value in ({"travel": '"counts"'} | rules).items())
    scheme = WEEKLY_HOUR.replace('travel = "counts"', keys)
    answer = play(scheme, GRANT, ordered("2025-03-10T10:00", 90, **said), on="2025-02-01")
    assert about(answer, 3).charged == charged


@pytest.mark.parametrize(
    ("charge", "consent", "expected", "charged"),
    [
        ("full", "yes", "accepted", 90),
        ("shared", "yes", "accepted", 45),
        ("free", "yes", "accepted", 0),
        ("shared", "", "refused", 0),
        ("shared", "no", "refused", 0),
        ("undecided", "yes", "ask", 0),
    ],
)
def test_joint_trips_need_a_recorded_yes_and_cost_as_decided(
    charge: str, consent: str, expected: str, charged: int
) -> None:
    scheme = WEEKLY_HOUR + f'[joint_trips]\ncharge = "{charge}"\n'
    trip = ordered("2025-03-10T10:00", 90, citizens=2, consent=consent)
    answer = play(scheme, GRANT, trip, on="2025-02-01")
    assert (about(answer, 3).outcome, about(answer, 3).charged) == (expected, charged)


_LATE = """
[cancelling]
no_show = "full"
wasted_visit = "one_punch"
broken_off = "actual"
[cancelling.citizen]
charge = "free"
[cancelling.citizen.bands.late]
within = "24 hours"
charge = "half"
[cancelling.citizen.bands.last]
within = "2 hours"
charge = "full"
[cancelling.host]
charge = "free"
[cancelling.weather]
charge = 15
"""


@pytest.mark.parametrize(
    ("at", "event", "said", "charged"),
    [
        ("2025-03-09T10:00", "cancel", {"by": "citizen"}, 0),
        ("2025-03-09T10:01", "cancel", {"by": "citizen"}, 45),
        ("2025-03-10T08:01", "cancel", {"by": "citizen"}, 90),
        ("2025-03-10T09:59", "cancel", {"by": "host"}, 0),
        ("2025-03-10T09:59", "cancel", {"by": "weather"}, 15),
        ("2025-03-10T10:00", "no_show", {}, 90),
        ("2025-03-10T10:00", "wasted_visit", {}, 60),
        ("2025-03-10T10:40", "broken_off", {"minutes": 40}, 40),
    ],
)
def test_a_trip_that_was_not_made_costs_by_cause_and_lateness(
    at: str, event: str, said: dict[str, object], charged: int
) -> None:
    answer = play(
        WEEKLY_HOUR + _LATE,
        GRANT,
        ordered("2025-03-10T10:00", 90),
        line(at, event, ref="a", **said),
        on="2025-03-10",
    )
    assert about(answer, 3).charged == charged
    lost = sum(minutes for minutes, _, rule in lapsed(answer, "2025-03-10") if rule == "forfeit")
    assert lost == (0 if event == "broken_off" else charged)
    assert on(answer, "2025-03-10").held == 0


def test_lateness_is_counted_in_real_hours_on_the_night_the_clocks_go_forward() -> None:
    answer = play(
        WEEKLY_HOUR + _LATE,
        GRANT,
        ordered("2025-03-30T10:00", 90),
        line("2025-03-29T09:30", "cancel", ref="a", by="citizen"),
        on="2025-03-30",
    )
    assert about(answer, 3).charged == 45  # 23 and a half hours, not 24 and a half


def test_the_length_of_a_trip_over_the_night_the_clocks_go_back_is_real_minutes() -> None:
    trip = ordered("2025-10-26T01:00", 300)
    answer = play(WEEKLY_HOUR + '[hours]\nends_by = "05:00"\n', GRANT, trip, on="2025-10-26")
    assert verdict(answer, 3)[0] == "accepted"


def test_what_the_card_cannot_pay_is_waived() -> None:
    answer = play(
        WEEKLY_HOUR,
        GRANT,
        line("2025-01-07T10:00", "trip", ref="a", minutes=60, ordered_at="2025-01-06"),
        line("2025-01-07T12:00", "done", ref="a", minutes=100),
        on="2025-01-07",
    )
    card = on(answer, "2025-01-07")
    assert (card.available, card.held) == (0, 0)
    assert [said.minutes for said in card.said if said.code == "waive"] == [40]


_ACTIVITIES = """
[activities]
allowed = ["walk"]
forbidden = ["gardening"]
others = "undecided"
needs = "manages_stairs"
[activities.conditional]
cleaning = "together with the citizen"
"""


@pytest.mark.parametrize(
    ("activity", "facts", "expected"),
    [
        ("walk", "", ("accepted", None)),
        ("cleaning", "", ("accepted", None)),
        ("gardening", "", ("refused", "activity")),
        ("cinema", "", ("ask", "activities.others")),
        ("walk", "manages_stairs=no", ("refused", "eligibility")),
        ("walk", "manages_stairs=yes", ("accepted", None)),
    ],
)
def test_the_time_is_for_some_things(
    activity: str, facts: str, expected: tuple[str, str | None]
) -> None:
    grant = line("2025-01-06", "grant", facts=facts)
    trip = ordered("2025-03-10T10:00", 60, activity=activity)
    answer = play(WEEKLY_HOUR + _ACTIVITIES, grant, trip, on="2025-03-10")
    assert verdict(answer, 3)[:2] == expected


_STAIRS = """
[activities.needs_for]
cinema = "manages_stairs and hours >= 2"
"""


@pytest.mark.parametrize(
    ("activity", "facts", "why", "lacking"),
    [
        (
            "cinema",
            "manages_stairs=no",
            "needs_for",
            ("manages_stairs (no)", "hours >= 2 (?)"),
        ),
        ("cinema", "manages_stairs=yes;hours=1", "needs_for", ("hours >= 2 (1)",)),
        ("cinema", "manages_stairs=yes", "", ()),
    ],
)
def test_a_trip_that_asks_too_much_is_refused_by_its_condition(
    activity: str, facts: str, why: str, lacking: tuple[str, ...]
) -> None:
    grant = line("2025-01-06", "grant", facts=facts)
    trip = ordered("2025-03-10T10:00", 60, activity=activity)
    result = about(play(WEEKLY_HOUR + _STAIRS, grant, trip, on="2025-03-10"), 3)
    assert (result.rule, result.why, result.lacking) == ("activity" if why else None, why, lacking)


def test_a_visit_has_a_longest_length_with_or_without_the_way() -> None:
    with_way = WEEKLY_HOUR + "[visits]\nlongest = 90\n"
    without = with_way + "longest_counts_travel = false\n"
    trip = ordered("2025-03-10T10:00", 110, travel=20)
    assert verdict(play(with_way, GRANT, trip, on="2025-02-01"), 3)[1] == "visit_length"
    assert verdict(play(without, GRANT, trip, on="2025-02-01"), 3)[0] == "accepted"


def test_long_trips_may_be_held_apart() -> None:
    scheme = WEEKLY_HOUR + "[visits.at_most.long]\nat_most = 1\nweeks = 8\nlonger_than = 60\n"
    answer = play(
        scheme,
        GRANT,
        ordered("2025-03-10T10:00", 120),
        line("2025-04-28T10:00", "trip", minutes=120, ordered_at="2025-02-02"),
        line("2025-04-28T10:00", "trip", minutes=60, ordered_at="2025-02-02"),
        on="2025-02-02",
    )
    assert verdict(answer, 4) == ("refused", "visit_length", "2025-05-05")
    assert verdict(answer, 5)[0] == "accepted"


@pytest.mark.parametrize(("planning", "charged"), [("free", 0), ("one_punch", 60), ("minutes", 25)])
def test_a_planning_talk_costs_as_decided(planning: str, charged: int) -> None:
    scheme = WEEKLY_HOUR.replace("[charging]", f'[charging]\nplanning = "{planning}"')
    answer = play(scheme, GRANT, line("2025-01-13", "planning", minutes=25), on="2025-01-13")
    assert on(answer, "2025-01-13").available == 120 - charged


def test_a_talk_the_card_could_not_pay_has_cost_nothing() -> None:
    rules = 'planning = "one_punch"\nplanning_first_only = true'
    scheme = WEEKLY_HOUR.replace("[charging]", f"[charging]\n{rules}")
    answer = play(
        scheme.replace('"grant_period"', '"next_period"'),
        line("2025-01-07", "grant"),
        *(line(day, "planning", minutes=25) for day in ("2025-01-08", "2025-01-13", "2025-01-20")),
        on="2025-01-20",
    )
    assert [verdict(answer, number)[0] for number in (3, 4, 5)] == ["accepted"] * 3
    assert [about(answer, number).charged for number in (3, 4, 5)] == [0, 60, 0]
    waived = [said.minutes for said in on(answer, "2025-01-20").said if said.code == "waive"]
    assert waived == [60]


def test_a_limit_counts_every_trip_within_its_weeks_however_many_there_are() -> None:
    limit = "[visits.at_most.long]\nat_most = 1\nweeks = 52\nlonger_than = 30\n"
    short = [
        line(f"2025-02-{day:02}T{hour:02}:00", "trip", ref=f"{day}-{hour}", minutes=1)
        for day in range(1, 22)
        for hour in range(8, 18)
    ]
    long = [
        line(f"{day}T10:00", "trip", ref=day, minutes=31, ordered_at=day)
        for day in ("2025-01-07", "2025-03-03")
    ]
    answer = play(WEEKLY_HOUR + limit, GRANT, long[0], *short, long[1], on="2025-03-04")
    assert verdict(answer, 2 + 1)[0] == "accepted"
    assert verdict(answer, 2 + len(short) + 2)[:2] == ("refused", "visit_length")
