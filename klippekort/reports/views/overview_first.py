"""What somebody must look at first, one line each, the most urgent on top."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import url_for

from klippekort.activities.queries import count_proposals, count_together
from klippekort.citizens.queries.leaving import count_to_tell
from klippekort.courses.queries.checks import count_due_checks
from klippekort.domain.calendar import local_day
from klippekort.domain.permissions import Action, may
from klippekort.feedback.queries.feedback import count_late as count_late_answers
from klippekort.groups.queries.groups import count_contacts_due
from klippekort.measures.queries.measures import count_duties
from klippekort.outreach.queries.queue import count_late
from klippekort.own_page.queries.requests import count_requests
from klippekort.planning.queries.broken import broken_trips
from klippekort.platform.auth import current_actor
from klippekort.platform.formatting import Status
from klippekort.platform.i18n import _, ngettext
from klippekort.relatives.queries.proposals import count_waiting as count_proposed_days
from klippekort.trips.queries.counts import count_incidents
from klippekort.volunteers.queries import (
    count_to_answer,
    count_volunteer_calls,
)


@dataclass(frozen=True)
class Line:
    """Something that waits, counted, and where it is done; with a status where it cannot wait."""

    said: str
    url: str
    icon: str
    status: Status | None


@dataclass(frozen=True)
class _Kind:
    """One kind of thing that may wait: who sees to it, how many there are, and its words."""

    action: Action
    count: Callable[[datetime, UUID | None], int]
    words: Callable[[int], str]
    endpoint: str
    icon: str
    is_today: bool = False


def first_lines(now: datetime, supplier: UUID | None) -> list[Line]:
    """Return what waits for whoever asks, the most urgent first; a planner's own supplier's."""
    return list(_lines(now, supplier))


def _lines(now: datetime, supplier: UUID | None) -> Iterator[Line]:
    for kind in _KINDS:
        if not may(current_actor(), kind.action):
            continue
        count = kind.count(now, supplier)
        if count:
            status = Status(_("Today"), "bad", "clock") if kind.is_today else None
            yield Line(kind.words(count), url_for(kind.endpoint), kind.icon, status)


def _volunteers(now: datetime, _supplier: UUID | None) -> int:
    """Return how many things about volunteers and associations wait for a coordinator."""
    return count_volunteer_calls(now) + count_to_answer(local_day(now))


_KINDS = (
    _Kind(
        Action.PLAN_WEEK,
        # Whether a shift still covers a trip is reckoned, not counted.
        lambda now, supplier: len(broken_trips(now, supplier)),
        lambda count: ngettext(
            "%(num)s trip has lost its helper", "%(num)s trips have lost their helper", count
        ),
        "planning.needs",
        "walk",
        is_today=True,
    ),
    _Kind(
        Action.RECORD_LEAVING,
        count_to_tell,
        lambda count: ngettext(
            "%(num)s call today: somebody is not coming any more",
            "%(num)s calls today: somebody is not coming any more",
            count,
        ),
        "citizens.leavings_to_tell",
        "phone",
        is_today=True,
    ),
    _Kind(
        Action.HANDLE_INCIDENT,
        lambda _now, supplier: count_incidents(supplier),
        lambda count: ngettext(
            "Something happened on %(num)s trip", "Something happened on %(num)s trips", count
        ),
        "trips.incidents",
        "warning",
        is_today=True,
    ),
    _Kind(
        Action.ANSWER_PROPOSAL,
        lambda now, supplier: count_proposed_days(local_day(now), supplier),
        lambda count: ngettext(
            "%(num)s relative proposes days, and waits for an answer",
            "%(num)s relatives propose days, and wait for an answer",
            count,
        ),
        "relatives.proposals",
        "people",
    ),
    _Kind(
        Action.FOLLOW_UP_MEASURE,
        lambda _now, _supplier: count_duties(),
        lambda count: ngettext(
            "%(num)s answer tells of a hard time, and must be followed up",
            "%(num)s answers tell of a hard time, and must be followed up",
            count,
        ),
        "measures.duties",
        "heart",
        is_today=True,
    ),
    _Kind(
        Action.SEE_OUTREACH,
        count_late,
        lambda count: ngettext(
            "%(num)s case must be looked at now", "%(num)s cases must be looked at now", count
        ),
        "outreach.queue",
        "search",
        is_today=True,
    ),
    _Kind(
        Action.HANDLE_FEEDBACK,
        lambda now, _supplier: count_late_answers(local_day(now)),
        lambda count: ngettext(
            "%(num)s person waits for an answer that is late",
            "%(num)s people wait for an answer that is late",
            count,
        ),
        "feedback.manage",
        "mail",
        is_today=True,
    ),
    _Kind(
        Action.SEE_COURSES,
        lambda now, supplier: count_due_checks(local_day(now), supplier),
        lambda count: ngettext(
            "%(num)s check after a hand-over is due",
            "%(num)s checks after a hand-over are due",
            count,
        ),
        "courses.listed",
        "check",
    ),
    _Kind(
        Action.JUDGE_CLEARANCE,
        _volunteers,
        lambda count: ngettext(
            "%(num)s thing about volunteers to follow up",
            "%(num)s things about volunteers to follow up",
            count,
        ),
        "volunteers.follow_up",
        "people",
    ),
    _Kind(
        Action.SET_UP_GROUP,
        lambda now, _supplier: count_contacts_due(local_day(now)),
        lambda count: ngettext(
            "%(num)s group on its own is to be asked how it goes",
            "%(num)s groups on their own are to be asked how it goes",
            count,
        ),
        "groups.manage",
        "people",
    ),
    _Kind(
        Action.APPROVE_ACTIVITY,
        lambda now, _supplier: count_together(now),
        lambda count: ngettext(
            "%(num)s time two activities are in one room at once",
            "%(num)s times two activities are in one room at once",
            count,
        ),
        "activities.together",
        "warning",
    ),
    _Kind(
        Action.APPROVE_ACTIVITY,
        lambda _now, _supplier: count_proposals(),
        lambda count: ngettext(
            "%(num)s activity waits for your yes", "%(num)s activities wait for your yes", count
        ),
        "activities.manage",
        "star",
    ),
    _Kind(
        Action.GIVE_DATA,
        lambda _now, _supplier: count_requests(),
        lambda count: ngettext(
            "%(num)s letter with own data waits", "%(num)s letters with own data wait", count
        ),
        "own_page.requests",
        "mail",
    ),
)
