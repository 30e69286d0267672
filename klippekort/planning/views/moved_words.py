"""A new time of a trip in words, as when a trip is booked: why it cannot be, and what is worth a
word.
"""

from collections.abc import Sequence
from datetime import date

from klippekort.domain.errors import DomainError, Refused
from klippekort.planning.queries.moved import Seen
from klippekort.platform import clock
from klippekort.trips.views.words import caution_words, error_words, unsure_words


def new_time_refused(error: DomainError, on: date, seen: Sequence[Seen]) -> str:
    """Return why a trip cannot be on another day; `seen` is how each card that pays sees it."""
    rule = error.rule if isinstance(error, Refused) else None
    by = next((one for one in seen if one.refusal == rule), next(iter(seen), None))
    needs = by.needs if by else ()
    return error_words(error, clock.today(), by.terms if by else None, on, needs)


def cautions_of(seen: Sequence[Seen]) -> list[str]:
    """Return what is worth a word about a new time, each once."""
    said = [
        words
        for one in seen
        for words in (
            *caution_words(one.cautions, one.terms, one.activity),
            *unsure_words(one.needs),
        )
    ]
    return list(dict.fromkeys(said))
