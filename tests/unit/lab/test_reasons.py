"""What is said of a line is true: the reason, the day it could be, what was not judged."""

from typing import Any

import pytest

from tests.unit.lab.playing import WEEKLY_HOUR, about, line, on, play, verdict

GRANT = line("2025-01-06", "grant")
ORDERED = "2025-02-01T09:00"
FRIDAYS_SHORT = """
[hours]
days = ["mon", "tue"]
starts_from = "10:00"
ends_by = "15:00"
[hours.windows.friday]
days = ["fri"]
starts_from = "08:00"
ends_by = "12:00"
"""


def trip(at: str, minutes: int = 60, **said: object) -> dict[str, str]:
    """Return a trip that was ordered well ahead."""
    return line(at, "trip", ref="a", minutes=minutes, ordered_at=ORDERED, **said)


@pytest.mark.parametrize(
    ("at", "rule", "earliest"),
    [
        ("2025-03-05T14:00", "weekday", "2025-03-10"),
        ("2025-03-05T08:30", "weekday", "2025-03-07"),
        ("2025-03-05T16:00", "weekday", None),
        ("2025-03-07T14:00", "hours", "2025-03-07T08:00"),
    ],
)
def test_only_outside_the_hours_is_a_trip_moved_by_the_clock(
    at: str, rule: str, earliest: str | None
) -> None:
    answer = play(WEEKLY_HOUR + FRIDAYS_SHORT, GRANT, trip(at), on="2025-12-31")
    assert verdict(answer, 3) == ("refused", rule, earliest)


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2025-03-10T23:00", ("accepted", None, None)),
        ("2025-03-10T23:01", ("refused", "hours", "2025-03-10T23:00")),
        ("2025-12-31T23:30", ("refused", "hours", "2025-12-31T23:00")),
    ],
)
def test_a_trip_may_end_at_midnight_and_not_later(
    at: str, expected: tuple[str, str | None, str | None]
) -> None:
    answer = play(WEEKLY_HOUR, GRANT, trip(at), on="2026-01-01")
    assert verdict(answer, 3) == expected
    assert about(answer, 3).why == ("past_midnight" if expected[1] else "")


def test_midnight_is_later_than_any_hour_a_trip_ends_by() -> None:
    late = WEEKLY_HOUR + '[hours]\nends_by = "23:45"\n'
    answer = play(late, GRANT, trip("2025-03-10T23:00"), on="2025-03-11")
    assert verdict(answer, 3)[:2] == ("refused", "hours")
    assert about(answer, 3).why == ""


JOINT = '[joint_trips]\ncharge = "{}"\nmost_citizens = 2\n'


@pytest.mark.parametrize(
    ("rules", "said", "rule", "why"),
    [
        (JOINT.format("full"), {"citizens": 3, "consent": "yes"}, "consent", "too_many"),
        (JOINT.format("forbidden"), {"citizens": 2, "consent": "yes"}, "consent", "not_together"),
        (JOINT.format("full"), {"citizens": 2, "consent": "no"}, "consent", "said_no"),
        (JOINT.format("full"), {"citizens": 2}, "consent", ""),
        ("", {"benefit": "neighbour"}, "eligibility", "benefit"),
        ("[sharing]\npools = false\n", {"pool": "north"}, "pool", "no_pool"),
        ("runs_until = 2025-02-28\n", {}, "not_active", "no_scheme"),
    ],
)
def test_a_refused_trip_tells_the_true_reason(
    rules: str, said: dict[str, Any], rule: str, why: str
) -> None:
    scheme = rules + WEEKLY_HOUR if rules.startswith("runs") else WEEKLY_HOUR + rules
    answer = play(scheme, GRANT, trip("2025-03-10T11:00", **said), on="2025-03-11")
    assert (about(answer, 3).rule, about(answer, 3).why) == (rule, why)


def test_a_card_that_may_not_come_this_way_says_so_and_names_no_facts() -> None:
    rules = '[grants]\norigins = ["assessment"]\neligibility = "lives_alone"\n'
    grant = line("2025-01-06", "grant", kind="application", facts="lives_alone=no")
    result = about(play(WEEKLY_HOUR + rules, grant, on="2025-01-07"), 2)
    assert (result.rule, result.why, result.lacking) == ("eligibility", "origin", ())


def test_a_card_without_a_reason_the_scheme_has_says_so() -> None:
    rules = "[grants]\nonly_target_groups = true\n[target_groups.weak]\nuntil = 2024-12-31\n"
    answer = play(
        WEEKLY_HOUR + rules, GRANT, line("2025-01-07", "grant", reason="weak"), on="2025-01-08"
    )
    assert [about(answer, n).why for n in (2, 3)] == ["not_a_group", "group_over"]


def test_a_condition_that_must_not_hold_is_told_as_one() -> None:
    rules = '[grants]\neligibility = "a and not (in_care_home or hours < 8)"\n'
    facts = "a=yes;in_care_home=yes"
    answer = play(WEEKLY_HOUR + rules, line("2025-01-06", "grant", facts=facts), on="2025-01-06")
    assert about(answer, 2).lacking == ("not in_care_home (yes)", "not hours < 8 (?)")


def test_a_card_that_may_not_be_declined_says_so() -> None:
    rules = "[grants]\nmay_be_declined = false\n"
    answer = play(WEEKLY_HOUR + rules, GRANT, line("2025-01-07", "decline"), on="2025-01-08")
    assert (about(answer, 3).rule, about(answer, 3).why) == ("eligibility", "may_not_decline")


def test_what_becomes_of_a_trip_that_is_over_or_was_never_held() -> None:
    answer = play(
        WEEKLY_HOUR,
        GRANT,
        trip("2025-03-10T11:00"),
        line("2025-03-10T12:00", "done", ref="a"),
        line("2025-03-10T13:00", "done", ref="a"),
        line("2025-03-11T11:00", "trip", ref="b", minutes=9_000, ordered_at=ORDERED),
        line("2025-03-11T13:00", "done", ref="b"),
        line("2025-03-12T11:00", "approve"),
        on="2025-03-12",
    )
    told = [(about(answer, n).rule, about(answer, n).why) for n in (5, 7, 8)]
    assert told == [
        ("not_active", "is_over"),
        ("not_active", "was_refused"),
        ("not_active", "nothing_waits"),
    ]


def test_a_trip_that_names_no_card_where_there_are_two() -> None:
    answer = play(
        WEEKLY_HOUR,
        line("2025-01-06", "grant", card="home"),
        line("2025-01-06", "grant", card="group"),
        trip("2025-03-10T11:00"),
        line("2025-03-11T11:00", "trip", ref="b", minutes=30, ordered_at=ORDERED, card="other"),
        on="2025-03-11",
    )
    assert [about(answer, n).why for n in (4, 5)] == ["which_card", "no_such_card"]
    assert sorted(on(answer, "2025-03-11").cards) == ["group", "home"]


def test_a_change_ordered_late_and_time_that_is_not_lent_are_told_as_such() -> None:
    rules = '[notice]\nagreement_change = "4 weeks"\n[sharing]\nlending = false\n'
    answer = play(
        WEEKLY_HOUR + rules,
        GRANT,
        line("2025-01-07", "agreement", ref="x", minutes=30),
        line("2025-01-20", "agreement_change", ref="x", minutes=45, ordered_at="2025-01-13"),
        line("2025-01-20", "agreement_change", ref="y", minutes=45, ordered_at="2025-01-13"),
        line("2025-01-20", "lend", minutes=10, pool="north"),
        on="2025-02-20",
    )
    assert [about(answer, n).why for n in (4, 5, 6)] == [
        "change_notice",
        "no_agreement",
        "no_lending",
    ]


def test_a_condition_is_told_in_its_own_words_also_without_a_clock_time() -> None:
    rules = '[activities.conditional]\ncleaning = "sammen med borgeren"\n'
    for at in ("2025-03-10", "2025-03-10T11:00"):
        answer = play(WEEKLY_HOUR + rules, GRANT, trip(at, activity="cleaning"), on="2025-03-11")
        assert about(answer, 3).condition == "sammen med borgeren"


def test_what_lies_after_the_last_day_was_not_judged() -> None:
    answer = play(WEEKLY_HOUR, GRANT, line("2025-03-10", "trip", minutes=9_000), on="2025-03-09")
    assert (about(answer, 3).outcome, about(answer, 3).why) == ("accepted", "later")


def test_an_answer_may_be_changed_and_never_overrules_the_scheme() -> None:
    rules = '[expiry]\nyear_end = false\n[grants]\nneeds_approval = "undecided"\n'
    answer = play(
        WEEKLY_HOUR + rules,
        GRANT,
        line("2025-01-07", "decide", rule="grants.needs_approval", value="yes"),
        line("2025-01-08", "decide", rule="grants.needs_approval", value="no"),
        line("2025-01-08", "approve"),
        line("2025-01-09", "grant", card="b"),
        line("2025-01-09", "decide", rule="expiry.year_end", value="yes"),
        on="2025-01-10 2026-01-02",
    )
    assert on(answer, "2025-01-10").cards["b"].status == "active"
    assert not on(answer, "2026-01-02").lapsed


def test_after_none_everybody_may_have_a_card() -> None:
    rules = '[grants]\neligibility = "undecided"\n'
    answer = play(
        WEEKLY_HOUR + rules,
        line("2025-01-06", "grant", facts="lives_alone=no"),
        line("2025-01-07", "decide", rule="grants.eligibility", value="none"),
        on="2025-01-08",
    )
    assert verdict(answer, 2)[0] == "accepted"
    assert on(answer, "2025-01-08").status == "active"


def test_a_notice_nobody_has_decided_may_be_none() -> None:
    rules = '[notice.by_length.all]\nnotice = "undecided"\n'
    answer = play(
        WEEKLY_HOUR + rules,
        GRANT,
        line("2025-03-10T11:00", "trip", ref="a", minutes=60, ordered_at="2025-03-10T09:00"),
        line("2025-03-10", "decide", rule="notice.by_length.all.notice", value="none"),
        on="2025-03-10",
    )
    assert verdict(answer, 3)[0] == "accepted"


@pytest.mark.parametrize(("minutes", "rule"), [(60, None), (61, "notice"), (50, None)])
def test_a_notice_with_both_bounds_is_for_trips_above_both(minutes: int, rule: str | None) -> None:
    rules = '[notice.by_length.x]\nnotice = "90 days"\nover_minutes = 20\nover_punches = 1\n'
    answer = play(WEEKLY_HOUR + rules, GRANT, trip("2025-03-10T11:00", minutes), on="2025-03-11")
    assert verdict(answer, 3)[1] == rule


def test_a_course_card_shows_no_minutes() -> None:
    answer = play('measured_in = "course"\n', GRANT, on="2025-01-07")
    assert on(answer, "2025-01-07").is_course


EITHER = "hours >= 8 and (lives_alone or network in (none, limited))"


@pytest.mark.parametrize(
    ("rule", "facts", "failed"),
    [
        (EITHER, "hours=7;lives_alone=ja", ("hours >= 8 (7)",)),
        (
            EITHER,
            "hours=8;lives_alone=nej",
            ("lives_alone (nej)", "network in (none, limited) (?)"),
        ),
        (EITHER, "hours=8;network=big", ("lives_alone (?)", "network in (none, limited) (big)")),
        ("not (a and b) and c", "a=yes;b=yes;c=yes", ("not a (yes)", "not b (yes)")),
        ("not (a and b) and c", "a=no;b=yes;c=no", ("c (no)",)),
    ],
)
def test_only_what_is_in_the_way_is_named(rule: str, facts: str, failed: tuple[str, ...]) -> None:
    rules = f'[grants]\neligibility = "{rule}"\nwhen_no_longer_met = "refuse"\n'
    grant = line("2025-01-06", "grant", facts=facts)
    assert about(play(WEEKLY_HOUR + rules, grant, on="2025-01-07"), 2).lacking == failed


def test_a_trip_refused_for_what_is_known_of_the_citizen_names_it_too() -> None:
    rules = f'[grants]\neligibility = "{EITHER}"\nwhen_no_longer_met = "refuse"\n'
    grant = line("2025-01-06", "grant", facts="hours=8;lives_alone=yes")
    new = line("2025-01-30", "facts", facts="hours=7")
    result = about(
        play(WEEKLY_HOUR + rules, grant, new, trip("2025-03-10T11:00"), on="2025-03-11"), 4
    )
    assert (result.rule, result.lacking) == ("eligibility", ("hours >= 8 (7)",))


@pytest.mark.parametrize(
    ("change", "punch", "said"),
    [
        ("lapse", 60, [("forfeit", 180, "change.lapse")]),
        ("keep_punches", 30, [("forfeit", 30, "change.keep_punches")] * 3),
        ("keep_punches", 90, [("adjust_up", 30, "change.keep_punches")] * 3),
    ],
)
def test_time_that_new_terms_take_or_give_names_their_answer(
    change: str, punch: int, said: list[tuple[str, int, str]]
) -> None:
    new = WEEKLY_HOUR.replace("punch = 60", f"punch = {punch}")
    new += f'[change]\nsaved_time = "{change}"\n'
    rows = [GRANT, line("2025-01-21", "terms", terms="new.toml")]
    answer = play(WEEKLY_HOUR, *rows, on="2025-01-21", terms={"new.toml": new})
    card = on(answer, "2025-01-21")
    found = [(one.code, one.minutes, one.rule) for one in card.said if one.code in said[0]]
    assert sum(one[1] for one in found) == sum(one[1] for one in said)
    assert {one[2] for one in found} == {said[0][2]}
    assert {lost.rule for lost in card.lapsed} <= {"forfeit"}
