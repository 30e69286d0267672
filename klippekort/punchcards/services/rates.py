"""Giving a card less time from a day on: a new grant takes the place of those that run."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select

from klippekort.citizens.queries import get_citizen, reach
from klippekort.citizens.queries.leaving import must_be_here
from klippekort.domain.calendar import ONE_DAY, local_day
from klippekort.domain.errors import DomainError
from klippekort.domain.permissions import Action, Actor, authorise
from klippekort.domain.plans import Plan
from klippekort.domain.schemes import Terms
from klippekort.platform import audit, events
from klippekort.platform.db import db
from klippekort.punchcards.models import Grant
from klippekort.punchcards.queries import cards as queries
from klippekort.punchcards.services import ledger
from klippekort.punchcards.services.events import CardDecided, LessAhead

REASSESSED = "reassessed"


@dataclass
class NotLess(DomainError):
    """The card would get as much time as `before`, what is decided for that day, or more."""

    before: int


class NotAhead(DomainError):
    """The day is not ahead: time up to now has been given already."""


class NothingRuns(DomainError):
    """No grant of the card runs on that day."""


def cut_card(
    actor: Actor,
    card_id: UUID,
    *,
    minutes: int,
    from_on: date,
    words: str,
    heard: str,
    now: datetime,
) -> str:
    """Give a card less time a period from a coming day on, and return the card's id.

    `words` say why, and `heard` how the citizen was heard first.

    Raises NotAhead, NothingRuns, NotLess, CitizenGone.
    """
    today = local_day(now)
    card, _state = ledger.ready(card_id, today=today, now=now)
    authorise(actor, Action.GRANT_CARD, reach(get_citizen(card.citizen_id), today))
    must_be_here(card.citizen_id)
    if from_on <= today:
        raise NotAhead
    running = _running(card_id, from_on)
    if not running:
        raise NothingRuns
    terms = queries.current_terms(card, from_on)
    plan = queries.plan_of(card)
    before = _rate_of(plan, running, terms, from_on)
    if before is not None and minutes >= before:
        raise NotLess(before)
    until_on = _last_day(running, terms)
    steps = _steps(plan, from_on, minutes, before, terms)
    _replace(actor, running[0], steps, terms.target_groups, now)
    db.session.flush()
    audit.record(
        actor,
        Action.GRANT_CARD,
        "punch_card",
        card_id,
        citizens=[card.citizen_id],
        from_on=from_on,
        minutes=minutes,
        before=before,
        heard=heard,
    )
    ids = (card_id, card.citizen_id, card.scheme_id)
    told = CardDecided("cut", *ids, from_on, "cut", actor, now)
    had, still = _had(plan, from_on, before), _still(plan, queries.plan_of(card), from_on)
    told = replace(told, words=words, minutes=minutes, before=had)
    events.emit(replace(told, until_on=until_on, still=still))
    return str(card_id)


def _had(plan: Plan, from_on: date, before: int | None) -> int | None:
    """Return what the card gets until a day. What was decided to begin on it never does."""
    if before is None or not any(grant.from_on == from_on for grant in plan.grants):
        return before
    return max(before, plan.rate_at(from_on - ONE_DAY))


def _still(was: Plan, plan: Plan, from_on: date) -> tuple[LessAhead, ...]:
    """Return what was decided to be less later on, and is so still."""
    days = sorted({grant.from_on for grant in was.grants if grant.from_on > from_on})
    steps = [LessAhead(day, plan.rate_at(day), plan.rate_at(day - ONE_DAY)) for day in days]
    return tuple(step for step in steps if step.minutes < step.before)


def _steps(
    plan: Plan, from_on: date, minutes: int, before: int | None, terms: Terms
) -> list[tuple[date, date | None, int]]:
    """Return what a card gives from a day on, at most `minutes` a period: first day, last day and
    minutes of each stretch. What a grant gives less, when another has ended, it gives still.
    """
    ends = [(grant, _end_of(grant.reason, grant.until_on, terms)) for grant in plan.grants]
    runs = [(grant.from_on, end) for grant, end in ends if end is None or end >= from_on]
    days = {max(first, from_on) for first, _end in runs} | {
        end + ONE_DAY for _first, end in runs if end is not None
    }
    found: list[tuple[date, date | None, int]] = []
    for day, after in zip(starts := sorted(days), [*starts[1:], None], strict=True):
        if not any(first <= day and (end is None or end >= day) for first, end in runs):
            continue
        rate = minutes if before is None else min(minutes, plan.rate_on(terms, day))
        until_on = after - ONE_DAY if after is not None else None
        if found and found[-1][1] == day - ONE_DAY and found[-1][2] == rate:
            found[-1] = (found[-1][0], until_on, rate)
        else:
            found.append((day, until_on, rate))
    return found


def _replace(
    actor: Actor,
    newest: Grant,
    steps: list[tuple[date, date | None, int]],
    groups: Collection[str],
    now: datetime,
) -> None:
    """Let other grants take the place of those that run or are to run: none of them is deleted."""
    from_on, card_id = steps[0][0], newest.card_id
    for grant in db.session.scalars(select(Grant).filter_by(card_id=card_id)):
        if grant.until_on is None or grant.until_on >= from_on:
            grant.until_on = from_on - ONE_DAY
    for first, last, minutes in steps:
        db.session.add(
            Grant(
                card_id=card_id,
                from_on=first,
                until_on=last,
                minutes=minutes,
                origin=newest.origin,
                # A target group would bring its own minutes on top of what was decided.
                reason=REASSESSED if newest.reason in groups else newest.reason,
                decided_by=actor.account_id,
                recorded_at=now,
            )
        )


def _rate_of(plan: Plan, running: Sequence[Grant], terms: Terms, day: date) -> int | None:
    """Return the minutes that grants bring each period, or None while nobody has decided."""
    is_open = not isinstance(terms.allowance.minutes, int)
    if is_open and all(grant.minutes is None for grant in running):
        return None
    return plan.rate_on(terms, day)


def _last_day(running: Sequence[Grant], terms: Terms) -> date | None:
    """Return the day through which the last of these grants runs, or None without an end."""
    ends = [_end_of(grant.reason, grant.until_on, terms) for grant in running]
    return None if None in ends else max(end for end in ends if end)


def _end_of(reason: str, until_on: date | None, terms: Terms) -> date | None:
    """Return a grant's last day, its target group's where that comes first."""
    group = terms.target_groups.get(reason)
    return min((day for day in (until_on, group.until if group else None) if day), default=None)


def _running(card_id: UUID, day: date) -> list[Grant]:
    """Return the grants of a card that run on a day, the one that began last first."""
    found = select(Grant).filter_by(card_id=card_id).where(Grant.from_on <= day)
    rows = db.session.scalars(found.order_by(Grant.from_on.desc(), Grant.id.desc()))
    return [row for row in rows if row.until_on is None or row.until_on >= day]
