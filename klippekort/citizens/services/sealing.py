"""Sealing words about a citizen with her own key, so that they can be erased with it."""

from uuid import UUID

from klippekort.citizens import queries
from klippekort.citizens.models import Citizen
from klippekort.platform.keys import Place, keys


def seal(citizen: Citizen, row_id: UUID, column: str, text: str) -> bytes | None:
    """Return `text` sealed for one column of one row; empty text is None."""
    owner = queries.place(citizen, "key")
    if citizen.wrapped_key is None:  # erased once; what is written now needs a key again
        citizen.wrapped_key = keys().new_data_key(owner)
    if not text:
        return None
    bound = Place(citizen.municipality_id, row_id, column)
    return keys().encrypt(citizen.wrapped_key, owner, text, bound)
