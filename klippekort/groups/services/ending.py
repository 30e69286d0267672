"""A citizen dies or moves: she leaves the groups that go by names, and those who lead them hear it.

In a group that promised more, nothing leads from a citizen to a member, so nothing can be done.
"""

from base64 import b64decode, b64encode
from datetime import date, datetime
from typing import Any

from klippekort.citizens.models import LeavingStop
from klippekort.citizens.services.leaving import (
    OVER,
    CitizenLeft,
    CitizenReturned,
    start_again,
    stopped,
    tell,
)
from klippekort.domain.calendar import local_day
from klippekort.domain.permissions import Action
from klippekort.groups.models import GroupMember
from klippekort.groups.queries import groups as group_queries
from klippekort.groups.queries import members as queries
from klippekort.groups.queries.people import leaders_of
from klippekort.groups.services.common import note_place
from klippekort.platform.db import db

PLACE = "group_place"
_IN = ("waiting", "offered", "active")


def citizen_left(left: CitizenLeft) -> None:
    """Take a citizen out of the named groups she is in or waits for; it is counted nowhere."""
    for group_id in queries.named_groups_of(left.citizen_id):
        tie = queries.find_citizen_row(group_id, left.citizen_id)
        row = queries.lock_member(tie.member_id) if tie is not None else None
        if row is None or row.state not in _IN:
            continue
        was_in = row.state == "active"
        stopped(left, PLACE, row.id, **_kept(row))
        note_place(left.actor, Action.RUN_GROUP, row, left.citizen_id, "left")
        row.state, row.answer_by, row.contact_sealed, row.likeness = "left", None, None, None
        row.shares_contact, row.not_before_on, row.wants_measures = False, None, False
        db.session.flush()
        if was_in:
            for leader in leaders_of(group_id, local_day(left.now)):
                # Not which group: its theme would tell those who make the call.
                tell(left, leader.person_id, "facilitator")


def _kept(row: GroupMember) -> dict[str, Any]:
    sealed = row.contact_sealed
    return {
        "state": row.state,
        "answer_by": row.answer_by and row.answer_by.isoformat(),
        "contact": sealed and b64encode(sealed).decode(),
        "likeness": row.likeness,
        "not_before_on": row.not_before_on and row.not_before_on.isoformat(),
        "shares_contact": row.shares_contact,
        "wants_measures": row.wants_measures,
    }


def citizen_returned(back: CitizenReturned) -> None:
    """Let a citizen back into her groups and lines, where they go on."""
    start_again(back, PLACE, lambda stop: _let_back(back, stop))


def _let_back(back: CitizenReturned, stop: LeavingStop) -> str | None:
    row = queries.lock_member(stop.subject_id)
    if row.state != "left":
        return "taken"
    group = group_queries.lock_group(row.group_id)
    if group.ended_on is not None:
        return OVER
    said = stop.details
    row.state = said["state"]
    row.answer_by = datetime.fromisoformat(said["answer_by"]) if "answer_by" in said else None
    row.contact_sealed = b64decode(said["contact"]) if "contact" in said else None
    row.likeness = said.get("likeness")
    starts = said.get("not_before_on")
    row.not_before_on = date.fromisoformat(starts) if starts else None
    row.shares_contact, row.wants_measures = said["shares_contact"], said["wants_measures"]
    note_place(back.actor, Action.RUN_GROUP, row, back.citizen_id, "put_back")
    return None
