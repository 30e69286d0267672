"""Relatives who are let in, and what they propose."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from klippekort.accounts.models import Account
from klippekort.citizens.queries import get_citizen
from klippekort.domain.calendar import local_day
from klippekort.domain.genuine import code_of, shown_code
from klippekort.domain.permissions import Actor, Role
from klippekort.domain.proxies import Evidence, Proxy, Purpose
from klippekort.operations import demo
from klippekort.platform import clock
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.ids import new_id
from klippekort.platform.tenancy import acting_for
from klippekort.punchcards.queries.card_keys import find_key
from klippekort.punchcards.services.genuine import make_statement
from klippekort.relatives.models import Relative, RelativeProposal
from klippekort.relatives.queries.relatives import get_relative, kin_in, parent_of
from klippekort.relatives.services import letting_in, recording
from klippekort.relatives.services.recording import Person
from klippekort.relatives.services.tickets import ALOUD, EMAIL, INVITE, make_ticket, spend_try
from tests.cast import HOME

EVERYTHING = frozenset(Purpose)
MAJA = Person("Maja Holm", "child", "+46701234567", "maja@example.se")
CODE = "482913"


def a_proxy(
    purposes: Collection[Purpose] = EVERYTHING,
    *,
    first: date,
    days: int = 60,
    evidence: Evidence = Evidence.PAPER,
) -> Proxy:
    """Return a proxy from a day on."""
    return Proxy(frozenset(purposes), first, first + timedelta(days=days), evidence)


def a_relative(
    by: Actor,
    citizen_id: UUID,
    *,
    person: Person = MAJA,
    purposes: Collection[Purpose] = EVERYTHING,
    first: date | None = None,
    days: int = 60,
    confirmed_how: str | None = "known",
    now: datetime,
) -> UUID:
    """Have staff write down a relative with a proxy, and return her id."""
    proxy = a_proxy(purposes, first=first or local_day(now), days=days)
    with acting_for(by.municipality_id):
        added = execute(
            recording.add_relative,
            by,
            citizen_id,
            person,
            proxy,
            confirmed_how=confirmed_how,
            now=now,
        )
    return UUID(added)


def let_in(by: Actor, relative_id: UUID, *, code: str = CODE, now: datetime) -> Actor:
    """Read a code aloud to a relative, who uses it; return her as who is logged in."""
    with acting_for(by.municipality_id):
        execute(
            letting_in.invite, by, relative_id, ALOUD, link_to=lambda _s: "", code=code, now=now
        )
    ticket_id = execute(_spend, relative_id, by.municipality_id, code, now)
    entry = execute(letting_in.come_in, UUID(ticket_id), now=now)
    return actor_of(UUID(entry[0]), by.municipality_id)


def _spend(relative_id: UUID, home: int, code: str, now: datetime) -> str | None:
    with acting_for(home):
        row = get_relative(relative_id)
        kin = kin_in(get_citizen(row.citizen_id), [row])[0]
    found = spend_try(kin.phone or kin.email or "", code, now)
    return str(found) if found else None


def actor_of(account_id: UUID, home: int = HOME) -> Actor:
    """Return a relative who is logged in."""
    account = db.session.get(Account, account_id)
    return Actor(home, Role.RELATIVE, account_id, account.display_name if account else "")


def row_of(relative_id: UUID) -> Relative:
    """Return a relative as she is stored."""
    with acting_for(HOME):
        found = select(Relative).filter_by(id=relative_id)
        return db.session.scalars(found.execution_options(populate_existing=True)).one()


def _asked_of_her(coordinator: Actor, now: datetime) -> str:
    """Let a relative of whoever has the demo's card wait for her answer; return the proposal."""
    key = find_key(demo.citizen_card().token)
    assert key is not None
    kin = Person("Bodil Holm", "sibling", "+4520998866", None)
    relative_id = a_relative(coordinator, key.citizen_id, person=kin, now=now)
    asked, first = new_id(), local_day(now)

    def add() -> None:
        days = {"from_on": first, "until_on": first + timedelta(days=60)}
        db.session.add(
            RelativeProposal(
                id=asked,
                citizen_id=key.citizen_id,
                relative_id=relative_id,
                kind="takes_her",
                made_at=now,
                **days,
            )
        )

    execute(add)
    return str(asked)


def proxies_and_proposals(
    coordinator: Actor, maja: Actor, card_id: UUID
) -> dict[str, tuple[str, ...]]:
    """Invite somebody anew, make a statement, and return what the addresses of relatives need.

    Maja acts for two, and has proposed days that wait for an answer.
    """
    now = clock.now()
    mine = select(Relative).filter_by(account_id=maja.account_id).order_by(Relative.id)
    may_propose = [
        one
        for one in db.session.scalars(mine)
        if parent_of(maja.account_id, one.citizen_id, local_day(now)).may(Purpose.PROPOSE)
    ]
    hers = may_propose[0]
    waiting = select(RelativeProposal.id).filter_by(state="waiting")
    citizen_id, relative_id = hers.citizen_id, hers.id
    proposal_id = db.session.scalars(waiting).first()
    guest = Person("Jens Holm", "sibling", "+4520998877", "jens@example.se")
    invited = a_relative(coordinator, citizen_id, person=guest, now=now)
    link = execute(make_ticket, INVITE, EMAIL, str(guest.email), relative_id=invited, now=now)
    code = code_of(987654321987654321987654321)
    execute(make_statement, coordinator, card_id, on=local_day(now), code=code, now=now)
    return {
        "relative_id": (str(relative_id), str(invited)),
        "relatives.unpropose:proposal_id": (str(proposal_id),),
        "trips.family_days:proposal_id": (str(proposal_id),),
        "own_page.family_days:proposal_id": (_asked_of_her(coordinator, now),),
        "relatives.of_citizen:citizen_id": (str(citizen_id),),
        "relatives.propose:citizen_id": (str(citizen_id),),
        "relatives.give_up:citizen_id": (str(citizen_id),),
        "relatives.enter:secret": (link.secret,),
        "punchcards.check:code": (shown_code(code),),
    }
