"""What the tests of accounts do again and again."""

from datetime import UTC, datetime
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from klippekort.accounts.models import Account, Credential, RoleAssignment
from klippekort.accounts.services.secrets import hash_secret, keep_secret
from klippekort.domain.permissions import Actor, Role
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.ids import new_id
from klippekort.platform.keys import keys
from klippekort.platform.tenancy import acting_for
from tests.cast import email_of

NOON = datetime(2026, 3, 3, 11, tzinfo=UTC)
RIGHT = "rigtig hest batteri"
PIN = "7391"


def has_password(actor: Actor, password: str = RIGHT) -> None:
    """Give a member of the cast a password."""
    execute(keep_secret, actor.account_id, "password", hash_secret(password))


def has_pin(actor: Actor, pin: str = PIN) -> None:
    """Give a member of the cast a PIN."""
    execute(keep_secret, actor.account_id, "pin", hash_secret(keys().peppered(pin)))


def also_works_as(actor: Actor, role: Role, municipality_id: int) -> None:
    """Give a member of the cast one more role."""

    def add() -> None:
        db.session.add(
            RoleAssignment(account_id=actor.account_id, municipality_id=municipality_id, role=role)
        )

    execute(add)


def answer(client: FlaskClient, actor: Actor, password: str = RIGHT) -> TestResponse:
    """Send the log-in page as this person."""
    return client.post("/log-ind", data=sent(email=email_of(actor), password=password))


def sent(**fields: Any) -> dict[str, Any]:
    """Return a form's fields with a key."""
    return {"key": str(new_id()), **fields}


def cookie_of(client: FlaskClient) -> str:
    """Return the secret the client carries."""
    cookie = client.get_cookie("session")
    assert cookie is not None
    return cookie.value


def is_logged_in(client: FlaskClient) -> bool:
    """Say whether the client may still see its own account."""
    return client.get("/min-konto").status_code == 200


def tries_of(actor: Actor, kind: str) -> int:
    """Return how many tries are spent."""
    db.session.rollback()
    db.session.expire_all()
    wanted = select(Credential.tries).filter_by(account_id=actor.account_id, kind=kind)
    return db.session.scalars(wanted).one()


def account_called(name: str) -> Account:
    """Return the account of this name."""
    return db.session.scalars(select(Account).filter_by(display_name=name)).one()


def in_home(actor: Actor, service: Any, *args: Any, **kwargs: Any) -> Any:
    """Run a service in the actor's own municipality."""
    with acting_for(actor.municipality_id):
        return execute(service, actor, *args, **kwargs)
