"""Ways to come to Ellen's own pages: by card, at a kiosk, by her own log-in, and as a relative."""

import re
from datetime import datetime, timedelta
from uuid import UUID

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from klippekort.accounts.models import Account, RoleAssignment
from klippekort.domain.permissions import Actor, Role
from klippekort.platform import clock
from klippekort.platform.audit import AuditCitizen, AuditLine
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.ids import new_id
from klippekort.platform.tenancy import acting_for
from klippekort.relatives.models import ProxyLine, Relative
from tests.cast import HOME
from tests.integration.own_page.arrange import PIN, Story, give_card, type_pin
from tests.login import log_in


def by_card(client: FlaskClient, story: Story) -> str:
    """Open Ellen's page with her card, and return its address."""
    token = give_card(story)
    type_pin(client, token, PIN)
    return f"/kort/lindeby/{token}"


def at_kiosk(client: FlaskClient, story: Story) -> str:
    """Open Ellen's page at a shared screen, and return its address."""
    token = give_card(story)
    client.post("/kiosk/lindeby", data={"key": new_id(), "scan": f"/kort/lindeby/{token}"})
    client.post("/kiosk/lindeby/kort", data={"key": new_id(), "pin": PIN})
    return "/kiosk/lindeby/kort"


def _account(role: Role, person_id: UUID | None, name: str) -> Actor:
    account_id = new_id()

    def add() -> None:
        db.session.add(Account(id=account_id, display_name=name, created_at=clock.now()))
        db.session.flush()
        db.session.add(
            RoleAssignment(
                account_id=account_id, municipality_id=HOME, role=role, person_id=person_id
            )
        )

    execute(add)
    return Actor(HOME, role, account_id, name, person_id=person_id)


def signed_in(client: FlaskClient, story: Story) -> str:
    """Log Ellen in as by MitID, and return the address of her page."""
    log_in(client, _account(Role.CITIZEN, story.cast.ellen, "Ellen Holm"))
    return f"/min-side/{story.cast.ellen}"


def as_relative(client: FlaskClient, story: Story, *purposes: str) -> str:
    """Log Ellen's daughter in, who may do this for her, and return the address of the page."""
    daughter = _account(Role.RELATIVE, None, "Lise Holm")
    today, now = clock.today(), clock.now()

    def add() -> None:
        relative = Relative(
            id=new_id(),
            citizen_id=story.cast.ellen,
            account_id=daughter.account_id,
            relation="daughter",
            recorded_at=now,
            confirmed_how="known",
            confirmed_by_role="staff",
            confirmed_at=now,
            joined_at=now,
        )
        db.session.add(relative)
        db.session.flush()
        db.session.add(
            ProxyLine(
                relative_id=relative.id,
                seq=1,
                step="given",
                purposes=list(purposes),
                from_on=today - timedelta(days=1),
                until_on=today + timedelta(days=30),
                evidence="digital",
                giver="citizen",
                recorded_at=now,
            )
        )

    with acting_for(HOME):
        execute(add)
    log_in(client, daughter)
    return f"/min-side/{story.cast.ellen}"


def press(client: FlaskClient, path: str, **typed: str) -> TestResponse:
    """Send a form."""
    return client.post(path, data={"key": str(new_id()), **typed})


def code_in(texts: list[str]) -> str:
    """Return the six digits of the last text."""
    found = re.findall(r"\b[0-9]{6}\b", texts[-1])
    return str(found[0])


def deeds(action: str) -> list[AuditLine]:
    """Return what is on record of one kind, in order."""
    with acting_for(HOME):
        found = select(AuditLine).filter_by(action=action).order_by(AuditLine.at, AuditLine.id)
        return list(db.session.scalars(found))


def add_looks(story: Story, count: int, at: datetime) -> None:
    """Put many looks at Ellen on record."""

    def add() -> None:
        lines = [new_id() for _ in range(count)]
        db.session.add_all(
            AuditLine(
                id=line,
                at=at,
                role="coordinator",
                action="see_citizen",
                purpose="see_facts",
                subject_kind="page",
                details={},
            )
            for line in lines
        )
        db.session.flush()
        db.session.add_all(
            AuditCitizen(line_id=line, citizen_id=story.cast.ellen) for line in lines
        )

    with acting_for(HOME):
        execute(add)
