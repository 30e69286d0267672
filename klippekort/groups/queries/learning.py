"""Reading what was learnt: answers, reasons for leaving, notes, proposals, and the need."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import func, select

from klippekort.domain.errors import NotFound
from klippekort.domain.groups.forms import FORMS, Theme
from klippekort.domain.groups.waiting import enough_wait
from klippekort.domain.small_numbers import suppressed
from klippekort.groups.models import (
    GroupEvaluation,
    GroupInterest,
    GroupLeaving,
    GroupNeed,
    GroupNote,
    GroupProposal,
    SupportGroup,
)
from klippekort.groups.queries.sealed import opened
from klippekort.platform.db import db

NEED_COUNTS_FOR = timedelta(days=365)


@dataclass(frozen=True)
class Words:
    """Something that was written down, in clear."""

    id: UUID
    text: str
    at: date


@dataclass(frozen=True)
class Proposal:
    """What a group asks of the service, and what it was answered, if anything."""

    id: UUID
    kind: str
    text: str
    answer_by: date
    answer: str | None


@dataclass(frozen=True)
class Demand:
    """How many wait for each theme, few hidden, and the themes that enough wait for."""

    wanted: dict[Theme, int | None]
    enough: list[Theme]


def answers_of(group_id: UUID) -> Counter[str]:
    """Return how often each answer was given after the meetings of a group."""
    rows = db.session.execute(
        select(GroupEvaluation.answer, func.count(GroupEvaluation.id))
        .where(GroupEvaluation.group_id == group_id)
        .group_by(GroupEvaluation.answer)
    )
    return Counter(dict(rows.all()))


def answers_to(meeting_id: UUID) -> int:
    """Return how many have said how a meeting was."""
    found = select(func.count(GroupEvaluation.id)).where(GroupEvaluation.meeting_id == meeting_id)
    return db.session.scalar(found) or 0


def leavings_of(group_id: UUID) -> dict[str, int | None]:
    """Return why people left a group, few of a kind hidden."""
    rows = db.session.scalars(select(GroupLeaving.reason).where(GroupLeaving.group_id == group_id))
    return suppressed(Counter(rows))


def notes_of(group: SupportGroup) -> list[Words]:
    """Return what facilitators wrote on how a group works, the latest first."""
    found = select(GroupNote).filter_by(group_id=group.id).order_by(GroupNote.written_at.desc())
    return [
        Words(row.id, opened(group, row.id, "words", row.words_sealed) or "", row.written_at)
        for row in db.session.scalars(found)
    ]


def proposals_of(group: SupportGroup) -> list[Proposal]:
    """Return what a group has asked of the service, the latest first."""
    found = select(GroupProposal).filter_by(group_id=group.id)
    return [
        Proposal(
            row.id,
            row.kind,
            opened(group, row.id, "words", row.words_sealed) or "",
            row.answer_by,
            opened(group, row.id, "answer", row.answer_sealed),
        )
        for row in db.session.scalars(found.order_by(GroupProposal.asked_at.desc()))
    ]


def get_proposal(proposal_id: UUID) -> GroupProposal:
    """Return what a group has asked. Raises NotFound."""
    row = db.session.scalars(select(GroupProposal).filter_by(id=proposal_id)).one_or_none()
    if row is None:
        raise NotFound
    return row


def lock_proposal(proposal_id: UUID) -> GroupProposal:
    """Return what a group has asked, locked. Raises NotFound."""
    found = select(GroupProposal).filter_by(id=proposal_id).with_for_update()
    row = db.session.scalars(found).one_or_none()
    if row is None:
        raise NotFound
    return row


def unanswered() -> Sequence[GroupProposal]:
    """Return what groups have asked and nobody has answered, the most pressing first."""
    found = select(GroupProposal).where(GroupProposal.answered_at.is_(None))
    return db.session.scalars(found.order_by(GroupProposal.answer_by)).all()


def demand(today: date) -> Demand:
    """Return which themes people wait for: those who asked, and the survey's answers of a year."""
    asked = Counter(db.session.scalars(select(GroupInterest.theme)))
    recent = select(GroupNeed.theme).where(GroupNeed.answered_on >= today - NEED_COUNTS_FOR)
    wanted = asked + Counter(db.session.scalars(recent))
    counts = {theme: wanted.get(theme.value, 0) for theme in Theme}
    return Demand(suppressed(counts), enough_wait(counts, least_for()))


def least_for() -> dict[Theme, int]:
    """Return how many it takes to begin a group of each theme: what its forms ask for."""
    usual = min(form.smallest for form in FORMS.values())
    return {
        theme: min((f.smallest for f in FORMS.values() if f.theme is theme), default=usual)
        for theme in Theme
    }
