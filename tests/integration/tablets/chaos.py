"""Two tablets, a bad network and chance: no deed is lost, and no punch is counted twice.

Each interleaving is told by its number. A tablet sends as its script does: oldest first, the same
intent under the same id until there is an answer.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy import func, select

from klippekort.domain.calendar import local, local_day
from klippekort.domain.trips import ACTIVE
from klippekort.platform import clock
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.tenancy import acting_for
from klippekort.punchcards.models import PunchEntry
from klippekort.punchcards.queries.cards import get_card, state_of
from klippekort.punchcards.services.proof import verify_card
from klippekort.tablet.models import Intent
from klippekort.trips.models import TripEvent, TripNote, TripRider
from tests.builders import MONDAY, a_card, a_shift, a_trip, an_occurrence
from tests.cast import HOME, Cast, make_citizen
from tests.integration.tablet import StandingClock
from tests.integration.tablets.sending import Tablet, intent_of, trip_of
from tests.login import log_in

FATES = ("whole", "whole", "no network", "request lost", "answer lost", "doubled", "straggles")
ENDS = {"completed", "broken_off", "cancelled", "no_show"}
REASONS = ("citizen.ill", "supplier.helper_ill", "weather.weather")


@dataclass
class Device:
    """A tablet with an outbox; `answers` are what it was told, by intent."""

    tablet: Tablet
    waiting: list[dict[str, Any]] = field(default_factory=list)
    tapped: list[dict[str, Any]] = field(default_factory=list)
    answers: dict[str, Any] = field(default_factory=dict)

    def tap(self, kind: str, trip_id: UUID, **payload: Any) -> None:
        """Queue an intent."""
        intent = self.tablet.intent(kind, trip_id, **payload)
        self.tapped.append(intent)
        self.waiting.append(intent)

    def hear(self, intent: dict[str, Any]) -> Any:
        """Send an intent; whatever was answered before is answered again.

        A tablet that has locked itself meanwhile is taken back first.
        """
        response = self.tablet.send(intent)
        if response.status_code == 401:
            self.tablet.log_in_again()
            response = self.tablet.send(intent)
        assert response.status_code == 200, response.text
        answer = response.get_json()
        # The words of a conflict say how the trip stands by now; what was decided stays.
        decided = {name: said for name, said in answer.items() if name != "words"}
        assert self.answers.setdefault(intent["id"], decided) == decided
        return answer


@dataclass
class Chaos:
    """What chance does to two tablets with one trip."""

    chance: Random
    trip_id: UUID
    devices: list[Device]
    time: StandingClock
    stragglers: list[tuple[Device, dict[str, Any]]] = field(default_factory=list)

    def run(self) -> None:
        """Tap, send, lose, repeat and delay in some order until everything is answered."""
        taps = [(device, kind) for device in self.devices for kind in self._plan()]
        while taps or self.stragglers or any(device.waiting for device in self.devices):
            self.time.pass_(seconds=self.chance.randint(5, 240))
            device = self.chance.choice(self.devices)
            deed = self.chance.random()
            if taps and deed < 0.4:
                self.tap(*self._next(taps))
            elif self.stragglers and deed < 0.5:
                late = self.stragglers.pop(self.chance.randrange(len(self.stragglers)))
                late[0].hear(late[1])
            else:
                self._send(device)

    def _plan(self) -> list[str]:
        ends = self.chance.choice(("finish", "finish", "cancel"))
        plan = ["start", "note", ends]
        return plan[self.chance.randint(0, 1) :] + (["note"] if self.chance.random() < 0.3 else [])

    def _next(self, taps: list[tuple[Device, str]]) -> tuple[Device, str]:
        """Take a tap of a tablet chosen by chance; each tablet's own stay in order."""
        device = self.chance.choice(taps)[0]
        return taps.pop(next(n for n, (whose, _kind) in enumerate(taps) if whose is device))

    def tap(self, device: Device, kind: str) -> None:
        """Press a button on a tablet, with what chance fills in."""
        payload: dict[str, Any] = {}
        if kind == "finish":
            ended = local(clock.now())
            started = ended - timedelta(minutes=self.chance.randint(5, 60))
            payload = {"started": f"{started:%H:%M}", "ended": f"{ended:%H:%M}"}
            payload["is_broken_off"] = self.chance.random() < 0.2
        elif kind == "cancel":
            payload = {"reason": self.chance.choice(REASONS)}
        elif kind == "note":
            payload = {"text": f"Note {len(device.tapped)}"}
        device.tap(kind, self.trip_id, **payload)

    def _send(self, device: Device) -> None:
        for intent in list(device.waiting):
            fate = self.chance.choice(FATES)
            if fate in ("no network", "request lost"):
                return
            device.hear(intent)
            if fate == "answer lost":
                return
            if fate == "doubled":
                device.hear(intent)
            if fate == "straggles":
                self.stragglers.append((device, intent))
            device.waiting.remove(intent)


def trips_to_make(
    cast: Cast, terms: UUID, time: StandingClock, many: int
) -> Iterator[tuple[UUID, UUID]]:
    """Yield a trip that is about to begin, one a day, and the card that pays for it."""
    for number in range(many):
        time.at = MONDAY

        def add(number: int = number) -> str:
            name = f"Borger {number}"
            return str(make_citizen(name, "Chaos", supplier=cast.supplier, district=cast.north))

        with acting_for(HOME):
            citizen_id = UUID(execute(add))
        begins = MONDAY + timedelta(days=1 + number, hours=2)
        a_shift(cast.bo, local_day(begins))
        card_id = a_card(cast, citizen_id, scheme_id=terms)
        yield a_trip(cast.bo, citizen_id, an_occurrence(begins), cast.bo), card_id
        # The next trip is booked after this one: the clock only matters within a day.


def _count(column: Any, **where: Any) -> int:
    with acting_for(HOME):
        return db.session.scalars(select(func.count(column)).filter_by(**where)).one()


def taken_of(card_id: UUID) -> tuple[int, int]:
    """Return the minutes that are used or forfeited, by the ledger's lines, and those set aside."""
    lines = select(func.coalesce(func.sum(PunchEntry.minutes), 0)).filter_by(card_id=card_id)
    with acting_for(HOME):
        taken = db.session.scalars(lines.where(PunchEntry.kind.in_(("spend", "forfeit")))).one()
        return int(taken), state_of(get_card(card_id)).held()


def judge(chaos: Chaos, card_id: UUID) -> None:
    """Judge what is left when all is quiet."""
    trip = trip_of(chaos.trip_id)
    tapped = [(device, intent) for device in chaos.devices for intent in device.tapped]
    outcomes = {intent["id"]: device.answers[intent["id"]]["outcome"] for device, intent in tapped}
    for _device, intent in tapped:
        assert _count(Intent.id, id=UUID(intent["id"])) == 1
    with acting_for(HOME):
        history = db.session.scalars(select(TripEvent.kind).filter_by(trip_id=trip.trip_id)).all()
        charged = db.session.scalars(
            select(TripRider.charged_minutes).filter_by(trip_id=trip.trip_id)
        ).one()
        assert verify_card(card_id) == []
    assert history.count("started") <= 1
    ends = [i for _d, i in tapped if i["kind"] in ("finish", "cancel")]
    is_over = any(outcomes[intent["id"]] == "done" for intent in ends)
    assert len([kind for kind in history if kind in ENDS]) == int(is_over)
    assert (trip.state not in ACTIVE) == is_over
    taken, held = taken_of(card_id)
    assert (taken, bool(held)) == (charged or 0, not is_over)
    left = [intent for intent in ends if outcomes[intent["id"]] != "done"]
    assert all(intent_of(intent).needs_person for intent in left)
    notes = [i for _d, i in tapped if i["kind"] == "note"]
    assert {outcomes[intent["id"]] for intent in notes} <= {"done"}
    assert _count(TripNote.id, trip_id=trip.trip_id) == len(notes)


def run_interleavings(
    app: Flask, cast: Cast, time: StandingClock, numbers: Sequence[int], terms: UUID
) -> None:
    """Run the interleavings of these numbers and judge each; a failure names its number."""
    trips = trips_to_make(cast, terms, time, len(numbers))
    for number, (trip_id, card_id) in zip(numbers, trips, strict=True):
        chance = Random(number)  # noqa: S311
        time.at = trip_of(trip_id).starts_at
        others = (cast.bo, cast.karen)
        devices = [
            Device(Tablet(log_in(app.test_client(), actor), actor, chance.uniform(-420, 420)))
            for actor in (cast.bo, chance.choice(others))
        ]
        chaos = Chaos(chance, trip_id, devices, time)
        try:
            chaos.run()
            judge(chaos, card_id)
        except AssertionError as fault:
            raise AssertionError(f"interleaving {number}") from fault
