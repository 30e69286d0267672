"""What is done with cards by night: time arrives, is warned of and lapses; all is proved."""

import logging
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from klippekort.domain.calendar import ONE_DAY, local_day
from klippekort.domain.messages.ladder import Step
from klippekort.domain.messages.timing import LAPSE_DAYS
from klippekort.messages.queries.settings import ladder
from klippekort.messages.services import tells_more
from klippekort.platform.audit_heads import heads_here
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.jobs import Job, Outcome
from klippekort.punchcards.queries import cards as queries
from klippekort.punchcards.queries.tasks import cards_that_wait
from klippekort.punchcards.services import lapse_warnings, ledger, proof, waiting

POSTED = timedelta(days=7)
AT_A_TIME = 100  # cards a transaction: few enough that who books meanwhile hardly waits

log = logging.getLogger(__name__)


def advance_cards(day: date, now: datetime) -> Outcome:
    """Reckon every open card through `day`, some in a transaction; one that cannot be reckoned
    keeps none of the others back.
    """
    due = queries.list_due(day)
    failed, error = 0, None
    for start in range(0, len(due), AT_A_TIME):
        for refusal in _reckon(due[start : start + AT_A_TIME], day, now):
            failed, error = failed + 1, type(refusal).__name__
    for card_id in cards_that_wait():
        execute(waiting.answer_waiting, None, [card_id], now=now)
    return Outcome(len(due), len(due) - failed, failed, error)


def _reckon(card_ids: Sequence[UUID], day: date, now: datetime) -> Iterator[Exception]:
    """Reckon cards together, or each alone when that fails; yield what kept any back."""
    try:
        execute(ledger.advance_many, card_ids, through=day, now=now)
    except Exception as refusal:
        log.warning("cards are reckoned one by one after %s", type(refusal).__name__)
        for card_id in card_ids:
            try:
                execute(_advance, card_id, day, now)
            except Exception as refused:
                yield refused


def _advance(card_id: UUID, day: date, now: datetime) -> None:
    ledger.advance(queries.lock_card(card_id), through=day, now=now)


def prove_ledger(day: date, now: datetime) -> Outcome:
    """Prove every card and the record of looks; what differs becomes an alarm, until it does not.

    Only today's run looks: a day that is over cannot be proved any better than today.
    """
    if day < local_day(now):
        return Outcome(0, 0)
    heads = heads_here()  # before anything is read: the chain is never shorter
    db.session.rollback()
    cards, found = proof.list_cards(), proof.verify_record(heads)
    for card_id in cards:
        db.session.rollback()  # a long read would keep old rows alive in the whole database
        found += proof.verify_card(card_id)
    execute(proof.keep_differences, found, now=now)
    return Outcome(len(cards), len(cards))


def warn_of_lapses(day: date, now: datetime) -> Outcome:
    """Warn citizens of what lapses within the days of the ladder, by letter a week before that; a
    day that is over warns nobody.
    """
    if day < local_day(now) or not tells_more():
        return Outcome(0, 0)
    days = ladder()[Step.LAPSE].days or LAPSE_DAYS
    first, soon = day + ONE_DAY, day + timedelta(days=days)
    warned = lapse_warnings.warned_lately(now)
    lines = [
        line for line in queries.lapsing(first, soon + POSTED) if line.citizen_id not in warned
    ]
    db.session.rollback()
    for line in lines:
        execute(lapse_warnings.warn_of_lapse, line, by_letter=line.on > soon, now=now)
    return Outcome(len(lines), len(lines))


JOBS = (
    Job("advance_cards", advance_cards),
    Job("prove_ledger", prove_ledger),
    Job("warn_of_lapses", warn_of_lapses),
)
