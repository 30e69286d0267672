"""A citizen has died or moved: writing it down, who must hear it, and undoing a mistake."""

from collections import Counter
from typing import Any
from uuid import UUID, uuid4

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from klippekort.accounts.queries import AccountLine, list_accounts, names_of
from klippekort.citizens import queries
from klippekort.citizens.forms.leaving import LEFT, TOLD_BY, LeavingForm
from klippekort.citizens.queries import leaving as leavings
from klippekort.citizens.services import leaving as services
from klippekort.citizens.views import leaving_words as words
from klippekort.citizens.views.blueprint import bp
from klippekort.domain.errors import Stale
from klippekort.domain.permissions import Action, Role, authorise, may
from klippekort.messages.services import complete_call
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, requires, saw
from klippekort.platform.execute import execute
from klippekort.platform.forms import KeyedForm
from klippekort.platform.i18n import _

_LOOK_IN = (Role.COORDINATOR, Role.ASSESSOR, Role.PLANNER)


def _get_citizen(citizen_id: UUID) -> Any:
    citizen = queries.get_citizen(citizen_id)
    authorise(current_actor(), Action.RECORD_LEAVING, queries.reach(citizen, clock.today()))
    return citizen


@bp.route("/borgere/<uuid:citizen_id>/stopper", methods=["GET", "POST"])
@requires(Action.RECORD_LEAVING, purpose="record_leaving")
def leave(citizen_id: UUID) -> ResponseReturnValue:
    """Write down that a citizen has died or moved."""
    citizen, form = _get_citizen(citizen_id), LeavingForm(data={"left_on": clock.today()})
    homes = leavings.at_the_same_address(citizen)
    me = str(current_actor().account_id)
    owners = [
        (str(one.id), one.name) for one in list_accounts() if str(one.id) != me and _looks_in(one)
    ]
    form.offer([(str(one.id), one.name) for one in homes], [(me, _("Me")), *owners])
    if form.validate_on_submit():
        refused = _register(citizen_id, form)
        if not refused:
            flash(_("It is written down. Everything planned is stopped."), "success")
            return redirect(url_for("citizens.left", citizen_id=citizen_id), 303)
    saw(citizen_id, *(one.id for one in homes))
    page = render_template("citizens/leave.html", citizen=citizen, form=form)
    return page, 422 if form.errors else 200


def _looks_in(account: AccountLine) -> bool:
    return account.is_open and any(held.role in _LOOK_IN for held in account.roles)


def _register(citizen_id: UUID, form: LeavingForm) -> bool:
    """Write it down, or put what is wrong at its field and say that it was refused."""
    behind = form.chosen()
    if form.left_behind_ref.data:
        other = queries.find_by_record_ref(form.left_behind_ref.data)
        if other is None:
            form.left_behind_ref.errors = [_("No citizen has this care record id.")]
            return True
        behind = other.id
    facts = services.Leaving(
        kind=form.kind.data,
        left_on=form.left_on.data,
        told_by=form.told_by.data,
        may_be_said=bool(form.may_be_said.data),
        left_behind_id=behind,
        owner_id=UUID(form.owner.data),
    )
    try:
        execute(
            services.register_leaving,
            current_actor(),
            citizen_id,
            facts,
            now=clock.now(),
            key=form.key.data,
            content=[citizen_id, facts.kind, facts.left_on, facts.told_by, facts.may_be_said],
        )
    except services.NotYet:
        form.left_on.errors = [_("The day has not come yet. Write it down on the day itself.")]
    except services.TooLongAgo:
        form.left_on.errors = [_("That is too long ago. Check the year.")]
    except services.LeftAlready:
        form.kind.errors = [_("It is written down already.")]
    except services.NotNextToHer:
        form.left_behind_ref.errors = [_("Choose another citizen, who is still here.")]
    else:
        return False
    return True


@bp.get("/borgere/<uuid:citizen_id>/stoppet")
@requires(Action.RECORD_LEAVING, purpose="record_leaving")
def left(citizen_id: UUID) -> ResponseReturnValue:
    """Show what stopped when a citizen died or moved, and who must hear it."""
    citizen = _get_citizen(citizen_id)
    row = leavings.last_leaving(citizen_id)
    behind = queries.get_citizen(row.left_behind_id) if row.left_behind_id else None
    calls = leavings.tellings(clock.now(), leaving_id=row.id)
    saw(citizen_id, *([behind.id] if behind else []))
    return render_template(
        "citizens/left.html",
        citizen=citizen,
        row=row,
        kind=str(LEFT[row.kind]),
        told_by=str(TOLD_BY[row.told_by]),
        recorded_by=names_of([row.recorded_by]).get(row.recorded_by) if row.recorded_by else None,
        behind=behind,
        owner=names_of([row.owner_id]).get(row.owner_id) if row.owner_id else None,
        stops=words.counted(Counter(stop.what for stop in leavings.stops_of(row.id))),
        calls=[(call, words.to_say(call)) for call in calls],
        not_back=[(one, words.not_back(one)) for one in leavings.not_back(leaving_id=row.id)],
        may_call=may(current_actor(), Action.HANDLE_MESSAGE),
        undo_key=str(uuid4()),
    )


@bp.post("/borgere/<uuid:citizen_id>/stoppet/fortryd")
@requires(Action.RECORD_LEAVING, purpose="record_leaving")
def undo_leaving(citizen_id: UUID) -> ResponseReturnValue:
    """Undo what was written down by mistake."""
    _get_citizen(citizen_id)
    row = leavings.find_leaving(citizen_id)
    form = KeyedForm()
    if row is not None and form.validate_on_submit():
        execute(services.undo_leaving, current_actor(), row.id, now=clock.now(), key=form.key.data)
        flash(_("It is undone. What could be started again goes on."), "success")
    return redirect(url_for("citizens.left", citizen_id=citizen_id), 303)


@bp.get("/borgere/stoppet")
@requires(Action.RECORD_LEAVING, purpose="record_leaving")
def leavings_to_tell() -> ResponseReturnValue:
    """Show who must hear that somebody is not coming, and who is left behind."""
    actor = current_actor()
    supplier = actor.supplier_id if actor.role is Role.PLANNER else None
    calls = leavings.tellings(clock.now(), supplier)
    behind = leavings.left_behind(supplier_id=supplier)
    not_back = leavings.not_back(supplier)
    shown = {one.citizen.id for one in calls} | {one.citizen.id for one in not_back}
    shown |= {one.citizen.id for one in behind} | {one.of.id for one in behind}
    saw(*shown)
    return render_template(
        "citizens/leavings.html",
        calls=[(call, words.to_say(call)) for call in calls],
        behind=behind,
        owners=names_of({one.owner_id for one in behind}),
        not_back=[(one, words.not_back(one)) for one in not_back],
        today=clock.today(),
        may_call=may(actor, Action.HANDLE_MESSAGE),
    )


@bp.post("/borgere/stoppet/opkald/<uuid:message_id>")
@requires(Action.HANDLE_MESSAGE, purpose="record_leaving")
def told(message_id: UUID) -> ResponseReturnValue:
    """Tick off a call to somebody who had to hear it."""
    return _ticked(
        lambda key: execute(complete_call, current_actor(), message_id, now=clock.now(), key=key)
    )


@bp.post("/borgere/stoppet/<uuid:leaving_id>/fulgt-op")
@requires(Action.RECORD_LEAVING, purpose="record_leaving")
def followed_up(leaving_id: UUID) -> ResponseReturnValue:
    """Note that somebody has looked in on whoever was left behind."""
    return _ticked(
        lambda key: execute(
            services.follow_up, current_actor(), leaving_id, now=clock.now(), key=key
        )
    )


@bp.post("/borgere/stoppet/ting/<uuid:stop_id>")
@requires(Action.RECORD_LEAVING, purpose="record_leaving")
def seen_to(stop_id: UUID) -> ResponseReturnValue:
    """Tick off what could not be started again by itself."""
    return _ticked(
        lambda key: execute(services.see_to, current_actor(), stop_id, now=clock.now(), key=key)
    )


def _ticked(do: Any) -> ResponseReturnValue:
    form = KeyedForm()
    if form.validate_on_submit():
        try:
            do(form.key.data)
        except Stale:
            flash(_("Somebody has ticked it off already."), "info")
        else:
            flash(_("It is ticked off."), "success")
    citizen_id = request.form.get("citizen_id", type=UUID)
    if citizen_id is None:
        return redirect(url_for("citizens.leavings_to_tell"), 303)
    return redirect(url_for("citizens.left", citizen_id=citizen_id), 303)
