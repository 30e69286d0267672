"""What somebody noticed in the demo, and the cases it led to.

It is told after everything else, so that the rest of the town comes out as it did without.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from klippekort.domain.calendar import instant
from klippekort.domain.outreach.cases import Consent, Pace, Source, ask_again, next_office_day
from klippekort.operations.demo.world import Frame, Person, Resident
from klippekort.outreach.models import OutreachAnswer, OutreachCase, OutreachNotice
from klippekort.platform.keys import Place, keys

PACE = Pace()
_EVENING = time(16)


@dataclass(frozen=True)
class Told:
    """What somebody noticed: how many days ago, who, what, and the citizen's own word."""

    days: int
    source: Source
    signs: tuple[str, ...] = ()
    words: str = ""
    consent: Consent = Consent.NOT_ASKED
    teller: str = ""
    about: str = ""


OPEN = (
    Told(2, Source.STAFF, ("stays_in", "says_lonely"), "Savner sin strikkeklub", Consent.YES),
    Told(9, Source.STAFF, ("tv_all_day",)),
    Told(
        5,
        Source.DOCTOR,
        words="Kommer sjældent ud.",
        consent=Consent.YES,
        teller="Lægerne på Torvet, 55 00 00 12",
    ),
    Told(
        4,
        Source.RELATIVE,
        words="Min mor ser ingen efter flytningen.",
        about="Inger på Havnevej, ring til mig først",
        teller="Mette, 20 99 00 41",
    ),
)
NO = Told(40, Source.STAFF, ("sad",), consent=Consent.NO)


class Telling:
    """The hand that writes down what was noticed and what came of it."""

    def __init__(self, frame: Frame, coordinator: Person, carer: Person) -> None:
        self.frame, self.karen, self.anna = frame, coordinator, carer

    def on(self, days: int) -> tuple[date, datetime]:
        day = self.frame.today - timedelta(days=days)
        return day, instant(day, _EVENING)

    def add(self, model: Any, at: datetime, **values: Any) -> UUID:
        row_id = values.pop("id", None) or self.frame.dice.new_id(at)
        self.frame.rows.add(model, id=row_id, **values)
        return UUID(str(row_id))

    def sealed(self, who: Resident | None, row_id: UUID, column: str, words: str) -> bytes | None:
        if not words:
            return None
        bound = Place(self.frame.town.number, row_id, column)
        if who is None:
            return keys().seal_secret(words, bound)
        owner = Place(self.frame.town.number, who.id, "key")
        return keys().encrypt(who.wrapped_key, owner, words, bound)

    def noticed(self, told: Told, who: Resident | None) -> None:
        """Add a case that stands open, or that a no has closed."""
        day, at = self.on(told.days)
        said_no = told.consent is Consent.NO
        case = self.case(at, who, told.consent, "no" if said_no else None, day)
        self.notice(case, told, who, is_forgotten=said_no)
        if who is not None and told.consent is not Consent.NOT_ASKED:
            until = ask_again(day, PACE) if said_no else None
            self.answer(at, who, case, told.consent.value, until)

    def case(
        self, at: datetime, who: Resident | None, consent: str, outcome: str | None, closed: date
    ) -> UUID:
        """Add a case, open or closed, and return its id."""
        is_open = outcome is None
        return self.add(
            OutreachCase,
            at,
            citizen_id=who.id if who else None,
            owner_id=self.karen.account_id,
            opened_at=at,
            next_on=next_office_day(at.date() + timedelta(days=PACE.first_days)),
            consent=consent,
            handed_to=None,
            handed_on=None,
            came_back_on=None,
            closed_on=None if is_open else closed,
            closed_by=None if is_open else self.karen.account_id,
            outcome=outcome,
        )

    def notice(
        self, case: UUID, told: Told, who: Resident | None, *, is_forgotten: bool = False
    ) -> None:
        """Add what somebody noticed; of what is forgotten, only that it was."""
        day, at = self.on(told.days)
        row_id = self.frame.dice.new_id(at)
        is_own = told.source is Source.STAFF
        writer = self.anna if is_own else self.karen
        column = "outreach_words" if who else "words"
        words = "" if is_forgotten else told.words
        forgotten_on = day + timedelta(days=PACE.forget_days) if is_forgotten else None
        self.add(
            OutreachNotice,
            at,
            id=row_id,
            case_id=case,
            citizen_id=who.id if who else None,
            source=told.source.value,
            channel="tablet" if is_own else "typed",
            consent=told.consent.value,
            noticed_on=day,
            recorded_at=at,
            recorded_by=writer.account_id,
            signs=[] if is_forgotten else list(told.signs),
            words_sealed=self.sealed(who, row_id, column, words),
            about_sealed=self.sealed(None, row_id, "about", told.about),
            teller_sealed=self.sealed(None, row_id, "teller", told.teller),
            likeness=None,
            answer_by=day + timedelta(days=PACE.answer_days) if told.teller else None,
            answered_on=None,
            answered_by=None,
            reply=None,
            forgotten_on=forgotten_on,
        )

    def answer(
        self, at: datetime, who: Resident, case: UUID, said: str, until: date | None
    ) -> None:
        """Add what a citizen answered."""
        self.add(
            OutreachAnswer,
            at,
            citizen_id=who.id,
            answer=said,
            given_on=at.date(),
            until_on=until,
            case_id=case,
            recorded_at=at,
            recorded_by=self.karen.account_id,
        )
