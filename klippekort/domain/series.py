"""What becomes of the dates that stand when the rule of a series changes."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from klippekort.domain.calendar import iso_week
from klippekort.domain.errors import DomainError
from klippekort.domain.recurrence import LAST, OnHolidays, Repeats, Slot, Timing, nth_of, slots_of

_MONTHLY = (Repeats.MONTHLY_DAY, Repeats.MONTHLY_WEEKDAY)


class TooFar(DomainError):
    """A date of a series can only take the others along within its own week or month."""


class Scope(StrEnum):
    """Which dates of a series a change is for."""

    THIS = "this"
    FOLLOWING = "following"
    ALL = "all"


class Within(StrEnum):
    """How far a date may move and still be the same date to those who come."""

    WEEK = "week"
    MONTH = "month"
    ALWAYS = "always"


@dataclass(frozen=True)
class Existing:
    """A date that stands. `is_fixed` is one no rule may touch: past, cancelled or changed alone."""

    id: UUID
    key: str
    starts_at: datetime
    ends_at: datetime
    is_fixed: bool = False


@dataclass(frozen=True)
class Pair:
    """A date that stands, and the slot of the new rule that it fills."""

    id: UUID
    slot: Slot


@dataclass(frozen=True)
class Plan:
    """What a new rule does to the dates that stand.

    `kept` keep their time, `moved` get the slot's, `added` are new, `retired` have no slot left.
    `answered` are fixed dates that stand in for a slot: they take its key, so that it is not made
    beside them, and nothing else of them changes.
    """

    kept: tuple[Pair, ...] = ()
    moved: tuple[Pair, ...] = ()
    added: tuple[Slot, ...] = ()
    retired: tuple[UUID, ...] = ()
    answered: tuple[Pair, ...] = ()


def within(new: Timing) -> Within:
    """Return how far the dates of a timing may have moved: as far as it has one date."""
    if new.repeats is Repeats.ONCE:
        return Within.ALWAYS
    return Within.WEEK if new.repeats is Repeats.WEEKLY else Within.MONTH


def replan(existing: Iterable[Existing], slots: Iterable[Slot], reach: Within) -> Plan:
    """Pair the dates that stand with the slots of a new rule, so that ids and sign-ups follow.

    A slot goes to the date of the same key, else of the same day, else to the nearest within
    `reach`. Dates that can move come before those that are fixed. Planning again after the plan is
    carried out, with what was retired gone or fixed, changes nothing.
    """
    dates = sorted(existing, key=lambda one: (one.starts_at, one.key))
    free = {slot.key: slot for slot in slots}
    found: dict[UUID, Slot] = {one.id: free.pop(one.key) for one in dates if one.key in free}
    for is_fixed in (False, True):
        for period in _periods(reach):
            waiting = [one for one in dates if one.id not in found and one.is_fixed == is_fixed]
            for pair in _nearest(waiting, free.values(), period):
                found[pair.id] = free.pop(pair.slot.key)
    loose = [one for one in dates if not one.is_fixed]
    return Plan(
        kept=_pairs(loose, found, lambda one, slot: not _differs(one, slot)),
        moved=_pairs(loose, found, _differs),
        added=tuple(sorted(free.values(), key=lambda slot: (slot.starts_at, slot.key))),
        retired=tuple(one.id for one in loose if one.id not in found),
        answered=_pairs([one for one in dates if one.is_fixed], found, _has_other_key),
    )


def _differs(one: Existing, slot: Slot) -> bool:
    return (one.key, one.starts_at, one.ends_at) != (slot.key, slot.starts_at, slot.ends_at)


def _has_other_key(one: Existing, slot: Slot) -> bool:
    return one.key != slot.key


def _pairs(
    dates: Iterable[Existing], found: dict[UUID, Slot], is_such: Callable[[Existing, Slot], bool]
) -> tuple[Pair, ...]:
    return tuple(
        Pair(one.id, found[one.id])
        for one in dates
        if one.id in found and is_such(one, found[one.id])
    )


def _periods(reach: Within) -> list[Callable[[date], object]]:
    """Return what a date and its slot must have in common, the strictest first."""
    wider: dict[Within, Callable[[date], object]] = {
        Within.WEEK: iso_week,
        Within.MONTH: lambda day: (day.year, day.month),
        Within.ALWAYS: lambda day: True,
    }
    return [lambda day: day, wider[reach]]


def _nearest(
    dates: Collection[Existing], free: Collection[Slot], period: Callable[[date], object]
) -> list[Pair]:
    """Return dates with slots of the same period, the nearest by the clock first, each one once.

    A date is sought where its rule put it, wherever somebody has moved it since.
    """
    reachable = sorted(
        (
            (abs(_wall(one.key) - _wall(slot.key)), one.key, slot.key, one, slot)
            for one in dates
            for slot in free
            if period(_wall(one.key).date()) == period(_wall(slot.key).date())
        ),
        key=lambda found: found[:3],
    )
    pairs: list[Pair] = []
    used: set[object] = set()
    for _, _, key, one, slot in reachable:
        if not used & {key, one.id}:
            used |= {key, one.id}
            pairs.append(Pair(one.id, slot))
    return pairs


def _wall(key: str) -> datetime:
    return datetime.fromisoformat(key)


def moved_rule(rule: Timing, of: date, to: date, anchor: date) -> Timing:
    """Return the rule that puts its date `of` on day `to`, and the others likewise, from `anchor`
    on.

    `anchor` is a date of the rule too: the first that is to move. Raises TooFar when the day lies
    in another week, or for a monthly rule in another month.
    """
    if rule.repeats is Repeats.ONCE:
        return replace(rule, from_on=to)
    if _period(rule, of) != _period(rule, to):
        raise TooFar
    if of == to:
        return replace(rule, from_on=anchor, weekdays=_named(rule))
    if rule.repeats is Repeats.MONTHLY_DAY:
        return replace(rule, from_on=_with_day(anchor, to.day))
    held = {to.weekday() if weekday == of.weekday() else weekday for weekday in _named(rule)}
    moved = replace(rule, weekdays=tuple(sorted(held)))
    if rule.repeats is Repeats.WEEKLY:
        return replace(moved, from_on=min(anchor, anchor + (to - of)))
    nth = rule.nth if _is_nth(to, rule.nth) else nth_of(to)
    return replace(moved, nth=nth, from_on=anchor.replace(day=1))


def moved_last(rule: Timing, moved: Timing, of: date, to: date) -> date | None:
    """Return the last day of a rule that was moved as `moved_rule` does, so that its last date
    comes along; None where it goes on.
    """
    if rule.last_on is None or rule.repeats is Repeats.ONCE or of == to:
        return rule.last_on
    held = _planned(rule, rule.from_on, rule.last_on)
    if not held:
        return rule.last_on
    last = held[-1]
    if rule.repeats is Repeats.WEEKLY:
        week = [day for day in held if iso_week(day) == iso_week(last)]
        return max(day + (to - of) if day.weekday() == of.weekday() else day for day in week)
    month = last.replace(day=1)
    found = _planned(moved, month, month + timedelta(days=30))
    return max((day for day in found if day.month == last.month), default=rule.last_on)


def _planned(rule: Timing, from_on: date, through: date) -> list[date]:
    """Return the days that a rule means, also those on which something is in the way."""
    open_ended = replace(
        rule, last_on=None, on_holidays=OnHolidays.HELD, skipped=frozenset(), closures=()
    )
    return [_wall(slot.key).date() for slot in slots_of((open_ended,), from_on, through)]


def _period(rule: Timing, day: date) -> object:
    return (day.year, day.month) if rule.repeats in _MONTHLY else iso_week(day)


def _named(rule: Timing) -> tuple[int, ...]:
    """Return a rule's weekdays by name, as its first day may become another weekday."""
    if rule.repeats is Repeats.MONTHLY_DAY:
        return ()
    return rule.weekdays or (rule.from_on.weekday(),)


def _with_day(month: date, day: int) -> date:
    """Return a day of the month, in the first month from this one on that has it."""
    while True:
        try:
            return month.replace(day=day)
        except ValueError:
            month = date(month.year + month.month // 12, month.month % 12 + 1, 1)


def _is_nth(day: date, nth: int | None) -> bool:
    return nth_of(day) == LAST if nth == LAST else (day.day - 1) // 7 + 1 == nth
