"""The weekly walk: booked ahead, left out, changed with notice, ended; refusals become tasks."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest

from klippekort.domain.calendar import instant, local_day
from klippekort.domain.errors import Refused
from klippekort.domain.schemes import Notice, Span, Unit
from klippekort.domain.trips import Transport
from klippekort.platform.execute import execute
from klippekort.platform.tenancy import acting_for
from klippekort.punchcards.queries.tasks import open_tasks
from klippekort.trips.jobs import book_agreements
from klippekort.trips.queries.agreements import days_tried
from klippekort.trips.queries.trips import TripRow, next_trips
from klippekort.trips.services.agreements import (
    AgreementOrder,
    agree,
    end_agreement,
    except_day,
    keep_day,
)
from tests.builders import DECIDED, MONDAY, a_card, a_shift
from tests.cast import HOME, Cast

TODAY = date(2026, 11, 23)
FIRST = date(2026, 11, 25)
WEDNESDAYS = [FIRST + timedelta(weeks=number) for number in range(4)]


def an_order(cast: Cast, **changed: Any) -> AgreementOrder:
    order = AgreementOrder(
        citizen_id=cast.ellen,
        activity_id=None,
        destination="En tur rundt om søen",
        address=None,
        postcode=None,
        kind="walk",
        weekday=2,
        every_weeks=1,
        starts=time(10),
        minutes=30,
        travel_each_way=0,
        transport=Transport.WALK,
        care_worker_id=cast.bo.person_id,
        agreed_how="said",
        from_on=TODAY,
    )
    return replace(order, **changed)


def agreed(cast: Cast, **changed: Any) -> UUID:
    with acting_for(HOME):
        return UUID(execute(agree, cast.bo, an_order(cast, **changed), now=MONDAY))


def night(now: datetime = MONDAY) -> None:
    with acting_for(HOME):
        book_agreements(local_day(now), now)


def trips(cast: Cast) -> Sequence[TripRow]:
    with acting_for(HOME):
        return next_trips(cast.ellen, MONDAY, limit=20)


def days(cast: Cast) -> list[date]:
    return [local_day(row.starts_at) for row in trips(cast)]


def do(deed: Any, *told: Any, now: datetime = MONDAY, **named: Any) -> None:
    with acting_for(HOME):
        execute(deed, *told, now=now, **named)


def test_the_coming_weeks_are_booked_with_the_agreed_helper(cast: Cast) -> None:
    a_card(cast, cast.ellen)
    for day in WEDNESDAYS:
        a_shift(cast.bo, day)
    agreed(cast)
    night()
    assert [(local_day(row.starts_at), row.escort_name) for row in trips(cast)] == [
        (day, "Bo Berg") for day in WEDNESDAYS
    ]


def test_a_day_is_booked_once_however_often_the_night_comes(cast: Cast) -> None:
    a_card(cast, cast.ellen)
    agreed(cast)
    night()
    night(MONDAY + timedelta(hours=1))
    assert days(cast) == WEDNESDAYS


def test_without_the_helper_it_is_booked_and_one_is_to_be_found(cast: Cast) -> None:
    a_card(cast, cast.ellen)
    agreed(cast)
    night()
    first = trips(cast)[0]
    assert (first.escort_name, first.escort_by) == (None, instant(date(2026, 11, 24), time(12)))


def test_a_helper_for_a_monday_is_found_on_friday(cast: Cast) -> None:
    a_card(cast, cast.ellen)
    agreed(cast, weekday=0)
    night()
    assert trips(cast)[0].escort_by == instant(date(2026, 11, 27), time(12))


def test_the_days_of_a_holiday_do_not_count(cast: Cast) -> None:
    a_card(cast, cast.ellen)
    agreed(cast, weekday=0, from_on=date(2026, 12, 28))
    later = instant(date(2026, 12, 10), time(8))
    night(later)
    with acting_for(HOME):
        first = next_trips(cast.ellen, later)[0]
    assert first.escort_by == instant(date(2026, 12, 24), time(12))


def test_only_a_day_of_the_agreement_is_left_out(cast: Cast) -> None:
    a_card(cast, cast.ellen)
    made = agreed(cast)
    with pytest.raises(Refused) as refused:
        do(except_day, cast.bo, made, FIRST + timedelta(days=1), reason="visitors")
    assert refused.value.rule == "not_agreed"


def test_a_day_that_is_put_back_is_booked(cast: Cast) -> None:
    a_card(cast, cast.ellen)
    made = agreed(cast)
    do(except_day, cast.bo, made, WEDNESDAYS[1], reason="visitors")
    night()
    do(keep_day, cast.bo, made, WEDNESDAYS[1])
    night(MONDAY + timedelta(hours=1))
    assert days(cast) == WEDNESDAYS


def test_two_agreements_never_share_time(cast: Cast) -> None:
    a_card(cast, cast.ellen)
    agreed(cast)
    with pytest.raises(Refused) as refused:
        agreed(cast, starts=time(10, 29))
    assert refused.value.rule == "agreed_already"
    agreed(cast, starts=time(10, 30))


def test_the_end_is_never_moved_ahead(cast: Cast) -> None:
    a_card(cast, cast.ellen)
    made = agreed(cast, until_on=WEDNESDAYS[1])
    with pytest.raises(Refused) as refused:
        do(end_agreement, cast.bo, made, WEDNESDAYS[2])
    assert refused.value.rule == "ends_already"


def test_what_the_card_cannot_pay_becomes_a_task(cast: Cast) -> None:
    a_card(cast, cast.ellen, 70)
    made = agreed(cast)
    night()
    with acting_for(HOME):
        refused = [one.refused_by for one in days_tried(made, TODAY)]
        tasks = [task.rule for task, _citizen_id in open_tasks()]
    assert days(cast) == WEDNESDAYS[:2]
    assert refused == [None, None, "balance", "balance"]
    assert tasks == ["agreement.balance", "agreement.balance"]


def test_a_day_that_is_left_out_is_not_booked(cast: Cast) -> None:
    a_card(cast, cast.ellen)
    made = agreed(cast)
    do(except_day, cast.bo, made, WEDNESDAYS[1], reason="visitors")
    night()
    assert days(cast) == [WEDNESDAYS[0], *WEDNESDAYS[2:]]


def test_changing_takes_the_notice_that_the_scheme_asks_for(cast: Cast) -> None:
    week = Notice(agreement_change=Span(7, Unit.DAYS))
    a_card(cast, cast.ellen, terms=replace(DECIDED, notice=week))
    made = agreed(cast)
    with pytest.raises(Refused) as refused:
        do(except_day, cast.bo, made, FIRST, reason="visitors")
    assert refused.value.rule == "notice"
    do(except_day, cast.bo, made, WEDNESDAYS[1], reason="visitors")


def test_every_second_week_counts_from_the_first(cast: Cast) -> None:
    a_card(cast, cast.ellen)
    agreed(cast, every_weeks=2)
    night()
    assert days(cast) == WEDNESDAYS[::2]


def test_after_the_end_nothing_is_booked(cast: Cast) -> None:
    a_card(cast, cast.ellen)
    made = agreed(cast)
    do(end_agreement, cast.bo, made, WEDNESDAYS[1])
    night()
    assert days(cast) == WEDNESDAYS[:2]


def test_nobody_agrees_without_a_card(cast: Cast) -> None:
    with pytest.raises(Refused):
        agreed(cast)
