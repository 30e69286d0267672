"""When something happens on a trip, and after it: incidents, notes, and a line to a relative."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from klippekort.accounts.queries import names_of
from klippekort.activities.queries import facts_of_dates, get_occurrence_facts
from klippekort.activities.services import HostsAt
from klippekort.citizens.queries import get_citizen, reach
from klippekort.citizens.queries.contacts import Contact, contacts_of
from klippekort.citizens.queries.unsealing import unseal
from klippekort.domain.errors import Forbidden, NotFound, Stale
from klippekort.domain.incidents import FORMALLY_REPORTED, Effect, IncidentKind, NotReported
from klippekort.domain.permissions import Action, Reach, Role, authorise, may
from klippekort.domain.trips import ACTIVE, MADE
from klippekort.municipalities.queries import get_municipality, list_suppliers
from klippekort.platform import clock, events
from klippekort.platform.auth import current_actor, requires, saw
from klippekort.platform.execute import execute
from klippekort.platform.forms import KeyedForm, choices
from klippekort.platform.i18n import _
from klippekort.trips.forms.happenings import (
    INCIDENTS,
    CloseIncidentForm,
    GreetingForm,
    IncidentForm,
    NoteForm,
    PlaceIncidentForm,
)
from klippekort.trips.queries.happenings import IncidentTold, open_incidents, told_of
from klippekort.trips.queries.trips import TripRow, first_rows_of, get_trip, rows_of
from klippekort.trips.services import greetings, happenings
from klippekort.trips.views.blueprint import bp
from klippekort.trips.views.history_words import NOT_ENDED_YET, effect_words, happened_words
from klippekort.trips.views.shown import open_trip


def _here(trip_id: UUID) -> ResponseReturnValue:
    return redirect(url_for("trips.trip", trip_id=trip_id), 303)


@dataclass(frozen=True)
class RiderShown:
    """One who rides, as the helper must know them when something happens."""

    citizen: Any
    kin: list[Contact]
    must_know: str | None


def _riders(rows: list[TripRow]) -> list[Any]:
    """Return those of the riders whose trip this person keeps. Raises NotFound, Forbidden."""
    if not rows:
        raise NotFound
    actor, today = current_actor(), clock.today()
    riders = [get_citizen(row.citizen_id) for row in rows]
    theirs = [one for one in riders if may(actor, Action.KEEP_TRIP, reach(one, today))]
    if not theirs:
        authorise(actor, Action.KEEP_TRIP, reach(riders[0], today))
    return theirs


def _names(riders: list[Any]) -> dict[UUID, str]:
    return {one.id: one.name for one in riders}


@bp.route("/ture/<uuid:trip_id>/noget-skete", methods=["GET", "POST"])
@requires(Action.KEEP_TRIP, purpose="incident")
def incident(trip_id: UUID) -> ResponseReturnValue:
    """Whom to call, what the escort must know, and one tap that tells what happened."""
    rows = rows_of(trip_id)
    going = [one for one in rows if one.state in ACTIVE]
    riders = _riders(going or rows)
    row = (going or rows)[0]
    # What has been written is taken, whatever became of the trip meanwhile.
    if request.method == "GET" and row.state not in ACTIVE:
        return _here(trip_id)
    form = IncidentForm()
    form.offer(_names(riders))
    if form.validate_on_submit():
        _record(trip_id, form, form.chosen or riders[0].id)
        effect, state = Effect(form.effect.data), get_trip(trip_id).state
        flash(happened_words(effect, state), "success")
        if effect is Effect.END and state in ACTIVE:
            return redirect(url_for("trips.finish", trip_id=trip_id), 303)
        return _here(trip_id)
    saw(*_names(riders))
    home = get_municipality(current_actor().municipality_id)
    page = render_template(
        "trips/incident.html",
        form=form,
        row=row,
        riders=[_rider_shown(one) for one in riders],
        nurse_phone=home.nurse_phone,
        not_ended_yet=NOT_ENDED_YET,
        report_at=_report_at(home),
    )
    return page, 422 if form.errors else 200


def _rider_shown(citizen: Any) -> RiderShown:
    kin = [one for one in contacts_of(citizen) if one.is_next_of_kin]
    must_know = unseal(citizen, citizen.id, "escort_note", citizen.escort_note_encrypted)
    return RiderShown(citizen, kin, must_know)


def _report_at(home: Any) -> str:
    """Return where is reported, as it stands inside a sentence that ends itself."""
    return (home.incident_report or "").rstrip(" .")


def _record(trip_id: UUID, form: IncidentForm, citizen_id: UUID) -> None:
    now = clock.now()
    execute(
        happenings.record_incident,
        current_actor(),
        trip_id,
        IncidentKind(form.kind.data),
        Effect(form.effect.data),
        happened_at=now,
        now=now,
        citizen_id=citizen_id,
        key=form.key.data,
        content=[trip_id, form.kind.data, form.effect.data, citizen_id],
    )


@bp.post("/ture/<uuid:trip_id>/genoptag")
@requires(Action.KEEP_TRIP, purpose="keep_trip")
def resume(trip_id: UUID) -> ResponseReturnValue:
    """Go on with a trip that waited."""
    form = KeyedForm()
    open_trip(trip_id, Action.KEEP_TRIP)
    if form.validate_on_submit():
        try:
            execute(
                happenings.resume_trip,
                current_actor(),
                trip_id,
                now=clock.now(),
                key=form.key.data,
                content=[trip_id],
            )
        except Stale:
            flash(_("The trip does not wait any more."), "info")
    return _here(trip_id)


@bp.route("/ture/<uuid:trip_id>/note", methods=["GET", "POST"])
@requires(Action.KEEP_TRIP, purpose="keep_trip")
def note(trip_id: UUID) -> ResponseReturnValue:
    """Write a few words about a trip; the citizen can read them."""
    riders = _riders(rows_of(trip_id))
    form = NoteForm()
    form.offer(_names(riders))
    if form.validate_on_submit():
        citizen_id = form.chosen or riders[0].id
        execute(
            happenings.add_note,
            current_actor(),
            trip_id,
            form.text.data,
            now=clock.now(),
            citizen_id=citizen_id,
            key=form.key.data,
            content=[trip_id, form.text.data, citizen_id],
        )
        flash(_("The note is kept."), "success")
        return _here(trip_id)
    saw(*_names(riders))
    row = get_trip(trip_id)
    page = render_template("trips/note.html", form=form, row=row, riders=riders)
    return page, 422 if form.errors else 200


@bp.route("/ture/<uuid:trip_id>/hilsen", methods=["GET", "POST"])
@requires(Action.KEEP_TRIP, purpose="greeting")
def greeting(trip_id: UUID) -> ResponseReturnValue:
    """Send a relative of one who was out one line about the trip, with the citizen's yes."""
    row, _citizen = open_trip(trip_id, Action.KEEP_TRIP)
    listeners = _listeners(trip_id)
    if not listeners:
        return _here(trip_id)
    form, about = GreetingForm(), list({whose.id: whose for _one, whose in listeners}.values())
    owners = {str(one.id): whose for one, whose in listeners}
    form.contact.choices = choices(
        {
            str(one.id): one.name
            if len(about) == 1
            else _("%(contact)s, about %(name)s", contact=one.name, name=whose.first_name)
            for one, whose in listeners
        }
    )
    if request.method == "GET" and len(listeners) == 1:
        form.contact.data = str(listeners[0][0].id)
    if form.validate_on_submit() and form.contact.data in owners:
        execute(
            greetings.send_greeting,
            current_actor(),
            trip_id,
            UUID(form.contact.data),
            form.text.data,
            agreed_how="said",
            citizen_id=owners[form.contact.data].id,
            now=clock.now(),
            key=form.key.data,
            content=[trip_id, form.contact.data, form.text.data],
        )
        flash(_("The line is on its way. It is gone again after 30 days."), "success")
        return _here(trip_id)
    saw(*(one.id for one in about))
    names = " & ".join(one.first_name for one in about)
    page = render_template("trips/greeting.html", form=form, row=row, names=names)
    return page, 422 if form.errors else 200


def _listeners(trip_id: UUID) -> list[tuple[Contact, Any]]:
    """Return who may be sent a line, each with the citizen it is about: relatives of those who were
    out.
    """
    actor, today = current_actor(), clock.today()
    out = [get_citizen(row.citizen_id) for row in rows_of(trip_id) if row.state in MADE]
    theirs = [one for one in out if may(actor, Action.KEEP_TRIP, reach(one, today))]
    return [
        (contact, one) for one in theirs for contact in contacts_of(one) if contact.gets_greetings
    ]


@bp.route("/aktiviteter/datoer/<uuid:occurrence_id>/noget-skete", methods=["GET", "POST"])
@requires(Action.HOST_ACTIVITY, purpose="incident")
def incident_at_place(occurrence_id: UUID) -> ResponseReturnValue:
    """Let a host tell that something happened, without any name."""
    facts = get_occurrence_facts(occurrence_id)
    hosts = frozenset(events.ask(HostsAt(occurrence_id)))
    authorise(current_actor(), Action.HOST_ACTIVITY, Reach(people=hosts))
    form = PlaceIncidentForm()
    if form.validate_on_submit():
        execute(
            happenings.report_at_place,
            current_actor(),
            occurrence_id,
            IncidentKind(form.kind.data),
            now=clock.now(),
            key=form.key.data,
            content=[occurrence_id, form.kind.data],
        )
        flash(_("It is written down. The coordinator sees it now."), "success")
        is_host = current_actor().role is Role.VOLUNTEER
        return redirect(url_for("hosting.mine" if is_host else "activities.manage"), 303)
    home = get_municipality(current_actor().municipality_id)
    page = render_template("trips/incident_at_place.html", form=form, facts=facts, home=home)
    return page, 422 if form.errors else 200


@bp.get("/haendelser")
@requires(Action.HANDLE_INCIDENT, purpose="incident")
def incidents() -> ResponseReturnValue:
    """Show what happened and is not settled, with its owner."""
    return _listed()


@dataclass(frozen=True)
class IncidentLine:
    """An incident that is not settled, in words; `row` is the trip of the one it is about.

    Until a person owns it, the planners at `supplier` do, or the coordinators where it is None.
    """

    incident: Any
    what: str
    did: str
    row: TripRow | None
    place: Any
    owner: str | None
    supplier: str | None
    is_formal: bool
    form: CloseIncidentForm


def _listed(sent: CloseIncidentForm | None = None, sent_to: UUID | None = None) -> str:
    """Return the page of what is not settled; one form as it was sent, with what is wrong there."""
    actor = current_actor()
    found = open_incidents(actor.supplier_id if actor.role is Role.PLANNER else None)
    trip_ids = {one.trip_id for one in found if one.trip_id}
    told, trips = told_of(trip_ids), first_rows_of(trip_ids)
    dates = facts_of_dates({one.occurrence_id for one in found if one.occurrence_id})
    owners = names_of({one.owner_id for one in found if one.owner_id})
    suppliers = {one.id: one.name for one in list_suppliers()}
    lines = []
    for one in found:
        form = sent if sent is not None and one.id == sent_to else CloseIncidentForm(formdata=None)
        form.is_reported.id = f"reported-{one.id}"
        about = told.get(one.id, IncidentTold(None, None))
        row = trips.get(one.trip_id) if one.trip_id else None
        lines.append(
            IncidentLine(
                incident=one,
                what=INCIDENTS[one.kind],
                did=effect_words(Effect(one.effect), about.left_out),
                row=get_trip(row.trip_id, about.citizen_id) if row and about.citizen_id else row,
                place=dates.get(one.occurrence_id) if one.occurrence_id else None,
                owner=owners.get(one.owner_id) if one.owner_id else None,
                supplier=suppliers.get(one.supplier_id) if one.supplier_id else None,
                is_formal=one.kind in FORMALLY_REPORTED,
                form=form,
            )
        )
    saw(*{line.row.citizen_id for line in lines if line.row})
    report_at = _report_at(get_municipality(actor.municipality_id))
    return render_template("trips/incidents.html", lines=lines, report_at=report_at, sent=sent)


@bp.post("/haendelser/<uuid:incident_id>/tag")
@requires(Action.HANDLE_INCIDENT, purpose="incident")
def take_incident(incident_id: UUID) -> ResponseReturnValue:
    """Become the one who follows it up."""
    form = CloseIncidentForm()
    if form.validate_on_submit():
        _settle(happenings.take_on, incident_id, form)
    return redirect(url_for("trips.incidents"), 303)


@bp.post("/haendelser/<uuid:incident_id>/luk")
@requires(Action.HANDLE_INCIDENT, purpose="incident")
def close_incident(incident_id: UUID) -> ResponseReturnValue:
    """Close what is settled, and reported where it must be."""
    form = CloseIncidentForm()
    if form.validate_on_submit():
        try:
            is_reported = bool(form.is_reported.data)
            _settle(happenings.close_incident, incident_id, form, is_reported=is_reported)
        except NotReported:
            form.is_reported.errors = [_("Report it first, and tick that it is reported.")]
            return _listed(form, incident_id), 422
    return redirect(url_for("trips.incidents"), 303)


def _settle(deed: Any, incident_id: UUID, form: CloseIncidentForm, **told: bool) -> None:
    try:
        execute(
            deed,
            current_actor(),
            incident_id,
            now=clock.now(),
            key=form.key.data,
            content=[incident_id, deed.__name__, *told.values()],
            **told,
        )
    except (Stale, Forbidden):
        flash(_("Somebody has settled it already."), "info")
