"""What volunteers lay out and drive, and their year."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from klippekort.domain.calendar import local_day
from klippekort.domain.errors import Forbidden, NotFound, Stale
from klippekort.domain.hosting import Statement
from klippekort.domain.permissions import Actor, Role
from klippekort.hosting.queries.expenses import expenses
from klippekort.hosting.queries.log import hosting_between, statement_of, totals
from klippekort.hosting.services import (
    MILEAGE,
    NoRate,
    NotThen,
    Outlay,
    claim,
    confirm_as_planned,
    decide_claim,
    offer_dates,
    set_hosting,
    take_claim_back,
)
from klippekort.platform.tenancy import acting_for
from tests.cast import AWAY, Cast
from tests.integration.activities.arrange import FOUR, NOW, TWO, do, read, seat
from tests.integration.hosting.arrange import a_volunteer, tuesdays, viggo_of

TODAY = local_day(NOW)
COFFEE = Outlay("food", TODAY, oere=4550)
DRIVE = Outlay(MILEAGE, TODAY, km=12)
AFTER = FOUR + timedelta(minutes=5)


def a_claim(cast: Cast, outlay: Outlay = COFFEE) -> UUID:
    """Let Viggo claim something back."""
    return UUID(do(claim, cast.viggo, viggo_of(cast), outlay, now=NOW))


def states(cast: Cast) -> list[str]:
    """Return where Viggo's claims are."""
    return [line.state for line in read(expenses, viggo_of(cast), from_on=TODAY)]


def year(cast: Cast) -> Statement:
    """Return Viggo's year."""
    found: Statement = read(statement_of, viggo_of(cast), TODAY.year)
    return found


def test_a_claim_waits_for_the_coordinator(cast: Cast) -> None:
    claim_id = a_claim(cast)
    assert states(cast) == ["claimed"]
    do(decide_claim, cast.karen, claim_id, is_yes=True, now=NOW)
    assert states(cast) == ["approved"]


def test_a_claim_is_decided_once(cast: Cast) -> None:
    claim_id = a_claim(cast)
    do(decide_claim, cast.karen, claim_id, is_yes=False, now=NOW)
    with pytest.raises(Stale):
        do(decide_claim, cast.karen, claim_id, is_yes=True, now=NOW)


def test_nobody_approves_their_own(cast: Cast) -> None:
    claim_id = a_claim(cast)
    with pytest.raises(Forbidden):
        do(decide_claim, cast.viggo, claim_id, is_yes=True, now=NOW)


def test_a_claim_is_taken_back_by_its_owner_alone(cast: Cast) -> None:
    claim_id, dora = a_claim(cast), a_volunteer("Dora Dam")
    with pytest.raises(Forbidden):
        do(take_claim_back, dora.actor, claim_id, now=NOW)
    do(take_claim_back, cast.viggo, claim_id, now=NOW)
    assert states(cast) == ["withdrawn"]


def test_driving_is_paid_at_the_rate_the_municipality_set(cast: Cast) -> None:
    do(set_hosting, cast.karen, km_rate_oere=228, counts_only=[])
    a_claim(cast, DRIVE)
    (line,) = read(expenses, viggo_of(cast), from_on=TODAY)
    assert (line.km, line.oere) == (12, 2736)


def test_without_a_rate_driving_is_not_paid(cast: Cast) -> None:
    with pytest.raises(NoRate):
        a_claim(cast, DRIVE)


@pytest.mark.parametrize("day", [TODAY + timedelta(days=1), TODAY - timedelta(days=401)])
def test_an_expense_is_of_the_last_year(cast: Cast, day: date) -> None:
    with pytest.raises(NotThen):
        a_claim(cast, Outlay("food", day, oere=100))


def test_a_coordinator_claims_for_somebody_who_called(cast: Cast) -> None:
    do(claim, cast.karen, viggo_of(cast), COFFEE, now=NOW)
    assert states(cast) == ["claimed"]


def test_the_year_tells_of_times_guests_and_what_was_paid(cast: Cast) -> None:
    date_id = tuesdays(cast)[0]
    seat(cast, date_id, cast.ellen)
    do(confirm_as_planned, cast.viggo, date_id, now=AFTER)
    do(decide_claim, cast.karen, a_claim(cast), is_yes=True, now=NOW)
    a_claim(cast, Outlay("parking", TODAY, oere=2000))
    told = year(cast)
    assert (told.times, told.minutes, told.guests) == (1, 120, 1)
    assert told.expense_oere == 4550


def test_two_hosts_of_one_date_are_named_together_and_its_guests_counted_once(
    cast: Cast,
) -> None:
    date_id, dora = tuesdays(cast)[0], a_volunteer("Dora Dam")
    do(offer_dates, cast.karen, dora.id, [date_id], now=NOW)
    seat(cast, date_id, cast.ellen)
    for host in (cast.viggo, dora.actor):
        do(confirm_as_planned, host, date_id, now=AFTER)
    lines = read(hosting_between, TWO, FOUR)
    assert [(line.volunteer, line.together) for line in lines] == [
        ("Dora Dam", ("Viggo Vang",)),
        ("Viggo Vang", ("Dora Dam",)),
    ]
    (total,) = totals(lines, "activity")
    assert (total.times, total.minutes, total.guests) == (2, 240, 1)
    assert [one.name for one in totals(lines, "association")] == ["", "Kortklubben"]


def test_the_next_municipality_has_none_of_it(cast: Cast) -> None:
    claim_id = a_claim(cast)
    with acting_for(AWAY):
        assert expenses(from_on=TODAY) == []
        with pytest.raises(NotFound):
            statement_of(viggo_of(cast), TODAY.year)
        with pytest.raises(NotFound):
            decide_claim(Actor(AWAY, Role.COORDINATOR), claim_id, is_yes=True, now=NOW)
