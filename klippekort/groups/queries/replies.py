"""Reading what members said in the short form, what was changed because, and all groups at once."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from uuid import UUID

from sqlalchemy import func, select

from klippekort.domain.calendar import instant, local_day
from klippekort.domain.small_numbers import suppressed, total_of
from klippekort.groups.models import (
    GroupChange,
    GroupEvaluation,
    GroupLeaving,
    GroupMeeting,
    GroupMilestone,
    GroupReply,
    SupportGroup,
)
from klippekort.groups.queries.learning import Words
from klippekort.groups.queries.sealed import opened
from klippekort.platform.db import db

QUESTIONS = ("welcome", "gain", "going_on")
_ANSWERS = ("yes", "partly", "no")
_EARLY = 2
"""Who leaves after so many meetings left early."""


@dataclass(frozen=True)
class Quarter:
    """How groups went in three months, over all groups; what few have said is None.

    `came` is how many came to a meeting, on average.
    """

    year: int
    quarter: int
    meetings: int
    came: float
    well: int | None
    answers: int | None


@dataclass(frozen=True)
class Trends:
    """What is learnt from all groups; what few have said is None."""

    quarters: list[Quarter]
    leavings: dict[str, int | None]
    early: int | None
    replies: dict[str, dict[str, int | None]]
    visits: dict[str, int | None]


def replies_to(meeting_id: UUID) -> int:
    """Return how many have filled in the form after a meeting."""
    found = select(func.count(GroupReply.id)).where(GroupReply.meeting_id == meeting_id)
    return db.session.scalar(found) or 0


def replies_of(group_id: UUID | None = None) -> dict[str, dict[str, int | None]]:
    """Return, by question, how often each answer was given in a group, or in all; few are None."""
    found = select(GroupReply.welcome, GroupReply.gain, GroupReply.going_on)
    if group_id is not None:
        found = found.where(GroupReply.group_id == group_id)
    rows = db.session.execute(found).all()
    if not rows:
        return {}
    counted = {name: Counter(getattr(row, name) for row in rows) for name in QUESTIONS}
    return {
        name: suppressed({answer: count[answer] for answer in _ANSWERS})
        for name, count in counted.items()
    }


def words_of(group: SupportGroup) -> list[Words]:
    """Return what members wrote in the form, in no order of theirs; fewer than five are not told.

    A hand is easily known among three; so their words wait until there are more forms.
    """
    rows = db.session.scalars(select(GroupReply).filter_by(group_id=group.id)).all()
    if total_of({"all": len(rows)}) is None:
        return []
    told = [
        Words(row.id, opened(group, row.id, "words", row.words_sealed) or "", row.given_on)
        for row in rows
        if row.words_sealed is not None
    ]
    return sorted(told, key=lambda one: one.text)


def changes_of(group: SupportGroup) -> list[Words]:
    """Return what was changed because a group said so, the latest first."""
    found = select(GroupChange).filter_by(group_id=group.id).order_by(GroupChange.told_at.desc())
    return [
        Words(row.id, opened(group, row.id, "words", row.words_sealed) or "", row.told_at)
        for row in db.session.scalars(found)
    ]


def find_milestone(group_id: UUID, milestone: str) -> GroupMilestone | None:
    """Return what a group has said of a milestone, or None."""
    found = select(GroupMilestone).filter_by(group_id=group_id, milestone=milestone)
    return db.session.scalars(found).one_or_none()


def milestones_of(group_id: UUID) -> dict[str, bool]:
    """Return, by milestone, whether a group has marked it; what it was not asked is not there."""
    found = select(GroupMilestone.milestone, GroupMilestone.is_marked).filter_by(group_id=group_id)
    return dict(db.session.execute(found).all())


def trends(today: date, visits: Counter[str]) -> Trends:
    """Return what is learnt from all groups: two years by quarters, why people left, what they say.

    `visits` is what came of those who came to see.
    """
    left = db.session.execute(select(GroupLeaving.reason, GroupLeaving.after_meeting)).all()
    early = sum(1 for row in left if row.after_meeting <= _EARLY)
    return Trends(
        _quarters(today),
        suppressed(Counter(row.reason for row in left)),
        total_of({"early": early}),
        replies_of(),
        suppressed(visits),
    )


def _quarters(today: date) -> list[Quarter]:
    since = today - timedelta(days=731)
    held = db.session.execute(
        select(GroupMeeting.starts_at, GroupMeeting.head_count).where(
            GroupMeeting.state == "held", GroupMeeting.starts_at >= instant(since, time())
        )
    ).all()
    taps = db.session.execute(
        select(GroupEvaluation.given_on, GroupEvaluation.answer).where(
            GroupEvaluation.given_on >= since
        )
    ).all()
    heads: dict[tuple[int, int], list[int]] = {}
    for row in held:
        heads.setdefault(_quarter(local_day(row.starts_at)), []).append(row.head_count or 0)
    said: dict[tuple[int, int], Counter[str]] = {}
    for tap in taps:
        said.setdefault(_quarter(tap.given_on), Counter())[tap.answer] += 1
    return [
        _told(when, heads.get(when, []), said.get(when, Counter()))
        for when in sorted({*heads, *said})
    ]


def _told(when: tuple[int, int], heads: Sequence[int], said: Counter[str]) -> Quarter:
    came = round(sum(heads) / len(heads), 1) if heads else 0.0
    shown = suppressed(said)
    answers = total_of(said)
    well = shown.get("well", 0) if answers is not None else None
    return Quarter(*when, len(heads), came, well, answers)


def _quarter(day: date) -> tuple[int, int]:
    return day.year, (day.month - 1) // 3 + 1
