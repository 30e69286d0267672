"""A one-time code to her own phone, before her data is shown to whoever holds her card."""

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from klippekort.own_page.forms.own import SixDigitsForm
from klippekort.own_page.services import codes
from klippekort.own_page.views.blueprint import bp
from klippekort.platform import clock
from klippekort.platform.execute import execute
from klippekort.platform.forms import KeyedForm
from klippekort.platform.i18n import _
from klippekort.punchcards.views.visiting import COOKIE, Visit, own_route

# Where she was going, and comes to once she has shown who she is.
WHERE = {
    "set": "own_page.looks",
    "alt": "own_page.data",
    "fam": "own_page.add_relative",
    "vis": "own_page.devices",
    "bes": "own_page.told",
}


def asks_for_more(visit: Visit, going_to: str | None = None) -> ResponseReturnValue | None:
    """Return the answer to whoever must first show more than the card; None where nothing lacks.

    Afterwards she comes to `going_to`, an endpoint, else to the page at hand.
    """
    if visit.is_on_behalf:
        return render_template("own_page/only_herself.html"), 403
    if visit.visitor.may_see_everything():
        return None
    wanted = going_to or request.endpoint
    name = next(name for name, one in WHERE.items() if one == wanted)
    return redirect(visit.url("own_page.prove", going_to=name), 303)


@own_route(bp, "/kode/<any(set,alt,fam,vis,bes):going_to>", methods=("GET", "POST"))
def prove(visit: Visit, going_to: str) -> ResponseReturnValue:
    """Offer her a code by text, or everything on paper; and send the code she asks for."""
    if visit.is_on_behalf or visit.visitor.is_strong:
        return redirect(visit.url(WHERE[going_to]), 303)
    form = KeyedForm()
    if form.validate_on_submit():
        try:
            execute(
                codes.send_code,
                visit.actor,
                visit.citizen_id,
                str(form.key.data),
                now=clock.now(),
                key=form.key.data,
            )
        except codes.TooManyCodes:
            flash(_("We have sent several codes. Wait an hour, or ask for paper."), "warning")
        except codes.NoPhone:
            flash(_("We cannot send you a code. Ask for paper instead."), "warning")
        else:
            return redirect(visit.url("own_page.type_code", going_to=going_to), 303)
    can = codes.can_have_code(visit.citizen_id)
    return render_template(
        "own_page/prove.html",
        form=KeyedForm(formdata=None),
        going_to=going_to,
        can_have_code=can,
        digits=codes.last_digits(visit.citizen_id) if can else "",
    )


@own_route(bp, "/kode/<any(set,alt,fam,vis,bes):going_to>/skriv", methods=("GET", "POST"))
def type_code(visit: Visit, going_to: str) -> ResponseReturnValue:
    """Take the code she was sent."""
    there = redirect(visit.url(WHERE[going_to]), 303)
    if visit.is_on_behalf or visit.visitor.is_strong:
        return there
    form = SixDigitsForm()
    if form.validate_on_submit():
        secret = request.cookies.get(COOKIE, "")
        code = str(form.code.data)
        if codes.try_code(visit.actor, visit.citizen_id, code, secret, now=clock.now()):
            return there
        form.code.errors = [_("That is not the code, or it is too old. Ask for a new one.")]
    page = render_template("own_page/type_code.html", form=form, going_to=going_to)
    return page, 422 if form.errors else 200
