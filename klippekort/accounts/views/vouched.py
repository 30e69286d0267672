"""Logging in by whoever vouches for a municipality's staff or citizens."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from flask import make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from klippekort.accounts.queries.providers import (
    CITIZENS,
    STAFF,
    Provider,
    find_provider,
    get_provider,
    list_providers,
)
from klippekort.accounts.queries.sessions import Entered, entered_of
from klippekort.accounts.services import oidc, vouching
from klippekort.accounts.services.steps import Step, StepKind, begin_step, take_step
from klippekort.accounts.views.blueprint import bp, device_secret, find_browser, give_device
from klippekort.accounts.views.letting_in import begin, begin_anew, entered_by, public_root
from klippekort.accounts.views.refusals import not_let_in
from klippekort.domain.errors import NotFound
from klippekort.domain.sign_in import NotVouched
from klippekort.platform import auth, clock
from klippekort.platform.audit import audit_write
from klippekort.platform.auth import public
from klippekort.platform.execute import execute
from klippekort.platform.keys import Place, keys, new_secret
from klippekort.platform.outgoing import NoAnswer
from klippekort.platform.tenancy import acting_for, set_municipality
from klippekort.platform.web import without_token

KINDS = {"kommune": STAFF, "mitid": CITIZENS}


def _callback() -> str:
    return public_root() + url_for("accounts.vouched")


@bp.get("/log-ind/<any(kommune, mitid):who>")
@public
def choose_municipality(who: str) -> ResponseReturnValue:
    """List the municipalities whose staff, or citizens, log in by a provider."""
    return render_template(
        "accounts/choose_municipality.html", providers=list_providers(KINDS[who]), who=who
    )


@bp.get("/log-ind/<any(kommune, mitid):who>/<slug>")
@public
def ask_provider(who: str, slug: str) -> ResponseReturnValue:
    """Send somebody to where they log in; the answer is believed in this browser alone.

    It is a link and no form: browsers hold a form's redirects to our own address.
    """
    provider = find_provider(slug, KINDS[who])
    if provider is None:
        raise NotFound
    return _ask(provider)


@bp.get("/bekraeft/udbyder/<held>")
@public
def confirm_by_provider(held: str) -> ResponseReturnValue:
    """Have somebody log in anew at the provider that vouched for them, before a grave act."""
    login = auth.find_login()
    row = find_vouched_session(login.session_hash) if login else None
    if row is None:
        return redirect(auth.log_in_page(), 303)
    return _ask(row, held=held)


def find_vouched_session(session_hash: str) -> Provider | None:
    """Return who vouched for a log-in, or None for one that came otherwise."""
    entered = entered_of(session_hash)
    if entered.provider_id is None:
        return None
    provider = get_provider(entered.provider_id)
    return provider if provider.is_on else None


def _ask(provider: Provider, held: str | None = None) -> ResponseReturnValue:
    set_municipality(provider.municipality_id)
    browser, state = device_secret(), new_secret()
    try:
        asked = oidc.ask(provider, redirect_uri=_callback(), state=state, again=held is not None)
    except NoAnswer as trouble:
        return not_let_in(provider, f"silent_{trouble.code}")
    audit_write(
        begin_step,
        StepKind.VOUCHED,
        secret=state,
        browser=browser,
        facts={"provider": str(provider.id), "held": held},
        hidden={"nonce": asked.nonce, "verifier": asked.verifier},
        now=clock.now(),
    )
    return give_device(make_response(redirect(asked.url, 303)), browser)


@bp.get("/log-ind/svar")
@public
def vouched() -> ResponseReturnValue:
    """Let in whoever comes back from a provider, if all it says is for this very log-in."""
    if not request.args:
        return redirect(url_for("accounts.log_in"), 303)
    now, browser = clock.now(), find_browser()
    state = request.args.get("state", "")
    step = (
        execute(take_step, StepKind.VOUCHED, state, browser=browser, now=now)
        if browser and state
        else None
    )
    if step is None:
        return not_let_in(None, "state")
    try:
        provider = get_provider(UUID(step.facts["provider"]))
    except NotFound:
        return not_let_in(None, "state")
    set_municipality(provider.municipality_id)
    try:
        return _let_in(provider, step, now)
    except NotVouched as refusal:
        with acting_for(provider.municipality_id):
            audit_write(vouching.note_refusal, provider, refusal.code)
        return not_let_in(provider, refusal.code)
    except NoAnswer as trouble:
        return not_let_in(provider, f"silent_{trouble.code}")


def _let_in(provider: Provider, step: Step, now: datetime) -> ResponseReturnValue:
    """Ask the provider what the code is worth, and let the person in.

    Raises NotVouched and NoAnswer.
    """
    code, held = request.args.get("code", ""), step.facts["held"]
    if not provider.is_on or request.args.get("iss", provider.issuer) != provider.issuer:
        raise NotVouched("issuer")
    if "error" in request.args or not code:
        raise NotVouched("refused_there")
    said = oidc.redeem(
        provider,
        code,
        redirect_uri=_callback(),
        nonce=step.hidden["nonce"],
        verifier=step.hidden["verifier"],
        now=now,
        after=step.began_at if held else None,
    )
    with acting_for(provider.municipality_id):
        account_id = UUID(execute(vouching.let_in, provider, said, now=now))
    if held:
        login = auth.find_login()
        if login is None or login.actor.account_id != account_id:
            raise NotVouched("somebody_else")
        return begin_anew("oidc", url_for("accounts.go_on", held=held))
    entered = _entered(provider, said, now)
    response = begin(account_id, entered, now)
    if response is None:
        raise NotVouched("no_role")
    return response


def _entered(provider: Provider, said: oidc.Vouched, now: datetime) -> Entered:
    """Return how somebody came in by a provider; a citizen's token holds too much to be kept."""
    session = said.claims.get("sid")
    place = Place(provider.municipality_id, provider.id, "id_token")
    return replace(
        entered_by("oidc", now),
        provider_id=provider.id,
        provider_subject=vouching.seal_name(provider, said.subject),
        provider_session=vouching.seal_name(provider, session)
        if isinstance(session, str)
        else None,
        id_token=keys().seal_secret(said.id_token, place) if provider.kind == STAFF else None,
    )


@bp.post("/log-ind/<any(kommune, mitid):who>/<slug>/logget-ud")
@without_token
@public
def logged_out_there(who: str, slug: str) -> ResponseReturnValue:
    """Hear from a provider that somebody has logged out there; it signs what it says."""
    provider, now = find_provider(slug, KINDS[who]), clock.now()
    if provider is None:
        raise NotFound
    try:
        told = oidc.read_logout(provider, request.form.get("logout_token", ""), now=now)
        execute(vouching.end_vouched, provider, told, now=now)
    except (NotVouched, NoAnswer):
        return _no_store("", 400)
    return _no_store("", 200)


def _no_store(body: str, status: int) -> ResponseReturnValue:
    response = make_response(body, status)
    response.headers["Cache-Control"] = "no-store"
    return response
