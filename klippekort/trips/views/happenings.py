"""When something happens on a trip, and after it: incidents, notes, and a line to a relative."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from klippekort.accounts.queries import names_of
from klippekort.activities.queries import facts_of_dates, get_occurrence_facts
from klippekort.activities.services import HostsAt
from klippekort.citizens.queries.contacts import contacts_of
from klippekort.citizens.queries.unsealing import unseal
from klippekort.domain.errors import Forbidden, Stale
from klippekort.domain.incidents import FORMALLY_REPORTED, Effect, IncidentKind
from klippekort.domain.permissions import Action, Reach, Role, authorise
from klippekort.domain.trips import ACTIVE, MADE
from klippekort.municipalities.queries import get_municipality
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
from klippekort.trips.queries.happenings import open_incidents
from klippekort.trips.queries.trips import first_rows_of
from klippekort.trips.services import greetings, happenings
from klippekort.trips.views.blueprint import bp
from klippekort.trips.views.shown import open_trip


def _here(trip_id: UUID) -> ResponseReturnValue:
    return redirect(url_for("trips.trip", trip_id=trip_id), 303)


@bp.route("/ture/<uuid:trip_id>/noget-skete", methods=["GET", "POST"])
@requires(Action.KEEP_TRIP, purpose="incident")
def incident(trip_id: UUID) -> ResponseReturnValue:
    """Whom to call, what the escort must know, and one tap that tells what happened."""
    row, citizen = open_trip(trip_id, Action.KEEP_TRIP)
    if row.state not in ACTIVE:
        return _here(trip_id)
    form = IncidentForm()
    if form.validate_on_submit():
        try:
            _record(trip_id, form)
        except Stale:
            flash(_("The trip has ended already."), "info")
            return _here(trip_id)
        if form.effect.data == Effect.END:
            return redirect(url_for("trips.finish", trip_id=trip_id), 303)
        flash(_("It is written down. Your leader sees it now."), "success")
        return _here(trip_id)
    saw(citizen.id)
    home = get_municipality(current_actor().municipality_id)
    page = render_template(
        "trips/incident.html",
        form=form,
        row=row,
        citizen=citizen,
        nurse_phone=home.nurse_phone,
        report_at=home.incident_report,
        contacts=[one for one in contacts_of(citizen) if one.is_next_of_kin],
        must_know=_must_know(citizen),
    )
    return page, 422 if form.errors else 200


def _must_know(citizen: Any) -> str | None:
    return unseal(citizen, citizen.id, "escort_note", citizen.escort_note_encrypted)


def _record(trip_id: UUID, form: IncidentForm) -> None:
    now = clock.now()
    execute(
        happenings.record_incident,
        current_actor(),
        trip_id,
        IncidentKind(form.kind.data),
        Effect(form.effect.data),
        happened_at=now,
        now=now,
        key=form.key.data,
        content=[trip_id, form.kind.data, form.effect.data],
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
    row, citizen = open_trip(trip_id, Action.KEEP_TRIP)
    form = NoteForm()
    if form.validate_on_submit():
        execute(
            happenings.add_note,
            current_actor(),
            trip_id,
            form.text.data,
            now=clock.now(),
            key=form.key.data,
            content=[trip_id, form.text.data],
        )
        flash(_("The note is kept."), "success")
        return _here(trip_id)
    saw(citizen.id)
    page = render_template("trips/note.html", form=form, row=row, citizen=citizen)
    return page, 422 if form.errors else 200


@bp.route("/ture/<uuid:trip_id>/hilsen", methods=["GET", "POST"])
@requires(Action.KEEP_TRIP, purpose="greeting")
def greeting(trip_id: UUID) -> ResponseReturnValue:
    """Send a relative one line about a trip that was made, with the citizen's yes."""
    row, citizen = open_trip(trip_id, Action.KEEP_TRIP)
    listeners = [one for one in contacts_of(citizen) if one.gets_greetings]
    if row.state not in MADE or not listeners:
        return _here(trip_id)
    form = GreetingForm()
    names = {str(one.id): one.name for one in listeners}
    form.contact.choices = choices(names)
    if request.method == "GET" and len(listeners) == 1:
        form.contact.data = str(listeners[0].id)
    if form.validate_on_submit() and form.contact.data in names:
        execute(
            greetings.send_greeting,
            current_actor(),
            trip_id,
            UUID(form.contact.data),
            form.text.data,
            agreed_how="said",
            now=clock.now(),
            key=form.key.data,
            content=[trip_id, form.contact.data, form.text.data],
        )
        flash(_("The line is on its way. It is gone again after 30 days."), "success")
        return _here(trip_id)
    saw(citizen.id)
    page = render_template("trips/greeting.html", form=form, row=row, citizen=citizen)
    return page, 422 if form.errors else 200


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
    actor = current_actor()
    supplier = actor.supplier_id if actor.role is Role.PLANNER else None
    found = open_incidents(supplier)
    trips = first_rows_of({one.trip_id for one in found if one.trip_id})
    dates = facts_of_dates({one.occurrence_id for one in found if one.occurrence_id})
    saw(*{row.citizen_id for row in trips.values()})
    owners = names_of({one.owner_id for one in found if one.owner_id})
    lines = [
        {
            "incident": one,
            "what": INCIDENTS[one.kind],
            "row": trips.get(one.trip_id) if one.trip_id else None,
            "place": dates.get(one.occurrence_id) if one.occurrence_id else None,
            "owner": owners.get(one.owner_id) if one.owner_id else None,
            "is_formal": one.kind in FORMALLY_REPORTED,
            "form": CloseIncidentForm(),
        }
        for one in found
    ]
    home = get_municipality(actor.municipality_id)
    return render_template("trips/incidents.html", lines=lines, report_at=home.incident_report)


@bp.post("/haendelser/<uuid:incident_id>/tag")
@requires(Action.HANDLE_INCIDENT, purpose="incident")
def take_incident(incident_id: UUID) -> ResponseReturnValue:
    """Become the one who follows it up."""
    return _settle(happenings.take_on, incident_id)


@bp.post("/haendelser/<uuid:incident_id>/luk")
@requires(Action.HANDLE_INCIDENT, purpose="incident")
def close_incident(incident_id: UUID) -> ResponseReturnValue:
    """Close what is settled."""
    return _settle(happenings.close_incident, incident_id)


def _settle(deed: Any, incident_id: UUID) -> ResponseReturnValue:
    form = CloseIncidentForm()
    told = {"is_reported": bool(form.is_reported.data)} if deed is happenings.close_incident else {}
    if form.validate_on_submit():
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
    return redirect(url_for("trips.incidents"), 303)
