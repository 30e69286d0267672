"""What is special about balances, activities, volunteers, staff and trips."""

from datetime import date

from sqlalchemy import func, select

from klippekort.accounts.models import CareWorker, RoleAssignment
from klippekort.activities.models import Activity, Occurrence
from klippekort.activities.services import facts_of
from klippekort.citizens.models import Citizen
from klippekort.domain.permissions import Actor, Role
from klippekort.imports.reading.rows import Kind
from klippekort.imports.services.run import Counts
from klippekort.platform.db import db
from klippekort.platform.tenancy import acting_for
from klippekort.punchcards.models import Grant, PunchCard, PunchEntry, PunchLot
from klippekort.punchcards.services.proof import verify_municipality
from klippekort.trips.models import Trip, TripEscort, TripRider
from klippekort.volunteers.models import Association, Volunteer
from tests.cast import HOME, Cast
from tests.integration.imports.conftest import CITIZEN_HEADER, NOW, a_citizen, bring, file_of
from tests.integration.imports.test_faults import CARDS, STAFF

ACTIVITIES = (
    "Titel;Vært;Sted;Adresse;Postnr;By;Dato;Fra;Til;Gentages;Til og med;Pladser;"
    "Kørestolspladser;Pris;Adgang;Slags"
)
BANKO = (
    "Banko;Ny Klub;Forsamlingshuset;Havnegade 4;4681;Lindeby;19-11-2026;14:00;16:00;ugentligt;"
    "17-12-2026;{seats};2;25,00;trinfri, teleslynge;spil"
)
VOLUNTEERS = "Navn;E-mail;Telefon;Forening"
TRIPS = "CPR-nummer;Dato;Fra;Til;Aktivitet;Medarbejdernr;Resultat;Minutter"


def lots() -> list[tuple[date, int, str]]:
    rows = db.session.execute(
        select(PunchLot.credited_on, PunchLot.granted, PunchLot.source)
        .where(PunchLot.source == "carried_over")
        .order_by(PunchLot.credited_on)
    )
    return [(day, minutes, source) for day, minutes, source in rows]


def test_balances_become_lots_on_a_card_from_today(ready: Actor):
    bring(Kind.CITIZENS, file_of(CITIZEN_HEADER, a_citizen()), ready)
    data = file_of(
        CARDS,
        "610150-1234;HJEMME;90;01-10-2026;01-12-2026",
        "610150-1234;hjemme;1:30;01-11-2026;01-01-2027",
    )
    assert bring(Kind.CARDS, data, ready) == Counts(new=2)
    assert bring(Kind.CARDS, data, ready) == Counts(unchanged=2)
    with acting_for(HOME):
        assert lots() == [
            (date(2026, 10, 1), 90, "carried_over"),
            (date(2026, 11, 1), 90, "carried_over"),
        ]
        assert db.session.scalars(select(PunchCard.opened_on)).one() == NOW.date()
        assert list(verify_municipality()) == []


def test_a_later_file_adds_only_the_lot_that_is_new(ready: Actor):
    bring(Kind.CITIZENS, file_of(CITIZEN_HEADER, a_citizen()), ready)
    october = "610150-1234;Hjemme;90;01-10-2026;01-12-2026"
    november = "610150-1234;Hjemme;60;01-11-2026;"
    bring(Kind.CARDS, file_of(CARDS, october, november), ready)
    later = "610150-1234;Hjemme;30;10-11-2026;"
    assert bring(Kind.CARDS, file_of(CARDS, november, later), ready) == Counts(1, 0, 1)
    with acting_for(HOME):
        assert [minutes for _day, minutes, _source in lots()] == [90, 60, 30]


def test_a_balance_of_nothing_is_a_card_with_nothing(ready: Actor):
    bring(Kind.CITIZENS, file_of(CITIZEN_HEADER, a_citizen()), ready)
    data = file_of(CARDS, "610150-1234;Hjemme;0;01-10-2026;")
    assert bring(Kind.CARDS, data, ready) == Counts(new=1)
    assert bring(Kind.CARDS, data, ready) == Counts(unchanged=1)
    with acting_for(HOME):
        assert lots() == []


def test_an_old_card_earns_from_today_and_not_from_the_past(ready: Actor):
    bring(Kind.CITIZENS, file_of(CITIZEN_HEADER, a_citizen(card="01-02-2025")), ready)
    with acting_for(HOME):
        grant = db.session.scalars(select(Grant)).one()
        assert (grant.from_on, grant.origin, grant.reason) == (
            NOW.date(),
            "imported",
            "carried_over",
        )


def test_a_card_to_come_begins_on_its_day(ready: Actor):
    bring(Kind.CITIZENS, file_of(CITIZEN_HEADER, a_citizen(card="01-02-2027")), ready)
    with acting_for(HOME):
        assert db.session.scalars(select(Grant.from_on)).one() == date(2027, 2, 1)
        assert db.session.scalar(select(func.count(PunchEntry.id))) == 0


def test_an_activity_is_approved_with_its_dates(ada: Actor):
    data = file_of(ACTIVITIES, BANKO.format(seats=20))
    assert bring(Kind.ACTIVITIES, data, ada) == Counts(new=1)
    assert bring(Kind.ACTIVITIES, data, ada) == Counts(unchanged=1)
    with acting_for(HOME):
        banko = db.session.scalars(select(Activity)).one()
        assert (banko.state, banko.kind, banko.price_oere) == ("published", "cards", 2500)
        assert facts_of(banko).access == ("hearing_loop", "step_free")
        assert db.session.scalar(select(func.count(Occurrence.id))) == 5


def test_more_seats_reach_the_dates_to_come(ada: Actor):
    bring(Kind.ACTIVITIES, file_of(ACTIVITIES, BANKO.format(seats=20)), ada)
    wider = file_of(ACTIVITIES, BANKO.format(seats=30))
    assert bring(Kind.ACTIVITIES, wider, ada) == Counts(changed=1)
    with acting_for(HOME):
        assert set(db.session.scalars(select(Occurrence.capacity))) == {30}


def test_a_volunteer_without_an_address_is_found_by_name_and_association(ada: Actor):
    data = file_of(VOLUNTEERS, "Viggo Vang;viggo@klub.dk;;Kortklubben", "Kaj;kaj@klub.dk;;Ny Klub")
    assert bring(Kind.VOLUNTEERS, data, ada) == Counts(new=1, changed=1)
    assert bring(Kind.VOLUNTEERS, data, ada) == Counts(unchanged=2)
    with acting_for(HOME):
        emails = db.session.scalars(select(Volunteer.email).order_by(Volunteer.email)).all()
        assert emails == ["kaj@klub.dk", "viggo@klub.dk"]
        assert "Ny Klub" in db.session.scalars(select(Association.name)).all()


def test_a_log_in_follows_a_care_worker_who_moves(ada: Actor, cast: Cast):
    data = file_of(STAFF, "m1;Bo Berg;bo@example.dk;Omsorg ApS;Syd")
    assert bring(Kind.STAFF, data, ada) == Counts(changed=1)
    with acting_for(HOME):
        role = db.session.scalars(
            select(RoleAssignment).filter_by(account_id=cast.bo.account_id, role=Role.CARE_WORKER)
        ).one()
        assert (role.supplier_id, role.district_id) == (cast.private_supplier, cast.south)
        assert db.session.scalar(select(func.count(CareWorker.id))) == 2


def test_past_trips_are_history_and_move_no_minutes(ready: Actor):
    bring(Kind.CITIZENS, file_of(CITIZEN_HEADER, a_citizen(card="01-02-2025")), ready)
    with acting_for(HOME):
        entries = db.session.scalar(select(func.count(PunchEntry.id)))
    rows = (
        "610150-1234;05-10-2026;13:00;15:30;Banko;M1;gennemført;150",
        "610150-1234;12-10-2026;13:00;15:30;Banko;;afbud;0",
    )
    assert bring(Kind.TRIPS, file_of(TRIPS, *rows), ready) == Counts(new=2)
    assert bring(Kind.TRIPS, file_of(TRIPS, *rows), ready) == Counts(unchanged=2)
    with acting_for(HOME):
        states = db.session.scalars(select(Trip.state).order_by(Trip.starts_at)).all()
        assert states == ["completed", "cancelled"]
        assert set(db.session.scalars(select(TripRider.is_active))) == {False}
        assert set(db.session.scalars(select(TripEscort.is_active))) == {False}
        assert db.session.scalar(select(func.count(PunchEntry.id))) == entries


def test_a_trip_can_be_corrected(ready: Actor):
    bring(Kind.CITIZENS, file_of(CITIZEN_HEADER, a_citizen(card="01-02-2025")), ready)
    row = "610150-1234;05-10-2026;13:00;15:30;Banko;M1;{}"
    bring(Kind.TRIPS, file_of(TRIPS, row.format("afbud;0")), ready)
    mended = file_of(TRIPS, row.format("udeblevet;30"))
    assert bring(Kind.TRIPS, mended, ready) == Counts(changed=1)
    assert bring(Kind.TRIPS, mended, ready) == Counts(unchanged=1)
    with acting_for(HOME):
        assert db.session.scalars(select(TripRider.charged_minutes)).one() == 30


def test_a_wheelchair_among_the_aids_is_noticed(ada: Actor):
    header = CITIZEN_HEADER + ";Hjælpemidler"
    bring(Kind.CITIZENS, file_of(header, a_citizen(aids="rollator, kørestol")), ada)
    with acting_for(HOME):
        else_ = db.session.scalars(select(Citizen).filter_by(first_name="Else")).one()
        assert else_.needs_wheelchair
