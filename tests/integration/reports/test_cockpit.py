"""The cockpit, its lists, the yearly report and the data sets, as people meet them."""

import json
from datetime import date, timedelta
from io import BytesIO
from uuid import UUID
from zipfile import ZipFile

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from klippekort.citizens.services.leaving import Leaving, register_leaving, undo_leaving
from klippekort.domain.reporting.periods import parse
from klippekort.platform import clock
from klippekort.platform.audit import AuditCitizen
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.tenancy import acting_for
from klippekort.reports.jobs import count_months, make_report
from klippekort.reports.queries import cockpit as queries
from klippekort.reports.services import cockpit, yearly
from klippekort.reports.views.yearly import paper
from klippekort.trips.models import Trip, TripEvent, TripRider
from klippekort.waiting.models import Wish
from tests.builders import a_card
from tests.cast import HOME, Cast, make_citizen
from tests.login import log_in

CASES = 6


def out(citizens: list[UUID], day: date, state: str = "completed", **details: object) -> None:
    """Let each citizen have been on a trip of their own on a day, or not, for a reason."""
    start = parse(f"{day:%Y-%m}").instants[0] + timedelta(days=day.day - 1, hours=10)

    def add() -> None:
        for citizen in citizens:
            trip = Trip(
                destination="Kortklub",
                starts_at=start,
                ends_at=start + timedelta(hours=1),
                travel_minutes=0,
                transport="walk",
                state=state,
                booked_at=start,
            )
            db.session.add(trip)
            db.session.flush()
            db.session.add(
                TripRider(
                    trip_id=trip.id,
                    citizen_id=citizen,
                    starts_at=start,
                    ends_at=trip.ends_at,
                    is_active=False,
                    state=state,
                    planned_minutes=60,
                    agreed_how="said",
                )
            )
            if details:
                told = {**details, "citizen": None}
                db.session.add(TripEvent(trip_id=trip.id, kind=state, at=start, details=told))

    with acting_for(HOME):
        execute(add)


def crowd(cast: Cast, supplier: UUID, district: UUID, count: int = CASES) -> list[UUID]:
    """Add citizens of a supplier in a district."""
    with acting_for(HOME):
        made: list[UUID] = execute(
            lambda: [
                make_citizen("Inger", f"Kær {n}", supplier=supplier, district=district)
                for n in range(count)
            ]
        )
    return made


@pytest.fixture
def told(cast: Cast) -> dict[str, list[UUID]]:
    """Six out in the north with the municipal supplier, two in the south with the private one."""
    today = clock.today().replace(day=1)
    north = crowd(cast, cast.supplier, cast.north)
    south = crowd(cast, cast.private_supplier, cast.south, 2)
    out(north, today)
    out(south, today)
    out(north, today, "cancelled", cause="supplier", reason="helper_ill")
    return {"north": north, "south": south}


def test_figures_are_counted_and_a_small_district_takes_the_other_with_it(
    client: FlaskClient, cast: Cast, told: dict[str, list[UUID]]
) -> None:
    log_in(client, cast.karen)
    page = client.get("/pejlemaerker").text
    assert ": 8</h3>" in page
    with acting_for(HOME):
        seen = cockpit.see(cast.karen, cockpit.Cut(parse(str(clock.today().year))), now=clock.now())
    trips = seen.figures.of("trips.made")
    year = str(clock.today().year)
    assert trips.get(year) == 8
    assert trips.get(year, str(cast.north)) is None
    assert trips.get(year, str(cast.south)) is None


def test_a_cause_is_told_and_what_was_kept_at_night_is_the_same(
    cast: Cast, told: dict[str, list[UUID]]
) -> None:
    a_card(cast, told["north"][0], now=clock.now())
    today, year = clock.today(), str(clock.today().year)
    with acting_for(HOME):
        live = queries.count(parse(year).months)
        execute(cockpit.keep_months, live, today, now=clock.now())
        kept = queries.stored(date(today.year, 1, 1), today)
        seen = cockpit.see(cast.karen, cockpit.Cut(parse(year)), now=clock.now())
    assert sorted(map(repr, kept)) == sorted(map(repr, live))
    assert seen.figures.of("trips.not_made").get(year, cut="supplier:helper_ill") == CASES
    assert any(one.measure == "minutes.given" and one.amount == 300 for one in live)


def test_an_offer_nobody_said_yes_to_is_no_trip_that_was_not_made(
    client: FlaskClient, cast: Cast, told: dict[str, list[UUID]]
) -> None:
    out(told["north"][:1], clock.today(), "turned_down")

    def hold() -> None:
        (trip,) = db.session.scalars(select(Trip).filter_by(state="turned_down"))
        at = trip.starts_at - timedelta(days=2)
        db.session.add(TripEvent(trip_id=trip.id, kind="held", at=at, details={}))

    def say_yes() -> None:
        (trip,) = db.session.scalars(select(Trip).filter_by(state="turned_down"))
        at = trip.starts_at - timedelta(days=1)
        db.session.add(TripEvent(trip_id=trip.id, kind="booked", at=at, details={}))

    year = str(clock.today().year)
    listed = f"/pejlemaerker/bag/trips.not_made?periode={year}"
    log_in(client, cast.karen)
    for change, number in ((hold, CASES), (say_yes, CASES + 1)):
        with acting_for(HOME):
            execute(change)
            counts = queries.count([clock.today().replace(day=1)])
        amounts = [one.amount for one in counts if one.measure == "trips.not_made"]
        assert sum(amounts) == number
        assert f"1–{number} / {number}" in client.get(listed).text


def test_a_death_that_is_undone_leaves_no_trace_in_the_figures(cast: Cast) -> None:
    now, today = clock.now(), clock.today()
    a_card(cast, cast.ellen, now=now)
    months = [today.replace(day=1)]
    with acting_for(HOME):
        before = queries.count(months)
        facts = Leaving("died", today, "relative")
        leaving = UUID(execute(register_leaving, cast.karen, cast.ellen, facts, now=now))
        during = queries.count(months)
        execute(undo_leaving, cast.karen, leaving, now=now)
        after = queries.count(months)
    assert {one.measure for one in during} > {one.measure for one in before}
    assert sorted(map(repr, after)) == sorted(map(repr, before))


def test_a_list_holds_what_its_figure_counts_until_this_month_is_over(
    client: FlaskClient, cast: Cast, told: dict[str, list[UUID]]
) -> None:
    this_month = clock.today().replace(day=1)
    out(told["north"][:1], (this_month + timedelta(days=32)).replace(day=1), "cancelled")
    log_in(client, cast.karen)
    page = client.get(f"/pejlemaerker/bag/trips.not_made?periode={this_month.year}").text
    assert f"1–{CASES} / {CASES}" in page


def test_a_chart_with_months_kept_back_says_so(
    client: FlaskClient, cast: Cast, told: dict[str, list[UUID]]
) -> None:
    log_in(client, cast.karen)
    page = client.get(f"/pejlemaerker?distrikt={cast.south}").text
    chart = page[page.index('<figure class="month-chart">') : page.index("</figure>")]
    assert 'class="legend"' in chart
    assert 'stroke-dasharray="4 4"' not in chart  # there is no top where nothing is shown
    assert ">0<" not in chart


def test_amounts_stand_under_a_heading_for_amounts(
    client: FlaskClient, cast: Cast, told: dict[str, list[UUID]]
) -> None:
    page = log_in(client, cast.karen).get("/pejlemaerker").text
    assert ">Antal<" in page
    assert "Nummer" not in page


def test_data_and_tables_do_not_tell_where_the_few_are(
    client: FlaskClient, cast: Cast, told: dict[str, list[UUID]]
) -> None:
    out(told["south"][:1], clock.today(), "cancelled", cause="weather", reason="weather")
    log_in(client, cast.karen)
    days = {"from_on": f"{clock.today().year}-01-01", "until_on": f"{clock.today()}"}
    sent = {**days, "kind": "json", "name": "pejlemaerker", "key": str(UUID(int=14))}
    rows = json.loads(client.post("/udtraek", data=sent).data)
    assert [row["amount"] for row in rows if row["kind"] == "supplier/"][:1] == [CASES]
    for row in rows:
        if row["district"] or row["supplier"] or row["kind"]:
            assert row["amount"]
            assert not row["is_kept_back"]
    assert "Vejret" not in client.get("/pejlemaerker").text


def test_a_planner_sees_their_own_supplier_alone(
    client: FlaskClient, cast: Cast, told: dict[str, list[UUID]]
) -> None:
    log_in(client, cast.ida)
    path = f"/pejlemaerker?leverandoer={cast.private_supplier}"
    assert client.get(path).status_code == 200
    listed = client.get("/pejlemaerker/bag/trips.made").text
    assert str(told["north"][0]) in listed
    assert str(told["south"][0]) not in listed


def test_a_list_behind_a_figure_is_on_record(
    client: FlaskClient, cast: Cast, told: dict[str, list[UUID]]
) -> None:
    log_in(client, cast.karen)
    for code in ("trips.made", "trips.first", "trips.not_made", "minutes.used", "reach"):
        assert client.get(f"/pejlemaerker/bag/{code}").status_code == 200
    db.session.rollback()
    with acting_for(HOME):
        seen = set(db.session.scalars(select(AuditCitizen.citizen_id)))
    assert set(told["north"]) <= seen


@pytest.mark.parametrize("query", ["periode=2026-13", "distrikt=nord", "periode=igår"])
def test_a_filter_that_makes_no_sense_is_told_at_its_field(
    client: FlaskClient, cast: Cast, query: str
) -> None:
    answer = log_in(client, cast.karen).get(f"/pejlemaerker?{query}")
    assert answer.status_code == 422
    assert "form-error-message" in answer.text


def test_a_wish_is_met_within_a_week(cast: Cast) -> None:
    now = clock.now()

    def add() -> None:
        for n, state in enumerate(("met", "unmet")):
            db.session.add(
                Wish(
                    citizen_id=(cast.ellen, cast.poul)[n],
                    state=state,
                    agreed_how="said",
                    made_at=now - timedelta(days=3),
                    closed_at=now,
                    close_reason="no_seat" if n else "booked",
                )
            )

    with acting_for(HOME):
        execute(add)
        counts = queries.count([clock.today().replace(day=1)])
    assert {(one.measure, one.cut) for one in counts} == {
        ("waiting.time", "week"),
        ("waiting.unmet", "no_seat"),
    }


def test_the_yearly_report_is_a_page_a_pdf_and_a_spreadsheet(
    client: FlaskClient, cast: Cast, told: dict[str, list[UUID]]
) -> None:
    year, now = clock.today().year, clock.now()
    with acting_for(HOME):
        report = UUID(execute(yearly.start_report, cast.karen, year, now=now))
    log_in(client, cast.karen)
    assert "progress" in client.get(f"/aarsberetning/{report}").text
    with acting_for(HOME):
        execute(yearly.claim_report, report, now=now)
        make_report(report, paper)
    page = client.get(f"/aarsberetning/{report}")
    assert page.status_code == 200
    assert "Lindeby Kommune" in page.text
    assert client.get(f"/aarsberetning/{report}.pdf").data.startswith(b"%PDF")
    with ZipFile(BytesIO(client.get(f"/aarsberetning/{report}.xlsx").data)) as book:
        assert sum(name.startswith("xl/worksheets/") for name in book.namelist()) == 6


def test_only_one_report_is_made_at_a_time(client: FlaskClient, cast: Cast) -> None:
    with acting_for(HOME):
        execute(yearly.start_report, cast.karen, 2026, now=clock.now())
        with pytest.raises(yearly.ReportUnderWay):
            execute(yearly.start_report, cast.karen, 2026, now=clock.now())


@pytest.mark.parametrize("kind", ["csv", "xlsx", "json"])
@pytest.mark.parametrize("name", ["ture", "kort", "udaekkede-behov", "aktiviteter"])
def test_data_is_fetched_within_reach(
    client: FlaskClient, cast: Cast, told: dict[str, list[UUID]], kind: str, name: str
) -> None:
    log_in(client, cast.karen)
    sent = {"name": name, "from_on": "2026-01-01", "until_on": "2026-12-31", "kind": kind}
    answer = client.post("/udtraek", data={**sent, "key": str(UUID(int=1))})
    assert answer.status_code == 200
    assert "attachment" in answer.headers["Content-Disposition"]


def test_a_planner_fetches_their_own_citizens_alone(
    client: FlaskClient, cast: Cast, told: dict[str, list[UUID]]
) -> None:
    log_in(client, cast.ida)
    days = {"from_on": "2026-01-01", "until_on": "2026-12-31", "kind": "json"}
    sent = {**days, "key": str(UUID(int=2))}
    rows = json.loads(client.post("/udtraek", data={**sent, "name": "ture"}).data)
    assert {row["citizen"] for row in rows} == {str(one) for one in told["north"]}
    assert client.post("/udtraek", data={**sent, "name": "frivilligtimer"}).status_code == 422


@pytest.mark.parametrize("who", ["bo", "viggo", "ada"])
def test_the_cockpit_is_for_those_who_lead(client: FlaskClient, cast: Cast, who: str) -> None:
    log_in(client, getattr(cast, who))
    assert client.get("/pejlemaerker").status_code == 403
    assert client.get("/aarsberetning").status_code == 403
    assert client.get("/udtraek").status_code == 403


def test_how_few_is_set_and_kept_within_reason(app: Flask, client: FlaskClient, cast: Cast) -> None:
    log_in(client, cast.karen)
    wrong = client.post("/pejlemaerker/smaa-tal", data={"fewest": "2", "key": str(UUID(int=3))})
    assert wrong.status_code == 422
    client.post("/pejlemaerker/smaa-tal", data={"fewest": "10", "key": str(UUID(int=4))})
    db.session.rollback()
    with acting_for(HOME):
        assert queries.kept().fewest == 10


def test_a_large_municipality_is_counted_at_night_and_a_small_one_is_not(
    cast: Cast, told: dict[str, list[UUID]], monkeypatch: pytest.MonkeyPatch
) -> None:
    a_card(cast, told["north"][0], now=clock.now())
    with acting_for(HOME):
        for large, is_kept in ((0, True), (queries.LARGE, False)):
            monkeypatch.setattr(queries, "LARGE", large)
            count_months(clock.today(), clock.now())
            assert (queries.kept().first_month is not None) is is_kept
