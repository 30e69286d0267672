"""The administrator's pages: who logs in here."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound as NoSuchPage

from klippekort.accounts import queries, services
from klippekort.accounts.forms import ROLE_NAMES, CreateAccountForm, PlaceForm, PressForm
from klippekort.accounts.queries import care_workers as workers
from klippekort.accounts.services.one_time_passwords import (
    forget_second_factor,
    has_one_time_passwords,
)
from klippekort.accounts.views.blueprint import bp
from klippekort.domain.permissions import Action, Role
from klippekort.municipalities.queries import list_districts, list_suppliers
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, requires
from klippekort.platform.execute import execute
from klippekort.platform.i18n import _

# Volunteers get their log-in where volunteers are kept.
SLUGS = {
    "medarbejder": Role.CARE_WORKER,
    "planlaegger": Role.PLANNER,
    "visitator": Role.ASSESSOR,
    "koordinator": Role.COORDINATOR,
    "administrator": Role.ADMINISTRATOR,
}


def _role(slug: str) -> Role:
    if slug not in SLUGS:
        raise NoSuchPage
    return SLUGS[slug]


def _id(text: str | None) -> UUID | None:
    return UUID(text) if text else None


@bp.get("/log-ins")
@requires(Action.MANAGE_ACCOUNTS)
def manage() -> ResponseReturnValue:
    """List everybody who logs in here."""
    return render_template(
        "accounts/manage.html", accounts=queries.list_accounts(), role_names=ROLE_NAMES
    )


@bp.get("/log-ins/opret")
@requires(Action.MANAGE_ACCOUNTS)
def choose_new() -> ResponseReturnValue:
    """Ask what the new person is here for."""
    return render_template("accounts/choose_new.html", slugs=SLUGS, role_names=ROLE_NAMES)


@bp.route("/log-ins/opret/<slug>", methods=["GET", "POST"])
@requires(Action.MANAGE_ACCOUNTS, fresh=True)
def create(slug: str) -> ResponseReturnValue:
    """Make a log-in in one role, and show its first password once."""
    role, form = _role(slug), CreateAccountForm()
    form.offer(role, list_suppliers(), list_districts())
    if form.validate_on_submit():
        password = services.first_password(form.key.data)
        try:
            account_id = _create(role, form, password)
        except services.EmailTaken:
            form.email.errors = [_("Somebody has a log-in with that e-mail already.")]
        except services.PersonTaken:
            form.employee_number.errors = [_("That care worker has a log-in already.")]
        else:
            return _show_password(UUID(account_id), password)
    status = 422 if form.errors else 200
    return (
        render_template("accounts/create.html", form=form, role_name=ROLE_NAMES[role]),
        status,
    )


def _create(role: Role, form: CreateAccountForm, password: str) -> str:
    sent = {k: v for k, v in form.data.items() if k not in ("key", "csrf_token")}
    facts: dict[str, Any] = {"name": form.name.data, "email": form.email.data}
    service: Callable[..., str] = services.create_account
    if role is Role.CARE_WORKER:
        service = services.create_care_worker_account
        facts |= {
            "employee_number": form.employee_number.data,
            "supplier_id": _id(form.supplier.data),
            "district_id": _id(form.district.data),
        }
    else:
        facts |= {"role": role}
        if role is Role.PLANNER:
            facts |= {"supplier_id": _id(form.supplier.data)}
    created: str = execute(
        service,
        current_actor(),
        **facts,
        password=password,
        now=clock.now(),
        key=form.key.data,
        content=sent | {"role": role},
    )
    return created


def _show_password(account_id: UUID, password: str) -> ResponseReturnValue:
    """Answer with the password itself: a redirect would have to keep it somewhere."""
    account = queries.get_account(account_id)
    return render_template("accounts/first_password.html", account=account, password=password)


@bp.get("/log-ins/<uuid:account_id>")
@requires(Action.MANAGE_ACCOUNTS)
def show(account_id: UUID) -> ResponseReturnValue:
    """Show a person's roles, and what can be done with the log-in."""
    return render_template(
        "accounts/show.html",
        account=queries.get_account(account_id),
        has_codes=has_one_time_passwords(account_id),
        is_own=account_id == current_actor().account_id,
        role_names=ROLE_NAMES,
        slugs=SLUGS,
        key=PressForm().key.data,
    )


@bp.post("/log-ins/<uuid:account_id>/adgangskode")
@requires(Action.MANAGE_ACCOUNTS, fresh=True)
def renew_password(account_id: UUID) -> ResponseReturnValue:
    """Give a new password, shown once; a closed log-in opens with it."""
    form = PressForm()
    if not form.validate_on_submit():
        return redirect(url_for("accounts.show", account_id=account_id), 303)
    password = services.first_password(form.key.data)
    account = queries.get_account(account_id)
    service = services.reset_password if account.is_open else services.reopen_account
    try:
        execute(
            service,
            current_actor(),
            account_id,
            password=password,
            now=clock.now(),
        )
    except services.SharedAccount:
        flash(
            _("This person also works in another municipality, so you cannot change the password."),
            "error",
        )
        return redirect(url_for("accounts.show", account_id=account_id), 303)
    return _show_password(account_id, password)


@bp.post("/log-ins/<uuid:account_id>/tabt-telefon")
@requires(Action.MANAGE_ACCOUNTS, fresh=True)
def lost_phone(account_id: UUID) -> ResponseReturnValue:
    """Let a person begin anew with codes from an app."""
    form = PressForm()
    if form.validate_on_submit():
        execute(
            forget_second_factor,
            current_actor(),
            account_id,
            now=clock.now(),
            key=form.key.data,
            content=[account_id],
        )
        flash(_("They log in by password alone, and can begin with codes anew."), "success")
    return redirect(url_for("accounts.show", account_id=account_id), 303)


@bp.post("/log-ins/<uuid:account_id>/luk")
@requires(Action.MANAGE_ACCOUNTS, fresh=True)
def close(account_id: UUID) -> ResponseReturnValue:
    """Shut a person out at once."""
    form = PressForm()
    if form.validate_on_submit():
        try:
            execute(
                services.close_account,
                current_actor(),
                account_id,
                now=clock.now(),
                key=form.key.data,
                content=[account_id],
            )
        except services.OwnAccount:
            flash(_("You cannot close your own log-in."), "error")
        else:
            flash(_("The log-in is closed."), "success")
    return redirect(url_for("accounts.manage"), 303)


@bp.route("/log-ins/<uuid:account_id>/roller/<slug>", methods=["GET", "POST"])
@requires(Action.MANAGE_ACCOUNTS, fresh=True)
def add_role(account_id: UUID, slug: str) -> ResponseReturnValue:
    """Give a person one more role."""
    role, form, account = _role(slug), PlaceForm(), queries.get_account(account_id)
    form.offer(role, list_suppliers(), list_districts())
    if role is Role.CARE_WORKER:
        del form.supplier
        del form.district
    if form.validate_on_submit() and _add_role(account_id, role, form):
        flash(_("The role is added."), "success")
        return redirect(url_for("accounts.show", account_id=account_id), 303)
    status = 422 if form.errors else 200
    page = render_template(
        "accounts/add_role.html", form=form, account=account, role_name=ROLE_NAMES[role]
    )
    return page, status


def _add_role(account_id: UUID, role: Role, form: PlaceForm) -> bool:
    """Say whether the role was added; if not, the form says why."""
    worker = None
    if role is Role.CARE_WORKER:
        worker = workers.find_care_worker(form.employee_number.data)
        if worker is None:
            form.employee_number.errors = [_("No care worker has that employee number.")]
            return False
    supplier_id = _id(form.supplier.data) if role is Role.PLANNER else None
    try:
        execute(
            services.add_role,
            current_actor(),
            account_id,
            role=role,
            supplier_id=supplier_id,
            person_id=worker.id if worker else None,
            now=clock.now(),
            key=form.key.data,
            content=[account_id, role, supplier_id, worker.id if worker else None],
        )
    except services.PersonTaken:
        form.form_errors.append(_("That role is taken already."))
        return False
    return True


@bp.post("/log-ins/<uuid:account_id>/roller/<slug>/fjern")
@requires(Action.MANAGE_ACCOUNTS, fresh=True)
def remove_role(account_id: UUID, slug: str) -> ResponseReturnValue:
    """Take one of several roles away from a person."""
    form = PressForm()
    if form.validate_on_submit():
        try:
            execute(
                services.remove_role,
                current_actor(),
                account_id,
                role=_role(slug),
                now=clock.now(),
                key=form.key.data,
                content=[account_id, slug],
            )
        except services.OwnAccount:
            flash(_("You cannot take your own administrator role away."), "error")
        else:
            flash(_("The role is taken away."), "success")
    return redirect(url_for("accounts.show", account_id=account_id), 303)
