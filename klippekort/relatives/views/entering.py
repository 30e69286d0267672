"""How a relative gets in: a link by e-mail or a code by text. Strangers get the same answers."""

from uuid import UUID

from flask import Response, redirect, render_template, url_for
from flask import session as form_session
from flask.typing import ResponseReturnValue

from klippekort.accounts.views.letting_in import entered_by, let_in
from klippekort.domain.permissions import Actor, Role
from klippekort.messages.services import can_mail, can_text
from klippekort.platform import auth, clock
from klippekort.platform.audit import audit_write
from klippekort.platform.auth import public
from klippekort.platform.execute import execute
from klippekort.platform.forms import KeyedForm
from klippekort.platform.i18n import _
from klippekort.relatives.forms.own import AddressForm, CodeForm
from klippekort.relatives.queries.relatives import language_of
from klippekort.relatives.queries.tickets import find_link
from klippekort.relatives.services import letting_in
from klippekort.relatives.services.tickets import spend_try
from klippekort.relatives.views.blueprint import bp
from klippekort.relatives.views.reading import read_in
from klippekort.relatives.views.staff import link_to

_TYPED = "relative-address"


@bp.route("/parorende/log-ind", methods=["GET", "POST"])
@public
def log_in() -> ResponseReturnValue:
    """Send a link or a code to whoever is known by an address; whether she is, is not told."""
    actor = auth.find_actor()
    if actor is not None and actor.role is Role.RELATIVE:
        return redirect(url_for("relatives.home"), 303)
    form = AddressForm()
    if form.validate_on_submit() and form.plain:
        execute(letting_in.ask_way_in, form.plain, link_to=link_to, now=clock.now())
        if "@" in form.plain:
            return redirect(url_for("relatives.look_in_mail"), 303)
        form_session[_TYPED] = form.address.data
        return redirect(url_for("relatives.type_code"), 303)
    page = render_template(
        "relatives/log_in.html", form=form, has_mail=can_mail(), has_texts=can_text()
    )
    return page, 422 if form.errors else 200


@bp.get("/parorende/se-i-din-post")
@public
def look_in_mail() -> ResponseReturnValue:
    """Say where the link is, if there is one."""
    return render_template("relatives/look_in_mail.html")


@bp.route("/parorende/kode", methods=["GET", "POST"])
@public
def type_code() -> ResponseReturnValue:
    """Ask for the address and the code, and say the same to every wrong answer."""
    form = CodeForm(data={"address": form_session.get(_TYPED, "")})
    if form.validate_on_submit() and form.plain:
        ticket_id = audit_write(spend_try, form.plain, form.digits, clock.now())
        if ticket_id is not None and (response := _let_in(ticket_id)):
            return response
        form.form_errors.append(
            _("Address and code do not fit together, or the code is used. Ask for a new code.")
        )
    page = render_template("relatives/type_code.html", form=form)
    return page, 422 if form.errors else 200


@bp.route("/parorende/ind/<secret>", methods=["GET", "POST"])
@public
def enter(secret: str) -> ResponseReturnValue:
    """Open a one-time link: the page shows whom it is about, a press of the button uses it up.

    Mail programs look at links before people do, and must not use them.
    """
    now, ticket = clock.now(), find_link(secret, clock.now())
    first_name = letting_in.invited_for(ticket, now=now) if ticket else None
    is_open = ticket is not None and (ticket.kind == "log_in" or first_name is not None)
    form = KeyedForm()
    if ticket is not None and is_open and form.validate_on_submit():
        response = _let_in(ticket.id)
        if response is not None:
            return response
        is_open = False
    page = render_template(
        "relatives/enter.html",
        form=form,
        is_open=is_open,
        first_name=first_name,
        already=_as_relative(),
    )
    return page, 200 if is_open else 410


def _as_relative() -> Actor | None:
    """Return the relative who is logged in here already, or None."""
    actor = auth.find_actor()
    return actor if actor is not None and actor.role is Role.RELATIVE else None


def _let_in(ticket_id: UUID) -> Response | None:
    """Spend a ticket and begin a session in place of any this browser had; None when it is over."""
    here, now = _as_relative(), clock.now()
    as_account = here.account_id if here else None
    entry = execute(letting_in.come_in, ticket_id, now=now, as_account=as_account)
    if entry is None:
        return None
    account_id, kind = entry
    response = let_in(UUID(account_id), entered_by("link", now), now)
    home = url_for("relatives.home")
    if response is not None and kind == "invite" and response.location == home:
        response.location = url_for("relatives.welcome")
    return read_in(response, language_of(UUID(account_id))) if response is not None else None
