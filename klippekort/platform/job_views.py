"""The page that tells how the jobs that run by themselves are doing."""

from datetime import date, datetime

from flask import Blueprint, current_app, render_template
from flask.typing import ResponseReturnValue

from klippekort.config import Settings
from klippekort.domain.calendar import local_day
from klippekort.domain.permissions import Action, may
from klippekort.platform import clock, job_status, watching
from klippekort.platform.alarm_words import tell_house_alarms
from klippekort.platform.auth import current_actor, requires
from klippekort.platform.events import ask
from klippekort.platform.formatting import Status, day, moment
from klippekort.platform.i18n import _, _l, ngettext
from klippekort.platform.job_status import Alarms, Backlogs, JobStatus

bp = Blueprint("jobs", __name__, url_prefix="/drift")

TITLES = {
    "advance_cards": _l("Give cards their new time, and take what lapses"),
    "prove_ledger": _l("Prove that every minute is accounted for"),
    "extend_activities": _l("Put the coming dates of weekly activities in the calendar"),
    "ask_whether_they_exist": _l("Ask whether activities still exist"),
    "send_messages": _l("Send messages, every ten seconds"),
    "forget_messages": _l("Forget the words of old messages"),
    "warn_of_lapses": _l("Warn citizens of time that is about to lapse"),
    "remind_of_trips": _l("Remind citizens of their trips"),
    "seal_audit": _l("Seal the record of who did what"),
    "anchor_audit": _l("Sign the record of who did what, and lay it down elsewhere"),
    "forget_what_is_due": _l("Forget what is to be forgotten"),
}


@bp.get("/jobs")
@requires(Action.SEE_JOBS)
def status() -> ResponseReturnValue:
    """Show each job's last and next run, and whether a worker is alive."""
    now = clock.now()
    leader = job_status.find_leader()
    statuses = job_status.list_statuses(current_app.extensions["jobs"], now)
    return render_template(
        "jobs/status.html",
        alarms=ask(Alarms()),
        house_alarms=_house_alarms(now),
        leader=leader,
        is_silent=job_status.is_silent(leader, now),
        wrong_clock=job_status.find_wrong_clock(now),
        rows=[_row(job, local_day(now)) for job in statuses],
        today=local_day(now),
        backlogs=ask(Backlogs()),
    )


def _house_alarms(now: datetime) -> list[str]:
    """Return what stands wrong in the house beside what the page tells anyway, in words."""
    beside = [one for one in _alarms_here(now) if one.kind in (watching.OUTBOX, watching.BACKUP)]
    return tell_house_alarms(beside, local_day(now))


def standing_alarms(now: datetime) -> list[str]:
    """Return what stands wrong in the house in words, for the page that somebody begins at.

    Whoever may not look at the jobs is told nothing; what does not prove in the ledger the pages
    tell themselves.
    """
    if not may(current_actor(), Action.SEE_JOBS):
        return []
    return tell_house_alarms(_alarms_here(now), local_day(now))


def _alarms_here(now: datetime) -> list[watching.Alarm]:
    settings: Settings = current_app.extensions["settings"]
    return watching.alarms_in(watching.measure_here(now), settings.backup_hours)


def _row(job: JobStatus, today: date) -> dict[str, object]:
    return {
        "title": TITLES.get(job.name, job.name.replace("_", " ")),
        "state": _state(job),
        "last": _last_run(job, today),
        "next": _next_run(job, today),
        "expected": job.expected,
        "done": job.done,
        "failed": job.failed,
        "last_error": job.last_error or "–",
    }


def _state(job: JobStatus) -> Status:
    if job.failed:
        return Status(_("Something failed"), "bad", "warning")
    if job.missing:
        behind = ngettext("%(num)s day to do", "%(num)s days to do", job.missing)
        return Status(behind, "waiting", "clock")
    return Status(_("Done"), "good", "check")


def _last_run(job: JobStatus, today: date) -> str:
    if job.slot is None or job.started_at is None:
        return str(_("Not yet"))
    return str(
        _("For %(day)s: run %(moment)s", day=day(job.slot), moment=moment(job.started_at, today))
    )


def _next_run(job: JobStatus, today: date) -> str:
    if job.missing:
        return str(_("As soon as a worker is free"))
    return str(_("Just after midnight, %(day)s", day=day(job.next_on, today)))
