"""The menu and where each role begins."""

import pytest
from flask import Flask

from klippekort.domain.permissions import Role
from klippekort.platform.navigation import MENU, MOST_LINES, menu_of, start_page


def _current(app: Flask, role: Role, endpoint: str) -> list[str]:
    with app.test_request_context():
        return [item.url for item in menu_of(role, endpoint) if item.is_current]


@pytest.mark.parametrize("role", MENU)
def test_a_role_begins_at_the_first_line_of_its_menu(app: Flask, role: Role):
    assert _current(app, role, start_page(role)) == [_url(app, start_page(role))]


def _url(app: Flask, endpoint: str) -> str:
    with app.test_request_context():
        return app.url_for(endpoint)


def test_a_page_lights_up_the_line_of_its_feature(app: Flask):
    assert _current(app, Role.ADMINISTRATOR, "accounts.create") == ["/log-ins"]


def test_a_line_of_its_own_goes_before_its_features_first(app: Flask):
    assert _current(app, Role.COORDINATOR, "reports.cockpit") == [_url(app, "reports.cockpit")]


def test_ones_own_account_lights_up_nothing(app: Flask):
    assert _current(app, Role.ADMINISTRATOR, "accounts.mine") == []


@pytest.mark.parametrize("role", [Role.CITIZEN, Role.SYSTEM])
def test_who_does_not_log_in_has_no_menu(app: Flask, role: Role):
    assert _current(app, role, "citizens.find") == []


@pytest.mark.parametrize("role", MENU)
def test_a_menu_can_be_read_at_a_glance(role: Role):
    assert len(MENU[role]) <= MOST_LINES


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.PLANNER, Role.ASSESSOR, Role.CARE_WORKER])
def test_every_page_of_one_citizen_stands_under_finding_her(app: Flask, role: Role):
    pages = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/borgere/<uuid:citizen_id>") and "GET" in (rule.methods or ())
    }
    find = [_url(app, "citizens.find")]
    assert len(pages) > 20
    assert [one for one in sorted(pages) if _current(app, role, one) != find] == []


@pytest.mark.parametrize(
    ("role", "endpoint", "line"),
    [
        (Role.COORDINATOR, "budgets.lapsing", "reports.more"),
        (Role.COORDINATOR, "feedback.show", "reports.more"),
        (Role.COORDINATOR, "courses.listed", "reports.more"),
        (Role.COORDINATOR, "courses.step", "citizens.find"),
        (Role.COORDINATOR, "measures.duties", "reports.more"),
        (Role.COORDINATOR, "measures.duty", "citizens.find"),
        (Role.COORDINATOR, "messages.wording", "reports.more"),
        (Role.COORDINATOR, "outreach.case", "outreach.worklist"),
        (Role.COORDINATOR, "volunteers.show", "reports.more"),
        (Role.COORDINATOR, "trips.trip", "planning.board"),
        (Role.COORDINATOR, "reports.laboratory", "reports.more"),
        (Role.PLANNER, "budgets.supplier_statement", "reports.more"),
        (Role.PLANNER, "trips.trip", "trips.board"),
        (Role.ADMINISTRATOR, "budgets.prices", "budgets.overview"),
        (Role.ADMINISTRATOR, "municipalities.show", "reports.first_week"),
        (Role.ASSESSOR, "measures.duties", "citizens.find"),
        (Role.CARE_WORKER, "tablet.cards", "trips.today"),
    ],
)
def test_a_page_without_a_line_stands_where_one_would_look(
    app: Flask, role: Role, endpoint: str, line: str
):
    assert _current(app, role, endpoint) == [_url(app, line)]
