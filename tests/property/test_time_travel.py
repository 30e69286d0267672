"""A card in time: reckoned late or nightly, looked back on or looked forward to, it is one card.

Every life here is also lived by a plain card, which is gone through day by day.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from hypothesis import example, given, settings
from sqlalchemy import select

from klippekort.citizens.services.absences import record_absence
from klippekort.domain import accrual
from klippekort.domain.calendar import instant, local_day
from klippekort.domain.history import as_of
from klippekort.domain.ledger import CardState
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.tenancy import acting_for
from klippekort.punchcards.jobs import advance_cards
from klippekort.punchcards.models import PunchEntry, PunchLot
from klippekort.punchcards.queries.cards import lock_card
from klippekort.punchcards.services import proof
from klippekort.punchcards.services.bookings import charge_minutes, hold_minutes, release_minutes
from klippekort.punchcards.services.cards import grant_card
from klippekort.punchcards.services.ledger import advance
from tests.builders import a_scheme
from tests.cast import HOME, Cast
from tests.property.diaries import (
    DAYS_DOWN,
    EARLIER_WEEK_53,
    FALL_BACK,
    LEAP_DAY,
    NEW_YEAR,
    SPECIAL,
    SPRING_FORWARD,
    WEEK_53,
    Deed,
    Diary,
    Life,
    PlainDiary,
    lives,
    plan_for,
    totals_of,
)
from tests.property.plain_card import DAY, PlainRules, as_terms


def _deed(after: int, what: str, minutes: int = 0, ahead: int = 0) -> Deed:
    return Deed(after, what, minutes, 0, ahead)


# Everything that can happen, happens here: the second trip's promise breaks in hospital.
EVENTFUL = Life(
    PlainRules(minutes=30, cap=90, weeks=4),
    FALL_BACK - timedelta(days=20),
    None,
    (),
    (
        _deed(0, "hold", 60, 14),
        _deed(14, "charge", 120),
        _deed(16, "hold", 20, 10),
        _deed(24, "cancel"),
        _deed(43, "hold", 80, 8),
        _deed(43, "hospital", 30, 3),
        _deed(72, "hold", 25, 15),
    ),
)
# A booking against time that is still to come, and nothing at all.
PROMISED, QUIET = replace(EVENTFUL, deeds=EVENTFUL.deeds[:1]), replace(EVENTFUL, deeds=())


def _lived(check: Callable[[Life], None], examples: int) -> None:
    told = given(lives())(check)
    for life in (EVENTFUL, PROMISED, QUIET):
        told = example(life)(told)
    settings(max_examples=examples, deadline=None)(told)()


def test_ninety_days_late_is_the_same_as_every_night() -> None:
    seen: Counter[str] = Counter()

    def check(life: Life) -> None:
        through = life.first + timedelta(days=DAYS_DOWN)
        nightly = Diary(life).live(through, nightly=True)
        late, plain = Diary(life).live(through, nightly=False), PlainDiary(life, through)
        assert late.entries() == nightly.entries()
        assert late.state == nightly.state
        assert nightly.could == late.could == plain.could
        assert nightly.broken == late.broken == plain.broken
        assert totals_of(nightly.state) == plain.totals()
        assert {p.trip: (p.minutes, p.on) for p in nightly.state.pledges} == plain.card.pledges
        seen.update(entry.kind.value for entry in late.entries())
        seen["broken"] += len(late.broken)
        seen["caught up"] += len(life.deeds) == 0

    _lived(check, 150)
    wanted = ["credit", "hold", "release", "spend", "expire", "forfeit", "waive", "broken"]
    assert min(seen[name] for name in [*wanted, "caught up"]) > 0, seen


def test_the_card_of_any_past_day_is_what_its_entries_tell() -> None:
    def check(life: Life) -> None:
        through = life.first + timedelta(days=DAYS_DOWN)
        nightly = Diary(life).live(through, nightly=True)
        late, plain = Diary(life).live(through, nightly=False), PlainDiary(life, through)
        for day in life.days(through)[::3]:
            truth = plain.evenings[day]
            assert totals_of(as_of(nightly.written, day)) == truth
            assert totals_of(as_of(late.written, day)) == truth
            assert totals_of(as_of(nightly.written, day, known_on=day)) == truth

    _lived(check, 40)


def test_what_was_known_on_a_past_day_is_what_was_stored_that_evening() -> None:
    def check(life: Life) -> None:
        through = life.first + timedelta(days=DAYS_DOWN)
        late = Diary(life).live(through, nightly=False)
        for day in life.days(through - DAY)[::3]:
            assert totals_of(as_of(late.written, through, known_on=day)) == late.evenings[day]

    _lived(check, 40)


def test_the_card_of_a_coming_day_is_what_it_will_be_if_nothing_else_happens() -> None:
    seen: Counter[str] = Counter()

    def check(life: Life) -> None:
        today = life.first + timedelta(days=max((deed.after for deed in life.deeds), default=0))
        diary, plain = Diary(life).live(today, nightly=True), PlainDiary(life, today).card
        for ahead in range(0, 60, 4):
            day = today + timedelta(days=ahead)
            plain.reckon(day)
            seen_ahead = accrual.projected(diary.state, diary.plan, day)
            assert totals_of(seen_ahead) == {(x.source, x.day): x.totals for x in plain.lots}
            assert seen_ahead.available(day) == plain.available(day)
        seen["arrives"] += len(seen_ahead.lots) > len(diary.state.lots)
        seen["is held"] += seen_ahead.held() > diary.state.held()

    _lived(check, 80)
    assert min(seen["arrives"], seen["is held"]) > 0, seen


@pytest.mark.parametrize("special", SPECIAL)
@pytest.mark.parametrize("from_monday", [True, False])
def test_around_a_special_day_every_week_comes_once(special: date, from_monday: bool) -> None:
    first = special - timedelta(days=30)
    plan = plan_for(PlainRules(from_monday=from_monday, at_once=False), first, away=())
    through = first + timedelta(days=60)
    lots = accrual.advance(CardState(), plan, through).state.lots
    days = [first + timedelta(days=number) for number in range(61)]
    due = [day for day in days if (day.weekday() if from_monday else (day - first).days % 7) == 0]
    assert [lot.credited_on for lot in lots] == [day for day in due if from_monday or day > first]
    assert len({lot.period for lot in lots}) == len(lots)


@pytest.mark.parametrize("monday", [WEEK_53, EARLIER_WEEK_53])
def test_week_53_is_a_week_of_its_own(monday: date) -> None:
    plan = plan_for(PlainRules(), monday - timedelta(days=7), away=())
    lots = accrual.advance(CardState(), plan, monday + timedelta(days=7)).state.lots
    year = monday.year
    weeks = [f"{year}-W52", f"{year}-W53", f"{year + 1}-W01"]
    assert [lot.period for lot in lots] == weeks


def test_a_card_that_begins_on_new_year_s_day_begins_in_week_53() -> None:
    lots = accrual.advance(CardState(), plan_for(PlainRules(), NEW_YEAR, away=()), NEW_YEAR).state
    assert [lot.period for lot in lots.lots] == ["2026-W53"]


def test_a_year_whose_last_monday_is_in_week_1_brings_fifty_three_weeks() -> None:
    """2024 began and ended in a week 1, and each of them brings its time."""
    plan = plan_for(PlainRules(), date(2024, 1, 1), away=())
    lots = accrual.advance(CardState(), plan, date(2024, 12, 31)).state.lots
    assert (len(lots), lots[0].period, lots[-1].period) == (53, "2024-W01", "2025-W01")


def test_time_of_week_53_that_came_before_new_year_ends_with_the_year() -> None:
    plan = plan_for(PlainRules(year_end=True), WEEK_53, away=())
    step = accrual.advance(CardState(), plan, NEW_YEAR)
    assert [(e.kind.value, e.minutes, e.effective_on) for e in step.entries] == [
        ("credit", 30, WEEK_53),
        ("expire", 30, NEW_YEAR),
    ]


def test_a_week_that_begins_on_leap_day_ends_on_the_sixth_of_march() -> None:
    plan = plan_for(PlainRules(from_monday=False, weeks=1), LEAP_DAY, away=())
    step = accrual.advance(CardState(), plan, date(2028, 3, 7))
    assert [(e.kind.value, e.effective_on) for e in step.entries] == [
        ("credit", LEAP_DAY),
        ("expire", date(2028, 3, 7)),
        ("credit", date(2028, 3, 7)),
    ]


def _reckon(card_id: UUID, now: datetime) -> None:
    advance(lock_card(card_id), through=local_day(now), now=now)


def _granted(cast: Cast, citizen: UUID, scheme: UUID, first: date) -> UUID:
    now = instant(first, time(9))
    return UUID(execute(grant_card, cast.asta, citizen, scheme, from_on=first, now=now))


def _stored(card_id: UUID) -> list[tuple[object, ...]]:
    found = (
        select(
            PunchEntry.kind,
            PunchEntry.minutes,
            PunchEntry.effective_on,
            PunchEntry.reason_code,
            PunchLot.period,
            PunchLot.expires_on,
        )
        .join(PunchLot, PunchLot.id == PunchEntry.lot_id, isouter=True)
        .filter(PunchEntry.card_id == card_id)
        .order_by(PunchEntry.seq)
    )
    return [tuple(row) for row in db.session.execute(found)]


def test_a_worker_that_was_down_for_ninety_days_stores_the_same(app: Flask, cast: Cast) -> None:
    first = date(2026, 10, 12)
    scheme = a_scheme(as_terms(PlainRules(cap=120, weeks=6, year_end=True)))
    who = (cast.ellen, cast.poul)
    with acting_for(HOME):
        up, down = (_granted(cast, citizen, scheme, first) for citizen in who)
        for citizen in who:
            stay = (first + timedelta(days=30), first + timedelta(days=44))
            noon = instant(first, time(12))
            execute(record_absence, cast.asta, citizen, "hospital", *stay, noon)
        for number in range(DAYS_DOWN + 1):
            now = instant(first + timedelta(days=number), time(9))
            execute(_reckon, up, now)
            for card in (up, down):
                _go_out(cast, card, number, now)
        execute(_reckon, down, now)
        assert _stored(down) == _stored(up)
        assert proof.verify_card(down) == proof.verify_card(up) == []
        kinds = {line[0] for line in _stored(down)}
    assert kinds == {"credit", "hold", "release", "spend", "expire", "forfeit"}


def _go_out(cast: Cast, card: UUID, number: int, now: datetime) -> None:
    """Book ahead of the time that comes, cancel one trip, take another."""
    today = local_day(now)
    when: dict[str, Any] = {"today": today, "now": now}
    if number in (0, 3):
        on = today + timedelta(days=20)
        execute(hold_minutes, cast.bo, card, UUID(int=number + 1), 50, on=on, **when)
    elif number == 15:
        execute(release_minutes, cast.bo, card, UUID(int=1), reason="cancel", **when)
    elif number == 24:
        on = today - DAY
        execute(charge_minutes, cast.bo, card, UUID(int=4), 40, on=on, reason="trip", **when)


@pytest.mark.parametrize("night", [SPRING_FORWARD, FALL_BACK, WEEK_53, NEW_YEAR, LEAP_DAY])
def test_a_day_comes_once_however_often_its_night_is_reckoned(
    app: Flask, cast: Cast, night: date
) -> None:
    """Every half hour of the night, both two o'clocks of October, and none of March."""
    scheme = a_scheme(as_terms(PlainRules(from_monday=False)))
    with acting_for(HOME):
        card = _granted(cast, cast.ellen, scheme, night - timedelta(days=14))
        begins = datetime.combine(night - DAY, time(20), UTC)
        for half_hours in range(64):
            now = begins + timedelta(minutes=30 * half_hours)
            outcome = advance_cards(local_day(now), now)
            assert outcome.failed == 0, outcome
        found = select(PunchEntry.effective_on, PunchEntry.recorded_at).filter_by(
            card_id=card, kind="credit"
        )
        came = db.session.execute(found.order_by(PunchEntry.seq)).all()
    days = [night - timedelta(days=14), night - timedelta(days=7), night]
    assert [row.effective_on for row in came] == days
    assert came[-1].recorded_at == instant(night, time())
