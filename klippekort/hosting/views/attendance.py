"""Telling who came, and for how long the host was there."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from klippekort.activities.queries import OccurrenceFacts, get_occurrence_facts
from klippekort.activities.views.words import date_shown
from klippekort.domain.calendar import instant, local, local_day
from klippekort.domain.permissions import Action, Role, authorise
from klippekort.hosting import services
from klippekort.hosting.forms.log import AttendanceForm
from klippekort.hosting.queries.dates import reach_of_date
from klippekort.hosting.queries.guests import GuestSeen, count_came, guests_seen
from klippekort.hosting.queries.log import counts_only
from klippekort.hosting.views import shown
from klippekort.hosting.views.blueprint import bp
from klippekort.hosting.views.people import own_volunteer_id
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, requires, saw
from klippekort.platform.execute import execute
from klippekort.platform.i18n import _


@bp.route("/aktiviteter/datoer/<uuid:occurrence_id>/fremmoede", methods=["GET", "POST"])
@requires(Action.HOST_ACTIVITY, purpose="host_activity")
def attendance(occurrence_id: UUID) -> ResponseReturnValue:
    """Ask who came and how long the host was there; the answer can be corrected."""
    actor, now, facts = current_actor(), clock.now(), get_occurrence_facts(occurrence_id)
    authorise(actor, Action.HOST_ACTIVITY, reach_of_date(occurrence_id))
    logged = services.logged_by(actor, occurrence_id)
    guests = guests_seen([occurrence_id], now, own_volunteer_id()).get(occurrence_id, [])
    is_counted = bool(counts_only([facts.activity_id]))
    form = AttendanceForm(data=_known(facts, guests, logged))
    form.offer(
        {str(one.sign_up_id): shown.name_words(one) for one in guests}, is_counted=is_counted
    )
    if form.validate_on_submit() and _saved(form, facts, now):
        flash(_("Thank you. It is saved."), "success")
        if actor.role is Role.VOLUNTEER:
            return redirect(url_for("hosting.mine"), 303)
        return redirect(url_for("activities.show", activity_id=facts.activity_id), 303)
    if guests:
        saw(*{guest.citizen_id for guest in guests})
    page = render_template(
        "hosting/attendance.html",
        form=form,
        date=date_shown(facts, now),
        names=[shown.name_words(guest) for guest in guests],
        ticked=count_came(occurrence_id) if logged is not None and not guests else 0,
        is_logged=logged is not None,
        is_host=actor.role is Role.VOLUNTEER,
        is_counted=is_counted,
        may_answer=facts.starts_at <= now
        and not facts.is_cancelled
        and services.may_be_corrected(actor, logged, now),
    )
    return page, 422 if form.errors else 200


def _known(facts: OccurrenceFacts, guests: list[GuestSeen], logged: Any) -> dict[str, Any]:
    """Return what the form begins with: what was said before, or else the plan."""
    ends_at = facts.ends_at
    if logged is not None:
        ends_at = facts.starts_at + timedelta(minutes=logged.minutes)
    return {
        "came": [str(one.sign_up_id) for one in guests if one.attended],
        "others": max(logged.guests - count_came(facts.id), 0) if logged is not None else 0,
        "started": local(facts.starts_at).time(),
        "ended": local(ends_at).time(),
    }


def _saved(form: AttendanceForm, facts: OccurrenceFacts, now: datetime) -> bool:
    """Say whether it was saved; if not, the form says why."""
    came = form.seats()
    started_at = instant(local_day(facts.starts_at), form.started.data)
    ended_at = instant(local_day(facts.ends_at), form.ended.data)
    try:
        execute(
            services.log_attendance,
            current_actor(),
            facts.id,
            came=came,
            others=form.others.data,
            started_at=started_at,
            ended_at=ended_at,
            now=now,
            key=form.key.data,
            content=[facts.id, came, form.others.data, started_at, ended_at],
        )
    except services.HostingTimesMakeNoSense:
        form.ended.errors = [_("You must have left after you came.")]
    except services.NotBegun:
        form.form_errors.append(_("It has not begun yet."))
    except services.LoggedBefore:
        form.form_errors.append(
            _("It was saved on an earlier day. Ask a coordinator to correct it.")
        )
    else:
        return True
    return False
