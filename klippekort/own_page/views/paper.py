"""Everything on paper: asked for by whoever likes letters better, and sent by staff."""

from uuid import UUID

from flask import Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from klippekort.citizens.queries import get_citizen, reach
from klippekort.citizens.queries.leaving import left_among
from klippekort.citizens.queries.reaching import how_reached
from klippekort.domain.calendar import local_day
from klippekort.domain.errors import Stale
from klippekort.domain.permissions import Action, authorise
from klippekort.messages.queries import CITIZEN, ReachFor, Recipient
from klippekort.own_page.forms.own import AskedForm
from klippekort.own_page.queries import requests as queries
from klippekort.own_page.services import requests as services
from klippekort.own_page.views.blueprint import bp
from klippekort.own_page.views.data import data_paper, looks_paper
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, requires, saw
from klippekort.platform.execute import execute
from klippekort.platform.forms import KeyedForm
from klippekort.platform.i18n import _
from klippekort.punchcards.views.visiting import Visit, own_route

WHAT = {"set": "looks", "alt": "data"}


@own_route(bp, "/paa-papir/<any(set,alt):going_to>", methods=("POST",))
def ask_for_paper(visit: Visit, going_to: str) -> ResponseReturnValue:
    """Let her have it by letter: no screen shows anything."""
    form = KeyedForm()
    if visit.is_on_behalf:
        return render_template("own_page/only_herself.html"), 403
    if form.validate_on_submit():
        _ask(visit.actor, visit.citizen_id, WHAT[going_to], str(form.key.data))
        flash(_("We send you a letter. It comes within a month, often sooner."), "success")
    return redirect(visit.home, 303)


def _ask(actor: object, citizen_id: UUID, what: str, key: str) -> None:
    execute(
        services.ask_on_paper,
        actor,
        citizen_id,
        what,
        now=clock.now(),
        key=key,
        content=[citizen_id, what],
    )


@bp.route("/borgere/<uuid:citizen_id>/indsigt", methods=["GET", "POST"])
@requires(Action.ASK_FOR_DATA, purpose="ask_for_data")
def ask_for_her(citizen_id: UUID) -> ResponseReturnValue:
    """Write down that she asked staff for it, on the phone or at the door."""
    citizen, form = get_citizen(citizen_id), AskedForm()
    authorise(current_actor(), Action.ASK_FOR_DATA, reach(citizen, clock.today()))
    saw(citizen_id)
    if form.validate_on_submit():
        _ask(current_actor(), citizen_id, str(form.what.data), str(form.key.data))
        flash(_("It is written down. A letter is sent."), "success")
        return redirect(url_for("citizens.facts", citizen_id=citizen_id), 303)
    page = render_template("own_page/ask_for_her.html", form=form, citizen=citizen)
    return page, 422 if form.errors else 200


@bp.get("/indsigt")
@requires(Action.GIVE_DATA, purpose="give_data")
def requests() -> ResponseReturnValue:
    """Show who waits for a letter with their data, the most urgent first."""
    rows, today = queries.waiting_requests(), clock.today()
    if rows:
        saw(*(row.citizen.id for row in rows))
    return render_template(
        "own_page/requests.html",
        rows=[(row.request, row.citizen, row.request.answer_by < today, _key()) for row in rows],
        moved=left_among([row.citizen.id for row in rows]),
    )


def _key() -> str:
    return str(KeyedForm(formdata=None).key.data)


@bp.post("/indsigt/<uuid:request_id>/brev.pdf")
@requires(Action.GIVE_DATA, purpose="give_data")
def letter(request_id: UUID) -> ResponseReturnValue:
    """Make the letter that was asked for, with her address where the envelope has its window."""
    row, now = queries.get_request(request_id), clock.now()
    citizen_id, what = row.citizen_id, row.what
    actor, citizen = current_actor(), get_citizen(citizen_id)
    authorise(actor, Action.GIVE_DATA, reach(citizen, local_day(now)))
    execute(services.note_printed, actor, request_id, now=now)
    saw(citizen_id)
    found = how_reached(ReachFor((Recipient(CITIZEN, citizen_id),)))
    to = list(found[0].address.lines) if found else []
    make = data_paper if what == "data" else looks_paper
    drawn = make(citizen_id, now=now, to=to)
    headers = {
        "Content-Disposition": 'attachment; filename="brev.pdf"',
        "Cache-Control": "private, no-store",
    }
    return Response(drawn, mimetype="application/pdf", headers=headers)


@bp.post("/indsigt/<uuid:request_id>/sendt")
@requires(Action.GIVE_DATA)
def sent(request_id: UUID) -> ResponseReturnValue:
    """Note that the letter is in the post."""
    form = KeyedForm()
    if form.validate_on_submit():
        try:
            execute(
                services.note_sent,
                current_actor(),
                request_id,
                now=clock.now(),
                key=form.key.data,
                content=[request_id],
            )
        except Stale:
            flash(_("Make the letter first, then say that it is sent."), "warning")
        else:
            flash(_("The letter is noted as sent."), "success")
    return redirect(url_for("own_page.requests"), 303)
