"""Opening balances: what each card held at the change-over, as lots with dates and expiry."""

from collections.abc import Iterable, Sequence
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
from klippekort.punchcards.services.balances import OpeningLot, carry_over_many
from klippekort.punchcards.services.batches import OldCard, check_scheme, take_over_cards
from klippekort.punchcards.services.granting import BeforeScheme, SchemeNotReady

Rows = Sequence[Numbered[CardRow]]
Holder = tuple[UUID, UUID]
ByHolder = dict[Holder, list[Numbered[CardRow]]]
GIVEN = "carried_over"


def store(run: Run, rows: Rows) -> None:
    """Put the balances on the cards; who has no card under the scheme yet gets one from today."""
    schemes = _Schemes(run)
    for batch in run.batches(rows):
        by_holder = _by_holder(run, schemes, batch)
        cards = _cards(by_holder)
        lots = _carried([card.id for card in cards.values()])
        fresh: dict[Holder, list[OpeningLot]] = {}
        for holder, mine in by_holder.items():
            card = cards.get(holder)
            _check(run, schemes, holder[1], card, mine)
            known = lots.get(card.id, []) if card else []
            fresh[holder] = _opening(run, card, known, mine)
        if not run.faults:
            _take_over(run, {holder: by_holder[holder] for holder in fresh if holder not in cards})
            _carry_over(run, {holder: new for holder, new in fresh.items() if new})


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


def _by_holder(run: Run, schemes: _Schemes, batch: Rows) -> ByHolder:
    """Return the rows of each citizen and scheme; rows that name neither are refused."""
    citizens = ids_by_person_number({numbered.row.person_number for numbered in batch})
    found: ByHolder = {}
    for numbered in batch:
        citizen_id = citizens.get(numbered.row.person_number)
        scheme_id = schemes.find(numbered)
        if citizen_id is None:
            value = numbered.row.person_number
            run.refuse(numbered.number, "person_number", Code.UNKNOWN_CITIZEN, value)
        elif scheme_id is not None:
            found.setdefault((citizen_id, scheme_id), []).append(numbered)
    return found


def _cards(holders: Iterable[Holder]) -> dict[Holder, CardFacts]:
    """Return the cards that are there already."""
    found = cards_of({citizen_id for citizen_id, _scheme_id in holders})
    return {
        (citizen_id, card.scheme_id): card for citizen_id, cards in found.items() for card in cards
    }


def _carried(card_ids: list[UUID]) -> dict[UUID, list[PunchLot]]:
    """Return the lots that were carried over before by card, in the order of their numbers."""
    wanted = select(PunchLot).where(
        PunchLot.card_id.in_(card_ids), PunchLot.source == Source.CARRIED_OVER
    )
    found: dict[UUID, list[PunchLot]] = {}
    for lot in sorted(db.session.scalars(wanted), key=_number):
        found.setdefault(lot.card_id, []).append(lot)
    return found


def _number(lot: PunchLot) -> int:
    return int(lot.period.rpartition("/")[2])


def _opening(
    run: Run, card: CardFacts | None, known: list[PunchLot], rows: Rows
) -> list[OpeningLot]:
    """Return all that a card is to hold from elsewhere, or nothing when nothing is new."""
    fresh = []
    for numbered in rows:
        row = numbered.row
        lot = next((lot for lot in known if _is_same(lot, row)), None)
        if lot is not None and lot.granted != row.minutes:
            detail = str(lot.granted)
            run.refuse(numbered.number, "minutes", Code.OTHER_BALANCE, str(row.minutes), detail)
        elif lot is None and row.minutes:
            fresh.append(OpeningLot(row.minutes, row.earned_on, row.expires_on))
        is_new = card is None or (lot is None and row.minutes > 0)
        run.counts.add("new" if is_new else "unchanged")
    # A lot is numbered by its place in the list, so those that are there keep theirs.
    there = [OpeningLot(lot.granted, lot.credited_on, lot.expires_on) for lot in known]
    return there + fresh if fresh else []


def _take_over(run: Run, without: ByHolder) -> None:
    """Give a card from today to those who have none under the scheme."""
    olds: dict[UUID, list[OldCard]] = {}
    for (citizen_id, scheme_id), rows in without.items():
        since = min(numbered.row.earned_on for numbered in rows)
        olds.setdefault(scheme_id, []).append(OldCard(citizen_id, run.today, since))
        run.citizens.add(citizen_id)
    for scheme_id, batch in olds.items():
        take_over_cards(run.actor, scheme_id, batch, now=run.now)


def _carry_over(run: Run, openings: dict[Holder, list[OpeningLot]]) -> None:
    cards = _cards(openings)
    by_card = {cards[holder].id: lots for holder, lots in openings.items()}
    carry_over_many(_assessor(run.actor), by_card, now=run.now)
    run.citizens.update(citizen_id for citizen_id, _scheme_id in openings)


def _is_same(lot: PunchLot, row: CardRow) -> bool:
    """Say whether a lot is the one a row describes; without an expiry the scheme gave it one."""
    if lot.credited_on != row.earned_on:
        return False
    by_scheme = lot.expires_on is None or lot.expiry_rule != GIVEN
    return by_scheme if row.expires_on is None else lot.expires_on == row.expires_on


def _assessor(actor: Actor) -> Actor:
    """Return the importer as one who may put time on a card: that is what an import is for."""
    return replace(actor, role=Role.SYSTEM)
