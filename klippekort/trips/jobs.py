"""What is done with trips by night: standing agreements are booked ahead, old greetings go."""

from datetime import date, datetime

from klippekort.domain.calendar import local_day
from klippekort.domain.permissions import Actor, Role
from klippekort.platform.execute import execute
from klippekort.platform.jobs import Job, Outcome
from klippekort.platform.tenancy import current_municipality
from klippekort.trips.queries import agreements as queries
from klippekort.trips.services.agreements import book_day, due_days
from klippekort.trips.services.greetings import erase_old


def book_agreements(day: date, now: datetime) -> Outcome:
    """Book the coming days of every standing agreement, each in a transaction of its own."""
    actor = Actor(current_municipality(), Role.SYSTEM)
    todo = [
        (agreement_id, on)
        for agreement_id in queries.running_agreements(day)
        for on in due_days(queries.get_agreement(agreement_id), local_day(now))
    ]
    done, failed, error = 0, 0, None
    for agreement_id, on in todo:
        try:
            execute(book_day, actor, agreement_id, on, now=now)
            done += 1
        except Exception as trouble:
            failed, error = failed + 1, type(trouble).__name__
    return Outcome(len(todo), done, failed, error)


def erase_greetings(day: date, now: datetime) -> Outcome:
    """Let go of the lines to relatives whose days are over."""
    del now
    gone = execute(erase_old, day)
    return Outcome(gone, gone)


JOBS = (Job("book_agreements", book_agreements), Job("erase_greetings", erase_greetings))
