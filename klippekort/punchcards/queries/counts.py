"""Counting minutes by month, district and supplier, from the entries that were made."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import and_, case, distinct, func, literal, or_, select
from sqlalchemy.orm import aliased

from klippekort.citizens.models import Citizen
from klippekort.domain.ledger import EntryKind
from klippekort.domain.reporting.counts import Count
from klippekort.platform.db import db
from klippekort.platform.months import number_of, within
from klippekort.punchcards.models import PunchCard, PunchEntry
from klippekort.punchcards.queries.past import wrote_late

_GIVEN = (EntryKind.CREDIT, EntryKind.ADJUST_UP)
_LOST = (EntryKind.EXPIRE, EntryKind.FORFEIT)
_COUNTED = [*_GIVEN, EntryKind.SPEND, *_LOST]
_MEASURES = {
    EntryKind.CREDIT: "minutes.given",
    EntryKind.ADJUST_UP: "minutes.given",
    EntryKind.ADJUST_DOWN: "minutes.given",
    EntryKind.SPEND: "minutes.used",
    EntryKind.EXPIRE: "minutes.lapsed",
    EntryKind.FORFEIT: "minutes.lapsed",
}


def minutes(months: Sequence[date]) -> list[Count]:
    """Return minutes given, used and lapsed, the last with why; what was taken back counts less,
    also what late news of an absence took back.

    Time that came to a card in place of other time of the same card is not given anew. Nobody
    stands behind what was taken back in the same month.
    """
    undone = aliased(PunchEntry)
    kind = func.coalesce(undone.kind, PunchEntry.kind)
    why = case(
        (kind.in_(_LOST), func.coalesce(undone.reason_code, PunchEntry.reason_code)),
        else_=literal(""),
    )
    is_late = and_(PunchEntry.kind == EntryKind.ADJUST_DOWN, wrote_late())
    sign = case((or_(PunchEntry.kind == EntryKind.REVERSE, is_late), -1), else_=1)
    number = number_of(PunchEntry.effective_on, months)
    entries = (
        select(
            number.label("in_month"),
            PunchEntry.card_id.label("card"),
            kind.label("of_kind"),
            why.label("said_why"),
            func.sum(sign * PunchEntry.minutes).label("minutes"),
        )
        .outerjoin(undone, undone.id == PunchEntry.reverses_id)
        .where(within(PunchEntry.effective_on, months), or_(kind.in_(_COUNTED), is_late))
        .group_by("in_month", PunchEntry.card_id, "of_kind", "said_why")
        .having(func.sum(sign * PunchEntry.minutes) != 0)
        .subquery()
    )
    own = (
        entries.c.in_month,
        Citizen.district_id,
        Citizen.supplier_id,
        entries.c.of_kind,
        entries.c.said_why,
    )
    rows = db.session.execute(
        select(*own, func.sum(entries.c.minutes), func.count(distinct(PunchCard.citizen_id)))
        .select_from(entries)
        .join(PunchCard, PunchCard.id == entries.c.card)
        .join(Citizen, Citizen.id == PunchCard.citizen_id)
        .group_by(*own)
    )
    found: dict[tuple[object, ...], Count] = {}
    for n, district, supplier, of, said, amount, people in rows:
        measure = _MEASURES[EntryKind(of)]
        key = (measure, n, district, supplier, said)
        before = found.get(key)
        amount, people = int(amount), int(people)
        if before is not None:
            amount, people = amount + before.amount, max(people, before.people)
        found[key] = Count(measure, months[n], district, supplier, said, amount, people)
    return list(found.values())
