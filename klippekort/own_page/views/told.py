"""How she is told things: by what, purpose by purpose, and in which language; and what she was."""

from flask import flash, redirect, render_template
from flask.typing import ResponseReturnValue

from klippekort.citizens.services.messages import choose_for_citizen
from klippekort.messages.forms import ChannelsForm
from klippekort.messages.queries import CITIZEN, Recipient
from klippekort.messages.queries.settings import language_of, wishes_of
from klippekort.messages.views.told import told_to
from klippekort.own_page.views.blueprint import bp
from klippekort.own_page.views.proving import asks_for_more
from klippekort.platform import clock
from klippekort.platform.execute import execute
from klippekort.platform.i18n import _, reader_language
from klippekort.punchcards.views.visiting import Visit, own_route


@own_route(bp, "/beskeder", methods=("GET", "POST"))
def told(visit: Visit) -> ResponseReturnValue:
    """Let her choose how she is told, once more than the card tells that it is she.

    Otherwise whoever finds the card could read what she was told, and keep her from hearing more.
    """
    refused = asks_for_more(visit, "own_page.told")
    if refused is not None:
        return refused
    whose, form = visit.citizen_id, ChannelsForm()
    form.offer(CITIZEN, wishes_of(whose), language_of(whose) or reader_language().code)
    if form.validate_on_submit():
        said = (whose, form.wanted(), form.language.data)
        content = [whose, sorted(form.wanted().items()), form.language.data]
        now, key = clock.now(), form.key.data
        execute(choose_for_citizen, visit.actor, *said, now=now, key=key, content=content)
        flash(_("It is saved. Thank you."), "success")
        return redirect(visit.url("own_page.told"), 303)
    shown = told_to(Recipient(CITIZEN, whose), clock.today())
    page = render_template("own_page/told.html", form=form, told=shown)
    return page, 422 if form.errors else 200
