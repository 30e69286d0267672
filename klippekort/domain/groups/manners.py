"""How a group is asked, thanked and celebrated, by its theme: loud, or quiet where it is heavy."""

from collections.abc import Sequence
from dataclasses import dataclass

from klippekort.domain.groups.forms import QUIET, Theme
from klippekort.domain.groups.life import Milestone

_ANNIVERSARIES = frozenset({Milestone.YEAR_ON_ITS_OWN})


@dataclass(frozen=True)
class Manner:
    """What goes with a theme: signs beside answers, milestones, anniversaries, and the thanks.

    `is_quiet` thanks are plain words.
    """

    has_signs: bool
    has_milestones: bool
    has_anniversaries: bool
    is_quiet: bool


_LOUD = Manner(has_signs=True, has_milestones=True, has_anniversaries=True, is_quiet=False)
_QUIET = Manner(has_signs=False, has_milestones=False, has_anniversaries=False, is_quiet=True)
MANNERS: dict[Theme, Manner] = {theme: _QUIET if theme in QUIET else _LOUD for theme in Theme}


def manner_of(theme: Theme | str) -> Manner:
    """Return how a group with this theme is asked and thanked."""
    return MANNERS[Theme(theme)]


def to_mark(
    theme: Theme | str, reached: Sequence[Milestone], *, wants: bool
) -> tuple[Milestone, ...]:
    """Return the milestones a group may mark: none where it does not want to, or is a quiet one."""
    manner = manner_of(theme)
    if not (wants and manner.has_milestones):
        return ()
    return tuple(one for one in reached if manner.has_anniversaries or one not in _ANNIVERSARIES)
