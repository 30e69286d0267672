"""Rows of outreach and courses for data sets: days and codes, never signs, words or scores."""

from typing import Any

from sqlalchemy import Select

from klippekort.citizens.models import Citizen
from klippekort.courses.models import Course
from klippekort.outreach.models import OutreachCase, OutreachNotice

Rows = Select[*tuple[Any, ...]]
NOTICED = (OutreachNotice.noticed_on, OutreachNotice.source, OutreachNotice.consent)
SETTLED = (OutreachCase.closed_on, OutreachCase.outcome)
COURSE = (Course.opened_on, Course.origin, Course.phase, Course.phase_since, Course.ended_on)


def noticed(asked: Rows, first: Any, last: Any) -> Rows:
    """Return what was noticed of citizens who are known, and what came of it."""
    return (
        asked.join(OutreachNotice, OutreachNotice.citizen_id == Citizen.id)
        .join(OutreachCase, OutreachCase.id == OutreachNotice.case_id)
        .where(OutreachNotice.noticed_on.between(first, last))
        .order_by(OutreachNotice.noticed_on, OutreachNotice.id)
    )


def courses(asked: Rows, last: Any) -> Rows:
    """Return the courses that were begun by a day, with the phase each stands in."""
    return (
        asked.join(Course, Course.citizen_id == Citizen.id)
        .where(Course.opened_on <= last)
        .order_by(Course.opened_on, Course.id)
    )
