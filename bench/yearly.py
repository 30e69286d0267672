"""Time the cockpit and the yearly report of a large town: `python bench/yearly.py`.

Five thousand citizens with two trips, an accrual and a lapse a month for three years, in a fresh
embedded database, an empty one named by `--database`, or with `--postgresql` on a server started
for the occasion. `seconds` is the whole report: page, PDF and spreadsheet; `page_ms` is the median
of opening the cockpit once the months are kept, `first_ms` the first time after a start.
"""

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from sqlalchemy import insert

from bench.imports import database
from bench.towns import Town, add_town
from klippekort.app import create_app
from klippekort.citizens.models import Citizen
from klippekort.config import Settings
from klippekort.domain.calendar import instant
from klippekort.domain.permissions import Actor, Role
from klippekort.domain.reporting.periods import months_between
from klippekort.municipalities.services import add_district, add_supplier
from klippekort.platform import clock, migrate
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.ids import new_id
from klippekort.platform.tenancy import acting_for
from klippekort.punchcards.models import PunchCard, PunchEntry, PunchLot
from klippekort.reports import jobs
from klippekort.reports.queries.yearly import get_report
from klippekort.reports.services.yearly import claim_report, start_report
from klippekort.reports.views.yearly import paper
from klippekort.trips.models import Trip, TripRider
from tests.login import log_in

AT_ONCE = 5_000
PAGES = 11
DISTRICTS = 10


def put(model: Any, rows: Iterator[dict[str, Any]]) -> int:
    """Insert rows in bulk and return how many."""
    found, count = list(rows), 0
    for first in range(0, len(found), AT_ONCE):
        part = found[first : first + AT_ONCE]
        execute(lambda part=part: db.session.execute(insert(model), part) and None)
        count += len(part)
    return count


def people(town: Town, count: int) -> list[UUID]:
    """Add citizens over ten districts and three suppliers, and return their ids."""
    now, admin = clock.now(), Actor(town.number, Role.ADMINISTRATOR)
    suppliers = [town.supplier_id] + [
        UUID(execute(add_supplier, admin, f"Pleje {n}", False, None, now)) for n in range(2)
    ]
    districts = [UUID(execute(add_district, admin, f"Distrikt {n}", now)) for n in range(DISTRICTS)]
    ids = [new_id() for _n in range(count)]
    rows = (
        {
            "municipality_id": town.number,
            "id": one,
            "first_name": "Ellen",
            "last_name": f"Kær {n}",
            "search_name": f"ellen kær {n}",
            "person_number_index": f"{n:064d}",
            "supplier_id": suppliers[n % 10 // 6 + (n % 50 == 0)],
            "district_id": districts[n % DISTRICTS],
            "setting": "own_home",
            "created_at": now,
        }
        for n, one in enumerate(ids)
    )
    put(Citizen, rows)
    return ids


def history(town: Town, ids: list[UUID], months: tuple[date, ...]) -> None:
    """Give everybody a card with a lot a month, and two trips a month, not all of them made."""
    own = {"municipality_id": town.number}
    cards = {one: new_id() for one in ids}
    opened = months[0]
    put(
        PunchCard,
        (
            {
                **own,
                "id": card,
                "scheme_id": town.scheme_id,
                "citizen_id": one,
                "opened_on": opened,
                "seq": 6 * len(months),
            }
            for one, card in cards.items()
        ),
    )
    for number, month in enumerate(months):
        lots = {one: new_id() for one in ids}
        put(
            PunchLot,
            (
                {
                    **own,
                    "id": lots[one],
                    "card_id": cards[one],
                    "source": "allowance",
                    "period": f"{month:%Y-%m}",
                    "credited_on": month,
                }
                for one in ids
            ),
        )
        put(PunchEntry, _entries(own, cards, lots, month, number))
        trips = [(one, new_id(), day) for one in ids for day in (5, 19)]
        put(Trip, (_trip(own, trip, month, day, n) for n, (_one, trip, day) in enumerate(trips)))
        put(
            TripRider,
            (
                {
                    **own,
                    "id": new_id(),
                    "trip_id": trip,
                    "citizen_id": one,
                    "card_id": cards[one],
                    "starts_at": _at(month, day),
                    "ends_at": _at(month, day) + timedelta(hours=1),
                    "is_active": False,
                    "state": _state(n),
                    "planned_minutes": 60,
                    "agreed_how": "said",
                }
                for n, (one, trip, day) in enumerate(trips)
            ),
        )


def _entries(
    own: dict[str, Any], cards: dict[UUID, UUID], lots: dict[UUID, UUID], month: date, number: int
) -> Iterator[dict[str, Any]]:
    deeds = (
        ("credit", 240, 1, "accrual"),
        ("hold", 60, 2, "booked"),
        ("spend", 60, 5, "trip"),
        ("hold", 60, 6, "booked"),
        ("spend", 60, 19, "trip"),
        ("expire", 30, 27, "rolling"),
    )
    for citizen, card in cards.items():
        for place, (kind, minutes, day, why) in enumerate(deeds):
            yield {
                **own,
                "id": new_id(),
                "card_id": card,
                "seq": 6 * number + place + 1,
                "lot_id": lots[citizen],
                "kind": kind,
                "minutes": minutes,
                "effective_on": month.replace(day=day),
                "recorded_at": _at(month, day),
                "reason_code": why,
                "previous": "",
                "hash": "",
            }


def _at(month: date, day: int) -> Any:
    return instant(month.replace(day=day), clock.now().time().replace(hour=10))


def _state(number: int) -> str:
    return "cancelled" if number % 12 == 0 else "completed"


def _trip(own: dict[str, Any], trip: UUID, month: date, day: int, number: int) -> dict[str, Any]:
    return {
        **own,
        "id": trip,
        "destination": "Kortklub",
        "starts_at": _at(month, day),
        "ends_at": _at(month, day) + timedelta(hours=1),
        "travel_minutes": 0,
        "transport": "walk",
        "state": _state(number),
        "booked_at": _at(month, day),
    }


def measure(app: Any, town: Town) -> str:
    """Keep the months, make the report and open the cockpit; return what it took."""
    began = time.perf_counter()
    jobs.count_months(clock.today(), clock.now())
    night = time.perf_counter() - began
    report = UUID(execute(start_report, town.coordinator, clock.today().year, now=clock.now()))
    execute(claim_report, report, now=clock.now())
    began = time.perf_counter()
    jobs.make_report(report, paper)
    seconds = time.perf_counter() - began
    row = get_report(report, files=True)
    sizes = len(row.pdf or b""), len(row.workbook or b"")
    db.session.remove()
    client, took = log_in(app.test_client(), town.coordinator), []
    for _n in range(PAGES):
        began = time.perf_counter()
        answer = client.get("/pejlemaerker")
        took.append(1000 * (time.perf_counter() - began))
        if answer.status_code != 200:
            raise RuntimeError(f"the cockpit answered {answer.status_code}")
    return (
        f"result: seconds={seconds:.1f} page_ms={statistics.median(took):.0f} "
        f"first_ms={took[0]:.0f} night_seconds={night:.1f} pdf={sizes[0]} xlsx={sizes[1]}"
    )


def main() -> None:
    """Build the town and print what it took."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--citizens", type=int, default=5_000)
    asked.add_argument("--years", type=int, default=3)
    asked.add_argument("--database")
    asked.add_argument("--owner-database")
    asked.add_argument("--postgresql", action="store_true")
    chosen = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder, database(chosen, Path(folder)) as urls:
        owner, url = urls
        migrate.upgrade(owner, url)
        app = create_app(Settings(Path(folder), url, owner, Path(folder) / "keys.json"))
        with app.app_context():
            town = add_town("Lindeby")
            today = clock.today()
            first = today.replace(year=today.year - chosen.years, day=1)
            with acting_for(town.number):
                ids = people(town, chosen.citizens)
                began = time.perf_counter()
                history(town, ids, months_between(first, today)[:-1])
                print(f"built in {time.perf_counter() - began:.0f} s")  # noqa: T201
                print(measure(app, town))  # noqa: T201


if __name__ == "__main__":
    main()
