"""Week letters: who gets one, making the pile with a bar that grows, and printing it."""

from datetime import date, timedelta
from typing import Any, cast
from uuid import UUID

from flask import current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from klippekort.citizens.queries import get_citizen, list_citizens, reach
from klippekort.domain.calendar import monday
from klippekort.domain.permissions import Action, authorise
from klippekort.papers.forms.week_letter import sample_html
from klippekort.papers.jobs import start_run
from klippekort.papers.queries import weeks as queries
from klippekort.papers.queries.rules import get_rules
from klippekort.papers.services import weeks as services
from klippekort.papers.views.answering import as_pdf, sent
from klippekort.papers.views.blueprint import bp
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, requires, saw
from klippekort.platform.execute import execute
from klippekort.platform.formatting import moment, week
from klippekort.platform.forms import KeyedForm
from klippekort.platform.i18n import _
from klippekort.platform.pdf_merge import merge


def next_week() -> date:
    """Return the Monday that the next letters are about."""
    return monday(clock.today()) + timedelta(days=7)


@bp.get("/papirer/ugebreve")
@requires(Action.MAKE_PAPERS, purpose="week_letters")
def weeks() -> ResponseReturnValue:
    """Show who gets next week's letter, and the piles that were made."""
    week_on, today = next_week(), clock.today()
    who = queries.readers(week_on)
    without = list_citizens(who.without)
    saw(*who.without)
    return render_template(
        "papers/weeks.html",
        week=week(week_on),
        count=len(who.with_address),
        without=without,
        runs=[(one, week(one.week_on), moment(one.made_at, today)) for one in queries.runs()],
        by_itself=get_rules().week_letters,
        key=KeyedForm().key.data,
    )


@bp.post("/papirer/ugebreve")
@requires(Action.MAKE_PAPERS)
def make_weeks() -> ResponseReturnValue:
    """Begin to make next week's letters, and show how far they are."""
    form = KeyedForm()
    if form.validate_on_submit():
        actor, key = current_actor(), form.key.data
        try:
            run = execute(services.begin, actor, next_week(), now=clock.now(), key=key)
        except services.NobodyReads:
            flash(_("Everybody who reads on paper has a letter already."), "info")
        else:
            _start(UUID(run))
            return redirect(url_for("papers.week_run", run_id=run), 303)
    return redirect(url_for("papers.weeks"), 303)


def _start(run_id: UUID) -> None:
    # The proxy stands for this request alone; the thread outlives it.
    app = cast(Any, current_app)._get_current_object()
    start_run(app, current_actor().municipality_id, run_id)


@bp.get("/papirer/ugebreve/<uuid:run_id>")
@requires(Action.MAKE_PAPERS)
def week_run(run_id: UUID) -> ResponseReturnValue:
    """Show how far a pile is, and where it is printed."""
    run = queries.get_run(run_id)
    has_pile = run.state == "done" and not queries.is_forgotten(run_id)
    return render_template(
        "papers/week_run.html", run=run, week=week(run.week_on), has_pile=has_pile
    )


@bp.get("/papirer/ugebreve/<uuid:run_id>.pdf")
@requires(Action.MAKE_PAPERS, purpose="week_letters")
def week_pdf(run_id: UUID) -> ResponseReturnValue:
    """Give a pile as one PDF, two pages a letter."""
    run = queries.get_run(run_id)
    parts = queries.parts_of(run_id)
    saw(*queries.citizens_of(run_id))
    return sent(merge(parts), f"ugebreve-{run.week_on:%Y-%m-%d}")


@bp.get("/borgere/<uuid:citizen_id>/ugebrev.pdf")
@requires(Action.MAKE_PAPERS, purpose="week_letters")
def week_sample(citizen_id: UUID) -> ResponseReturnValue:
    """Show one citizen's letter as it would be now; its slip is a sample."""
    citizen = get_citizen(citizen_id)
    authorise(current_actor(), Action.MAKE_PAPERS, reach(citizen, clock.today()))
    saw(citizen_id)
    html = sample_html(citizen_id, next_week(), now=clock.now())
    return as_pdf(html, "ugebrev", url_for("papers.weeks"))


@bp.post("/borgere/<uuid:citizen_id>/ugebrev")
@requires(Action.MAKE_PAPERS)
def make_one(citizen_id: UUID) -> ResponseReturnValue:
    """Make one citizen's week letter now, as when she calls and has lost it."""
    form = KeyedForm()
    if not form.validate_on_submit():
        return redirect(url_for("papers.call", citizen_id=citizen_id), 303)
    run = execute(
        services.begin_one,
        current_actor(),
        next_week(),
        citizen_id,
        now=clock.now(),
        key=form.key.data,
        content=[citizen_id],
    )
    _start(UUID(run))
    return redirect(url_for("papers.week_run", run_id=run), 303)
