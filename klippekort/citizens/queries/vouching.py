"""Finding the citizen whom a provider of identities names by her person number."""

from uuid import UUID

from klippekort.accounts.queries.numbers import WhoHasNumber
from klippekort.citizens.queries.sealed import find_by_person_number


def who_has_number(question: WhoHasNumber) -> list[UUID]:
    """Return the citizen of the municipality at hand who has this person number, if any does."""
    found = find_by_person_number(question.number)
    return [found.id] if found is not None else []
