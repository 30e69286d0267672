"""The coordinator's week of hosting, and the calls that belong to it."""

from datetime import date, timedelta
from uuid import UUID, uuid4

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from klippekort.domain.calendar import day_said, day_span, monday
from klippekort.domain.hosting import OfferState
from klippekort.domain.permissions import Action
from klippekort.domain.volunteering import Task
from klippekort.hosting.queries.calls import open_host_calls
from klippekort.hosting.queries.expenses import expenses
from klippekort.hosting.queries.load import warnings
from klippekort.hosting.queries.offers import lines_of
from klippekort.hosting.queries.trip_hours import trips_to_log
from klippekort.hosting.queries.week import HostedDate, dates_between, dates_not_told
from klippekort.hosting.queries.words import open_words
from klippekort.hosting.views import shown, words
from klippekort.hosting.views.blueprint import bp
from klippekort.messages.services import complete_call
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, requires, saw
from klippekort.platform.execute import execute
from klippekort.platform.formatting import moment
from klippekort.platform.forms import KeyedForm
from klippekort.platform.i18n import _
from klippekort.volunteers.queries import blocked_of_all

ASKED_FOR = timedelta(days=60)
_WEEK = timedelta(days=7)
_OUT = (OfferState.ASKED, OfferState.OFFERED)


@bp.get("/vaertskab")
@requires(Action.SEE_HOSTING, purpose="see_hosting")
def overview() -> ResponseReturnValue:
    """Show a week of hosting; ?uge=2026-W48 chooses it, anything else is this week."""
    now, today = clock.now(), clock.today()
    first = _week(request.args.get("uge", ""), today)
    dates = dates_between(day_span(first)[0], day_span(first + _WEEK)[0])
    said = open_words()
    if said:
        saw(*{line.citizen_id for line in said})
    return render_template(
        "hosting/overview.html",
        monday=first,
        without=[_shown(one, today) for one in dates if not one.hosts],
        hosted=[_shown(one, today) for one in dates if one.hosts],
        offers=[shown.offer_shown(line, now) for line in lines_of(states=_OUT, from_at=now)],
        held_back=_held_back(dates, today),
        calls=[(call, words.call_words(call)) for call in open_host_calls(now)],
        loads=[(row, words.load_words(judged)) for row, judged in warnings(now)],
        trips_to_log=[shown.offer_shown(one, now) for one in trips_to_log(now - ASKED_FOR, now)],
        to_log=[_shown(one, today) for one in dates_not_told(now - ASKED_FOR, now)],
        said=[(line, words.word_words(line.word), moment(line.said_at, today)) for line in said],
        claims=len(expenses(from_on=today - timedelta(days=400), state="claimed")),
        previous_url=_url(first - _WEEK),
        next_url=_url(first + _WEEK),
        new_key=lambda: str(uuid4()),
    )


def _shown(one: HostedDate, today: date) -> tuple[HostedDate, str]:
    return one, shown.date_words(one.facts, today)


def _held_back(dates: list[HostedDate], today: date) -> list[tuple[UUID, str, str]]:
    """Return the hosts of the week for whom something is missing, by name, with what it is."""
    missing = blocked_of_all(Task.HOST, today)
    hosts = {(host.name, host.id) for one in dates for host in one.hosts if host.id in missing}
    return [(key, name, words.missing_kinds(missing[key])) for name, key in sorted(hosts)]


def _url(first: date) -> str:
    return url_for("hosting.overview", uge=f"{first:%G-W%V}")


def _week(text: str, today: date) -> date:
    return day_said(f"{text}-1", today) or monday(today)


@bp.post("/vaertskab/opkald/<uuid:message_id>")
@requires(Action.HANDLE_MESSAGE)
def called(message_id: UUID) -> ResponseReturnValue:
    """Tick off a call that was made, or a note that was seen to."""
    form = KeyedForm()
    if form.validate_on_submit():
        execute(complete_call, current_actor(), message_id, now=clock.now(), key=form.key.data)
        flash(_("It is ticked off."), "success")
    return redirect(url_for("hosting.overview"), 303)
