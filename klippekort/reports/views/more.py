"""What has no line of its own in the menu, grouped by what it is about."""

from dataclasses import dataclass
from typing import Any

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from klippekort.domain.permissions import Action, may
from klippekort.platform.auth import current_actor, requires
from klippekort.platform.i18n import _l
from klippekort.reports.views.blueprint import bp


@dataclass(frozen=True)
class Door:
    """A page that is linked to, for those who may see it."""

    label: Any
    endpoint: str
    icon: str
    action: Action


GROUPS: tuple[tuple[str, Any, tuple[Door, ...]], ...] = (
    (
        "people",
        _l("People"),
        (
            Door(_l("Hosts"), "hosting.overview", "heart", Action.SEE_HOSTING),
            Door(_l("Volunteers"), "volunteers.manage", "people", Action.MANAGE_VOLUNTEERS),
            Door(_l("Courses"), "courses.listed", "people", Action.SEE_COURSES),
            Door(_l("Who is to be asked"), "measures.due_list", "list", Action.MEASURE),
            Door(_l("Answers to follow up"), "measures.duties", "heart", Action.FOLLOW_UP_MEASURE),
            Door(
                _l("Who is not coming any more"),
                "citizens.leavings_to_tell",
                "person",
                Action.RECORD_LEAVING,
            ),
            Door(_l("Letters with own data"), "own_page.requests", "mail", Action.GIVE_DATA),
        ),
    ),
    (
        "trips",
        _l("Trips and wishes"),
        (
            Door(_l("All trips this week"), "trips.board", "walk", Action.SEE_TRIPS),
            Door(_l("Waiting lists"), "waiting.lines", "clock", Action.SEE_LINES),
            Door(_l("Offers"), "waiting.offers", "phone", Action.ANSWER_OFFER),
            Door(_l("Wishes we could not meet"), "waiting.unmet", "chart", Action.SEE_UNMET),
        ),
    ),
    (
        "cards",
        _l("Cards and money"),
        (
            Door(_l("Schemes"), "punchcards.schemes", "card", Action.SEE_SCHEME),
            Door(_l("Rule laboratory"), "reports.laboratory", "chart", Action.TRY_SCHEMES),
            Door(_l("Money"), "budgets.overview", "chart", Action.SEE_BUDGET),
            Door(_l("Time that may lapse"), "budgets.lapsing", "clock", Action.SEE_LAPSING),
            Door(
                _l("What we delivered"), "budgets.supplier_statement", "list", Action.SEE_STATEMENT
            ),
        ),
    ),
    (
        "words",
        _l("Words and messages"),
        (
            Door(_l("What people think"), "feedback.manage", "mail", Action.HANDLE_FEEDBACK),
            Door(_l("Note what somebody thinks"), "feedback.note", "mail", Action.NOTE_FEEDBACK),
            Door(_l("Messages"), "messages.queue", "mail", Action.SEE_MESSAGES),
            Door(_l("Somebody is calling"), "papers.who", "phone", Action.TAKE_CALL),
            Door(_l("On paper"), "papers.home", "print", Action.MAKE_PAPERS),
            Door(_l("Reply on paper"), "papers.type_code", "edit", Action.TYPE_REPLY),
            Door(_l("Day list for staff"), "papers.day_lists", "list", Action.SEE_DAY_LIST),
        ),
    ),
    (
        "set-up",
        _l("Set up"),
        (
            Door(_l("First week"), "reports.first_week", "check", Action.CHANGE_SCHEME),
            Door(_l("Questionnaires"), "measures.instruments", "list", Action.SET_UP_MEASURES),
            Door(_l("Talk guide"), "courses.guide", "list", Action.SET_UP_COURSES),
            Door(_l("Times and words of messages"), "messages.rules", "mail", Action.SET_MESSAGES),
            Door(_l("Jobs"), "jobs.status", "clock", Action.SEE_JOBS),
            Door(_l("Oversight"), "oversight.overview", "lock", Action.OVERSEE),
        ),
    ),
)


def doors(*names: str) -> list[tuple[str, Any, list[tuple[Door, str]]]]:
    """Return these groups, or all, with the pages the one who asks may see, and their addresses."""
    actor = current_actor()
    found = [
        (name, label, [(one, url_for(one.endpoint)) for one in group if may(actor, one.action)])
        for name, label, group in GROUPS
        if not names or name in names
    ]
    return [group for group in found if group[2]]


@bp.get("/mere")
@requires(Action.SEE_OVERVIEW)
def more() -> ResponseReturnValue:
    """Link to everything that has no line in the menu."""
    return render_template("reports/more.html", groups=doors())
