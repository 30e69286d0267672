"""The menu and where each role begins."""

import pytest
from flask import Flask

from klippekort.domain.permissions import Role
from klippekort.platform.navigation import MENU, menu_of, start_page


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
    assert _current(app, Role.COORDINATOR, "hosting.overview") == [_url(app, "hosting.overview")]


def test_ones_own_account_lights_up_nothing(app: Flask):
    assert _current(app, Role.ADMINISTRATOR, "accounts.mine") == []


@pytest.mark.parametrize("role", [Role.CITIZEN, Role.SYSTEM])
def test_who_does_not_log_in_has_no_menu(app: Flask, role: Role):
    assert _current(app, role, "citizens.find") == []
