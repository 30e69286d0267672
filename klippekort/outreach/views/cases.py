"""One case: what was noticed, whose it is, when it is looked at next, and how it ends."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm

from klippekort.citizens.queries import find_citizens, is_long_enough
from klippekort.courses.queries.talks import latest_guide
from klippekort.domain.calendar import local_day
from klippekort.domain.errors import Stale
from klippekort.domain.outreach.cases import CaseOutcome, Consent, Reply
from klippekort.domain.permissions import Action, may
from klippekort.outreach import services
from klippekort.outreach.forms.following import (
    CloseForm,
    HandOverForm,
    NextForm,
    PressForm,
    ReplyForm,
)
from klippekort.outreach.forms.words import (
    CONSENT_SHOWN,
    OUTCOMES,
    REPLIES,
    SOURCES,
    told_signs,
)
from klippekort.outreach.queries.cases import (
    CaseRow,
    NoticeRow,
    about_of,
    get_case,
    notices_of,
    teller_of,
    words_of,
)
from klippekort.outreach.queries.owners import Owner, everybody
from klippekort.outreach.queries.terms import Terms, get_terms
from klippekort.outreach.services.following import check_reach
from klippekort.outreach.views.blueprint import bp
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, requires, saw
from klippekort.platform.execute import execute
from klippekort.platform.i18n import _


@dataclass(frozen=True)
class NoticeShown:
    """What one person noticed or told us, in words."""

    id: UUID
    on: date
    source: str
    signs: list[str]
    words: str | None
    about: str | None
    teller: str | None
    consent: str
    answer_by: date | None
    answered_on: date | None
    reply: str | None
    forgotten_on: date | None


def _notice_shown(row: NoticeRow, citizen: Any, terms: Terms) -> NoticeShown:
    return NoticeShown(
        row.id,
        row.noticed_on,
        str(SOURCES[row.source]),
        told_signs(row.signs, terms.signs),
        words_of(row, citizen),
        about_of(row),
        teller_of(row),
        str(CONSENT_SHOWN[row.consent]),
        row.answer_by,
        row.answered_on,
        str(REPLIES[row.reply]) if row.reply else None,
        row.forgotten_on,
    )


@bp.get("/opsporing/sag/<uuid:case_id>")
@requires(Action.FOLLOW_OUTREACH, purpose="see_outreach")
def case(case_id: UUID) -> ResponseReturnValue:
    """Show a case with what can be done about it."""
    now, row = clock.now(), get_case(case_id)
    citizen = check_reach(current_actor(), row, now)
    if citizen is not None:
        saw(citizen.id)
    names = {one.account_id: one.name for one in everybody()}
    found = _candidates() if citizen is None and row.closed_on is None else None
    if found:
        saw(*(one.id for one in found))
    return render_template(
        "outreach/case.html",
        case=row,
        citizen=citizen,
        owner=names.get(row.owner_id) if row.owner_id else None,
        handed=names.get(row.handed_to) if row.handed_to else None,
        is_mine=row.owner_id == current_actor().account_id,
        is_asked=row.handed_to == current_actor().account_id,
        age=(local_day(now) - local_day(row.opened_at)).days,
        opened_on=local_day(row.opened_at),
        is_late=row.closed_on is None and row.next_on < local_day(now),
        notices=[_notice_shown(one, citizen, get_terms()) for one in notices_of(case_id)],
        consent=str(CONSENT_SHOWN[row.consent]),
        outcome=str(OUTCOMES[row.outcome]) if row.outcome else None,
        found=found,
        may_run=citizen is not None and may(current_actor(), Action.RUN_COURSE),
        text=request.args.get("q", ""),
        new_key=lambda: str(uuid4()),
    )


def _candidates() -> list[Any] | None:
    """Return the citizens whom ?q= finds, or None where nothing is looked for."""
    text = request.args.get("q", "")
    return list(find_citizens(text, limit=20)) if is_long_enough(text) else None


def _back_to(case_id: Any) -> Response:
    return make_response(redirect(url_for("outreach.case", case_id=case_id), 303))


def _do(service: Callable[..., Any], case_id: UUID, *args: Any, key: str, said: str) -> Response:
    """Run a service on a case, say what was done, and go back to it."""
    content = [case_id, *args]
    try:
        to = execute(
            service, current_actor(), case_id, *args, now=clock.now(), key=key, content=content
        )
    except Stale:
        flash(_("It has changed meanwhile. Look at it again."), "warning")
        to = case_id
    else:
        flash(said, "success")
    return _back_to(to)


@bp.route("/opsporing/sag/<uuid:case_id>/naeste", methods=["GET", "POST"])
@requires(Action.FOLLOW_OUTREACH, purpose="see_outreach")
def next_date(case_id: UUID) -> ResponseReturnValue:
    """Say when a case is looked at next."""
    row, form = get_case(case_id), NextForm()
    citizen = _seen(row)
    if form.validate_on_submit():
        said = _("The next date is set.")
        return _do(
            services.set_next, case_id, form.next_on.data, key=form.key.data or "", said=said
        )
    return _form(_("Set the next date"), row, citizen, form, _("Set the date"))


@bp.route("/opsporing/sag/<uuid:case_id>/overdrag", methods=["GET", "POST"])
@requires(Action.FOLLOW_OUTREACH, purpose="see_outreach")
def hand_over(case_id: UUID) -> ResponseReturnValue:
    """Ask a colleague to take a case over."""
    row, form = get_case(case_id), HandOverForm()
    citizen = _seen(row)
    form.offer({str(one.account_id): one.name for one in _others(row, citizen)})
    if form.validate_on_submit():
        said = _("Your colleague is asked. It stays with its owner until then.")
        to = UUID(form.to.data)
        return _do(services.hand_over, case_id, to, key=form.key.data or "", said=said)
    return _form(_("Hand it over"), row, citizen, form, _("Ask the colleague"))


def _others(row: CaseRow, citizen: Any) -> list[Owner]:
    supplier = citizen.supplier_id if citizen else None
    return [
        one
        for one in everybody()
        if one.supplier_id in (None, supplier) and one.account_id != row.owner_id
    ]


@bp.route("/opsporing/sag/<uuid:case_id>/luk", methods=["GET", "POST"])
@requires(Action.FOLLOW_OUTREACH, purpose="see_outreach")
def close(case_id: UUID) -> ResponseReturnValue:
    """Close a case with what came of it."""
    row, form = get_case(case_id), CloseForm()
    citizen = _seen(row)
    form.offer(is_known=citizen is not None)
    if form.validate_on_submit():
        outcome, said = CaseOutcome(form.outcome.data), _("It is closed.")
        return _do(services.close, case_id, outcome, key=form.key.data or "", said=said)
    return _form(_("Close it"), row, citizen, form, _("Close"))


def _seen(row: CaseRow) -> Any:
    """Return the citizen a case is about, for one who may follow it up; it is a look at her."""
    citizen = check_reach(current_actor(), row, clock.now())
    if citizen is not None:
        saw(citizen.id)
    return citizen


def _form(
    title: str, row: CaseRow, citizen: Any, form: FlaskForm, press: str
) -> ResponseReturnValue:
    page = render_template(
        "outreach/form.html", title=title, case=row, citizen=citizen, form=form, press=press
    )
    return page, 422 if form.errors else 200


@bp.post("/opsporing/sag/<uuid:case_id>/tag")
@requires(Action.FOLLOW_OUTREACH)
def take_over(case_id: UUID) -> ResponseReturnValue:
    """Become the owner of a case."""
    form = PressForm()
    if not form.validate_on_submit():
        return redirect(url_for("outreach.case", case_id=case_id), 303)
    return _do(services.take_over, case_id, key=form.key.data or "", said=_("It is yours now."))


@bp.post("/opsporing/sag/<uuid:case_id>/ja")
@requires(Action.RUN_COURSE)
def begin_course(case_id: UUID) -> ResponseReturnValue:
    """Let a course begin with the citizen's yes, and go on to the talk."""
    form, row = PressForm(), get_case(case_id)
    if not form.validate_on_submit():
        return _back_to(case_id)
    try:
        execute(
            services.begin_course,
            current_actor(),
            case_id,
            now=clock.now(),
            key=form.key.data,
            content=[case_id],
        )
    except Stale:
        flash(_("It has changed meanwhile. Look at it again."), "warning")
        return _back_to(case_id)
    flash(_("A course is open, and it is yours. Talk whenever it suits."), "success")
    first = latest_guide().steps()[0]
    to = url_for("courses.talk", citizen_id=row.citizen_id, number=first)
    return redirect(to, 303)


@bp.post("/opsporing/sag/<uuid:case_id>/tilbage")
@requires(Action.FOLLOW_OUTREACH)
def turn_back(case_id: UUID) -> ResponseReturnValue:
    """Say no to a case one was asked to take over."""
    form = PressForm()
    if not form.validate_on_submit():
        return redirect(url_for("outreach.case", case_id=case_id), 303)
    said = _("It has gone back to its owner.")
    return _do(services.turn_back, case_id, key=form.key.data or "", said=said)


@bp.post("/opsporing/sag/<uuid:case_id>/borger/<uuid:citizen_id>")
@requires(Action.FOLLOW_OUTREACH)
def link(case_id: UUID, citizen_id: UUID) -> ResponseReturnValue:
    """Say which citizen a case is about."""
    form = PressForm()
    if not form.validate_on_submit():
        return redirect(url_for("outreach.case", case_id=case_id), 303)
    said = _("Now we know who it is about.")
    return _do(services.link, case_id, citizen_id, key=form.key.data or "", said=said)


@bp.route("/opsporing/sag/<uuid:case_id>/svar/<uuid:notice_id>", methods=["GET", "POST"])
@requires(Action.FOLLOW_OUTREACH, purpose="see_outreach")
def reply(case_id: UUID, notice_id: UUID) -> ResponseReturnValue:
    """Note what whoever told us was answered: what can be said stands on the page."""
    row, form = get_case(case_id), ReplyForm()
    citizen = _seen(row)
    told = next((one for one in notices_of(case_id) if one.id == notice_id), None)
    if told is None or told.answer_by is None or told.answered_on is not None:
        return redirect(url_for("outreach.case", case_id=case_id), 303)
    form.offer(has_yes=row.consent == Consent.YES)
    if form.validate_on_submit():
        execute(
            services.reply,
            current_actor(),
            notice_id,
            Reply(form.reply.data),
            now=clock.now(),
            key=form.key.data,
            content=[notice_id, form.reply.data],
        )
        flash(_("The answer is written down."), "success")
        return redirect(url_for("outreach.case", case_id=case_id), 303)
    page = render_template(
        "outreach/reply.html",
        case=row,
        citizen=citizen,
        form=form,
        teller=teller_of(told),
        source=str(SOURCES[told.source]),
        says_yes=row.consent == Consent.YES,
    )
    return page, 422 if form.errors else 200
