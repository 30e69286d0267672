"""From an empty database to the first booked trip, in the browser; the demo is never loaded."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from klippekort.domain.calendar import is_weekday
from klippekort.operations.establish import establish
from klippekort.platform import clock
from klippekort.platform.execute import execute
from tests.browser.steps import Hand, control, da, fact, heading, meet_the_rules, snap, told
from tests.browser.test_story_activity import fill_in_activity

pytestmark = [pytest.mark.browser, pytest.mark.site("empty_app")]

ADMINISTRATOR = ("ada@nybro.example", "fire ord der ikke hoerer sammen")
SUPPLIER, DISTRICT, SCHEME = "Nybro Hjemmepleje", "Midtby", "Klippekort Faxe"
CITIZENS = (
    "CPR-nummer;Fornavn;Efternavn;Adresse;Postnr;By;Leverandør;Distrikt;Boform;Adressebeskyttelse\n"
    f"671034-7469;Agnes;Kjær;Åvej 7;4681;Nybro;{SUPPLIER};{DISTRICT};Eget hjem;Nej\n"
    f"801046-3363;Ove;Pedersen;Åvej 9;4681;Nybro;{SUPPLIER};{DISTRICT};Eget hjem;Nej\n"
    f"721139-1122;Gerda;Øst;Åvej 11;4681;Nybro;{SUPPLIER};{DISTRICT};Eget hjem;Ja\n"
)
STAFF = (
    "Medarbejdernr;Navn;E-mail;Leverandør;Distrikt;Kørekort\n"
    f"M1;Mette Holm;mette@nybro.example;{SUPPLIER};{DISTRICT};ja\n"
)


@dataclass
class Town:
    """The people of a new municipality, each with a browser of their own."""

    open_context: Callable[..., Any]
    admin: Hand

    def come_in(self, email: str, password: str, size: str) -> Hand:
        """Log in through the page."""
        page = self.open_context(size).new_page()
        return _log_in(page, email, password)

    def new_log_in(self, role: str, name: str, size: str, **more: str) -> Hand:
        """Make a log-in as the administrator, and use the password that is shown."""
        hand, email = self.admin, f"{name.split()[0].lower()}@nybro.example"
        hand.turn_to("Log-ins")
        hand.press("New log-in")
        hand.press(role)
        hand.write("Name", name)
        hand.write("E-mail", email)
        if more:
            hand.write("Employee number", more["number"])
            hand.pick("Supplier", SUPPLIER)
            hand.pick("District", DISTRICT)
        hand.press("Create the log-in")
        password = fact(hand.page, "Password").inner_text()
        return self.come_in(email, password, size)

    def read_in(self, kind: str, text: str, button: str) -> None:
        """Import a file: choose it, look it over, store it."""
        hand, page = self.admin, self.admin.page
        hand.turn_to("Import")
        hand.choose(kind)
        page.locator('input[type="file"]').set_input_files(
            {"name": "fil.csv", "mimeType": "text/csv", "buffer": text.encode()}
        )
        hand.press("Read the file")
        store = page.get_by_role("button", name=re.compile(button))
        expect(store).to_be_visible()
        snap(page, f"import-{kind.split()[0].lower()}", "desktop")
        hand.tap(store)
        expect(page.get_by_role("heading", level=1)).to_have_text(da("The file is stored"))


def _log_in(page: Page, email: str, password: str) -> Hand:
    hand = Hand(page)
    page.goto("/")
    hand.write("E-mail", email)
    hand.write("Password", password)
    hand.press("Log in")
    expect(control(page, da("Log out"))).to_be_visible()
    return hand


@pytest.fixture
def town(open_context: Callable[..., Any], empty_app: Flask) -> Town:
    """A municipality as the command leaves it: one administrator, and nothing else."""
    email, password = ADMINISTRATOR
    with empty_app.app_context():
        execute(establish, "Nybro Kommune", "Ada Ager", email, password, now=clock.now())
    page = open_context("desktop").new_page()
    return Town(open_context, _log_in(page, email, password))


def _trip_day() -> date:
    """Return a weekday far enough ahead for any hour of today."""
    day = clock.today() + timedelta(days=2)
    while not is_weekday(day):
        day += timedelta(days=1)
    return day


def _set_up(hand: Hand) -> None:
    heading(hand.page, "The first week")
    snap(hand.page, "first-week-empty", "desktop")
    hand.press("Write the phone number")
    hand.write("Phone number citizens call", "56 20 30 00")
    hand.write("When the phone is answered", "hverdage kl. 8–15")
    hand.press("Save phone and address")
    hand.write("Minutes one way, within a district", "10")
    hand.write("Minutes one way, to another district", "20")
    hand.press("Save the travel times")
    hand.write("Name of the supplier", SUPPLIER)
    hand.choose("It is the municipality's own home care")
    hand.press("Add the supplier")
    hand.write("Name of the district", DISTRICT)
    hand.press("Add the district")
    expect(hand.page.get_by_role("link", name=DISTRICT)).to_be_visible()
    snap(hand.page, "municipality", "desktop")


def _adopt_scheme(hand: Hand) -> None:
    hand.turn_to("Schemes")
    hand.press("Take over a published scheme")
    hand.tick(hand.page.get_by_role("radio", name=re.compile("Faxe")))
    snap(hand.page, "scheme-choose", "desktop")
    hand.press("Continue")
    for summary in hand.page.locator("main details > summary").all():
        summary.click()
    for question in hand.page.locator("fieldset.choices").all():
        hand.tick(question.get_by_role("radio").nth(1))
    hand.write("How many hours before the trip is it late to cancel?", "24")
    snap(hand.page, "scheme-adopt", "desktop")
    hand.press("Take over the scheme")
    told(hand.page, "%(name)s is ready to read through.", name=SCHEME)
    snap(hand.page, "scheme", "desktop")


def _shifts(day: date) -> str:
    return f"Medarbejdernr;Dato;Fra;Til;Vagttype\nM1;{day:%d-%m-%Y};08:00;16:00;dag\n"


def _balance() -> str:
    today = clock.today()
    expires = today + timedelta(weeks=6)
    return (
        "CPR-nummer;Ordning;Minutter;Optjent;Udløber\n"
        f"671034-7469;{SCHEME};150;{today:%d-%m-%Y};{expires:%d-%m-%Y}\n"
    )


def _invite(hand: Hand, day: date) -> None:
    hand.turn_to("Activities")
    hand.press("Volunteers")
    hand.press("New volunteer")
    hand.write("Name", "Viggo Vang")
    hand.write("Or a new association", "Kortklubben")
    hand.press("Add the volunteer")
    hand.turn_to("Activities")
    hand.press("New activity")
    hand.pick("Host", "Viggo Vang (Kortklubben)")
    fill_in_activity(hand, "Kortspil", day.isoformat(), "12:00", "13:00")
    snap(hand.page, "post", "desktop")
    hand.press("Post the activity")
    told(hand.page, "The activity is posted.")


def _give_card(hand: Hand) -> None:
    hand.write("Name", "Ag")
    hand.press("Find")
    hand.press("Agnes Kjær")
    hand.press("Punch card")
    hand.press("Give a punch card")
    meet_the_rules(hand)
    hand.press("Ask a colleague to approve the card")
    told(hand.page, "A colleague must approve the card before it runs.")


def _approve(hand: Hand) -> None:
    hand.turn_to("Overview")
    hand.press("Agnes Kjær")
    snap(hand.page, "card-waits", "desktop")
    hand.press("Approve: the card runs")
    told(hand.page, "The card is approved.")


def _book(hand: Hand) -> None:
    hand.turn_to("Find citizen")
    hand.press("Agnes Kjær")
    expect(hand.page.locator(".left-many")).to_have_text("6 klip")
    hand.press("Book a trip")
    hand.press("Choose")
    snap(hand.page, "first-trip", "tablet")
    # The preset leaves much open, so a person answers on the way.
    asked = hand.page.locator("fieldset[id^='answer.']")
    while asked.count():
        for question in asked.all():
            hand.tick(question.locator("input").first)
        hand.write("Why?", "Det er den første tur.")
        with hand.page.expect_navigation():
            hand.press("%(name)s says yes – book the trip", name="Agnes")
    heading(hand.page, "The trip is booked")


def test_an_empty_database_reaches_its_first_booked_trip(town: Town) -> None:
    day = _trip_day()
    _set_up(town.admin)
    _adopt_scheme(town.admin)
    town.read_in("Citizens", CITIZENS, "3")
    town.read_in("Care workers", STAFF, "1")
    town.read_in("Shifts", _shifts(day), "1")
    assessor = town.new_log_in("Assessor", "Asta Aagaard", "desktop")
    coordinator = town.new_log_in("Coordinator", "Karen Kjær", "desktop")
    worker = town.new_log_in("Care worker", "Mette Holm", "tablet", number="M1")
    _invite(coordinator, day)
    _give_card(assessor)
    _approve(coordinator)
    town.read_in("What the cards hold", _balance(), "1")
    town.admin.turn_to("First week")
    expect(town.admin.page.locator(".alert-success")).to_contain_text(
        da("Everything is ready for the first trip.")
    )
    snap(town.admin.page, "first-week-done", "desktop")
    _book(worker)
    expect(fact(worker.page, "Helper")).to_contain_text("Mette Holm")
