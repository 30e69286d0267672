"""What a group has promised about names, and so what may be stored of its members at all."""

from enum import StrEnum

from klippekort.domain.errors import DomainError


class Anonymity(StrEnum):
    """What a group has promised, the least first. It may only be raised."""

    NAMED = "named"
    FIRST_NAME = "first_name"
    HEAD_COUNT = "head_count"


class Kept(StrEnum):
    """Something that could be stored of a member."""

    CITIZEN = "citizen"
    FIRST_NAME = "first_name"
    CONTACT = "contact"
    CONTACT_WHILE_WAITING = "contact_while_waiting"
    MEMBERSHIP = "membership"
    ATTENDANCE = "attendance"
    HEAD_COUNT = "head_count"


_COUNTED = frozenset({Kept.HEAD_COUNT, Kept.CONTACT_WHILE_WAITING})
ALLOWED: dict[Anonymity, frozenset[Kept]] = {
    Anonymity.NAMED: frozenset(Kept),
    Anonymity.FIRST_NAME: _COUNTED | {Kept.FIRST_NAME, Kept.MEMBERSHIP},
    Anonymity.HEAD_COUNT: _COUNTED,
}
"""All that may be kept under each promise; what is not here has nowhere to be."""

_LEAST_FIRST = tuple(Anonymity)


class PromiseOnlyGrows(DomainError):
    """What people were promised cannot be taken back from them."""


def may_keep(level: Anonymity, what: Kept) -> bool:
    """Say whether a group with this promise may store this."""
    return what in ALLOWED[level]


def is_at_least(level: Anonymity, other: Anonymity) -> bool:
    """Say whether one promise keeps all that another keeps secret."""
    return _LEAST_FIRST.index(level) >= _LEAST_FIRST.index(other)


def purged_by(before: Anonymity, after: Anonymity) -> frozenset[Kept]:
    """Return what must be deleted when a promise grows.

    Raises PromiseOnlyGrows when it would not.
    """
    if before is after or not is_at_least(after, before):
        raise PromiseOnlyGrows
    return ALLOWED[before] - ALLOWED[after]
