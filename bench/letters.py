"""Time the making of a thousand week letters, from the press of the button to the merged pile.

`python bench/letters.py` (`--letters 200` for fewer) loads the demo into an embedded database of
its own, lets so many citizens have chosen paper, makes their letters about the week after with as
many processes as there are cores, and merges the pile. It says how long that took, the largest
memory of one process, how large the pile is, and whether each letter is two pages. Promised are a
thousand in less than five minutes on two cores.
"""

import argparse
import os
import resource
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from uuid import UUID

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from sqlalchemy import delete, select

from klippekort.app import create_app
from klippekort.citizens.models import Citizen
from klippekort.config import Settings
from klippekort.domain.calendar import monday
from klippekort.domain.messages.channels import Channel, Purpose
from klippekort.domain.permissions import Actor, Role
from klippekort.messages.models import MessageChoice
from klippekort.messages.queries import CITIZEN
from klippekort.operations import demo
from klippekort.papers import jobs
from klippekort.papers.queries import weeks as queries
from klippekort.papers.services import weeks
from klippekort.platform import clock, migrate
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.pdf_merge import merge
from klippekort.platform.tenancy import acting_for

HOME = 1
PROMISED = 300.0
MEGABYTE = 1024 * 1024


def say(line: str) -> None:
    """Write a line at once, so that whoever waits sees how far it is."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def choose_paper(count: int) -> None:
    """Let the first citizens, and no others, have chosen letters."""
    db.session.execute(delete(MessageChoice))
    found = db.session.scalars(select(Citizen.id).order_by(Citizen.id).limit(count)).all()
    db.session.add_all(
        MessageChoice(
            recipient_kind=CITIZEN,
            recipient_id=one,
            purpose=Purpose.REMINDER.value,
            channel=Channel.LETTER.value,
            chosen_at=clock.now(),
        )
        for one in found
    )


def measure(count: int, target: Path | None) -> bool:
    """Make the letters, say what it took, and return whether the promise holds."""
    week_on = monday(clock.today()) + timedelta(days=7)
    coordinator = Actor(HOME, Role.COORDINATOR)
    with acting_for(HOME):
        execute(choose_paper, count)
        begun = time.monotonic()
        run_id = UUID(execute(weeks.begin, coordinator, week_on, now=clock.now()))
        made = jobs.make_letters(run_id)
        drawn = time.monotonic() - begun
        pile = merge(queries.parts_of(run_id))
        took = time.monotonic() - begun
    if target is not None:
        target.write_bytes(pile)
    memory = max(
        resource.getrusage(who).ru_maxrss
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    pages = pile.count(b"<</Type /Page/")
    say(f"letters {made}")
    say(f"cores {os.cpu_count()}")
    say(f"seconds {took:.1f} (drawn {drawn:.1f}, merged {took - drawn:.1f})")
    say(f"thousand_seconds {took * 1000 / made:.1f}")
    say(f"pages_each {pages / made:.2f}")
    say(f"pile_megabytes {len(pile) / MEGABYTE:.1f}")
    say(f"memory_megabytes {memory // 1024}")
    return took * 1000 / made < PROMISED and pages == 2 * made


def main() -> int:
    """Measure in a folder that is thrown away."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--letters", type=int, default=1000)
    options.add_argument("--keep", type=Path, help="where to keep the merged pile")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        url = f"sqlite:///{folder / 'klippekort.db'}"
        migrate.upgrade(url, url)
        app = create_app(Settings(folder, url, url, folder / "keys.json"))
        say("loading the demo")
        demo.load(app, on=clock.today())
        with app.app_context():
            holds = measure(chosen.letters, chosen.keep)
            db.session.remove()
    say(f"promise {'holds' if holds else 'BROKEN'}: a thousand in {PROMISED:.0f} seconds")
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())
