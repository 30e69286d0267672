"""Which time came to a card that ran already, for it was given for one more reason."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import select

from klippekort.domain.ledger import EntryKind
from klippekort.platform.db import db
from klippekort.punchcards.models import Grant, PunchEntry


def more_reasons(card_id: UUID, entry_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return, by entry, the reason that brought the time at once when it was added to a card that
    ran for another; entries that came otherwise are left out.
    """
    grants = db.session.scalars(
        select(Grant).filter_by(card_id=card_id).order_by(Grant.recorded_at, Grant.id)
    ).all()
    added = [one for at, one in enumerate(grants) if _runs_already(grants[:at], one)]
    if not added:
        return {}
    entries = db.session.scalars(
        select(PunchEntry).where(
            PunchEntry.id.in_(entry_ids),
            PunchEntry.kind == EntryKind.CREDIT,
            PunchEntry.reason_code == "accrual",
            PunchEntry.recorded_at.in_([one.recorded_at for one in added]),
        )
    )
    return {
        entry.id: grant.reason
        for entry in entries
        for grant in added
        if grant.recorded_at == entry.recorded_at and grant.from_on <= entry.effective_on
    }


def _runs_already(before: Sequence[Grant], grant: Grant) -> bool:
    """Say whether a card runs on a grant's first day by those before it; one that was ended on that
    day runs no more.
    """
    return any(
        one.from_on <= grant.from_on
        and (one.until_on is None or one.until_on >= grant.from_on)
        and not (one.at_end is not None and one.until_on == grant.from_on)
        for one in before
    )
