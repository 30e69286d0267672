"""The demo in the database: proved, true to the day, and something on every page."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from klippekort.accounts.models import (
    Account,
    CareWorker,
    Credential,
    Identity,
    RoleAssignment,
    Shift,
)
from klippekort.accounts.services.secrets import matches
from klippekort.activities.forms import ACCESS, KINDS
from klippekort.activities.models import Activity, Occurrence, Place
from klippekort.citizens.models import Citizen, CitizenContact
from klippekort.citizens.queries.contacts import contacts_of
from klippekort.citizens.queries.sealed import person_number_of
from klippekort.citizens.queries.unsealing import unseal
from klippekort.domain.calendar import COPENHAGEN, day_span, instant
from klippekort.domain.errors import NotFound
from klippekort.domain.permissions import Actor, Role
from klippekort.municipalities.models import Municipality
from klippekort.operations import demo
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.keys import fingerprint
from klippekort.platform.tenancy import acting_for
from klippekort.punchcards.models import CardKey, PunchCard, PunchLot
from klippekort.punchcards.queries import cards
from klippekort.punchcards.services.proof import verify_municipality
from klippekort.trips.models import StandingAgreement, Trip, TripEscort, TripRider
from klippekort.trips.queries.trips import trips_between, trips_of_day
from klippekort.trips.services.agreements import book_day, due_days
from klippekort.waiting.models import StandingWish, Wish
from klippekort.waiting.queries.wishes import words_of
from tests.databases import Stock, Template, rolled_back

SUNDAY = date(2026, 11, 22)
NEW_YEAR = date(2027, 1, 1)
BOTH = (1, 2)


SUNDAY_TOWNS = Stock("sunday_towns", lambda app: demo.load(app, on=SUNDAY, small=True))


@pytest.fixture
def town(template: Template) -> Iterator[Flask]:
    """Both small towns on a Sunday, in a transaction that is thrown away."""
    with rolled_back(template.shared(SUNDAY_TOWNS)) as app:
        yield app


def anna() -> CareWorker:
    found = select(CareWorker).filter_by(name="Anna Holm")
    return db.session.scalars(found).one()


@pytest.mark.parametrize("number", BOTH)
def test_every_card_verifies(town: Flask, number: int):
    with acting_for(number):
        assert verify_municipality() == []


@pytest.mark.parametrize("number", BOTH)
def test_every_card_is_reckoned_through_today(town: Flask, number: int):
    with acting_for(number):
        days = set(db.session.scalars(select(PunchCard.advanced_through)))
    assert days == {SUNDAY}


@pytest.mark.parametrize("number", BOTH)
def test_nobody_is_below_zero(town: Flask, number: int):
    free = PunchLot.granted - PunchLot.held - PunchLot.used - PunchLot.expired
    with acting_for(number):
        assert db.session.scalars(select(func.min(free))).one() >= 0


def test_no_person_number_is_possible(town: Flask):
    with acting_for(1):
        numbers = [person_number_of(citizen) for citizen in db.session.scalars(select(Citizen))]
    assert all(int((number or "0")[:2]) > 60 for number in numbers)


def test_the_care_worker_has_three_trips_even_on_a_sunday(town: Flask):
    with acting_for(1):
        trips = trips_of_day(anna().id, SUNDAY)
    assert [trip.state for trip in trips] == ["booked"] * 3


def test_the_care_workers_trips_lie_within_her_shift(town: Flask):
    start, end = day_span(SUNDAY)
    with acting_for(1):
        worker = anna().id
        found = select(Shift).filter_by(care_worker_id=worker)
        shift = db.session.scalars(found.where(Shift.starts_at.between(start, end))).one()
        trips = trips_of_day(worker, SUNDAY)
    assert all(shift.starts_at <= t.starts_at and t.ends_at <= shift.ends_at for t in trips)


def test_every_escort_of_the_last_weeks_was_at_work(town: Flask):
    since = instant(SUNDAY - timedelta(days=27), time())
    at_work = select(Shift).where(
        Shift.care_worker_id == TripEscort.care_worker_id,
        Shift.starts_at <= TripEscort.starts_at,
        Shift.ends_at >= TripEscort.ends_at,
    )
    with acting_for(1):
        strays = select(TripEscort).where(TripEscort.starts_at >= since, ~at_work.exists())
        assert db.session.scalars(strays).all() == []


def test_a_coming_trip_lacks_an_escort(town: Flask):
    now = datetime.combine(SUNDAY, time(0, 5), COPENHAGEN)
    with acting_for(1):
        assert trips_between(now, now + timedelta(days=21), without_escort=True)


def test_some_minutes_are_about_to_lapse(town: Flask):
    with acting_for(1):
        assert cards.lapsing(SUNDAY, SUNDAY + timedelta(days=14))


def test_a_person_of_each_role_can_log_in(town: Flask):
    for role, email, password in demo.log_ins():
        found = (
            select(Credential.secret)
            .join(Account, Account.id == Credential.account_id)
            .join(Identity, Identity.account_id == Account.id)
            .join(RoleAssignment, RoleAssignment.account_id == Account.id)
            .where(Identity.subject == email, RoleAssignment.role == role)
            .where(Credential.kind == "password", Identity.issuer == "local")
        )
        assert matches(db.session.scalars(found).one(), password)


def test_ellens_code_opens_her_page(town: Flask):
    card = demo.citizen_card()
    with acting_for(1):
        found = select(CardKey).filter_by(token_hash=fingerprint(card.token))
        key = db.session.scalars(found).one()
        owner = db.session.scalars(select(Citizen).filter_by(id=key.citizen_id)).one()
    assert owner.name == card.citizen


def test_the_walls_stand_between_the_two_towns(town: Flask):
    with acting_for(2):
        away = db.session.scalars(select(PunchCard.id).limit(1)).one()
        db.session.rollback()
    with acting_for(1), pytest.raises(NotFound):
        cards.get_card(away)


def test_both_towns_say_that_they_are_a_demo(town: Flask):
    assert set(db.session.scalars(select(Municipality.is_demo))) == {True}


def test_a_second_load_is_refused(town: Flask):
    with pytest.raises(demo.NotEmpty):
        demo.load(town, on=SUNDAY, small=True)


def test_what_lapses_at_the_end_of_the_year_is_gone_on_new_years_day(app: Flask):
    demo.load(app, on=NEW_YEAR, small=True)
    with acting_for(1):
        old = select(PunchLot).where(
            PunchLot.expiry_rule == "year_end",
            PunchLot.expires_on < NEW_YEAR,
            PunchLot.granted > PunchLot.held + PunchLot.used + PunchLot.expired,
        )
        assert db.session.scalars(old).all() == []


@pytest.mark.parametrize("today", [date(2026, 3, 29), date(2026, 10, 25), date(2028, 2, 29)])
def test_it_can_be_built_on_a_day_with_an_odd_clock_or_calendar(app: Flask, today: date):
    demo.load(app, on=today, small=True)
    with acting_for(1):
        assert len(trips_of_day(anna().id, today)) == 3


def test_activities_are_of_kinds_and_access_that_the_forms_know(town: Flask):
    with acting_for(1):
        activities = db.session.scalars(select(Activity)).all()
        places = db.session.scalars(select(Place)).all()
    assert {activity.kind for activity in activities} <= set(KINDS)
    assert {fact for place in places for fact in place.access} <= set(ACCESS)


def ellen() -> Citizen:
    return db.session.scalars(select(Citizen).filter_by(record_ref="J-000123")).one()


def test_ellens_daughter_can_be_called_and_hears_how_it_went(town: Flask):
    with acting_for(1):
        lise = contacts_of(ellen())[0]
    assert (lise.name, lise.relation) == ("Lise Sørensen", "child")
    assert lise.phone is not None
    assert (lise.is_next_of_kin, lise.gets_greetings) == (True, True)


def test_a_dozen_others_have_somebody_too(town: Flask):
    with acting_for(1):
        owners = set(db.session.scalars(select(CitizenContact.citizen_id)))
    assert len(owners) == 13


def test_ellens_escort_knows_on_which_side_to_walk(town: Flask):
    with acting_for(1):
        who = ellen()
        note = unseal(who, who.id, "escort_note", who.escort_note_encrypted)
    assert note == "Hører bedst på højre side."


def test_both_towns_have_a_nurse_on_call_and_a_place_to_report(town: Flask):
    rows = db.session.execute(select(Municipality.nurse_phone, Municipality.incident_report))
    assert all(phone and report_at for phone, report_at in rows)


def test_three_wishes_stand_open_in_the_citizens_own_words(town: Flask):
    with acting_for(1):
        wishes = db.session.scalars(select(Wish).filter_by(state="open")).all()
        owners = {one.id: one for one in db.session.scalars(select(Citizen))}
        words = [words_of(wish, owners[wish.citizen_id]) for wish in wishes]
    assert len(words) == 3
    assert all(words)


def test_one_full_date_has_three_in_line(town: Flask):
    with acting_for(1):
        waiting = db.session.scalars(select(Wish).filter_by(state="waiting")).all()
        full = {wish.occurrence_id for wish in waiting}
        date_ = db.session.scalars(select(Occurrence).where(Occurrence.id.in_(full))).one()
    assert len(waiting) == 3
    assert date_.capacity == date_.seats_taken


def test_two_standing_wishes_and_two_standing_agreements_run(town: Flask):
    with acting_for(1):
        wishes = db.session.scalars(select(StandingWish.state)).all()
        agreements = db.session.scalars(select(StandingAgreement)).all()
    assert list(wishes) == ["active", "active"]
    assert [one.booked_through for one in agreements] == [None, None]


def test_the_standing_agreements_can_be_booked(town: Flask):
    evening = datetime.combine(SUNDAY, time(20), COPENHAGEN)
    actor = Actor(1, Role.COORDINATOR)
    with acting_for(1):
        made = db.session.scalars(select(StandingAgreement)).all()
        first = [(one.id, due_days(one, SUNDAY)[0]) for one in made]
        booked = [execute(book_day, actor, one, day, now=evening) for one, day in first]
    assert all(booked)


def test_two_go_together_each_with_her_own_yes(town: Flask):
    now = datetime.combine(SUNDAY, time(0, 5), COPENHAGEN)
    with acting_for(1):
        joint = db.session.scalars(select(TripRider).where(TripRider.joint_agreed_how == "said"))
        riders = joint.all()
    assert len(riders) == 2
    assert len({rider.trip_id for rider in riders}) == 1
    assert all(rider.starts_at > now and rider.planned_minutes > 0 for rider in riders)


def test_one_goes_with_a_relative_and_no_card_pays(town: Flask):
    with acting_for(1):
        trip = db.session.scalars(select(Trip).filter_by(company="relative")).one()
        rider = db.session.scalars(select(TripRider).filter_by(trip_id=trip.id)).one()
    assert (rider.card_id, rider.planned_minutes, trip.escorts_wanted) == (None, 0, 0)
    assert rider.sign_up_id is not None
