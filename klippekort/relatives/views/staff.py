"""Staff's pages: a citizen's relatives, what each may do, and how she is let in."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from klippekort.accounts.queries import names_of
from klippekort.accounts.services import one_time_code
from klippekort.accounts.views.letting_in import public_root
from klippekort.citizens.forms.contacts import RELATIONS
from klippekort.citizens.queries import get_citizen, reach
from klippekort.domain.errors import CitizenGone, DomainError, Stale
from klippekort.domain.permissions import Action, authorise, may
from klippekort.domain.proxies import IsStopped, NothingToWithdraw
from klippekort.domain.relatives import (
    CannotBeSent,
    KnownAlready,
    NoProxyStands,
    NotConfirmed,
    NoWayIn,
    TooManyTickets,
)
from klippekort.messages.services import can_mail, can_text
from klippekort.municipalities.forms import shown_phone
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, requires, saw
from klippekort.platform.execute import execute
from klippekort.platform.forms import KeyedForm
from klippekort.platform.i18n import _, _l
from klippekort.relatives.forms.staff import AddRelativeForm, ConfirmForm, PersonForm, ProxyForm
from klippekort.relatives.forms.words import CONFIRMATIONS, PURPOSES
from klippekort.relatives.queries.coming import booked_in
from klippekort.relatives.queries.proposals import of_citizen as proposed_for
from klippekort.relatives.queries.relatives import Kin, get_relative, kin_in, kin_of
from klippekort.relatives.queries.staff import witnesses
from klippekort.relatives.queries.tickets import last_invitations
from klippekort.relatives.services import letting_in, recording
from klippekort.relatives.services.tickets import ALOUD, EMAIL, SMS
from klippekort.relatives.views.blueprint import bp
from klippekort.relatives.views.shown import history_shown, standing_words

SORRY: dict[type[DomainError], Any] = {
    NotConfirmed: _l("First write how you know that it is she."),
    NoProxyStands: _l("There is no proxy in force, so nobody can be invited."),
    NoWayIn: _l("That phone or e-mail is not written down."),
    CannotBeSent: _l("It could not be sent from here. Read a code aloud instead."),
    TooManyTickets: _l("Enough has been sent for now. Try again in an hour."),
    NothingToWithdraw: _l("There is nothing to withdraw any more."),
    IsStopped: _l("Nothing can be given: the citizen has died or moved."),
    CitizenGone: _l("Nothing can be given: the citizen has died or moved."),
    Stale: _l("Somebody has answered that already."),
}


def _citizen(citizen_id: UUID, action: Action) -> Any:
    citizen = get_citizen(citizen_id)
    authorise(current_actor(), action, reach(citizen, clock.today()))
    return citizen


def _relative(relative_id: UUID, action: Action) -> tuple[Any, Any]:
    row = get_relative(relative_id)
    return _citizen(row.citizen_id, action), row


def _may_record(citizen: Any) -> bool:
    return may(current_actor(), Action.RECORD_PROXY, reach(citizen, clock.today()))


@bp.get("/borgere/<uuid:citizen_id>/fuldmagter")
@requires(Action.SEE_RELATIVES, purpose="relatives")
def of_citizen(citizen_id: UUID) -> ResponseReturnValue:
    """Show who may act for a citizen, and what they propose."""
    citizen, today = _citizen(citizen_id, Action.SEE_RELATIVES), clock.today()
    saw(citizen_id)
    proposed = proposed_for(citizen, today)
    return render_template(
        "relatives/of_citizen.html",
        citizen=citizen,
        relatives=[(one, standing_words(one.standing, today)) for one in kin_of(citizen)],
        relations=RELATIONS,
        purposes=PURPOSES,
        today=today,
        waiting=[one for one in proposed if one.row.state == "waiting"],
        agreed=[one for one in proposed if one.row.state == "yes"],
        may_record=_may_record(citizen),
        may_answer=may(current_actor(), Action.ANSWER_PROPOSAL, reach(citizen, today)),
        keys=[str(uuid4()) for _one in proposed],
        booked=booked_in([one.row for one in proposed], clock.now()),
    )


@bp.route("/borgere/<uuid:citizen_id>/fuldmagter/ny", methods=["GET", "POST"])
@requires(Action.RECORD_PROXY, purpose="relatives")
def add(citizen_id: UUID) -> ResponseReturnValue:
    """Write down a relative and what she may do."""
    citizen, form = _citizen(citizen_id, Action.RECORD_PROXY), AddRelativeForm()
    form.offer(_witnesses(), clock.today())
    if form.validate_on_submit() and (added := _add(citizen_id, form)):
        flash(_("%(name)s is written down.", name=form.name.data), "success")
        return redirect(url_for("relatives.show", relative_id=added), 303)
    saw(citizen_id)
    page = render_template("relatives/add.html", citizen=citizen, form=form)
    return page, 422 if form.errors else 200


def _witnesses() -> dict[UUID, str]:
    return witnesses(but=current_actor().account_id)


def _add(citizen_id: UUID, form: AddRelativeForm) -> UUID | None:
    """Return the new relative's id, or None where the form says what is wrong."""
    try:
        added = execute(
            recording.add_relative,
            current_actor(),
            citizen_id,
            form.person,
            form.proxy,
            witness_id=form.witness_id,
            confirmed_how=form.confirmed_how.data or None,
            now=clock.now(),
            key=form.key.data,
            content=[citizen_id, str(form.person), str(form.proxy)],
        )
    except KnownAlready:
        form.form_errors.append(_known_already())
        return None
    except DomainError as refusal:
        _refuse(form, refusal)
        return None
    return UUID(added)


def _known_already() -> str:
    return str(_("A relative with that phone or e-mail is written down already."))


def _refuse(form: Any, refusal: DomainError) -> None:
    said = SORRY.get(type(refusal))
    if said is None:
        form.refuse(refusal)
    else:
        form.form_errors.append(str(said))


@bp.get("/fuldmagter/<uuid:relative_id>")
@requires(Action.SEE_RELATIVES, purpose="relatives")
def show(relative_id: UUID) -> ResponseReturnValue:
    """Show one relative: how she is reached, what she may do, and all that was given before."""
    return _page(*_relative(relative_id, Action.SEE_RELATIVES), ConfirmForm(formdata=None))


def _page(citizen: Any, row: Any, form: ConfirmForm) -> ResponseReturnValue:
    kin, today = kin_in(citizen, [row])[0], clock.today()
    saw(citizen.id)
    accounts = {one for line in kin.history for one in (line.recorded_by, line.witness_id) if one}
    page = render_template(
        "relatives/show.html",
        citizen=citizen,
        kin=kin,
        form=form,
        relation=RELATIONS.get(row.relation, row.relation),
        standing=standing_words(kin.standing, today),
        allowed=[PURPOSES[one] for one in PURPOSES if one in kin.standing.allows(today)],
        history=history_shown(kin.history, names_of(accounts)),
        confirmed=CONFIRMATIONS.get(row.confirmed_how or ""),
        confirmed_by=names_of([row.confirmed_by]).get(row.confirmed_by)
        if row.confirmed_by
        else None,
        invitation=last_invitations(row.municipality_id, [row.id]).get(row.id),
        now=clock.now(),
        ways=_ways(kin, today),
        may_record=_may_record(citizen),
        may_withdraw=kin.standing.proxy is not None,
        key=str(uuid4()),
        keys=[str(uuid4()) for _way in (EMAIL, SMS, ALOUD)],
    )
    return page, 422 if form.errors else 200


def _ways(kin: Kin, today: date) -> list[tuple[str, str, str]]:
    """Return how she can be invited: the code of each way, its words and its picture."""
    held = kin.standing.proxy
    is_over = held is None or (held.until_on is not None and held.until_on < today)
    if kin.row.confirmed_at is None or kin.standing.is_stopped or is_over:
        return []
    found = []
    if kin.email and can_mail():
        found.append((EMAIL, str(_("Send a link to %(email)s", email=kin.email)), "mail"))
    if kin.phone and can_text():
        shown = shown_phone(kin.phone)
        found.append((SMS, str(_("Text a code to %(phone)s", phone=shown)), "phone"))
    return [*found, (ALOUD, str(_("Show a code to read aloud")), "phone")]


@bp.post("/fuldmagter/<uuid:relative_id>/bekraeft")
@requires(Action.RECORD_PROXY, purpose="relatives")
def confirm(relative_id: UUID) -> ResponseReturnValue:
    """Note how somebody knows that it is she."""
    citizen, row = _relative(relative_id, Action.RECORD_PROXY)
    form = ConfirmForm()
    if not form.validate_on_submit():
        return _page(citizen, row, form)
    how = form.how.data
    _do(recording.confirm, relative_id, how, key=form.key.data, content=[relative_id, how])
    flash(_("It is kept. Now she can be invited."), "success")
    return redirect(url_for("relatives.show", relative_id=relative_id), 303)


def _do(service: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    return execute(service, current_actor(), *args, now=clock.now(), **kwargs)


@bp.post("/fuldmagter/<uuid:relative_id>/inviter/<way>")
@requires(Action.RECORD_PROXY, purpose="relatives")
def invite(relative_id: UUID, way: str) -> ResponseReturnValue:
    """Send an invitation, or show the code that is read aloud: only this once."""
    citizen, row = _relative(relative_id, Action.RECORD_PROXY)
    form, back = KeyedForm(), url_for("relatives.show", relative_id=relative_id)
    if way not in (EMAIL, SMS, ALOUD) or not form.validate_on_submit():
        return redirect(back, 303)
    code = one_time_code(form.key.data) if way == ALOUD else None
    try:
        _do(
            letting_in.invite,
            relative_id,
            way,
            link_to=link_to,
            code=code,
            key=form.key.data,
            content=[relative_id, way],
        )
    except DomainError as refusal:
        if type(refusal) not in SORRY:
            raise
        flash(str(SORRY[type(refusal)]), "warning")
        return redirect(back, 303)
    if code is not None:
        saw(citizen.id)
        kin = kin_in(citizen, [row])[0]
        return render_template(
            "relatives/code.html", kin=kin, code=code, page=link_to(""), back_url=back
        )
    flash(_("The invitation is on its way."), "success")
    return redirect(back, 303)


def link_to(secret: str) -> str:
    """Return the address a link opens; without a secret the page where a code is typed."""
    page = url_for("relatives.enter", secret=secret) if secret else url_for("relatives.type_code")
    return f"{public_root()}{page}"


@bp.post("/fuldmagter/<uuid:relative_id>/traek-tilbage")
@requires(Action.RECORD_PROXY, purpose="relatives")
def withdraw(relative_id: UUID) -> ResponseReturnValue:
    """Withdraw a proxy: it is over at once."""
    _relative(relative_id, Action.RECORD_PROXY)
    form = KeyedForm()
    if form.validate_on_submit():
        try:
            key = form.key.data
            _do(recording.withdraw, relative_id, key=key, content=[relative_id])
        except NothingToWithdraw as refusal:
            flash(str(SORRY[type(refusal)]), "info")
        else:
            flash(_("The proxy is withdrawn. It no longer opens anything."), "success")
    return redirect(url_for("relatives.show", relative_id=relative_id), 303)


@bp.route("/fuldmagter/<uuid:relative_id>/ret", methods=["GET", "POST"])
@requires(Action.RECORD_PROXY, purpose="relatives")
def change(relative_id: UUID) -> ResponseReturnValue:
    """Give another proxy in place of the one there is."""
    citizen, row = _relative(relative_id, Action.RECORD_PROXY)
    kin = kin_in(citizen, [row])[0]
    form = ProxyForm(data=_held(kin))
    form.offer(_witnesses(), clock.today())
    if form.validate_on_submit() and _change(relative_id, form):
        flash(_("The proxy is changed."), "success")
        return redirect(url_for("relatives.show", relative_id=relative_id), 303)
    saw(citizen.id)
    page = render_template("relatives/change.html", citizen=citizen, kin=kin, form=form)
    return page, 422 if form.errors else 200


def _held(kin: Kin) -> dict[str, Any]:
    held = kin.standing.proxy
    if held is None:
        return {}
    return {
        "purposes": sorted(held.purposes),
        "from_on": held.from_on,
        "until_on": held.until_on,
        "evidence": held.evidence.value,
    }


def _change(relative_id: UUID, form: ProxyForm) -> bool:
    try:
        _do(
            recording.give,
            relative_id,
            form.proxy,
            witness_id=form.witness_id,
            key=form.key.data,
            content=[relative_id, str(form.proxy)],
        )
    except DomainError as refusal:
        _refuse(form, refusal)
        return False
    return True


@bp.route("/fuldmagter/<uuid:relative_id>/kontakt", methods=["GET", "POST"])
@requires(Action.RECORD_PROXY, purpose="relatives")
def contact(relative_id: UUID) -> ResponseReturnValue:
    """Correct a name, a phone or an e-mail."""
    citizen, row = _relative(relative_id, Action.RECORD_PROXY)
    kin = kin_in(citizen, [row])[0]
    typed = {
        "name": kin.name,
        "relation": row.relation,
        "phone": shown_phone(kin.phone) if kin.phone else "",
        "email": kin.email or "",
    }
    form = PersonForm(data=typed)
    if form.validate_on_submit() and _correct(relative_id, form):
        flash(_("The change is saved"), "success")
        return redirect(url_for("relatives.show", relative_id=relative_id), 303)
    saw(citizen.id)
    page = render_template("relatives/contact.html", citizen=citizen, kin=kin, form=form)
    return page, 422 if form.errors else 200


def _correct(relative_id: UUID, form: PersonForm) -> bool:
    key, content = form.key.data, [relative_id, str(form.person)]
    try:
        _do(recording.change_contact, relative_id, form.person, key=key, content=content)
    except KnownAlready:
        form.form_errors.append(_known_already())
        return False
    return True
