"""What features below ask those above about hosts."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class HostNamesAt:
    """The question who hosts any of these dates; the answers are their names, once each."""

    occurrence_ids: tuple[UUID, ...]
