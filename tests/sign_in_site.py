"""What the pages of letting in need to have something on them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import update

from klippekort.accounts.models import Credential
from klippekort.accounts.models.sign_in import Passkey
from klippekort.accounts.services.accounts import create_account
from klippekort.accounts.services.one_time_passwords import TOTP, TOTP_NEW, begin_enrolment
from klippekort.accounts.services.steps import StepKind, begin_step
from klippekort.accounts.services.support import Wanted, give_support
from klippekort.domain.permissions import Actor, Role
from klippekort.platform import clock
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.ids import new_id

BROWSER = "the-browser-that-began-it"
"""The cookie that goes along with what waits for its second page."""
IN_ITS_BROWSER = ("accounts.second_factor", "accounts.enrol_at_log_in", "accounts.link")
PASSWORD = "blomst-hest-lampe-1234"


def ways_in(admin: Actor) -> dict[str, tuple[str, ...]]:
    """Let a supporter in, and log-ins wait for what comes next; return what addresses name them
    by.
    """
    now = clock.now()
    found: dict[str, tuple[str, ...]] = execute(_ways_in, admin, now)
    wanted = Wanted("Sanne Support", "sanne@firma.dk", Role.COORDINATOR, "Se på en fejl", 4)
    support = execute(give_support, admin, wanted, password=PASSWORD, now=now)
    return found | {
        "support_id": (str(support),),
        "accounts.choose_municipality:who": ("kommune", "mitid"),
        "accounts.provider:who": ("medarbejdere", "borgere"),
    }


def _ways_in(admin: Actor, now: datetime) -> dict[str, tuple[str, ...]]:
    plain, coded = (_volunteers_leader(admin, name, now) for name in ("uden", "med"))
    for account_id in (plain, coded, admin.account_id):
        begin_enrolment(account_id, now=now)  # type: ignore[arg-type]
    enrolled = update(Credential).filter_by(account_id=coded, kind=TOTP_NEW)
    db.session.execute(enrolled.values(kind=TOTP, expires_at=None))
    passkey = Passkey(
        id=new_id(),
        account_id=admin.account_id,
        credential="YS1rZXk",
        public_key=b"",
        sign_count=0,
        name="Min telefon",
        created_at=now,
    )
    db.session.add(passkey)
    typed = {"path": "/log-ins/opret/koordinator", "method": "POST", "typed": [["name", "Nina"]]}
    held = begin_step(StepKind.HELD, account_id=admin.account_id, hidden=typed, now=now)
    return {
        "passkey_id": (str(passkey.id),),
        "held": (held,),
        "accounts.second_factor:step": (_second(coded, now),),
        "accounts.enrol_at_log_in:step": (_second(plain, now),),
        "accounts.link:secret": (
            begin_step(StepKind.LINK, browser=BROWSER, account_id=plain, now=now),
        ),
    }


def _volunteers_leader(admin: Actor, name: str, now: datetime) -> UUID:
    made = create_account(
        admin,
        name=f"Lis {name}",
        email=f"lis.{name}@example.dk",
        role=Role.COORDINATOR,
        password=PASSWORD,
        now=now,
    )
    return UUID(made)


def _second(account_id: UUID, now: datetime) -> str:
    facts = {"method": "password"}
    return begin_step(StepKind.SECOND, browser=BROWSER, account_id=account_id, facts=facts, now=now)
