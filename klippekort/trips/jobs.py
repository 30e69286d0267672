"""What is done with trips by itself: agreements are booked, citizens reminded, greetings go."""

from datetime import date, datetime, timedelta

from klippekort.domain.calendar import local_day
from klippekort.domain.messages.ladder import Step
from klippekort.domain.permissions import Actor, Role
from klippekort.domain.trips import TripState
from klippekort.messages.queries import StillHolds
from klippekort.messages.queries.calls import waiting_of_kind
from klippekort.messages.queries.settings import ladder
from klippekort.messages.services import tells_more
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.jobs import Job, Outcome
from klippekort.platform.tenancy import current_municipality
from klippekort.trips.queries import agreements as queries
from klippekort.trips.queries.trips import trips_between
from klippekort.trips.services.agreements import book_day, due_days
from klippekort.trips.services.greetings import erase_old
from klippekort.trips.services.telling import REMINDER, remind, still_holds, unremind

POSTED = timedelta(days=12)
# Reminders are written the evening before they go; what comes later goes by letter.
AHEAD = timedelta(hours=16)


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


def remind_of_trips(_day: date, now: datetime) -> Outcome:
    """Remind citizens of what comes tomorrow, by letter of what comes next week, and take back the
    reminders of trips that are not made.
    """
    gone = [
        one.dedupe_key
        for one in waiting_of_kind(REMINDER)
        if False in still_holds(StillHolds(one.kind, one.subject_id, one.facts, one.citizen_id))
    ]
    coming = trips_between(now, now + POSTED) if tells_more() else []
    booked = [row for row in coming if row.state is TripState.BOOKED]
    soon = now + AHEAD + timedelta(days=ladder()[Step.DAY_BEFORE].days or 1)
    db.session.rollback()
    for key in gone:
        execute(unremind, key)
    for row in booked:
        execute(remind, row, by_letter=row.starts_at > soon, now=now)
    return Outcome(len(gone) + len(booked), len(gone) + len(booked))


JOBS = (
    Job("book_agreements", book_agreements),
    Job("erase_greetings", erase_greetings),
    Job("remind_of_trips", remind_of_trips, every=timedelta(minutes=10)),
)
