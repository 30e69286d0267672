"""What outreach refuses."""

from klippekort.domain.errors import DomainError


class NothingNoted(DomainError):
    """A notice says neither a sign nor a word."""


class NotTheirs(DomainError):
    """Somebody cannot own this case: they do not work here, or with another supplier."""


class KnownAlready(DomainError):
    """A case is about a citizen already."""


class NotPublic(DomainError):
    """The municipality takes no word of people without a log-in."""


class AlmostEverybody(DomainError):
    """Rules put so many on the list that it tells nothing; nobody has said that is meant."""

    def __init__(self, listed: int, everybody: int) -> None:
        super().__init__(listed, everybody)
        self.listed, self.everybody = listed, everybody
