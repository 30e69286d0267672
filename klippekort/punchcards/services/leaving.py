"""A citizen dies or moves: her cards end as their schemes say, and her printed code opens nothing.

After a mistake the cards go on, and the time that was lost is put back by entries that counter.
"""

from datetime import date
from uuid import UUID

from klippekort.citizens.models import LeavingStop
from klippekort.citizens.services.leaving import (
    CitizenLeft,
    CitizenReturned,
    start_again,
    stopped,
)
from klippekort.domain import corrections as rules
from klippekort.domain.calendar import local_day
from klippekort.domain.ledger import CardState, Entry, EntryKind
from klippekort.punchcards.queries import cards, history, leaving, requests
from klippekort.punchcards.queries.requests import lock_request
from klippekort.punchcards.services import ledger
from klippekort.punchcards.services.cards import CardGoesOn, end_card
from klippekort.punchcards.services.requests import close

CARD, KEY, REQUEST = "card", "card_key", "card_request"
_RULES = ("ending.death", "ending.moved")


def citizen_left(left: CitizenLeft) -> None:
    """End a citizen's cards as their terms say; where that is undecided, a person is asked."""
    # First, for the end of a card takes back what waits for it too.
    for wait in requests.waiting_of(left.citizen_id):
        close(lock_request(wait.id), left.actor, now=left.now)
        stopped(left, REQUEST, wait.id)
    for card_id in leaving.open_cards(left.citizen_id):
        before = leaving.standing_of(card_id)
        try:
            end_card(left.actor, card_id, reason=left.kind, now=left.now)
        except CardGoesOn:
            continue
        asked = leaving.closed_of(before.tasks)
        stopped(left, CARD, card_id, grants=before.grants, through=before.seq, asked=asked)
    for key in leaving.live_keys(left.citizen_id):
        key.killed_at = left.now
        stopped(left, KEY, key.id)


def citizen_returned(back: CitizenReturned) -> None:
    """Let the cards go on as if they had never ended, and the printed code open again."""
    start_again(back, CARD, lambda stop: _go_on(back, stop))
    start_again(back, KEY, _open_again)
    start_again(back, REQUEST, _wait_again)


def _go_on(back: CitizenReturned, stop: LeavingStop) -> str | None:
    today, card_id = local_day(back.now), stop.subject_id
    card = cards.lock_card(card_id)
    card.closed_on = None
    for grant in leaving.grants_of(card_id):
        said = stop.details["grants"].get(str(grant.id))
        if said is not None:
            grant.until_on = date.fromisoformat(said["until"]) if said["until"] else None
            grant.at_end = said["at_end"]
    for task in leaving.open_questions(card_id, _RULES):
        task.closed_at, task.closed_by = back.now, back.actor.account_id
    for entry_id in leaving.lost_since(card_id, stop.details["through"]):
        _put_back(back, card_id, entry_id, today)
    _ask_again(back, card_id, stop, today)
    # Entries were posted since the row was read: its place in the chain is read anew.
    ledger.advance(cards.lock_card(card_id), through=today, now=back.now)
    return None


def _put_back(back: CitizenReturned, card_id: UUID, entry_id: UUID, today: date) -> None:
    """Counter one entry that took free time away; what came too late to be used lapses at once."""
    card = cards.lock_head(card_id)
    target = history.find_entry(card_id, entry_id)
    row = history.find_lot(target.lot_id) if target is not None and target.lot_id else None
    if target is None or row is None:
        return
    entry = history.entry_of(target, row, None, is_new=False)
    first, *after = rules.reverse(
        CardState((history.lot_of(row),)), entry, today=today, reason="undo"
    )
    lot_ids = {f"{row.source}:{row.period}": row.id}
    by = back.actor.account_id
    ledger.post(card, [first], actor_id=by, now=back.now, reverses=target.id, lot_ids=lot_ids)
    ledger.post(card, after, actor_id=None, now=back.now, lot_ids=lot_ids)


def _ask_again(back: CitizenReturned, card_id: UUID, stop: LeavingStop, today: date) -> None:
    """Let what waited for an answer wait again."""
    for task in leaving.tasks_named(stop.details.get("asked", ())):
        task.closed_at = task.closed_by = None
    for row in leaving.unanswered_since(card_id, stop.details["through"]):
        entry = Entry(EntryKind.REVERSE, row.minutes, today, None, "undo", undoes=EntryKind.WAIVE)
        card, by = cards.lock_head(card_id), back.actor.account_id
        ledger.post(card, [entry], actor_id=by, now=back.now, reverses=row.id)


def _wait_again(stop: LeavingStop) -> str | None:
    row = lock_request(stop.subject_id)
    row.outcome = row.closed_by = row.closed_at = None
    return None


def _open_again(stop: LeavingStop) -> str | None:
    key = leaving.lock_key(stop.subject_id)
    if leaving.live_keys(key.citizen_id):
        return "taken"
    key.killed_at = None
    return None
