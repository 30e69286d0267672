"""A yearly report that is made, for the pages that show one."""

from uuid import UUID

from klippekort.domain.permissions import Actor
from klippekort.platform import clock
from klippekort.platform.execute import execute
from klippekort.reports.jobs import make_report
from klippekort.reports.queries.behind import LISTS
from klippekort.reports.services.yearly import claim_report, start_report
from klippekort.reports.views.yearly import paper


def yearly_report(coordinator: Actor) -> dict[str, tuple[str, ...]]:
    """Make a report on this year, and return the values of the addresses of the reports' pages."""
    now = clock.now()
    report_id = UUID(execute(start_report, coordinator, clock.today().year, now=now))
    execute(claim_report, report_id, now=now)
    make_report(report_id, paper)
    return {
        "report_id": (str(report_id),),
        "reports.behind_figure:code": tuple(LISTS),
    }
