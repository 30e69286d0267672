"""The menu: what each role finds there, and where it begins."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, has_request_context, request
from sqlalchemy.exc import SQLAlchemyError

from klippekort.domain.permissions import Role
from klippekort.platform.addresses import url_for
from klippekort.platform.auth import Login, find_login
from klippekort.platform.i18n import _l
from klippekort.platform.tenancy import find_municipality


@dataclass(frozen=True)
class NavItem:
    """A line of the menu as a template shows it."""

    url: str
    label: str
    icon: str
    is_current: bool


Entry = tuple[str, Any, str]

_FIND: Entry = ("citizens.find", _l("Find citizen"), "search")
_SCHEMES: Entry = ("punchcards.schemes", _l("Schemes"), "card")
_OVERVIEW: Entry = ("reports.overview", _l("Overview"), "home")
_BOARD: Entry = ("planning.board", _l("Week board"), "calendar")
_OFFERS: Entry = ("waiting.offers", _l("Offers"), "phone")
_OUTREACH: Entry = ("outreach.worklist", _l("No one overlooked"), "search")
_MORE: Entry = ("reports.more", _l("More"), "list")

# A line more than eight, and nobody reads them: the rest stands on the page "More".
MOST_LINES = 8
MENU: dict[Role, tuple[Entry, ...]] = {
    Role.CARE_WORKER: (
        ("trips.today", _l("Today"), "calendar"),
        _FIND,
        ("activities.list_upcoming", _l("Activities"), "star"),
    ),
    Role.COORDINATOR: (
        _OVERVIEW,
        _FIND,
        _OUTREACH,
        _BOARD,
        ("activities.manage", _l("Activities"), "star"),
        ("groups.manage", _l("Groups"), "people"),
        ("reports.cockpit", _l("The five guideposts"), "chart"),
        _MORE,
    ),
    Role.PLANNER: (
        _OVERVIEW,
        _FIND,
        _BOARD,
        ("trips.board", _l("Trips"), "walk"),
        _OFFERS,
        _OUTREACH,
        _MORE,
    ),
    Role.ASSESSOR: (_FIND, _SCHEMES),
    Role.ADMINISTRATOR: (
        ("reports.first_week", _l("First week"), "check"),
        ("accounts.manage", _l("Log-ins"), "people"),
        ("imports.choose", _l("Import"), "upload"),
        ("budgets.overview", _l("Money"), "chart"),
        ("jobs.status", _l("Jobs"), "clock"),
        _SCHEMES,
    ),
    Role.FACILITATOR: (("groups.manage", _l("Groups"), "people"),),
    Role.VOLUNTEER: (
        ("hosting.mine", _l("My activities"), "star"),
        ("volunteers.own_profile", _l("About me"), "person"),
    ),
    Role.RELATIVE: (
        ("relatives.home", _l("Whom I help"), "people"),
        ("relatives.settings", _l("About me"), "person"),
    ),
    Role.ASSOCIATION: (
        ("volunteers.own_association", _l("My association"), "people"),
        ("hosting.members", _l("Our hosts"), "heart"),
    ),
}
# Pages of one citizen whose address does not name her: what one does for whom one has found.
_WITH_THE_CITIZEN = (
    frozenset({"trips.booked", "waiting.wish", "waiting.standing", "waiting.other_day"})
    | {f"punchcards.{name}" for name in ("statement", "end", "explain", "correct", "reverse")}
    | {"punchcards.correction", "measures.duty"}
    | {f"courses.{name}" for name in ("step", "around", "evaluate", "hand_over", "check")}
    | {"courses.note_gift"}
)
# Trying rules out is a thing one does with schemes.
_WITH_THE_SCHEMES = frozenset(
    f"reports.{name}"
    for name in ("laboratory", "try_scheme", "try_answers", "trial", "trial_citizens")
)
# What is fetched of the guideposts, and set for them.
_WITH_THE_GUIDEPOSTS = frozenset(
    f"reports.{name}"
    for name in ("behind_figure", "fewest", "yearly_reports", "yearly_report", "data_sets")
)
# Features whose pages stand under another's line, the first that the role has.
_AKIN = {
    "programme": ("activities",),
    "municipalities": ("reports",),
    "tablet": ("trips", "reports"),
    "trips": ("planning",),
    "volunteers": ("hosting",),
}
# Pages of a blueprint that has a line in the menu, yet which do not belong under that line.
_UNDER_MORE = _WITH_THE_SCHEMES | {"reports.first_week"}
_UNDER_NO_LINE = frozenset(
    {"accounts.mine", "accounts.change_password", "accounts.choose_pin", "accounts.choose_role"}
)


def start_page(role: Role) -> str:
    """Return the endpoint a role begins at. Raises KeyError for a role that does not log in."""
    return MENU[role][0][0]


def menu_of(role: Role, endpoint: str | None) -> list[NavItem]:
    """Return a role's menu as it stands while `endpoint` is shown."""
    entries = MENU.get(role, ())
    current = _current(entries, endpoint)
    return [
        NavItem(url_for(entry[0]), str(entry[1]), entry[2], entry is current) for entry in entries
    ]


def _current(entries: tuple[Entry, ...], endpoint: str | None) -> Entry | None:
    """Return the line of the very page shown, or else the first of the same blueprint; what has no
    line stands under "More", or where the role begins.
    """
    if endpoint is None or endpoint in _UNDER_NO_LINE or not entries:
        return None
    exact = next((entry for entry in entries if entry[0] == endpoint), None)
    if exact is not None:
        return exact
    if _FIND in entries and (endpoint in _WITH_THE_CITIZEN or _is_of_a_citizen(endpoint)):
        return _FIND
    if endpoint in _WITH_THE_SCHEMES and _SCHEMES in entries:
        return _SCHEMES
    if endpoint in _WITH_THE_GUIDEPOSTS:
        return next((entry for entry in entries if entry[0] == "reports.cockpit"), None)
    last = _MORE if _MORE in entries else entries[0]
    return last if endpoint in _UNDER_MORE else _akin(entries, endpoint.split(".")[0]) or last


def _akin(entries: tuple[Entry, ...], feature: str) -> Entry | None:
    """Return the first line of a feature, or of one its pages stand under."""
    for one in (feature, *_AKIN.get(feature, ())):
        for entry in entries:
            if entry is not _MORE and entry[0].split(".")[0] == one:
                return entry
    return None


def _is_of_a_citizen(endpoint: str) -> bool:
    """Say whether a page's address names one citizen."""
    rules = current_app.url_map.iter_rules(endpoint)
    return any("citizen_id" in rule.arguments for rule in rules)


def init_navigation(app: Flask, find: Callable[[int], Any]) -> None:
    """Give templates `navigation`, `current_actor` and `municipality`.

    `find` returns a municipality by its number.
    """

    @app.context_processor
    def surroundings() -> dict[str, Any]:
        login = find_login()
        return {
            "navigation": _navigation(login),
            "current_actor": login.actor if login else None,
            "municipality": _municipality(find),
        }


def _navigation(login: Login | None) -> list[NavItem]:
    """Return the menu; a tablet that is turned to a citizen has none."""
    if login is None or login.shown_citizen_id is not None or not has_request_context():
        return []
    return menu_of(login.actor.role, request.endpoint)


def _municipality(find: Callable[[int], Any]) -> Any:
    home = find_municipality()
    if home is None:
        return None
    try:
        return find(home)
    except SQLAlchemyError:
        # The page that says the database cannot be reached must itself do without it.
        return None
