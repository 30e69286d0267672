"""The lines: which dates people wait for, and in what order and why."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from flask import render_template
from flask.typing import ResponseReturnValue

from klippekort.activities.queries import get_occurrence_facts
from klippekort.citizens.queries import list_citizens
from klippekort.domain.calendar import local_day
from klippekort.domain.fairness import ScoreSheet
from klippekort.domain.permissions import Action
from klippekort.platform import clock
from klippekort.platform.auth import requires, saw
from klippekort.platform.i18n import ngettext
from klippekort.waiting.queries import wishes as queries
from klippekort.waiting.queries.line import sheets_of, turns
from klippekort.waiting.views.blueprint import bp
from klippekort.waiting.views.shown import sheet_rows
from klippekort.waiting.views.words import outcome_words, until_words


@dataclass(frozen=True)
class TurnShown:
    """A place in a line: whose, and the score sheet; `note` says what is special about it."""

    wish_id: UUID
    citizen_id: UUID
    name: str
    total: int
    rows: list[tuple[str, str, int]]
    waiting_since: date
    note: str | None


@dataclass(frozen=True)
class LineShown:
    """A date people wait for, in words."""

    occurrence_id: UUID
    title: str
    when: str
    waiting: str
    seats_left: str


@bp.get("/ventelister")
@requires(Action.SEE_LINES)
def lines() -> ResponseReturnValue:
    """Show the dates that people wait for."""
    now = clock.now()
    return render_template(
        "waiting/lines.html",
        lines=[
            LineShown(
                one.occurrence_id,
                one.title,
                until_words(one.starts_at, local_day(now)),
                ngettext("%(num)s waits", "%(num)s wait", one.waiting),
                ngettext("%(num)s seat left", "%(num)s seats left", one.seats_left),
            )
            for one in queries.lines(now)
        ],
    )


@bp.get("/ventelister/<uuid:occurrence_id>")
@requires(Action.SEE_LINES, purpose="see_lines")
def line(occurrence_id: UUID) -> ResponseReturnValue:
    """Show a line in its order, each with the score sheet, and the sheets that were kept."""
    now, facts = clock.now(), get_occurrence_facts(occurrence_id)
    rows = queries.line_of(occurrence_id)
    waiting = [row.wish for row in rows if row.wish.state == "waiting"]
    sheets = sheets_of(occurrence_id)
    ids = {row.citizen.id for row in rows}
    ids |= {UUID(one["citizen"]) for sheet in sheets for one in sheet.lines}
    names = {citizen.id: citizen.name for citizen in list_citizens(ids)}
    saw(*ids)
    return render_template(
        "waiting/line.html",
        date=facts,
        when=until_words(facts.starts_at, local_day(now)),
        asked=[row for row in rows if row.wish.state == "offered"],
        turns=[_turn(turn.wish, turn.sheet, turn.lapsed, names) for turn in turns(waiting, now)],
        sheets=[
            (sheet.drawn_at, [_kept(one, names, local_day(now)) for one in sheet.lines])
            for sheet in sheets
        ],
    )


def _turn(wish: Any, sheet: ScoreSheet, lapsed: int, names: dict[UUID, str]) -> TurnShown:
    note = (
        ngettext(
            "Could not be reached %(num)s time. Comes after those not asked yet.",
            "Could not be reached %(num)s times. Comes after those not asked yet.",
            lapsed,
        )
        if lapsed
        else None
    )
    return TurnShown(
        wish.id,
        sheet.citizen_id,
        names[sheet.citizen_id],
        sheet.total,
        sheet_rows(sheet),
        local_day(wish.made_at),
        note,
    )


def _kept(line: dict[str, Any], names: dict[UUID, str], today: date) -> tuple[str, int, str]:
    sheet = ScoreSheet.from_json(line)
    return names.get(sheet.citizen_id, ""), sheet.total, outcome_words(line["outcome"], today)
