"""The real history as lives that can be replayed."""

from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import event

from klippekort.citizens.services.absences import record_absence
from klippekort.domain.calendar import COPENHAGEN
from klippekort.domain.lab.events import Event, Happening
from klippekort.domain.lab.town import Days, History, lived, total
from klippekort.domain.schemes import Setting
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.tenancy import acting_for
from klippekort.punchcards.services.balances import OpeningLot, carry_over
from klippekort.reports.queries.history import histories, holders
from klippekort.trips.models import TripEvent
from klippekort.waiting.services.standing import StandingFacts, agree_standing
from tests.cast import AWAY, HOME, Cast
from tests.integration.laboratory.arrange import (
    FIRST_DAY,
    NOW,
    PAUSED,
    a_card,
    a_pause,
    a_scheme,
    a_trip,
    an_absence,
    rules,
)
from tests.integration.waiting.arrange import a_series, run

DAYS = Days(date(2026, 10, 1), date(2026, 11, 22))
TUESDAY = datetime(2026, 10, 20, 10, tzinfo=COPENHAGEN)


@pytest.fixture
def card(cast: Cast) -> UUID:
    return a_card(cast, cast.ellen, a_scheme(cast))


def life_of(citizen_id: UUID, municipality: int = HOME) -> History:
    with acting_for(municipality):
        db.session.rollback()
        return histories("own_home", [citizen_id], DAYS)[0]


def only(life: History, kind: Happening) -> list[Event]:
    return [event for event in life.events if event.event is kind]


def test_a_card_is_a_grant_from_its_first_day(cast: Cast, card: UUID) -> None:
    grant = only(life_of(cast.ellen), Happening.GRANT)[0]
    assert (grant.on, grant.until, grant.minutes) == (FIRST_DAY, None, None)


def test_a_trip_that_was_made_is_an_order_and_what_it_took(cast: Cast, card: UUID) -> None:
    ordered = TUESDAY - timedelta(days=4)
    a_trip(card, cast.ellen, TUESDAY, minutes=75, ordered=ordered, escorts=(cast.bo, cast.mia))
    life = life_of(cast.ellen)
    trip, done = only(life, Happening.TRIP)[0], only(life, Happening.DONE)[0]
    assert (trip.at, trip.ordered, trip.minutes, trip.travel) == (TUESDAY, ordered, 75, 20)
    assert (trip.helpers, trip.citizens, done.minutes) == (2, 1, 75)


def test_a_cancelled_trip_says_who_cancelled_and_when(cast: Cast, card: UUID) -> None:
    when = TUESDAY - timedelta(hours=5)
    told = TripEvent(kind="cancelled", at=when, details={"cause": "host"})
    a_trip(card, cast.ellen, TUESDAY, state="cancelled", ended=told)
    gone = only(life_of(cast.ellen), Happening.CANCEL)[0]
    assert (gone.by, gone.at) == ("host", when)


def test_an_infection_is_a_cause_of_its_own(cast: Cast, card: UUID) -> None:
    details = {"cause": "weather", "reason": "infection"}
    told = TripEvent(kind="cancelled", at=TUESDAY, details=details)
    a_trip(card, cast.ellen, TUESDAY, state="cancelled", ended=told)
    assert only(life_of(cast.ellen), Happening.CANCEL)[0].by == "infection"


def test_an_imported_trip_was_ordered_in_good_time(cast: Cast, card: UUID) -> None:
    start = datetime(2026, 11, 20, 10, tzinfo=COPENHAGEN)
    a_trip(card, cast.ellen, start, ordered=NOW)
    assert only(life_of(cast.ellen), Happening.TRIP)[0].ordered == start - timedelta(weeks=4)


def test_an_absence_is_known_from_its_first_day(cast: Cast, card: UUID) -> None:
    an_absence(cast.ellen, date(2026, 10, 12), date(2026, 10, 14))
    away = only(life_of(cast.ellen), Happening.ABSENCE)[0]
    assert (away.kind, away.on, away.until) == ("hospital", date(2026, 10, 12), date(2026, 10, 14))
    assert away.known_on == away.on


def test_a_scheme_that_stood_still_stands_still_in_a_life(cast: Cast, card: UUID) -> None:
    a_pause(card, date(2026, 10, 12), date(2026, 10, 18))
    stood = only(life_of(cast.ellen), Happening.PAUSE)
    assert [(one.on, one.until) for one in stood] == [(date(2026, 10, 12), date(2026, 10, 18))]


def test_time_that_was_brought_along_comes_as_a_correction(cast: Cast, card: UUID) -> None:
    lot = OpeningLot(90, date(2026, 10, 6), None)
    with acting_for(HOME):
        execute(carry_over, cast.asta, card, [lot], now=NOW)
    assert [one.minutes for one in only(life_of(cast.ellen), Happening.ADJUST)] == [90]


def test_the_real_ledger_is_summed_beside_the_life(cast: Cast, card: UUID) -> None:
    weeks = (DAYS.until_on - FIRST_DAY).days // 7 + 1
    assert lived([life_of(cast.ellen)], DAYS).minutes("given") == 30 * weeks


def test_the_rules_a_card_really_had_give_what_it_really_got(cast: Cast, card: UUID) -> None:
    life = life_of(cast.ellen)
    replayed, really = total([life], rules(), DAYS), lived([life], DAYS)
    assert replayed.months == really.months


def test_a_stay_that_was_told_late_counts_once(cast: Cast) -> None:
    a_card(cast, cast.ellen, a_scheme(cast, text=PAUSED))
    first, last = date(2026, 10, 19), date(2026, 11, 1)
    with acting_for(HOME):
        execute(record_absence, cast.karen, cast.ellen, "hospital", first, last, NOW)
    life = life_of(cast.ellen)
    replayed, really = total([life], rules(PAUSED), DAYS), lived([life], DAYS)
    assert only(life, Happening.ADJUST) == []
    assert replayed.months == really.months


def test_only_those_with_a_card_in_the_setting_are_there(cast: Cast, card: UUID) -> None:
    elsewhere = a_scheme(cast, name="Plejehjem", setting=Setting.CARE_HOME)
    a_card(cast, cast.poul, elsewhere)
    with acting_for(HOME):
        assert (list(holders("own_home")), list(holders("care_home"))) == (
            [cast.ellen],
            [cast.poul],
        )


def test_the_other_municipality_has_its_own_history(cast: Cast, card: UUID) -> None:
    with acting_for(AWAY):
        db.session.rollback()
        assert list(holders("own_home")) == []
        assert histories("own_home", [cast.ellen], DAYS)[0].events == ()


def test_two_citizens_take_as_many_queries_as_one(cast: Cast) -> None:
    scheme = a_scheme(cast)
    people = [cast.ellen, cast.poul]
    for number, citizen_id in enumerate(people):
        card = a_card(cast, citizen_id, scheme)
        a_trip(card, citizen_id, TUESDAY + timedelta(days=number), escorts=(cast.bo,))
    assert _queries(people) == _queries(people[:1])


def _queries(people: list[UUID]) -> int:
    asked: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    with acting_for(HOME):
        db.session.rollback()
        db.session.connection()
        engine = db.engine
        event.listen(engine, "before_cursor_execute", note)
        histories("own_home", people, DAYS)
        event.remove(engine, "before_cursor_execute", note)
    return len([statement for statement in asked if statement.lower().startswith("select")])


def test_a_life_knows_the_part_of_the_day_of_the_standing_wish_agreed_first(
    cast: Cast, card: UUID
) -> None:
    assert life_of(cast.ellen).day_part == "any"
    for days, part in ((3, "morning"), (1, "evening")):
        wanted = StandingFacts(a_series([date(2026, 12, 2)]), 2, day_part=part)
        run(agree_standing, cast.bo, cast.ellen, wanted, now=NOW - timedelta(days=days))
    assert life_of(cast.ellen).day_part == "morning"
