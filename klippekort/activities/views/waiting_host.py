"""A word to the coordinator about a host for whom something is still missing."""

from uuid import UUID

from flask import flash

from klippekort.activities import queries
from klippekort.domain.calendar import local_day
from klippekort.domain.permissions import Role
from klippekort.domain.volunteering import Task
from klippekort.platform import clock
from klippekort.platform.auth import current_actor
from klippekort.platform.i18n import _
from klippekort.volunteers.queries import get_volunteer
from klippekort.volunteers.queries.checks import blocked


def say_if_host_waits(activity_id: UUID) -> None:
    """Tell a coordinator when the host of an activity must wait with hosting.

    Until all is in order the host sees no guests, so somebody must look to it.
    """
    host_id = queries.get_activity(activity_id).host_id
    if host_id is None or current_actor().role is not Role.COORDINATOR:
        return
    if blocked(host_id, Task.HOST, local_day(clock.now())):
        name = get_volunteer(host_id).name
        flash(
            _("%(name)s must wait with hosting: something is still missing.", name=name), "warning"
        )
