"""Opening balances: what each card held at the change-over, as lots with dates and expiry."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from sqlalchemy import select

from klippekort.domain.ledger import Source
from klippekort.domain.permissions import Actor, Role
from klippekort.imports.reading.cards import CardRow
from klippekort.imports.reading.faults import Code
from klippekort.imports.reading.rows import Numbered
from klippekort.imports.services.people import CardFacts, cards_of, ids_by_person_number
from klippekort.imports.services.run import Run
from klippekort.platform.db import db
from klippekort.punchcards.models import PunchLot
from klippekort.punchcards.queries.schemes import list_schemes, terms_of_all
from klippekort.punchcards.services.batches import OldCard, check_scheme, take_over_cards
from klippekort.punchcards.services.cards import (
    BeforeScheme,
    OpeningLot,
    SchemeNotReady,
    carry_over,
)

Rows = Sequence[Numbered[CardRow]]
Holder = tuple[UUID, UUID]
GIVEN = "carried_over"


def store(run: Run, rows: Rows) -> None:
    """Put the balances on the cards; who has no card under the scheme yet gets one from today."""
    schemes = _Schemes(run)
    for batch in run.batches(rows):
        citizens = ids_by_person_number({numbered.row.person_number for numbered in batch})
        cards = cards_of(citizens.values())
        by_holder: dict[Holder, list[Numbered[CardRow]]] = {}
        for numbered in batch:
            citizen_id = citizens.get(numbered.row.person_number)
            scheme_id = schemes.find(numbered)
            if citizen_id is None:
                value = numbered.row.person_number
                run.refuse(numbered.number, "person_number", Code.UNKNOWN_CITIZEN, value)
            elif scheme_id is not None:
                by_holder.setdefault((citizen_id, scheme_id), []).append(numbered)
        for holder, lots in by_holder.items():
            card = next((c for c in cards.get(holder[0], ()) if c.scheme_id == holder[1]), None)
            _check(run, schemes, holder[1], card, lots)
            if not run.faults:
                _store(run, holder, card, lots)


class _Schemes:
    """The schemes by name, and whether a card may begin under them today."""

    def __init__(self, run: Run) -> None:
        self._run = run
        found = list_schemes()
        self._ids = {scheme.name.casefold(): scheme.id for scheme in found}
        self._names = ", ".join(scheme.name for scheme in found) or "–"
        self._terms = terms_of_all()

    def find(self, numbered: Numbered[CardRow]) -> UUID | None:
        """Return the scheme a row names, or None when there is none of that name."""
        name = numbered.row.scheme
        scheme_id = self._ids.get(name.casefold())
        if scheme_id is None:
            self._run.refuse(numbered.number, "scheme", Code.UNKNOWN_SCHEME, name, self._names)
        return scheme_id

    def why_not(self, scheme_id: UUID) -> Code | None:
        """Return why no card may begin under the scheme today, or None when one may."""
        try:
            check_scheme(self._terms.get(scheme_id, ()), self._run.today)
        except BeforeScheme:
            return Code.SCHEME_NOT_BEGUN
        except SchemeNotReady:
            return Code.SCHEME_NOT_READY
        return None


def _check(
    run: Run, schemes: _Schemes, scheme_id: UUID, card: CardFacts | None, lots: Rows
) -> None:
    refusal = schemes.why_not(scheme_id) if card is None else None
    if card is not None and not card.is_open:
        refusal = Code.CARD_CLOSED
    for numbered in lots:
        row = numbered.row
        if refusal is not None:
            run.refuse(numbered.number, "scheme", refusal, row.scheme)
        if row.earned_on > run.today:
            value = f"{row.earned_on:%d-%m-%Y}"
            run.refuse(numbered.number, "earned_on", Code.NOT_YET, value)


def _store(run: Run, holder: Holder, card: CardFacts | None, lots: Rows) -> None:
    citizen_id, scheme_id = holder
    if card is None:
        begins = OldCard(citizen_id, run.today, min(numbered.row.earned_on for numbered in lots))
        (card_id,) = take_over_cards(run.actor, scheme_id, [begins], now=run.now)
    else:
        card_id = card.id
    known = _carried(card_id)
    fresh = []
    for numbered in lots:
        row = numbered.row
        lot = next((lot for lot in known if _is_same(lot, row)), None)
        if lot is not None and lot.granted != row.minutes:
            detail = str(lot.granted)
            run.refuse(numbered.number, "minutes", Code.OTHER_BALANCE, str(row.minutes), detail)
        elif lot is None and row.minutes:
            fresh.append(OpeningLot(row.minutes, row.earned_on, row.expires_on))
        is_new = card is None or (lot is None and row.minutes > 0)
        run.counts.add("new" if is_new else "unchanged")
    if fresh:
        # A lot is numbered by its place in the list, so those that are there keep theirs.
        there = [OpeningLot(lot.granted, lot.credited_on, lot.expires_on) for lot in known]
        db.session.flush()
        carry_over(_assessor(run.actor), card_id, there + fresh, now=run.now)
    if fresh or card is None:
        run.citizens.add(citizen_id)


def _carried(card_id: UUID) -> list[PunchLot]:
    wanted = select(PunchLot).filter_by(card_id=card_id, source=Source.CARRIED_OVER)
    return sorted(db.session.scalars(wanted), key=lambda lot: int(lot.period.rpartition("/")[2]))


def _is_same(lot: PunchLot, row: CardRow) -> bool:
    """Say whether a lot is the one a row describes; without an expiry the scheme gave it one."""
    if lot.credited_on != row.earned_on:
        return False
    by_scheme = lot.expires_on is None or lot.expiry_rule != GIVEN
    return by_scheme if row.expires_on is None else lot.expires_on == row.expires_on


def _assessor(actor: Actor) -> Actor:
    """Return the importer as one who may put time on a card: that is what an import is for."""
    return replace(actor, role=Role.SYSTEM)
