"""The numbers that the page on schemes gives as examples are what comes of them."""

from typing import Any

import pytest

from tests.unit.presets.worked import Case, expected, found, play

WEEKLY = """
[allowance]
minutes = 30
counted_from = "iso_week"
first = "grant_period"
"""
TRAVEL = """
[charging]
travel = "counts"
basis = "actual"
"""
HOSPITAL = """
[pauses.hospital]
accrues = false
usable = false
extends_expiry = {extends}
from_day = {from_day}
"""
BANDS = """
[cancelling.citizen]
charge = "free"
[cancelling.citizen.bands.two_days]
within = "48 hours"
charge = "half"
[cancelling.citizen.bands.one_day]
within = "24 hours"
charge = "full"
"""


def shown(rule: str, terms: str, lines: str, **said: Any) -> Case:
    return Case("", rule, lines, terms=terms, **said)


def arrivals(counted_from: str, first: str, granted_on: str, *days: str) -> Case:
    terms = f'[allowance]\nminutes = 30\ncounted_from = "{counted_from}"\nfirst = "{first}"'
    minutes = {day: 30 * (number + 1) for number, day in enumerate(days)}
    rule = f"{counted_from}, {first} from {granted_on}"
    return shown(rule, terms, f"at,event\n{granted_on},grant", minutes=minutes)


WED, MON = "2026-01-07", "2026-01-05"
ARRIVALS = [
    arrivals("iso_week", "grant_period", WED, "2026-01-07", "2026-01-12", "2026-01-19"),
    arrivals("iso_week", "next_period", WED, "2026-01-12", "2026-01-19"),
    arrivals("iso_week", "after_full_period", WED, "2026-01-19", "2026-01-26"),
    arrivals("grant_day", "grant_period", WED, "2026-01-07", "2026-01-14"),
    arrivals("grant_day", "next_period", WED, "2026-01-14", "2026-01-21"),
    arrivals("grant_day", "after_full_period", WED, "2026-01-14", "2026-01-21"),
    arrivals("iso_week", "next_period", MON, "2026-01-05", "2026-01-12"),
    arrivals("iso_week", "after_full_period", MON, "2026-01-12", "2026-01-19"),
    shown(
        "a share of the first week",
        WEEKLY + 'first_amount = "prorated"',
        "at,event\n2026-01-07,grant",
        minutes={"2026-01-07": 21, "2026-01-12": 51},
    ),
    shown(
        "a share of the first month, rounded down",
        """[allowance]
        minutes = 120
        period = "month"
        counted_from = "calendar"
        first = "grant_period"
        first_amount = "prorated"
        rounding = "down"
        """,
        "at,event\n2026-01-18,grant",
        minutes={"2026-01-18": 54, "2026-02-01": 174},
    ),
    shown(
        "two reasons at once, and one that ends",
        WEEKLY
        + """[target_groups.weakest]
        extra_minutes = 30
        [target_groups.corona]
        minutes = 60
        until = 2026-12-31
        """,
        "at,event,reason\n2026-12-28,grant,weakest\n2026-12-28,grant,corona",
        minutes={"2027-01-03": 90, "2027-01-04": 150, "2027-01-11": 210},
    ),
]
FULL = "at,event,minutes,reason\n2026-01-05,grant,,\n2026-01-06,adjust,195,counted"
CAPS = [
    shown(
        f"225 of 240 and {at_cap}",
        f'{WEEKLY}[saving.caps.most]\nminutes = 240\nat_cap = "{at_cap}"',
        FULL,
        minutes={"2026-01-11": 225, "2026-01-12": left},
        lapsed=lapsed,
    )
    for at_cap, left, lapsed in (
        ("refuse", 240, [(15, "2026-01-12", "cap")]),
        ("oldest_lapse", 240, [(15, "2026-01-12", "cap")]),
        ("alert", 255, []),
        ("undecided", 240, []),
    )
]
LIVES = [
    shown(
        "eight weeks from a Monday",
        WEEKLY + '[expiry]\nrolling = ["8 weeks"]\n[ending]\nperiod_over = "use_up"',
        "at,event,until\n2026-01-05,grant,2026-01-05",
        minutes={"2026-03-01": 30, "2026-03-02": 0},
        lapsed=[(30, "2026-03-02", "rolling")],
    ),
    shown(
        "fourteen days in hospital make eight weeks ten",
        WEEKLY
        + '[expiry]\nrolling = ["8 weeks"]\n'
        + HOSPITAL.format(extends="true", from_day=1)
        + "[saving.caps.one]\nperiods = 1\nat_cap = 'refuse'",
        """at,event,kind,until
        2026-01-05,grant,,
        2026-01-14,absence,hospital,2026-01-27""",
        minutes={"2026-03-15": 30},
        lapsed=[(30, f"2026-{day}", "cap") for day in ("01-12", "02-02", "02-09", "02-16", "02-23")]
        + [(30, f"2026-{day}", "cap") for day in ("03-02", "03-09")],
    ),
    shown(
        "an absence that counts from its eighth day",
        WEEKLY + HOSPITAL.format(extends="false", from_day=8),
        """at,event,kind,until
        2026-01-05,grant,,
        2026-01-12,absence,hospital,2026-02-01""",
        minutes={"2026-01-12": 60, "2026-01-19": 60, "2026-02-02": 90},
    ),
]
BROKEN_WEEK = [
    shown(
        f"away Wednesday to Friday, {partial}",
        f'{WEEKLY}[pauses]\npartial_period = "{partial}"\n'
        + HOSPITAL.format(extends="false", from_day=1),
        """at,event,kind,until
        2026-01-05,grant,,
        2026-01-14,absence,hospital,2026-01-16""",
        minutes={"2026-01-18": left},
    )
    for partial, left in (
        ("arrival_day", 60),
        ("any_day", 30),
        ("whole_period", 60),
        ("prorated", 47),
    )
]
TRIPS = [
    shown(
        "three working days before noon",
        WEEKLY + TRAVEL + '[notice.by_length.all]\nnotice = "3 working days before 12:00"',
        """at,event,ref,minutes,ordered_at
        2026-01-05,grant,,,
        2026-02-10T10:00,trip,a,30,2026-02-05T11:59
        2026-02-10T10:00,trip,b,30,2026-02-05T12:01""",
        trips={"a": "accepted", "b": "notice"},
        earliest={"b": "2026-02-11"},
    ),
    shown(
        "saved time is what the week does not give",
        WEEKLY + TRAVEL + '[notice]\nsaved_time = "1 month"',
        """at,event,ref,minutes,ordered_at
        2026-01-05,grant,,,
        2026-02-10T10:00,trip,a,30,2026-02-09
        2026-02-17T10:00,trip,b,60,2026-02-10""",
        trips={"a": "accepted", "b": "notice"},
        earliest={"b": "2026-03-10"},
    ),
    shown(
        "saved time is what came before the week",
        WEEKLY + TRAVEL + '[notice]\nsaved_time = "1 month"\nsaved_time_means = "older_lots"',
        """at,event,ref,minutes,ordered_at
        2026-01-05,grant,,,
        2026-02-10T10:00,trip,a,30,2026-02-09""",
        trips={"a": "notice"},
        earliest={"a": "2026-03-09"},
    ),
    shown(
        "long outings once in eight weeks",
        WEEKLY + TRAVEL + "[visits.at_most.long]\nat_most = 1\nweeks = 8\nlonger_than = 120",
        """at,event,ref,minutes,ordered_at
        2026-01-05,grant,,400,
        2026-03-02T10:00,trip,a,121,2026-02-05
        2026-04-26T10:00,trip,b,121,2026-02-05
        2026-04-10T10:00,trip,c,120,2026-02-05
        2026-04-27T10:00,trip,d,121,2026-02-05""",
        trips={"a": "accepted", "b": "visit_length", "c": "accepted", "d": "accepted"},
        earliest={"b": "2026-04-27"},
    ),
    shown(
        "ninety minutes with time that comes in two weeks",
        WEEKLY + TRAVEL,
        """at,event,ref,minutes,ordered_at
        2026-01-05,grant,,,
        2026-01-19T10:00,trip,a,90,2026-01-05""",
        trips={"a": "accepted"},
        minutes={"2026-01-05": 0, "2026-01-19": 0},
        charged={"a": 90},
    ),
    shown(
        "two helpers at a half, travel free",
        WEEKLY + '[charging]\ntravel = "free"\nsecond_helper = 0.5',
        """at,event,ref,minutes,ordered_at,travel,helpers
        2026-01-05,grant,,,,,
        2026-02-10T10:00,trip,a,80,2026-02-01,20,2""",
        charged={"a": 90},
    ),
    shown(
        "a hundred minutes for three",
        WEEKLY + TRAVEL + '[joint_trips]\ncharge = "shared"',
        """at,event,ref,minutes,ordered_at,citizens,consent
        2026-01-05,grant,,,,,
        2026-02-10T10:00,trip,a,100,2026-02-01,3,yes
        2026-02-11T10:00,trip,b,100,2026-02-01,3,""",
        trips={"a": "accepted", "b": "consent"},
        charged={"a": 34},
    ),
]
CANCELLED = [
    shown(
        f"cancelled {when}",
        WEEKLY + TRAVEL + BANDS,
        f"""at,event,ref,minutes,ordered_at,by
        2026-01-05,grant,,,,
        2026-02-12T10:00,trip,a,90,2026-02-01,
        {when},cancel,a,,,citizen""",
        charged={"a": charged},
    )
    for when, charged in (
        ("2026-02-10T10:00", 0),
        ("2026-02-10T10:01", 45),
        ("2026-02-11T04:00", 45),
        ("2026-02-11T10:00", 45),
        ("2026-02-11T10:01", 90),
    )
]
RETURNED = [
    shown(
        "returned time with a longer life",
        WEEKLY
        + TRAVEL
        + '[expiry]\nrolling = ["2 weeks"]\n'
        + '[cancelling.supplier]\ncharge = "free"\nlonger_life = "2 weeks"\n'
        + '[ending]\nperiod_over = "use_up"',
        """at,event,ref,minutes,ordered_at,by,until
        2026-02-23,grant,,,,,2026-03-04
        2026-03-04T10:00,trip,a,30,2026-02-24,,
        2026-03-03T10:00,cancel,a,,,supplier,""",
        minutes={"2026-03-15": 60, "2026-03-16": 30, "2026-03-17": 30, "2026-03-18": 0},
    ),
]
ALL = [*ARRIVALS, *CAPS, *LIVES, *BROKEN_WEEK, *TRIPS, *CANCELLED, *RETURNED]


@pytest.mark.parametrize("case", ALL, ids=str)
def test_an_example_is_true(case: Case):
    assert found(case, play(case)) == expected(case)
