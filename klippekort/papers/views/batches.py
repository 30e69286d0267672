"""Letters to everybody under a scheme about its new terms: seen first, then sent."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from klippekort.citizens.queries import list_citizens
from klippekort.domain.errors import NotFound, Stale
from klippekort.domain.permissions import Action
from klippekort.papers.forms.fields import BatchForm
from klippekort.papers.forms.law_letter import letters_html
from klippekort.papers.queries import letters as queries
from klippekort.papers.services import batches as services
from klippekort.papers.views.answering import as_pdf
from klippekort.papers.views.blueprint import bp
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, requires, saw
from klippekort.platform.execute import execute
from klippekort.platform.formatting import moment
from klippekort.platform.forms import KeyedForm
from klippekort.platform.i18n import _, ngettext
from klippekort.punchcards.queries.schemes import get_scheme

A_PAGE = 50


@bp.route("/papirer/breve/regler/<uuid:batch_id>", methods=["GET", "POST"])
@requires(Action.SEND_BATCH, purpose="law_letters")
def batch(batch_id: UUID) -> ResponseReturnValue:
    """Show who is told of new terms and how a letter reads; with reasons they are sent."""
    row, now = queries.get_batch(batch_id), clock.now()
    form, told = BatchForm(data={"words": row.reason}), services.told(row)
    if form.validate_on_submit() and not form.show.data:
        try:
            _send(batch_id, form, request.form.get("count", "", str))
        except Stale:
            flash(_("The list has changed meanwhile. Look through it again."), "warning")
        else:
            said = ngettext("%(num)s letter is written.", "%(num)s letters are written.", len(told))
            rest = _("They can be taken back until they have rested.")
            flash(f"{said} {rest}", "success")
        return redirect(url_for("papers.batch", batch_id=batch_id), 303)
    page = max(1, request.args.get("side", 1, int))
    near = told[(page - 1) * A_PAGE : page * A_PAGE]
    names = {one.id: one.name for one in list_citizens(one for _card, one in near)}
    saw(*names)
    shown = render_template(
        "papers/batch.html",
        batch=row,
        scheme=get_scheme(row.scheme_id),
        form=form,
        count=len(told),
        people=[(card_id, names.get(one, "")) for card_id, one in near],
        page=page,
        pages=-(-len(told) // A_PAGE),
        until=moment(row.due_at, clock.today()) if row.due_at and row.due_at > now else "",
        key=KeyedForm(formdata=None).key.data,
    )
    return shown, 422 if form.errors else 200


def _send(batch_id: UUID, form: BatchForm, count: str) -> None:
    words = form.words.data or ""
    execute(
        services.send,
        current_actor(),
        batch_id,
        words,
        int(count) if count.isdecimal() else -1,
        now=clock.now(),
        key=form.key.data,
        content=[batch_id, words, count],
    )


@bp.get("/papirer/breve/regler/<uuid:batch_id>/<uuid:card_id>.pdf")
@requires(Action.SEND_BATCH, purpose="law_letters")
def batch_letter(batch_id: UUID, card_id: UUID) -> ResponseReturnValue:
    """Show one citizen's letter of a batch before it is sent."""
    row = queries.get_batch(batch_id)
    owner = dict(services.told(row)).get(card_id)
    if owner is None:
        raise NotFound
    saw(owner)
    try:
        body = services.letter_to(row, card_id, now=clock.now())
    except Stale:
        raise NotFound from None
    return as_pdf(letters_html([body]), "brev", url_for("papers.batch", batch_id=batch_id))


@bp.post("/papirer/breve/regler/<uuid:batch_id>/tilbage")
@requires(Action.SEND_BATCH)
def take_back(batch_id: UUID) -> ResponseReturnValue:
    """Take the letters of a batch back while they rest."""
    form = KeyedForm()
    if form.validate_on_submit():
        key, now = form.key.data, clock.now()
        try:
            execute(services.take_back, current_actor(), batch_id, now=now, key=key)
            flash(_("The letters are taken back. Nobody has got any."), "success")
        except Stale:
            flash(_("It is too late for that. The letters have gone on."), "warning")
    return redirect(url_for("papers.batch", batch_id=batch_id), 303)
