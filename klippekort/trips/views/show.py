"""Show Ellen: the tablet is turned to the citizen, and only her own things can be reached."""

from typing import Any
from uuid import UUID, uuid4

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from klippekort.accounts.queries import has_pin
from klippekort.accounts.queries.care_workers import get_care_worker
from klippekort.accounts.queries.sessions import find_shown_proposal
from klippekort.accounts.services import check_pin
from klippekort.activities.queries import get_occurrence_facts
from klippekort.citizens.queries import get_citizen
from klippekort.domain.calendar import local_day
from klippekort.domain.errors import (
    CardClosed,
    CitizenBusy,
    EscortBusy,
    EscortOffDuty,
    InsufficientMinutes,
    NoSeat,
    NotFound,
    NoWheelchairPlace,
    Refused,
    Undecided,
)
from klippekort.domain.permissions import Action
from klippekort.domain.schemes import terms_on
from klippekort.domain.trips import Transport
from klippekort.municipalities.queries import get_municipality
from klippekort.platform import clock
from klippekort.platform.auth import Login, current_actor, find_login, requires, saw
from klippekort.platform.execute import KeyReused, execute
from klippekort.platform.i18n import _
from klippekort.platform.navigation import start_page
from klippekort.punchcards.views.picture import in_words
from klippekort.travel.queries import Traveller
from klippekort.trips.forms.show import AnswerForm, ShowForm, UnlockForm
from klippekort.trips.queries.offers import goal_of, purse_of, weigh
from klippekort.trips.queries.trips import next_trips
from klippekort.trips.services import showing
from klippekort.trips.services.showing import Proposal
from klippekort.trips.views.blueprint import bp
from klippekort.trips.views.seen_by_citizen import cards_seen, proposal_seen, trip_seen

# All that may stand in the way of a trip between the question and her yes. What nobody has decided
# is the helper's to answer, so then the helper books.
REFUSALS = (
    Refused,
    Undecided,
    InsufficientMinutes,
    CitizenBusy,
    EscortBusy,
    EscortOffDuty,
    NoSeat,
    NoWheelchairPlace,
    CardClosed,
    NotFound,
)


def _login() -> Login:
    login = find_login()
    if login is None:
        raise NotFound
    return login


def _proposal(login: Login) -> Proposal | None:
    kept = find_shown_proposal(login.session_hash)
    return Proposal.from_json(kept) if kept else None


def _here() -> ResponseReturnValue:
    return redirect(url_for("trips.shown"), 303)


def _home() -> ResponseReturnValue:
    return redirect(url_for(start_page(current_actor().role)), 303)


@bp.post("/borgere/<uuid:citizen_id>/vis")
@requires(Action.SHOW_CARD, purpose="shown")
def turn_to_citizen(citizen_id: UUID) -> ResponseReturnValue:
    """Turn the tablet to the citizen; a helper without a PIN chooses one first."""
    actor, form = current_actor(), ShowForm()
    if actor.account_id is None or not has_pin(actor.account_id):
        flash(_("Choose a PIN first. With it you take the tablet back from the citizen."), "info")
        return redirect(url_for("accounts.choose_pin"), 303)
    if not form.validate_on_submit():
        flash(_("The trip could not be shown. Choose it again."), "error")
        return redirect(url_for("trips.citizen", citizen_id=citizen_id), 303)
    proposal = _wanted(form, citizen_id)
    execute(
        showing.turn_to_citizen,
        actor,
        _login().session_hash,
        citizen_id,
        proposal,
        now=clock.now(),
        key=form.key.data,
        content=[citizen_id, proposal.as_json() if proposal else None],
    )
    return _here()


def _wanted(form: ShowForm, citizen_id: UUID) -> Proposal | None:
    """Return the trip to ask about; minutes that were reckoned for another way than the one that
    was chosen are reckoned anew. Raises NotFound.
    """
    if not form.occurrence_id.data:
        return None
    occurrence_id, minutes = UUID(form.occurrence_id.data), form.travel_each_way.data or 0
    transport = Transport(form.transport.data or Transport.WALK)
    if form.reckoned_for.data and form.reckoned_for.data != transport:
        home = get_municipality(current_actor().municipality_id)
        traveller = Traveller(home, get_citizen(citizen_id))
        minutes = traveller.leg(goal_of(get_occurrence_facts(occurrence_id)), transport).minutes
    helper = UUID(form.escort_id.data) if form.escort_id.data else None
    by = None if helper else form.escort_by.data
    return Proposal(occurrence_id, transport, minutes, helper, escort_by=by)


@bp.get("/vist")
@requires(Action.SHOW_CARD, while_shown=True, purpose="shown")
def shown() -> ResponseReturnValue:
    """Show the citizen her card, what is left, and the trip she is asked about."""
    login = _login()
    if login.shown_citizen_id is None:
        return _home()
    saw(login.shown_citizen_id)
    return render_template("trips/show_citizen.html", **_what_she_sees(login))


def _what_she_sees(login: Login) -> dict[str, Any]:
    now = clock.now()
    today = local_day(now)
    citizen = get_citizen(login.shown_citizen_id or UUID(int=0))
    proposal = _proposal(login)
    ahead = next_trips(citizen.id, now, limit=1) if proposal is None else []
    return {
        "citizen": citizen,
        "helper": login.actor.display_name,
        "cards": cards_seen(citizen, now),
        "trip": trip_seen(ahead[0], today) if ahead else None,
        "proposal": proposal,
        "asked": _asked(login, citizen, proposal) if proposal else None,
        "key": str(uuid4()),
    }


def _asked(login: Login, citizen: Any, proposal: Proposal) -> dict[str, Any]:
    """Return the proposed trip in words, and what it costs on her card, if she has one."""
    now = clock.now()
    municipality = get_municipality(login.actor.municipality_id)
    occurrence = get_occurrence_facts(proposal.occurrence_id)
    purse = purse_of(citizen, now)
    offer = weigh(municipality, citizen, purse, occurrence, now, each_way=proposal.travel_each_way)
    terms = terms_on(purse.plan.versions, local_day(offer.starts_at)) if purse else None
    who = get_care_worker(proposal.escort_id).name if proposal.escort_id else None
    span = (offer.starts_at, offer.ends_at)
    return {
        "trip": proposal_seen(occurrence, span, proposal.transport, who, local_day(now)),
        "cost": in_words(offer.minutes, terms) if terms else None,
    }


@bp.post("/vist/svar")
@requires(Action.SHOW_CARD, while_shown=True, purpose="shown")
def answer_shown() -> ResponseReturnValue:
    """Take her answer: a yes books the trip as hers, a no books nothing."""
    login, form = _login(), AnswerForm()
    proposal = _proposal(login)
    citizen_id = login.shown_citizen_id
    answered = proposal is None or proposal.answer is not None
    if citizen_id is None or proposal is None or answered or not form.validate_on_submit():
        return _here()
    try:
        if form.answer.data == "yes":
            _say_yes(login, citizen_id, proposal, form)
        else:
            _keep(login, citizen_id, proposal.answered("no"), form)
    except KeyReused:
        return _here()  # Yes and No were tapped in one breath: the first one counts.
    return _here()


def _say_yes(login: Login, citizen_id: UUID, proposal: Proposal, form: AnswerForm) -> None:
    try:
        execute(
            showing.accept,
            login.actor,
            login.session_hash,
            citizen_id,
            proposal,
            now=clock.now(),
            key=form.key.data,
            content=[citizen_id, proposal.as_json()],
        )
    except REFUSALS:
        _keep(login, citizen_id, proposal.answered("refused"), form)


def _keep(login: Login, citizen_id: UUID, proposal: Proposal, form: AnswerForm) -> None:
    execute(
        showing.keep_answer,
        login.actor,
        login.session_hash,
        citizen_id,
        proposal,
        key=form.key.data,
        content=[citizen_id, proposal.as_json()],
    )


@bp.route("/vist/laas-op", methods=["GET", "POST"])
@requires(Action.SHOW_CARD, while_shown=True, purpose="shown")
def unlock() -> ResponseReturnValue:
    """Give the tablet back for the PIN. After five wrong ones only a new log-in helps."""
    login, form = _login(), UnlockForm()
    citizen_id, account_id = login.shown_citizen_id, login.actor.account_id
    if citizen_id is None or account_id is None:
        return _home()
    if form.validate_on_submit():
        if check_pin(account_id, form.pin.data or "", clock.now()):
            execute(showing.turn_back, login.actor, login.session_hash, citizen_id)
            return redirect(url_for("trips.citizen", citizen_id=citizen_id), 303)
        form.pin.errors = [
            _("That was not your PIN. After five wrong tries, log out and log in again.")
        ]
    page = render_template("trips/show_unlock.html", form=form)
    return page, 422 if form.errors else 200
