"""What the reports work out from what they read."""

from dataclasses import dataclass

from klippekort.domain.permissions import Action, Actor, Role, authorise
from klippekort.domain.schemes import missing_to_run
from klippekort.municipalities.queries import get_municipality, list_districts, list_suppliers
from klippekort.punchcards.queries.schemes import list_schemes, terms_of_all
from klippekort.reports.queries.counting import counts

NEEDED_ROLES = (Role.ASSESSOR, Role.COORDINATOR, Role.CARE_WORKER)


@dataclass(frozen=True)
class Step:
    """Something the first week takes: its name, and whether it is there."""

    name: str
    is_done: bool


def first_week(actor: Actor) -> list[Step]:
    """Return what an empty municipality needs before the first trip, in the order to do it."""
    authorise(actor, Action.CHANGE_SCHEME)
    home, found = get_municipality(actor.municipality_id), counts()
    ways = (home.travel_near_minutes, home.travel_far_minutes)
    return [
        Step("phone", bool(home.phone and home.phone_hours)),
        Step("suppliers", bool(list_suppliers())),
        Step("districts", bool(list_districts())),
        Step("travel", None not in ways),
        Step("scheme", _has_running_scheme()),
        Step("log_ins", all(found.roles.get(role) for role in NEEDED_ROLES)),
        Step("citizens", found.citizens > 0),
        Step("volunteers", found.volunteers > 0),
        Step("activities", found.activities > 0),
    ]


def missing_roles(actor: Actor) -> list[Role]:
    """Return the roles that nobody can log in with yet, of those a first trip takes."""
    authorise(actor, Action.CHANGE_SCHEME)
    roles = counts().roles
    return [role for role in NEEDED_ROLES if not roles.get(role)]


def _has_running_scheme() -> bool:
    """Say whether the newest terms of some scheme leave nothing open that a card needs."""
    versions = terms_of_all()
    return any(not missing_to_run(versions[row.id][-1].terms) for row in list_schemes())
