"""How a citizen wants to be told, and what she was told."""

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from klippekort.citizens import queries
from klippekort.citizens.services.messages import choose_for_citizen
from klippekort.citizens.views.blueprint import bp
from klippekort.domain.permissions import Action, authorise
from klippekort.messages.forms import ChannelsForm
from klippekort.messages.queries import CITIZEN, Recipient
from klippekort.messages.queries.settings import language_of, wishes_of
from klippekort.messages.views.told import told_to
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, requires, saw
from klippekort.platform.execute import execute
from klippekort.platform.i18n import _
from klippekort.platform.languages import DANISH


@bp.route("/borgere/<uuid:citizen_id>/beskeder", methods=["GET", "POST"])
@requires(Action.CHOOSE_CHANNEL, purpose="messages")
def messages(citizen_id: UUID) -> ResponseReturnValue:
    """Show what a citizen was told, and keep how she wants to be told."""
    citizen, actor = queries.get_citizen(citizen_id), current_actor()
    authorise(actor, Action.CHOOSE_CHANNEL, queries.reach(citizen, clock.today()))
    form = ChannelsForm()
    form.offer(CITIZEN, wishes_of(citizen_id), language_of(citizen_id) or DANISH.code)
    if form.validate_on_submit():
        wanted, language = form.wanted(), form.language.data
        said = (citizen_id, wanted, language)
        content = [citizen_id, sorted(wanted.items()), language]
        now, key = clock.now(), form.key.data
        execute(choose_for_citizen, actor, *said, now=now, key=key, content=content)
        flash(_("It is kept."), "success")
        return redirect(url_for("citizens.messages", citizen_id=citizen_id), 303)
    saw(citizen_id)
    told = told_to(Recipient(CITIZEN, citizen_id), clock.today())
    page = render_template("citizens/messages.html", citizen=citizen, form=form, told=told)
    return page, 422 if form.errors else 200
