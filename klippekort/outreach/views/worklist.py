"""The list: whom to see next and why, and what came of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from klippekort.citizens.queries import get_citizen, reach
from klippekort.domain.calendar import local_day
from klippekort.domain.outreach.cases import Answer
from klippekort.domain.outreach.rules import Key
from klippekort.domain.permissions import Action, authorise
from klippekort.municipalities.queries import get_municipality
from klippekort.outreach import services
from klippekort.outreach.forms.following import AnswerForm
from klippekort.outreach.forms.words import ANSWERED, RULES
from klippekort.outreach.queries.cases import answers_of, find_open_case
from klippekort.outreach.queries.facts import gather
from klippekort.outreach.queries.owners import everybody
from klippekort.outreach.queries.queue import count_late
from klippekort.outreach.queries.terms import get_terms
from klippekort.outreach.queries.worklist import (
    Line,
    become,
    coming,
    count_reasons,
    in_turn,
    listed,
)
from klippekort.outreach.views.blueprint import bp
from klippekort.outreach.views.shown import (
    become_words,
    filters,
    leaf,
    own_supplier,
    places,
    reason_words,
)
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, requires, saw
from klippekort.platform.execute import execute
from klippekort.platform.i18n import _


@dataclass(frozen=True)
class LineShown:
    """A citizen on the list in words; `follows` is who has an open case, and its next date."""

    id: UUID
    name: str
    first_name: str
    where: str
    is_protected: bool
    reasons: list[str]
    become: str | None
    case_id: UUID | None
    follows: str | None
    next_on: Any


@bp.get("/opsporing")
@requires(Action.SEE_OUTREACH, purpose="see_outreach")
def worklist() -> ResponseReturnValue:
    """Show whom to see next, the weightiest reasons first; ?grund= and others narrow it."""
    now, asked, terms = clock.now(), filters(), get_terms()
    known = gather(now, terms.rules, supplier_id=asked.supplier_id, district_id=asked.district_id)
    everything = listed(known, terms.rules, local_day(now))
    found = [
        line
        for line in everything
        if asked.reason is None or any(one.key is asked.reason for one in line.reasons)
    ]
    shown = leaf(found, "outreach.worklist", in_turn, **asked.as_query())
    lines = _shown(shown.rows)
    if lines:
        saw(*(line.id for line in lines))
    suppliers, districts = places()
    counted = count_reasons(everything)
    return render_template(
        "outreach/worklist.html",
        lines=lines,
        leaf=shown,
        total=len(found),
        everybody=len(known),
        late=count_late(now, own_supplier()),
        asked=asked,
        suppliers=suppliers,
        districts=districts,
        keys=[(key, str(RULES[key][0]), counted[key]) for key in Key if counted[key]],
        is_planner=own_supplier() is not None,
    )


def _shown(lines: Sequence[Line]) -> list[LineShown]:
    now = clock.now()
    today = local_day(now)
    home = get_municipality(current_actor().municipality_id)
    tells_minutes = any(_minutes(line) for line in lines)
    dates = coming(now, 2 * (home.travel_near_minutes or 0)) if tells_minutes else []
    names = {one.account_id: one.name for one in everybody()} if lines else {}
    suppliers, districts = places()
    return [
        LineShown(
            line.known.id,
            line.known.name,
            line.known.first_name,
            _where(line, suppliers, districts),
            line.known.is_protected,
            [reason_words(reason, today) for reason in line.reasons],
            become_words(become(line, dates), _minutes(line), today),
            line.known.case.id if line.known.case else None,
            _owner(line, names),
            line.known.case.next_on if line.known.case else None,
        )
        for line in lines
    ]


def _owner(line: Line, names: dict[UUID, str]) -> str | None:
    owner_id = line.known.case.owner_id if line.known.case else None
    return names.get(owner_id) if owner_id else None


def _where(line: Line, suppliers: dict[UUID, str], districts: dict[UUID, str]) -> str:
    district = districts.get(line.known.district_id) if line.known.district_id else None
    return " · ".join(part for part in (district, suppliers.get(line.known.supplier_id)) if part)


def _minutes(line: Line) -> int:
    numbers = {reason.key: reason.number for reason in line.reasons}
    return numbers.get(Key.LAPSING) or numbers.get(Key.UNUSED) or 0


@bp.route("/borgere/<uuid:citizen_id>/opsporing", methods=["GET", "POST"])
@requires(Action.FOLLOW_OUTREACH, purpose="see_outreach")
def answer(citizen_id: UUID) -> ResponseReturnValue:
    """Say what came of a line, and show what was answered before."""
    now, citizen = clock.now(), get_citizen(citizen_id)
    authorise(current_actor(), Action.FOLLOW_OUTREACH, reach(citizen, local_day(now)))
    form = AnswerForm()
    if form.validate_on_submit():
        said = Answer(form.answer.data)
        execute(
            services.answer,
            current_actor(),
            citizen_id,
            said,
            until_on=form.until_on.data,
            now=now,
            key=form.key.data,
            content=[citizen_id, said, form.until_on.data],
        )
        flash(_("It is written down."), "success")
        follows = find_open_case(citizen_id) if said is Answer.YES else None
        to = url_for("outreach.case", case_id=follows.id) if follows else None
        return redirect(to or url_for("outreach.worklist"), 303)
    saw(citizen_id)
    case = find_open_case(citizen_id)
    page = render_template(
        "outreach/answer.html",
        citizen=citizen,
        form=form,
        case=case,
        before=[
            (row.given_on, str(ANSWERED[row.answer]), row.until_on)
            for row in answers_of(citizen_id)
        ],
    )
    return page, 422 if form.errors else 200
