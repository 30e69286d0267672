"""Who opens a citizen's own pages: herself or a relative, how she came, and what she may do."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from klippekort.domain.proxies import Purpose


class By(StrEnum):
    """How somebody came to the own pages."""

    CARD = "card"
    CODE = "code"
    MITID = "mitid"
    RELATIVE = "relative"


# What she may do with her own pages: everything.
HER_OWN = frozenset(Purpose)


@dataclass(frozen=True)
class Visitor:
    """Somebody on a citizen's own pages, as plain values.

    `is_strong` says that more than the printed card and its PIN vouches for her.
    """

    citizen_id: UUID
    municipality: int
    by: By
    purposes: frozenset[Purpose]
    account_id: UUID | None
    is_strong: bool

    @property
    def is_herself(self) -> bool:
        """Say whether it is the citizen, and nobody on her behalf."""
        return self.by is not By.RELATIVE

    def may(self, purpose: Purpose) -> bool:
        """Say whether she may do this here."""
        return purpose in self.purposes

    def may_see_everything(self) -> bool:
        """Say whether her whole record may be opened: to herself, behind more than the card."""
        return self.is_herself and self.is_strong
