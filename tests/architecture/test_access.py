"""Who may open what: the whole table, compared with the one that was agreed.

To agree to a change: `python -m tests.architecture.test_access > tests/architecture/access.txt`.
"""

from pathlib import Path

import pytest
from flask import Flask

from klippekort.app import create_app
from klippekort.config import Settings
from klippekort.domain.permissions import ALLOWED, Action, Role
from klippekort.platform.auth import access_of
from klippekort.platform.tenancy import acting_for
from tests.cast import HOME, Cast
from tests.login import log_in

AGREED = Path(__file__).with_name("access.txt")


def table(app: Flask) -> str:
    """Return every address and the roles it opens for, one a line."""
    lines = []
    for rule in sorted(app.url_map.iter_rules(), key=lambda r: (str(r), r.endpoint)):
        if rule.endpoint == "static":
            continue
        access = access_of(app.view_functions[rule.endpoint])
        methods = ",".join(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}))
        if access is None:
            who = "NOBODY SAYS"
        elif access.action is None:
            who = "everybody"
        else:
            who = f"{access.action}: " + " ".join(sorted(ALLOWED[access.action]))
        lines.append(f"{rule} [{methods}] {rule.endpoint} -> {who}")
    return "\n".join(lines) + "\n"


def test_who_may_open_what_is_as_agreed(shared_app: Flask) -> None:
    assert table(shared_app) == AGREED.read_text()


def test_a_page_that_says_nothing_opens_for_nobody(
    committed_app: Flask, committed_cast: Cast
) -> None:
    def forgotten() -> str:
        return "secret"

    committed_app.add_url_rule("/forgotten", "forgotten", forgotten)
    assert "NOBODY SAYS" in table(committed_app)
    client = log_in(committed_app.test_client(), committed_cast.karen)
    assert client.get("/forgotten").status_code == 403


@pytest.mark.parametrize("action", list(Action))
def test_every_action_is_allowed_to_somebody(action: Action) -> None:
    assert ALLOWED[action]


def test_a_role_without_the_action_is_turned_away(app: Flask, cast: Cast) -> None:
    people = [cast.asta, cast.bo, cast.karen, cast.ida, cast.ada, cast.viggo]
    wrong = []
    for rule in app.url_map.iter_rules():
        access = access_of(app.view_functions[rule.endpoint])
        if rule.arguments or access is None or access.action is None:
            continue
        if "GET" not in (rule.methods or set()):
            continue
        for person in people:
            client = log_in(app.test_client(), person)
            status = client.get(str(rule)).status_code
            allowed = person.role in ALLOWED[access.action]
            if (status == 403) is allowed:
                wrong.append((str(rule), person.role, status))
    assert wrong == []


def test_nobody_gets_in_without_logging_in(app: Flask, cast: Cast) -> None:
    with acting_for(HOME):
        client = app.test_client()
    for rule in app.url_map.iter_rules():
        access = access_of(app.view_functions[rule.endpoint])
        if rule.arguments or access is None or access.action is None:
            continue
        if "GET" in (rule.methods or set()):
            response = client.get(str(rule))
            turned_away = (401, None) if access.is_json else (303, "/log-ind")
            assert (response.status_code, response.location) == turned_away, str(rule)


def test_every_role_has_something_to_do() -> None:
    used = {role for roles in ALLOWED.values() for role in roles}
    assert used == set(Role)


if __name__ == "__main__":
    import sys
    import tempfile

    folder = Path(tempfile.mkdtemp())
    url = f"sqlite:///{folder / 'x.db'}"
    sys.stdout.write(table(create_app(Settings(folder, url, url, folder / "keys.json"))))
