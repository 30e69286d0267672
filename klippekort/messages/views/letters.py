"""Letters: a pile to print, for envelopes with a window."""

from collections.abc import Sequence
from uuid import UUID

from flask import Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from klippekort.domain.permissions import Action
from klippekort.messages.queries import CITIZEN, MessageDelivery
from klippekort.messages.queries import deliveries as queries
from klippekort.messages.queries.people import people
from klippekort.messages.services import letters as services
from klippekort.messages.views.blueprint import bp
from klippekort.platform import clock, pdf
from klippekort.platform.auth import current_actor, requires, saw
from klippekort.platform.execute import execute
from klippekort.platform.formatting import full_day
from klippekort.platform.forms import KeyedForm
from klippekort.platform.i18n import _, speaking_to


@bp.post("/beskeder/breve")
@requires(Action.SEE_MESSAGES)
def make_pile() -> ResponseReturnValue:
    """Put the letters that wait into a pile, and show it."""
    form = KeyedForm()
    if form.validate_on_submit():
        pile = execute(services.make_pile, current_actor(), now=clock.now(), key=form.key.data)
        if pile is not None:
            return redirect(url_for("messages.pile", pile_id=pile), 303)
        flash(_("No letters wait to be printed."), "info")
    return redirect(url_for("messages.queue"), 303)


@bp.get("/beskeder/breve/<uuid:pile_id>.pdf")
@requires(Action.SEE_MESSAGES, purpose="messages")
def pile(pile_id: UUID) -> ResponseReturnValue:
    """Give the letters of a pile as one PDF, a letter a page."""
    found = queries.pile(pile_id)
    saw(*(row.recipient_id for row in found if row.recipient_kind == CITIZEN))
    page = render_template("messages/paper_letters.html", letters=_letters(found))
    answer = Response(pdf.render(page), mimetype="application/pdf")
    name = _("letters")
    answer.headers["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _letters(found: Sequence[MessageDelivery]) -> list[Markup]:
    """Return letters as they are drawn, each whole in the language its reader has chosen."""
    recipients = [to for row in found if (to := queries.recipient_of(row))]
    languages = {to: person.language for to, person in people(recipients).items()}
    letters = []
    for row in found:
        to = queries.recipient_of(row)
        with speaking_to(languages.get(to) if to else None):
            drawn = render_template("messages/paper_letter.html", letter=_said(row))
        letters.append(Markup(drawn))  # noqa: S704  the template has escaped it
    return letters


def _said(row: MessageDelivery) -> dict[str, object]:
    return {
        "lines": queries.address_of(row),
        "said": (queries.words_of(row) or "").splitlines(),
        "day": full_day(row.sent_at or row.queued_at),
    }
