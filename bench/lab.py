"""Time the rule laboratory: `python bench/lab.py`.

A whole town first: ten thousand citizens with an event every week for two years, replayed on as
many cores as there are (or `--cores`): one week a trip is ordered, the next it is made, cancelled
or refused. `--weeks 1` gives each a trip every week, two events. Then one citizen whose history is
1, 10 and 100 years long: what one line of it costs must not grow. The last line sums it up;
`growth` is the cost of a line in 100 years over that in one year.
"""

import argparse
import gc
import multiprocessing
import os
import random
import sys
import time
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from klippekort.domain.calendar import COPENHAGEN
from klippekort.domain.lab.events import Event, Happening
from klippekort.domain.lab.replay import replay
from klippekort.domain.lab.town import Days, History, TownResult, added, total
from klippekort.domain.schemes import load
from klippekort.reports.jobs import COLLECT_EVERY

SCHEME = load(
    """
minutes_per_punch = 30
[allowance]
minutes = 30
counted_from = "iso_week"
first = "grant_period"
[saving.caps.top]
minutes = 240
at_cap = "oldest_lapse"
[expiry]
rolling = "8 weeks"
year_end = true
[pauses.hospital]
accrues = false
usable = false
extends_expiry = true
[hours]
days = ["mon", "tue", "wed", "thu", "fri"]
starts_from = "10:00"
ends_by = "16:00"
[notice.by_length.long]
over_minutes = 60
notice = "7 days"
[charging]
basis = "actual"
travel = "counts"
second_helper = 1.0
[cancelling]
no_show = "full"
[cancelling.citizen]
charge = "free"
bands.late = { within = "24 hours", charge = "full" }
"""
)
BEGINS = date(2024, 1, 1)
A_BATCH = 100
SEED = 7


def say(line: str) -> None:
    """Print a line at once, so that a long run shows how far it has come."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def life_of(number: int, years: int, weeks: int) -> History:
    """Return a made-up life with a trip so many weeks apart, some cancelled or refused."""
    dice = random.Random(f"{SEED}:{number}")  # noqa: S311  made-up lives, not secrets
    grant = datetime.combine(BEGINS, datetime.min.time(), COPENHAGEN)
    events = [Event(2, Happening.GRANT, grant)]
    for week in range(0, years * 52, weeks):
        start = grant + timedelta(days=7 * week + dice.randrange(5), hours=dice.randrange(10, 15))
        events += _week(dice, start, len(events) + 2)
    return History(str(number), tuple(events))


def _week(dice: random.Random, start: datetime, line: int) -> Iterator[Event]:
    """Yield what one week holds: a week in hospital now and then, else a trip and its outcome."""
    if dice.random() < 0.02:
        until = start.date() + timedelta(days=3)
        yield Event(line, Happening.ABSENCE, start.replace(hour=0), kind="hospital", until=until)
        return
    minutes, ref = dice.choice((20, 30, 30, 45, 90)), str(line)
    ordered = start - timedelta(days=dice.randrange(1, 10))
    yield Event(
        line,
        Happening.TRIP,
        start,
        is_timed=True,
        ref=ref,
        minutes=minutes,
        travel=10,
        ordered_at=ordered,
    )
    end = start + timedelta(minutes=minutes)
    if dice.random() < 0.1:
        before = max(ordered, start - timedelta(hours=dice.randrange(2, 60)))
        yield Event(line + 1, Happening.CANCEL, before, is_timed=True, ref=ref, by="citizen")
    else:
        yield Event(line + 1, Happening.DONE, end, is_timed=True, ref=ref, minutes=minutes)


def _batch(given: tuple[int, int, int, int]) -> tuple[TownResult, int, float]:
    """Return what came of citizens `first` up to `after`, how many lines their lives have, and the
    seconds of a processor their replay took.
    """
    first, after, years, weeks = given
    lives = [life_of(number, years, weeks) for number in range(first, after)]
    days = Days(BEGINS, BEGINS + timedelta(days=364 * years))
    began = time.process_time()
    result = total(lives, SCHEME, days)
    return result, sum(len(life.events) for life in lives), time.process_time() - began


def town(citizens: int, years: int, weeks: int, cores: int) -> float:
    """Replay the town and return the seconds it took."""
    batches = [
        (first, min(first + A_BATCH, citizens), years, weeks)
        for first in range(0, citizens, A_BATCH)
    ]
    began = time.perf_counter()
    with multiprocessing.get_context("spawn").Pool(
        cores, gc.set_threshold, (COLLECT_EVERY,)
    ) as pool:
        parts = list(pool.imap_unordered(_batch, batches))
    took = time.perf_counter() - began
    days = Days(BEGINS, BEGINS + timedelta(days=364 * years))
    result = added([part for part, _lines, _busy in parts], days)
    lines = sum(lines for _part, lines, _busy in parts)
    busy = sum(busy for _part, _lines, busy in parts)
    say("| citizens | years | lines | trips | refused | cores | seconds | CPU ms a citizen |")
    say("| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    say(
        f"| {citizens} | {years} | {lines} | {result.trips} | {result.refused_trips} | {cores} "
        f"| {took:.1f} | {busy / citizens * 1e3:.1f} |\n"
    )
    return took


def growth(lengths: tuple[int, ...], weeks: int) -> float:
    """Replay lives of growing length and return the last one's cost a line over the first one's."""
    costs = []
    say("| years | lines | CPU seconds | microseconds a line |")
    say("| ---: | ---: | ---: | ---: |")
    for years in lengths:
        costs.append(_cost(years, weeks))
    return costs[-1] / costs[0]


def _cost(years: int, weeks: int) -> float:
    """Return the processor's seconds one line of a life costs, the best of several tries."""
    events = life_of(0, years, weeks).events
    last = BEGINS + timedelta(days=364 * years)
    tries = max(1, 20 // years)
    took = min(_replay(events, last) for _ in range(tries))
    say(f"| {years} | {len(events)} | {took:.3f} | {took / len(events) * 1e6:.0f} |")
    return took / len(events)


def _replay(events: tuple[Event, ...], last: date) -> float:
    began = time.process_time()
    replay(SCHEME, events, [last], lambda name: SCHEME.terms)
    return time.process_time() - began


def main() -> None:
    """Run both, print both tables and the line that sums them up."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--citizens", type=int, default=10_000)
    parser.add_argument("--years", type=int, default=2)
    parser.add_argument("--weeks", type=int, default=2, help="weeks from trip to trip")
    parser.add_argument("--cores", type=int, default=os.cpu_count() or 1)
    chosen = parser.parse_args()
    seconds = town(chosen.citizens, chosen.years, chosen.weeks, chosen.cores)
    grown = growth((1, 10, 100), chosen.weeks)
    say(f"\nresult: seconds={seconds:.1f} growth={grown:.2f}")


if __name__ == "__main__":
    main()
