"""A card's state as the picture of a real punch card, and its minutes in the scheme's own words."""

from dataclasses import dataclass
from datetime import date

from klippekort.domain.ledger import CardState
from klippekort.domain.schemes import Terms
from klippekort.platform.formatting import duration, punches
from klippekort.platform.i18n import _


@dataclass(frozen=True)
class CardPicture:
    """What the macro `punch_card` draws; minutes that are no whole punch are told apart, never rounded."""

    scheme_word: str
    owner: str
    punches_total: int
    punches_held: int
    punches_used: int
    punches_left: int
    remainder_minutes: int
    words_left: str


@dataclass(frozen=True)
class Lapse:
    """Free minutes that are lost unless they are used by a day."""

    minutes: int
    last_on: date


def picture_of(state: CardState, terms: Terms, owner: str) -> CardPicture:
    """Return the picture of a card: what is free, set aside, and used of the time it still carries."""
    free = sum(lot.free for lot in state.lots)
    left, remainder = divmod(free, terms.minutes_per_punch)
    held = state.held() // terms.minutes_per_punch
    used = sum(lot.used for lot in state.lots) // terms.minutes_per_punch
    word = terms.words.card
    return CardPicture(
        scheme_word=word[:1].upper() + word[1:],
        owner=owner,
        punches_total=left + held + used,
        punches_held=held,
        punches_used=used,
        punches_left=left,
        remainder_minutes=remainder,
        words_left=in_words(free, terms),
    )


def in_punches(minutes: int, terms: Terms) -> str:
    """Return minutes as the scheme's punches: "6 klip"."""
    return punches(minutes, terms.minutes_per_punch, terms.words.one, terms.words.many)


def in_words(minutes: int, terms: Terms) -> str:
    """Return minutes as punches and as time: "6 klip (3 timer)"; less than a punch is only time."""
    said, time = in_punches(minutes, terms), duration(minutes)
    return said if said == time else str(_("%(punches)s (%(time)s)", punches=said, time=time))


def next_lapse(state: CardState, today: date) -> Lapse | None:
    """Return the free minutes that are lost next, or None when nothing ever is."""
    ends = [lot.expires_on for lot in state.lots if lot.free and lot.expires_on is not None]
    coming = [day for day in ends if day >= today]
    if not coming:
        return None
    first = min(coming)
    return Lapse(sum(lot.free for lot in state.lots if lot.expires_on == first), first)
