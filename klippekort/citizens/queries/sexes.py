"""Sexes, read from the person numbers when a report asks, and kept nowhere."""

from collections.abc import Iterable
from uuid import UUID

from klippekort.citizens.queries.citizens import list_citizens
from klippekort.citizens.queries.sealed import person_number_of
from klippekort.domain.sexes import Sex, sex_in


def sexes_of(citizen_ids: Iterable[UUID]) -> dict[UUID, Sex]:
    """Return the sex of each of these citizens who has a person number: for adding up alone."""
    numbers = {one.id: person_number_of(one) for one in list_citizens(citizen_ids)}
    return {citizen_id: sex_in(number) for citizen_id, number in numbers.items() if number}
