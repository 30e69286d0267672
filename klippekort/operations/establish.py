"""Let a new municipality in: itself, and the administrator who sets up the rest."""

from datetime import datetime

from klippekort.accounts.services import create_account
from klippekort.domain.emails import is_email
from klippekort.domain.errors import DomainError
from klippekort.domain.permissions import Actor, Role
from klippekort.municipalities.services import create_municipality
from klippekort.platform.db import db
from klippekort.platform.tenancy import acting_for

LONGEST_PERSON = 120


class NotAnAdministrator(DomainError):
    """Whoever sets it up has a name of at most LONGEST_PERSON letters, and an e-mail address."""


def establish(name: str, administrator: str, email: str, password: str, *, now: datetime) -> int:
    """Add an empty municipality with its first administrator, and return its number.

    Raises NameTaken, NoName, NotAnAdministrator and EmailTaken; then neither is added.
    """
    person = administrator.strip()
    if not (0 < len(person) <= LONGEST_PERSON and person.isprintable() and is_email(email)):
        raise NotAnAdministrator
    number = create_municipality(name, now=now)
    db.session.flush()
    # The savepoint tells PostgreSQL whose rows these are: the transaction began as nobody's.
    with acting_for(number), db.session.begin_nested():
        create_account(
            Actor(number, Role.ADMINISTRATOR, display_name=administrator),
            name=administrator,
            email=email,
            role=Role.ADMINISTRATOR,
            password=password,
            now=now,
        )
    return number
