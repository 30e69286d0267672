"""Whom the overview names: who loses time, who is to be called, whose card needs a person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from klippekort.citizens.queries import list_citizens, phone_of
from klippekort.domain.calendar import ONE_DAY, local_day
from klippekort.domain.permissions import Action, may
from klippekort.messages.queries import open_calls
from klippekort.messages.views.calls import Taps, earlier_words, taps_of
from klippekort.platform.auth import current_actor
from klippekort.punchcards.queries import cards
from klippekort.punchcards.queries.corrections import Alarm, list_alarms, list_pending
from klippekort.punchcards.queries.requests import list_waiting
from klippekort.punchcards.queries.tasks import open_tasks
from klippekort.punchcards.views.correction_words import PendingShown, pending_shown
from klippekort.punchcards.views.proof_words import alarm_words
from klippekort.reports.views.overview_words import call_words, task_words

LAPSE_DAYS = 14


@dataclass(frozen=True)
class Person:
    """A citizen as a list names them."""

    id: UUID
    name: str
    supplier_id: UUID


@dataclass(frozen=True)
class LapsingLine:
    """Time a citizen is about to lose; `minutes` are free, `on` is their last usable day."""

    person: Person
    minutes: int
    on: date


@dataclass(frozen=True)
class Call:
    """A phone call somebody should make; `phone` is None when nobody wrote the number down.

    `trip_off` is the trip that another date is to be offered for, where it is about one.
    """

    id: UUID
    person: Person
    phone: str | None
    said: str
    trip_off: str | None = None
    taps: Taps | None = None
    earlier: str = ""


@dataclass(frozen=True)
class Task:
    """Something about a card that waits for a person."""

    id: UUID
    person: Person
    said: str
    opened_on: date


@dataclass(frozen=True)
class AlarmLine:
    """Something in the ledger that does not prove; without a person it is the record of looks."""

    person: Person | None
    card_id: UUID | None
    said: str


@dataclass(frozen=True)
class CorrectionLine:
    """A correction of a card that waits for a second person."""

    person: Person
    shown: PendingShown


@dataclass(frozen=True)
class WaitingCard:
    """A card that waits until a colleague approves it."""

    person: Person
    id: UUID
    asked_on: date


@dataclass(frozen=True)
class Named:
    """All lists of the overview that name citizens."""

    lapsing: list[LapsingLine]
    calls: list[Call]
    tasks: list[Task]
    alarms: list[AlarmLine]
    corrections: list[CorrectionLine]
    requests: list[WaitingCard]

    @property
    def ids(self) -> set[UUID]:
        """Return who is named."""
        found = {line.person.id for line in self.lapsing}
        found |= {call.person.id for call in self.calls}
        found |= {task.person.id for task in self.tasks}
        found |= {line.person.id for line in self.corrections}
        found |= {line.person.id for line in self.requests}
        return found | {alarm.person.id for alarm in self.alarms if alarm.person}


def named(now: datetime, supplier: UUID | None) -> Named:
    """Return the time about to be lost, the calls to make, the cards that need a person, what does
    not prove, the corrections to agree to and the cards to approve. Who is named is read once.
    """
    today = local_day(now)
    # What lapses tonight nobody can save any more.
    lapsing = cards.lapsing(today + ONE_DAY, today + timedelta(days=LAPSE_DAYS))
    calls, tasks = open_calls(now, supplier), open_tasks()
    alarms, pending = _of_the_ledger()
    requests = list_waiting() if may(current_actor(), Action.APPROVE_CARD) else []
    ids = {line.citizen_id for line in lapsing} | {citizen_id for _task, citizen_id in tasks}
    ids |= {line.citizen_id for line in pending} | {line.citizen_id for line in requests}
    ids |= {call.citizen_id for call in calls if call.citizen_id}
    ids |= {alarm.citizen_id for alarm in alarms if alarm.citizen_id}
    found = {
        citizen.id: citizen
        for citizen in list_citizens(ids)
        if supplier is None or citizen.supplier_id == supplier
    }
    people = {one.id: Person(one.id, one.name, one.supplier_id) for one in found.values()}
    return Named(
        [
            LapsingLine(people[line.citizen_id], line.minutes, line.on)
            for line in lapsing
            if line.citizen_id in people
        ],
        [
            _call(call, people[call.citizen_id], phone_of(found[call.citizen_id]), now)
            for call in calls
            if call.citizen_id in people
        ],
        [
            Task(task.id, people[citizen_id], task_words(task.rule), task.opened_on)
            for task, citizen_id in tasks
            if citizen_id in people
        ],
        [
            AlarmLine(
                people.get(alarm.citizen_id) if alarm.citizen_id else None,
                alarm.card_id,
                alarm_words(alarm),
            )
            for alarm in alarms
        ],
        [CorrectionLine(people[one.citizen_id], one) for one in pending],
        [WaitingCard(people[one.citizen_id], one.id, local_day(one.asked_at)) for one in requests],
    )


def _call(call: Any, person: Person, phone: str | None, now: datetime) -> Call:
    return Call(
        call.id,
        person,
        phone,
        call_words(call.kind, call.facts),
        call.facts.get("trip") if call.kind == "trip_cancelled" else None,
        taps_of(call),
        earlier_words(call, now),
    )


def _of_the_ledger() -> tuple[Sequence[Alarm], list[PendingShown]]:
    if not may(current_actor(), Action.CORRECT_CARD):
        return [], []
    return list_alarms(), pending_shown(list_pending())
