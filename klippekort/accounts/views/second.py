"""The second factor: asked for after a password, enrolled, and looked after."""

from uuid import UUID

import segno
from flask import Response, flash, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from klippekort.accounts.forms import PressForm
from klippekort.accounts.forms.sign_in import OneTimeForm
from klippekort.accounts.services import one_time_passwords as codes
from klippekort.accounts.services.steps import Step, StepKind, look_at_step, take_step
from klippekort.accounts.views.blueprint import (
    bp,
    current_login,
    find_browser,
    for_everyone_logged_in,
)
from klippekort.accounts.views.letting_in import begin, entered_by
from klippekort.domain.errors import NotFound
from klippekort.platform import clock
from klippekort.platform.auth import for_fresh, public
from klippekort.platform.execute import execute
from klippekort.platform.i18n import _


def _waiting(step: str) -> Step | None:
    """Return the log-in that waits in this browser for its second factor, or None."""
    browser = find_browser()
    if browser is None:
        return None
    found = look_at_step(StepKind.SECOND, step, now=clock.now(), browser=browser)
    return found if found is not None and found.account_id is not None else None


def _go_on(step: str, waiting: Step) -> ResponseReturnValue:
    """Begin the log-in that waited, once."""
    now, account_id = clock.now(), waiting.account_id
    taken = execute(take_step, StepKind.SECOND, step, browser=find_browser(), now=now)
    entered = entered_by(waiting.facts["method"], now)
    response = begin(account_id, entered, now) if taken and account_id else None
    return response or _begin_over()


def _begin_over() -> ResponseReturnValue:
    flash(_("It took too long. Log in once more."), "info")
    return redirect(url_for("accounts.log_in"), 303)


@bp.route("/log-ind/engangskode/<step>", methods=["GET", "POST"])
@public
def second_factor(step: str) -> ResponseReturnValue:
    """Ask for a one-time password after the password."""
    form, waiting = OneTimeForm(), _waiting(step)
    if waiting is None or waiting.account_id is None:
        return _begin_over()
    if not codes.has_one_time_passwords(waiting.account_id):
        return redirect(url_for("accounts.enrol_at_log_in", step=step), 303)
    if form.validate_on_submit():
        if codes.check_one_time_password(waiting.account_id, form.code.data, now=clock.now()):
            return _go_on(step, waiting)
        form.code.errors = [_("The code does not fit, or is used. Write the next one it shows.")]
    page = render_template("accounts/second_factor.html", form=form)
    return page, 422 if form.errors else 200


@bp.route("/log-ind/engangskode/<step>/opret", methods=["GET", "POST"])
@public
def enrol_at_log_in(step: str) -> ResponseReturnValue:
    """Let somebody whose role demands it begin with one-time passwords before they get in."""
    waiting = _waiting(step)
    if waiting is None or waiting.account_id is None:
        return _begin_over()
    if codes.has_one_time_passwords(waiting.account_id):
        return redirect(url_for("accounts.second_factor", step=step), 303)
    form, fresh = OneTimeForm(), None
    if form.validate_on_submit():
        fresh = _confirmed(waiting.account_id, form)
    if fresh is None:
        return _enrolling(waiting.account_id, form, at_log_in=True)
    # The codes are shown once, on the first page of the log-in that begins here.
    response = _go_on(step, waiting)
    if not isinstance(response, Response):
        return response
    return _with_codes(response, fresh)


def _with_codes(response: Response, fresh: list[str]) -> Response:
    """Answer with the codes, and the session's cookies: a redirect would have to keep them."""
    page = make_response(
        render_template("accounts/recovery_codes.html", codes=fresh, leads_to=response.location)
    )
    for cookie in response.headers.getlist("Set-Cookie"):
        page.headers.add("Set-Cookie", cookie)
    return page


def _confirmed(account_id: UUID, form: OneTimeForm) -> list[str] | None:
    fresh = codes.confirm_enrolment(account_id, form.code.data, now=clock.now())
    if fresh is None:
        form.code.errors = [_("The code does not fit. Write the six digits the app shows now.")]
    return fresh


def _enrolling(account_id: UUID, form: OneTimeForm, *, at_log_in: bool) -> ResponseReturnValue:
    address = codes.find_enrolment(account_id, now=clock.now())
    if address is None:
        return _begin_over() if at_log_in else redirect(url_for("accounts.own_codes"), 303)
    page = render_template(
        "accounts/enrol.html",
        form=form,
        squares=_squares(address),
        side=len(_matrix(address)),
        seed=codes.seed_of(address),
        at_log_in=at_log_in,
    )
    return page, 422 if form.errors else 200


def _matrix(address: str) -> list[list[int]]:
    return [list(row) for row in segno.make_qr(address, error="m").matrix_iter(border=4)]


def _squares(address: str) -> str:
    """Return the dark squares of an address' QR code as the path of a picture."""
    return "".join(
        f"M{x} {y}h1v1h-1z"
        for y, row in enumerate(_matrix(address))
        for x, is_dark in enumerate(row)
        if is_dark
    )


@bp.get("/min-konto/engangskoder")
@public
@for_everyone_logged_in
def own_codes() -> ResponseReturnValue:
    """Show whether one logs in with one-time passwords, and how many recovery codes are left."""
    account_id = _own_account()
    return render_template(
        "accounts/one_time_passwords.html",
        has_them=codes.has_one_time_passwords(account_id),
        is_demanded=codes.must_have_second_factor(account_id),
        left=codes.count_recovery_codes(account_id),
        key=PressForm().key.data,
    )


@bp.post("/min-konto/engangskoder/begynd")
@for_fresh
@for_everyone_logged_in
def begin_codes() -> ResponseReturnValue:
    """Make the square that the app on the telephone reads."""
    account_id, form = _own_account(), PressForm()
    if form.validate_on_submit() and not codes.has_one_time_passwords(account_id):
        execute(codes.begin_enrolment, account_id, now=clock.now())
        return redirect(url_for("accounts.enrol"), 303)
    return redirect(url_for("accounts.own_codes"), 303)


@bp.route("/min-konto/engangskoder/opret", methods=["GET", "POST"])
@for_fresh
@for_everyone_logged_in
def enrol() -> ResponseReturnValue:
    """Begin with one-time passwords."""
    account_id, form = _own_account(), OneTimeForm()
    if codes.has_one_time_passwords(account_id):
        return redirect(url_for("accounts.own_codes"), 303)
    fresh = _confirmed(account_id, form) if form.validate_on_submit() else None
    if fresh is None:
        return _enrolling(account_id, form, at_log_in=False)
    leads_to = url_for("accounts.own_codes")
    return render_template("accounts/recovery_codes.html", codes=fresh, leads_to=leads_to)


@bp.post("/min-konto/engangskoder/nye-koder")
@for_fresh
@for_everyone_logged_in
def renew_recovery_codes() -> ResponseReturnValue:
    """Show ten new recovery codes, once; the old ones no longer work."""
    account_id, form = _own_account(), PressForm()
    if not form.validate_on_submit() or not codes.has_one_time_passwords(account_id):
        return redirect(url_for("accounts.own_codes"), 303)
    fresh = execute(codes.new_recovery_codes, account_id)
    leads_to = url_for("accounts.own_codes")
    return render_template("accounts/recovery_codes.html", codes=fresh, leads_to=leads_to)


@bp.post("/min-konto/engangskoder/stop")
@for_fresh
@for_everyone_logged_in
def stop_codes() -> ResponseReturnValue:
    """Log in without one-time passwords from now on, where no role demands them."""
    account_id, form = _own_account(), PressForm()
    if form.validate_on_submit() and not codes.must_have_second_factor(account_id):
        execute(codes.stop_one_time_passwords, account_id)
        flash(_("You log in without codes from now on."), "success")
    return redirect(url_for("accounts.own_codes"), 303)


def _own_account() -> UUID:
    account_id = current_login().actor.account_id
    if account_id is None:
        raise NotFound
    return account_id
