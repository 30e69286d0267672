"""The printed card: one calm page behind four digits, and what happens when it is lost."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from klippekort.domain.permissions import Role
from klippekort.operations.demo import citizen_card
from tests.browser.steps import Hand, da, heading, open_card, snap

pytestmark = pytest.mark.browser

CARD = citizen_card()
ADDRESS = f"/kort/{CARD.slug}/{CARD.token}"


@pytest.fixture
def phone(open_context: Callable[..., Any], demo_app: Flask) -> Page:
    """Ellen's phone, after it has looked at the square on her card."""
    page: Page = open_context("phone").new_page()
    page.goto(ADDRESS)
    return page


def _try(page: Page, pin: str) -> None:
    hand = Hand(page)
    hand.write("Your four-digit code", pin)
    hand.press("Open")


def _wrong_five_times(page: Page) -> None:
    for left in range(4, 0, -1):
        _try(page, "9081")
        expect(page.locator(".form-error-message")).to_contain_text(str(left))
    _try(page, "9081")
    heading(page, "The card is locked")


def test_the_code_and_four_digits_open_one_calm_page(phone: Page) -> None:
    snap(phone, "own-pin", "phone")
    _try(phone, CARD.pin)
    heading(phone, "Hello %(name)s", name="Ellen")
    expect(phone.get_by_role("img", name=re.compile("Ellen"))).to_be_visible()
    expect(phone.locator("p.huge").first).to_have_text(re.compile(r"\d+ klip"))
    expect(phone.get_by_role("heading", name=da("Your next trip"))).to_be_visible()
    expect(phone.locator("a.big-phone")).to_have_attribute("href", re.compile(r"^tel:\+45"))
    snap(phone, "own-page", "phone")


def test_the_page_has_no_menu_only_what_she_may_want(phone: Page) -> None:
    _try(phone, CARD.pin)
    heading(phone, "Hello %(name)s", name="Ellen")
    expect(phone.get_by_role("navigation", name=da("Main menu"))).to_have_count(0)
    more = phone.get_by_role("navigation", name=da("More")).get_by_role("link")
    said = ("My groups", "Meet others in a group", "Have you an idea?", "Tell us what you think")
    for place, words in enumerate(said):
        expect(more.nth(place)).to_contain_text(da(words))
    for words in ("Who has looked at my data?", "My data"):
        expect(more.filter(has_text=re.compile(rf"^\s*{re.escape(da(words))}"))).to_have_count(1)


def test_five_wrong_tries_lock_the_card_even_for_the_right_code(phone: Page) -> None:
    _wrong_five_times(phone)
    snap(phone, "own-pin-last", "phone")
    phone.goto(ADDRESS)
    heading(phone, "The card is locked")
    expect(phone.locator("a.big-phone")).to_be_visible()
    snap(phone, "own-locked", "phone")


def test_staff_open_a_locked_card_again(phone: Page, log_in_as: Callable[..., Page]) -> None:
    _wrong_five_times(phone)
    anna = log_in_as(Role.CARE_WORKER, "tablet")
    open_card(anna, "Ellen")
    hand = Hand(anna)
    hand.press("Print the card")
    snap(anna, "print-card-locked", "tablet")
    hand.press("Open the card again")
    phone.goto(ADDRESS)
    _try(phone, CARD.pin)
    heading(phone, "Hello %(name)s", name="Ellen")


def test_a_lost_card_is_killed_and_made_anew_in_one_tap(
    phone: Page, log_in_as: Callable[..., Page]
) -> None:
    anna = log_in_as(Role.CARE_WORKER, "tablet")
    open_card(anna, "Ellen")
    Hand(anna).press("Print the card")
    hand = Hand(anna)
    hand.press("The card is lost: make a new one")
    expect(anna.locator("img.qr")).to_be_visible()
    assert hand.taps == 1
    snap(anna, "printed", "tablet")
    printed = anna.get_by_role("main").inner_text()
    address = re.search(r"/kort/[a-z-]+/[\w-]+", printed)
    assert address is not None
    assert address[0] != ADDRESS
    phone.reload()
    heading(phone, "This card is no longer in use")
    phone.goto(address[0])
    _try(phone, CARD.pin)
    heading(phone, "Hello %(name)s", name="Ellen")


def test_the_first_card_is_made_with_the_digits_she_chooses(
    log_in_as: Callable[..., Page],
) -> None:
    page = log_in_as(Role.CARE_WORKER, "tablet")
    open_card(page, "Ellen")
    hand = Hand(page)
    hand.press("Print the card")
    snap(page, "print-card", "tablet")
    hand.write("Four-digit code", "1234")
    hand.press("Make the card")
    expect(page.locator(".form-error-message")).to_be_visible()
    hand.write("Four-digit code", "7291")
    hand.press("Make the card")
    expect(page.locator("img.qr")).to_be_visible()


def test_a_closed_page_asks_for_the_digits_again(phone: Page) -> None:
    _try(phone, CARD.pin)
    heading(phone, "Hello %(name)s", name="Ellen")
    Hand(phone).press("Close")
    heading(phone, "Open your card")
