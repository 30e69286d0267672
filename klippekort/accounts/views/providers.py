"""The administrator's pages of who vouches for people, and who needs more than a password."""

from dataclasses import fields
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from klippekort.accounts.forms import ROLE_NAMES, PressForm
from klippekort.accounts.forms.sign_in import GroupForm, ProviderForm, SecondFactorForm
from klippekort.accounts.queries.providers import (
    CITIZENS,
    STAFF,
    Provider,
    find_own_provider,
    list_groups,
    roles_with_second_factor,
)
from klippekort.accounts.services import oidc
from klippekort.accounts.services.one_time_passwords import demand_second_factor
from klippekort.accounts.services.providers import (
    GroupTaken,
    Told,
    add_group,
    remove_group,
    set_provider,
)
from klippekort.accounts.views.blueprint import bp
from klippekort.accounts.views.letting_in import public_root
from klippekort.config import GivenProvider
from klippekort.domain.permissions import Action, Role
from klippekort.municipalities.queries import get_municipality, list_districts, list_suppliers
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, requires
from klippekort.platform.execute import execute
from klippekort.platform.i18n import _, _l
from klippekort.platform.outgoing import NoAnswer, NotAllowedOut, given_providers

KINDS = {"medarbejdere": STAFF, "borgere": CITIZENS}
_PAGES = {STAFF: "kommune", CITIZENS: "mitid"}
_TROUBLE: dict[str, Any] = {
    "address": _l("The address is not one we may ask. It must begin with https://."),
    "connection": _l("Nobody answers at that address. Check it, and your network."),
    "http_404": _l("There is nothing at that address. Is it the issuer's?"),
    "no_json": _l("What answers there is no OpenID provider."),
    "too_long": _l("What answers there is no OpenID provider."),
    "other_issuer": _l(
        "The provider calls itself something else. Copy its issuer letter by letter."
    ),
    "incomplete": _l("The provider does not say where one logs in, or where its keys are."),
    "keys": _l("The provider's keys could not be read."),
}
_DEFAULTS = {
    STAFF: {"scope": "openid profile", "group_claim": "groups", "level_claim": "acr"},
    CITIZENS: {
        "scope": "openid ssn",
        "number_claim": "cpr",
        "level_claim": "acr",
        "least_level": "2",
    },
}


def trouble_words(code: str) -> str:
    """Return what an administrator is told is wrong with a provider."""
    return str(_TROUBLE.get(code, _("The provider answers with an error (%(code)s).", code=code)))


@bp.get("/log-ins/indgang")
@requires(Action.SET_SIGN_IN)
def sign_in() -> ResponseReturnValue:
    """Show how people get in here."""
    home = current_actor().municipality_id
    return render_template(
        "accounts/sign_in.html",
        staff=find_own_provider(home, STAFF),
        citizens=find_own_provider(home, CITIZENS),
        groups=list_groups(),
        role_names=ROLE_NAMES,
        suppliers={row.id: row.name for row in list_suppliers()},
        districts={row.id: row.name for row in list_districts()},
        demanded=[ROLE_NAMES[role] for role in sorted(roles_with_second_factor())],
        key=PressForm().key.data,
    )


@bp.route("/log-ins/indgang/<any(medarbejdere, borgere):who>", methods=["GET", "POST"])
@requires(Action.SET_SIGN_IN, fresh=True)
def provider(who: str) -> ResponseReturnValue:
    """Set who vouches for staff, or citizens. It is tried before it is used."""
    kind, actor = KINDS[who], current_actor()
    known, home = (
        find_own_provider(actor.municipality_id, kind),
        get_municipality(actor.municipality_id),
    )
    given = next(
        (one for one in given_providers() if (one.slug, one.kind) == (home.slug, kind)), None
    )
    form = ProviderForm(obj=known, **({} if known else _DEFAULTS[kind]))
    form.fit(kind, is_given=given is not None)
    if not form.is_submitted() and known is not None:
        form.least_level.data = str(known.least_level.value) if known.least_level else ""
    if form.validate_on_submit() and _stored(kind, form, known, given):
        flash(_("It is saved."), "success")
        return redirect(url_for("accounts.sign_in"), 303)
    root = public_root()
    page = render_template(
        "accounts/provider.html",
        form=form,
        kind=kind,
        given=given,
        has_secret=known is not None and known.secret_sealed is not None,
        callback=root + url_for("accounts.vouched"),
        logged_out=root + url_for("accounts.logged_out_there", who=_PAGES[kind], slug=home.slug),
        after=root + url_for("accounts.log_in"),
    )
    return page, 422 if form.errors else 200


def _stored(
    kind: str, form: ProviderForm, known: Provider | None, given: GivenProvider | None
) -> bool:
    """Say whether the provider was tried, where it is to be used, and stored; the form says why
    not.
    """
    told = _told(form, known)
    issuer = given.issuer if given else told.issuer
    secret = form.secret.data if "secret" in form else ""
    if not _answers(form, issuer):
        return False
    if form.is_on.data and not (given or secret or (known and known.secret_sealed)):
        form.secret.errors = [_("Write the secret you got from the provider.")]
        return False
    try:
        execute(
            set_provider,
            current_actor(),
            kind,
            told,
            secret=secret or "",
            is_on=form.is_on.data,
            now=clock.now(),
            key=form.key.data,
            content=[kind, vars(told), form.is_on.data],
        )
    except NotAllowedOut:
        form.issuer.errors = [trouble_words("address")]
        return False
    return True


def _answers(form: ProviderForm, issuer: str) -> bool:
    """Say whether a provider that is to be used answers as one; the form says what is wrong."""
    oidc.forget(issuer)
    if not form.is_on.data:
        return True
    try:
        oidc.fetch_keys(oidc.discover(issuer))
    except NoAnswer as trouble:
        where = form.issuer if "issuer" in form else form.is_on
        where.errors = [trouble_words(trouble.code)]
        return False
    return True


def _told(form: ProviderForm, known: Provider | None) -> Told:
    def said(name: str) -> str:
        if name in form:
            return " ".join((form[name].data or "").split())
        return str(getattr(known, name, "") or "") if name not in ("issuer", "client_id") else ""

    words = {one.name: said(one.name) for one in fields(Told) if one.name != "least_level"}
    return Told(**words, least_level=int(form.least_level.data) if form.least_level.data else None)


@bp.post("/log-ins/indgang/<any(medarbejdere, borgere):who>/proev")
@requires(Action.SET_SIGN_IN)
def try_provider(who: str) -> ResponseReturnValue:
    """Ask the provider as it is set now, and say what it answers."""
    found = find_own_provider(current_actor().municipality_id, KINDS[who])
    if PressForm().validate_on_submit() and found is not None:
        oidc.forget(found.issuer)
        try:
            keys = oidc.fetch_keys(oidc.discover(found.issuer))
        except NoAnswer as trouble:
            flash(trouble_words(trouble.code), "error")
        else:
            flash(
                _("The provider answers, and has %(count)s keys.", count=len(keys.keys)), "success"
            )
    return redirect(url_for("accounts.sign_in"), 303)


@bp.route("/log-ins/indgang/gruppe", methods=["GET", "POST"])
@requires(Action.SET_SIGN_IN, fresh=True)
def new_group() -> ResponseReturnValue:
    """Let a group at the provider give a role here."""
    form = GroupForm()
    form.offer(list_suppliers(), list_districts())
    if form.validate_on_submit():
        try:
            execute(
                add_group,
                current_actor(),
                name=form.name.data,
                role=Role(form.role.data),
                supplier_id=UUID(form.supplier.data) if form.supplier.data else None,
                district_id=UUID(form.district.data) if form.district.data else None,
                key=form.key.data,
                content=[form.name.data, form.role.data, form.supplier.data, form.district.data],
            )
        except GroupTaken:
            form.name.errors = [_("The group gives that role already.")]
        else:
            flash(_("The group is added."), "success")
            return redirect(url_for("accounts.sign_in"), 303)
    page = render_template("accounts/new_group.html", form=form)
    return page, 422 if form.errors else 200


@bp.post("/log-ins/indgang/gruppe/<uuid:group_id>/fjern")
@requires(Action.SET_SIGN_IN, fresh=True)
def drop_group(group_id: UUID) -> ResponseReturnValue:
    """Let a group give nothing any more."""
    form = PressForm()
    if form.validate_on_submit():
        execute(
            remove_group,
            current_actor(),
            group_id,
            now=clock.now(),
            key=form.key.data,
            content=[group_id],
        )
        flash(_("The group is taken away. Those in it log in anew."), "success")
    return redirect(url_for("accounts.sign_in"), 303)


@bp.route("/log-ins/indgang/engangskoder", methods=["GET", "POST"])
@requires(Action.SET_SIGN_IN, fresh=True)
def demand() -> ResponseReturnValue:
    """Choose the roles that may not log in by password alone."""
    form = SecondFactorForm(roles=sorted(roles_with_second_factor()))
    if form.validate_on_submit():
        roles = [Role(role) for role in form.roles.data]
        execute(demand_second_factor, current_actor(), roles, key=form.key.data, content=roles)
        flash(_("It is saved. It holds from the next log-in."), "success")
        return redirect(url_for("accounts.sign_in"), 303)
    page = render_template("accounts/demand.html", form=form)
    return page, 422 if form.errors else 200
