"""Forgetting by itself, each night: every rule, some rows at a time."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from klippekort.domain.retention import Deed, Rule
from klippekort.oversight.queries.closing import closings, forgotten_citizens, held
from klippekort.oversight.queries.due import due
from klippekort.oversight.queries.rules import RULES
from klippekort.oversight.services.forgetting import forget
from klippekort.platform.db import Base, db
from klippekort.platform.execute import execute
from klippekort.platform.forgotten import forgotten_file, note_forgotten, read_forgotten
from klippekort.platform.jobs import Job, Outcome
from klippekort.platform.tenancy import current_municipality


@dataclass(frozen=True)
class Planned:
    """A rule and how many rows it is due for."""

    rule: Rule
    rows: int


def in_order() -> list[Rule]:
    """Return the rules that are run: what points elsewhere goes first, a citizen's name last."""
    order = {table.name: number for number, table in enumerate(Base.metadata.sorted_tables)}
    known = [rule for rule in RULES if rule.is_run and rule.table in order]
    return sorted(known, key=lambda rule: (rule.deed is Deed.ANONYMISE, -order[rule.table]))


def plan(today: date) -> list[Planned]:
    """Return what every rule is due for, and change nothing."""
    closed, waiting = closings(), held(today)
    found = [
        Planned(rule, sum(len(ids) for ids in due(rule, today, closed, waiting)))
        for rule in in_order()
    ]
    db.session.rollback()
    return found


def run(today: date, now: datetime, again: Collection[UUID] = ()) -> list[Planned]:
    """Forget all that is due, in the municipality at hand, and return what it was.

    Of those in `again` everything is due: they were forgotten once, and an older backup brought
    them back.
    """
    _note_whom_the_file_lacks(now)
    closed, waiting = closings(), held(today)
    closed |= dict.fromkeys(again, date(1900, 1, 1))
    waiting -= set(again)
    done = []
    for rule in in_order():
        rows = 0
        for ids in list(due(rule, today, closed, waiting)):
            db.session.rollback()
            rows += execute(forget, rule, ids, now=now)
            if rule.deed is Deed.ANONYMISE:
                note_forgotten(current_municipality(), ids, now)
        done.append(Planned(rule, rows))
    return done


def _note_whom_the_file_lacks(now: datetime) -> None:
    """Write down who was forgotten and is not in the file: we were killed, or it is new."""
    home = current_municipality()
    noted = {one for number, one in read_forgotten(forgotten_file()) if number == home}
    missing = [one for one in forgotten_citizens() if one not in noted]
    db.session.rollback()
    if missing:
        note_forgotten(home, missing, now)


def forget_what_is_due(day: date, now: datetime) -> Outcome:
    """Forget what is due on a day by the rules."""
    rows = sum(one.rows for one in run(day, now))
    return Outcome(expected=rows, done=rows)


JOBS = (Job("forget_what_is_due", forget_what_is_due),)
