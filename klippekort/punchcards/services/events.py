"""What was decided about cards and rules, told to those who write to the citizens."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from klippekort.domain.permissions import Actor


@dataclass(frozen=True)
class LessAhead:
    """A day from which a card gets less, as it was decided before: what then, and until then."""

    from_on: date
    minutes: int
    before: int


@dataclass(frozen=True)
class CardDecided:
    """Somebody has given a card, given it less time, or ended it: `kind` is grant, cut or end.

    `reason` is the code of why, `words` what was written about it. `minutes` is the card's own rate
    from `from_on` on, None for the scheme's; `before` the rate it had. A cut takes the place of
    those that were to begin on its day or later, but for the `still` lower ones.
    """

    kind: str
    card_id: UUID
    citizen_id: UUID
    scheme_id: UUID
    from_on: date
    reason: str
    actor: Actor
    now: datetime
    words: str = ""
    minutes: int | None = None
    before: int | None = None
    until_on: date | None = None
    still: tuple[LessAhead, ...] = ()


@dataclass(frozen=True)
class CardDeclined:
    """Somebody has said no to a citizen who was to have a card: `words` say why, `heard` how she
    was heard first.
    """

    citizen_id: UUID
    scheme_id: UUID
    words: str
    heard: str
    actor: Actor
    now: datetime


@dataclass(frozen=True)
class TermsDecided:
    """A scheme has new terms from a day on, and why."""

    scheme_id: UUID
    version_id: UUID
    from_on: date
    reason: str
    actor: Actor
    now: datetime


@dataclass(frozen=True)
class SchemePaused:
    """A whole scheme stands still on some days, both included, or until further notice; `how` is
    paused, ended where its last day is said anew, or dropped.
    """

    pause_id: UUID
    scheme_id: UUID
    from_on: date
    until_on: date | None
    reason: str
    how: str
    actor: Actor
    now: datetime
