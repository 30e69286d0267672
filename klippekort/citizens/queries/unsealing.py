"""Opening words about a citizen that were sealed with her own key."""

from uuid import UUID

from klippekort.citizens.models import Citizen
from klippekort.citizens.queries.sealed import place
from klippekort.platform.keys import Place, keys


def unseal(citizen: Citizen, row_id: UUID, column: str, sealed: bytes | None) -> str | None:
    """Return what one column of one row says in clear, or None when it is empty or erased.

    Raises InvalidTag when it was moved or changed.
    """
    if sealed is None or citizen.wrapped_key is None:
        return None
    bound = Place(citizen.municipality_id, row_id, column)
    return keys().decrypt(citizen.wrapped_key, place(citizen, "key"), sealed, bound)
