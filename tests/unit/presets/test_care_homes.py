"""Published rules for residents of care homes, each worked through."""

import pytest

from tests.unit.presets.worked import OPEN, Case, expected, found, play

CASES = [
    Case(
        "nyborg-care-home",
        "a punch of 60 minutes a week, from 1 April 2017",
        """at,event,card
        2017-03-27,grant,early
        2017-04-03,grant,""",
        minutes={"2017-04-03": 60, "2017-04-10": 120},
        trips={"2": "not_active", "3": "accepted"},
    ),
    Case(
        "haderslev-care-home",
        "may be applied for, and does not come by itself",
        """at,event,kind,card
        2026-01-05,grant,application,a
        2026-01-05,grant,automatic,b""",
        trips={"2": "accepted", "3": "eligibility"},
    ),
    Case(
        "haderslev-care-home",
        "one punch with 7 days' notice, several with 14",
        """at,event,ref,minutes,ordered_at
        2026-01-05,grant,,,
        2026-03-03T12:00,trip,a,30,2026-02-24
        2026-03-03T12:00,trip,b,31,2026-02-24""",
        trips={"a": "accepted", "b": "notice"},
    ),
    Case(
        "kobenhavn-care-home-until-2017",
        "one punch every 14 days",
        """at,event
        2015-08-03,grant""",
        minutes={"2015-08-16": 30, "2015-08-17": 60, "2015-08-30": 60, "2015-08-31": 90},
    ),
    Case(
        "kobenhavn-care-home-until-2017",
        "one punch a week from 2017; what was saved is kept, when somebody has said so",
        """at,event,terms,rule,value
        2016-12-05,grant,,,
        2017-01-02,terms,kobenhavn-care-home,,
        2017-01-03,decide,,change.saved_time,keep_terms""",
        minutes={"2017-01-01": 60, "2017-01-02": 90, "2017-01-09": 120},
    ),
    Case(
        "varde-care-home",
        "on moving in for good, from 1 April 2017",
        """at,event,kind,facts,card
        2017-04-01,grant,automatic,lives_in_care_home_for_good=yes,a
        2017-04-01,grant,automatic,lives_in_care_home_for_good=no,b""",
        trips={"2": "accepted", "3": "eligibility"},
    ),
    Case(
        "varde-care-home",
        "not cleaning",
        """at,event,ref,minutes,ordered_at,activity
        2017-04-03,grant,,,,
        2017-04-10T10:00,trip,a,30,2017-04-09,cleaning
        2017-04-10T10:00,trip,b,30,2017-04-09,churchyard""",
        trips={"a": "activity", "b": "accepted"},
    ),
    Case(
        "varde-care-home",
        "what a joint outing costs is not said: a person is asked",
        """at,event,ref,minutes,ordered_at,activity,citizens,consent
        2017-04-03,grant,,,,,,
        2017-04-10T10:00,trip,a,30,2017-04-09,joint_outing,4,yes
        2017-04-10T10:00,trip,b,30,2017-04-09,joint_outing,4,no""",
        trips={"a": "joint_trips.charge", "b": "consent"},
    ),
    Case(
        "guldborgsund-care-home",
        "the minutes of a punch are not said: a person is asked",
        """at,event
        2026-01-05,grant""",
        decided={"allowance.minutes": OPEN},
        trips={"2": "allowance.minutes"},
        status={"2026-01-05": "waiting"},
    ),
    Case(
        "morsoe-care-home",
        "up to 3 hours",
        """at,event
        2026-01-05,grant""",
        minutes={"2026-02-09": 180, "2026-03-02": 180},
    ),
    Case(
        "ringsted-care-home",
        "how often time comes is not said: a person is asked",
        """at,event
        2017-07-03,grant""",
        decided={"allowance.period": OPEN},
        trips={"2": "allowance.period"},
    ),
    Case(
        "soroe",
        "the card goes along between nursing home and own home",
        """at,event,kind
        2021-01-18,grant,
        2021-02-01,setting,own_home""",
        minutes={"2021-02-08": 120},
        status={"2021-02-08": "active"},
    ),
    Case(
        "soroe",
        "extraordinary cleaning, done together with the citizen",
        """at,event,ref,minutes,ordered_at,activity
        2021-01-18,grant,,,,
        2021-01-25T10:00,trip,a,60,2021-01-24,extraordinary_cleaning""",
        trips={"a": "accepted"},
    ),
    Case(
        "kalundborg-care-home",
        "more than 30 minutes is planned some days ahead: how many, a person is asked",
        """at,event,ref,minutes,ordered_at
        2017-05-01,grant,,,
        2017-05-09T10:00,trip,a,30,2017-05-08
        2017-05-16T10:00,trip,b,31,2017-05-08""",
        decided={"notice.by_length.more.notice": OPEN},
        trips={"a": "accepted", "b": "notice.by_length.more.notice"},
    ),
]
WEEKLY = {
    "alleroed-care-home": 30,
    "aarhus-care-home": 30,
    "esbjerg": 30,
    "greve": 30,
    "kalundborg": 30,
    "kalundborg-care-home": 30,
    "kobenhavn-care-home": 30,
    "middelfart": 30,
    "norddjurs": 30,
    "randers": 15,
    "randers-until-2022": 30,
    "varde-care-home": 30,
}


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_published_rule(case: Case):
    assert found(case, play(case)) == expected(case)


@pytest.mark.parametrize("preset", WEEKLY)
def test_one_punch_a_week_and_no_limit_anybody_has_published(preset: str):
    granted = "at,event\n2024-01-01,grant"
    case = Case(preset, "", granted, minutes={"2024-12-29": 52 * WEEKLY[preset]})
    assert found(case, play(case)) == expected(case)
