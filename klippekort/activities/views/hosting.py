"""The volunteer's own list, and telling who came."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from klippekort.activities import queries, services
from klippekort.activities.forms import DECLINE_REASONS, AttendanceForm
from klippekort.activities.queries import Guest, OccurrenceFacts
from klippekort.activities.views import words
from klippekort.activities.views.blueprint import bp
from klippekort.activities.views.deciding import lines
from klippekort.domain.calendar import instant, local, local_day
from klippekort.domain.permissions import Action, Role, authorise
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, requires, saw
from klippekort.platform.execute import execute
from klippekort.platform.i18n import _

# How long a host is asked who came, and how far ahead their own dates are shown.
ASKED_FOR = timedelta(days=60)
SHOWN = timedelta(weeks=2)


def _own_volunteer_id() -> UUID | None:
    actor = current_actor()
    return actor.person_id if actor.role is Role.VOLUNTEER else None


@bp.get("/aktiviteter/mine")
@requires(Action.HOST_ACTIVITY, purpose="host_activity")
def mine() -> ResponseReturnValue:
    """List a volunteer's own dates, those where nobody has said who came first."""
    volunteer_id = _own_volunteer_id()
    if volunteer_id is None:
        return redirect(url_for("activities.manage"), 303)
    now = clock.now()
    coming = queries.dates_hosted_by(volunteer_id, now - timedelta(days=1), now + SHOWN)
    coming = [one for one in coming if one.ends_at > now]
    guests = queries.guests_at([one.id for one in coming])
    if guests:
        saw(*{guest.citizen_id for found in guests.values() for guest in found})
    own = queries.list_hosted_by(volunteer_id)
    return render_template(
        "activities/mine.html",
        to_log=[
            words.date_shown(one, now)
            for one in queries.dates_to_log(volunteer_id, now - ASKED_FOR, now)
        ],
        coming=[words.date_shown(one, now, guests.get(one.id, ())) for one in coming],
        activities=lines(own, now),
        declined={
            one.id: DECLINE_REASONS.get(one.declined_reason or "", "")
            for one in own
            if one.state == "declined"
        },
    )


@bp.route("/aktiviteter/datoer/<uuid:occurrence_id>/fremmoede", methods=["GET", "POST"])
@requires(Action.HOST_ACTIVITY, purpose="host_activity")
def attendance(occurrence_id: UUID) -> ResponseReturnValue:
    """Ask who came and how long the host was there; the answer can be corrected."""
    actor, now, facts = current_actor(), clock.now(), queries.get_occurrence_facts(occurrence_id)
    authorise(
        actor,
        Action.HOST_ACTIVITY,
        services.reach_of(queries.get_activity(facts.activity_id)),
    )
    guests, logged = queries.guests_of(occurrence_id), queries.find_hosting(occurrence_id)
    form = AttendanceForm(data=_known(facts, guests, logged))
    form.offer({str(one.sign_up_id): words.guest_words(one) for one in guests})
    if form.validate_on_submit() and _saved(form, facts, now):
        flash(_("Thank you. It is saved."), "success")
        if actor.role is Role.VOLUNTEER:
            return redirect(url_for("activities.mine"), 303)
        return redirect(url_for("activities.show", activity_id=facts.activity_id), 303)
    if guests:
        saw(*{guest.citizen_id for guest in guests})
    page = render_template(
        "activities/attendance.html",
        form=form,
        date=words.date_shown(facts, now, guests),
        is_logged=logged is not None,
        is_host=actor.role is Role.VOLUNTEER,
        may_answer=facts.starts_at <= now
        and not facts.is_cancelled
        and services.may_be_corrected(actor, logged, now),
    )
    return page, 422 if form.errors else 200


def _known(facts: OccurrenceFacts, guests: list[Guest], logged: Any) -> dict[str, Any]:
    """Return what the form begins with: what was said before, or else the plan."""
    came = [str(one.sign_up_id) for one in guests if one.attended]
    ends_at = facts.ends_at
    if logged is not None:
        ends_at = facts.starts_at + timedelta(minutes=logged.minutes)
    return {
        "came": came,
        "others": max(logged.guests - len(came), 0) if logged is not None else 0,
        "started": local(facts.starts_at).time(),
        "ended": local(ends_at).time(),
    }


def _saved(form: AttendanceForm, facts: OccurrenceFacts, now: datetime) -> bool:
    """Say whether it was saved; if not, the form says why."""
    came = sorted(form.came.data or ()) if "came" in form else []
    started_at = instant(local_day(facts.starts_at), form.started.data)
    ended_at = instant(local_day(facts.ends_at), form.ended.data)
    try:
        execute(
            services.log_attendance,
            current_actor(),
            facts.id,
            came=[UUID(seat) for seat in came],
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
