"""The dates of activities: what is on, and cancelling one of them."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from klippekort.activities import queries, services
from klippekort.activities.forms import KINDS, CancelForm, FilterForm
from klippekort.activities.views import words
from klippekort.activities.views.blueprint import bp
from klippekort.domain.calendar import day_span, local_day
from klippekort.domain.errors import Stale
from klippekort.domain.permissions import Action, Role, authorise, may
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, requires
from klippekort.platform.execute import execute
from klippekort.platform.formatting import day
from klippekort.platform.i18n import _

SHOWN = timedelta(weeks=1)
FURTHEST = timedelta(weeks=13)


def _first_day(today: date) -> date:
    """Return the day the list begins: as the address says, yet from today to a quarter ahead."""
    try:
        asked = date.fromisoformat(request.args.get("fra", ""))
    except ValueError:
        return today
    return min(max(asked, today), today + FURTHEST)


@bp.get("/aktiviteter")
@requires(Action.SEE_ACTIVITIES)
def list_upcoming() -> ResponseReturnValue:
    """List what is on in seven days, day by day."""
    if current_actor().role in (Role.VOLUNTEER, Role.ASSOCIATION):
        return redirect(url_for("hosting.mine"), 303)
    form, now = FilterForm(request.args), clock.now()
    form.offer()
    today = local_day(now)
    first = _first_day(today)
    kind = form.slags.data if form.slags.data in KINDS else ""
    found = queries.list_upcoming(
        max(now, day_span(first)[0]),
        day_span(first + SHOWN)[0],
        kinds=[kind] if kind else None,
        wheelchair=form.koerestol.data,
        text=form.q.data[:80],
        now=now,
    )
    return render_template(
        "activities/list_upcoming.html",
        form=form,
        days=words.by_day([words.date_shown(one, now) for one in found]),
        is_narrowed=bool(kind or form.koerestol.data or form.q.data),
        span=_("%(first)s to %(last)s", first=day(first), last=day(first + SHOWN - timedelta(1))),
        previous_url=_page_url(first - SHOWN) if first > today else None,
        next_url=_page_url(first + SHOWN) if first < today + FURTHEST else None,
        may_manage=may(current_actor(), Action.APPROVE_ACTIVITY),
    )


def _page_url(first: date) -> str:
    kept: dict[str, Any] = {
        name: request.args[name] for name in ("q", "slags", "koerestol") if request.args.get(name)
    }
    return url_for("activities.list_upcoming", fra=first.isoformat(), **kept)


@bp.route("/aktiviteter/datoer/<uuid:occurrence_id>/aflys", methods=["GET", "POST"])
@requires(Action.CANCEL_OCCURRENCE)
def cancel(occurrence_id: UUID) -> ResponseReturnValue:
    """Ask why a date is cancelled, and cancel it; says how many it touches."""
    now, form, facts = clock.now(), CancelForm(), queries.get_occurrence_facts(occurrence_id)
    activity = queries.get_activity(facts.activity_id)
    reach = services.reach_of_date(activity, facts.host_id)
    authorise(current_actor(), Action.CANCEL_OCCURRENCE, reach)
    if form.validate_on_submit():
        _cancel(occurrence_id, form, now)
        flash(_("The date is cancelled."), "success")
        if not may(current_actor(), Action.SEE_ACTIVITIES, services.reach_of(activity)):
            return redirect(url_for("hosting.mine"), 303)
        return redirect(url_for("activities.show", activity_id=facts.activity_id), 303)
    if facts.is_cancelled or facts.ends_at <= now:
        raise Stale
    page = render_template(
        "activities/cancel.html",
        form=form,
        date=words.date_shown(facts, now),
        guests=len(queries.guests_of(occurrence_id)),
    )
    return page, 422 if form.errors else 200


def _cancel(occurrence_id: UUID, form: CancelForm, now: datetime) -> None:
    execute(
        services.cancel_occurrence,
        current_actor(),
        occurrence_id,
        reason=form.reason.data,
        now=now,
        key=form.key.data,
        content=[occurrence_id, form.reason.data],
    )
