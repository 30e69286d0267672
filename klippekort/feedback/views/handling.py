"""What the coordinator does about what people think."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from klippekort.accounts.queries import names_of
from klippekort.citizens.queries import get_citizen, list_citizens, reach
from klippekort.citizens.queries.leaving import how_left
from klippekort.domain.errors import DomainError, Forbidden, NotFound
from klippekort.domain.permissions import Action, may
from klippekort.feedback import forms, services
from klippekort.feedback.queries import counts as numbers
from klippekort.feedback.queries import feedback as queries
from klippekort.feedback.views.blueprint import bp
from klippekort.feedback.views.shown import line_shown, numbers_shown, status_of
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, requires, saw
from klippekort.platform.execute import execute
from klippekort.platform.forms import KeyedForm
from klippekort.platform.i18n import _


@bp.get("/synspunkter")
@requires(Action.HANDLE_FEEDBACK, purpose="feedback")
def manage() -> ResponseReturnValue:
    """Show what waits for somebody, what is closed, and the year in numbers."""
    waiting, closed = queries.list_open(), queries.list_closed()
    ids = {row.citizen_id for row in (*waiting, *closed) if row.citizen_id}
    people = {one.id: one.name for one in list_citizens(ids)}
    owners = names_of({row.owner_id for row in (*waiting, *closed) if row.owner_id})
    saw(*people)
    today, left = clock.today(), how_left(people)
    year = numbers.counts(date(today.year, 1, 1), today)
    return render_template(
        "feedback/manage.html",
        waiting=[line_shown(row, people, owners, today, left) for row in waiting],
        closed=[line_shown(row, people, owners, today, left) for row in closed],
        numbers=numbers_shown(year),
        year=today.year,
    )


@bp.route("/synspunkter/nyt", methods=["GET", "POST"])
@requires(Action.NOTE_FEEDBACK, purpose="feedback")
def note() -> ResponseReturnValue:
    """Type in what somebody said, of a citizen where ?borger= names one."""
    actor, citizen = current_actor(), _citizen()
    form = forms.NoteForm(data={"channel": "helper"} if citizen else None)
    if form.validate_on_submit():
        said = form.said(citizen.id if citizen else None)
        try:
            execute(
                services.give,
                actor,
                said,
                now=clock.now(),
                key=form.key.data,
                content=[said.kind, said.words, said.contact, said.citizen_id],
            )
        except services.InFuture:
            form.received_on.errors = [_("Choose today or an earlier day.")]
        else:
            flash(_("It is noted, and the coordinator has it."), "success")
            return redirect(_after_note(citizen), 303)
    page = render_template(
        "feedback/note.html", form=form, citizen=citizen, back_url=_after_note(citizen)
    )
    return page, 422 if form.errors else 200


def _citizen() -> Any:
    """Return the citizen that ?borger= names, to one who may say something for her, or None.

    Raises NotFound.
    """
    text = request.args.get("borger", "")
    if not text:
        return None
    try:
        citizen = get_citizen(UUID(text))
    except ValueError:
        raise NotFound from None
    if not may(current_actor(), Action.NOTE_FEEDBACK, reach(citizen, clock.today())):
        raise Forbidden(Action.NOTE_FEEDBACK)
    saw(citizen.id)
    return citizen


def _after_note(citizen: Any) -> str:
    if citizen is not None:
        return url_for("trips.citizen", citizen_id=citizen.id)
    if may(current_actor(), Action.HANDLE_FEEDBACK):
        return url_for("feedback.manage")
    return url_for("start")


@bp.get("/synspunkter/<uuid:feedback_id>")
@requires(Action.HANDLE_FEEDBACK, purpose="feedback")
def show(feedback_id: UUID) -> ResponseReturnValue:
    """Show what somebody said, its clocks, and what can be done."""
    return _page(feedback_id)


def _page(feedback_id: UUID, failed: KeyedForm | None = None) -> ResponseReturnValue:
    """Show it with the form that was sent as it was sent, and the others new."""
    row, today = queries.get_feedback(feedback_id), clock.today()
    citizen = get_citizen(row.citizen_id) if row.citizen_id else None
    if citizen is not None:
        saw(citizen.id)
    made: dict[str, Any] = {
        "owner": forms.OwnerForm,
        "answer": forms.AnswerForm,
        "pass_on": forms.PassOnForm,
        "close": forms.CloseForm,
    }
    shown = {
        name: failed if isinstance(failed, kind) else kind(formdata=None, prefix=f"{name}-")
        for name, kind in made.items()
    }
    owners = names_of({row.owner_id} if row.owner_id else set())
    shown["owner"].offer(queries.list_coordinators())
    if failed is not shown["owner"]:
        shown["owner"].owner.data = str(row.owner_id or "")
    people = {citizen.id: citizen.name} if citizen else {}
    page = render_template(
        "feedback/show.html",
        row=row,
        line=line_shown(row, people, owners, today, how_left(people)),
        status=status_of(row, today),
        citizen=citizen,
        forms=shown,
        failed=failed,
        acknowledge=forms.AcknowledgeForm(formdata=None),
        words={name: queries.opened(row, name) for name in queries.SEALED},
        guidance=queries.rules().guidance,
        outcomes=forms.OUTCOMES,
    )
    return page, 422 if failed is not None else 200


def _do(
    feedback_id: UUID, form: Any, do: Callable[[], tuple[Callable[..., Any], list[Any]]], said: str
) -> ResponseReturnValue:
    """Run a service with what a form says, and show the page again."""
    if not form.validate_on_submit():
        return _page(feedback_id, form)
    service, content = do()
    try:
        execute(
            service,
            current_actor(),
            feedback_id,
            *content,
            now=clock.now(),
            key=form.key.data,
            content=[str(feedback_id), *map(str, content)],
        )
    except DomainError as refusal:
        if type(refusal) not in REFUSALS:
            raise
        form.form_errors = [str(REFUSALS[type(refusal)]())]
        return _page(feedback_id, form)
    flash(said, "success")
    return redirect(url_for("feedback.show", feedback_id=feedback_id), 303)


REFUSALS: dict[type[DomainError], Callable[[], str]] = {
    services.IsClosed: lambda: _("It is closed already. Nothing more was changed."),
    services.NobodyToAnswer: lambda: _("They left no way to be reached."),
    services.NotAComplaint: lambda: _("Only complaints are acknowledged."),
    services.NotAnswered: lambda: _("They wait for an answer. Write it first."),
    services.NotPassedOn: lambda: _("Say first who takes it from here."),
    services.NotChanged: lambda: _("Write what you said and did first."),
    services.CannotOwn: lambda: _("They can no longer answer for it. Choose somebody else."),
}


@bp.post("/synspunkter/<uuid:feedback_id>/ansvarlig")
@requires(Action.HANDLE_FEEDBACK, purpose="feedback")
def set_owner(feedback_id: UUID) -> ResponseReturnValue:
    """Let somebody answer for it."""
    form = forms.OwnerForm(prefix="owner-")
    form.offer(queries.list_coordinators())
    said = _("Somebody else answers for it now.")
    return _do(feedback_id, form, lambda: (services.set_owner, [UUID(form.owner.data)]), said)


@bp.post("/synspunkter/<uuid:feedback_id>/kvittering")
@requires(Action.HANDLE_FEEDBACK, purpose="feedback")
def acknowledge(feedback_id: UUID) -> ResponseReturnValue:
    """Note that whoever complains has heard that it is here."""
    form = forms.AcknowledgeForm()
    said = _("They have heard that their complaint is here.")
    return _do(feedback_id, form, lambda: (services.acknowledge, []), said)


@bp.post("/synspunkter/<uuid:feedback_id>/svar")
@requires(Action.HANDLE_FEEDBACK, purpose="feedback")
def answer(feedback_id: UUID) -> ResponseReturnValue:
    """Keep what was answered."""
    form = forms.AnswerForm(prefix="answer-")
    said = _("Your answer is kept.")
    return _do(feedback_id, form, lambda: (services.answer, [form.words.data]), said)


@bp.post("/synspunkter/<uuid:feedback_id>/videre")
@requires(Action.HANDLE_FEEDBACK, purpose="feedback")
def pass_on(feedback_id: UUID) -> ResponseReturnValue:
    """Note whom it is passed on to."""
    form = forms.PassOnForm(prefix="pass_on-")
    said = _("It is passed on.")
    return _do(feedback_id, form, lambda: (services.pass_on, [form.authority.data]), said)


@bp.post("/synspunkter/<uuid:feedback_id>/luk")
@requires(Action.HANDLE_FEEDBACK, purpose="feedback")
def close(feedback_id: UUID) -> ResponseReturnValue:
    """Say what came of it, and end it."""
    form = forms.CloseForm(prefix="close-")
    return _do(
        feedback_id, form, lambda: (services.close, [form.ending()]), _("It is closed. Thank you.")
    )


@bp.post("/synspunkter/<uuid:feedback_id>/tag-ned")
@requires(Action.HANDLE_FEEDBACK, purpose="feedback")
def take_down(feedback_id: UUID) -> ResponseReturnValue:
    """Take it off the page that everybody can read."""
    form = forms.AcknowledgeForm()
    said = _("It is off the page that everybody can read.")
    return _do(feedback_id, form, lambda: (services.take_down, []), said)


@bp.route("/synspunkter/regler", methods=["GET", "POST"])
@requires(Action.SET_FEEDBACK)
def rules() -> ResponseReturnValue:
    """Decide the clocks."""
    held = queries.rules()
    form = forms.RulesForm(
        data={
            "answer_days": held.times.answer,
            "acknowledge_days": held.times.acknowledge,
            "complaint_days": held.times.complaint,
            "forget_days": held.forget_days,
            "owner": str(held.owner_id or ""),
            "guidance": held.guidance,
        }
    )
    form.offer(queries.list_coordinators())
    if form.validate_on_submit():
        decided = form.rules()
        execute(
            services.decide_rules,
            current_actor(),
            decided,
            now=clock.now(),
            key=form.key.data,
            content=[decided],
        )
        flash(_("Saved. What is here already keeps its days."), "success")
        return redirect(url_for("feedback.manage"), 303)
    return render_template("feedback/rules.html", form=form), 422 if form.errors else 200
