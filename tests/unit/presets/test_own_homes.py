"""The four quality standards with most rules for people in their own homes, worked through."""

import pytest

from tests.unit.presets.worked import OPEN, Case, expected, found, play

NYBORG = [
    Case(
        "nyborg",
        "at most 4 hours, from at most 8 weeks",
        """at,event
        2026-01-05,grant""",
        minutes={"2026-02-22": 210, "2026-02-23": 240, "2026-03-01": 240, "2026-03-02": 240},
        lapsed=[(30, "2026-03-02", "rolling")],
    ),
    Case(
        "nyborg",
        "one hour in two weeks, two hours in four",
        """at,event
        2026-01-05,grant""",
        minutes={"2026-01-12": 60, "2026-01-19": 90, "2026-01-26": 120},
    ),
    Case(
        "nyborg",
        "the oldest time is used first",
        """at,event,ref,minutes
        2026-01-05,grant,,
        2026-01-20T10:00,trip,a,60
        2026-01-20T11:00,done,a,60""",
        decided={"notice.by_length.all.notice": "0 days"},
        minutes={"2026-01-19": 90, "2026-01-20": 30, "2026-03-15": 240, "2026-03-16": 240},
        lapsed=[(30, "2026-03-16", "rolling")],
    ),
    Case(
        "nyborg",
        "nothing is carried over the end of a year",
        """at,event
        2026-12-07,grant""",
        minutes={"2026-12-31": 120, "2027-01-01": 0, "2027-01-04": 30},
        lapsed=[(120, "2027-01-01", "year_end")],
    ),
    Case(
        "nyborg",
        "weekdays, from 10 and finished by 15, no public holidays",
        """at,event,ref,minutes,ordered_at
        2026-01-05,grant,,,
        2026-03-04T10:00,trip,whole,240,2026-03-02
        2026-03-04T15:00,done,whole,240,
        2026-03-10T09:59,trip,early,30,2026-03-09
        2026-03-10T14:01,trip,late,60,2026-03-09
        2026-03-14T11:00,trip,saturday,30,2026-03-09
        2026-04-06T11:00,trip,easter,30,2026-03-09""",
        minutes={"2026-03-31": 120},
        trips={
            "whole": "accepted",
            "early": "hours",
            "late": "hours",
            "saturday": "weekday",
            "easter": "holiday",
        },
        earliest={
            "early": "2026-03-10T10:00",
            "late": "2026-03-16T10:00",
            "saturday": "2026-03-16",
            "easter": "2026-04-07",
        },
    ),
    Case(
        "nyborg",
        "a standing agreement is changed with four weeks' notice",
        """at,event,ref,minutes,ordered_at
        2026-01-05,grant,,,
        2026-01-05,agreement,s,60,
        2026-03-29,agreement_change,s,30,2026-03-02
        2026-03-30,agreement_change,s,30,2026-03-02""",
        trips={"4": "notice", "5": "accepted"},
        earliest={"4": "2026-03-30"},
    ),
    Case(
        "nyborg",
        "long-term home help, no network, a need nothing else covers",
        """at,event,facts,card
        2026-01-05,grant,long_term_home_help=yes;has_network=no;need_not_covered_otherwise=yes,a
        2026-01-05,grant,long_term_home_help=yes;has_network=yes;need_not_covered_otherwise=yes,b""",
        trips={"2": "accepted", "3": "eligibility"},
    ),
    Case(
        "nyborg",
        "silent on a helper who comes in vain: a person is asked, and the answer holds",
        """at,event,ref,minutes,ordered_at,rule,value
        2026-01-05,grant,,,,,
        2026-02-03T10:00,trip,a,60,2026-02-01,,
        2026-02-03T10:15,no_show,a,,,,
        2026-02-05,decide,,,,cancelling.no_show,free""",
        minutes={"2026-02-04": 90, "2026-02-05": 150},
        charged={"a": 0},
    ),
]

HADERSLEV = [
    Case(
        "haderslev",
        "at most 3 hours",
        """at,event
        2026-01-05,grant""",
        minutes={"2026-02-09": 180, "2026-02-16": 180},
        lapsed=[(30, "2026-02-16", "cap")],
    ),
    Case(
        "haderslev",
        "one punch with 7 days' notice, several with 14",
        """at,event,ref,minutes,ordered_at
        2026-01-05,grant,,,
        2026-03-03T12:00,trip,a,30,2026-02-25
        2026-03-03T12:00,trip,b,30,2026-02-24
        2026-03-04T12:00,trip,c,60,2026-02-19
        2026-03-04T12:00,trip,d,60,2026-02-18""",
        trips={"a": "notice", "b": "accepted", "c": "notice", "d": "accepted"},
        earliest={"a": "2026-03-04", "c": "2026-03-05"},
    ),
    Case(
        "haderslev",
        "comes by itself with daily personal care",
        """at,event,kind,facts,card
        2026-01-05,grant,automatic,daily_personal_care=yes,a
        2026-01-05,grant,application,daily_personal_care=yes,b
        2026-01-05,grant,automatic,daily_personal_care=no,c""",
        trips={"2": "accepted", "3": "eligibility", "4": "eligibility"},
    ),
]

FURESO = [
    Case(
        "fureso",
        "one punch a week, none in hospital, and none is used there",
        """at,event,kind,until,ref,minutes,ordered_at
        2026-01-05,grant,supplier,,,,
        2026-01-12,absence,hospital,2026-01-25,,,
        2026-01-13T12:00,trip,,,a,30,2026-01-12
        2026-01-27T12:00,trip,,,b,30,2026-01-26""",
        decided={"pauses.partial_period": "arrival_day"},
        minutes={"2026-01-11": 30, "2026-01-25": 30, "2026-02-02": 60},
        trips={"a": "paused", "b": "accepted"},
    ),
    Case(
        "fureso",
        "none on holiday or at the rehabilitation centre",
        """at,event,kind,until
        2026-01-05,grant,,
        2026-01-12,absence,holiday,2026-01-18
        2026-01-19,absence,rehab,2026-01-25""",
        decided={"pauses.partial_period": "arrival_day"},
        minutes={"2026-01-26": 60},
    ),
    Case(
        "fureso",
        "what a broken week gives is not said: a person is asked",
        """at,event,kind,until,rule,value
        2026-01-05,grant,,,,
        2026-01-18,absence,hospital,2026-01-21,,
        2026-01-20,decide,,,pauses.partial_period,whole_period""",
        decided={"pauses.partial_period": OPEN},
        minutes={"2026-01-19": 60, "2026-01-20": 90},
    ),
    Case(
        "fureso",
        "saved time is ordered a month ahead, the week's own is not",
        """at,event,ref,minutes,ordered_at
        2026-01-05,grant,,,
        2026-03-03T12:00,trip,a,60,2026-02-04
        2026-03-03T12:00,trip,b,60,2026-02-03
        2026-03-11T12:00,trip,c,30,2026-03-10""",
        trips={"a": "notice", "b": "accepted", "c": "accepted"},
        earliest={"a": "2026-03-04"},
    ),
    Case(
        "fureso",
        "weekdays, over before 17",
        """at,event,ref,minutes,ordered_at
        2026-01-05,grant,,,
        2026-01-06T16:30,trip,a,30,2026-01-05
        2026-01-13T16:31,trip,b,30,2026-01-05
        2026-01-17T12:00,trip,c,30,2026-01-05""",
        trips={"a": "accepted", "b": "hours", "c": "weekday"},
    ),
    Case(
        "fureso",
        "at most 4 hours",
        """at,event
        2026-01-05,grant""",
        minutes={"2026-02-23": 240, "2026-03-02": 240},
        lapsed=[(30, "2026-03-02", "cap")],
    ),
    Case(
        "fureso",
        "cannot be applied for",
        """at,event,kind,card
        2026-01-05,grant,application,a
        2026-01-05,grant,supplier,b""",
        trips={"2": "eligibility", "3": "accepted"},
    ),
    Case(
        "fureso",
        "ends on moving to a care home",
        """at,event,kind
        2026-01-05,grant,
        2026-02-01,setting,care_home""",
        minutes={"2026-01-31": 120, "2026-02-01": 0, "2026-03-01": 0},
        lapsed=[(120, "2026-02-01", "end")],
        status={"2026-01-31": "active", "2026-02-01": "ended"},
    ),
]

FAXE = [
    Case(
        "faxe",
        "at most 3 hours, and from at most 6 weeks",
        """at,event
        2026-01-05,grant""",
        minutes={"2026-02-09": 180, "2026-02-15": 180, "2026-02-16": 180},
        lapsed=[(30, "2026-02-16", "rolling")],
    ),
    Case(
        "faxe",
        "the citizen manages stairs",
        """at,event,facts,ref,minutes,ordered_at
        2026-01-05,grant,,,,
        2026-01-06,facts,manages_stairs=no,,,
        2026-01-07T12:00,trip,,a,30,2026-01-06
        2026-01-08,facts,manages_stairs=yes,,,
        2026-01-09T12:00,trip,,b,30,2026-01-08""",
        trips={"a": "eligibility", "b": "accepted"},
    ),
    Case(
        "faxe",
        "the way is paid from the card, and the whole must fit what is saved",
        """at,event,ref,minutes,travel,ordered_at
        2026-01-05,grant,,,,
        2026-01-19T11:00,trip,a,91,40,2026-01-19T08:00
        2026-01-19T11:00,trip,b,90,40,2026-01-19T08:00""",
        decided={"booking.against_future_time": "no"},
        minutes={"2026-01-18": 60, "2026-01-19": 0},
        trips={"a": "balance", "b": "accepted"},
        charged={"b": 90},
    ),
    Case(
        "faxe",
        "home by half past three on a weekday",
        """at,event,ref,minutes,ordered_at
        2026-01-05,grant,,,
        2026-01-13T14:30,trip,a,60,2026-01-12
        2026-01-20T14:31,trip,b,60,2026-01-12
        2026-01-18T12:00,trip,c,30,2026-01-12""",
        trips={"a": "accepted", "b": "hours", "c": "weekday"},
    ),
    Case(
        "faxe",
        "no craft jobs and no gardening",
        """at,event,ref,minutes,ordered_at,activity
        2026-01-05,grant,,,,
        2026-01-06T12:00,trip,a,30,2026-01-05,gardening
        2026-01-06T12:00,trip,b,30,2026-01-05,hairdresser""",
        trips={"a": "activity", "b": "accepted"},
    ),
    Case(
        "faxe",
        "much daily help, and not about outside alone",
        """at,event,facts,card
        2026-01-05,grant,much_daily_help=yes;cannot_get_about_outside_alone=yes,a
        2026-01-05,grant,much_daily_help=yes;cannot_get_about_outside_alone=no,b""",
        trips={"2": "accepted", "3": "eligibility"},
    ),
]


@pytest.mark.parametrize("case", [*NYBORG, *HADERSLEV, *FURESO, *FAXE], ids=str)
def test_the_published_rule(case: Case):
    assert found(case, play(case)) == expected(case)
