"""A citizen dies or moves: her course stops with all around it, and resumes after a mistake."""

from datetime import date

from klippekort.citizens.models import LeavingStop
from klippekort.citizens.services.leaving import (
    CitizenLeft,
    CitizenReturned,
    start_again,
    stopped,
)
from klippekort.courses.queries.courses import find_open
from klippekort.courses.services.stopping import Before, before_of, resume_course, stop_course
from klippekort.domain.courses import Phase, Standing, StopReason

COURSE = "course"


def citizen_left(left: CitizenLeft) -> None:
    """Stop a citizen's course, and let nobody be asked about her any more."""
    course = find_open(left.citizen_id)
    before = _told(before_of(course)) if course else {}
    stop_course(left.actor, left.citizen_id, StopReason(left.kind), left.now)
    stopped(left, COURSE, left.citizen_id, **before)


def _told(before: Before) -> dict[str, str | None]:
    held, until = before.standing.held, before.not_before_on
    return {
        "phase": before.standing.phase.value,
        "held": held.value if held else None,
        "since": before.since.isoformat(),
        "not_before_on": until.isoformat() if until else None,
    }


def _before(told: dict[str, str]) -> Before | None:
    """Return where a course stood; None where that was not kept."""
    if "phase" not in told:
        return None
    held, until = told.get("held"), told.get("not_before_on")
    return Before(
        Standing(Phase(told["phase"]), Phase(held) if held else None),
        date.fromisoformat(told["since"]),
        date.fromisoformat(until) if until else None,
    )


def citizen_returned(back: CitizenReturned) -> None:
    """Put a citizen's course back to where it stood."""

    def again(stop: LeavingStop) -> str | None:
        resume_course(back.actor, back.citizen_id, back.now, _before(stop.details))
        return None

    start_again(back, COURSE, again)
