"""Logging in by password or code, choosing a role, and logging out."""

from urllib.parse import urlencode
from uuid import UUID

from flask import Response, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from klippekort.accounts import queries, services
from klippekort.accounts.forms import ROLE_NAMES, ChooseRoleForm, CodeForm, LogInForm
from klippekort.accounts.queries import sessions as login_sessions
from klippekort.accounts.queries.providers import CITIZENS, STAFF, get_provider, list_providers
from klippekort.accounts.services.links import can_mail
from klippekort.accounts.services.oidc import metadata_of
from klippekort.accounts.views.blueprint import (
    bp,
    current_login,
    find_device,
    for_everyone_logged_in,
    give_session,
    take_session,
)
from klippekort.accounts.views.letting_in import begin_at, entered_by, let_in, public_root
from klippekort.domain.errors import NotFound
from klippekort.domain.permissions import Role
from klippekort.domain.sign_in import NotVouched
from klippekort.municipalities.forms import e164
from klippekort.municipalities.queries import list_municipalities
from klippekort.platform import auth, clock
from klippekort.platform.auth import public, public_while_shown
from klippekort.platform.execute import execute
from klippekort.platform.i18n import _
from klippekort.platform.keys import Place, keys
from klippekort.platform.outgoing import NoAnswer

MOST_BUTTONS = 3


@bp.route("/log-ind", methods=["GET", "POST"])
@public
def log_in() -> ResponseReturnValue:
    """Ask for e-mail and password, and say the same to every wrong answer."""
    form = LogInForm()
    login = auth.find_login()
    if form.validate_on_submit():
        now = clock.now()
        account_id = services.log_in(form.email.data, form.password.data, now)
        if account_id and (response := let_in(account_id, entered_by("password", now), now)):
            return response
        form.form_errors.append(_("E-mail and password do not fit together. Try once more."))
    elif login is not None and not form.is_submitted():
        return redirect(begin_at(login.actor.role, login.actor.person_id), 303)
    status = 422 if form.errors else 200
    here = find_device()
    others = login_sessions.list_on_device(here, clock.now()) if here else []
    page = render_template(
        "accounts/log_in.html",
        form=form,
        has_others=bool(others),
        can_mail=can_mail(),
        staff=list_providers(STAFF),
        citizens=list_providers(CITIZENS),
        most_buttons=MOST_BUTTONS,
    )
    return page, status


@bp.route("/log-ind/kode", methods=["GET", "POST"])
@public
def log_in_by_code() -> ResponseReturnValue:
    """Ask for a telephone number and a code, and say the same to every wrong answer."""
    form = CodeForm()
    if form.validate_on_submit():
        now, phone = clock.now(), e164(form.phone.data)
        code = "".join(form.code.data.split())
        account_id = services.log_in_by_code(phone, code, now) if phone else None
        if account_id and (response := let_in(account_id, entered_by("code", now), now)):
            return response
        form.form_errors.append(
            _("Phone and code do not fit together, or the code is used. Ask for a new code.")
        )
    status = 422 if form.errors else 200
    return render_template("accounts/log_in_by_code.html", form=form), status


@bp.route("/log-ind/rolle", methods=["GET", "POST"])
@public
@for_everyone_logged_in
def choose_role() -> ResponseReturnValue:
    """Let a person with several roles choose one; the choice is a new session."""
    login, form, now = current_login(), ChooseRoleForm(), clock.now()
    account_id = login.actor.account_id
    entered = login_sessions.entered_of(login.session_hash)
    held = (
        queries.list_open_roles(account_id, now, provider=entered.provider_id) if account_id else ()
    )
    places = {row.id: row.name for row in list_municipalities()}
    form.role.choices = {
        str(row.id): f"{ROLE_NAMES[Role(row.role)]}, {places[row.municipality_id]}" for row in held
    }
    if form.validate_on_submit():
        chosen = next(row for row in held if str(row.id) == form.role.data)
        secret = execute(
            services.begin_session,
            account_id,
            now,
            assignment_id=UUID(form.role.data),
            replaces=login.session_hash,
            device=find_device(),
            until=login_sessions.end_of_session(login.session_hash),
            entered=entered,
        )
        return give_session(
            make_response(redirect(begin_at(Role(chosen.role), chosen.person_id), 303)), secret
        )
    status = 422 if form.errors else 200
    return render_template("accounts/choose_role.html", form=form), status


@bp.post("/log-ud")
@public_while_shown
def log_out() -> ResponseReturnValue:
    """End the session for good, at whoever vouched for it too, and show the log-in page."""
    login = auth.find_login() or auth.find_locked()
    leads_to = None
    if login is not None:
        leads_to = _ending_there(login.session_hash)
        execute(services.end_session, login.session_hash, clock.now())
    if leads_to is None:
        return take_session(make_response(redirect(url_for("accounts.log_in"), 303)))
    # A redirect after a form may lead to our own pages alone (form-action); a page may lead on.
    response: Response = make_response(
        render_template("accounts/logged_out.html", leads_to=leads_to)
    )
    return take_session(response)


def _ending_there(session_hash: str) -> str | None:
    """Return where a log-in ends at the provider that vouched for it, or None for no such place."""
    entered = login_sessions.entered_of(session_hash)
    if entered.provider_id is None:
        return None
    try:
        provider = get_provider(entered.provider_id)
        ends_at = metadata_of(provider).ends_at
    except (NotFound, NoAnswer, NotVouched):
        return None
    if ends_at is None:
        return None
    said = {
        "client_id": provider.client_id,
        "post_logout_redirect_uri": public_root() + url_for("accounts.log_in"),
    }
    if entered.id_token is not None:
        place = Place(provider.municipality_id, provider.id, "id_token")
        said["id_token_hint"] = keys().unseal_secret(entered.id_token, place)
    return f"{ends_at}{'&' if '?' in ends_at else '?'}{urlencode(said)}"
