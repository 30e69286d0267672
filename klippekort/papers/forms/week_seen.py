"""What a week letter says, as its template shows it."""

from dataclasses import dataclass
from typing import Any

from klippekort.domain.papers.envelope import InWindow


@dataclass(frozen=True)
class TripOnPaper:
    """A trip or an offer in words, with its number on the page and its box on the slip.

    `answer_by` is the last moment to answer an offer.
    """

    number: str
    when: str
    title: str
    where: str
    who: str
    bring: str
    short: str
    weekday: str
    answer_by: str = ""


@dataclass(frozen=True)
class LetterSeen:
    """A whole week letter as its template shows it."""

    citizen: Any
    to: InWindow
    week: str
    left: str
    lapse: str
    trips: tuple[TripOnPaper, ...]
    offers: tuple[TripOnPaper, ...]
    more_trips: str = ""
    more_offers: str = ""
    hours: str = ""
    code: str = ""
    qr: str = ""

    @property
    def answer_by(self) -> str:
        """Return the last moment to answer all its offers; nothing where each has its own."""
        moments = {one.answer_by for one in self.offers}
        return moments.pop() if len(moments) == 1 else ""
