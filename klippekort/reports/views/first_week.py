"""The first week: what is there, what is missing, and where to do it."""

from dataclasses import dataclass
from typing import Any

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from klippekort.accounts.queries.support import list_support
from klippekort.domain.permissions import Action, Role, may
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, requires
from klippekort.platform.events import ask
from klippekort.platform.formatting import Status
from klippekort.platform.i18n import _, _l
from klippekort.platform.job_status import Alarms
from klippekort.platform.job_views import standing_alarms
from klippekort.reports import services
from klippekort.reports.views.blueprint import bp
from klippekort.reports.views.more import doors


@dataclass(frozen=True)
class Shown:
    """A step as it stands on the page; without an address somebody else does it."""

    name: str
    purpose: str
    status: Status
    label: str
    url: str | None


@dataclass(frozen=True)
class Place:
    """A step's words, and the page where it is done."""

    name: Any
    purpose: Any
    label: Any
    endpoint: str
    action: Action
    anchor: str | None = None


_SET_UP, _SCHEME = Action.SET_UP_MUNICIPALITY, Action.CHANGE_SCHEME
_SHOW = "municipalities.show"

PLACES = {
    "phone": Place(
        _l("Phone and phone hours"),
        _l("Citizens see whom to call, and when."),
        _l("Write the phone number"),
        _SHOW,
        _SET_UP,
        "contact",
    ),
    "suppliers": Place(
        _l("Suppliers of home care"),
        _l("Every citizen and every care worker belongs to one."),
        _l("Add suppliers"),
        _SHOW,
        _SET_UP,
        "suppliers",
    ),
    "districts": Place(
        _l("Districts"),
        _l("Care workers find the citizens of their own district first."),
        _l("Add districts"),
        _SHOW,
        _SET_UP,
        "districts",
    ),
    "travel": Place(
        _l("Travel times"),
        _l("A trip is reckoned from door to door."),
        _l("Write the travel times"),
        _SHOW,
        _SET_UP,
        "travel",
    ),
    "scheme": Place(
        _l("A scheme with its words"),
        _l("It says how much time a card gives. What must be decided first is decided."),
        _l("Choose a scheme"),
        "punchcards.schemes",
        _SCHEME,
    ),
    "log_ins": Place(
        _l("Log-ins for your colleagues"),
        _l("The first trip takes an assessor, a coordinator and a care worker."),
        _l("Make log-ins"),
        "accounts.manage",
        Action.MANAGE_ACCOUNTS,
    ),
    "citizens": Place(
        _l("Citizens"),
        _l("They come from the care record, as a file."),
        _l("Read in citizens"),
        "imports.choose",
        Action.IMPORT_DATA,
    ),
    "volunteers": Place(
        _l("Volunteers"),
        _l("They host what the citizens go to."),
        _l("Add volunteers"),
        "volunteers.manage",
        Action.MANAGE_VOLUNTEERS,
    ),
    "activities": Place(
        _l("Activities"),
        _l("A trip goes to an activity with a day and a place."),
        _l("Add activities"),
        "activities.manage",
        Action.APPROVE_ACTIVITY,
    ),
}


@bp.get("/foerste-uge")
@requires(Action.CHANGE_SCHEME)
def first_week() -> ResponseReturnValue:
    """Show what the first week takes, and what of it is done."""
    actor = current_actor()
    steps = services.first_week(actor)
    return render_template(
        "reports/first_week.html",
        alarms=ask(Alarms()) if may(actor, Action.SEE_JOBS) else [],
        standing=standing_alarms(clock.now()),
        steps=[_shown(step) for step in steps],
        done=sum(step.is_done for step in steps),
        groups=doors("set-up", "cards"),
        support=list_support(clock.now(), only_open=True)
        if may(actor, Action.GIVE_SUPPORT)
        else [],
        missing_roles=[_role_word(role) for role in services.missing_roles(actor)],
    )


def _shown(step: services.Step) -> Shown:
    place = PLACES[step.name]
    if step.is_done:
        status = Status(_("Done"), "good", "check")
    else:
        status = Status(_("Missing"), "waiting", "clock")
    url = None
    if may(current_actor(), place.action):
        url = url_for(place.endpoint, _anchor=place.anchor)
    return Shown(str(place.name), str(place.purpose), status, str(place.label), url)


def _role_word(role: Role) -> str:
    words = {
        Role.ASSESSOR: _("assessor"),
        Role.COORDINATOR: _("coordinator"),
        Role.CARE_WORKER: _("care worker"),
    }
    return str(words[role])
