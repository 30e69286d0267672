"""A value no card can be reckoned with is refused by its key, never met as a crash."""

import pytest

from klippekort.domain.schemes import BadTerms, Wrong, load
from tests.unit.lab.playing import WEEKLY_HOUR, line, on, play

GRANT = line("2025-01-06", "grant")


def refused(text: str) -> list[tuple[str, Wrong]]:
    """Return what is wrong in a scheme: key and reason."""
    with pytest.raises(BadTerms) as bad:
        load(text)
    return [(fault.key, fault.wrong) for fault in bad.value.faults]


@pytest.mark.parametrize(
    "key", ["allowance", "saving", "saving.caps", "hours", "settings", "pauses.hospital", "words"]
)
@pytest.mark.parametrize("said", ["3", "2026-01-01", "[1]", "true", '"x"', "1.5"])
def test_a_value_where_a_part_is_wanted_is_told_as_that(key: str, said: str) -> None:
    assert refused(f"{key} = {said}\n") == [(key, Wrong.NOT_A_TABLE)]


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("allowance.every", "1000000000"),
        ("pauses.hospital.from_day", "1000000000"),
        ("visits.at_most.a.weeks", "1000000000"),
        ("allowance.minutes", "99999999999999999999"),
        ("cancelling.no_show", "99999999999999999999"),
        ("expiry.rolling", '["9999 years"]'),
        ("expiry.rolling", '["40000 days"]'),
        ("notice.by_length.a.notice", '"9999 years"'),
        ("notice.saved_time", '"99999 weeks"'),
        ("notice.agreement_change", '"99999 working days"'),
        ("cancelling.citizen.bands.a.within", '"1201 months"'),
        ("cancelling.citizen.longer_life", '"9999 years"'),
    ],
)
def test_more_than_can_be_reckoned_with_is_refused_by_its_key(key: str, said: str) -> None:
    lump = "" if key == "allowance.minutes" else "allowance.minutes = 60\n"
    assert refused(f"{lump}{key} = {said}\n") == [(key, Wrong.TOO_LARGE)]


@pytest.mark.parametrize(
    "rule",
    [
        "allowance.every = 1000",
        'allowance.every = 1000\nallowance.period = "year"\nallowance.counted_from = "calendar"',
        'notice.saved_time = "100 years"\nallowance.every = 1000\nallowance.period = "year"\n'
        'allowance.counted_from = "grant_day"',
        "pauses.hospital.from_day = 1000",
        "visits.at_most.a.weeks = 1000",
        'expiry.rolling = ["100 years"]',
        'notice.by_length.a.notice = "100 years"',
        'cancelling.citizen.bands.a.within = "87660 hours"',
    ],
)
def test_the_most_that_may_be_said_can_be_lived_with(rule: str) -> None:
    scheme = f'allowance.minutes = 60\n{rule}\nallowance.first = "after_full_period"\n'
    if "counted_from" not in rule:
        scheme += 'allowance.counted_from = "iso_week"\n'
    rows = [
        line("2199-12-30", "grant"),
        line("2199-12-30", "absence", kind="hospital"),
        line("2199-12-31T10:00", "trip", ref="a", minutes=60),
        line("2199-12-31T09:00", "cancel", ref="a", by="citizen"),
    ]
    assert on(play(scheme, *rows, on="2199-12-31"), "2199-12-31").status == "active"


@pytest.mark.parametrize("key", ["runs_until", "expiry.scheme_end", "target_groups.weak.until"])
def test_the_last_day_there_is_means_that_there_is_no_end(key: str) -> None:
    scheme = f"{key} = 9999-12-31\n"
    grant = line("2025-01-06", "grant", reason="weak")
    answer = play(scheme + _dotted(), grant, on="2025-01-20")
    assert (on(answer, "2025-01-20").status, on(answer, "2025-01-20").available) == ("active", 180)
    assert [lot.expires_on for lot in on(answer, "2025-01-20").lots] == [None, None, None]


@pytest.mark.parametrize("day", ["9999-12-31", "2200-01-01", "1899-12-31", "0001-01-01"])
def test_a_first_day_no_card_can_be_reckoned_from_is_refused(day: str) -> None:
    assert ("runs_from", Wrong.OUT_OF_RANGE) in refused(f"runs_from = {day}\n{_dotted()}")


def _dotted() -> str:
    """Return the weekly hour without tables, so that keys may stand before it."""
    said, table = [], ""
    for row in WEEKLY_HOUR.strip().splitlines():
        if row.startswith("["):
            table = row.strip("[]") + "."
        else:
            said.append(table + row)
    return "\n".join(said) + "\n"


def test_a_number_too_long_to_be_read_is_refused_by_its_line() -> None:
    with pytest.raises(BadTerms) as bad:
        load("name = 'x'\nallowance.minutes = " + "9" * 5000)
    assert [(fault.line, fault.wrong) for fault in bad.value.faults] == [(2, Wrong.TOO_LARGE)]


def test_brackets_without_end_are_refused() -> None:
    assert [wrong for _key, wrong in refused("name = " + "[" * 5000)] == [Wrong.NO_BRACKET]


@pytest.mark.parametrize(
    "key",
    [
        "grants.eligibility",
        "activities.needs",
        "activities.needs_for.walk",
        "target_groups.weak.eligibility",
    ],
)
@pytest.mark.parametrize("said", ["", "  "])
def test_a_rule_over_facts_that_says_nothing_is_left_out(key: str, said: str) -> None:
    assert refused(f'allowance.minutes = 60\n{key} = "{said}"\n') == [(key, Wrong.MISSING)]
