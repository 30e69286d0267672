"""Word of somebody from outside: typed in by us, or told without a log-in."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from klippekort.citizens.queries import get_citizen, reach
from klippekort.domain.errors import NotFound
from klippekort.domain.permissions import Action, Role, authorise, may
from klippekort.municipalities.queries import find_by_slug
from klippekort.outreach import services
from klippekort.outreach.forms.telling import ReferralForm, TellForm
from klippekort.outreach.forms.words import signs_offered
from klippekort.outreach.queries.terms import get_terms
from klippekort.outreach.views.blueprint import bp
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, public, requires, saw
from klippekort.platform.execute import execute
from klippekort.platform.i18n import _
from klippekort.platform.tenancy import set_municipality
from klippekort.volunteers.services import TooManyAsk, anybody


@bp.route("/borgere/<uuid:citizen_id>/henvisning", methods=["GET", "POST"])
@requires(Action.REFER, purpose="refer")
def refer_citizen(citizen_id: UUID) -> ResponseReturnValue:
    """Type in what came about a citizen we know."""
    citizen = get_citizen(citizen_id)
    authorise(current_actor(), Action.REFER, reach(citizen, clock.today()))
    saw(citizen_id)
    return _refer(citizen)


@bp.route("/opsporing/henvisning", methods=["GET", "POST"])
@requires(Action.REFER, purpose="refer")
def refer() -> ResponseReturnValue:
    """Type in what came about somebody we have not found yet."""
    return _refer(None)


def _refer(citizen: Any) -> ResponseReturnValue:
    form = ReferralForm(data={"received_on": clock.today()})
    form.offer(signs_offered(get_terms().signs), is_known=citizen is not None)
    if form.validate_on_submit():
        told = form.told(citizen.id if citizen else None)
        case_id = execute(
            services.refer,
            current_actor(),
            told,
            now=clock.now(),
            key=form.key.data,
            content=list(vars(told).values()),
        )
        flash(_("It is written down, and somebody owns it now."), "success")
        return redirect(_after(UUID(case_id), citizen), 303)
    page = render_template("outreach/refer.html", form=form, citizen=citizen)
    return page, 422 if form.errors else 200


def _after(case_id: UUID, citizen: Any) -> str:
    """Return where whoever typed it in goes on: to the case where they may follow it up."""
    actor = current_actor()
    if may(actor, Action.FOLLOW_OUTREACH) and (citizen or actor.role is not Role.PLANNER):
        return url_for("outreach.case", case_id=case_id)
    if citizen is not None:
        return url_for("trips.citizen", citizen_id=citizen.id)
    return url_for("citizens.find")


@bp.route("/opsporing/<slug>/fortael-os", methods=["GET", "POST"])
@public
def tell(slug: str) -> ResponseReturnValue:
    """Let anybody tell us of somebody who may need company, or of themselves."""
    home, form = _enter(slug), TellForm()
    if form.validate_on_submit():
        try:
            _tell(form)
        except TooManyAsk:
            form.form_errors.append(_("Many write just now. Try again in an hour, or call us."))
        else:
            return render_template("outreach/thanks.html", home=home)
    page = render_template("outreach/tell.html", form=form, home=home)
    return page, 422 if form.errors else 200


def _enter(slug: str) -> Any:
    home = find_by_slug(slug)
    if home is None:
        raise NotFound
    set_municipality(home.id)
    if not get_terms().is_public:
        raise NotFound
    return home


def _tell(form: TellForm) -> None:
    if form.website.data:
        return  # a machine filled in what people do not see
    execute(services.refer, anybody(), form.told(), now=clock.now(), key=form.key.data)
