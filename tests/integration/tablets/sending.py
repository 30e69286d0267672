"""A tablet that sends intents as its script does."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from klippekort.domain.permissions import Actor
from klippekort.platform import clock
from klippekort.platform.db import db
from klippekort.platform.ids import new_id
from klippekort.platform.tenancy import acting_for
from klippekort.punchcards.queries.cards import get_card, state_of
from klippekort.tablet.models import Intent
from klippekort.trips.models import Trip, TripEvent
from klippekort.trips.queries.trips import get_trip
from tests.cast import HOME
from tests.login import log_in


@dataclass
class Tablet:
    """A tablet in somebody's hand; `off` is how many seconds its clock is ahead."""

    client: FlaskClient
    actor: Actor
    off: float = 0

    def intent(
        self, kind: str, trip_id: UUID | None = None, /, version: int | None = 1, **payload: Any
    ) -> dict[str, Any]:
        """Return an intent that is tapped now, as the tablet's clock shows it."""
        return {
            "id": str(new_id()),
            "kind": kind,
            "trip_id": str(trip_id) if trip_id else None,
            "version": version,
            "device_at": self._shown(clock.now()),
            "payload": payload,
        }

    def log_in_again(self) -> None:
        """Be back after a while."""
        log_in(self.client, self.actor)

    def _shown(self, now: datetime) -> str:
        return datetime.fromtimestamp(now.timestamp() + self.off, now.tzinfo).isoformat()

    def send(self, intent: dict[str, Any], **headers: str) -> TestResponse:
        """Send an intent now."""
        said = {**intent, "device_now": self._shown(clock.now())}
        return self.post(said, **headers)

    def post(self, said: Any, **headers: str) -> TestResponse:
        """Send anything, under the key of an intent."""
        key = said.get("id", "") if isinstance(said, dict) else ""
        sent = {"Idempotency-Key": key, "X-Account": str(self.actor.account_id), **headers}
        return self.client.post("/tablet/hensigter", json=said, headers=sent)


def outcome(response: TestResponse) -> str:
    """Return what became of an intent."""
    assert response.status_code == 200, response.text
    said: str = response.get_json()["outcome"]
    return said


def intent_of(intent: dict[str, Any]) -> Intent:
    """Return the intent as it was stored."""
    db.session.rollback()
    db.session.expire_all()
    with acting_for(HOME):
        return db.session.scalars(select(Intent).filter_by(id=UUID(intent["id"]))).one()


def trip_of(trip_id: UUID) -> Any:
    """Return a trip as it is now."""
    db.session.rollback()
    db.session.expire_all()
    with acting_for(HOME):
        return get_trip(trip_id)


def version_of(trip_id: UUID) -> int:
    """Return how many changes a trip has had."""
    db.session.rollback()
    with acting_for(HOME):
        return db.session.scalars(select(Trip.version).filter_by(id=trip_id)).one()


def events(trip_id: UUID) -> list[TripEvent]:
    """Return a trip's history."""
    db.session.rollback()
    with acting_for(HOME):
        found = select(TripEvent).filter_by(trip_id=trip_id).order_by(TripEvent.at, TripEvent.id)
        return list(db.session.scalars(found))


def used(card_id: UUID) -> tuple[int, int]:
    """Return the minutes of a card that are used, and set aside."""
    db.session.rollback()
    db.session.expire_all()
    with acting_for(HOME):
        state = state_of(get_card(card_id))
        return sum(lot.used for lot in state.lots), state.held()
