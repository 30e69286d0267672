"""The forms that real groups have are there as templates, each as it is in life."""

import pytest

from klippekort.domain.groups.anonymity import Anonymity
from klippekort.domain.groups.forms import (
    FORMS,
    GRIEF,
    GroupForm,
    Theme,
    Withdraws,
    celebrates,
    is_evaluated,
)

REAL = (
    "conversation",
    "bereavement",
    "peers",
    "self_help",
    "anonymous",
    "convener",
    "leaderless",
    "parish",
)


@pytest.mark.parametrize("code", REAL)
def test_each_real_form_is_a_template(code: str):
    assert FORMS[code].code == code


def test_there_are_a_cafe_and_a_group_on_screen_too():
    assert set(FORMS) - set(REAL) == {"cafe", "online"}


def test_three_people_and_one_who_leads_make_a_group():
    form = FORMS["conversation"]
    assert (form.smallest, form.meetings, form.facilitators, form.minutes) == (3, 9, 1, 60)


def test_evenings_after_a_loss_wait_half_a_year_and_always_have_two_who_lead():
    form = FORMS["bereavement"]
    assert (form.months_since_loss, form.facilitators, form.may_run_short) == (6, 2, False)
    assert (form.smallest, form.largest, form.rhythm_days) == (5, 8, 14)


def test_nobody_hears_who_comes_to_a_course_led_by_peers():
    form = FORMS["peers"]
    assert (form.meetings, form.largest, form.rhythm_days) == (10, 10, 7)
    assert not form.reports_attendance


def test_nobody_is_sent_to_an_anonymous_group():
    form = FORMS["anonymous"]
    assert (form.referral, form.anonymity) == (False, Anonymity.HEAD_COUNT)


def test_a_group_without_a_leader_has_two_at_a_long_first_meeting():
    form = FORMS["leaderless"]
    assert (form.facilitators, form.first_minutes, form.withdraws) == (
        2,
        180,
        Withdraws.AFTER_FIRST,
    )


def test_who_starts_a_self_help_group_withdraws():
    assert FORMS["self_help"].withdraws is Withdraws.WHEN_READY


@pytest.mark.parametrize("form", FORMS.values(), ids=lambda form: form.code)
def test_a_form_makes_sense(form: GroupForm):
    assert 1 <= form.smallest <= form.largest
    assert form.meetings is None or all(at <= form.meetings for at in form.evaluate_at)


@pytest.mark.parametrize("theme", sorted(GRIEF))
def test_grief_is_not_celebrated(theme: Theme):
    assert not celebrates(theme)


def test_company_may_be_celebrated():
    assert celebrates(Theme.COMPANY)


@pytest.mark.parametrize(
    ("number", "meetings", "asked"), [(6, 8, True), (8, 8, True), (7, 8, False), (6, None, True)]
)
def test_a_group_is_asked_on_the_way_and_at_the_end(number: int, meetings: int | None, asked: bool):
    assert is_evaluated(number, meetings, (6,)) is asked
