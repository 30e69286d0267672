"""What a citizen would like: in her own words, or chosen from pictures."""

from uuid import UUID

from flask import flash, redirect, render_template
from flask.typing import ResponseReturnValue

from klippekort.activities.forms import KINDS
from klippekort.domain.errors import NotFound, Stale
from klippekort.domain.proxies import Purpose
from klippekort.own_page.forms.own import OwnWishForm
from klippekort.own_page.views.blueprint import bp
from klippekort.platform import clock
from klippekort.platform.execute import execute
from klippekort.platform.forms import KeyedForm
from klippekort.platform.i18n import _
from klippekort.punchcards.views.visiting import Visit, own_route
from klippekort.waiting.queries import wishes as queries
from klippekort.waiting.services import wishes as services

MOST_SHOWN = 6


@own_route(bp, "/oenske", needs=Purpose.PROPOSE, methods=("GET", "POST"))
def wish(visit: Visit) -> ResponseReturnValue:
    """Ask what she would like, and pass it on; what she waits for stands below."""
    form = OwnWishForm()
    if form.validate_on_submit():
        facts = form.facts()
        execute(
            services.make_wish,
            visit.actor,
            visit.citizen_id,
            facts,
            now=clock.now(),
            key=form.key.data,
            content=[visit.citizen_id, services.fingerprint_of(facts)],
        )
        flash(_("Thank you. We look for something, and tell you."), "success")
        return redirect(visit.home, 303)
    page = render_template(
        "own_page/wish.html",
        form=form,
        wishes=[
            (
                row.wish.id,
                queries.words_of(row.wish, row.citizen),
                KINDS.get(row.wish.kind or ""),
                KeyedForm(formdata=None).key.data,
            )
            for row in queries.wishes_of(visit.citizen_id)
            if row.wish.state == "open"
        ][:MOST_SHOWN],
    )
    return page, 422 if form.errors else 200


@own_route(bp, "/oenske/<uuid:wish_id>/fortryd", needs=Purpose.PROPOSE, methods=("POST",))
def unwish(visit: Visit, wish_id: UUID) -> ResponseReturnValue:
    """Take a wish back."""
    form = KeyedForm()
    if queries.get_wish(wish_id).citizen.id != visit.citizen_id:
        raise NotFound
    if form.validate_on_submit():
        try:
            execute(
                services.withdraw_wish,
                visit.actor,
                wish_id,
                reason="citizen",
                now=clock.now(),
                key=form.key.data,
                content=[wish_id],
            )
        except Stale:
            flash(_("That wish is not open any more."), "info")
        else:
            flash(_("The wish is taken back."), "success")
    return redirect(visit.url("own_page.wish"), 303)
