"""Every address, every role, another municipality's ids: nothing is there, and nothing happens.

A foreign id is answered like one that never was: 404, or what is said before anything is looked up.
"""

from collections.abc import Iterator
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.routing import AnyConverter, IntegerConverter, Rule, UUIDConverter

from klippekort.app import create_app
from klippekort.domain.permissions import ALLOWED, Role
from klippekort.operations import demo
from klippekort.platform.auth import access_of
from klippekort.platform.db import Base, db
from klippekort.platform.ids import new_id
from tests.cast import HOME
from tests.login import log_in
from tests.sites import people
from tests.small_demo import build_in

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

# What a part of an address is called where its table is called something else.
_TABLES = {
    "card_id": "punch_card",
    "entry_id": "punch_entry",
    "group_id": "support_group",
    "member_id": "group_member",
    "meeting_id": "group_meeting",
    "agreement_id": "standing_agreement",
    "offer_id": "trip_offer",
    "wish_id": "trip_wish",
    "contact_id": "citizen_contact",
    "worker_id": "care_worker",
    "message_id": "outbox_message",
    "report_id": "yearly_report",
    "trial_id": "scheme_trial",
    "case_id": "outreach_case",
    "line_id": "audit_line",
    "hold_id": "legal_hold",
}


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    app = create_app(build_in(tmp_path_factory.mktemp("foreign")))
    app.testing = True
    app.config["WTF_CSRF_ENABLED"] = False
    yield app
    with app.app_context():
        db.engine.dispose()


def _foreign(name: str) -> UUID:
    """Return an id of the other municipality for a part of an address."""
    tables = Base.metadata.tables
    wanted = _TABLES.get(name, name.removesuffix("_id"))
    for table in (wanted, "citizen"):
        if table in tables and {"municipality_id", "id"} <= set(tables[table].c.keys()):
            with db.engine.connect() as connection:
                columns = tables[table].c
                wanted_row = select(columns.id).where(columns.municipality_id != HOME)
                found = connection.execute(wanted_row.limit(1)).scalar()
            if found is not None:
                return UUID(str(found))
    return new_id()


def _with_ids(app: Flask) -> Iterator[tuple[Rule, dict[str, str]]]:
    """Yield every address that an id is part of, with another municipality's ids in it."""
    for rule in app.url_map.iter_rules():
        ids = {
            name: str(_foreign(name))
            for name, kind in rule._converters.items()
            if isinstance(kind, UUIDConverter)
        }
        if ids:
            others = {name: rule._converters.get(name) for name in rule.arguments - ids.keys()}
            yield rule, {**{name: _other(kind) for name, kind in others.items()}, **ids}


def _other(kind: object) -> str:
    """Return what may stand in a part of an address that is no id."""
    if isinstance(kind, AnyConverter):
        return sorted(kind.items)[0]
    return "1" if isinstance(kind, IntegerConverter) else "x"


def _tries(app: Flask, method: str) -> dict[str, tuple[int, int]]:
    """Return where a foreign id is told from one that never was: both answers."""
    adapter = app.url_map.bind("localhost")
    with app.app_context():
        staff = people(demo.log_ins())
        clients = {role: log_in(app.test_client(), actor) for role, actor in staff.items()}
        todo = list(_with_ids(app))
    wrong, tried = {}, 0
    for rule, values in todo:
        access = access_of(app.view_functions[rule.endpoint])
        if access is None or access.action is None or method not in (rule.methods or ()):
            continue
        for role in clients.keys() & ALLOWED[access.action].keys():

            def answer(chosen: dict[str, str], rule: Rule = rule, role: Role = role) -> int:
                path = adapter.build(rule.endpoint, chosen, method=method)
                sent = {"key": str(new_id())}
                return clients[role].open(path, method=method, data=sent).status_code

            tried += 1
            status = answer(values)
            if status == 404:
                continue
            ids = {
                name for name, kind in rule._converters.items() if isinstance(kind, UUIDConverter)
            }
            nowhere = answer({**values, **{name: str(new_id()) for name in ids}})
            if status != nowhere or status not in (303, 400, 403):
                wrong[f"{rule} for {role}"] = (status, nowhere)
    assert tried > 100
    return dict(sorted(wrong.items()))


def _sizes() -> dict[str, int]:
    """Count the other municipality's rows, table by table."""
    with db.engine.connect() as connection:
        return {
            table.name: connection.scalar(
                select(func.count()).select_from(table).where(table.c.municipality_id != HOME)
            )
            or 0
            for table in Base.metadata.sorted_tables
            if "municipality_id" in table.c
        }


def test_another_municipalitys_things_are_nowhere_to_be_found(town: Flask) -> None:
    assert _tries(town, "GET") == {}


def test_nothing_is_done_to_another_municipalitys_things(town: Flask) -> None:
    with town.app_context():
        before = _sizes()
    assert _tries(town, "POST") == {}
    with town.app_context():
        assert _sizes() == before
