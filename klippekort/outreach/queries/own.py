"""What was noticed about a citizen, as she may read it herself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from klippekort.accounts.models import RoleAssignment
from klippekort.citizens.models import Citizen
from klippekort.outreach.models import OutreachAnswer, OutreachNotice
from klippekort.outreach.queries.cases import answers_of, words_of
from klippekort.platform.db import db
from klippekort.platform.tenancy import current_municipality


@dataclass(frozen=True)
class NotedAbout:
    """One notice: when, by what kind of person (a source, and for staff a role), and what it says.

    Signs are keys; words and signs are gone once they are forgotten.
    """

    on: date
    source: str
    role: str | None
    signs: tuple[str, ...]
    words: str | None
    is_forgotten: bool


def noted_about(citizen: Citizen) -> list[NotedAbout]:
    """Return what was noticed about a citizen, the latest first: for her own page."""
    rows = db.session.scalars(
        select(OutreachNotice)
        .filter_by(citizen_id=citizen.id)
        .order_by(OutreachNotice.recorded_at.desc(), OutreachNotice.id.desc())
    ).all()
    roles = _roles({row.recorded_by for row in rows if row.recorded_by})
    return [
        NotedAbout(
            row.noticed_on,
            row.source,
            roles.get(row.recorded_by) if row.recorded_by else None,
            tuple(row.signs),
            words_of(row, citizen),
            row.forgotten_on is not None,
        )
        for row in rows
    ]


def answered_by(citizen: Citizen) -> Sequence[OutreachAnswer]:
    """Return when a citizen was asked and what she said, the latest first: for her own page."""
    return answers_of(citizen.id)


def _roles(account_ids: set[UUID]) -> dict[UUID, str]:
    if not account_ids:
        return {}
    rows = db.session.execute(
        select(RoleAssignment.account_id, RoleAssignment.role).where(
            RoleAssignment.municipality_id == current_municipality(),
            RoleAssignment.account_id.in_(account_ids),
        )
    )
    return {row[0]: row[1] for row in rows}
