"""A shared tablet: locked at once, and taken back with a name and a PIN during the shift."""

from uuid import UUID

from flask import make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from klippekort.accounts.queries.sessions import OnDevice, list_on_device
from klippekort.accounts.services import check_pin, lock_session, take_back
from klippekort.accounts.views.blueprint import find_device, give_session, leave_nothing
from klippekort.domain.errors import NotFound
from klippekort.platform import clock, coming_back
from klippekort.platform.auth import find_locked, find_login, public_while_shown
from klippekort.platform.execute import execute
from klippekort.platform.forms import KeyedForm
from klippekort.platform.i18n import _
from klippekort.platform.navigation import start_page
from klippekort.platform.web import without_token
from klippekort.tablet.forms.lock import TakeBackForm
from klippekort.tablet.views.blueprint import bp


@bp.post("/tablet/laas")
@without_token
@public_while_shown
def lock() -> ResponseReturnValue:
    """Lock the tablet: nothing of whoever used it is left to see.

    An old page must be able to lock too, so no token is asked for; another site's page sends no
    cookie along.
    """
    login = find_login()
    if login is not None:
        execute(lock_session, login.session_hash, clock.now())
    return leave_nothing(make_response(redirect(url_for("tablet.unlock"), 303)))


@bp.route("/tablet/laas-op", methods=["GET", "POST"])
@public_while_shown
def unlock() -> ResponseReturnValue:
    """Ask who is here, and for the PIN. After five wrong ones only the password helps."""
    if find_login() is not None:
        return redirect(url_for("start"), 303)
    device, form = find_device(), TakeBackForm()
    people = list_on_device(device, clock.now()) if device else []
    if device is None or not people:
        return _nobody()
    _offer(form, people)
    if form.validate_on_submit():
        account_id = UUID(form.person.data)
        if check_pin(account_id, form.pin.data or "", clock.now()):
            return _taken_back(device, account_id)
        people = list_on_device(device, clock.now())
        if not people:
            return _nobody()
        _say_wrong(form, people)
    page = render_template("tablet/unlock.html", form=form, is_locked=find_locked() is not None)
    return leave_nothing_of_last(page, 422 if form.errors else 200)


def leave_nothing_of_last(page: str, status: int) -> ResponseReturnValue:
    """Send the page so that the browser keeps nothing of whoever was here before."""
    response = make_response(page, status)
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


def _offer(form: TakeBackForm, people: list[OnDevice]) -> None:
    form.person.choices = {str(one.account_id): one.name for one in people}
    if len(people) == 1 and not form.is_submitted():
        form.person.data = str(people[0].account_id)


def _say_wrong(form: TakeBackForm, people: list[OnDevice]) -> None:
    """Say what was wrong; whoever has no try left is not offered any more."""
    _offer(form, people)
    if form.person.data in form.person.choices:
        form.pin.errors = [_("That was not your PIN. After five wrong tries, use your password.")]
        return
    form.person.data = None
    form.person.errors = [_("There were five wrong tries. Log in with your password.")]


def _taken_back(device: str, account_id: UUID) -> ResponseReturnValue:
    try:
        secret, role = execute(take_back, device, account_id, clock.now())
    except NotFound:
        return _nobody()  # The shift ended, or the account was closed, while the PIN was typed.
    page = coming_back.take(role) or url_for(start_page(role))
    return give_session(make_response(redirect(page, 303)), secret)


def _nobody() -> ResponseReturnValue:
    """Nobody here can use a PIN: the whole log-in is needed."""
    if find_locked() is None:
        return redirect(url_for("accounts.log_in"), 303)
    form = KeyedForm(formdata=None)
    page = render_template("tablet/unlock.html", form=form, is_locked=True)
    return leave_nothing_of_last(page, 200)
