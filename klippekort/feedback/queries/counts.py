"""What people thought in a span of days, as numbers: for the yearly report."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import ColumnElement, case, func, select

from klippekort.domain.reporting.counts import Count
from klippekort.feedback.models import Feedback
from klippekort.platform.db import db
from klippekort.platform.months import number_of, within


@dataclass(frozen=True)
class Counts:
    """How many came in a span of days, by kind and by channel, and what became of them.

    `answered` have been answered or closed, `in_time` of them by their last day; of complaints,
    `acknowledged_in_time` heard by theirs that they had arrived. `changed` led to a change.
    """

    received: int = 0
    kinds: Mapping[str, int] = field(default_factory=dict)
    channels: Mapping[str, int] = field(default_factory=dict)
    answered: int = 0
    in_time: int = 0
    acknowledged_in_time: int = 0
    changed: int = 0
    passed_on: int = 0
    published: int = 0


def counts(first: date, last: date) -> Counts:
    """Return numbers on what was received from `first` to `last`, both inclusive.

    They stay when the words are forgotten. One statement.
    """
    done = func.coalesce(Feedback.answered_on, Feedback.closed_on)
    heard = func.coalesce(Feedback.acknowledged_on, done)
    asked = (
        select(
            Feedback.kind,
            Feedback.channel,
            func.count(Feedback.id),
            func.count(done),
            _how_many(done <= Feedback.answer_by),
            _how_many(heard <= Feedback.acknowledge_by),
            _how_many(Feedback.outcome == "changed"),
            func.count(Feedback.passed_on),
            func.count(Feedback.published_on),
        )
        .where(Feedback.received_on.between(first, last))
        .group_by(Feedback.kind, Feedback.channel)
    )
    kinds, channels, sums = Counter[str](), Counter[str](), [0] * 7
    for kind, channel, *numbers in db.session.execute(asked):
        kinds[kind] += numbers[0]
        channels[channel] += numbers[0]
        sums = [whole + part for whole, part in zip(sums, numbers, strict=True)]
    return Counts(sums[0], dict(kinds), dict(channels), *sums[1:])


def _how_many(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count(case((condition, 1)))


def opinions(months: Sequence[date]) -> list[Count]:
    """Return what people told us, by kind, and how often something changed because of it."""
    number = number_of(Feedback.received_on, months)
    changed = case((Feedback.outcome == "changed", 1), else_=0)
    rows = db.session.execute(
        select(number, Feedback.kind, func.count(), func.sum(changed))
        .where(within(Feedback.received_on, months))
        .group_by(number, Feedback.kind)
    )
    found = []
    for n, kind, told, led in rows:
        found.append(Count("feedback.told", months[n], None, None, kind, told, told))
        if led:
            found.append(Count("feedback.changed", months[n], None, None, "", int(led), int(led)))
    return found
