"""A process that does one deed after the other at a ledger, so that it can be killed in the middle.

`python -m tests.integration.ledger.busy_worker STAGE.json` loads the program once. For each line on
its standard input, the number of a deed, it forks a worker that goes on from there and says on
standard output what it begins and what is done, and each statement and commit just before it.
"""

import json
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Self
from uuid import UUID

from sqlalchemy import event

from klippekort.app import create_app
from klippekort.config import Settings
from klippekort.domain.calendar import instant
from klippekort.domain.permissions import Actor, Role
from klippekort.domain.trips import CancelReason, Cause
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.tenancy import acting_for
from klippekort.punchcards.jobs import advance_cards
from klippekort.punchcards.queries.cards import list_cards_of
from klippekort.punchcards.services.balances import OpeningLot, carry_over
from klippekort.punchcards.services.cards import end_card, grant_card
from klippekort.trips.services.booking import book_trip
from klippekort.trips.services.cancelling import cancel_trip
from klippekort.trips.services.keeping import finish_trip
from tests.builders import an_order
from tests.cast import HOME

BEGINS = date(2026, 11, 23)
ROUNDS = 8
SPACING = 3
EARLIER = 6  # newcomers who have their cards before the deeds begin
DEEDS = ("night", "grant", "bring", "book 0", "book 1", "cancel", "finish", "end")


@dataclass(frozen=True)
class Stage:
    """Where the deeds are done: the database, its people, and a date to go out on each round."""

    settings: dict[str, str]
    asta: UUID
    karen: UUID
    scheme: UUID
    citizens: list[UUID]
    newcomers: list[UUID]
    occurrences: list[UUID]

    def save(self, file: Path) -> None:
        """Write the stage for another process."""
        file.write_text(json.dumps(vars(self), default=str))

    @classmethod
    def load(cls, file: Path) -> Self:
        """Read what `save` wrote."""
        said = json.loads(file.read_text())
        one = [UUID(said[name]) for name in ("asta", "karen", "scheme")]
        many = [list(map(UUID, said[name])) for name in ("citizens", "newcomers", "occurrences")]
        return cls(said["settings"], *one, *many)  # type: ignore[arg-type]


def day_of(number: int) -> date:
    """Return the day of a round; its trips are the day after, at ten."""
    return BEGINS + timedelta(days=SPACING * number)


class Deeds:
    """The deeds in their order; each goes by a key of its own, the nightly job by its day."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.asta = Actor(HOME, Role.ASSESSOR, stage.asta, "Asta Aagaard")
        self.karen = Actor(HOME, Role.COORDINATOR, stage.karen, "Karen Kjær")

    def do(self, number: int) -> None:
        """Do a deed; done again, it changes nothing."""
        round_, place = divmod(number, len(DEEDS))
        name, *rest = DEEDS[place].split()
        deed: Callable[..., None] = getattr(self, f"_{name}")
        deed(f"{number}", round_, instant(day_of(round_), time(8)), *map(int, rest))

    def _night(self, _key: str, round_: int, now: datetime) -> None:
        outcome = advance_cards(day_of(round_), now)
        if outcome.failed:
            raise RuntimeError(outcome)

    def _grant(self, key: str, round_: int, now: datetime) -> None:
        newcomer = self.stage.newcomers[EARLIER + round_]
        wanted = (self.asta, newcomer, self.stage.scheme)
        execute(grant_card, *wanted, from_on=day_of(round_), now=now, key=key)

    def _card_of(self, newcomer: int) -> UUID:
        return list_cards_of(self.stage.newcomers[newcomer])[0].id

    def _bring(self, key: str, round_: int, now: datetime) -> None:
        lots = [OpeningLot(90, day_of(round_)), OpeningLot(45, day_of(round_) - timedelta(days=9))]
        execute(carry_over, self.asta, self._card_of(EARLIER + round_), lots, now=now, key=key)

    def _book(self, key: str, round_: int, now: datetime, place: int) -> str:
        order = an_order(self.stage.citizens[place], self.stage.occurrences[round_])
        return str(execute(book_trip, self.karen, order, now=now, key=key))

    def _trip(self, round_: int, now: datetime, place: int) -> UUID:
        """Return a trip by pressing its button again: the first answer comes back."""
        key = len(DEEDS) * round_ + DEEDS.index(f"book {place}")
        return UUID(self._book(f"{key}", round_, now, place))

    def _cancel(self, key: str, round_: int, now: datetime) -> None:
        why: dict[str, Any] = {"cause": Cause.CITIZEN, "reason": CancelReason.ILL}
        execute(cancel_trip, self.karen, self._trip(round_, now, 0), now=now, key=key, **why)

    def _finish(self, key: str, round_: int, now: datetime) -> None:
        began = instant(day_of(round_) + timedelta(days=1), time(10))
        home = began + timedelta(minutes=35 + round_)
        times: dict[str, Any] = {"started_at": began, "ended_at": home, "now": home}
        execute(finish_trip, self.karen, self._trip(round_, now, 1), key=key, **times)

    def _end(self, key: str, round_: int, now: datetime) -> None:
        execute(end_card, self.asta, self._card_of(round_), reason="moved", now=now, key=key)


def _say(*words: object) -> None:
    os.write(1, (" ".join(map(str, words)) + "\n").encode())


def _work(deeds: Deeds, first: int) -> None:
    _say("worker", os.getpid())
    with acting_for(HOME):
        for number in range(first, ROUNDS * len(DEEDS)):
            _say("begins", number)
            deeds.do(number)
            _say("done", number)
    _say("end")


def main(file: str) -> None:
    """Fork a worker for each line read; each is over before the next is begun."""
    stage = Stage.load(Path(file))
    paths = {name: Path(stage.settings[name]) for name in ("data_folder", "key_file")}
    app = create_app(Settings(**{**stage.settings, **paths}))  # type: ignore[arg-type]
    deeds = Deeds(stage)
    with app.app_context():
        db.engine.dispose()
        event.listen(db.engine, "before_cursor_execute", lambda *_: _say("statement"))
        event.listen(db.engine, "commit", lambda _: _say("commit"))
        for line in sys.stdin:
            worker = os.fork()
            if worker == 0:
                _work(deeds, int(line))
                os._exit(0)
            _pid, status = os.waitpid(worker, 0)
            _say("gone", os.waitstatus_to_exitcode(status))


if __name__ == "__main__":
    main(sys.argv[1])
