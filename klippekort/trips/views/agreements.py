"""Standing agreements: the weekly walk, agreed once, with exceptions and an end."""

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from klippekort.accounts.queries.care_workers import get_care_worker, list_care_workers
from klippekort.activities.forms import KINDS
from klippekort.activities.queries import OccurrenceFacts, dates_of, list_activities
from klippekort.citizens.queries import get_citizen, reach
from klippekort.domain.calendar import ONE_DAY, local, local_day, minutes_between
from klippekort.domain.errors import Refused
from klippekort.domain.permissions import Action, authorise
from klippekort.domain.trips import Transport
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, requires, saw
from klippekort.platform.execute import execute
from klippekort.platform.formatting import clock_time, full_day, weekday_name
from klippekort.platform.forms import choices
from klippekort.platform.i18n import _
from klippekort.travel.queries import Spot, Traveller
from klippekort.trips.forms.agreements import (
    LEFT_OUT,
    RHYTHMS,
    AgreementForm,
    EndAgreementForm,
    KeepDayForm,
    LeaveOutForm,
)
from klippekort.trips.queries import agreements as queries
from klippekort.trips.queries.offers import goal_of
from klippekort.trips.services import agreements as services
from klippekort.trips.views.agreement_days import days_in_words
from klippekort.trips.views.blueprint import bp
from klippekort.trips.views.booking import municipality
from klippekort.trips.views.words import refusal_words


def _citizen(citizen_id: UUID) -> Any:
    person = get_citizen(citizen_id)
    authorise(current_actor(), Action.BOOK_TRIP, reach(person, clock.today()))
    return person


def _made(agreement_id: UUID) -> tuple[Any, Any]:
    made = queries.get_agreement(agreement_id)
    return made, _citizen(made.citizen_id)


@bp.get("/borgere/<uuid:citizen_id>/aftaler")
@requires(Action.BOOK_TRIP, purpose="agreement")
def agreements(citizen_id: UUID) -> ResponseReturnValue:
    """Show a citizen's standing agreements."""
    person = _citizen(citizen_id)
    saw(citizen_id)
    found = queries.agreements_of(citizen_id)
    return render_template(
        "trips/agreements.html",
        citizen=person,
        agreements=[(one, in_words(one)) for one in found if not _is_over(one)],
        over=[(one, in_words(one)) for one in found if _is_over(one)],
    )


def _is_over(made: Any) -> bool:
    return made.until_on is not None and made.until_on < clock.today()


def in_words(made: Any) -> str:
    """Return an agreement in one sentence: how often, which day, when, and with whom."""
    rhythm = RHYTHMS.get(str(made.every_weeks)) or _(
        "Every %(weeks)s weeks", weeks=made.every_weeks
    )
    said = _(
        "%(rhythm)s, %(day)s at %(time)s",
        rhythm=rhythm,
        day=weekday_name(made.weekday),
        time=clock_time(made.starts),
    )
    if made.care_worker_id is None:
        return str(said)
    name = get_care_worker(made.care_worker_id).name
    return str(_("%(said)s, with %(name)s", said=said, name=name))


@bp.route("/borgere/<uuid:citizen_id>/aftaler/ny", methods=["GET", "POST"])
@requires(Action.BOOK_TRIP, purpose="agreement")
def agree(citizen_id: UUID) -> ResponseReturnValue:
    """Make a standing agreement and book the coming weeks."""
    person, form = _citizen(citizen_id), AgreementForm()
    _fill(form, person)
    if form.validate_on_submit() and _has_day(form):
        try:
            made = _agree(person, form)
        except Refused as error:
            form.form_errors = [refusal_words(error.rule, clock.today())]
        else:
            return redirect(url_for("trips.agreement", agreement_id=made), 303)
    saw(citizen_id)
    page = render_template("trips/agree.html", form=form, citizen=person)
    return page, 422 if form.errors else 200


def _has_day(form: AgreementForm) -> bool:
    """Say whether it is known when the first trip would be; else that is said at the form."""
    if form.chosen_activity is None or _first_date(form, clock.now()) is not None:
        return True
    form.activity_id.errors = [_("The activity has no dates ahead.")]
    return False


def _fill(form: AgreementForm, person: Any) -> None:
    published = list_activities(state="published")
    titles = {str(activity.id): activity.title for activity in published}
    form.activity_id.choices = choices({"": _("No, to a place"), **titles})
    names = {str(one.id): one.name for one in list_care_workers(person.supplier_id)}
    form.care_worker_id.choices = choices({"": _("Whoever is free"), **names})
    form.today = clock.today()
    if not form.is_submitted():
        near = Spot(None, person.postcode)
        form.transport.data = Traveller(municipality(), person).best(near).mode.value
        form.from_on.data = form.today + ONE_DAY
        own = current_actor().person_id
        form.care_worker_id.data = str(own) if own else ""


def _agree(person: Any, form: AgreementForm) -> str:
    now = clock.now()
    order = _order(person, form, _first_date(form, now))
    made = execute(
        services.agree,
        current_actor(),
        order,
        now=now,
        key=form.key.data,
        content=[str(order)],
    )
    _book_now(UUID(str(made)), now)
    flash(_("It is agreed. The coming weeks are booked where they fit."), "success")
    return str(made)


def _book_now(agreement_id: UUID, now: datetime) -> None:
    """Book the coming weeks at once, each day a deed of its own: one refusal stops no other."""
    for on in services.due_days(queries.get_agreement(agreement_id), local_day(now)):
        execute(services.book_day, current_actor(), agreement_id, on, now=now)


def _first_date(form: AgreementForm, now: datetime) -> OccurrenceFacts | None:
    """Return an activity's next date; None for a place, and where no date is ahead."""
    activity_id = form.chosen_activity
    return next(iter(dates_of(activity_id, now, 1)), None) if activity_id else None


def _order(
    person: Any, form: AgreementForm, first: OccurrenceFacts | None
) -> services.AgreementOrder:
    """Return what is agreed; an activity's own day, time and place are those of its next date."""
    if first is not None:
        begins = local(first.starts_at)
        destination, kind, spot = first.title, first.kind, goal_of(first)
        address, postcode = None, None
        weekday, starts = begins.weekday(), begins.time()
        minutes = minutes_between(first.starts_at, first.ends_at)
    else:
        destination, kind, spot = form.destination.data, form.kind.data, Spot(None, form.spot)
        address, postcode = form.address.data or None, form.postcode.data or None
        weekday, starts = int(form.weekday.data), form.starts.data
        minutes = int(form.minutes.data)
    transport, each_way = Transport(form.transport.data), form.travel_each_way.data
    if each_way is None:
        each_way = Traveller(municipality(), person).leg(spot, transport).minutes
    return services.AgreementOrder(
        citizen_id=person.id,
        activity_id=form.chosen_activity,
        destination=destination,
        address=address,
        postcode=postcode,
        kind=kind,
        weekday=weekday,
        every_weeks=int(form.every_weeks.data),
        starts=starts,
        minutes=minutes,
        travel_each_way=int(each_way),
        transport=transport,
        care_worker_id=form.chosen_worker,
        agreed_how="said",
        from_on=form.from_on.data,
        until_on=form.until_on.data,
    )


@bp.get("/aftaler/<uuid:agreement_id>")
@requires(Action.BOOK_TRIP, purpose="agreement")
def agreement(agreement_id: UUID) -> ResponseReturnValue:
    """Show an agreement, what its coming days became, and how it is changed."""
    made, person = _made(agreement_id)
    return _page(made, person, LeaveOutForm(formdata=None), EndAgreementForm(formdata=None))


def _page(
    made: Any, person: Any, leave: LeaveOutForm, end: EndAgreementForm
) -> ResponseReturnValue:
    saw(person.id)
    today = clock.today()
    page = render_template(
        "trips/agreement.html",
        made=made,
        words=in_words(made),
        kind=KINDS.get(made.kind, made.kind),
        citizen=person,
        days=days_in_words(made, person, queries.days_tried(made.id, today)),
        left_out=[
            (full_day(one.on), LEFT_OUT.get(one.reason, one.reason), one.on.isoformat())
            for one in queries.exceptions_of(made.id)
            if one.on >= today and (made.until_on is None or one.on <= made.until_on)
        ],
        is_over=_is_over(made),
        key=str(uuid4()),
        leave=leave,
        end=end,
    )
    return page, 422 if leave.errors or end.errors else 200


@bp.post("/aftaler/<uuid:agreement_id>/undtag")
@requires(Action.BOOK_TRIP, purpose="agreement")
def leave_out(agreement_id: UUID) -> ResponseReturnValue:
    """Leave one day out."""
    made, person = _made(agreement_id)
    form = LeaveOutForm()
    if form.validate_on_submit():
        try:
            execute(
                services.except_day,
                current_actor(),
                agreement_id,
                form.on.data,
                reason=form.reason.data,
                now=clock.now(),
                key=form.key.data,
                content=[agreement_id, form.on.data],
            )
        except Refused as error:
            form.on.errors = [_why(error, made)]
        else:
            return _after(made, form.on.data)
    return _page(made, person, form, EndAgreementForm(formdata=None))


def _why(error: Refused, made: Any) -> str:
    """Return why an agreement cannot be changed like that."""
    if error.rule == "not_agreed":
        return str(_("Nothing is agreed for that day. Choose one of the days ahead."))
    if error.rule == "ends_already":
        return str(_("The agreement ends already on %(day)s.", day=full_day(made.until_on)))
    said = _("It is too late to change the agreement for that day. Cancel the trip itself.")
    return str(said)


@bp.post("/aftaler/<uuid:agreement_id>/undtag/slet")
@requires(Action.BOOK_TRIP, purpose="agreement")
def keep_day(agreement_id: UUID) -> ResponseReturnValue:
    """Put a day back that was left out."""
    made, _person = _made(agreement_id)
    form = KeepDayForm()
    if form.validate_on_submit():
        try:
            execute(
                services.keep_day,
                current_actor(),
                agreement_id,
                form.on.data,
                now=clock.now(),
                key=form.key.data,
                content=[agreement_id, form.on.data],
            )
        except Refused as error:
            flash(_why(error, made), "warning")
        else:
            flash(_("The day is kept again."), "success")
    return redirect(url_for("trips.agreement", agreement_id=agreement_id), 303)


def _after(made: Any, day: date) -> ResponseReturnValue:
    """Go on to the trip of that day, where it was booked already: it is cancelled as any trip."""
    tried = queries.trip_of_day(made.id, day)
    if tried is not None and tried.trip_id is not None:
        flash(_("The day is left out. Now cancel the trip that is booked."), "info")
        return redirect(url_for("trips.cancel", trip_id=tried.trip_id), 303)
    flash(_("The day is left out."), "success")
    return redirect(url_for("trips.agreement", agreement_id=made.id), 303)


@bp.post("/aftaler/<uuid:agreement_id>/slut")
@requires(Action.BOOK_TRIP, purpose="agreement")
def end_agreement(agreement_id: UUID) -> ResponseReturnValue:
    """Let an agreement end."""
    made, person = _made(agreement_id)
    form = EndAgreementForm()
    if form.validate_on_submit():
        try:
            execute(
                services.end_agreement,
                current_actor(),
                agreement_id,
                form.last_on.data,
                now=clock.now(),
                key=form.key.data,
                content=[agreement_id, form.last_on.data],
            )
        except Refused as error:
            form.last_on.errors = [_why(error, made)]
        else:
            flash(
                _("The agreement ends then. Trips booked after it are cancelled one by one."),
                "info",
            )
            return redirect(url_for("trips.agreement", agreement_id=agreement_id), 303)
    return _page(made, person, LeaveOutForm(formdata=None), form)
