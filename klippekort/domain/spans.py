"""Reckoning with spans: days and deadlines, forwards and back."""

from datetime import UTC, date, datetime, time, timedelta

from dateutil.relativedelta import relativedelta

from klippekort.domain.calendar import COPENHAGEN, ONE_DAY, is_weekday, local
from klippekort.domain.schemes.values import Span, Unit


def days_on(day: date, span: Span) -> date:
    """Return the day a span after `day`; hours count as whole days begun."""
    return _moved(day, span, 1)


def _moved(day: date, span: Span, sign: int) -> date:
    amount = sign * span.amount
    match span.unit:
        case Unit.DAYS:
            return day + timedelta(days=amount)
        case Unit.WEEKS:
            return day + timedelta(weeks=amount)
        case Unit.MONTHS:
            return day + relativedelta(months=amount)
        case Unit.YEARS:
            return day + relativedelta(years=amount)
        case Unit.HOURS:
            return day + timedelta(days=sign * -(-span.amount // 24))
    for _ in range(span.amount):
        day += sign * ONE_DAY
        while not is_weekday(day):
            day += sign * ONE_DAY
    return day


def _hours(at: datetime, hours: int) -> datetime:
    return local(at.astimezone(UTC) + timedelta(hours=hours))


def first_day(ordered_at: datetime, span: Span) -> date:
    """Return the first Danish day something may lie on when it was ordered then.

    Days, weeks and months are counted from the day of the order; with a clock time, an order after
    it counts from the next day. A span of hours is left to `latest_before`.
    """
    ordered = local(ordered_at)
    day = ordered.date()
    if span.unit is Unit.HOURS:
        return _hours(ordered_at, span.amount).date()
    if span.clock is not None and ordered.time() > span.clock:
        next_day = Unit.WORKING_DAYS if span.unit is Unit.WORKING_DAYS else Unit.DAYS
        day = _moved(day, Span(1, next_day), 1)
    return _moved(day, span, 1)


def latest_before(starts_at: datetime, span: Span) -> datetime:
    """Return the last moment that is a span before a start, as a local instant.

    Hours are counted in real time. Days, weeks and months go by the wall clock: the same time of
    day, or the span's own clock time.
    """
    start = local(starts_at)
    if span.unit is Unit.HOURS:
        return _hours(starts_at, -span.amount)
    day = _moved(start.date(), span, -1)
    clock: time = span.clock or start.time()
    return datetime.combine(day, clock, COPENHAGEN)
