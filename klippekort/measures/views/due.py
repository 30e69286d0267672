"""Whom to ask by when."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from klippekort.citizens.queries import list_citizens, list_own_citizens
from klippekort.domain.permissions import Action, Role, may
from klippekort.measures import services
from klippekort.measures.forms import words
from klippekort.measures.forms.forms import DueForm
from klippekort.measures.queries import catalogue
from klippekort.measures.queries import measures as queries
from klippekort.measures.views.asking import get_own
from klippekort.measures.views.blueprint import bp
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, requires, saw
from klippekort.platform.execute import execute
from klippekort.platform.forms import choices
from klippekort.platform.i18n import _

AHEAD = timedelta(days=28)
LATEST = timedelta(days=730)


@bp.get("/maalinger/skal-spoerges")
@requires(Action.MEASURE, purpose="see_measures_due")
def due_list() -> ResponseReturnValue:
    """Show whom to ask in the next four weeks, and whom it is late to ask."""
    actor, today = current_actor(), clock.today()
    own = None
    if actor.role is Role.CARE_WORKER:
        own = [one.id for one in list_own_citizens(actor, today)]
    rows = queries.open_dues(citizen_ids=own, until_on=today + AHEAD)
    people = {one.id: one for one in list_citizens(row.citizen_id for row in rows)}
    known, written = catalogue.instruments(), catalogue.languages_by_key()
    lines: list[dict[str, Any]] = []
    for row in rows:
        key = f"{row.instrument}.{row.version}"
        if row.citizen_id not in people or key not in known:
            continue
        languages = written.get(key, [])
        lines.append(
            {
                "citizen": people[row.citizen_id],
                "name": known[key].name,
                "moment": str(words.MOMENTS[row.moment]),
                "due_on": row.due_on,
                "is_late": row.due_on < today,
                "key": key,
                "language": "da" if "da" in languages else next(iter(languages), None),
            }
        )
    saw(*{row.citizen_id for row in rows})
    return render_template("measures/due_list.html", lines=lines)


@bp.route("/borgere/<uuid:citizen_id>/maalinger/dag", methods=["GET", "POST"])
@requires(Action.MEASURE, purpose="measure")
def set_day(citizen_id: UUID) -> ResponseReturnValue:
    """Say by which day a citizen is to be asked."""
    citizen, form = get_own(citizen_id, Action.MEASURE), DueForm()
    known, written = catalogue.instruments(), catalogue.languages_by_key()
    form.instrument.choices = choices(
        {key: f"{known[key].name} ({known[key].version})" for key in written if key in known}
    )
    if form.validate_on_submit():
        today = clock.today()
        if not today <= form.due_on.data <= today + LATEST:
            form.due_on.errors = [_("Choose a day from today on, within two years.")]
        else:
            execute(
                services.set_due_by_hand,
                current_actor(),
                citizen_id,
                form.instrument.data,
                form.due_on.data,
                now=clock.now(),
                key=form.key.data,
                content=[citizen_id, form.instrument.data, str(form.due_on.data)],
            )
            flash(_("The day is set."), "success")
            return redirect(url_for("measures.of_citizen", citizen_id=citizen_id), 303)
    saw(citizen_id)
    may_set_up = may(current_actor(), Action.SET_UP_MEASURES)
    page = render_template(
        "measures/set_day.html", citizen=citizen, form=form, may_set_up=may_set_up
    )
    return page, 422 if form.errors else 200
