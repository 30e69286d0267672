"""Answers to what accounts ask of citizens: who has a person number, and what they are called."""

from uuid import UUID

from klippekort.accounts.queries.numbers import WhoHasNumber
from klippekort.accounts.queries.opened import WhatCalled
from klippekort.citizens.queries.citizens import list_citizens
from klippekort.citizens.queries.sealed import find_by_person_number


def who_has_number(question: WhoHasNumber) -> list[UUID]:
    """Return the citizen of the municipality at hand who has this person number, if any does."""
    found = find_by_person_number(question.number)
    return [found.id] if found is not None else []


def what_called(question: WhatCalled) -> list[tuple[UUID, str]]:
    """Return the names of these citizens of the municipality at hand."""
    found = list_citizens(question.citizen_ids) if question.citizen_ids else ()
    return [(citizen.id, citizen.name) for citizen in found]
