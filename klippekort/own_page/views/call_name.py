"""What she would rather be called by those she meets on her trips."""

from flask import flash, redirect, render_template
from flask.typing import ResponseReturnValue

from klippekort.citizens.queries import get_citizen
from klippekort.citizens.services import choose_call_name
from klippekort.own_page.forms.call_name import CallNameForm
from klippekort.own_page.views.blueprint import bp
from klippekort.own_page.views.relatives import only_herself
from klippekort.platform import clock
from klippekort.platform.execute import execute
from klippekort.platform.i18n import _
from klippekort.punchcards.views.visiting import Visit, own_route


@own_route(bp, "/kaldenavn", methods=("GET", "POST"))
def call_name(visit: Visit) -> ResponseReturnValue:
    """Ask her what hosts and friends may call her."""
    refused = only_herself(visit)
    if refused is not None:
        return refused
    citizen = get_citizen(visit.citizen_id)
    form = CallNameForm(data={"name": citizen.call_name or ""})
    if form.validate_on_submit():
        execute(
            choose_call_name,
            visit.actor,
            citizen.id,
            form.name.data,
            now=clock.now(),
            key=form.key.data,
            content=[citizen.id, form.name.data],
        )
        flash(_("It is saved. Thank you."), "success")
        return redirect(visit.home, 303)
    page = render_template("own_page/call_name.html", form=form, first_name=citizen.first_name)
    return page, 422 if form.errors else 200
