"""Offering to host, and changing one's mind."""

from datetime import datetime, timedelta
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from klippekort.activities.queries import OccurrenceFacts, get_occurrence_facts
from klippekort.activities.views.words import date_shown
from klippekort.domain.calendar import local_day
from klippekort.domain.errors import NotFound, Stale
from klippekort.domain.hosting import HostRole
from klippekort.domain.permissions import Action, Role, authorise
from klippekort.domain.volunteering import Task
from klippekort.hosting import services
from klippekort.hosting.forms.offers import OfferForm
from klippekort.hosting.queries.dates import hosts_of
from klippekort.hosting.queries.offers import Wanted, get_offer, line_of, wanted_of, when_of
from klippekort.hosting.queries.week import dates_without_host
from klippekort.hosting.views import shown, words
from klippekort.hosting.views.blueprint import bp
from klippekort.hosting.views.people import own_volunteer_id, volunteers_to_choose
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, requires
from klippekort.platform.execute import execute
from klippekort.platform.forms import KeyedForm
from klippekort.platform.i18n import _
from klippekort.volunteers.queries import reach_of

AHEAD = timedelta(weeks=5)


@bp.route("/vaertskab/ledige-datoer", methods=["GET", "POST"])
@requires(Action.OFFER_TO_HOST)
def offer() -> ResponseReturnValue:
    """Show the dates without a host, and let a volunteer offer to host some of them.

    A coordinator offers for somebody who has called.
    """
    now = clock.now()
    free, form = dates_without_host(now, now + AHEAD), OfferForm()
    form.offer(_choices(free, now), volunteers_to_choose())
    if free and form.validate_on_submit() and _offered(form, now):
        flash(_("Thank you for the offer."), "success")
        is_own = own_volunteer_id() is not None
        return redirect(url_for("hosting.mine" if is_own else "hosting.overview"), 303)
    page = render_template(
        "hosting/offer.html", form=form, has_dates=bool(free), is_own="volunteer" not in form
    )
    return page, 422 if form.errors else 200


def _choices(free: list[OccurrenceFacts], now: datetime) -> dict[str, str]:
    return {str(one.id): shown.date_words(one, local_day(now)) for one in free}


def _offered(form: OfferForm, now: datetime) -> bool:
    """Say whether it was offered; if not, the form says why."""
    volunteer_id = own_volunteer_id() or UUID(form.volunteer.data)
    dates = sorted(map(UUID, form.dates.data))
    try:
        execute(
            services.offer_dates,
            current_actor(),
            volunteer_id,
            dates,
            now=now,
            key=form.key.data,
            content=[volunteer_id, dates],
        )
    except words.REFUSALS as refusal:
        form.dates.errors = [words.refusal_words(refusal)]
        tell_blocked(refusal, volunteer_id, Task.HOST)
        return False
    return True


def tell_blocked(refusal: Exception, volunteer_id: UUID, task: Task) -> None:
    """Let the coordinator know of a volunteer who was held back by a missing check."""
    if isinstance(refusal, services.ChecksMissing):
        execute(services.note_blocked, volunteer_id, task, now=clock.now())


@bp.route("/vaertskab/datoer/<uuid:occurrence_id>/kan-ikke", methods=["GET", "POST"])
@requires(Action.OFFER_TO_HOST)
def cannot(occurrence_id: UUID) -> ResponseReturnValue:
    """Ask once more, and then have others asked. A coordinator says for whom: ?vaert=."""
    now, facts = clock.now(), get_occurrence_facts(occurrence_id)
    volunteer_id = own_volunteer_id() or _chosen()
    if volunteer_id is None:
        return redirect(url_for("hosting.day", occurrence_id=occurrence_id), 303)
    authorise(current_actor(), Action.OFFER_TO_HOST, reach_of(volunteer_id))
    host = next((one for one in hosts_of(occurrence_id) if one.id == volunteer_id), None)
    form = KeyedForm()
    if form.validate_on_submit():
        return _withdrawn(form, volunteer_id, Wanted(HostRole.HOST, occurrence_id))
    if host is None:
        raise NotFound
    return render_template(
        "hosting/cannot.html",
        form=form,
        what=shown.date_words(facts, local_day(now)),
        date=date_shown(facts, now),
        host=host,
        is_own=own_volunteer_id() is not None,
        others=[one.name for one in hosts_of(occurrence_id) if one.id != volunteer_id],
    )


def _chosen() -> UUID | None:
    try:
        return UUID(request.args.get("vaert", ""))
    except ValueError:
        return None


@bp.route("/vaertskab/tilbud/<uuid:offer_id>/kan-ikke", methods=["GET", "POST"])
@requires(Action.OFFER_TO_HOST)
def cannot_go(offer_id: UUID) -> ResponseReturnValue:
    """Ask once more, and take back an offer, or a yes to go along or to drive."""
    row, now, form = get_offer(offer_id), clock.now(), KeyedForm()
    authorise(current_actor(), Action.OFFER_TO_HOST, reach_of(row.volunteer_id))
    if form.validate_on_submit():
        return _withdrawn(form, row.volunteer_id, wanted_of(row))
    line = shown.offer_shown(line_of(offer_id, from_at=now), now)
    return render_template(
        "hosting/cannot_go.html", form=form, offer=line, is_own=own_volunteer_id() is not None
    )


def _withdrawn(form: KeyedForm, volunteer_id: UUID, wanted: Wanted) -> ResponseReturnValue:
    is_own = current_actor().role is Role.VOLUNTEER
    try:
        searching = execute(
            services.cannot_after_all,
            current_actor(),
            volunteer_id,
            wanted,
            now=clock.now(),
            key=form.key.data,
            content=[volunteer_id, wanted.columns()],
        )
    except (Stale, services.TooLate) as refusal:
        flash(words.refusal_words(refusal), "warning")
    else:
        title = when_of(wanted).title
        if searching:
            flash(
                _("Thank you for saying so. We ask others to take %(title)s.", title=title),
                "success",
            )
        else:
            flash(_("Thank you for saying so."), "success")
    return redirect(url_for("hosting.mine" if is_own else "hosting.overview"), 303)
