"""Counting groups by month: meetings and heads, and who stayed where names are kept."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import distinct, func, select

from klippekort.citizens.queries.counting import third_times
from klippekort.domain.reporting.counts import Count
from klippekort.groups.models import (
    GroupAttendance,
    GroupMeeting,
    GroupMemberCitizen,
    SupportGroup,
)
from klippekort.platform.db import db
from klippekort.platform.months import number_of, within


def meetings(months: Sequence[date]) -> list[Count]:
    """Return meetings that were held, and the heads that were counted at them."""
    number = number_of(GroupMeeting.starts_at, months)
    rows = db.session.execute(
        select(
            number,
            func.count(),
            func.count(distinct(GroupMeeting.group_id)),
            func.sum(GroupMeeting.head_count),
            func.max(GroupMeeting.head_count),
        )
        .where(GroupMeeting.state == "held", within(GroupMeeting.starts_at, months))
        .group_by(number)
    )
    found = []
    for n, held, _groups, heads, most in rows:
        # A meeting is nobody's secret; those who came to it may be.
        found.append(Count("groups.meetings", months[n], None, None, "", held, max(held, 1000)))
        found.append(Count("groups.guests", months[n], None, None, "", int(heads or 0), most or 0))
    return found


def came_again(months: Sequence[date]) -> list[Count]:
    """Return how many came to the same group for the third time, where the group has said that who
    comes is told.
    """
    nth = func.row_number().over(
        partition_by=GroupAttendance.member_id, order_by=GroupMeeting.starts_at
    )
    times = (
        select(
            GroupMemberCitizen.citizen_id.label("citizen"),
            GroupMeeting.starts_at.label("at"),
            nth.label("nth"),
        )
        .select_from(GroupAttendance)
        .join(GroupMeeting, GroupMeeting.id == GroupAttendance.meeting_id)
        .join(SupportGroup, SupportGroup.id == GroupMeeting.group_id)
        .join(GroupMemberCitizen, GroupMemberCitizen.member_id == GroupAttendance.member_id)
        .where(GroupAttendance.came.is_(True), SupportGroup.reports_attendance.is_(True))
        .subquery()
    )
    return third_times("groups.came_again", months, times)
