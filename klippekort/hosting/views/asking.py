"""Asking volunteers, and their answers."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from klippekort.activities.queries import OccurrenceFacts, get_occurrence_facts
from klippekort.activities.views.words import date_shown
from klippekort.citizens.queries import list_citizens
from klippekort.domain.calendar import local_day
from klippekort.domain.errors import Forbidden, NotFound, Stale
from klippekort.domain.hosting import TASK_OF, HostRole
from klippekort.domain.permissions import Action, Role, authorise, may
from klippekort.hosting import services
from klippekort.hosting.forms.offers import AskForm, AskForTripForm
from klippekort.hosting.queries.load import candidates
from klippekort.hosting.queries.offers import (
    Wanted,
    get_offer,
    line_of,
    lines_of,
    wanted_of,
    when_of,
)
from klippekort.hosting.queries.week import dates_without_host
from klippekort.hosting.views import shown, words
from klippekort.hosting.views.blueprint import bp
from klippekort.hosting.views.offering import AHEAD, tell_blocked
from klippekort.hosting.views.people import first_names, own_volunteer_id
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, requires, saw
from klippekort.platform.execute import execute
from klippekort.platform.formatting import phone
from klippekort.platform.forms import KeyedForm
from klippekort.platform.i18n import _
from klippekort.trips.queries.trips import rows_of
from klippekort.volunteers.queries import association_of, list_volunteers, reach_of


@bp.get("/vaertskab/forening")
@requires(Action.SEE_MEMBERS_OFFERS)
def members() -> ResponseReturnValue:
    """Show an association its members' offers and its own dates without a host; no guests."""
    now, own = clock.now(), association_of(current_actor())
    free = [one for one in dates_without_host(now, now + AHEAD) if one.association_id == own.id]
    offers = lines_of(association_id=own.id, from_at=now)
    return render_template(
        "hosting/members.html",
        association=own,
        free=[(one.id, shown.date_words(one, local_day(now))) for one in free],
        offers=[shown.offer_shown(line, now) for line in offers if line.trip_id is None],
    )


@bp.route("/vaertskab/datoer/<uuid:occurrence_id>/spoerg", methods=["GET", "POST"])
@requires(Action.ASK_HOST)
def ask(occurrence_id: UUID) -> ResponseReturnValue:
    """Ask a volunteer to host a date, those first who are likeliest to say yes gladly."""
    now, facts = clock.now(), get_occurrence_facts(occurrence_id)
    wanted, form = Wanted(HostRole.HOST, occurrence_id), AskForm()
    people = _who_may_be_asked(facts, wanted, now)
    form.offer({str(row.id): _named(row) for row in people})
    if people and form.validate_on_submit() and _asked(form, UUID(form.volunteer.data), wanted):
        flash(_("The question is on the list. Call, or wait for the answer."), "success")
        return redirect(_home(), 303)
    page = render_template(
        "hosting/ask.html",
        form=form,
        date=date_shown(facts, now),
        what=shown.date_words(facts, local_day(now)),
        has_people=bool(people),
        may_search=may(current_actor(), Action.APPROVE_HOST)
        and facts.starts_at > now
        and not facts.is_cancelled,
        back_url=_home(),
        search_key=str(uuid4()),
    )
    return page, 422 if form.errors else 200


def _who_may_be_asked(facts: OccurrenceFacts, wanted: Wanted, now: datetime) -> Sequence[Any]:
    """Return who may be asked: an association's own members alone, for its own dates.

    Raises NotFound for another association's date.
    """
    people = candidates(wanted, now)
    if may(current_actor(), Action.APPROVE_HOST):
        return people
    own = association_of(current_actor())
    if facts.association_id != own.id:
        raise NotFound
    return [row for row in people if row.association_id == own.id]


def _named(row: Any) -> str:
    return f"{row.name}, {phone(row.phone)}" if row.phone else row.name


def _home() -> str:
    is_manager = may(current_actor(), Action.SEE_HOSTING)
    return url_for("hosting.overview" if is_manager else "hosting.members")


def _asked(form: AskForm | AskForTripForm, volunteer_id: UUID, wanted: Wanted) -> bool:
    """Say whether somebody was asked; if not, the form says why."""
    try:
        execute(
            services.ask,
            current_actor(),
            volunteer_id,
            wanted,
            now=clock.now(),
            key=form.key.data,
            content=[volunteer_id, wanted.columns(), wanted.meeting_point],
        )
    except services.AddressTold as refusal:
        if "meeting_point" in form:
            form.meeting_point.errors = [words.refusal_words(refusal)]
    except words.REFUSALS as refusal:
        is_theirs = current_actor().role is Role.ASSOCIATION
        form.volunteer.errors = [words.refusal_words(refusal, to_association=is_theirs)]
        tell_blocked(refusal, volunteer_id, TASK_OF[wanted.role])
    else:
        return True
    return False


@bp.post("/vaertskab/datoer/<uuid:occurrence_id>/soeg")
@requires(Action.APPROVE_HOST)
def search(occurrence_id: UUID) -> ResponseReturnValue:
    """Have volunteers asked in waves for a date that nobody hosts."""
    form = KeyedForm()
    if form.validate_on_submit():
        try:
            execute(
                services.look_for_host,
                current_actor(),
                occurrence_id,
                now=clock.now(),
                key=form.key.data,
                content=[occurrence_id],
            )
        except services.TooLate as refusal:
            flash(words.refusal_words(refusal), "warning")
        except Stale:
            flash(_("The date has a host."), "info")
        else:
            flash(_("We ask volunteers now, a few at a time."), "success")
    return redirect(url_for("hosting.overview"), 303)


@bp.route("/vaertskab/ture/<uuid:trip_id>/spoerg", methods=["GET", "POST"])
@requires(Action.APPROVE_HOST, purpose="ask_host")
def ask_for_trip(trip_id: UUID) -> ResponseReturnValue:
    """Ask a volunteer to go along, or to drive, on a citizen's trip."""
    now, form = clock.now(), AskForTripForm()
    riders = rows_of(trip_id)
    if not riders:
        raise NotFound
    people = list_citizens({row.citizen_id for row in riders})
    saw(*{row.id for row in people})
    form.offer(
        {str(row.id): row.name for row in people},
        {
            str(row.id): row.name
            for row in list_volunteers()
            if (row.goes_along or row.drives) and not row.is_paused(local_day(now))
        },
    )
    if form.validate_on_submit():
        wanted = Wanted(
            HostRole(form.role.data),
            trip_id=trip_id,
            citizen_id=UUID(form.citizen.data),
            meeting_point=form.meeting_point.data or "",
        )
        if _asked(form, UUID(form.volunteer.data), wanted):
            flash(_("The question is on the list. Call, or wait for the answer."), "success")
            return redirect(url_for("hosting.overview"), 303)
    when = shown.when_words(riders[0].starts_at, riders[0].ends_at, local_day(now))
    page = render_template(
        "hosting/ask_for_trip.html",
        form=form,
        trip_id=trip_id,
        what=f"{riders[0].destination}: {when}",
    )
    return page, 422 if form.errors else 200


@bp.route("/vaertskab/tilbud/<uuid:offer_id>", methods=["GET", "POST"])
@requires(Action.OFFER_TO_HOST, purpose="ask_host")
def answer(offer_id: UUID) -> ResponseReturnValue:
    """Show a question or an offer, and take the answer: svar=ja or svar=nej."""
    now, row, form = clock.now(), get_offer(offer_id), KeyedForm()
    authorise(current_actor(), Action.OFFER_TO_HOST, reach_of(row.volunteer_id))
    if form.validate_on_submit() and request.form.get("svar") in ("ja", "nej"):
        return _answered(form, offer_id, is_yes=request.form["svar"] == "ja")
    line = line_of(offer_id, from_at=now)
    when = when_of(wanted_of(row))
    return render_template(
        "hosting/answer.html",
        form=form,
        offer=shown.offer_shown(line, now, first_names([line]).get(line.citizen_id, "")),
        is_on=when.is_on and when.starts_at > now,
        is_own=own_volunteer_id() is not None,
        yes_key=str(uuid4()),
        no_key=str(uuid4()),
    )


def _answered(form: KeyedForm, offer_id: UUID, *, is_yes: bool) -> ResponseReturnValue:
    is_own = current_actor().role is Role.VOLUNTEER
    row = get_offer(offer_id)
    volunteer_id, task = row.volunteer_id, TASK_OF[HostRole(row.role)]
    try:
        execute(
            services.answer,
            current_actor(),
            offer_id,
            is_yes=is_yes,
            now=clock.now(),
            key=form.key.data,
            content=[offer_id, is_yes],
        )
    except services.Covered as refusal:
        flash(words.refusal_words(refusal), "info")
    except Forbidden:
        flash(_("A coordinator answers an offer."), "warning")
    except words.REFUSALS as refusal:
        flash(words.refusal_words(refusal), "warning")
        tell_blocked(refusal, volunteer_id, task)
    else:
        flash(
            _("Thank you for saying yes.") if is_yes else _("Thank you for your answer."), "success"
        )
    return redirect(url_for("hosting.mine" if is_own else "hosting.overview"), 303)
