"""The tablet: Anna finds a citizen, and books a trip in a few taps."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from klippekort.domain.permissions import Actor, Role
from tests.browser.steps import Hand, control, da, fact, heading, held, open_card, snap, stranger_of

pytestmark = pytest.mark.browser


@pytest.fixture
def anna(log_in_as: Callable[..., Page]) -> Page:
    """The care worker with her tablet."""
    return log_in_as(Role.CARE_WORKER, "tablet")


def test_the_day_stands_first(anna: Page) -> None:
    expect(anna).to_have_url(re.compile("/i-dag$"))
    expect(anna.locator("article.visit")).to_have_count(3)
    expect(anna.locator("article.visit").first).to_contain_text(re.compile(r"\d\d\.\d\d"))
    snap(anna, "today", "tablet")


def test_two_letters_find_her_own_citizen(anna: Page) -> None:
    hand = Hand(anna)
    hand.turn_to("Find citizen")
    hand.write("Name", "el")
    hand.press("Find")
    own = anna.get_by_role("table", name=da("Your citizens"))
    expect(own.get_by_role("link", name="Ellen Sørensen")).to_be_visible()
    snap(anna, "find", "tablet")


def test_a_stranger_takes_a_reason_and_shows_only_name_and_card(
    anna: Page, demo_app: Flask, staff: dict[Role, Actor]
) -> None:
    name = stranger_of(demo_app, staff[Role.CARE_WORKER].district_id)
    hand = Hand(anna)
    anna.goto(f"/borgere?q={name}")
    snap(anna, "find-others", "tablet")
    hand.press("I need to see %(name)s", name=name.split()[0])
    snap(anna, "need-to-see", "tablet")
    hand.choose("I am covering")
    hand.press("See %(name)s", name=name.split()[0])
    expect(anna.get_by_role("heading", level=1)).to_have_text(name)
    expect(anna.get_by_role("img", name=re.compile(name))).to_be_visible()
    expect(anna.get_by_role("main").get_by_role("link")).to_have_count(1)
    assert hand.taps == 3
    snap(anna, "stranger", "tablet")


def test_the_card_is_a_picture_with_what_is_left_in_words(anna: Page) -> None:
    open_card(anna, "Ellen")
    picture = anna.get_by_role("img", name=re.compile("Ellen Sørensen"))
    expect(picture).to_be_visible()
    expect(anna.locator(".left-many")).to_have_text(re.compile(r"^\d+ klip"))
    snap(anna, "citizen", "tablet")


def test_a_trip_is_booked_in_four_taps_and_its_minutes_are_held(
    anna: Page, demo_app: Flask
) -> None:
    before = held(demo_app)
    open_card(anna, "Ellen")
    hand = Hand(anna)
    hand.press("Book a trip")
    snap(anna, "book", "tablet")
    hand.press("Choose")
    snap(anna, "check", "tablet")
    hand.press("%(name)s says yes – book the trip", name="Ellen")
    heading(anna, "The trip is booked")
    assert hand.taps <= 4
    assert held(demo_app) > before
    snap(anna, "booked", "tablet")


def test_a_double_tap_books_once(anna: Page, demo_app: Flask) -> None:
    open_card(anna, "Ellen")
    trips = anna.locator("article.visit")
    before = trips.count()
    hand = Hand(anna)
    hand.press("Book a trip")
    hand.press("Choose")
    control(anna, da("%(name)s says yes – book the trip", name="Ellen")).dblclick()
    heading(anna, "The trip is booked")
    hand.press("Back to %(name)s", name="Ellen")
    expect(trips).to_have_count(before + 1)


def test_what_does_not_fit_says_why(anna: Page) -> None:
    open_card(anna, "Ellen")
    Hand(anna).press("Book a trip")
    folded = anna.locator("details.folded").filter(has=anna.locator(".offer-why")).first
    folded.locator("summary").click()
    reason = folded.locator(".offer-why").first
    expect(reason).to_be_visible()
    expect(reason).not_to_be_empty()
    snap(anna, "book-refused", "tablet")


def test_a_trip_that_clashes_offers_the_nearest_that_would_work(anna: Page) -> None:
    open_card(anna, "Ellen")
    hand = Hand(anna)
    hand.press("Book a trip")
    hand.press("Choose")
    address = anna.url
    hand.press("%(name)s says yes – book the trip", name="Ellen")
    heading(anna, "The trip is booked")
    anna.goto(address)
    refusal = anna.locator(".alert-warning")
    expect(refusal).to_contain_text(da("The citizen is on another trip at that time."))
    expect(refusal.get_by_role("link").first).to_be_visible()
    snap(anna, "check-refused", "tablet")
    refusal.get_by_role("link").first.click()
    expect(control(anna, da("%(name)s says yes – book the trip", name="Ellen"))).to_be_visible()


def test_what_is_left_afterwards_is_said_before_it_is_booked(anna: Page) -> None:
    open_card(anna, "Ellen")
    hand = Hand(anna)
    hand.press("Book a trip")
    hand.press("Choose")
    expect(fact(anna, "Costs on the card")).not_to_be_empty()
    expect(fact(anna, "Left afterwards")).not_to_be_empty()
