"""Who gets a card, how it ends, and whose time it is."""

import pytest

from tests.unit.lab.playing import WEEKLY_HOUR, about, lapsed, line, lots, on, play, verdict

GRANT = line("2025-01-06", "grant")
_NO_LONGER = "grants.when_no_longer_met"
_RULE = '[grants]\neligibility = "hours_per_week >= 8 and (mobility == low or not has_network)"\n'


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ("hours_per_week=8;mobility=low;has_network=yes", "accepted"),
        ("hours_per_week=8,5;mobility=high;has_network=no", "accepted"),
        ("hours_per_week=7.5;mobility=low", "refused"),
        ("hours_per_week=9;mobility=high", "refused"),
        ("", "accepted"),
    ],
)
def test_a_card_is_for_those_whose_facts_meet_the_rule(facts: str, expected: str) -> None:
    facts = facts.replace(",", ".")
    answer = play(WEEKLY_HOUR + _RULE, line("2025-01-06", "grant", facts=facts), on="2025-01-06")
    assert about(answer, 2).outcome == expected
    assert on(answer, "2025-01-06").status == ("active" if expected == "accepted" else "none")


@pytest.mark.parametrize(
    ("said", "trip", "task"),
    [
        ("review", ("accepted", None), ("review", "eligibility")),
        ("refuse", ("refused", "eligibility"), ("review", "eligibility")),
        (
            "undecided",
            ("ask", "grants.when_no_longer_met"),
            ("decide", "grants.when_no_longer_met"),
        ),
    ],
)
def test_new_facts_that_no_longer_meet_the_rule_do_as_the_terms_say(
    said: str, trip: tuple[str, str | None], task: tuple[str, str]
) -> None:
    answer = play(
        WEEKLY_HOUR + _RULE + f'when_no_longer_met = "{said}"\n',
        line("2025-01-06", "grant", facts="hours_per_week=9;has_network=no"),
        line("2025-02-01", "facts", facts="hours_per_week=5"),
        line("2025-02-12T10:00", "trip", ref="a", minutes=60, ordered_at="2025-02-03"),
        on="2025-02-12",
    )
    assert verdict(answer, 4)[:2] == trip
    assert [(one.kind, one.rule) for one in answer.tasks][:1] == [task]


def test_a_refused_card_tells_which_conditions_are_not_met() -> None:
    facts = "hours_per_week=7;mobility=low"
    answer = play(WEEKLY_HOUR + _RULE, line("2025-01-06", "grant", facts=facts), on="2025-01-06")
    assert about(answer, 2).lacking == ("hours_per_week >= 8 (7)",)


def test_some_may_not_apply() -> None:
    scheme = WEEKLY_HOUR + '[grants]\norigins = ["automatic", "notified"]\n'
    answer = play(scheme, line("2025-01-06", "grant", kind="applied"), on="2025-01-06")
    assert verdict(answer, 2)[:2] == ("refused", "eligibility")


def test_a_grant_may_wait_for_approval() -> None:
    scheme = WEEKLY_HOUR + "[grants]\nneeds_approval = true\n"
    answer = play(scheme, GRANT, line("2025-01-15", "approve"), on="2025-01-14 2025-01-20")
    assert on(answer, "2025-01-14").status == "waiting"
    assert [day for _, day, _ in lots(answer, "2025-01-20")] == ["2025-01-15", "2025-01-20"]


def test_a_card_that_cannot_run_yet_asks() -> None:
    scheme = WEEKLY_HOUR.replace('"grant_period"', '"undecided"')
    answer = play(
        scheme,
        GRANT,
        line("2025-01-14", "decide", rule="allowance.first", value="grant_period"),
        on="2025-01-13 2025-01-20",
    )
    assert on(answer, "2025-01-13").status == "waiting"
    assert on(answer, "2025-01-20").status == "active"


def test_a_card_keeps_its_reasons_and_ends_with_the_last() -> None:
    scheme = WEEKLY_HOUR + "[target_groups.weakest]\nextra_minutes = 30\nuntil = 2025-02-02\n"
    answer = play(
        scheme,
        line("2025-01-06", "grant", reason="home_help"),
        line("2025-01-13", "grant", reason="weakest"),
        line("2025-02-12", "end", reason="home_help"),
        on="2025-02-03 2025-02-12",
    )
    came = [minutes for minutes, _, _ in lots(answer, "2025-02-03")]
    assert came == [60, 60, 90, 90, 60]
    assert on(answer, "2025-02-12").status == "ended"
    assert lapsed(answer, "2025-02-12") == [(420, "2025-02-12", "end")]


def test_a_grant_has_its_own_rate_and_end() -> None:
    answer = play(
        WEEKLY_HOUR, line("2025-01-06", "grant", minutes=45, until="2025-01-19"), on="2025-01-20"
    )
    assert lapsed(answer, "2025-01-20") == [(90, "2025-01-20", "end")]
    assert on(answer, "2025-01-20").status == "ended"


@pytest.mark.parametrize(
    ("death", "status", "left"),
    [("lapse", "ended", 0), ("use_up", "ended", 120), ("undecided", "ended", 120)],
)
def test_death_does_to_saved_time_what_was_decided(death: str, status: str, left: int) -> None:
    scheme = WEEKLY_HOUR + f'[ending]\ndeath = "{death}"\n'
    answer = play(scheme, GRANT, line("2025-01-15", "end", kind="death"), on="2025-01-20")
    assert (on(answer, "2025-01-20").status, on(answer, "2025-01-20").available) == (status, left)
    assert about(answer, 3).outcome == ("ask" if death == "undecided" else "accepted")


_USE_UP = '[expiry]\nrolling = "4 weeks"\n[ending]\n{} = "use_up"\n'
_GONE = ("refused", "not_active", None)
_TAKEN = ("accepted", None, None)


def _wish(at: str, ordered: str, minutes: int = 60) -> dict[str, str]:
    return line(f"{at}T10:00", "trip", ref=at, minutes=minutes, ordered_at=ordered)


def test_what_is_left_may_be_used_while_it_lives_and_then_the_card_is_over() -> None:
    answer = play(
        WEEKLY_HOUR + _USE_UP.format("other"),
        GRANT,
        line("2025-01-15", "end"),
        _wish("2025-02-09", "2025-01-16"),
        _wish("2025-02-08", "2025-01-17", minutes=90),
        _wish("2025-02-10", "2025-01-18"),
        _wish("2025-03-03", "2025-03-01"),
        on="2025-03-03",
    )
    found = [verdict(answer, number) for number in range(4, 8)]
    assert found == [_TAKEN, ("refused", "balance", None), _GONE, _GONE]


def test_a_card_that_has_ended_is_over_once_it_is_used_up() -> None:
    answer = play(
        WEEKLY_HOUR + '[ending]\nother = "use_up"\n',
        GRANT,
        line("2025-01-15", "end"),
        _wish("2025-01-20", "2025-01-16", minutes=120),
        _wish("2025-01-27", "2025-01-17", minutes=30),
        line("2025-01-20T12:00", "done", ref="2025-01-20", minutes=120),
        _wish("2025-01-28", "2025-01-21", minutes=30),
        on="2025-01-31",
    )
    assert verdict(answer, 5) == ("refused", "balance", None)  # it may be called off yet
    assert verdict(answer, 7) == _GONE


@pytest.mark.parametrize(
    ("cause", "rows"),
    [
        ("period_over", (line("2025-01-06", "grant", until="2025-01-14"),)),
        ("other", (GRANT, line("2025-01-15", "end", known="2025-01-07"))),
    ],
)
def test_an_end_that_is_known_ahead_leaves_what_is_there_to_be_used_up(
    cause: str, rows: tuple[dict[str, str], ...]
) -> None:
    wishes = [
        _wish("2025-01-20", "2025-01-08"),
        _wish("2025-02-03", "2025-01-16"),
        _wish("2025-02-10", "2025-01-17"),
    ]
    answer = play(WEEKLY_HOUR + _USE_UP.format(cause), *rows, *wishes, on="2025-02-10")
    first = len(rows) + 2
    assert [verdict(answer, first + number) for number in range(3)] == [_TAKEN, _TAKEN, _GONE]


def test_a_change_of_supplier_may_leave_the_card_running() -> None:
    scheme = WEEKLY_HOUR + '[ending]\nsupplier = "continue"\n'
    answer = play(scheme, GRANT, line("2025-01-15", "end", kind="supplier"), on="2025-01-20")
    assert (on(answer, "2025-01-20").status, on(answer, "2025-01-20").available) == ("active", 180)


def test_moving_to_a_care_home_ends_a_card_that_is_for_own_homes() -> None:
    scheme = 'setting = "own_home"\n' + WEEKLY_HOUR + '[ending]\ncare_home = "lapse"\n'
    answer = play(scheme, GRANT, line("2025-01-15", "setting", kind="care_home"), on="2025-01-20")
    assert on(answer, "2025-01-20").status == "ended"
    assert lapsed(answer, "2025-01-20") == [(120, "2025-01-15", "end")]


def test_a_scheme_for_both_settings_has_a_rate_for_each() -> None:
    scheme = WEEKLY_HOUR + (
        "[settings.care_home]\nminutes_per_punch = 30\nallowance_minutes = 30\n"
    )
    answer = play(scheme, GRANT, line("2025-01-15", "setting", kind="care_home"), on="2025-01-20")
    assert [minutes for minutes, _, _ in lots(answer, "2025-01-20")] == [60, 60, 30]
    assert on(answer, "2025-01-20").minutes_per_punch == 30


def test_saying_no_is_respected() -> None:
    answer = play(WEEKLY_HOUR, GRANT, line("2025-01-15", "decline"), on="2025-01-20")
    assert (on(answer, "2025-01-20").status, on(answer, "2025-01-20").available) == ("declined", 0)


@pytest.mark.parametrize(
    ("law", "letter"),
    [
        ("decision = true\ncomplaint_guidance = true", ("decision", True)),
        ("decision = false", ("confirmation", False)),
    ],
)
def test_a_formal_decision_brings_guidance_on_complaints(
    law: str, letter: tuple[str, bool]
) -> None:
    answer = play(WEEKLY_HOUR + f"[law]\n{law}\n", GRANT, on="2025-01-06")
    assert [(post.kind, post.complaint_guidance) for post in answer.letters] == [letter]


def test_correcting_adds_a_lot_or_takes_the_oldest_and_waives_the_rest() -> None:
    answer = play(
        WEEKLY_HOUR,
        GRANT,
        line("2025-01-07", "adjust", minutes=30, reason="forgotten"),
        line("2025-01-08", "adjust", minutes=-100, reason="twice"),
        on="2025-01-07 2025-01-08",
    )
    assert lots(answer, "2025-01-07") == [(60, "2025-01-06", None), (30, "2025-01-07", None)]
    assert on(answer, "2025-01-08").available == 0
    assert lapsed(answer, "2025-01-08") == []


def test_a_district_has_a_pool_and_unused_time_is_lent_to_it() -> None:
    scheme = WEEKLY_HOUR + (
        '[sharing]\npools = true\nlending = true\npool_beneficiaries = ["relative"]\n'
    )
    answer = play(
        scheme,
        GRANT,
        line("2025-01-06", "pool_grant", pool="nord", minutes=2000),
        line("2025-01-07", "lend", pool="nord", minutes=50),
        line("2025-01-08", "pool_use", pool="nord", minutes=55, benefit="relative"),
        line("2025-01-09", "pool_use", pool="nord", minutes=1996),
        line("2025-01-09", "pool_use", pool="nord", minutes=5, benefit="neighbour"),
        line("2025-01-10", "lend", pool="nord", minutes=11),
        on="2025-01-07 2025-01-10",
    )
    assert sorted(answer.pools["nord"].values()) == [1995, 2050]
    assert [verdict(answer, n)[:2] for n in (6, 7, 8)] == [
        ("refused", "pool"),
        ("refused", "eligibility"),
        ("refused", "balance"),
    ]


def test_two_cards_are_kept_apart_and_a_trip_names_the_one_that_pays() -> None:
    answer = play(
        WEEKLY_HOUR,
        GRANT,
        line("2025-01-06", "terms", terms="course.toml", card="fellowship"),
        line("2025-01-06", "grant", card="fellowship"),
        line("2025-01-07T10:00", "trip", ref="a", minutes=300, card="fellowship"),
        line("2025-01-07T10:00", "trip", ref="b", minutes=60),
        on="2025-01-07",
        terms={"course.toml": 'measured_in = "course"\n[allowance]\nperiod = "none"\n'},
    )
    assert (about(answer, 5).outcome, about(answer, 5).charged) == ("accepted", 0)
    both = on(answer, "2025-01-07").cards
    assert (both[""].held, both["fellowship"].held) == (60, 0)


def test_the_card_may_also_be_for_a_relative() -> None:
    trip = line("2025-01-07T10:00", "trip", minutes=60, benefit="relative")
    refused = play(WEEKLY_HOUR, GRANT, trip, on="2025-01-07")
    scheme = WEEKLY_HOUR + '[sharing]\nbeneficiaries = ["relative"]\n'
    accepted = play(scheme, GRANT, trip, on="2025-01-07")
    assert verdict(refused, 3)[:2] == ("refused", "eligibility")
    assert verdict(accepted, 3)[0] == "accepted"


def test_no_trip_before_the_grant_or_after_the_end() -> None:
    answer = play(
        WEEKLY_HOUR,
        line("2025-01-05T10:00", "trip", minutes=30),
        line("2025-01-06", "grant", until="2025-01-31"),
        line("2025-02-01T10:00", "trip", minutes=30, ordered_at="2025-01-20"),
        on="2025-02-01",
    )
    assert verdict(answer, 2) == ("refused", "not_active", None)
    assert verdict(answer, 4) == ("refused", "not_active", None)


def test_events_after_the_last_day_asked_for_are_ignored() -> None:
    answer = play(WEEKLY_HOUR, GRANT, line("2025-03-10T10:00", "trip", minutes=30), on="2025-02-01")
    assert on(answer, "2025-02-01").held == 0
    assert len(answer.events) == 2


def test_a_foreseen_holiday_bears_on_what_is_ordered_meanwhile() -> None:
    scheme = WEEKLY_HOUR + (
        "[pauses.holiday]\naccrues = true\nusable = false\nextends_expiry = false\n"
    )
    answer = play(
        scheme,
        GRANT,
        line("2025-03-03", "absence", kind="holiday", until="2025-03-09", known="2025-02-01"),
        line("2025-03-05T10:00", "trip", minutes=60, ordered_at="2025-02-10"),
        on="2025-02-10",
    )
    assert verdict(answer, 4) == ("refused", "paused", "2025-03-10")


_REASONS = (
    "[grants]\nseveral_reasons = {several}\n[target_groups.a]\nminutes = 60\n"
    "[target_groups.b]\nextra_minutes = {extra}\n[target_groups.c]\nminutes = 45\n"
)


def _came(*rows: dict[str, str], several: str = "added", extra: int = 20) -> list[int]:
    """Return what came on the Monday a card began and on the Monday after, of half an hour."""
    half = WEEKLY_HOUR.replace("minutes = 60", "minutes = 30")
    scheme = half + _REASONS.format(several=f'"{several}"', extra=extra)
    scheme += '[ending]\nother = "use_up"\n'
    return [minutes for minutes, *_ in lots(play(scheme, *rows, on="2025-01-13"), "2025-01-13")]


@pytest.mark.parametrize(
    ("several", "extra", "reasons", "expected"),
    [
        ("added", 20, "ab", 110),
        ("highest", 20, "ab", 80),
        ("highest", 20, "ac", 60),
        ("highest", 30, "-b", 60),
        ("added", 20, "abc", 155),
        ("highest", 20, "cab", 80),
    ],
)
def test_reasons_of_one_day_are_known_before_its_time_comes(
    several: str, extra: int, reasons: str, expected: int
) -> None:
    rows = [line("2025-01-06", "grant", reason=reason.strip("-")) for reason in reasons]
    for order in (rows, rows[::-1]):
        assert _came(*order, several=several, extra=extra) == [expected, expected]


def test_what_happens_between_two_reasons_of_a_day_takes_nothing_from_it() -> None:
    trip = line("2025-01-06T14:00", "trip", ref="x", minutes=60, ordered_at="2025-01-06T08:00")
    rows = [line("2025-01-06", "grant", reason=reason) for reason in "ab"]
    assert _came(rows[0], trip, rows[1]) == [110, 110]


def test_one_reason_known_ahead_and_one_told_on_the_day_are_one_arrival() -> None:
    ahead = line("2025-01-06", "grant", reason="a", known="2025-01-02")
    assert _came(ahead, line("2025-01-06", "grant", reason="b")) == [110, 110]


def test_a_reason_that_begins_while_the_card_runs_counts_from_the_next_time() -> None:
    rows = [line("2025-01-06", "grant", reason="a"), line("2025-01-07", "grant", reason="b")]
    assert _came(*rows) == [60, 110]
    rows[1] = line("2025-01-13", "grant", reason="b")
    assert _came(*rows) == [60, 60]


def test_a_card_ended_and_given_anew_on_its_first_day_gets_that_day_once() -> None:
    rows = [
        line("2025-01-06", "grant", reason="a"),
        line("2025-01-06", "end"),
        line("2025-01-06", "grant", reason="b"),
    ]
    assert _came(*rows) == [60, 50]


def test_one_approval_starts_all_that_waits_before_time_comes() -> None:
    scheme = WEEKLY_HOUR + _REASONS.format(several='"added"\nneeds_approval = true', extra=20)
    rows = [line("2025-01-06", "grant", reason=reason) for reason in "ab"]
    answer = play(scheme, *rows, line("2025-01-08", "approve"), on="2025-01-13")
    assert [minutes for minutes, *_ in lots(answer, "2025-01-13")] == [140, 140]


def test_two_reasons_of_a_day_meet_a_cap_as_one_arrival() -> None:
    caps = '[saving.caps.m]\nperiods = 2\nat_cap = "oldest_lapse"\n[grants]\n'
    caps += 'several_reasons = "added"\n'
    rows = [line("2025-01-06", "grant", minutes=60), line("2025-01-06", "grant", minutes=30)]
    answer = play(WEEKLY_HOUR + caps, *rows, on="2025-01-13")
    assert [minutes for minutes, *_ in lots(answer, "2025-01-13")] == [90, 90]
    assert lapsed(answer, "2025-01-13") == []


_POOL = (
    '[sharing]\npools = true\npool_beneficiaries = ["relative"]\nbeneficiaries = ["neighbour"]\n'
)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"pool": "nord", "benefit": "relative"}, ("accepted", None)),
        ({"pool": "nord"}, ("accepted", None)),
        ({"pool": "nord", "benefit": "neighbour"}, ("refused", "eligibility")),
        ({"pool": "nord", "benefit": "citizen"}, ("refused", "eligibility")),
        ({"benefit": "relative"}, ("refused", "eligibility")),
        ({"benefit": "neighbour"}, ("accepted", None)),
        ({"benefit": "citizen"}, ("accepted", None)),
    ],
)
def test_a_pool_says_itself_for_whom_it_pays(
    said: dict[str, str], expected: tuple[str, str | None]
) -> None:
    answer = play(
        WEEKLY_HOUR + _POOL,
        GRANT,
        line("2025-01-06", "pool_grant", pool="nord", minutes=200),
        line("2025-01-07T10:00", "trip", minutes=60, ordered_at="2025-01-06", **said),
        on="2025-01-07",
    )
    assert verdict(answer, 4)[:2] == expected
    assert about(answer, 4).why == ("benefit" if expected[1] else "")


def test_a_pool_without_a_list_is_for_anybody() -> None:
    answer = play(
        WEEKLY_HOUR + "[sharing]\npools = true\n",
        GRANT,
        line("2025-01-06", "pool_grant", pool="nord", minutes=200),
        line("2025-01-07T10:00", "trip", minutes=60, pool="nord", benefit="neighbour"),
        on="2025-01-07",
    )
    assert verdict(answer, 4)[0] == "accepted"


@pytest.mark.parametrize("what", ["done", "cancel", "no_show", "broken_off", "wasted_visit"])
def test_a_line_that_names_no_card_means_the_card_its_trip_is_on(what: str) -> None:
    rules = (
        '[cancelling]\nno_show = "full"\nwasted_visit = "full"\nbroken_off = "full"\n'
        '[cancelling.citizen]\ncharge = "full"\n'
    )
    for first in ("", "gul"):  # whether or not another card goes without a name
        answer = play(
            WEEKLY_HOUR + rules,
            line("2025-01-06", "grant", card=first),
            line("2025-01-06", "grant", card="red"),
            line("2025-01-08T10:00", "trip", ref="v", minutes=30, ordered_at="2025-01-06")
            | {"card": "red"},
            line("2025-01-08T12:00", what, ref="v", by="citizen"),
            on="2025-01-09",
        )
        assert verdict(answer, 5)[:2] == ("accepted", None)
        cards = on(answer, "2025-01-09").cards
        assert {name: card.available for name, card in cards.items()} == {first: 60, "red": 30}


def test_a_line_that_names_another_card_than_its_trips_is_refused() -> None:
    answer = play(
        WEEKLY_HOUR,
        line("2025-01-06", "grant", card="gul"),
        line("2025-01-06", "grant", card="red"),
        line("2025-01-08T10:00", "trip", ref="v", minutes=30, card="red"),
        line("2025-01-08T12:00", "done", ref="v", card="gul"),
        on="2025-01-09",
    )
    assert (about(answer, 5).rule, about(answer, 5).why) == ("not_active", "other_card")
