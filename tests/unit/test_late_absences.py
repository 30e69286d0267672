"""What a stay in hospital that is told afterwards does to time that has come."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid5

import pytest

from klippekort.domain import accrual, corrections, ledger
from klippekort.domain.late_news import measuring
from klippekort.domain.late_news.measuring import News
from klippekort.domain.late_news.memory import Line, Lost, Past, is_late
from klippekort.domain.late_news.reckoning import Learned
from klippekort.domain.ledger import CardState, Entry, EntryKind, Lot, Source
from klippekort.domain.plans import AbsenceSpan, GrantSpan, Plan
from klippekort.domain.schemes import (
    OPEN,
    Allowance,
    AtCap,
    Cap,
    CountedFrom,
    Expiry,
    FirstPeriod,
    PartialPeriod,
    Pause,
    Pauses,
    Period,
    Saving,
    Span,
    Terms,
    TermsFrom,
    Unit,
)

MONDAY = date(2026, 11, 2)
TRIP = UUID(int=7)
NOTHING_COMES = Pause(accrues=False, usable=False, extends_expiry=False)
WEEKLY = Terms(
    minutes_per_punch=30,
    allowance=Allowance(30, counted_from=CountedFrom.ISO_WEEK, first=FirstPeriod.GRANT_PERIOD),
    pauses=Pauses(hospital=NOTHING_COMES, partial_period=PartialPeriod.ANY_DAY),
)


def day(week: int, number: int = 1) -> date:
    """Return a day of a week of the card, both counted from 1."""
    return MONDAY + timedelta(weeks=week - 1, days=number - 1)


def key(week: int) -> str:
    return f"accrual:{day(week):%G-W%V}"


def stay(first: date, last: date | None) -> AbsenceSpan:
    return AbsenceSpan("hospital", first, last)


@dataclass
class Card:
    """A card that is reckoned day by day, with a memory of what became of its time."""

    terms: Terms
    absences: tuple[AbsenceSpan, ...] = ()

    def __post_init__(self) -> None:
        self.state = CardState()
        self.written: list[tuple[UUID, Entry]] = []
        self.countered: set[UUID] = set()

    @property
    def plan(self) -> Plan:
        return Plan((TermsFrom(MONDAY, self.terms),), (GrantSpan(MONDAY),), self.absences)

    def live(self, through: date) -> accrual.Advance:
        result = accrual.advance(self.state, self.plan, through)
        self.write(result.entries, result.state)
        return result

    def write(self, entries: Any, state: CardState | None = None) -> None:
        self.state = state or ledger.apply(self.state, *entries)
        self.written += [
            (uuid5(TRIP, str(len(self.written) + n)), e) for n, e in enumerate(entries)
        ]

    def spend(self, minutes: int, on: date) -> None:
        self.live(on)
        self.write(ledger.hold(self.state, TRIP, minutes, on=on, today=on))
        self.write(ledger.settle(self.state, TRIP, minutes, on=on, today=on, reason="trip"))

    def past(self, **said: Any) -> Past:
        lost: list[Lost] = []
        spent: dict[str, date] = {}
        lines: list[Line] = []
        for number, entry in self.written:
            lot, is_cap = entry.lot or "", entry.reason == "cap"
            if number in self.countered:
                continue
            if (entry.kind is EntryKind.FORFEIT and is_cap) or entry.kind is EntryKind.EXPIRE:
                when = (entry.minutes, entry.effective_on, is_cap, entry.reason)
                lost.append(Lost(number, lot, *when))
            if entry.kind is EntryKind.SPEND:
                spent[lot] = max(spent.get(lot, entry.effective_on), entry.effective_on)
            if entry.reason == "accrual" or is_late(entry.reason):
                lines.append(Line(number, entry))
        return Past(self.state.lots, tuple(lost), spent, tuple(lines), **said)

    def unlearn(self, today: date, was: AbsenceSpan) -> Learned:
        """Learn that an absence never was."""
        return self._learn(today, None, was)

    def learn(
        self,
        today: date,
        now: AbsenceSpan,
        was: AbsenceSpan | None = None,
        answers: Mapping[str, Mapping[str, str]] | None = None,
        **said: Any,
    ) -> Learned:
        """Reckon through today, and then learn of an absence."""
        return self._learn(today, now, was, answers, **said)

    def _learn(
        self,
        today: date,
        now: AbsenceSpan | None,
        was: AbsenceSpan | None,
        answers: Mapping[str, Mapping[str, str]] | None = None,
        **said: Any,
    ) -> Learned:
        self.live(today)
        spans = [span for span in (now, was) if span]
        self.absences = (*(a for a in self.absences if a != was), *([now] if now else []))
        before = measuring.known_again(self.plan, was, now)
        ends = [span.until_on for span in spans]
        until = None if None in ends else max(end for end in ends if end)
        news = News(before, self.plan, spans[0].from_on, until, answers or {})
        learned = measuring.learn(self.state, self.past(**said), news, today)
        self.write([step.entry for step in learned.steps])
        self.countered |= {step.counters for step in learned.steps if step.counters}
        assert self.state.lots == learned.state.lots
        return learned


def said(learned: Learned) -> list[tuple[str, int, date, str | None]]:
    return [(e.kind.value, e.minutes, e.effective_on, e.lot) for e, _ in learned.steps]


def test_the_weeks_of_a_stay_that_is_told_late_are_taken_back():
    card = Card(WEEKLY)
    learned = card.learn(day(4), stay(day(2), day(3, 7)))
    assert said(learned) == [
        ("adjust_down", 30, day(2), key(2)),
        ("adjust_down", 30, day(3), key(3)),
    ]
    assert {step.entry.reason for step in learned.steps} == {
        f"late_absence:{day(2)}",
        f"late_absence:{day(3)}",
    }
    assert card.state.free() == 60


def test_telling_it_twice_takes_it_once():
    card = Card(WEEKLY)
    spell = stay(day(2), day(3, 7))
    card.learn(day(4), spell)
    assert said(card.learn(day(4), spell, spell)) == []


def test_what_a_trip_used_is_waived_where_nothing_else_had_come_by_then():
    card = Card(WEEKLY)
    card.spend(60, day(2, 3))
    learned = card.learn(day(4), stay(day(2), day(2, 7)))
    assert said(learned) == [("waive", 30, day(4), None)]
    assert card.state.free() == 60


def test_what_a_trip_used_is_taken_from_what_it_would_have_used_instead():
    card = Card(WEEKLY)
    card.spend(60, day(3, 3))
    learned = card.learn(day(4), stay(day(2), day(2, 7)))
    assert said(learned) == [("adjust_down", 30, day(3), key(3))]
    assert card.state.free() == 30


def test_time_that_is_set_aside_for_a_trip_stays_with_it():
    card = Card(WEEKLY)
    card.live(day(2))
    card.write(ledger.hold(card.state, TRIP, 60, on=day(2, 5), today=day(2)))
    learned = card.learn(day(2, 3), stay(day(2), day(2, 3)))
    assert said(learned) == [("waive", 30, day(2, 3), None)]
    assert (card.state.held(), card.state.free()) == (60, 0)


def test_a_share_of_a_week_is_taken_back_where_the_scheme_counts_days():
    by_days = replace(
        WEEKLY,
        pauses=Pauses(hospital=NOTHING_COMES, partial_period=PartialPeriod.PRORATED),
        allowance=replace(WEEKLY.allowance, minutes=70),
    )
    card = Card(by_days)
    spell = stay(day(2), day(2, 2))
    assert said(card.learn(day(3), spell)) == [("adjust_down", 20, day(2), key(2))]
    longer = replace(spell, until_on=day(2, 5))
    assert said(card.learn(day(3), longer, spell)) == [("adjust_down", 30, day(2), key(2))]


def test_a_stay_that_was_shorter_than_thought_gives_its_weeks():
    card = Card(WEEKLY)
    open_ended = stay(day(2), None)
    card.absences = (open_ended,)
    learned = card.learn(day(5), stay(day(2), day(2, 4)), open_ended)
    assert said(learned) == [
        ("credit", 30, day(5), key(3)),
        ("credit", 30, day(5), key(4)),
        ("credit", 30, day(5), key(5)),
    ]
    assert card.state.free() == 120


def test_what_was_taken_back_comes_again_when_the_stay_was_shorter():
    card = Card(WEEKLY)
    spell = stay(day(2), day(3, 7))
    card.learn(day(4), spell)
    learned = card.learn(day(4), stay(day(2), day(2, 7)), spell)
    assert said(learned) == [("adjust_up", 30, day(4), key(3))]
    assert card.state.free() == 90


@pytest.mark.parametrize("rounds", [1, 2, 3])
@pytest.mark.parametrize("week", [1, 3])
def test_a_stay_that_never_was_leaves_nothing_behind_whatever_was_used(rounds: int, week: int):
    card = Card(WEEKLY)
    card.spend(30, day(week, 3))
    card.live(day(4))
    before = [(lot.key, lot.free) for lot in card.state.lots]
    for _ in range(rounds):
        spell = stay(day(1), day(1, 7))
        card.learn(day(4), spell)
        card.unlearn(day(4), spell)
        assert [(lot.key, lot.free) for lot in card.state.lots] == before


def test_what_was_waived_is_so_no_longer_when_she_was_home():
    card = Card(WEEKLY)
    card.spend(60, day(2, 3))
    spell = stay(day(2), day(2, 7))
    card.learn(day(4), spell)
    assert said(card.unlearn(day(4), spell)) == [("reverse", 30, day(4), None)]
    assert said(card.learn(day(4), spell)) == [("waive", 30, day(4), None)]
    assert card.state.free() == 60


def test_a_stay_told_in_two_steps_ends_as_told_at_once():
    at_once, in_steps = Card(WEEKLY), Card(WEEKLY)
    for card in (at_once, in_steps):
        card.spend(30, day(3, 2))
    first, whole = stay(day(1), day(1, 7)), stay(day(1), day(2, 7))
    at_once.learn(day(3, 3), whole)
    in_steps.learn(day(3, 3), first)
    in_steps.learn(day(3, 3), whole, first)
    assert at_once.state.free() == in_steps.state.free() == 0


def test_what_a_person_took_stays_taken_when_the_stay_never_was():
    card = Card(WEEKLY)
    card.live(day(3))
    by_hand = Entry(EntryKind.ADJUST_DOWN, 30, day(3), key(1), "mistake")
    card.write([by_hand])
    spell = stay(day(1), day(1, 7))
    assert said(card.learn(day(3), spell)) == []
    assert said(card.unlearn(day(3), spell)) == []
    assert card.state.free() == 60


def test_a_card_that_is_full_again_by_news_has_the_citizen_called():
    alerting = replace(WEEKLY, saving=Saving({"most": Cap(minutes=90, at_cap=AtCap.ALERT)}))
    card = Card(alerting)
    spell = stay(day(1), day(2, 7))
    card.learn(day(4), spell)
    told = card.unlearn(day(4), spell)
    assert [(alert.on, alert.cap) for alert in told.alerts] == [(day(4), "most")]


def test_coming_home_earlier_never_costs_time_on_a_full_card():
    few = replace(WEEKLY, saving=Saving({"few": Cap(periods=2, at_cap=AtCap.OLDEST_LAPSE)}))
    card = Card(few)
    spell = stay(day(2), day(2, 7))
    card.absences = (spell,)
    card.live(day(4))
    before = card.state.free()
    card.unlearn(day(4), spell)
    assert card.state.free() >= before


def full(at_cap: AtCap) -> Terms:
    return replace(WEEKLY, saving=Saving({"most": Cap(minutes=60, at_cap=at_cap)}))


def test_what_a_full_card_turned_away_meanwhile_comes_again():
    card = Card(full(AtCap.REFUSE))
    learned = card.learn(day(4), stay(day(2), day(2, 7)))
    assert said(learned) == [
        ("adjust_down", 30, day(2), key(2)),
        ("reverse", 30, day(4), key(3)),
    ]
    assert card.state.free() == 60


def test_the_newest_of_what_made_room_comes_again():
    card = Card(full(AtCap.OLDEST_LAPSE))
    learned = card.learn(day(4), stay(day(3), day(3, 7)))
    assert said(learned) == [
        ("adjust_down", 30, day(3), key(3)),
        ("reverse", 30, day(4), key(2)),
    ]
    assert card.state.free() == 60


def test_time_a_full_card_had_turned_away_is_not_taken_as_well():
    card = Card(full(AtCap.REFUSE))
    assert said(card.learn(day(4), stay(day(3), day(3, 7)))) == []
    assert card.state.free() == 60


def test_what_lapsed_lives_again_where_the_stay_lengthens_its_life():
    lengthens = replace(
        WEEKLY,
        expiry=Expiry(rolling=(Span(2, Unit.WEEKS),)),
        pauses=Pauses(hospital=replace(NOTHING_COMES, accrues=True, extends_expiry=True)),
    )
    card = Card(lengthens)
    card.live(day(3, 3))
    assert key(1) in {e.lot for _, e in card.written if e.kind is EntryKind.EXPIRE}
    learned = card.learn(day(3, 3), stay(day(2), day(2, 7)))
    back = [step for step in learned.steps if step.counters]
    assert [(step.entry.undoes, step.entry.minutes) for step in back] == [(EntryKind.EXPIRE, 30)]
    assert card.state.free() == 90
    in_time = Card(lengthens, (stay(day(2), day(2, 7)),))
    in_time.live(day(3, 3))
    assert _left(card) == _left(in_time)


def test_what_lapsed_on_a_day_that_somebody_chose_stays_lapsed():
    lengthens = replace(
        WEEKLY,
        expiry=Expiry(rolling=(Span(8, Unit.WEEKS),)),
        pauses=Pauses(hospital=replace(NOTHING_COMES, accrues=True, extends_expiry=True)),
    )
    card = Card(lengthens)
    card.live(day(1))
    card.write(corrections.add(Lot(Source.ADJUSTMENT, "hand", day(1), day(1, 5)), 25, reason="x"))
    card.live(day(3))
    assert card.state.free() == 90
    learned = card.learn(day(3), stay(day(3, 2), day(4, 7)))
    assert [step for step in learned.steps if step.counters] == []
    assert card.state.free() == 90


def _left(card: Card) -> list[tuple[date, date | None, int]]:
    return sorted(
        (lot.credited_on, lot.expires_on, lot.free) for lot in card.state.lots if lot.free
    )


UNDECIDED_WEEKS = replace(WEEKLY, pauses=Pauses(hospital=replace(NOTHING_COMES, accrues=OPEN)))


def test_what_nobody_has_decided_is_asked_and_nothing_is_taken_meanwhile():
    card = Card(UNDECIDED_WEEKS)
    learned = card.learn(day(4), stay(day(2), day(3, 7)))
    assert said(learned) == []
    assert [(q.on, q.rule, q.minutes) for q in learned.questions] == [
        (day(2), "pauses.hospital.accrues", 30),
        (day(3), "pauses.hospital.accrues", 30),
    ]


@pytest.mark.parametrize(("value", "left"), [("no", 90), ("yes", 120)])
def test_what_was_decided_for_a_week_before_holds_for_it(value: str, left: int):
    card = Card(UNDECIDED_WEEKS)
    answers = {f"{day(2):%G-W%V}": {"pauses.hospital.accrues": value}}
    learned = card.learn(day(4), stay(day(2), day(2, 7)), answers=answers)
    assert learned.questions == ()
    assert card.state.free() == left


def test_a_week_nobody_counts_by_days_stays_when_the_stay_began_after_it_came():
    nobody_knows = replace(
        WEEKLY,
        pauses=Pauses(hospital=NOTHING_COMES, partial_period=PartialPeriod.UNDECIDED),
    )
    card = Card(nobody_knows)
    assert card.learn(day(3), stay(day(2, 3), day(2, 7))).questions == ()
    again = Card(nobody_knows)
    asked = again.learn(day(3), stay(day(2), day(2, 4))).questions
    assert [question.rule for question in asked] == ["pauses.partial_period"]


def test_minutes_that_wait_for_a_cap_are_the_first_to_go():
    open_cap = replace(WEEKLY, saving=Saving({"most": Cap(minutes=40, at_cap=AtCap.UNDECIDED)}))
    card = Card(open_cap)
    week = f"{day(2):%G-W%V}"
    learned = card.learn(day(2, 3), stay(day(2), day(2, 7)), waiting={week: 20})
    assert said(learned) == [("adjust_down", 10, day(2), key(2))]
    assert learned.waiting == {week: 0}


def test_a_month_of_which_a_day_was_away_is_taken_back_from_its_first_day():
    monthly = replace(
        WEEKLY,
        allowance=Allowance(
            90,
            period=Period.MONTH,
            counted_from=CountedFrom.CALENDAR,
            first=FirstPeriod.GRANT_PERIOD,
        ),
    )
    card = Card(monthly)
    learned = card.learn(date(2026, 12, 2), stay(date(2026, 11, 20), date(2026, 11, 21)))
    assert [(e.minutes, e.effective_on) for e, _ in learned.steps] == [(90, MONDAY)]
    assert card.state.free() == 90
