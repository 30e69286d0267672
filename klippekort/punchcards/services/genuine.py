"""Statements that vouch for themselves: made with a code, and checked by whoever holds it."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select

from klippekort.citizens.queries import get_citizen, reach
from klippekort.domain.calendar import local_day
from klippekort.domain.errors import DomainError, NotFound, Stale
from klippekort.domain.genuine import HOLDS_FOR, Figures, code_of, figures_of, plain_code
from klippekort.domain.history import as_of
from klippekort.domain.permissions import Action, Actor, Role, authorise
from klippekort.domain.proxies import Purpose
from klippekort.platform import audit
from klippekort.platform.db import db
from klippekort.platform.ids import new_id
from klippekort.platform.keys import keys
from klippekort.platform.tenancy import current_municipality
from klippekort.punchcards.models import GenuineStatement
from klippekort.punchcards.queries.cards import get_card
from klippekort.punchcards.queries.history import written
from klippekort.relatives.queries import purposes


class BeforeTheCard(DomainError):
    """The day lies before the card began."""


class NotOverYet(DomainError):
    """The day has not come."""


@dataclass(frozen=True)
class Statement:
    """A statement as it is printed: what it says, and how it is checked."""

    on: date
    figures: Figures
    code: str
    fingerprint: str
    made_at: datetime
    expires_on: date


@dataclass(frozen=True)
class Checked:
    """What can be said of a code: who made the statement, when, of which day, and its fingerprint.

    `fits` says whether the figures that were held against it are those that were written, None
    where none were.
    """

    municipality_id: int
    on: date
    made_at: datetime
    expires_on: date
    fingerprint: str
    is_old: bool
    fits: bool | None


def new_code(form_key: str) -> str:
    """Return the code of a statement, the same for the same press of the button.

    It comes from a secret outside the database, where the code itself is never kept.
    """
    return code_of(int(keys().peppered(f"statement|{form_key}"), 16))


def figures_on(card_id: UUID, on: date) -> Figures:
    """Return what a card had come to at the end of a day, as it is known now."""
    return figures_of(as_of(written(card_id), on))


def make_statement(actor: Actor, card_id: UUID, *, on: date, code: str, now: datetime) -> str:
    """Vouch for what a card had come to at the end of a day, and return the statement's id.

    Raises NotOverYet, BeforeTheCard, Forbidden, and NotFound for a relative who may not see it.
    """
    card, today = get_card(card_id), local_day(now)
    may_make(actor, card.citizen_id, today)
    if on > today:
        raise NotOverYet
    if on < card.opened_on:
        raise BeforeTheCard
    row = GenuineStatement(
        id=new_id(),
        municipality_id=actor.municipality_id,
        card_id=card_id,
        code_index=_index(code),
        fingerprint=_fingerprint(code, figures_on(card_id, on), on),
        on_day=on,
        made_at=now,
        made_by=actor.account_id,
        expires_on=today + HOLDS_FOR,
    )
    db.session.add(row)
    audit.record(
        actor,
        Action.MAKE_GENUINE,
        "genuine_statement",
        row.id,
        citizens=[card.citizen_id],
        on=on.isoformat(),
    )
    return str(row.id)


def may_make(actor: Actor, citizen_id: UUID, today: date) -> None:
    """Return quietly for whoever may have a statement of a citizen's card made.

    Raises Forbidden, and NotFound for a relative who may not see the card.
    """
    if actor.role is Role.RELATIVE:
        authorise(actor, Action.MAKE_GENUINE)
        held = purposes(actor.account_id, citizen_id, today=today) if actor.account_id else ()
        if Purpose.SEE not in held:
            raise NotFound
        return
    authorise(actor, Action.MAKE_GENUINE, reach(get_citizen(citizen_id), today))


def get_statement(statement_id: UUID, code: str) -> Statement:
    """Return a statement of the municipality at hand to be printed.

    Raises NotFound, and Stale when the card has been put right since: then a new one is made.
    """
    row = db.session.get(GenuineStatement, statement_id)
    if row is None or row.code_index != _index(code):
        raise NotFound
    figures = figures_on(row.card_id, row.on_day)
    if _fingerprint(code, figures, row.on_day) != row.fingerprint:
        raise Stale
    return Statement(row.on_day, figures, code, row.fingerprint, row.made_at, row.expires_on)


def check(typed: str, figures: Figures | None, *, now: datetime) -> Checked | None:
    """Return what can be said of a code, or None when no statement has it."""
    code = plain_code(typed)
    found = select(GenuineStatement).filter_by(code_index=_index(code or ""))
    row = db.session.scalars(found).one_or_none() if code else None
    if row is None or code is None:
        return None
    fits = None
    if figures is not None:
        fits = _mark(row.municipality_id, code, figures, row.on_day) == row.fingerprint
    return Checked(
        row.municipality_id,
        row.on_day,
        row.made_at,
        row.expires_on,
        row.fingerprint,
        local_day(now) > row.expires_on,
        fits,
    )


def _index(code: str) -> str:
    return keys().blind_index(0, f"statement|{code}")


def _fingerprint(code: str, figures: Figures, on: date) -> str:
    return _mark(current_municipality(), code, figures, on)


def _mark(municipality_id: int, code: str, figures: Figures, on: date) -> str:
    """Return a keyed fingerprint of the figures, which nobody without our keys can make."""
    return keys().blind_index(municipality_id, f"statement|{code}|{figures.written(on)}")
