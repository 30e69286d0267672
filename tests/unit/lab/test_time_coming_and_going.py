"""How time arrives, fills a card, lapses, and is kept through absences and new terms."""

from datetime import date, timedelta

import pytest

from klippekort.domain.lab.replay import Answer
from tests.unit.lab.playing import WEEKLY_HOUR, lapsed, line, lots, on, play, verdict


def weekly(*, minutes: int = 60, **rules: str) -> str:
    """Return a scheme of so many minutes a week, from Mondays, with more tables."""
    tables = "".join(f"\n[{name.replace('__', '.')}]\n{text}\n" for name, text in rules.items())
    return WEEKLY_HOUR.replace("minutes = 60\n", f"minutes = {minutes}\n") + tables


@pytest.mark.parametrize(
    ("counted_from", "first", "came"),
    [
        ("iso_week", "grant_period", ["2025-01-01", "2025-01-06", "2025-01-13"]),
        ("iso_week", "next_period", ["2025-01-06", "2025-01-13"]),
        ("iso_week", "after_full_period", ["2025-01-13"]),
        ("grant_day", "grant_period", ["2025-01-01", "2025-01-08", "2025-01-15"]),
        ("grant_day", "next_period", ["2025-01-08", "2025-01-15"]),
    ],
)
def test_a_card_from_a_wednesday_gets_its_first_time_as_the_terms_say(
    counted_from: str, first: str, came: list[str]
) -> None:
    scheme = WEEKLY_HOUR.replace("iso_week", counted_from).replace("grant_period", first)
    answer = play(scheme, line("2025-01-01", "grant"), on="2025-01-15")
    assert [day for _, day, _ in lots(answer, "2025-01-15")] == came


@pytest.mark.parametrize(
    ("period", "counted_from", "came"),
    [
        ("month", "calendar", ["2024-01-31", "2024-02-01", "2024-03-01"]),
        ("month", "grant_day", ["2024-01-31", "2024-02-29", "2024-03-31"]),
        ("quarter", "calendar", ["2024-01-31"]),
        ("once", "undecided", ["2024-01-31"]),
    ],
)
def test_longer_periods_run_by_the_calendar_or_from_the_grant(
    period: str, counted_from: str, came: list[str]
) -> None:
    scheme = WEEKLY_HOUR.replace('"iso_week"', f'"{counted_from}"\nperiod = "{period}"')
    answer = play(scheme, line("2024-01-31", "grant"), on="2024-03-31")
    assert [day for _, day, _ in lots(answer, "2024-03-31")] == came


def test_a_broken_first_week_gives_its_share_when_the_terms_prorate_it() -> None:
    scheme = WEEKLY_HOUR.replace("[charging]", 'first_amount = "prorated"\n[charging]')
    answer = play(scheme, line("2025-01-01", "grant"), on="2025-01-06")
    assert [minutes for minutes, _, _ in lots(answer, "2025-01-06")] == [43, 60]


AWAY = {
    "wed to sun": "2026-01-07,absence,2026-01-11",
    "sat and sun": "2026-01-10,absence,2026-01-11",
    "week 2": "2026-01-05,absence,2026-01-11",
    "week 3 from wed": "2026-01-14,absence,2026-01-18",
}


@pytest.mark.parametrize(
    ("granted", "until", "rules", "by", "away", "came"),
    [
        ("2026-01-07", "", "first_amount", "prorated", "wed to sun", 0),
        ("2026-01-07", "", "first_amount", "prorated", "sat and sun", 30),
        ("2026-01-07", "", "first_amount", "any_day", "sat and sun", 0),
        ("2026-01-07", "", "", "whole_period", "wed to sun", 0),
        ("2026-01-07", "", "", "prorated", "sat and sun", 50),
        ("2026-01-01", "2026-01-07", "last_amount", "prorated", "week 2", 0),
        ("2026-01-01", "2026-01-10", "last_amount", "prorated", "sat and sun", 50),
    ],
)
def test_an_absence_takes_its_share_of_the_days_the_card_runs(
    granted: str, until: str, rules: str, by: str, away: str, came: int
) -> None:
    prorated = f'{rules} = "prorated"\n' if rules else ""
    terms = weekly(minutes=70, pauses=f'partial_period = "{by}"\nany.accrues = false')
    day = until or "2026-01-10"
    at, event, last = AWAY[away].split(",")
    answer = play(
        terms.replace("[charging]", f"{prorated}[charging]", 1),
        line(granted, "grant", until=until),
        line(at, event, kind="holiday", until=last),
        on=day,
    )
    week = [minutes for minutes, on_day, _ in lots(answer, day) if on_day >= "2026-01-05"]
    assert sum(week) == came


@pytest.mark.parametrize("by", ["any_day", "whole_period", "prorated"])
@pytest.mark.parametrize("known", ["", "2026-01-20"])
def test_time_that_comes_after_a_full_period_is_earned_by_that_period(by: str, known: str) -> None:
    terms = weekly(minutes=70, pauses=f'partial_period = "{by}"\nany.accrues = false').replace(
        "grant_period", "after_full_period"
    )
    for away, came in (("week 2", [70]), ("week 3 from wed", [70, *SHARE_OF_WEEK_3[by]])):
        at, event, last = AWAY[away].split(",")
        answer = play(
            terms,
            line("2026-01-05", "grant"),
            line(at, event, kind="hospital", until=last, known=known),
            on="2026-01-25",
        )
        assert [minutes for minutes, _, _ in lots(answer, "2026-01-25")] == came


SHARE_OF_WEEK_3 = {"any_day": [], "whole_period": [70], "prorated": [20]}


def test_week_53_is_a_week_of_its_own() -> None:
    answer = play(WEEKLY_HOUR, line("2026-12-21", "grant"), on="2027-01-04")
    days = [day for _, day, _ in lots(answer, "2027-01-04")]
    assert days == ["2026-12-21", "2026-12-28", "2027-01-04"]


def test_every_other_week_is_counted_from_the_week_of_the_grant() -> None:
    scheme = WEEKLY_HOUR.replace("[charging]", "every = 2\n[charging]")
    answer = play(scheme, line("2025-01-08", "grant"), on="2025-02-10")
    days = [day for _, day, _ in lots(answer, "2025-02-10")]
    assert days == ["2025-01-08", "2025-01-20", "2025-02-03"]


def test_a_full_card_refuses_what_comes_and_says_so() -> None:
    scheme = weekly(saving__caps__most='minutes = 150\nat_cap = "refuse"')
    answer = play(scheme, line("2025-01-06", "grant"), on="2025-01-27")
    assert lapsed(answer, "2025-01-27") == [(30, "2025-01-20", "cap"), (60, "2025-01-27", "cap")]
    assert lots(answer, "2025-01-27")[-1] == (30, "2025-01-20", None)


def test_a_full_card_lets_the_oldest_lapse() -> None:
    scheme = weekly(saving__caps__most='punches = 2\nat_cap = "oldest_lapse"')
    answer = play(scheme, line("2025-01-06", "grant"), on="2025-01-27")
    assert [day for _, day, _ in lots(answer, "2025-01-27")] == ["2025-01-20", "2025-01-27"]


def test_both_caps_hold_and_either_may_bind() -> None:
    caps = weekly(
        saving__caps__time='minutes = 180\nat_cap = "refuse"',
        saving__caps__weeks='periods = 4\nat_cap = "oldest_lapse"',
    )
    rows = [line("2025-01-06", "grant")]
    for number, day in enumerate(["2025-01-07", "2025-01-14", "2025-01-21", "2025-01-28"]):
        rows.append(line(f"{day}T10:00", "trip", ref=f"t{number}", minutes=10))
        rows.append(line(f"{day}T11:00", "done", ref=f"t{number}"))
    answer = play(caps, *rows, on="2025-02-03")
    assert lapsed(answer, "2025-02-03") == [(30, "2025-01-27", "cap"), (70, "2025-02-03", "cap")]
    assert [left for left, _, _ in lots(answer, "2025-02-03")] == [60, 60, 30, 10]


def test_a_card_that_only_alerts_loses_nothing_and_has_the_citizen_called_once() -> None:
    scheme = weekly(saving__caps__much='punches = 6\nat_cap = "alert"')
    answer = play(scheme, line("2017-01-02", "grant"), on="2017-02-20")
    tasks = [(task.on.isoformat(), task.kind, task.rule) for task in answer.tasks]
    assert tasks == [("2017-02-06", "call_citizen", "saving_alert")]
    assert on(answer, "2017-02-20").available == 480


def test_time_lapses_at_the_earliest_of_its_limits() -> None:
    scheme = weekly(expiry='rolling = "8 weeks"\nyear_end = true')
    answer = play(scheme, line("2024-10-28", "grant"), on="2024-12-23 2025-01-01")
    assert lots(answer, "2024-12-23")[0] == (60, "2024-11-04", "2024-12-29")
    assert lapsed(answer, "2025-01-01") == [
        (60, "2024-12-23", "rolling"),
        (60, "2024-12-30", "rolling"),
        (480, "2025-01-01", "year_end"),
    ]


def test_time_of_29_february_lives_a_year() -> None:
    scheme = weekly(expiry='rolling = "1 year"').replace("iso_week", "grant_day")
    answer = play(scheme, line("2024-02-29", "grant"), on="2024-02-29")
    assert lots(answer, "2024-02-29") == [(60, "2024-02-29", "2025-02-27")]


def test_the_quarter_ends() -> None:
    scheme = weekly(expiry="quarter_end = true")
    answer = play(scheme, line("2025-03-17", "grant"), on="2025-04-01")
    assert lapsed(answer, "2025-04-01") == [(180, "2025-04-01", "quarter_end")]


def test_a_scheme_that_ends_takes_what_is_left() -> None:
    answer = play(
        "runs_until = 2022-06-30\n" + WEEKLY_HOUR, line("2022-06-20", "grant"), on="2022-07-04"
    )
    assert on(answer, "2022-07-04").status == "ended"
    assert lapsed(answer, "2022-07-04") == [(120, "2022-07-01", "scheme_end")]


_HOSPITAL = "accrues = false\nusable = false\nextends_expiry = {}"


def test_a_stay_gives_nothing_and_lets_nothing_be_used() -> None:
    scheme = weekly(pauses__hospital=_HOSPITAL.format("false"))
    answer = play(
        scheme,
        line("2025-01-06", "grant"),
        line("2025-01-10", "absence", kind="hospital", until="2025-01-20"),
        line("2025-01-15T10:00", "trip", ref="a", minutes=30, ordered_at="2025-01-12T09:00"),
        on="2025-01-19 2025-01-27",
    )
    assert on(answer, "2025-01-19").available == 60
    assert [day for _, day, _ in lots(answer, "2025-01-27")] == ["2025-01-06", "2025-01-27"]
    assert verdict(answer, 4) == ("refused", "paused", "2025-01-21")


def test_a_stay_lengthens_the_life_of_time_when_the_terms_say_so() -> None:
    scheme = weekly(expiry='rolling = "4 weeks"', pauses__hospital=_HOSPITAL.format("true"))
    answer = play(
        scheme,
        line("2025-01-06", "grant"),
        line("2025-01-13", "absence", kind="hospital", until="2025-01-26"),
        on="2025-01-13",
    )
    assert lots(answer, "2025-01-13") == [(60, "2025-01-06", "2025-02-16")]


_FOUR_WEEKS = weekly(
    expiry='rolling = "4 weeks"',
    pauses__hospital=_HOSPITAL.format("true"),
    pauses__scheme=_HOSPITAL.format("true"),
)


@pytest.mark.parametrize(
    "pause",
    [("2025-01-13", "2025-01-26"), ("2025-01-15", "2025-01-20"), ("2025-01-20", "2025-01-26")],
)
def test_a_day_that_is_away_twice_lengthens_life_once(pause: tuple[str, str]) -> None:
    answer = play(
        _FOUR_WEEKS,
        line("2025-01-06", "grant"),
        line("2025-01-13", "absence", kind="hospital", until="2025-01-26"),
        line(pause[0], "pause", until=pause[1]),
        on="2025-01-26",
    )
    assert lots(answer, "2025-01-26") == [(60, "2025-01-06", "2025-02-16")]


def test_time_set_aside_lives_longer_with_the_rest_of_its_lot() -> None:
    answer = play(
        _FOUR_WEEKS,
        line("2025-01-06", "grant"),
        line("2025-01-27T10:00", "trip", ref="a", minutes=40, ordered_at="2025-01-07T09:00"),
        line("2025-01-13", "absence", kind="hospital", until="2025-01-26"),
        line("2025-02-10", "cancel", ref="a", by="supplier"),
        on="2025-01-13 2025-02-10",
    )
    assert lots(answer, "2025-01-13") == [(60, "2025-01-06", "2025-02-16")]
    assert on(answer, "2025-01-13").held == 40


_USED_UP = 'period_over = "use_up"'
_UNDECIDED_LIFE = _HOSPITAL.format('"undecided"')


@pytest.mark.parametrize(("said", "until"), [("yes", "2025-02-16"), ("no", None)])
def test_time_waits_for_whoever_decides_whether_a_stay_lengthens_its_life(
    said: str, until: str | None
) -> None:
    scheme = weekly(expiry='rolling = "4 weeks"', pauses__hospital=_UNDECIDED_LIFE, ending=_USED_UP)
    answer = play(
        scheme,
        line("2025-01-06", "grant", until="2025-01-12"),
        line("2025-01-13", "absence", kind="hospital", until="2025-01-26"),
        line("2025-02-10", "decide", rule="pauses.hospital.extends_expiry", value=said),
        on="2025-02-09 2025-02-10",
    )
    assert lots(answer, "2025-02-09") == [(60, "2025-01-06", None)]
    assert [(task.kind, task.rule) for task in answer.tasks] == [
        ("decide", "pauses.hospital.extends_expiry")
    ]
    assert lots(answer, "2025-02-10") == ([(60, "2025-01-06", until)] if until else [])
    lost = [] if until else [(60, "2025-02-10", "rolling")]
    assert lapsed(answer, "2025-02-10") == lost


def test_what_came_during_a_stay_without_an_end_gets_its_last_day_when_the_end_is_known() -> None:
    scheme = weekly(
        expiry='rolling = "4 weeks"\nyear_end = true',
        pauses__hospital="accrues = true\nusable = false\nextends_expiry = true",
        ending=_USED_UP,
    )
    answer = play(
        scheme,
        line("2025-01-06", "grant", until="2025-01-19"),
        line("2025-01-08", "absence", kind="hospital"),
        on="2025-01-20",
    )
    assert lots(answer, "2025-01-20") == [
        (60, "2025-01-06", "2025-12-31"),
        (60, "2025-01-13", "2025-12-31"),
    ]


@pytest.mark.parametrize(
    ("rule", "value", "until"),
    [("rolling", "8 weeks", "2025-03-02"), ("year_end", "yes", "2025-12-31")],
)
def test_an_answer_about_how_long_time_lives_reaches_what_raised_the_question(
    rule: str, value: str, until: str
) -> None:
    answer = play(
        weekly(expiry=f'{rule} = "undecided"', ending=_USED_UP),
        line("2025-01-06", "grant", until="2025-01-12"),
        line("2025-01-20", "decide", rule=f"expiry.{rule}", value=value),
        on="2025-01-19 2025-01-20",
    )
    assert lots(answer, "2025-01-19") == [(60, "2025-01-06", None)]
    assert lots(answer, "2025-01-20") == [(60, "2025-01-06", until)]


def test_new_terms_are_no_answer_to_what_the_old_left_open() -> None:
    scheme = weekly(
        expiry='rolling = "undecided"', change='saved_time = "keep_terms"', ending=_USED_UP
    )
    new = weekly(
        minutes=30,
        expiry='rolling = "1 week"',
        change='saved_time = "keep_terms"',
        ending=_USED_UP,
    )
    answer = play(
        scheme,
        line("2025-01-06", "grant", until="2025-01-12"),
        line("2025-01-13", "terms", terms="new.toml"),
        on="2025-02-20",
        terms={"new.toml": new},
    )
    assert lots(answer, "2025-02-20") == [(60, "2025-01-06", None)]


def test_a_new_cap_counts_what_is_set_aside() -> None:
    new = weekly(
        saving__caps__most='minutes = 100\nat_cap = "oldest_lapse"',
        change='saved_time = "new_terms"',
        ending=_USED_UP,
    )
    answer = play(
        weekly(ending=_USED_UP),
        line("2025-01-06", "grant"),
        line("2025-01-30T10:00", "trip", ref="a", minutes=60, ordered_at="2025-01-21T09:00"),
        line("2025-01-22", "terms", terms="new.toml"),
        on="2025-01-22",
        terms={"new.toml": new},
    )
    assert (on(answer, "2025-01-22").available, on(answer, "2025-01-22").held) == (40, 60)
    assert lapsed(answer, "2025-01-22") == [(80, "2025-01-22", "cap")]


@pytest.mark.parametrize(
    ("partial", "available"),
    [("arrival_day", 120), ("any_day", 60), ("whole_period", 120), ("prorated", 94)],
)
def test_a_stay_from_wednesday_to_friday_takes_the_week_as_the_terms_say(
    partial: str, available: int
) -> None:
    scheme = weekly(
        pauses=f'partial_period = "{partial}"', pauses__hospital=_HOSPITAL.format("false")
    )
    answer = play(
        scheme,
        line("2025-01-06", "grant"),
        line("2025-01-15", "absence", kind="hospital", until="2025-01-17"),
        on="2025-01-14 2025-01-17",
    )
    assert on(answer, "2025-01-14").available == 120
    assert on(answer, "2025-01-17").available == available


def partly_away(known: str, *rows: dict[str, str], on: str) -> Answer:
    """Return a life with a stay from a Wednesday to a Friday; nobody decided what it takes."""
    scheme = weekly(
        minutes=70,
        pauses='partial_period = "undecided"',
        pauses__hospital=_HOSPITAL.format("false"),
    )
    stay = line("2025-01-15", "absence", kind="hospital", until="2025-01-17", known=known)
    return play(scheme, line("2025-01-06", "grant"), stay, *rows, on=on)


def answered(value: str, day: str) -> dict[str, str]:
    """Return the answer somebody gives to what a broken period is worth."""
    return line(day, "decide", rule="pauses.partial_period", value=value)


@pytest.mark.parametrize("known", ["2025-01-15", "2025-01-25"])
@pytest.mark.parametrize("value", ["any_day", "arrival_day", "whole_period", "prorated"])
def test_nobody_is_asked_about_a_week_whose_time_had_come_before_the_stay(
    known: str, value: str
) -> None:
    answer = partly_away(known, answered(value, "2025-01-26"), on="2025-01-19 2025-01-26")
    assert (on(answer, "2025-01-19").available, on(answer, "2025-01-26").available) == (140, 210)
    assert answer.tasks == []


@pytest.mark.parametrize(
    ("value", "available"),
    [("any_day", 70), ("arrival_day", 140), ("whole_period", 140), ("prorated", 110)],
)
def test_a_week_known_to_be_broken_waits_for_the_answer_and_gives_by_it(
    value: str, available: int
) -> None:
    days = "2025-01-13 2025-01-16"
    answer = partly_away("2025-01-10", answered(value, "2025-01-16"), on=days)
    asked = [(task.on.isoformat(), task.rule) for task in answer.tasks]
    assert asked == [("2025-01-13", "pauses.partial_period")]
    assert on(answer, "2025-01-13").available == 70
    assert on(answer, "2025-01-16").available == available


@pytest.mark.parametrize(("value", "available"), [("any_day", 70), ("prorated", 110)])
def test_an_answer_given_before_the_stay_holds_as_if_the_terms_had_said_it(
    value: str, available: int
) -> None:
    days = "2025-01-14 2025-01-15"
    answer = partly_away("", answered(value, "2025-01-07"), on=days)
    assert on(answer, "2025-01-14").available == 140
    assert on(answer, "2025-01-15").available == available


def test_what_late_news_leaves_open_is_asked_on_the_day_it_is_known() -> None:
    away = line("2025-01-13", "absence", kind="holiday", until="2025-01-19", known="2025-01-25")
    answer = play(WEEKLY_HOUR, line("2025-01-06", "grant"), away, on="2025-01-24 2025-01-25")
    assert (on(answer, "2025-01-24").available, on(answer, "2025-01-25").available) == (180, 120)
    assert [(task.on.isoformat(), task.rule) for task in answer.tasks] == [
        ("2025-01-25", "pauses.holiday.accrues")
    ]


@pytest.mark.parametrize(
    ("known", "told"),
    [("2025-01-12", "2025-01-12"), ("", "2025-01-15"), ("2025-01-16", "2025-01-16")],
)
@pytest.mark.parametrize("partial", ["arrival_day", "any_day", "prorated"])
def test_booked_trips_are_called_off_and_letters_sent_whatever_a_broken_week_gives(
    partial: str, known: str, told: str
) -> None:
    scheme = weekly(
        pauses=f'partial_period = "{partial}"',
        pauses__hospital="accrues = false\nusable = false\nextends_expiry = false",
        law="decision = true\nbasis = 'serviceloven'\nletters = ['pause', 'resume']",
    )
    answer = play(
        scheme,
        line("2025-01-06", "grant"),
        line("2025-01-15", "absence", kind="hospital", until="2025-01-19", known=known),
        line("2025-01-17T10:00", "trip", ref="a", minutes=30, ordered_at="2025-01-09T10:00"),
        on="2025-01-31",
    )
    assert [(task.on.isoformat(), task.kind, task.ref) for task in answer.tasks] == [
        (told, "cancel_trip", "a")
    ]
    paused = max(told, "2025-01-15")
    assert [(post.on.isoformat(), post.kind) for post in answer.letters] == [
        (paused, "pause"),
        ("2025-01-20", "resume"),
    ]


def test_an_absence_nobody_decided_about_holds_its_time_back_until_somebody_does() -> None:
    answer = play(
        WEEKLY_HOUR,
        line("2025-01-06", "grant"),
        line("2025-01-13", "absence", kind="holiday", until="2025-01-19"),
        line("2025-01-22", "decide", rule="pauses.holiday.accrues", value="yes"),
        on="2025-01-20 2025-01-22",
    )
    assert on(answer, "2025-01-20").available == 120
    assert on(answer, "2025-01-22").available == 180
    assert [(task.kind, task.rule) for task in answer.tasks] == [
        ("decide", "pauses.holiday.accrues")
    ]


def test_the_whole_scheme_can_pause() -> None:
    scheme = weekly(pauses__scheme=_HOSPITAL.format("false"))
    answer = play(
        scheme,
        line("2025-06-30", "grant"),
        line("2025-07-07", "pause", until="2025-07-20"),
        line("2025-07-08T10:00", "trip", ref="a", minutes=60, ordered_at="2025-07-01T09:00"),
        on="2025-07-21",
    )
    assert [day for _, day, _ in lots(answer, "2025-07-21")] == ["2025-06-30", "2025-07-21"]
    assert [(task.kind, task.rule, task.ref) for task in answer.tasks] == [
        ("cancel_trip", "paused", "a")
    ]


def test_late_news_of_a_stay_takes_back_what_it_gave_and_never_below_zero() -> None:
    scheme = weekly(pauses__any=_HOSPITAL.format("false"))
    rows = [
        line("2025-01-06", "grant"),
        line("2025-01-13", "absence", kind="hospital", until="2025-01-19", known="2025-01-28"),
        line("2025-01-21T10:00", "trip", ref="a", minutes=170, ordered_at="2025-01-20T09:00"),
        line("2025-01-21T13:00", "done", ref="a"),
    ]
    answer = play(scheme, *rows, on="2025-01-27 2025-01-28")
    assert on(answer, "2025-01-27").available == 70
    assert on(answer, "2025-01-28").available == 60
    assert verdict(answer, 4)[0] == "accepted"


def test_late_news_ends_where_news_in_time_would_have() -> None:
    scheme = weekly(
        saving__caps__most='minutes = 180\nat_cap = "refuse"',
        pauses__any=_HOSPITAL.format("false"),
    )
    stay = {"kind": "hospital", "until": "2025-01-26"}
    late = play(
        scheme,
        line("2025-01-06", "grant"),
        line("2025-01-13", "absence", known="2025-02-12", **stay),
        on="2025-02-12",
    )
    in_time = play(
        scheme, line("2025-01-06", "grant"), line("2025-01-13", "absence", **stay), on="2025-02-12"
    )
    assert lots(late, "2025-02-12") == lots(in_time, "2025-02-12")
    assert lapsed(late, "2025-02-12") == lapsed(in_time, "2025-02-12")


@pytest.mark.parametrize(
    ("saved_time", "left", "lost"),
    [
        ("keep_terms", 120, []),
        ("lapse", 0, [(120, "2025-01-15", "forfeit")]),
        ("keep_punches", 60, [(60, "2025-01-15", "forfeit")]),
        ("new_terms", 60, [(60, "2025-01-15", "rolling")]),
    ],
)
def test_new_terms_leave_saved_time_as_they_say(
    saved_time: str, left: int, lost: list[tuple[int, str, str]]
) -> None:
    new = weekly(minutes=30, expiry='rolling = "1 week"', change=f'saved_time = "{saved_time}"')
    new = new.replace("minutes_per_punch = 60", "minutes_per_punch = 30")
    answer = play(
        WEEKLY_HOUR,
        line("2025-01-06", "grant"),
        line("2025-01-15", "terms", terms="new.toml"),
        on="2025-01-15 2025-01-20",
        terms={"new.toml": new},
    )
    assert on(answer, "2025-01-15").available == left
    assert lapsed(answer, "2025-01-15") == lost
    assert lots(answer, "2025-01-20")[-1] == (30, "2025-01-20", "2025-01-26")


def test_while_one_limit_is_open_the_certain_one_is_what_time_lapses_by() -> None:
    rules = 'rolling = "2 weeks"\nyear_end = "undecided"'
    answer = play(weekly(expiry=rules), line("2026-11-02", "grant"), on="2026-11-20")
    assert lapsed(answer, "2026-11-20") == [(60, "2026-11-16", "rolling")]


def test_while_an_absence_has_no_end_time_lapses_by_the_limit_that_stands() -> None:
    scheme = weekly(
        expiry='rolling = "2 weeks"\nquarter_end = true',
        pauses__hospital="accrues = false\nusable = false\nextends_expiry = true",
    )
    away = line("2025-03-12", "absence", kind="hospital")
    answer = play(scheme, line("2025-03-10", "grant"), away, on="2025-04-10")
    assert lapsed(answer, "2025-04-10") == [(60, "2025-04-01", "quarter_end")]


@pytest.mark.parametrize("known", ["", "2026-01-10", "2026-01-25"])
@pytest.mark.parametrize("partial_period", ["any_day", "arrival_day", "undecided"])
def test_an_absence_is_explained_on_the_day_it_began_whenever_it_was_known(
    known: str, partial_period: str
) -> None:
    scheme = weekly(
        pauses=f'partial_period = "{partial_period}"',
        pauses__hospital="accrues = false\nusable = false\nextends_expiry = false",
    )
    away = line("2026-01-14", "absence", kind="hospital", until="2026-01-16", known=known)
    days = "2026-01-13 2026-01-26"
    answer = play(scheme, line("2026-01-05", "grant"), away, on=days)
    told = [
        (said.on.isoformat(), said.line)
        for day in days.split()
        for said in on(answer, day).said
        if said.code == "away"
    ]
    assert told == [("2026-01-14", 3)]


_FULL = """
[saving.caps.{}]
{}
[saving.caps.{}]
{}
"""


@pytest.mark.parametrize("names", [("old", "no"), ("no", "old")])
def test_what_is_refused_makes_no_older_time_lapse(names: tuple[str, str]) -> None:
    caps = {
        "old": 'minutes = 120\nat_cap = "oldest_lapse"',
        "no": 'minutes = 120\nat_cap = "refuse"',
    }
    scheme = WEEKLY_HOUR + _FULL.format(*(part for n in names for part in (n, caps[n])))
    answer = play(scheme, line("2025-01-06", "grant"), on="2025-01-20")
    assert [day for _, day, _ in lots(answer, "2025-01-20")] == ["2025-01-06", "2025-01-13"]
    assert lapsed(answer, "2025-01-20") == [(60, "2025-01-20", "cap")]


@pytest.mark.parametrize(
    ("saved_time", "left", "lost"),
    [
        ("keep_terms", [(30, "01-13", "03-09"), (30, "01-20", "03-16"),
                        (30, "01-27", "03-23"), (30, "02-03", "03-30")], []),
        ("new_terms", [(30, "01-20", "02-16"), (30, "01-27", "02-23"), (30, "02-03", "03-02")],
         [(30, "cap")]),
        ("keep_punches", [(15, "01-13", "03-09"), (15, "01-20", "03-16"),
                          (15, "01-27", "03-23"), (15, "02-03", "03-30")], [(60, "forfeit")]),
        ("lapse", [], [(120, "forfeit")]),
        ("undecided", [(30, "01-13", "03-09"), (30, "01-20", "03-16"),
                       (30, "01-27", "03-23"), (30, "02-03", "03-30")], []),
    ],
)  # fmt: skip
def test_new_terms_do_to_saved_time_what_the_page_of_schemes_says(
    saved_time: str, left: list[tuple[int, str, str]], lost: list[tuple[int, str]]
) -> None:
    half_hours = WEEKLY_HOUR.replace("60", "30")
    new = WEEKLY_HOUR.replace("60", "15") + (
        '[expiry]\nrolling = ["4 weeks"]\n'
        '[saving.caps.most]\nminutes = 90\nat_cap = "refuse"\n'
        f'[change]\nsaved_time = "{saved_time}"\n'
    )
    answer = play(
        half_hours + '[expiry]\nrolling = ["8 weeks"]\n',
        line("2025-01-13", "grant"),
        line("2025-02-05", "terms", terms="new.toml"),
        on="2025-02-05",
        terms={"new.toml": new},
    )
    found = lots(answer, "2025-02-05")
    assert [(minutes, day[5:], (last or "")[5:]) for minutes, day, last in found] == left
    assert [(minutes, rule) for minutes, _, rule in lapsed(answer, "2025-02-05")] == lost


@pytest.mark.parametrize(
    ("was", "becomes", "last"),
    [
        ("2026-02-01", "2026-03-01", "2026-03-01"),
        ("2026-03-01", "2026-02-01", "2026-02-01"),
        ("2026-03-01", "2026-01-15", "2026-01-25"),
        ("2026-01-20", "2026-03-01", "2026-01-20"),
    ],
)
def test_new_terms_move_the_end_of_a_target_group_for_those_who_hold_it(
    was: str, becomes: str, last: str
) -> None:
    def scheme(until: str) -> str:
        return weekly(target_groups__lonely=f"until = {until}")

    answer = play(
        scheme(was),
        line("2026-01-05", "grant", reason="lonely"),
        line("2026-01-26", "terms", terms="new.toml"),
        on="2026-03-15",
        terms={"new.toml": scheme(becomes)},
    )
    ended = date.fromisoformat(last) + timedelta(days=1)
    assert {lost.on for lost in on(answer, "2026-03-15").lapsed} == {ended}
    mondays = (ended - date(2026, 1, 5)).days // 7 + bool((ended - date(2026, 1, 5)).days % 7)
    assert sum(lost.minutes for lost in on(answer, "2026-03-15").lapsed) == 60 * mondays
