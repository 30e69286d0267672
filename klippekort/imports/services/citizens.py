"""Citizens from a care record, with a card for those who had one."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from klippekort.citizens.queries import CitizenFacts
from klippekort.citizens.services.batches import claim_record_refs, put_citizens
from klippekort.domain.calendar import monday
from klippekort.domain.schemes import TermsFrom
from klippekort.imports.reading.citizens import CitizenRow
from klippekort.imports.reading.faults import Code
from klippekort.imports.reading.rows import Numbered
from klippekort.imports.services.places import Place, Places
from klippekort.imports.services.run import Run
from klippekort.platform.db import db
from klippekort.punchcards.queries.schemes import list_schemes, terms_of_all
from klippekort.punchcards.services.batches import OldCard, check_scheme, take_over_cards
from klippekort.punchcards.services.granting import BeforeScheme, SchemeNotReady

_CENT = Decimal("0.01")


def store(run: Run, rows: Sequence[Numbered[CitizenRow]]) -> None:
    """Add or change the citizens; a card already given is left alone."""
    places, schemes = Places(run), _Schemes(run)
    _claim(run, rows)
    for batch in run.batches(rows):
        good: list[tuple[CitizenRow, Place, UUID | None]] = []
        for numbered in batch:
            row = numbered.row
            place = places.find(numbered.number, row.supplier, row.district)
            scheme_id = schemes.find(numbered) if row.card_from else None
            if place is not None:
                good.append((row, place, scheme_id))
        if not run.faults:
            _store(run, good)


def _claim(run: Run, rows: Sequence[Numbered[CitizenRow]]) -> None:
    """Refuse the rows whose care record id belongs to somebody else once all rows are stored."""
    told = [numbered for numbered in rows if numbered.row.record_ref is not None]
    claims = {numbered.row.person_number: numbered.row.record_ref or "" for numbered in told}
    taken = claim_record_refs(run.actor, claims)
    for numbered in told:
        ref = numbered.row.record_ref
        if ref in taken:
            run.refuse(numbered.number, "record_ref", Code.RECORD_ID_TAKEN, ref)


def _store(run: Run, rows: list[tuple[CitizenRow, Place, UUID | None]]) -> None:
    facts = [_facts(row, place) for row, place, _scheme in rows]
    puts = put_citizens(run.actor, facts, run.now)
    cards: dict[UUID, list[OldCard]] = {}
    for (row, _place, scheme_id), put in zip(rows, puts, strict=True):
        run.counts.add(put.outcome)
        if put.outcome != "unchanged":
            run.citizens.add(put.citizen_id)
        if row.card_from is not None and scheme_id is not None:
            begins = begins_on(row.card_from, run.today)
            old = OldCard(put.citizen_id, begins, row.card_from)
            cards.setdefault(scheme_id, []).append(old)
    db.session.flush()
    for scheme_id, batch in cards.items():
        take_over_cards(run.actor, scheme_id, batch, now=run.now)


def begins_on(card_from: date, today: date) -> date:
    """Return the day time begins to arrive here on a card that began on `card_from`.

    What arrived before this week, and what was used of it, only the old system knows; an opening
    balance says so.
    """
    return card_from if card_from >= monday(today) else today


def _facts(row: CitizenRow, place: Place) -> CitizenFacts:
    minutes = row.home_care_minutes_per_week
    return CitizenFacts(
        person_number=row.person_number,
        first_name=row.first_name,
        last_name=row.last_name,
        address=row.address,
        postcode=row.postcode,
        town=row.town,
        phone=row.phone,
        supplier_id=place[0],
        district_id=place[1],
        functional_level=row.functional_level,
        setting=row.setting,
        lives_alone=row.lives_alone,
        aids=row.aids,
        home_care_minutes=None if minutes is None else minutes.quantize(_CENT),
        has_protected_address=row.has_protected_address,
        point=row.point,
        record_ref=row.record_ref,
    )


class _Schemes:
    """The one scheme for each kind of home, and whether a card may begin under it."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._terms: dict[UUID, tuple[TermsFrom, ...]] = terms_of_all()
        self._by_setting: dict[str, list[tuple[UUID, str]]] = {}
        for scheme in list_schemes():
            self._by_setting.setdefault(scheme.setting, []).append((scheme.id, scheme.name))

    def find(self, numbered: Numbered[CitizenRow]) -> UUID | None:
        """Return the scheme of a row that asks for a card, or None when there isn't just one."""
        row = numbered.row
        fitting = self._by_setting.get(row.setting, [])
        if row.card_from is None:
            return None
        if len(fitting) != 1:
            code = Code.SEVERAL_SCHEMES if fitting else Code.NO_SCHEME
            self._refuse(numbered, code, ", ".join(name for _id, name in fitting))
            return None
        scheme_id = fitting[0][0]
        try:
            check_scheme(self._terms.get(scheme_id, ()), begins_on(row.card_from, self._run.today))
        except BeforeScheme:
            self._refuse(numbered, Code.SCHEME_NOT_BEGUN)
        except SchemeNotReady:
            self._refuse(numbered, Code.SCHEME_NOT_READY)
        return scheme_id

    def _refuse(self, numbered: Numbered[CitizenRow], code: Code, detail: str = "") -> None:
        value = f"{numbered.row.card_from:%d-%m-%Y}"
        self._run.refuse(numbered.number, "card_from", code, value, detail)
