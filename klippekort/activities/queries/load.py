"""How many guests we send to an association, against the most it has said it can take a month."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from klippekort.activities.models import Activity, Occurrence
from klippekort.activities.queries.dates import OccurrenceFacts, get_occurrence_facts
from klippekort.domain.calendar import day_span, local_day
from klippekort.platform.db import db
from klippekort.volunteers.models import Association
from klippekort.volunteers.queries import GuestsSent

Month = tuple[UUID, date]
"""An association, and the first day of a Danish month."""


def month_of(at: datetime) -> date:
    """Return the first day of the Danish month an instant lies in."""
    return local_day(at).replace(day=1)


def guests_by_month(association_ids: Sequence[UUID], first: date, last: date) -> Counter[Month]:
    """Return how many seats our guests have at the associations' dates, for each of the months from
    that of `first` through that of `last`.
    """
    after = (last.replace(day=1) + timedelta(days=31)).replace(day=1)
    rows = db.session.execute(
        select(Activity.association_id, Occurrence.starts_at, Occurrence.seats_taken)
        .join(Activity, Activity.id == Occurrence.activity_id)
        .where(
            Activity.association_id.in_(association_ids),
            Occurrence.starts_at >= day_span(first.replace(day=1))[0],
            Occurrence.starts_at < day_span(after)[0],
            Occurrence.cancelled_at.is_(None),
        )
    )
    sent: Counter[Month] = Counter()
    for association_id, starts_at, seats in rows:
        if association_id is not None:
            sent[association_id, month_of(starts_at)] += seats
    return sent


def guests_sent(question: GuestsSent) -> list[tuple[UUID, int]]:
    """Answer how many of our guests have a seat with each association in a month."""
    sent = guests_by_month(question.association_ids, question.on, question.on)
    return [(association_id, seats) for (association_id, _month), seats in sent.items()]


def lock_room(occurrence_id: UUID) -> int | None:
    """Return how many more guests the association of a date takes in its month, None without a
    limit; nobody else can count them before this transaction ends. Raises NotFound.
    """
    date_ = get_occurrence_facts(occurrence_id)
    if date_.association_id is None or date_.association_limit is None:
        return None
    # The key is left free: others may write rows that point at the association.
    locked = select(Association.load_limit).filter_by(id=date_.association_id)
    limit = db.session.scalar(locked.with_for_update(key_share=True))
    if limit is None:
        return None
    month = month_of(date_.starts_at)
    sent = guests_by_month([date_.association_id], month, month)
    return limit - sent[date_.association_id, month]


def room_left(dates: Sequence[OccurrenceFacts]) -> dict[Month, int]:
    """Return how many more guests each association of these dates takes, for each of their months;
    those without a limit are left out, and nothing is asked where none has one.
    """
    limits = {
        (one.association_id, month_of(one.starts_at)): one.association_limit
        for one in dates
        if one.association_id is not None and one.association_limit is not None
    }
    if not limits:
        return {}
    months = [month for _association, month in limits]
    sent = guests_by_month([one for one, _month in limits], min(months), max(months))
    return {key: limit - sent[key] for key, limit in limits.items()}
