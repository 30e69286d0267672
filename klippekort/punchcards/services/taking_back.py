"""Taking back what a trip took from a card: its spends are countered, never rewritten."""

from datetime import date, datetime
from uuid import UUID

from klippekort.domain import corrections as rules
from klippekort.domain.ledger import CardState
from klippekort.domain.permissions import Actor
from klippekort.punchcards.queries import history
from klippekort.punchcards.services import ledger


def take_charge_back(
    actor: Actor, card_id: UUID, trip_id: UUID, *, today: date, now: datetime
) -> int:
    """Counter every entry by which a trip took time from a card and return the minutes put back.

    What comes back to a lot whose last day has gone lapses at once. Raises NotFound.
    """
    card = ledger.reckoned(card_id, today=today, now=now)
    back = 0
    for target in history.charges_of(card_id, trip_id):
        row = history.find_lot(target.lot_id) if target.lot_id else None
        if row is None:
            continue
        entry = history.entry_of(target, row, None, is_new=False)
        state = CardState((history.lot_of(row),))
        first, *after = rules.reverse(state, entry, today=today, reason="undo")
        lot_ids = {f"{row.source}:{row.period}": row.id}
        by = actor.account_id
        ledger.post(card, [first], actor_id=by, now=now, reverses=target.id, lot_ids=lot_ids)
        ledger.post(card, after, actor_id=None, now=now, lot_ids=lot_ids)
        back += first.minutes
    return back
