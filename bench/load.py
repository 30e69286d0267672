"""A Monday at eight in a large municipality, against the server as in production, on two cores.

`python bench/load.py` (or `bench/load`) starts a PostgreSQL server that reaches the disk at every
commit, loads the demo and adds citizens with cards until there are 10,000, and serves everything
with two processes. Then people come as they come (open loop): whoever arrives while others are
served waits, and the wait counts. `--minutes` is how long each load lasts, `--citizens` how many
there are. Each answer is timed from the moment it was due.

The mix, in the quarter of an hour around eight, when the morning round begins:

- 800 tablets. Each opens the day twice, three citizens and the choice of trips for one of them,
  lets its script fetch the day's list three times, and writes down two things (a note on a trip) as
  the script sends them. One in four opens the booking page of an activity and presses "book".
  Each fetches four files (style, script, symbols) that it has not kept.
- 200 volunteers, of whom a fifth look at what they host and at the activities.
- 20 coordinators and planners: the overview, the week board, the trips and a citizen, a page each
  two minutes.
- 10,000 citizens, of whom one in a hundred opens her own page, and a hundred people who read the
  public programme.

That is 14 requests a second (1x), and 28 at twice the load (2x), which is what is promised.
"""

import argparse
import os
import queue
import random
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID, uuid4

from sqlalchemy import func, select

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.ledger import database, say, settle
from bench.long_cards import TERMS
from bench.pages import HOME, a_full_board, a_full_day, actor_of
from bench.served import app_served
from bench.towns import BEFORE_ALL, Town
from bench.wire import Answer, Wire
from klippekort.activities.models import Occurrence
from klippekort.app import create_app
from klippekort.citizens.models import Citizen
from klippekort.config import Settings
from klippekort.domain.calendar import local
from klippekort.domain.permissions import Actor, Role
from klippekort.domain.schemes import Setting
from klippekort.municipalities.models import Municipality
from klippekort.operations import demo
from klippekort.platform import clock, migrate
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.tenancy import acting_for
from klippekort.punchcards.queries import card_keys
from klippekort.punchcards.services.proof import verify_municipality
from klippekort.punchcards.services.schemes import create_scheme
from klippekort.trips.models import Trip, TripEscort
from tests.login import session_secret

PROCESSES = 2
QUARTER = 15 * 60
TABLETS, VOLUNTEERS, OFFICE, CITIZENS = 800, 200, 20, 10_000
SESSIONS, ENTRIES = 80, 50
PROMISED = 300.0  # ms
SAMPLE_SECONDS = 2.0
HANDS = 48  # as many may wait at once; more and the clients themselves would be what is measured


@dataclass
class Cast:
    """Who asks, and for what: cookies by role, citizens, dates to go to and trips to write on."""

    helpers: list[tuple[str, str]]
    coordinator: str
    planner: str
    volunteer: str
    own_page: tuple[str, str]
    slug: str
    citizens: list[UUID]
    dates: list[tuple[UUID, date]]
    trips: list[UUID]


@dataclass(frozen=True)
class Request:
    """One thing somebody asks for; `ask` does it on a line that is open."""

    name: str
    cookie: str
    ask: Callable[[Wire], Answer]
    weight: float
    """How many there are in the quarter of an hour."""


def get(name: str, cookie: str, path: Callable[[], str], weight: float) -> Request:
    """Return a request for a page whose address is chosen each time."""
    return Request(name, cookie, lambda wire: wire.get(path()), weight)


def mix(cast: Cast, dice: random.Random) -> Iterator[Request]:
    """Yield what is asked for, each with how often."""

    def citizen() -> str:
        return f"/borgere/{dice.choice(cast.citizens)}"

    each = TABLETS / len(cast.helpers)
    for secret, account in cast.helpers:
        mine = f"session={secret}"
        yield get("Today", mine, lambda: "/i-dag", 2 * each)
        yield get("the day's list", mine, lambda: "/tablet/dagen", 3 * each)
        yield Request("a note", mine, _note(cast, dice, account), 2 * each)
    hers = f"session={cast.coordinator}"
    yield get("citizen", hers, citizen, 3 * TABLETS + OFFICE)
    yield get("booking choice", hers, lambda: f"{citizen()}/tur", TABLETS)
    yield Request("book", hers, _book(cast, dice), TABLETS / 4)
    yield get("overview", hers, lambda: "/overblik", OFFICE * 3)
    yield get("trips", hers, lambda: "/ture", OFFICE * 2)
    yield get("week board", f"session={cast.planner}", lambda: "/tavle", OFFICE * 2)
    hosts = f"session={cast.volunteer}"
    yield get("what I host", hosts, lambda: "/aktiviteter/mine", VOLUNTEERS / 5)
    yield get("activities", hosts, lambda: "/aktiviteter", VOLUNTEERS / 5)
    page, secret = cast.own_page
    yield get("own page", f"card={secret}", lambda: page, CITIZENS / 100)
    yield get("programme", "", lambda: f"/program/{cast.slug}", 100)
    yield get("a file", "", lambda: "/static/css/base.css", 4 * TABLETS)


def _note(cast: Cast, dice: random.Random, account: str) -> Callable[[Wire], Answer]:
    def ask(wire: Wire) -> Answer:
        key, now = str(uuid4()), datetime.now(UTC).isoformat()
        said = {
            "id": key,
            "kind": "note",
            "trip_id": str(dice.choice(cast.trips)),
            "version": 1,
            "device_at": now,
            "device_now": now,
            "payload": {"text": "Godt humør, spiste godt."},
        }
        return wire.tell("/tablet/hensigter", said, {"Idempotency-Key": key, "X-Account": account})

    return ask


def _book(cast: Cast, dice: random.Random) -> Callable[[Wire], Answer]:
    def ask(wire: Wire) -> Answer:
        date_id, day = dice.choice(cast.dates)
        path = f"/borgere/{dice.choice(cast.citizens)}/tur/{date_id}"
        sent = {
            "key": str(uuid4()),
            "occurrence_id": str(date_id),
            "escort_id": "",
            "second_id": "",
            "escorts_wanted": "1",
            "escort_by": day.isoformat(),
            "transport": "walk",
            "reckoned_for": "walk",
            "travel_each_way": "10",
            "answered": "",
            "rule": "",
        }
        page = wire.get(path)
        token = wire.token_of(page)
        return wire.post(path, sent | {"csrf_token": token}) if token else page

    return ask


@dataclass
class Told:
    """What came of one load: milliseconds by page, faults, and bytes of memory over time."""

    waits: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    faults: Counter[str] = field(default_factory=Counter)
    memory: list[int] = field(default_factory=list)
    computed: dict[str, float] = field(default_factory=dict)
    """Seconds of a processor, of the app and of PostgreSQL."""

    def all_waits(self) -> list[float]:
        """Return every wait in milliseconds."""
        return [one for waits in self.waits.values() for one in waits]

    def growth(self) -> float:
        """Return the last quarter's memory over the second's: the first is for warming up."""
        quarter = max(1, len(self.memory) // 4)
        early, late = self.memory[quarter : 2 * quarter], self.memory[-quarter:]
        return statistics.mean(late) / statistics.mean(early)


def run(port: int, cast: Cast, times: float, seconds: float, seed: int = 8) -> Told:
    """Let people come for so long, so many times as often as at eight, and return what came."""
    dice = random.Random(seed)  # noqa: S311  made-up people, not secrets
    requests = list(mix(cast, dice))
    weights = [request.weight for request in requests]
    rate = times * sum(weights) / QUARTER
    told, due, lock = Told(), queue.SimpleQueue[tuple[float, Request] | None](), threading.Lock()

    def serve() -> None:
        with closing(Wire(port)) as wire:
            while (one := due.get()) is not None:
                _time(wire, *one, told, lock)

    hands = [threading.Thread(target=serve) for _ in range(HANDS)]
    for hand in hands:
        hand.start()
    began = at = time.perf_counter()
    sampled, computed_before = 0.0, computed()
    while at - began < seconds:
        at += dice.expovariate(rate)
        time.sleep(max(0.0, at - time.perf_counter()))
        due.put((at, dice.choices(requests, weights)[0]))
        if at - sampled > SAMPLE_SECONDS:
            sampled = at
            told.memory.append(memory())
    for _ in hands:
        due.put(None)
    for hand in hands:
        hand.join()
    told.computed = {who: now - computed_before[who] for who, now in computed().items()}
    return told


def _time(wire: Wire, at: float, request: Request, told: Told, lock: threading.Lock) -> None:
    wire.cookies = request.cookie
    try:
        status = str(request.ask(wire).status)
    except (OSError, RuntimeError) as error:
        status = type(error).__name__
    waited = 1000 * (time.perf_counter() - at)
    with lock:
        told.waits[request.name].append(waited)
        # A booking that is refused in words (422) has been answered.
        if status not in ("200", "303", "422"):
            told.faults[f"{request.name}: {status}"] += 1


def memory() -> int:
    """Return the bytes the server's processes hold, what they share counted once."""
    found = 0
    for process in _descendants(os.getpid()):
        try:
            said = Path(f"/proc/{process}/smaps_rollup").read_text()
            name = Path(f"/proc/{process}/comm").read_text()
        except OSError:  # it has just ended
            continue
        if "postgres" not in name:
            found += 1024 * int(said.split("Pss:")[1].split()[0])
    return found


def computed() -> dict[str, float]:
    """Return the seconds of a processor that the app and PostgreSQL have taken so far."""
    took = {"app": 0.0, "PostgreSQL": 0.0}
    for process in _descendants(os.getpid()):
        try:
            name, _, rest = Path(f"/proc/{process}/stat").read_text().rpartition(")")
        except OSError:  # it has just ended
            continue
        ticks = sum(map(int, rest.split()[11:15]))  # those of its ended children with them
        took["PostgreSQL" if "postgres" in name else "app"] += ticks / os.sysconf("SC_CLK_TCK")
    return took


def _descendants(process: int) -> Iterator[int]:
    """Yield what a process has started, and what that has; some of it may end meanwhile."""
    for task in Path(f"/proc/{process}/task").glob("*/children"):
        with suppress(OSError):
            for child in map(int, task.read_text().split()):
                yield child
                yield from _descendants(child)


def set_the_stage(citizens: int) -> Cast:
    """Load the demo, add citizens with cards until there are so many, and log people in."""
    helper, coordinator = actor_of(Role.CARE_WORKER), actor_of(Role.COORDINATOR)
    a_full_day(helper)
    a_full_board()
    _more_citizens(citizens)
    with acting_for(HOME):
        found = list(db.session.scalars(select(Citizen.id).where(Citizen.supplier_id.is_not(None))))
        dates = db.session.execute(
            select(Occurrence.id, Occurrence.starts_at)
            .where(Occurrence.starts_at > clock.now(), Occurrence.cancelled_at.is_(None))
            .order_by(Occurrence.starts_at)
            .limit(200)
        ).tuples()
        coming = [(one, local(starts).date()) for one, starts in dates]
        mine = select(Trip.id).join(TripEscort, TripEscort.trip_id == Trip.id)
        trips = list(db.session.scalars(mine.filter_by(care_worker_id=helper.person_id)))
        slug = db.session.scalars(select(Municipality.slug).filter_by(id=HOME)).one()
        db.session.rollback()
    card = demo.citizen_card()
    town = Town(HOME, slug, coordinator, coordinator, UUID(int=0), UUID(int=0))
    with acting_for(HOME):
        key = card_keys.find_key(card.token)
    if key is None:
        raise RuntimeError("the demo's card opens nothing")
    return Cast(
        [(session_secret(helper), str(helper.account_id)) for _ in range(SESSIONS)],
        session_secret(coordinator),
        session_secret(actor_of(Role.PLANNER)),
        session_secret(actor_of(Role.VOLUNTEER)),
        town.opened(card.token, card.pin),
        slug,
        found,
        coming,
        trips,
    )


def _more_citizens(wanted: int) -> None:
    with acting_for(HOME):
        here = db.session.scalars(select(func.count(Citizen.id))).one()
        supplier = db.session.scalars(
            select(Citizen.supplier_id).where(Citizen.supplier_id.is_not(None)).limit(1)
        ).one()
        slug = db.session.scalars(select(Municipality.slug).filter_by(id=HOME)).one()
        db.session.rollback()
        coordinator = actor_of(Role.COORDINATOR)
        scheme = execute(
            create_scheme,
            coordinator,
            name="Klippekort ved måling",
            setting=Setting.OWN_HOME,
            terms=TERMS,
            from_on=BEFORE_ALL,
            now=clock.now(),
        )
    assessor: Actor = actor_of(Role.ASSESSOR)
    town = Town(HOME, slug, assessor, coordinator, UUID(scheme), supplier)
    for person in range(wanted - here):
        town.add_card(900_000 - person, ENTRIES)
        if person % 500 == 0:
            db.session.remove()


def tell(times: float, told: Told, seconds: float) -> float:
    """Print what one load came to, and return its p99 in milliseconds."""
    every = told.all_waits()
    centiles = statistics.quantiles(every, n=100)
    say(
        f"\n{times:g}x: {len(every) / seconds:.1f} requests a second for {seconds / 60:g} minutes\n"
    )
    say("| page | asked | p50 ms | p99 ms |")
    say("| --- | ---: | ---: | ---: |")
    for name, waits in sorted(told.waits.items(), key=lambda one: -len(one[1])):
        own = statistics.quantiles(waits, n=100) if len(waits) > 1 else waits * 100
        say(f"| {name} | {len(waits)} | {own[49]:.0f} | {own[98]:.0f} |")
    say(f"| all | {len(every)} | {centiles[49]:.0f} | {centiles[98]:.0f} |")
    for who, took in told.computed.items():
        share = took / seconds / (os.cpu_count() or 1)
        say(f"\n{who}: {1000 * took / len(every):.1f} ms of a processor each, {share:.0%} of all")
    say(f"\nfaults: {dict(told.faults) or 'none'}; memory {told.memory[-1] / 1e6:.0f} MB")
    return centiles[98]


def main() -> None:
    """Read the command line, measure, and print the result last."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0, help="how long each load lasts")
    parser.add_argument("--citizens", type=int, default=CITIZENS)
    parser.add_argument("--times", type=float, nargs="+", default=[1.0, 2.0])
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, database("postgresql", Path(name)) as (owner, url):
        settings = Settings(Path(name), url, owner, Path(name) / "keys.json")
        migrate.upgrade(owner, url)
        app = create_app(settings)
        with app.app_context():
            demo.load(app, on=clock.today())
            cast = set_the_stage(chosen.citizens)
            settle(owner)
            say(f"{len(cast.citizens)} citizens; load before: {os.getloadavg()[0]:.1f}")
            with app_served(settings, PROCESSES) as port:
                run(port, cast, 1.0, 10, seed=1)  # nothing is timed that starts or is prepared
                worst = None
                for times in chosen.times:
                    told = run(port, cast, times, 60 * chosen.minutes)
                    p99, worst = tell(times, told, 60 * chosen.minutes), told
            with acting_for(HOME):
                if found := verify_municipality():
                    raise RuntimeError(f"the ledger does not prove: {found[0]}")
            db.session.remove()
            db.engine.dispose()
    if worst is not None:
        errors = sum(worst.faults.values())
        say(f"\nresult: p99={p99:.0f} errors={errors} memory_growth={worst.growth():.3f}")


if __name__ == "__main__":
    main()
