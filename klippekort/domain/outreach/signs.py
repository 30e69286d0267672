"""What somebody may notice: signs as keys, those everybody knows and a municipality's own."""

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

MOST_OWN = 12
LONGEST_OWN = 60


class Sign(StrEnum):
    """What a helper may notice at breakfast; the words for it stand elsewhere."""

    NO_VISITORS = "no_visitors"
    STAYS_IN = "stays_in"
    SPOUSE_DIED = "spouse_died"
    LOST_A_FRIEND = "lost_a_friend"
    SAD = "sad"
    SLEEPS_MUCH = "sleeps_much"
    LOST_INTEREST = "lost_interest"
    TV_ALL_DAY = "tv_all_day"
    ASKS_YOU_TO_STAY = "asks_you_to_stay"
    EATS_ALONE = "eats_alone"
    MOVED_LATELY = "moved_lately"
    SAYS_LONELY = "says_lonely"


BEREAVED = frozenset({Sign.SPOUSE_DIED, Sign.LOST_A_FRIEND})
"""Signs that somebody close has died."""


@dataclass(frozen=True)
class Vocabulary:
    """A municipality's signs: the common ones it does not use, and its own words by key.

    `retired` are own ones that are offered no more, kept so that older notices still say something.
    """

    hidden: frozenset[str] = frozenset()
    own: Mapping[str, str] = field(default_factory=dict)
    retired: Mapping[str, str] = field(default_factory=dict)

    @property
    def offered(self) -> tuple[str, ...]:
        """Return the keys that can be noted, the common ones first."""
        return (*(one.value for one in Sign if one not in self.hidden), *self.own)

    def words_of(self, key: str) -> str | None:
        """Return a municipality's own words for a key, or None for a common or unknown one."""
        return self.own.get(key) or self.retired.get(key)

    def known(self, keys: Iterable[str]) -> tuple[str, ...]:
        """Return those of the keys that a notice may carry, each once, in the order of the list.

        A tablet may tell of a sign that was put away meanwhile: that still counts.
        """
        told = set(keys)
        everything = (*(one.value for one in Sign), *self.own, *self.retired)
        return tuple(key for key in everything if key in told)


def own_key(words: str) -> str:
    """Return the key of a municipality's own words: the same words always have the same one."""
    said = " ".join(words.split()).casefold()
    return f"own-{hashlib.sha256(said.encode()).hexdigest()[:8]}"


def renewed(before: Vocabulary, hidden: Collection[str], own: Iterable[str]) -> Vocabulary:
    """Return the vocabulary with other choices; own words that are gone are kept as retired."""
    wanted = {own_key(words): " ".join(words.split()) for words in own if words.strip()}
    gone = {**before.retired, **before.own}
    retired = {key: words for key, words in gone.items() if key not in wanted}
    common = {one.value for one in Sign}
    return Vocabulary(frozenset(hidden) & common, wanted, retired)
