"""What is forgotten when, what comes due, and what must wait."""

from collections import defaultdict
from datetime import date, timedelta
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from klippekort.accounts.queries import names_of
from klippekort.citizens.queries import get_citizen, list_citizens
from klippekort.domain.permissions import Action
from klippekort.domain.retention import Deed, next_due
from klippekort.oversight.forms.keeping import (
    DEEDS,
    HOLD_REASONS,
    REASONS,
    SOURCES,
    WHATS,
    HoldForm,
    since_words,
)
from klippekort.oversight.queries import closing as queries
from klippekort.oversight.queries.closing import Held
from klippekort.oversight.queries.rules import RULES
from klippekort.oversight.services.forgetting import HoldTooLong, lift_hold, place_hold
from klippekort.oversight.views.blueprint import bp
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, requires, saw
from klippekort.platform.execute import execute
from klippekort.platform.formatting import full_day
from klippekort.platform.i18n import _

SOON = timedelta(days=90)
MOST_SHOWN = 50
RUN = [rule for rule in RULES if rule.deed is not Deed.KEEP]


@bp.get("/tilsyn/glemsel")
@requires(Action.OVERSEE, purpose="see_deadlines")
def rules() -> ResponseReturnValue:
    """Show every rule, who is forgotten soon, what waits, and what was forgotten."""
    today = clock.today()
    waiting = queries.held(today)
    soon = _soon(waiting)
    names = {one.id: one.name for one in list_citizens([one for one, _day in soon])}
    if soon:
        saw(*(one for one, _day in soon))
    return render_template(
        "oversight/rules.html",
        rules=_rule_rows(),
        kept=_kept_rows(),
        soon=[(names[one], one, full_day(day)) for one, day in soon],
        waiting=len(waiting),
        proofs=[
            [full_day(row.forgotten_at), _what(row.rule), str(row.rows), row.hash[:12]]
            for row in queries.list_proofs(MOST_SHOWN)
        ],
    )


def _soon(waiting: set[UUID]) -> list[tuple[UUID, date]]:
    """Return who is anonymised within three months, the first first."""
    last = clock.today() + SOON
    rule = next(one for one in RULES if one.deed is Deed.ANONYMISE)
    found = [(one, rule.due_on(day)) for one, day in queries.closings().items()]
    due = [(one, day) for one, day in found if day <= last and one not in waiting]
    return sorted(due, key=lambda pair: pair[1])[:MOST_SHOWN]


def _rule_rows() -> list[list[str]]:
    """Return the rules in words, those that say the same together."""
    seen = {
        (rule.what, since_words(rule), str(DEEDS[rule.deed]), str(SOURCES[rule.source])): None
        for rule in RUN
    }
    return [[str(WHATS[what]), since, deed, source] for what, since, deed, source in seen]


def _kept_rows() -> list[list[str]]:
    tables: dict[str, int] = defaultdict(int)
    for rule in RULES:
        if rule.reason is not None:
            tables[str(REASONS[rule.reason])] += 1
    return [[words, str(number)] for words, number in tables.items()]


def _what(name: str) -> str:
    found = next((rule.what for rule in RULES if rule.name == name), "")
    return str(WHATS.get(found, name))


@bp.route("/borgere/<uuid:citizen_id>/opbevaring", methods=["GET", "POST"])
@requires(Action.HOLD_DATA, purpose="see_deadlines")
def kept(citizen_id: UUID) -> ResponseReturnValue:
    """Show when a citizen is forgotten, and let it wait."""
    citizen, form, today = get_citizen(citizen_id), HoldForm(), clock.today()
    if form.validate_on_submit():
        try:
            execute(
                place_hold,
                current_actor(),
                citizen_id,
                form.reason.data,
                form.until_on.data,
                today=today,
                now=clock.now(),
                key=form.key.data,
                content=[citizen_id, form.reason.data, form.until_on.data],
            )
        except HoldTooLong:
            form.until_on.errors = [_("Choose a day after today, within ten years.")]
        else:
            flash(_("It waits now"), "success")
            return redirect(url_for("oversight.kept", citizen_id=citizen_id), 303)
    closed = queries.closings(citizen_id).get(citizen_id)
    saw(citizen_id)
    page = render_template(
        "oversight/kept.html",
        citizen=citizen,
        form=form,
        closed=closed,
        due=[
            [full_day(day), ", ".join(str(WHATS[what]) for what in whats)]
            for day, whats in (next_due(RULES, closed).items() if closed else ())
        ],
        holds=_holds(queries.holds_of(citizen_id)),
        today=today,
    )
    return page, 422 if form.errors else 200


def _holds(found: list[Held]) -> list[tuple[Held, str, str]]:
    names = names_of({one.placed_by for one in found})
    return [
        (one, str(HOLD_REASONS.get(one.reason, one.reason)), names.get(one.placed_by, ""))
        for one in found
    ]


@bp.post("/opbevaring/<uuid:hold_id>/ophaev")
@requires(Action.HOLD_DATA)
def lift(hold_id: UUID) -> ResponseReturnValue:
    """End a hold before its day."""
    citizen_id = execute(lift_hold, current_actor(), hold_id, now=clock.now())
    flash(_("It waits no more"), "success")
    return redirect(url_for("oversight.kept", citizen_id=UUID(citizen_id)), 303)
