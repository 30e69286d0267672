"""Small makers of what tests of volunteers need."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from flask.testing import FlaskClient

from klippekort.accounts.models import RoleAssignment
from klippekort.domain.permissions import Actor, Role
from klippekort.platform import clock
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.tenancy import acting_for
from klippekort.volunteers import services
from tests.cast import HOME, Cast


def do(service: Callable[..., Any], actor: Actor, *args: Any, **facts: Any) -> Any:
    """Do something in Lindeby."""
    with acting_for(HOME):
        return execute(service, actor, *args, **facts)


def see(query: Callable[..., Any], *args: Any, **facts: Any) -> Any:
    """Read something in Lindeby."""
    with acting_for(HOME):
        return query(*args, **facts)


def pressed(client: FlaskClient, address: str, **facts: Any) -> Any:
    """Send a form, or press a button, and return the answer."""
    return client.post(address, data={"key": str(uuid4())} | facts)


def add_promise(karen: Actor, text: str = "Jeg holder tæt.", from_on: date | None = None) -> int:
    """Give the promise words from today, or a day, and return their version."""
    now = clock.now()
    day = from_on or clock.today()
    do(services.write_promise, karen, text=text, from_on=day, now=now)
    return 1


def add_contact(cast: Cast, name: str = "Inge Iversen", phone: str | None = "+4531415926") -> UUID:
    """Let somebody speak for the card club, and return their id."""
    facts = {"name": name, "phone": phone, "email": None}
    return UUID(do(services.add_contact, cast.karen, cast.association, **facts, now=clock.now()))


def contact_actor(cast: Cast, contact_id: UUID) -> Actor:
    """Give a contact a log-in, and return them as they are when logged in."""
    code = {"code": "123456", "now": clock.now()}
    account_id = UUID(do(services.give_contact_code, cast.karen, contact_id, **code))
    held = db.session.query(RoleAssignment).filter_by(account_id=account_id).one()
    assert held.role == Role.ASSOCIATION
    return Actor(HOME, Role.ASSOCIATION, account_id, "Inge Iversen", person_id=contact_id)


def code_on(page: str) -> str:
    """Return the code that a page shows."""
    shown = re.findall(r"<dd>(\d{3}) (\d{3})</dd>", page)
    assert len(shown) == 1
    return "".join(shown[0])
