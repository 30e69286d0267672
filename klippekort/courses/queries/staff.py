"""Who may be responsible for a course."""

from uuid import UUID

from klippekort.accounts.queries.staff import list_with_roles
from klippekort.domain.permissions import Action, Role, Scope, scope_of


def list_who_run_courses() -> list[tuple[UUID, str]]:
    """Return the accounts that may lead courses here, by name."""
    return list_with_roles(
        role for role in Role if isinstance(scope_of(role, Action.RUN_COURSE), Scope)
    )
