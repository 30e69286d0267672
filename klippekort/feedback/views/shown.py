"""Feedback in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal
from uuid import UUID

from klippekort.domain.feedback import Channel, Clock, Kind, late, waits_for
from klippekort.feedback.forms import CHANNELS, KIND_WORDS
from klippekort.feedback.queries.counts import Counts
from klippekort.feedback.queries.feedback import course_of
from klippekort.platform.formatting import Status, full_day
from klippekort.platform.i18n import _


@dataclass(frozen=True)
class LineShown:
    """One thing somebody said, in a list."""

    id: UUID
    kind: str
    channel: str
    received: str
    who: str | None
    owner: str | None
    status: Status
    late: tuple[str, ...]
    gone: str | None = None


def line_shown(
    row: Any,
    people: Mapping[UUID, str],
    owners: Mapping[UUID, str],
    today: date,
    left: Mapping[UUID, str],
) -> LineShown:
    """Return a line; `people` and `owners` are names by id, `left` says who died or moved."""
    who = people.get(row.citizen_id) if row.citizen_id else None
    return LineShown(
        row.id,
        str(KIND_WORDS[Kind(row.kind)]),
        str(CHANNELS[Channel(row.channel)]),
        full_day(row.received_on),
        who,
        owners.get(row.owner_id) if row.owner_id else None,
        status_of(row, today),
        late_words(row, today),
        _gone_words(who, left.get(row.citizen_id)) if who else None,
    )


def _gone_words(name: str, how: str | None) -> str | None:
    """Return that whoever said it is here no more, and whom not to call; None for one who is."""
    if how == "died":
        return str(_("%(name)s has died. Do not call or write to the home.", name=name))
    if how == "moved":
        return str(_("%(name)s has moved. Find the new address before you answer.", name=name))
    return None


def status_of(row: Any, today: date) -> Status:
    """Return what it waits for, with the last day."""
    course = course_of(row)
    clock = waits_for(course)
    tone: Literal["bad", "waiting"] = "bad" if late(course, today) else "waiting"
    if course.closed_on is not None:
        return Status(_("Closed %(day)s", day=full_day(course.closed_on)), "neutral", "check")
    if clock is None:
        return Status(_("Answered. Say what came of it."), "good", "check")
    if clock is Clock.ACKNOWLEDGE and course.due.acknowledge_by is not None:
        on = full_day(course.due.acknowledge_by)
        return Status(_("Acknowledge by %(day)s", day=on), tone, "clock")
    on = full_day(course.due.answer_by)
    if not row.wants_answer:
        return Status(_("Close by %(day)s", day=on), tone, "clock")
    return Status(_("Answer by %(day)s", day=on), tone, "clock")


def late_words(row: Any, today: date) -> tuple[str, ...]:
    """Return in words which clocks have run out."""
    course = course_of(row)
    said = {
        Clock.ACKNOWLEDGE: _("Late: the complaint was to be acknowledged"),
        Clock.ANSWER: _("Late: the last day to answer has passed"),
    }
    return tuple(said[clock] for clock in late(course, today))


def numbers_shown(counts: Counts) -> list[tuple[str, int]]:
    """Return numbers as rows of a table."""
    kinds = [(str(word), counts.kinds.get(kind, 0)) for kind, word in KIND_WORDS.items()]
    return [
        (_("Received"), counts.received),
        *kinds,
        (_("Answered or closed"), counts.answered),
        (_("Of these in time"), counts.in_time),
        (_("Complaints acknowledged in time"), counts.acknowledged_in_time),
        (_("Led to a change"), counts.changed),
        (_("Passed on"), counts.passed_on),
        (_("Told to everybody"), counts.published),
    ]
