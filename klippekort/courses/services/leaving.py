"""A citizen dies or moves: her course stops with all around it, and resumes after a mistake."""

from klippekort.citizens.models import LeavingStop
from klippekort.citizens.services.leaving import (
    CitizenLeft,
    CitizenReturned,
    start_again,
    stopped,
)
from klippekort.courses.services.stopping import resume_course, stop_course
from klippekort.domain.courses import StopReason

COURSE = "course"


def citizen_left(left: CitizenLeft) -> None:
    """Stop a citizen's course, and let nobody be asked about her any more."""
    stop_course(left.actor, left.citizen_id, StopReason(left.kind), left.now)
    stopped(left, COURSE, left.citizen_id)


def citizen_returned(back: CitizenReturned) -> None:
    """Let a citizen's course go on from where it stood."""

    def again(_stop: LeavingStop) -> str | None:
        resume_course(back.actor, back.citizen_id, back.now)
        return None

    start_again(back, COURSE, again)
