"""Counting groups by month: meetings and heads, and who stayed where names are kept."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import distinct, func, select

from klippekort.citizens.models import Citizen
from klippekort.domain.reporting.counts import Count
from klippekort.groups.models import GroupAttendance, GroupMeeting, GroupMemberCitizen
from klippekort.platform.db import db
from klippekort.platform.months import number_of, within

_AGAIN = 3


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
    """Return how many came to the same group for the third time, of those with names kept."""
    nth = func.row_number().over(
        partition_by=GroupAttendance.member_id, order_by=GroupMeeting.starts_at
    )
    times = (
        select(
            GroupAttendance.member_id.label("member"),
            GroupMeeting.starts_at.label("at"),
            nth.label("nth"),
        )
        .select_from(GroupAttendance)
        .join(GroupMeeting, GroupMeeting.id == GroupAttendance.meeting_id)
        .where(GroupAttendance.came.is_(True))
        .subquery()
    )
    number = number_of(times.c.at, months)
    rows = db.session.execute(
        select(
            number,
            Citizen.district_id,
            Citizen.supplier_id,
            func.count(),
            func.count(distinct(Citizen.id)),
        )
        .select_from(times)
        .join(GroupMemberCitizen, GroupMemberCitizen.member_id == times.c.member)
        .join(Citizen, Citizen.id == GroupMemberCitizen.citizen_id)
        .where(times.c.nth == _AGAIN, within(times.c.at, months))
        .group_by(number, Citizen.district_id, Citizen.supplier_id)
    )
    return [
        Count("groups.came_again", months[n], district, supplier, "", amount, people)
        for n, district, supplier, amount, people in rows
    ]
