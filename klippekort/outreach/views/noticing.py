"""I noticed something: thirty seconds on the tablet, with or without a network."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from klippekort.citizens.queries import (
    get_citizen,
    list_own_citizens,
    reach,
)
from klippekort.domain.errors import CitizenGone
from klippekort.domain.permissions import Action, Role, authorise
from klippekort.outreach import services
from klippekort.outreach.forms.telling import NoticeAnyForm, NoticeForm
from klippekort.outreach.forms.words import signs_offered
from klippekort.outreach.queries.cases import no_until
from klippekort.outreach.queries.terms import get_terms
from klippekort.outreach.views.blueprint import bp
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, requires, saw
from klippekort.platform.execute import execute
from klippekort.platform.gone import is_gone
from klippekort.platform.i18n import _


@bp.route("/borgere/<uuid:citizen_id>/lagt-maerke-til", methods=["GET", "POST"])
@requires(Action.NOTE_SIGNS, purpose="note_signs")
def notice(citizen_id: UUID) -> ResponseReturnValue:
    """Note what one has seen with a citizen; the page says that she can read it."""
    today, citizen = clock.today(), get_citizen(citizen_id)
    authorise(current_actor(), Action.NOTE_SIGNS, reach(citizen, today))
    if is_gone(citizen_id):
        raise CitizenGone
    form = NoticeForm()
    form.citizen_id.data = str(citizen_id)
    form.offer(signs_offered(get_terms().signs), citizen.first_name)
    if form.validate_on_submit():
        _note(form, citizen_id)
        return redirect(url_for("trips.citizen", citizen_id=citizen_id), 303)
    saw(citizen_id)
    page = render_template(
        "outreach/notice.html",
        citizen=citizen,
        form=form,
        no_until=no_until(citizen_id, today),
        people=None,
    )
    return page, 422 if form.errors else 200


@bp.route("/opsporing/lagt-maerke-til", methods=["GET", "POST"])
@requires(Action.NOTE_SIGNS, purpose="note_signs")
def notice_any() -> ResponseReturnValue:
    """Note what one has seen with one of one's own citizens, from Today."""
    people = {str(one.id): one.name for one in _own()}
    form = NoticeAnyForm()
    form.offer(signs_offered(get_terms().signs))
    form.offer_people(people)
    if form.validate_on_submit():
        _note(form, UUID(form.citizen_id.data))
        return redirect(url_for("trips.today"), 303)
    if people:
        saw(*(UUID(one) for one in people))
    page = render_template(
        "outreach/notice.html", citizen=None, form=form, no_until=None, people=people
    )
    return page, 422 if form.errors else 200


def _own() -> list[Any]:
    """Return the citizens a care worker has as her own; others find a citizen first."""
    actor = current_actor()
    if actor.role is not Role.CARE_WORKER:
        return []
    return list(list_own_citizens(actor, clock.today()))


def _note(form: NoticeForm, citizen_id: UUID) -> None:
    noted = form.noted(citizen_id)
    execute(
        services.note,
        current_actor(),
        noted,
        now=clock.now(),
        key=form.key.data,
        content=[citizen_id, noted.signs, noted.words, noted.consent],
    )
    flash(_("Thank you. It is noted, and somebody owns it now."), "success")
