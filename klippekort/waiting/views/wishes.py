"""A citizen's wishes and places in lines, and the coordinator's list of unanswered wishes."""

from typing import Any
from uuid import UUID, uuid4

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from klippekort.activities.queries import get_occurrence_facts
from klippekort.activities.services import OccurrenceOver
from klippekort.citizens.queries import get_citizen, reach
from klippekort.domain.calendar import local_day
from klippekort.domain.errors import CitizenBusy
from klippekort.domain.permissions import Action, authorise
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, requires, saw
from klippekort.platform.execute import execute
from klippekort.platform.forms import KeyedForm
from klippekort.platform.i18n import _
from klippekort.waiting.forms.wishes import CloseForm, WishForm
from klippekort.waiting.queries import wishes as queries
from klippekort.waiting.queries.fitting import as_seen, of_activity, of_kind
from klippekort.waiting.queries.offers import offers_of
from klippekort.waiting.queries.standing import paused, standing_of
from klippekort.waiting.queries.wishes import WishRow
from klippekort.waiting.services import proposing
from klippekort.waiting.services import wishes as services
from klippekort.waiting.services.errors import InLineAlready, NotFull
from klippekort.waiting.services.holding import CANNOT
from klippekort.waiting.views.blueprint import bp
from klippekort.waiting.views.shown import (
    DateShown,
    WishShown,
    date_shown,
    offer_shown,
    standing_shown,
    wish_shown,
)
from klippekort.waiting.views.words import CLOSED, cannot_words, kind_word, until_words

MOST_DATES = 6


def _citizen(citizen_id: UUID) -> Any:
    """Return the citizen if the one who asks may keep her wishes. Raises NotFound, Forbidden."""
    person = get_citizen(citizen_id)
    authorise(current_actor(), Action.MAKE_WISH, reach(person, clock.today()))
    return person


def _wish(wish_id: UUID) -> WishRow:
    row = queries.get_wish(wish_id)
    authorise(current_actor(), Action.MAKE_WISH, reach(row.citizen, clock.today()))
    return row


@bp.get("/borgere/<uuid:citizen_id>/oensker")
@requires(Action.MAKE_WISH, purpose="make_wish")
def citizen_wishes(citizen_id: UUID) -> ResponseReturnValue:
    """Show what a citizen wishes for, waits for and has been offered."""
    person, now = _citizen(citizen_id), clock.now()
    saw(citizen_id)
    wishes = [wish_shown(row, local_day(now)) for row in queries.wishes_of(citizen_id)]
    return render_template(
        "waiting/citizen.html",
        citizen=person,
        offers=[offer_shown(row, now) for row in offers_of(citizen_id)],
        places=[wish for wish in wishes if wish.is_in_line],
        wishes=[wish for wish in wishes if not wish.is_in_line],
        standing=[standing_shown(row) for row in standing_of(citizen_id)],
    )


@bp.route("/borgere/<uuid:citizen_id>/oensker/nyt", methods=["GET", "POST"])
@requires(Action.MAKE_WISH, purpose="make_wish")
def make(citizen_id: UUID) -> ResponseReturnValue:
    """Write a wish down."""
    person, form = _citizen(citizen_id), WishForm()
    form.offer(clock.today())
    saw(citizen_id)
    if form.validate_on_submit():
        facts = form.facts()
        wish_id = execute(
            services.make_wish,
            current_actor(),
            citizen_id,
            facts,
            now=clock.now(),
            key=form.key.data,
            content=[citizen_id, services.fingerprint_of(facts)],
        )
        flash(_("The wish is written down."), "success")
        return redirect(url_for("waiting.wish", wish_id=wish_id), 303)
    page = render_template("waiting/make.html", form=form, citizen=person)
    return page, 422 if form.errors else 200


@bp.route("/borgere/<uuid:citizen_id>/venteliste/<uuid:occurrence_id>", methods=["GET", "POST"])
@requires(Action.MAKE_WISH, purpose="make_wish")
def join(citizen_id: UUID, occurrence_id: UUID) -> ResponseReturnValue:
    """Put a citizen in the line for a date that is full."""
    person, form = _citizen(citizen_id), KeyedForm()
    date, refusal = get_occurrence_facts(occurrence_id), None
    saw(citizen_id)
    if form.validate_on_submit():
        try:
            execute(
                services.join_line,
                current_actor(),
                citizen_id,
                occurrence_id,
                now=clock.now(),
                key=form.key.data,
                content=[citizen_id, occurrence_id],
            )
        except NotFull:
            flash(_("There is a seat now. You can book it."), "info")
            there = url_for("trips.check", citizen_id=citizen_id, occurrence_id=occurrence_id)
            return redirect(there, 303)
        except InLineAlready:
            refusal = _("%(name)s stands on this list already.", name=person.first_name)
        except CitizenBusy:
            refusal = _("%(name)s has a seat there already.", name=person.first_name)
        except OccurrenceOver:
            refusal = _("The activity is cancelled, or it has begun.")
        else:
            flash(_("%(name)s is on the waiting list.", name=person.first_name), "success")
            return redirect(url_for("waiting.citizen_wishes", citizen_id=citizen_id), 303)
    page = render_template(
        "waiting/join.html",
        citizen=person,
        date=date,
        when=until_words(date.starts_at, clock.today()),
        waiting=len(queries.line_of(occurrence_id)),
        refusal=refusal,
        form=form,
    )
    return page, 422 if refusal else 200


@bp.get("/oensker/<uuid:wish_id>")
@requires(Action.MAKE_WISH, purpose="make_wish")
def wish(wish_id: UUID) -> ResponseReturnValue:
    """Show one wish, and the dates that fit it."""
    return _wish_page(_wish(wish_id), CloseForm(formdata=None))


def _wish_page(row: WishRow, form: CloseForm) -> ResponseReturnValue:
    today = clock.today()
    saw(row.citizen.id)
    page = render_template(
        "waiting/wish.html",
        wish=wish_shown(row, today),
        citizen=row.citizen,
        words=queries.words_of(row.wish, row.citizen),
        closed=CLOSED.get(row.wish.close_reason or ""),
        trip_id=row.wish.trip_id,
        dates=[(date, str(uuid4())) for date in _dates(row)],
        form=form,
        key=str(uuid4()),
    )
    return page, 422 if form.errors else 200


def _dates(row: WishRow) -> list[DateShown]:
    """Return the dates that fit a wish which waits for one."""
    wish, now = row.wish, clock.now()
    if wish.state != "open":
        return []
    if wish.activity_id is not None:
        found = of_activity(row.citizen, wish.activity_id, now)
    else:
        found = of_kind(row.citizen, wish.kind, now)
    shown = []
    for date in found:
        on = local_day(date.starts_at)
        is_early = wish.earliest_on is not None and on < wish.earliest_on
        is_late = wish.latest_on is not None and on > wish.latest_on
        if not is_early and not is_late:
            shown.append(date_shown(date, local_day(now)))
    return shown[:MOST_DATES]


@bp.post("/oensker/<uuid:wish_id>/luk")
@requires(Action.MAKE_WISH)
def close(wish_id: UUID) -> ResponseReturnValue:
    """Close a wish, with the reason."""
    row, form = _wish(wish_id), CloseForm()
    if not form.validate_on_submit():
        return _wish_page(row, form)
    execute(
        services.withdraw_wish,
        current_actor(),
        wish_id,
        reason=form.reason.data,
        now=clock.now(),
        key=form.key.data,
        content=[wish_id, form.reason.data],
    )
    flash(_("The wish is closed. You can put it back."), "success")
    return redirect(url_for("waiting.wish", wish_id=wish_id), 303)


@bp.post("/oensker/<uuid:wish_id>/igen")
@requires(Action.MAKE_WISH)
def put_back(wish_id: UUID) -> ResponseReturnValue:
    """Open a wish again that was closed by mistake."""
    form = KeyedForm()
    if form.validate_on_submit():
        try:
            execute(services.put_back, current_actor(), wish_id, now=clock.now(), key=form.key.data)
        except InLineAlready:
            flash(_("The citizen stands on this list already."), "warning")
        else:
            flash(_("The wish stands again. The time waited still counts."), "success")
    return redirect(url_for("waiting.wish", wish_id=wish_id), 303)


@bp.post("/oensker/<uuid:wish_id>/hold/<uuid:occurrence_id>")
@requires(Action.ANSWER_OFFER)
def hold(wish_id: UUID, occurrence_id: UUID) -> ResponseReturnValue:
    """Hold a date for a wish, so that the citizen can be asked."""
    form, here = KeyedForm(), redirect(url_for("waiting.wish", wish_id=wish_id), 303)
    if not form.validate_on_submit():
        return here
    try:
        offer_id = execute(
            proposing.offer_for_wish,
            current_actor(),
            wish_id,
            occurrence_id,
            now=clock.now(),
            key=form.key.data,
            content=[wish_id, occurrence_id],
        )
    except CANNOT as refusal:
        seen = as_seen(queries.get_wish(wish_id).citizen, occurrence_id, clock.now())
        flash(cannot_words(refusal, clock.today(), seen), "warning")
        return here
    return redirect(url_for("waiting.offer", offer_id=offer_id), 303)


@bp.get("/oensker")
@requires(Action.SEE_LINES, purpose="see_lines")
def open_wishes() -> ResponseReturnValue:
    """Show what citizens wish for with nothing to go to yet, by kind; and wishes that rest."""
    today = clock.today()
    rows = queries.open_wishes()
    by_kind: dict[str, list[WishShown]] = {}
    for row in rows:
        by_kind.setdefault(kind_word(row.kind), []).append(wish_shown(row, today))
    resting = [standing_shown(row) for row in paused()]
    saw(*{row.citizen.id for row in rows}, *{one.citizen_id for one in resting})
    found = sorted(by_kind.items(), key=lambda kind: (-len(kind[1]), kind[0]))
    return render_template("waiting/open_wishes.html", kinds=found, resting=resting)
