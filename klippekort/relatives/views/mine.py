"""A relative's own pages: each parent, what she may do for her, and the days she proposes."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from klippekort.domain.calendar import local_day
from klippekort.domain.errors import DomainError, Forbidden, Stale
from klippekort.domain.messages.channels import Channel
from klippekort.domain.permissions import Action
from klippekort.domain.proxies import NotHersToWithdraw, Purpose
from klippekort.messages.services import can_mail, can_text
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, requires, saw
from klippekort.platform.execute import execute
from klippekort.platform.forms import KeyedForm
from klippekort.platform.i18n import _, _l, reader_language
from klippekort.relatives.forms.own import DaysForm, SettingsForm
from klippekort.relatives.forms.words import DAYS, PURPOSES, STATES
from klippekort.relatives.queries.coming import Coming, coming
from klippekort.relatives.queries.proposals import Proposed, by_relatives
from klippekort.relatives.queries.relatives import (
    Parent,
    own_channel,
    parent_of,
    parents_of,
    zone_of,
)
from klippekort.relatives.services import proposing, recording
from klippekort.relatives.services.settings import choose
from klippekort.relatives.views.blueprint import bp
from klippekort.relatives.views.clocks import both_moments, both_times
from klippekort.relatives.views.reading import read_in

AHEAD = timedelta(days=60)
MOST_TRIPS = 5
WAYS = {
    Channel.EMAIL: _l("By e-mail"),
    Channel.SMS: _l("By text message"),
}


@dataclass(frozen=True)
class Shown:
    """A parent on a relative's first page. Beside each trip stands when it begins, and by when what
    waits is answered, by both clocks.
    """

    parent: Parent
    may_do: tuple[str, ...]
    trips: tuple[tuple[Coming, str], ...]
    waiting: tuple[tuple[Coming, str, str], ...]
    proposed: tuple[Proposed, ...]
    url: str | None

    def may(self, purpose: str) -> bool:
        """Say whether something may be done."""
        return self.parent.may(Purpose(purpose))


@bp.get("/parorende")
@requires(Action.ACT_FOR_CITIZEN, purpose="relative_page", guests=True)
def home() -> ResponseReturnValue:
    """Show a relative everybody she acts for: what comes, what waits for a yes, what she may do."""
    account_id, now = current_actor().account_id, clock.now()
    parents = parents_of(account_id, local_day(now)) if account_id else []
    saw(*(one.citizen.id for one in parents))
    zone = zone_of(account_id)
    return render_template(
        "relatives/home.html",
        parents=_shown(parents, zone, now),
        states=STATES,
        days=DAYS,
        today=local_day(now),
        key=str(uuid4()),
    )


def _shown(parents: list[Parent], zone: str, now: datetime) -> list[Shown]:
    seen = {one.citizen.id for one in parents if one.may(Purpose.SEE)}
    trips = coming(seen, now, now + AHEAD)
    mine = by_relatives([one.relative_id for one in parents], local_day(now))
    return [
        Shown(
            one,
            tuple(str(PURPOSES[purpose]) for purpose in Purpose if one.may(purpose)),
            _booked(trips, one, zone)[:MOST_TRIPS],
            _waiting(trips, one, zone),
            tuple(said for said in mine if said.row.relative_id == one.relative_id),
            _own_page(one),
        )
        for one in parents
    ]


def _booked(trips: list[Coming], parent: Parent, zone: str) -> tuple[tuple[Coming, str], ...]:
    return tuple(
        (one, both_times(one.starts_at, zone))
        for one in trips
        if one.citizen_id == parent.citizen.id and one.answer_by is None
    )


def _waiting(trips: list[Coming], parent: Parent, zone: str) -> tuple[tuple[Coming, str, str], ...]:
    return tuple(
        (one, both_times(one.starts_at, zone), both_moments(one.answer_by, zone))
        for one in trips
        if one.citizen_id == parent.citizen.id and one.answer_by is not None
    )


def _own_page(parent: Parent) -> str | None:
    """Return the address of her own pages, opened on her behalf."""
    if not parent.may(Purpose.SEE):
        return None
    return url_for("own_page.home", citizen_id=parent.citizen.id)


@bp.get("/parorende/velkommen")
@requires(Action.ACT_FOR_CITIZEN, purpose="relative_page", guests=True)
def welcome() -> ResponseReturnValue:
    """Greet whoever has just taken an invitation, and offer her an easier way in next time."""
    account_id = current_actor().account_id
    parents = parents_of(account_id, clock.today()) if account_id else []
    saw(*(one.citizen.id for one in parents))
    return render_template(
        "relatives/welcome.html",
        parents=parents,
        purposes=PURPOSES,
    )


@bp.route("/parorende/<uuid:citizen_id>/dage", methods=["GET", "POST"])
@requires(Action.ACT_FOR_CITIZEN, purpose="relative_page", guests=True)
def propose(citizen_id: UUID) -> ResponseReturnValue:
    """Ask which days she is there, and what she proposes."""
    account_id, now = current_actor().account_id, clock.now()
    parent = parent_of(account_id, citizen_id, local_day(now))
    if not parent.may(Purpose.PROPOSE):
        raise Forbidden(Action.ACT_FOR_CITIZEN)
    form = DaysForm()
    saw(citizen_id)
    if form.validate_on_submit() and _propose(citizen_id, form):
        flash(_("Your proposal is sent. You see the answer here."), "success")
        return redirect(url_for("relatives.home"), 303)
    page = render_template("relatives/propose.html", form=form, parent=parent)
    return page, 422 if form.errors else 200


def _propose(citizen_id: UUID, form: DaysForm) -> bool:
    try:
        execute(
            proposing.propose,
            current_actor(),
            citizen_id,
            form.days,
            now=clock.now(),
            key=form.key.data,
            content=[citizen_id, str(form.days)],
        )
    except DomainError as refusal:
        form.refuse(refusal)
        return False
    return True


@bp.post("/parorende/forslag/<uuid:proposal_id>/tag-tilbage")
@requires(Action.ACT_FOR_CITIZEN, purpose="relative_page", guests=True)
def unpropose(proposal_id: UUID) -> ResponseReturnValue:
    """Take back what she proposed, answered or not."""
    form = KeyedForm()
    if form.validate_on_submit():
        try:
            execute(
                proposing.take_back,
                current_actor(),
                proposal_id,
                now=clock.now(),
                key=form.key.data,
                content=[proposal_id],
            )
        except Stale:
            flash(_("There was nothing to take back any more."), "info")
        else:
            flash(_("It is taken back."), "success")
    return redirect(url_for("relatives.home"), 303)


@bp.route("/parorende/<uuid:citizen_id>/slip", methods=["GET", "POST"])
@requires(Action.ACT_FOR_CITIZEN, purpose="relative_page", guests=True)
def give_up(citizen_id: UUID) -> ResponseReturnValue:
    """Let a relative lay down what she may do; she is asked first."""
    parent = parent_of(current_actor().account_id, citizen_id, clock.today())
    form = KeyedForm()
    saw(citizen_id)
    if form.validate_on_submit():
        name = parent.citizen.first_name
        try:
            execute(
                recording.give_up,
                current_actor(),
                citizen_id,
                now=clock.now(),
                key=form.key.data,
                content=[citizen_id],
            )
        except NotHersToWithdraw:
            flash(_("A guardian is appointed by others. Call us to have it changed."), "warning")
        else:
            flash(_("You no longer act for %(name)s.", name=name), "success")
        return redirect(url_for("relatives.home"), 303)
    return render_template("relatives/give_up.html", form=form, parent=parent)


@bp.route("/parorende/om-mig", methods=["GET", "POST"])
@requires(Action.ACT_FOR_CITIZEN, purpose="relative_page", guests=True)
def settings() -> ResponseReturnValue:
    """Choose the clock she lives by, and how she is told things."""
    actor = current_actor()
    account_id = actor.account_id
    form = SettingsForm(data=_chosen(account_id))
    form.offer(_ways())
    if form.validate_on_submit():
        execute(
            choose,
            actor,
            form.time_zone.data,
            Channel(form.channel.data) if form.channel.data else None,
            language=form.language.data,
            now=clock.now(),
            key=form.key.data,
            content=[account_id, form.time_zone.data, form.language.data, form.channel.data],
        )
        flash(_("It is kept."), "success")
        return read_in(redirect(url_for("relatives.home"), 303), form.language.data)
    page = render_template("relatives/settings.html", form=form)
    return page, 422 if form.errors else 200


def _chosen(account_id: UUID | None) -> dict[str, Any]:
    channel = own_channel(account_id) if account_id else None
    return {
        "language": reader_language().code,
        "time_zone": zone_of(account_id),
        "channel": channel or "",
    }


def _ways() -> dict[str, Any]:
    can = {Channel.EMAIL: can_mail(), Channel.SMS: can_text()}
    ways: dict[str, Any] = {one.value: said for one, said in WAYS.items() if can[one]}
    return {**ways, "": _l("Not at all: I look here myself")}
