"""Who of the staff can have heard a spoken proxy."""

from uuid import UUID

from klippekort.accounts.queries.staff import list_with_roles
from klippekort.domain.permissions import STAFF


def witnesses(*, but: UUID | None) -> dict[UUID, str]:
    """Return the names of all staff who log in here, save one, by name."""
    return {account_id: name for account_id, name in list_with_roles(STAFF) if account_id != but}
