"""What a replay tells of a card at the end of a day, and of the whole life that was replayed."""

from dataclasses import dataclass, field
from datetime import date

from klippekort.domain.lab.life import Card, Life
from klippekort.domain.lab.told import Post, Result, Said, Task
from klippekort.domain.schemes import Measure, Words


@dataclass(frozen=True)
class LotLeft:
    """Minutes that came on a day and can be used through another (None: for good)."""

    minutes: int
    credited_on: date
    expires_on: date | None


@dataclass(frozen=True)
class Lapsed:
    """Minutes that were gone from a day on, and the rule that took them."""

    minutes: int
    on: date
    rule: str


@dataclass(frozen=True)
class Snapshot:
    """A card, or all of a citizen's cards together, at the end of a day."""

    available: int
    held: int
    lots: tuple[LotLeft, ...]
    lapsed: tuple[Lapsed, ...]
    status: str
    words: Words
    minutes_per_punch: int
    said: tuple[Said, ...]
    cards: dict[str, "Snapshot"] = field(default_factory=dict)
    is_course: bool = False


@dataclass
class Answer:
    """What a replay tells: the days asked for, each line, and what people must do and get."""

    on: dict[date, Snapshot]
    events: list[Result]
    tasks: list[Task]
    letters: list[Post]
    pools: dict[str, dict[date, int]]


def shot_of(life: Life, card: Card, day: date) -> Snapshot:
    terms, state = life.terms_of(card, day), card.state
    lots: dict[tuple[date, date | None], int] = {}
    for lot in state.lots:
        key = (lot.credited_on, lot.expires_on)
        lots[key] = lots.get(key, 0) + lot.saved
    lapsed = sorted(card.lapsed.items(), key=lambda item: (item[0][0], item[0][1]))
    return Snapshot(
        state.available(day),
        state.held(),
        tuple(LotLeft(minutes, *key) for key, minutes in lots.items() if minutes),
        tuple(Lapsed(minutes, on, rule) for (on, rule), minutes in lapsed),
        life.status(card, day),
        terms.words,
        card.plan.minutes_per_punch(terms, day),
        tuple(said for said in card.said if said.on <= day),
        is_course=terms.measured_in is Measure.COURSE,
    )


def joined(main: Snapshot, shots: dict[str, Snapshot]) -> Snapshot:
    """Return several cards as one answer, with each beside it."""
    all_of = shots.values()
    order = ("active", "waiting", "declined", "ended", "none")
    return Snapshot(
        sum(shot.available for shot in all_of),
        sum(shot.held for shot in all_of),
        tuple(lot for shot in all_of for lot in shot.lots),
        tuple(lost for shot in all_of for lost in shot.lapsed),
        min((shot.status for shot in all_of), key=order.index),
        main.words,
        main.minutes_per_punch,
        tuple(said for shot in all_of for said in shot.said),
        shots,
        main.is_course,
    )
