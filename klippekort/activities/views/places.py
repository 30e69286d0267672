"""The places where activities are held: listed, added, changed, closed for a while, put away."""

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from klippekort.activities import queries, services
from klippekort.activities.forms import ClosureForm, HolidayForm, PlaceForm
from klippekort.activities.services import Shut
from klippekort.activities.views import words
from klippekort.activities.views.blueprint import bp
from klippekort.domain.calendar import local_day
from klippekort.domain.permissions import Action
from klippekort.platform import clock, events
from klippekort.platform.auth import current_actor, requires
from klippekort.platform.execute import execute
from klippekort.platform.formatting import phone, short_day
from klippekort.platform.forms import KeyedForm
from klippekort.platform.i18n import _


@bp.get("/aktiviteter/steder")
@requires(Action.APPROVE_ACTIVITY)
def places() -> ResponseReturnValue:
    """List all places, those that are put away last."""
    return render_template(
        "activities/places.html",
        places=queries.list_places(),
        put_away=queries.list_places(archived=True),
    )


@bp.route("/aktiviteter/steder/nyt", methods=["GET", "POST"])
@requires(Action.APPROVE_ACTIVITY)
def new_place() -> ResponseReturnValue:
    """Add a place."""
    return _edit(PlaceForm(), None)


@bp.route("/aktiviteter/steder/<uuid:place_id>/ret", methods=["GET", "POST"])
@requires(Action.APPROVE_ACTIVITY)
def change_place(place_id: UUID) -> ResponseReturnValue:
    """Change what is said of a place."""
    place = queries.get_place(place_id)
    return _edit(PlaceForm(data=_facts_of(place)), place)


def _edit(form: PlaceForm, place: Any) -> ResponseReturnValue:
    if form.validate_on_submit():
        facts = form.facts()
        place_id = place.id if place else None
        saved = execute(
            services.save_place,
            current_actor(),
            facts,
            place_id=place_id,
            now=clock.now(),
            key=form.key.data,
            content=[place_id, vars(facts)],
        )
        flash(_("The place is saved."), "success")
        if services.preview_holidays(current_actor(), UUID(saved), now=clock.now()).dates:
            return redirect(url_for("activities.holidays", place_id=saved), 303)
        return redirect(url_for("activities.place", place_id=saved), 303)
    page = render_template("activities/place_form.html", form=form, place=place)
    return page, 422 if form.errors else 200


def _facts_of(place: Any) -> dict[str, Any]:
    names = (
        "name",
        "address",
        "postcode",
        "town",
        "room_capacity",
        "wheelchair_places",
        "parking",
        "contact_name",
        "contact_is_public",
        "is_closed_on_holidays",
    )
    said: dict[str, Any] = {name: getattr(place, name) for name in names}
    number = phone(place.contact_phone) if place.contact_phone else ""
    return said | {
        "phone": number,
        "access": list(place.access),
        "point": queries.point_of(place),
    }


@bp.get("/aktiviteter/steder/<uuid:place_id>")
@requires(Action.APPROVE_ACTIVITY)
def place(place_id: UUID) -> ResponseReturnValue:
    """Show a place: what it is like, when it is closed, what is held there."""
    now, row = clock.now(), queries.get_place(place_id)
    closures = [
        (one.id, short_day(one.from_on), short_day(one.until_on), one.reason)
        for one in queries.closures_of(place_id)
        if one.until_on >= local_day(now)
    ]
    return render_template(
        "activities/place.html",
        place=row,
        access=words.access_words(row.access),
        phone=phone(row.contact_phone) if row.contact_phone else "",
        closures=closures,
        held=queries.activities_at(place_id, now),
        on_holidays=len(services.preview_holidays(current_actor(), place_id, now=now).dates),
        key=KeyedForm().key.data,
    )


@bp.post("/aktiviteter/steder/<uuid:place_id>/laeg-vaek")
@requires(Action.APPROVE_ACTIVITY)
def archive_place(place_id: UUID) -> ResponseReturnValue:
    """Put a place away, if nothing is to be held there."""
    form = KeyedForm()
    if form.validate_on_submit():
        try:
            execute(
                services.archive_place,
                current_actor(),
                place_id,
                now=clock.now(),
                key=form.key.data,
                content=[place_id],
            )
        except services.PlaceInUse as used:
            flash(
                _(
                    "The place is still used by %(titles)s. Move or end that first.",
                    titles=words.listed(list(used.titles)),
                ),
                "error",
            )
            return redirect(url_for("activities.place", place_id=place_id), 303)
        flash(_("The place is put away. Nobody can choose it any more."), "success")
    return redirect(url_for("activities.places"), 303)


@bp.post("/aktiviteter/steder/<uuid:place_id>/tag-frem")
@requires(Action.APPROVE_ACTIVITY)
def restore_place(place_id: UUID) -> ResponseReturnValue:
    """Take a place into use again."""
    form = KeyedForm()
    if form.validate_on_submit():
        execute(
            services.restore_place,
            current_actor(),
            place_id,
            now=clock.now(),
            key=form.key.data,
            content=[place_id],
        )
        flash(_("The place can be chosen again."), "success")
    return redirect(url_for("activities.place", place_id=place_id), 303)


@bp.route("/aktiviteter/steder/<uuid:place_id>/luk", methods=["GET", "POST"])
@requires(Action.APPROVE_ACTIVITY)
def close_place(place_id: UUID) -> ResponseReturnValue:
    """Ask when a place is closed, show what is cancelled by that, and do it."""
    now, row, form = clock.now(), queries.get_place(place_id), ClosureForm()
    form.now = now
    shut: Shut | None = None
    if form.validate_on_submit():
        shut = services.preview_closing(
            current_actor(), place_id, form.from_on.data, form.until_on.data, now=now
        )
        if "agreed" in request.form and _closed(form, place_id, now):
            flash(_("The place is closed those days."), "success")
            return redirect(url_for("activities.place", place_id=place_id), 303)
    page = render_template(
        "activities/close_place.html",
        form=form,
        place=row,
        shut=shut,
        dates=_dates(shut, now),
        trips=_trips(shut),
    )
    return page, 422 if form.errors else 200


def _closed(form: ClosureForm, place_id: UUID, now: datetime) -> bool:
    said = [form.from_on.data, form.until_on.data, form.reason.data, form.standing.data]
    try:
        execute(
            services.close_place,
            current_actor(),
            place_id,
            form.from_on.data,
            form.until_on.data,
            reason=form.reason.data or "",
            seen=form.seen.data or "",
            keeps=form.standing.data == "keep",
            now=now,
            key=form.key.data,
            content=[place_id, *said],
        )
    except services.LookAgain:
        changed = _("Something is different since you looked. Look at the list once more.")
        form.until_on.errors = [*form.until_on.errors, changed]
        return False
    return True


@bp.route("/aktiviteter/steder/<uuid:place_id>/helligdage", methods=["GET", "POST"])
@requires(Action.APPROVE_ACTIVITY)
def holidays(place_id: UUID) -> ResponseReturnValue:
    """Show what stands on public holidays at a place that is closed on them, and cancel it."""
    now, row, form = clock.now(), queries.get_place(place_id), HolidayForm()
    if form.validate_on_submit():
        try:
            execute(
                services.cancel_on_holidays,
                current_actor(),
                place_id,
                seen=form.seen.data or "",
                now=now,
                key=form.key.data,
                content=[place_id],
            )
        except services.LookAgain:
            changed = _("Something is different since you looked. Look at the list once more.")
            form.form_errors.append(changed)
        else:
            flash(_("The dates are cancelled. Everybody who must know is told."), "success")
            return redirect(url_for("activities.place", place_id=place_id), 303)
    shut = services.preview_holidays(current_actor(), place_id, now=now)
    page = render_template(
        "activities/holidays.html",
        form=form,
        place=row,
        shut=shut,
        dates=_dates(shut, now),
        trips=_trips(shut),
    )
    return page, 422 if form.errors else 200


def _trips(shut: Shut | None) -> int:
    """Return how many trips go to the dates that are touched."""
    if shut is None or not shut.dates:
        return 0
    return len(set(events.ask(services.TripsAt(tuple(row.id for row in shut.dates)))))


def _dates(shut: Shut | None, now: datetime) -> list[words.DateShown]:
    if shut is None or not shut.dates:
        return []
    facts = queries.facts_of_dates([row.id for row in shut.dates])
    return [words.date_shown(one, now) for one in facts.values()]


@bp.post("/aktiviteter/steder/<uuid:place_id>/aabn/<uuid:closure_id>")
@requires(Action.APPROVE_ACTIVITY)
def open_place(place_id: UUID, closure_id: UUID) -> ResponseReturnValue:
    """Take back that a place is closed."""
    form = KeyedForm()
    if form.validate_on_submit():
        execute(
            services.open_place,
            current_actor(),
            closure_id,
            now=clock.now(),
            key=form.key.data,
            content=[closure_id],
        )
        flash(_("The place is open those days. Dates that were cancelled stay cancelled."), "info")
    return redirect(url_for("activities.place", place_id=place_id), 303)
