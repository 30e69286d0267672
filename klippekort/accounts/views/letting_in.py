"""What all ways of logging in share: the session that begins, and where it leads."""

from dataclasses import replace
from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID

from flask import Response, current_app, make_response, redirect, request, url_for

from klippekort.accounts import queries, services
from klippekort.accounts.queries import sessions as login_sessions
from klippekort.accounts.queries.sessions import Entered
from klippekort.accounts.services.one_time_passwords import (
    begin_enrolment,
    has_one_time_passwords,
    must_have_second_factor,
)
from klippekort.accounts.services.passkeys import Site
from klippekort.accounts.services.steps import StepKind, begin_step
from klippekort.accounts.views.blueprint import (
    device_secret,
    find_device,
    give_device,
    give_session,
)
from klippekort.domain.browsers import browser_of, network_of
from klippekort.domain.permissions import Role
from klippekort.platform import auth, clock, coming_back, navigation
from klippekort.platform.execute import execute
from klippekort.platform.keys import fingerprint

WEAK = frozenset({"password", "code", "link"})
"""Ways in that a second factor follows, where there is one."""


def public_root() -> str:
    """Return the address browsers know us by, without a slash at its end."""
    told: str = current_app.extensions["settings"].public_url
    return told or request.host_url.rstrip("/")


def site() -> Site:
    """Return what passkeys belong to."""
    root = public_root()
    return Site(urlsplit(root).hostname or "", root)


def entered_by(method: str, now: datetime) -> Entered:
    """Return how the person behind this request has just come in."""
    return Entered(
        method,
        now,
        browser_of(request.user_agent.string) or None,
        network_of(request.remote_addr) or None,
    )


def let_in(account_id: UUID, entered: Entered, now: datetime) -> Response | None:
    """Begin a session in place of any that this browser had, or ask for a second factor first.

    None for an account that has no role to work in.
    """
    if not queries.list_open_roles(account_id, now, provider=entered.provider_id):
        return None
    needs_more = entered.method in WEAK and (
        has_one_time_passwords(account_id) or must_have_second_factor(account_id)
    )
    if needs_more:
        if not has_one_time_passwords(account_id):
            execute(begin_enrolment, account_id, now=now)
        device, facts = device_secret(), {"method": entered.method}
        secret = execute(
            begin_step,
            StepKind.SECOND,
            account_id=account_id,
            browser=device,
            facts=facts,
            now=now,
        )
        page = url_for("accounts.second_factor", step=secret)
        return give_device(make_response(redirect(page, 303)), device)
    return begin(account_id, entered, now)


def begin(account_id: UUID, entered: Entered, now: datetime) -> Response | None:
    """Begin a session in place of any that this browser had; None for an account with no role."""
    held = queries.list_open_roles(account_id, now, provider=entered.provider_id)
    if not held:
        return None
    login, device = auth.find_login(), device_secret()
    secret = execute(
        services.begin_session,
        account_id,
        now,
        replaces=login.session_hash if login else None,
        device=fingerprint(device),
        entered=entered,
    )
    several = len(held) > 1
    page = (
        url_for("accounts.choose_role")
        if several
        else begin_at(Role(held[0].role), held[0].person_id)
    )
    return give_session(make_response(redirect(page, 303)), secret, device)


def begin_anew(method: str, page: str) -> Response:
    """Go on in the same role with a new session, of somebody who has shown anew who they are."""
    login, now = auth.find_login(), clock.now()
    if login is None or login.actor.account_id is None:
        raise RuntimeError("nobody has shown anew who they are")
    before = login_sessions.get_session(login.session_hash)
    entered = login_sessions.entered_of(login.session_hash)
    secret = execute(
        services.begin_session,
        login.actor.account_id,
        now,
        assignment_id=before.role_assignment_id,
        replaces=login.session_hash,
        device=find_device(),
        until=before.ends_at,
        entered=replace(entered, confirmed_at=now, method=method),
    )
    return give_session(make_response(redirect(page, 303)), secret)


def begin_at(role: Role, person_id: UUID | None = None) -> str:
    """Return the address where a role begins, or where its person was going; a citizen begins at
    her own page.
    """
    if role is Role.CITIZEN and person_id is not None:
        return url_for("own_page.home", citizen_id=person_id)
    if role not in navigation.MENU:
        return url_for("accounts.mine")
    return coming_back.take(role) or url_for(navigation.start_page(role))
