"""Reading what was learnt: answers, reasons for leaving, notes, proposals, and the need."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import func, select

from klippekort.domain.calendar import local_day
from klippekort.domain.errors import NotFound
from klippekort.domain.groups.forms import FORMS, Theme
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
    """What a group asks of the service, who has it, and what it was answered, if anything."""

    id: UUID
    kind: str
    text: str
    asked_on: date
    owner_id: UUID | None
    answer_by: date
    answer: str | None


@dataclass(frozen=True)
class Wanted:
    """A theme in a language: how many wait for it, and how many answers of the survey name it;
    few are None.
    """

    theme: Theme
    language: str
    waits: int | None
    answers: int | None


@dataclass(frozen=True)
class Demand:
    """What is wanted, and the themes and languages that enough want to make a group."""

    wanted: list[Wanted]
    enough: list[tuple[Theme, str]]


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
            local_day(row.asked_at),
            row.owner_id,
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
    """Return what people want by theme and language: those who asked, and the survey's answers of a
    year.

    Nobody knows whether who answered has asked as well; so both at once count as the larger of the
    two, and never as their sum. Whoever speaks another language makes up no group with the rest.
    """
    asked = db.session.execute(select(GroupInterest.theme, GroupInterest.language)).all()
    recent = select(GroupNeed.theme, GroupNeed.language)
    recent = recent.where(GroupNeed.answered_on >= today - NEED_COUNTS_FOR)
    waits = Counter((Theme(row.theme), row.language) for row in asked)
    answers = Counter((Theme(row.theme), row.language) for row in db.session.execute(recent))
    keys = sorted({*waits, *answers}, key=lambda key: (key[1] != "da", key[1], str(key[0])))
    least = least_for()
    sure = {key: max(waits[key], answers[key]) for key in keys}
    enough = [key for key in keys if sure[key] >= least[key[0]]]
    shown_waits = suppressed({key: waits[key] for key in keys})
    shown_answers = suppressed({key: answers[key] for key in keys})
    return Demand(
        [Wanted(*key, shown_waits[key], shown_answers[key]) for key in keys],
        sorted(enough, key=lambda key: -sure[key]),
    )


def least_for() -> dict[Theme, int]:
    """Return how many it takes to begin a group of each theme: what its forms ask for."""
    usual = min(form.smallest for form in FORMS.values())
    return {
        theme: min((f.smallest for f in FORMS.values() if f.theme is theme), default=usual)
        for theme in Theme
    }
