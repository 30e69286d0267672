"""Reading relatives: names, phones and e-mails are opened only when asked for."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, select

from klippekort.accounts.queries import list_assignments
from klippekort.citizens.models import Citizen
from klippekort.citizens.queries import list_citizens
from klippekort.citizens.queries.unsealing import unseal
from klippekort.domain.errors import NotFound
from klippekort.domain.messages.channels import Channel
from klippekort.domain.messages.channels import Purpose as Told
from klippekort.domain.proxies import Purpose, Standing
from klippekort.messages.queries.settings import wishes_of
from klippekort.platform.db import db
from klippekort.platform.tenancy import acting_for
from klippekort.relatives.models import ProxyLine, Relative, RelativeSettings
from klippekort.relatives.queries.proxies import histories, standings

DENMARK = "Europe/Copenhagen"


@dataclass(frozen=True)
class Kin:
    """A relative of a citizen in clear; `phone` is E.164 or None."""

    row: Relative
    name: str
    phone: str | None
    email: str | None
    standing: Standing
    history: Sequence[ProxyLine] = ()

    def may(self, purpose: Purpose, on: date) -> bool:
        """Say whether she may do something on a day."""
        return purpose in self.standing.allows(on)


@dataclass(frozen=True)
class Parent:
    """A citizen somebody acts for today, and what may be done for her."""

    citizen: Citizen
    relative_id: UUID
    purposes: frozenset[Purpose]
    until_on: date | None

    def may(self, purpose: Purpose) -> bool:
        """Say whether something may be done for her today."""
        return purpose in self.purposes


def get_relative(relative_id: UUID) -> Relative:
    """Return a relative. Raises NotFound."""
    return _one(db.session.scalars(select(Relative).filter_by(id=relative_id)).one_or_none())


def lock_relative(relative_id: UUID) -> Relative:
    """Return a relative nobody else can change until this transaction ends. Raises NotFound."""
    found = select(Relative).filter_by(id=relative_id).with_for_update()
    return _one(db.session.scalars(found.execution_options(populate_existing=True)).one_or_none())


def _one(row: Relative | None) -> Relative:
    if row is None:
        raise NotFound
    return row


def next_seq(relative_id: UUID) -> int:
    """Return the number of the next line of a proxy's history."""
    last = select(func.max(ProxyLine.seq)).where(ProxyLine.relative_id == relative_id)
    return (db.session.scalar(last) or 0) + 1


def rows_of(citizen_id: UUID) -> Sequence[Relative]:
    """Return everybody who is or was a relative of a citizen, in the order they were written."""
    found = select(Relative).filter_by(citizen_id=citizen_id).order_by(Relative.id)
    return db.session.scalars(found).all()


def kin_of(citizen: Citizen) -> list[Kin]:
    """Return a citizen's relatives with the history of each proxy."""
    return kin_in(citizen, rows_of(citizen.id))


def kin_in(citizen: Citizen, rows: Sequence[Relative]) -> list[Kin]:
    """Return these relatives of a citizen in clear."""
    ids = [row.id for row in rows]
    lines, held = histories(ids), standings(ids)
    return [
        Kin(
            row,
            name_of(citizen, row),
            unseal(citizen, row.id, "relative_phone", row.phone_encrypted),
            unseal(citizen, row.id, "relative_email", row.email_encrypted),
            held[row.id],
            lines.get(row.id, ()),
        )
        for row in rows
    ]


def name_of(citizen: Citizen, row: Relative) -> str:
    """Return what a relative is called, or nothing where it is erased."""
    return unseal(citizen, row.id, "relative_name", row.name_encrypted) or ""


def history_of(relative_id: UUID) -> Sequence[ProxyLine]:
    """Return the lines of a proxy's history, oldest first."""
    return histories([relative_id]).get(relative_id, [])


def standing_of(relative_id: UUID) -> Standing:
    """Return how a proxy stands."""
    return standings([relative_id])[relative_id]


def parents_of(account_id: UUID, today: date) -> list[Parent]:
    """Return whom somebody acts for today, by first name: nobody whose proxy is not in force."""
    rows = db.session.scalars(select(Relative).filter_by(account_id=account_id)).all()
    held = standings([row.id for row in rows])
    allowed = {row.id: held[row.id].allows(today) for row in rows}
    mine: dict[UUID, list[Relative]] = defaultdict(list)
    for row in rows:
        if allowed[row.id]:
            mine[row.citizen_id].append(row)
    return [
        Parent(
            citizen,
            mine[citizen.id][0].id,
            frozenset().union(*(allowed[row.id] for row in mine[citizen.id])),
            _until(held[mine[citizen.id][0].id]),
        )
        for citizen in (list_citizens(mine) if mine else ())
    ]


def _until(held: Standing) -> date | None:
    return held.proxy.until_on if held.proxy else None


def parent_of(account_id: UUID | None, citizen_id: UUID, today: date) -> Parent:
    """Return one citizen somebody acts for today. Raises NotFound: nobody learns she exists."""
    for one in parents_of(account_id, today) if account_id else ():
        if one.citizen.id == citizen_id:
            return one
    raise NotFound


def settings_of(account_id: UUID) -> RelativeSettings | None:
    """Return how a relative reads her pages, or None where she has chosen nothing."""
    found = select(RelativeSettings).filter_by(account_id=account_id)
    return db.session.scalars(found).one_or_none()


def zone_of(account_id: UUID | None) -> str:
    """Return the name of the clock a relative lives by."""
    chosen = settings_of(account_id) if account_id else None
    return chosen.time_zone if chosen else DENMARK


def rows_of_account(account_id: UUID) -> Sequence[Relative]:
    """Return every row that somebody who logs in is a relative by."""
    found = select(Relative).filter_by(account_id=account_id).order_by(Relative.id)
    return db.session.scalars(found).all()


def own_channel(account_id: UUID) -> Channel | None:
    """Return how a relative is told things, or None where she has chosen nothing."""
    for row in rows_of_account(account_id):
        chosen = wishes_of(row.id).chosen.get(Told.REMINDER)
        return None if chosen is Channel.CALL else chosen
    return None


def languages_of(account_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return the language each of these log-ins has chosen here, for those who have chosen one."""
    if not account_ids:
        return {}
    found = select(RelativeSettings.account_id, RelativeSettings.language).where(
        RelativeSettings.account_id.in_(account_ids), RelativeSettings.language.is_not(None)
    )
    return {one: code for one, code in db.session.execute(found) if code}


def language_of(account_id: UUID) -> str | None:
    """Return the language a relative has chosen in any municipality, or None.

    It is asked as she comes in, before it is known where.
    """
    for held in list_assignments(account_id):
        with acting_for(held.municipality_id):
            chosen = settings_of(account_id)
        if chosen is not None and chosen.language:
            return chosen.language
    return None
