"""Show Ellen: the tablet is hers until the helper's PIN."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from klippekort.domain.permissions import Role
from klippekort.operations.demo import PIN
from tests.browser.steps import Hand, da, heading, held, open_card, snap

pytestmark = pytest.mark.browser


@pytest.fixture
def tablet(log_in_as: Callable[..., Page]) -> Page:
    """Anna's tablet at Ellen's page."""
    page = log_in_as(Role.CARE_WORKER, "tablet")
    open_card(page, "Ellen")
    return page


def _unlock(hand: Hand) -> None:
    hand.press("Helper: unlock")
    hand.write("Your PIN as a helper", PIN)
    hand.press("Unlock")


def _ask(hand: Hand) -> None:
    hand.press("Book a trip")
    hand.press("Choose")
    hand.press("Let %(name)s answer on the tablet", name="Ellen")
    heading(hand.page, "Would you like to go, %(name)s?", name="Ellen")


def test_one_button_turns_the_tablet(tablet: Page) -> None:
    Hand(tablet).press("Show %(name)s", name="Ellen")
    heading(tablet, "Hello %(name)s", name="Ellen")
    expect(tablet.get_by_role("img", name=re.compile("Ellen"))).to_be_visible()
    expect(tablet.get_by_role("navigation")).to_have_count(0)
    snap(tablet, "shown", "tablet")


@pytest.mark.parametrize("address", ["/", "/i-dag", "/borgere?q=po", "/min-konto", "/aktiviteter"])
def test_every_address_leads_back_to_her_page(tablet: Page, address: str) -> None:
    Hand(tablet).press("Show %(name)s", name="Ellen")
    heading(tablet, "Hello %(name)s", name="Ellen")
    tablet.goto(address)
    expect(tablet).to_have_url(re.compile("/vist$"))


def test_the_back_button_leads_back_to_her_page(tablet: Page) -> None:
    Hand(tablet).press("Show %(name)s", name="Ellen")
    heading(tablet, "Hello %(name)s", name="Ellen")
    tablet.go_back()
    heading(tablet, "Hello %(name)s", name="Ellen")
    tablet.go_back()
    heading(tablet, "Hello %(name)s", name="Ellen")


def test_her_yes_books_the_trip_as_hers(tablet: Page, demo_app: Flask) -> None:
    before = held(demo_app)
    hand = Hand(tablet)
    _ask(hand)
    snap(tablet, "shown-asked", "tablet")
    hand.press("Yes, please")
    heading(tablet, "Thank you, %(name)s", name="Ellen")
    assert hand.taps <= 4
    assert held(demo_app) > before
    snap(tablet, "shown-yes", "tablet")
    _unlock(hand)
    hand.tap(tablet.get_by_role("link", name=re.compile(da("See the trip"))).last)
    expect(tablet.locator("ol.history")).to_contain_text("tabletten")


def test_her_no_books_nothing(tablet: Page, demo_app: Flask) -> None:
    before = held(demo_app)
    hand = Hand(tablet)
    _ask(hand)
    hand.press("No, thank you")
    heading(tablet, "That is quite all right")
    assert held(demo_app) == before


def test_the_pin_gives_the_tablet_back(tablet: Page) -> None:
    hand = Hand(tablet)
    hand.press("Show %(name)s", name="Ellen")
    _unlock(hand)
    expect(tablet.get_by_role("heading", level=1)).to_have_text("Ellen Sørensen")
    expect(tablet.get_by_role("navigation").first).to_be_visible()


def test_a_wrong_pin_keeps_it_hers(tablet: Page) -> None:
    hand = Hand(tablet)
    hand.press("Show %(name)s", name="Ellen")
    hand.press("Helper: unlock")
    snap(tablet, "unlock", "tablet")
    hand.write("Your PIN as a helper", "9081")
    hand.press("Unlock")
    expect(tablet.locator(".form-error-message")).to_be_visible()
    tablet.goto("/i-dag")
    expect(tablet).to_have_url(re.compile("/vist$"))
