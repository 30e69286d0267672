"""A scheme's year in kroner, a supplier's month in minutes, and time about to lapse."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from klippekort.budgets import services
from klippekort.budgets.queries import lapsing
from klippekort.budgets.queries.outings import group_costs, outings
from klippekort.budgets.queries.prices import prices_of
from klippekort.budgets.queries.statement import statement
from klippekort.budgets.queries.years import Year, years_of
from klippekort.citizens.services.leaving import Leaving, register_leaving
from klippekort.domain.errors import Forbidden
from klippekort.domain.groups.anonymity import Anonymity
from klippekort.domain.schemes import AtEnd, Ending
from klippekort.domain.trips import CancelReason, Cause
from klippekort.groups.models import GroupMeeting, SupportGroup
from klippekort.platform.db import db
from klippekort.punchcards.queries.prices import hour_price
from klippekort.punchcards.services import changes
from klippekort.trips.models import Trip
from klippekort.trips.services.cancelling import cancel_trip
from klippekort.trips.services.keeping import finish_trip
from tests.builders import DECIDED, MONDAY, a_card, a_scheme, a_shift, a_trip, an_occurrence
from tests.cast import Cast
from tests.integration.activities.looking import faults_at
from tests.integration.budgets.conftest import Browse
from tests.integration.groups.arrange import a_group, a_place, here, press, run

TODAY = date(2026, 11, 24)
PLAY = datetime(2026, 11, 23, 13, 0, tzinfo=UTC)
HOUR = 45_000


@dataclass
class Town:
    """A scheme; Ellen was out on Monday, and goes again on Wednesday."""

    scheme_id: UUID
    card_id: UUID
    made: UUID
    booked: UUID
    minutes: int


@pytest.fixture
def town(cast: Cast) -> Town:
    scheme_id = a_scheme()
    card_id = a_card(cast, cast.ellen, scheme_id=scheme_id)
    for day in (PLAY.date(), PLAY.date() + timedelta(days=2)):
        a_shift(cast.bo, day)
    made = a_trip(cast.bo, cast.ellen, an_occurrence(PLAY), cast.bo)
    later = an_occurrence(PLAY + timedelta(days=2), title="Dans")
    booked = a_trip(cast.bo, cast.ellen, later, cast.bo)
    run(
        finish_trip,
        cast.bo,
        made,
        started_at=PLAY - timedelta(minutes=10),
        ended_at=PLAY + timedelta(minutes=90),
        now=PLAY + timedelta(hours=2),
    )
    run(services.set_price, cast.ada, scheme_id, date(2026, 1, 1), HOUR, now=MONDAY)
    return Town(scheme_id, card_id, made, booked, 100)


def year_of(town: Town, year: int = 2026, today: date = TODAY) -> Year:
    found: list[Year] = here(years_of, [town.scheme_id], year, today)
    return found[0]


def test_what_was_spent_costs_the_price_of_its_day(town: Town, cast: Cast):
    run(services.set_price, cast.ada, town.scheme_id, date(2026, 11, 24), 90_000, now=MONDAY)
    used = year_of(town).used
    assert (used.minutes, used.oere) == (town.minutes, 75_000)


def test_a_price_set_again_for_the_same_day_is_written_over(town: Town, cast: Cast):
    run(services.set_price, cast.ada, town.scheme_id, date(2026, 1, 1), 60_000, now=MONDAY)
    assert [one.oere for one in here(prices_of, town.scheme_id)] == [60_000]


def test_booked_trips_are_committed_and_not_used(town: Town):
    found = year_of(town)
    assert found.committed.minutes == 110
    assert found.committed.oere == 82_500


def test_without_weeks_to_go_by_the_year_comes_to_what_is_booked(town: Town):
    found = year_of(town)
    assert found.forecast.middle == found.used.oere + found.committed.oere


def test_districts_and_suppliers_add_up_to_the_year(town: Town):
    found = year_of(town)
    for parts in (found.districts, found.suppliers):
        assert sum(part.used.oere for part in parts) == found.used.oere
        spent = sum(part.used.oere + part.ahead for part in parts)
        assert spent == found.forecast.middle


def test_an_outing_costs_what_its_minutes_do(town: Town):
    found = here(outings, town.scheme_id, 2026, here(prices_of, town.scheme_id))
    assert [(one.title, one.outings, one.amount.oere) for one in found] == [("Kortspil", 1, 75_000)]


def test_anonymous_groups_are_only_counted(town: Town, cast: Cast):
    named, quiet = _held_groups(cast, town)
    found = here(group_costs, town.scheme_id, 2026, here(prices_of, town.scheme_id))
    assert [(one.name, one.meetings, one.amount.oere) for one in found.named] == [
        (named, 1, 75_000)
    ]
    assert found.others == 1
    assert quiet not in str(found)


def _held_groups(cast: Cast, town: Town) -> tuple[str, str]:
    """Hold a meeting of a group with names and of one without, where Ellen went on Monday."""
    names = ("Onsdagsgruppen", "Torsdagsgruppen")
    forms = (("self_help", names[0]), ("leaderless", names[1]))
    place_id = a_place()
    groups = [a_group(cast, form, name=name, place_id=place_id) for form, name in forms]

    def hold() -> None:
        trip = db.session.scalars(select(Trip).filter_by(id=town.made)).one()
        trip.occurrence_id, trip.address, trip.postcode = None, "Kirkevej 3", "4681"
        for group_id, anonymity in zip(groups, Anonymity, strict=False):
            group = db.session.scalars(select(SupportGroup).filter_by(id=group_id)).one()
            group.anonymity = anonymity
            db.session.add(
                GroupMeeting(
                    group_id=group_id,
                    number=99,
                    starts_at=PLAY,
                    ends_at=PLAY + timedelta(minutes=90),
                    state="held",
                    head_count=4,
                )
            )

    run(hold)
    return names


def test_a_grant_that_is_spent_is_told_in_words(browse: Browse, cast: Cast, town: Town):
    run(services.set_grant, cast.ada, town.scheme_id, 2026, 100, now=MONDAY)
    assert "status-bad" in browse(cast.karen).get(f"/penge/{town.scheme_id}").text


def test_the_administrator_sets_price_and_grant_on_the_page(browse: Browse, cast: Cast, town: Town):
    ada, page = browse(cast.ada), f"/penge/{town.scheme_id}"
    key = "0190c8a0-0000-4000-8000-000000000001"
    data = {"price-key": key, "price-oere": "512,50", "price-from_on": "2026-12-01"}
    assert ada.post(f"{page}/priser", data=data).status_code == 303
    data = {"grant-key": key[:-1] + "2", "grant-oere": "120.000"}
    assert ada.post(f"{page}/bevilling?aar=2026", data=data).status_code == 303
    assert here(prices_of, town.scheme_id)[-1].oere == 51_250
    assert year_of(town).grant == 12_000_000


def test_a_price_of_nothing_is_refused_and_kept_in_the_field(
    browse: Browse, cast: Cast, town: Town
):
    key = "0190c8a0-0000-4000-8000-000000000001"
    data = {"price-key": key, "price-oere": "9000", "price-from_on": "2026-12-01"}
    answer = browse(cast.ada).post(f"/penge/{town.scheme_id}/priser", data=data)
    assert answer.status_code == 422
    assert "9000" in answer.text


def test_a_planner_sets_no_price(cast: Cast, town: Town):
    with pytest.raises(Forbidden):
        run(services.set_price, cast.ida, town.scheme_id, TODAY, HOUR, now=MONDAY)


PAGES = ["", "/{scheme}", "/{scheme}/priser", "/opgoerelse?maaned=2026-11", "/bortfald"]


@pytest.mark.parametrize(
    "part", [*PAGES, "/bortfald/borgere?uger=8&kun=uden-tur", "/bortfald/pladser?uger=4"]
)
def test_pages_are_as_pages_should_be(browse: Browse, cast: Cast, town: Town, part: str):
    address = f"/penge{part.format(scheme=town.scheme_id)}"
    assert faults_at(browse(cast.karen), address) == []


def test_a_preview_tells_kroner_beside_minutes(browse: Browse, cast: Cast, town: Town):
    draft = (cast.karen, town.scheme_id, DECIDED)
    run(changes.keep_terms, *draft, now=MONDAY)
    first = here(changes.first_day, town.scheme_id, TODAY)
    run(
        changes.set_first_day,
        cast.karen,
        town.scheme_id,
        first,
        DECIDED.change.saved_time,
        now=MONDAY,
    )
    page = browse(cast.karen).get(f"/ordninger/{town.scheme_id}/aendring/virkning")
    assert page.status_code == 200
    assert "kr." in page.text or "DKK" in page.text


def test_the_cards_ask_for_the_price_of_a_day(town: Town):
    assert here(hour_price, town.scheme_id, date(2026, 3, 1)) == HOUR
    assert here(hour_price, town.scheme_id, date(2025, 3, 1)) is None


def test_a_suppliers_month_has_a_line_for_each_citizen(cast: Cast, town: Town):
    found = here(statement, cast.supplier, date(2026, 11, 1))
    assert [(line.initials, line.trips, line.minutes) for line in found.lines] == [
        ("ES", 1, town.minutes)
    ]


def cancel(cast: Cast, town: Town, cause: Cause, reason: CancelReason) -> None:
    """Cancel the trip that is booked."""
    run(cancel_trip, cast.karen, town.booked, cause=cause, reason=reason, now=MONDAY)


def test_what_the_supplier_cancelled_stands_in_its_month(cast: Cast, town: Town):
    cancel(cast, town, Cause.SUPPLIER, CancelReason.HELPER_ILL)
    assert here(statement, cast.supplier, date(2026, 11, 1)).cancelled == 1


def test_what_the_citizen_cancelled_is_not_the_suppliers(cast: Cast, town: Town):
    cancel(cast, town, Cause.CITIZEN, CancelReason.ILL)
    assert here(statement, cast.supplier, date(2026, 11, 1)).cancelled == 0


def test_another_suppliers_month_is_empty(cast: Cast, town: Town):
    assert here(statement, cast.private_supplier, date(2026, 11, 1)).lines == []


def test_a_planner_sees_their_own_suppliers_month_alone(browse: Browse, cast: Cast, town: Town):
    ida = browse(cast.ida)
    assert "ES" in ida.get("/penge/opgoerelse?maaned=2026-11").text
    other = f"/penge/opgoerelse?maaned=2026-11&leverandoer={cast.private_supplier}"
    assert ida.get(other).status_code == 403


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_month_comes_as_a_file(browse: Browse, cast: Cast, town: Town, ending: str):
    answer = browse(cast.ida).get(f"/penge/opgoerelse.{ending}?maaned=2026-11")
    assert answer.headers["Content-Disposition"].endswith(f'2026-11.{ending}"')
    assert len(answer.data) > 20


def test_lapsing_time_is_counted_by_weeks_ahead(town: Town, cast: Cast):
    # 100 minutes to the 14th of December and 200 to the 4th of January; the trips took the oldest.
    found: list[Any] = here(lapsing.losses, TODAY)
    assert [(one.citizen_id, one.minutes) for one in found] == [(cast.ellen, {4: 0, 8: 90, 13: 90})]


def test_nobody_is_told_to_ask_one_who_has_died(cast: Cast):
    a_card(cast, cast.ellen, terms=replace(DECIDED, ending=Ending(death=AtEnd.UNDECIDED)))
    assert here(lapsing.losses, TODAY) != []
    died = Leaving("died", MONDAY.date(), "relative")
    run(register_leaving, cast.karen, cast.ellen, died, now=MONDAY)
    assert here(lapsing.losses, TODAY) == []


def test_a_figure_opens_into_the_citizens_behind_it(browse: Browse, cast: Cast, town: Town):
    karen: FlaskClient = browse(cast.karen)
    north = f"/penge/bortfald/borgere?uger=8&distrikt={cast.north}"
    south = f"/penge/bortfald/borgere?uger=8&distrikt={cast.south}"
    assert "Ellen" in karen.get(north).text
    assert "Ellen" not in karen.get(south).text


def test_an_unknown_horizon_is_not_found(browse: Browse, cast: Cast):
    assert browse(cast.karen).get("/penge/bortfald/borgere?uger=5").status_code == 404


def test_whoever_has_a_trip_is_not_among_those_to_ask(browse: Browse, cast: Cast, town: Town):
    page = browse(cast.karen).get("/penge/bortfald/borgere?uger=8&kun=uden-tur").text
    assert "Ellen" not in page


def test_free_seats_are_those_of_dates_to_come(town: Town, cast: Cast):
    found = here(lapsing.free_seats, MONDAY + timedelta(days=1), date(2026, 12, 31))
    assert [(one.title, one.seats) for one in found] == [("Dans", 9)]


def test_a_care_worker_sees_no_money(browse: Browse, cast: Cast):
    assert browse(cast.bo).get("/penge").status_code == 403


def test_a_price_is_taken_away(browse: Browse, cast: Cast, town: Town):
    press(browse(cast.ada), f"/penge/{town.scheme_id}/priser/2026-01-01/fjern")
    assert here(prices_of, town.scheme_id) == []
