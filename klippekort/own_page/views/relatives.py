"""Whom she has let act for her: seen, given and withdrawn by herself, and what they propose."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from flask import flash, redirect, render_template
from flask.typing import ResponseReturnValue

from klippekort.citizens.forms.contacts import RELATIONS
from klippekort.citizens.queries import get_citizen
from klippekort.domain.errors import DomainError, NotFound, Stale
from klippekort.domain.proxies import Evidence, Proxy
from klippekort.domain.relatives import (
    CannotBeSent,
    KnownAlready,
    NoWayIn,
    TooManyTickets,
    TripsToSettle,
)
from klippekort.own_page.views.blueprint import bp
from klippekort.platform import clock
from klippekort.platform.execute import execute
from klippekort.platform.forms import KeyedForm
from klippekort.platform.i18n import _
from klippekort.punchcards.views.visiting import Visit, own_route
from klippekort.relatives.forms.citizen import LetInForm
from klippekort.relatives.forms.staff import AnswerForm
from klippekort.relatives.forms.words import PURPOSES
from klippekort.relatives.queries.coming import booked_in
from klippekort.relatives.queries.proposals import get_proposal
from klippekort.relatives.queries.proposals import of_citizen as proposed_for
from klippekort.relatives.queries.relatives import get_relative, kin_of
from klippekort.relatives.services import letting_in, proposing, recording
from klippekort.relatives.services.tickets import EMAIL, SMS
from klippekort.relatives.views.shown import standing_words
from klippekort.relatives.views.staff import link_to


def only_herself(visit: Visit) -> ResponseReturnValue | None:
    """Return the answer to whoever is here on her behalf: they give nothing to anybody."""
    return (render_template("own_page/only_herself.html"), 403) if visit.is_on_behalf else None


@own_route(bp, "/mine-parorende")
def relatives(visit: Visit) -> ResponseReturnValue:
    """Show her who may act for her, and what they propose."""
    refused = only_herself(visit)
    if refused is not None:
        return refused
    today, citizen = clock.today(), get_citizen(visit.citizen_id)
    kin = [one for one in kin_of(citizen) if one.standing.proxy is not None]
    proposed = proposed_for(citizen, today)
    return render_template(
        "own_page/relatives.html",
        relatives=[(one, standing_words(one.standing, today)) for one in kin],
        relations=RELATIONS,
        purposes=PURPOSES,
        waiting=[one for one in proposed if one.row.state == "waiting"],
        booked=booked_in([one.row for one in proposed], clock.now()),
        keys=[str(uuid4()) for _one in (*kin, *proposed)],
    )


@own_route(bp, "/mine-parorende/ny", methods=("GET", "POST"))
def add_relative(visit: Visit) -> ResponseReturnValue:
    """Let her give somebody a proxy, once more than the card tells that it is she."""
    refused = only_herself(visit)
    if refused is not None:
        return refused
    if not visit.visitor.is_strong:
        return redirect(visit.url("own_page.prove", going_to="fam"), 303)
    form = LetInForm()
    form.offer(clock.today())
    if form.validate_on_submit() and (added := _add(visit, form)):
        flash(_("%(name)s may act for you now.", name=form.name.data), "success")
        _invite(visit, added, form)
        return redirect(visit.url("own_page.relatives"), 303)
    page = render_template("own_page/add_relative.html", form=form)
    return page, 422 if form.errors else 200


def _add(visit: Visit, form: LetInForm) -> UUID | None:
    """Return the new relative's id, or None where the form says what is wrong."""
    proxy = Proxy(form.chosen, _today(), form.until_on.data, Evidence.DIGITAL)
    try:
        added = execute(
            recording.add_relative,
            visit.actor,
            visit.citizen_id,
            form.person,
            proxy,
            confirmed_how="known",
            now=clock.now(),
            key=form.key.data,
            content=[str(form.person), str(proxy)],
        )
    except KnownAlready:
        form.form_errors.append(_("You have let that phone or e-mail in already."))
    except DomainError as refusal:
        form.refuse(refusal)
    else:
        return UUID(added)
    return None


def _today() -> date:
    return clock.today()


def _invite(visit: Visit, relative_id: UUID, form: LetInForm) -> None:
    """Send what lets her in, by the way there is; where there is none, staff call her."""
    for way, address in ((EMAIL, form.person.email), (SMS, form.person.phone)):
        if address is None:
            continue
        try:
            execute(
                letting_in.invite,
                visit.actor,
                relative_id,
                way,
                link_to=link_to,
                now=clock.now(),
            )
        except (CannotBeSent, NoWayIn, TooManyTickets):
            continue
        flash(_("We have sent an invitation."), "info")
        return
    flash(_("We could not send an invitation. Call us, and we help."), "warning")


@own_route(bp, "/mine-parorende/<uuid:relative_id>/stop", methods=("POST",))
def withdraw_relative(visit: Visit, relative_id: UUID) -> ResponseReturnValue:
    """Let her take back what she gave: it opens nothing from now on."""
    refused = only_herself(visit)
    if refused is not None:
        return refused
    if get_relative(relative_id).citizen_id != visit.citizen_id:
        raise NotFound
    said = _("It is over. Nobody gets in with it any more.")
    _do(visit, recording.withdraw, relative_id, KeyedForm(), said)
    return redirect(visit.url("own_page.relatives"), 303)


@own_route(bp, "/mine-parorende/forslag/<uuid:proposal_id>", methods=("POST",))
def answer_relative(visit: Visit, proposal_id: UUID) -> ResponseReturnValue:
    """Let her say yes or no to what a relative proposes."""
    refused = only_herself(visit)
    if refused is not None:
        return refused
    if get_proposal(proposal_id).citizen_id != visit.citizen_id:
        raise NotFound
    form = AnswerForm()
    is_yes = form.answer.data == "yes"
    try:
        _do(visit, proposing.answer, proposal_id, form, _("We pass your answer on."), is_yes=is_yes)
    except TripsToSettle:
        return redirect(visit.url("own_page.family_days", proposal_id=proposal_id), 303)
    return redirect(visit.url("own_page.relatives"), 303)


def _do(
    visit: Visit,
    service: Callable[..., Any],
    subject_id: UUID,
    form: KeyedForm,
    said: str,
    **facts: Any,
) -> None:
    if not form.validate_on_submit():
        return
    try:
        execute(
            service,
            visit.actor,
            subject_id,
            **facts,
            now=clock.now(),
            key=form.key.data,
            content=[subject_id, facts],
        )
    except Stale:
        flash(_("That has been answered already."), "info")
    except recording.REFUSALS:
        flash(_("This was not given by you alone. Call us to have it changed."), "warning")
    else:
        flash(said, "success")
