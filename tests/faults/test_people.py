"""F9, F28, F29, F30, F36 and F37: replays, foreign ids, stolen cookies, guesses and forgeries."""

import os
from collections.abc import Callable, Iterator
from functools import partial
from itertools import product
from random import Random
from threading import Barrier, Thread
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.routing import AnyConverter, Rule, UUIDConverter

from klippekort.accounts.models import Account, RoleAssignment
from klippekort.accounts.services import check_pin, set_pin
from klippekort.citizens.models import Citizen
from klippekort.domain.permissions import Actor, Role
from klippekort.operations import demo
from klippekort.platform import clock
from klippekort.platform.auth import access_of
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.ids import new_id
from klippekort.platform.tenancy import acting_for
from tests.cast import HOME, Cast
from tests.databases import rolled_back
from tests.faults.conftest import Often
from tests.faults.small import demo_on
from tests.faults.stage import set_the_stage, standing
from tests.login import log_in, session_secret
from tests.sites import Values, furnish, people

pytestmark = pytest.mark.timeout(1200)

FOREIGN, SEED, TRIES = 2, 20261123, 300
PROCESSES, GUESSES = 4, 30
AT_ONCE = 50


def test_a_form_sent_fifty_times_at_once_books_once(
    committed_app: Flask, committed_cast: Cast
) -> None:
    """F9, the same form from fifty windows in the same moment: one effect, the same answer."""
    stage = set_the_stage(committed_cast, 1, 1)
    [press] = stage.presses()
    secret, gate, told = stage.secret, Barrier(AT_ONCE), []
    db.session.remove()

    def send() -> None:
        client = committed_app.test_client()
        client.set_cookie("session", secret, domain="localhost")
        gate.wait()
        for _ in range(20):  # on SQLite whoever waits too long is asked to try again
            answer = client.post(press.path, data=press.values)
            if answer.status_code != 503:
                break
        told.append((answer.status_code, answer.headers.get("Location")))

    threads = [Thread(target=send) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(told)) == 1
    assert told[0][0] == 303
    found = standing()
    assert (found.trips, found.holds, found.faults) == (1, 1, [])


def test_a_form_under_another_forms_key_is_refused(app: Flask, cast: Cast) -> None:
    """F10, a form with the key of another: refused, and nothing is done."""
    stage = set_the_stage(cast, 2, 1)
    first, other = stage.presses()
    client = log_in(app.test_client(), cast.karen)
    assert client.post(first.path, data=first.values).status_code == 303
    forged = other.values | {"key": first.values["key"]}
    assert client.post(other.path, data=forged).status_code == 409
    assert len(standing().booked) == 1


def test_guesses_from_many_processes_are_five(committed_app: Flask, committed_cast: Cast) -> None:
    """F30, a PIN guessed by several processes at once: five are compared, the right one is not."""
    assert committed_cast.bo.account_id is not None
    account_id = committed_cast.bo.account_id
    execute(set_pin, account_id, "7391")
    db.session.remove()
    db.engine.dispose()
    gate_read, gate_write = os.pipe()

    def guess(first: int) -> int:
        os.read(gate_read, 1)
        db.engine.dispose(close=False)
        right = 0
        for number in range(GUESSES):
            right += check_pin(account_id, f"{first + number:04d}", clock.now())
        right += check_pin(account_id, "7391", clock.now())
        return right

    children = [_apart(partial(guess, 1000 * number)) for number in range(PROCESSES)]
    os.write(gate_write, b"x" * PROCESSES)
    let_in = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
    os.close(gate_read)
    os.close(gate_write)
    assert let_in == [0] * PROCESSES
    assert not check_pin(account_id, "7391", clock.now())


def _apart(work: Callable[[], int]) -> int:
    child = os.fork()
    if child:
        return child
    code = 99
    try:
        db.session.remove()
        code = work()
    finally:
        os._exit(code)


def test_a_cookie_that_was_copied_dies_with_the_log_in(app: Flask, cast: Cast) -> None:
    """F29, a stolen cookie after the log-out: worth nothing, on any page."""
    secret = session_secret(cast.karen)
    mine, thief = app.test_client(), app.test_client()
    for client in (mine, thief):
        client.set_cookie("session", secret, domain="localhost")
    path = f"/borgere/{cast.ellen}"
    assert thief.get(path).status_code == 200
    mine.post("/log-ud")
    answer = thief.get(path)
    assert (answer.status_code, "Ellen" in answer.text) == (303, False)


def test_a_form_without_its_token_does_nothing(committed_app: Flask, committed_cast: Cast) -> None:
    """F37, a form sent from another site: refused before anything is looked at."""
    client = log_in(committed_app.test_client(), committed_cast.karen)
    committed_app.config["WTF_CSRF_ENABLED"] = True
    taking = [
        rule
        for rule in committed_app.url_map.iter_rules()
        if "POST" in (rule.methods or ()) and rule.endpoint not in WITHOUT_TOKEN
    ]
    adapter = committed_app.url_map.bind("localhost")
    statuses = {
        rule.endpoint: client.post(
            adapter.build(rule.endpoint, {name: _any(rule, name) for name in rule.arguments})
        ).status_code
        for rule in taking
    }
    # Whoever may not open an address is told so first. A citizen's own pages keep what was typed
    # and ask for it again, where there is such a page.
    hers = {rule.endpoint for rule in taking if rule.rule.startswith(OWN_PAGES)}
    wrong = {name: status for name, status in statuses.items() if status not in (400, 403)}
    assert {name: status for name, status in wrong.items() if name not in hers} == {}
    assert {wrong[name] for name in hers & set(wrong)} <= {404, 422}
    assert list(statuses.values()).count(400) > len(statuses) / 3


# A tablet's script says who it is in headers of its own; a gateway signs what it sends.
# To lock a tablet does no harm, and must be possible from a page that was kept without a network.
WITHOUT_TOKEN = {
    "tablet.take",
    "tablet.lock",
    "tablet.leave",
    "messages.gateway_event",
    "messages.digital_event",
    "messages.voice_event",
    "messages.shown",
    "accounts.logged_out_there",
    "security.csp_report",
}
OWN_PAGES = ("/kort/", "/kiosk/", "/min-side/")


def _any(rule: Rule, name: str) -> str:
    converter = rule._converters[name]
    if isinstance(converter, AnyConverter):
        return sorted(converter.items)[0]
    return str(uuid4()) if isinstance(converter, UUIDConverter) else "1"


@pytest.fixture(scope="module")
def demo_app(
    database: str, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Flask]:
    with demo_on(database, tmp_path_factory.mktemp("foreign"), request) as app:
        yield app


def _foreigners() -> list[Actor]:
    """Return one of each role in the other municipality; who is not there yet is let in."""
    with acting_for(FOREIGN):
        citizen_id = db.session.scalars(select(Citizen.id).limit(1)).one()
    found: dict[Role, Actor] = {}
    for row, name in db.session.execute(
        select(RoleAssignment, Account.display_name)
        .join(Account, Account.id == RoleAssignment.account_id)
        .where(RoleAssignment.municipality_id == FOREIGN)
    ):
        role = Role(row.role)
        place = row.supplier_id, row.district_id, row.person_id
        found.setdefault(role, Actor(FOREIGN, role, row.account_id, name, *place))
    db.session.rollback()
    for role in set(Role) - {Role.SYSTEM} - found.keys():
        person_id = citizen_id if role is Role.CITIZEN else new_id()
        found[role] = Actor(FOREIGN, role, new_id(), "Fremmed", person_id=person_id)
        execute(_let_in, found[role])
    return list(found.values())


def _let_in(actor: Actor) -> None:
    known_as, now = actor.account_id, clock.now()
    db.session.add(Account(id=known_as, display_name="Fremmed", created_at=now))
    db.session.flush()
    db.session.add(
        RoleAssignment(
            account_id=known_as, municipality_id=FOREIGN, role=actor.role, person_id=actor.person_id
        )
    )


def _foreign_addresses(app: Flask, values: Values) -> Iterator[tuple[Rule, str]]:
    """Yield every address with an id in it, with each id of the first municipality there is."""
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        access = access_of(app.view_functions[rule.endpoint])
        names = sorted(name for name in rule.arguments if name.endswith("_id"))
        if access is None or access.action is None or not names:
            continue
        own = [values.get(f"{rule.endpoint}:{name}", values.get(name)) for name in names]
        rest = {name: values.get(name, (_any(rule, name),))[0] for name in rule.arguments}
        for chosen in product(*(ids or (str(new_id()),) for ids in own)):
            yield rule, adapter.build(rule.endpoint, rest | dict(zip(names, chosen, strict=True)))


def test_the_ids_of_another_municipality_open_nothing(demo_app: Flask, often: Often) -> None:
    """F28 and G11, every address with an id in it, every role, ids of another municipality."""
    with demo_app.app_context():
        values = furnish(demo_app, people(demo.log_ins()))
        with acting_for(HOME):
            names = _names()
        with acting_for(FOREIGN):
            names -= _names()
        foreigners = _foreigners()
        assert {actor.role for actor in foreigners} == set(Role) - {Role.SYSTEM}
        tries = list(product(_foreign_addresses(demo_app, values), foreigners))
        chosen = Random(SEED).sample(tries, min(len(tries), often(TRIES, len(tries))))  # noqa: S311
        let_in: list[str] = []
        for (rule, path), actor in chosen:
            with rolled_back(demo_app):
                let_in += _tried(demo_app, rule.methods or set(), path, actor, names)
    assert let_in == []


def _tried(
    app: Flask, methods: set[str], path: str, actor: Actor, names: set[str]
) -> Iterator[str]:
    """Yield what was wrong when a foreigner opened an address, and sent a form to it."""
    client = log_in(app.test_client(), actor)
    before = _sizes()
    for method in sorted(methods & {"GET", "POST"}):
        answer = client.open(path, method=method, data={"key": str(uuid4())})
        # A form that lacks something leads back to a page, which is refused or one's own.
        if answer.status_code < 300 or answer.status_code >= 500:
            yield f"{method} {path} as {actor.role}: {answer.status_code}"
        if any(name in answer.text for name in names):
            yield f"{method} {path} as {actor.role} names somebody"
    if grown := {name for name, size in _sizes().items() if size != before[name]}:
        yield f"{path} as {actor.role}: {grown}"


def _names() -> set[str]:
    return {f"{one.first_name} {one.last_name}" for one in db.session.scalars(select(Citizen))}


def _sizes() -> dict[str, int]:
    """Count the rows of the municipality whose ids they are, table by table."""
    counts = (
        select(func.count()).where(one.c.municipality_id == HOME).scalar_subquery().label(one.name)
        for one in db.metadata.sorted_tables
        if "municipality_id" in one.c
    )
    db.session.rollback()
    connection = db.session.connection()
    if connection.dialect.name == "postgresql":  # its wall lets nobody count but her own
        connection.exec_driver_sql(f"select set_config('app.municipality', '{HOME}', true)")
    sizes = dict(connection.execute(select(*counts)).one()._mapping)
    db.session.rollback()  # and that is forgotten again
    return sizes
