"""A card's state as the picture of a real punch card, and its minutes in the scheme's own words."""

from dataclasses import dataclass
from datetime import date, timedelta

from klippekort.domain.ledger import CardState
from klippekort.domain.schemes import Measure, Terms
from klippekort.platform.formatting import duration, first_up, punches, short_duration
from klippekort.platform.i18n import _


@dataclass(frozen=True)
class CardPicture:
    """What the macro `punch_card` draws.

    Minutes that make no whole punch are told apart: nothing that is left is rounded away. A card
    that `is_course` counts none: nothing can be left of it.
    """

    scheme_word: str
    owner: str
    punches_total: int
    punches_held: int
    punches_used: int
    punches_left: int
    remainder_minutes: int
    words_left: str
    is_course: bool = False


@dataclass(frozen=True)
class Lapse:
    """Free minutes that are lost unless they are used by a day."""

    minutes: int
    last_on: date


HOLES_FOR = timedelta(weeks=8)


def picture_of(state: CardState, terms: Terms, owner: str, spent: int) -> CardPicture:
    """Return the picture of a card: what is free, what is set aside, and a hole for what was used.

    `spent` is the minutes that trips cost in the last eight weeks (`HOLES_FOR`), those that were
    not made too: older holes are off the card.
    """
    free = sum(lot.free for lot in state.lots)
    punch = max(1, terms.punch)
    left, remainder = divmod(free, punch)
    held = state.held() // punch
    used = spent // punch
    word = terms.words.card
    return CardPicture(
        scheme_word=first_up(word),
        owner=owner,
        punches_total=left + held + used,
        punches_held=held,
        punches_used=used,
        punches_left=left,
        remainder_minutes=remainder,
        words_left=in_punches(free, terms) if remainder else left_in_words(free, terms),
        is_course=is_course(terms),
    )


def is_course(terms: Terms) -> bool:
    """Say whether a card under these terms counts no minutes."""
    return terms.measured_in is Measure.COURSE


def in_punches(minutes: int, terms: Terms) -> str:
    """Return minutes as the scheme's punches: "6 klip"."""
    return punches(minutes, max(1, terms.punch), terms.words.one, terms.words.many)


def left_in_words(minutes: int, terms: Terms) -> str:
    """Return what is left as `in_words` does, or that a card counts no minutes: nobody reads that
    such a card is empty.
    """
    return str(_("a course, without minutes")) if is_course(terms) else in_words(minutes, terms)


def in_words(minutes: int, terms: Terms) -> str:
    """Return minutes as punches and time: "6 klip (3 timer)", "3 klip og 20 minutter (1 t 50 min)".

    Less than a punch is only time.
    """
    said = in_punches(minutes, terms)
    if said == duration(minutes):
        return said
    is_whole = minutes % max(1, terms.punch) == 0
    time = duration(minutes) if is_whole else short_duration(minutes)
    return str(_("%(punches)s (%(time)s)", punches=said, time=time))


def next_lapse(state: CardState, today: date) -> Lapse | None:
    """Return the free minutes that are lost next, or None when nothing ever is."""
    coming = lapses_of(state, today)
    return coming[0] if coming else None


def lapses_of(state: CardState, today: date) -> list[Lapse]:
    """Return the free minutes that are lost unless they are used, by their last day."""
    free: dict[date, int] = {}
    for lot in state.lots:
        if lot.free and lot.expires_on is not None and lot.expires_on >= today:
            free[lot.expires_on] = free.get(lot.expires_on, 0) + lot.free
    return [Lapse(minutes, last_on) for last_on, minutes in sorted(free.items())]
