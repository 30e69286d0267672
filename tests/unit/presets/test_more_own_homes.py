"""Further published rules for people in their own homes, each worked through."""

import pytest

from tests.unit.presets.worked import OPEN, Case, expected, found, play

CASES = [
    Case(
        "randers-until-2022",
        "30 minutes a week, halved from 2023, and decided the same day: the punches are kept",
        """at,event,terms,rule,value
        2022-12-05,grant,,,
        2023-01-01,terms,randers,,
        2023-01-01,decide,,change.saved_time,keep_punches""",
        minutes={"2022-12-26": 120, "2023-01-01": 60, "2023-01-02": 75},
        trips={"3": "accepted"},
    ),
    Case(
        "randers-until-2022",
        "nobody has said what became of saved time: it stays, and a person is asked",
        """at,event,terms
        2022-12-05,grant,
        2023-01-01,terms,randers""",
        minutes={"2022-12-31": 120, "2023-01-01": 120, "2023-01-02": 135},
        trips={"3": "change.saved_time"},
    ),
    Case(
        "randers-until-2022",
        "decided two weeks later: what was saved before the change keeps its punches",
        """at,event,terms,rule,value
        2022-12-05,grant,,,
        2023-01-01,terms,randers,,
        2023-01-15,decide,,change.saved_time,keep_punches""",
        minutes={"2023-01-14": 150, "2023-01-15": 90},
        trips={"3": "accepted"},
    ),
    Case(
        "randers",
        "a punch of 15 minutes a week from 2023",
        """at,event,facts,card
        2022-12-05,grant,lives_in=care_home,early
        2023-01-02,grant,lives_in=elderly_home_with_call_system,
        2023-01-02,grant,lives_in=own_home;chosen_by_home_care=no,c""",
        minutes={"2023-01-09": 30},
        trips={"2": "not_active", "3": "accepted", "4": "eligibility"},
    ),
    Case(
        "billund",
        "any one of five reasons is enough",
        """at,event,facts,card
        2026-01-05,grant,functional_level=2;personal_care=light;network=limited,a
        2026-01-05,grant,functional_level=2;personal_care=light;network=good;dementia=no;poor_eater=no,b
        2026-01-05,grant,functional_level=4;network=good,c""",
        trips={"2": "accepted", "3": "eligibility", "4": "accepted"},
    ),
    Case(
        "billund",
        "at most 6 punches",
        """at,event
        2026-01-05,grant""",
        minutes={"2026-02-09": 180, "2026-03-09": 180},
    ),
    Case(
        "kobenhavn",
        "extensive support, or moderate with shopping or laundry",
        """at,event,facts,card
        2014-09-01,grant,support=extensive,a
        2014-09-01,grant,support=moderate;shopping_service=no;laundry_service=yes,b
        2014-09-01,grant,support=moderate;shopping_service=no;laundry_service=no,c""",
        trips={"2": "accepted", "3": "accepted", "4": "eligibility"},
    ),
    Case(
        "kobenhavn",
        "at most 3 hours",
        """at,event
        2014-09-01,grant""",
        minutes={"2014-10-06": 180, "2014-12-01": 180},
    ),
    Case(
        "taarnby",
        "at most 6 punches, 3 hours",
        """at,event
        2026-01-05,grant""",
        minutes={"2026-02-02": 150, "2026-02-09": 180, "2026-02-16": 180},
    ),
    Case(
        "varde-fellowship",
        "a course without minutes, until June 2022",
        """at,event,ref,minutes,ordered_at
        2021-09-01,grant,,,
        2022-06-30T10:00,trip,a,300,2022-06-01
        2022-07-01T10:00,trip,b,30,2022-06-01""",
        minutes={"2022-06-30": 0},
        trips={"a": "accepted", "b": "not_active"},
        charged={"a": 0},
        status={"2022-06-30": "active", "2022-07-01": "ended"},
    ),
    Case(
        "varde-fellowship",
        "home help or a need it may prevent, a wish to go out, hard to start",
        """at,event,facts,card
        2021-09-01,grant,may_prevent_home_help=yes;wants_activity_outside_home=yes;hard_to_start=yes,a
        2021-09-01,grant,has_home_help=yes;wants_activity_outside_home=yes;hard_to_start=no,b""",
        trips={"2": "accepted", "3": "eligibility"},
    ),
    Case(
        "guldborgsund",
        "personal and practical help, not mobile, lives alone",
        """at,event,facts,card
        2026-01-05,grant,personal_help=yes;practical_help=yes;mobile=no;lives_alone=yes,a
        2026-01-05,grant,personal_help=yes;practical_help=yes;mobile=no;lives_alone=no,b""",
        trips={"2": "accepted", "3": "eligibility"},
    ),
    Case(
        "guldborgsund",
        "how much time comes is not said: a person is asked, and then it comes",
        """at,event,rule,value
        2026-01-05,grant,,
        2026-01-12,decide,allowance.minutes,30""",
        decided={"allowance.minutes": OPEN},
        status={"2026-01-11": "waiting", "2026-01-12": "active"},
        minutes={"2026-01-12": 30, "2026-01-19": 60},
    ),
    Case(
        "norddjurs",
        "one extra punch for the weakest",
        """at,event,reason
        2017-05-01,grant,weakest""",
        decided={"target_groups.weakest.eligibility": OPEN},
        minutes={"2017-05-01": 60, "2017-05-08": 120},
    ),
    Case(
        "norddjurs",
        "one punch a week for the others",
        """at,event
        2017-05-01,grant""",
        minutes={"2017-05-01": 30, "2017-05-08": 60},
    ),
    Case(
        "morsoe",
        "at least 8 hours' home help a week",
        """at,event,facts,card
        2026-01-05,grant,home_help_hours_per_week=8,a
        2026-01-05,grant,home_help_hours_per_week=7.5,b""",
        trips={"2": "accepted", "3": "eligibility"},
    ),
    Case(
        "morsoe",
        "up to 3 hours",
        """at,event
        2026-01-05,grant""",
        minutes={"2026-02-09": 180, "2026-04-06": 180},
    ),
    Case(
        "middelfart",
        "half an hour is hidden until the week after",
        """at,event,ref,minutes
        2023-02-06,grant,,
        2023-02-14T10:00,trip,a,60
        2023-02-14T11:00,done,a,60""",
        minutes={"2023-02-13": 60, "2023-02-14": 0, "2023-02-20": 30},
    ),
    Case(
        "middelfart",
        "who may have it is not said: a person is asked when facts are given",
        """at,event,facts
        2023-02-06,grant,lives_alone=yes""",
        trips={"2": "grants.eligibility"},
    ),
    Case(
        "greve-until-2016",
        "relatives have the good of it from 2017 only",
        """at,event,terms,ref,minutes,ordered_at,benefit
        2016-11-07,grant,,,,,
        2016-12-06T10:00,trip,,a,30,2016-12-05,relative
        2017-01-01,terms,greve,,,,
        2017-01-10T10:00,trip,,b,30,2017-01-09,relative""",
        decided={"change.saved_time": "keep_terms"},
        trips={"a": "eligibility", "b": "accepted"},
    ),
    Case(
        "kalundborg",
        "from 1 July 2015, for those with most help and few chances outside",
        """at,event,facts,card
        2015-06-29,grant,most_help_a_week=yes;few_chances_of_social_activity=yes,a
        2015-07-01,grant,most_help_a_week=yes;few_chances_of_social_activity=yes,b
        2015-07-01,grant,most_help_a_week=yes;few_chances_of_social_activity=no,c""",
        trips={"2": "not_active", "3": "accepted", "4": "eligibility"},
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_published_rule(case: Case):
    assert found(case, play(case)) == expected(case)
