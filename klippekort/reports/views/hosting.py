"""Who hosted what, month by month."""

from datetime import date

from dateutil.relativedelta import relativedelta
from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from klippekort.activities.queries import hosting_between
from klippekort.domain.calendar import day_span
from klippekort.domain.permissions import Action
from klippekort.platform import clock
from klippekort.platform.auth import requires
from klippekort.platform.formatting import moment, short_duration
from klippekort.reports.views.blueprint import bp

MOST_BARS = 12


@bp.get("/vaerter")
@requires(Action.SEE_HOSTING)
def hosting() -> ResponseReturnValue:
    """Show a month of hosting; ?maaned=2026-11 chooses it, anything else is this month."""
    first = _month(request.args.get("maaned", ""), clock.today())
    after = first + relativedelta(months=1)
    rows = hosting_between(day_span(first)[0], day_span(after)[0])
    by_volunteer: dict[str, int] = {}
    for row in rows:
        by_volunteer[row.volunteer] = by_volunteer.get(row.volunteer, 0) + row.minutes
    return render_template(
        "reports/hosting.html",
        month=first,
        bar_rows=[
            (name, minutes, short_duration(minutes))
            for name, minutes in sorted(by_volunteer.items(), key=lambda pair: -pair[1])[:MOST_BARS]
        ],
        lines=[
            (
                row.volunteer,
                row.association or "",
                row.activity,
                moment(row.starts_at),
                short_duration(row.minutes),
                row.guests,
            )
            for row in rows
        ],
        total=sum(by_volunteer.values()),
        previous_url=_url(first - relativedelta(months=1)),
        next_url=_url(after) if after <= clock.today() else None,
    )


def _url(month: date) -> str:
    return url_for("reports.hosting", maaned=f"{month:%Y-%m}")


def _month(text: str, today: date) -> date:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        return today.replace(day=1)
