"""The daily reckoning of cards: time arrives and lapses."""

from datetime import date, datetime
from uuid import UUID

from klippekort.platform.execute import execute
from klippekort.platform.jobs import Job, Outcome
from klippekort.punchcards.queries import cards as queries
from klippekort.punchcards.services import ledger


def advance_cards(day: date, now: datetime) -> Outcome:
    """Reckon every open card through `day`, each in a transaction of its own."""
    due = queries.list_due(day)
    done, failed, error = 0, 0, None
    for card_id in due:
        try:
            execute(_advance, card_id, day, now)
            done += 1
        except Exception as refusal:
            failed, error = failed + 1, type(refusal).__name__
    return Outcome(len(due), done, failed, error)


def _advance(card_id: UUID, day: date, now: datetime) -> None:
    ledger.advance(queries.lock_card(card_id), through=day, now=now)


JOBS = (Job("advance_cards", advance_cards),)
