"""Going together, and to a place of one's own choice: with a finger, and without JavaScript."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from klippekort.domain.calendar import ONE_DAY, is_weekday, local_day
from klippekort.domain.permissions import Role
from klippekort.operations.demo import PASSWORD, log_ins
from klippekort.platform import clock
from tests.browser.checks import axe, small_targets
from tests.browser.steps import Hand, da, fact, heading, held, open_card, snap

pytestmark = pytest.mark.browser


def _decide(page: Page) -> None:
    """Answer what the scheme leaves open, one question after the other, and press again."""
    while page.locator("fieldset#answer").count():
        page.locator("fieldset#answer input").first.click(force=True)
        page.locator("button.button-main").last.click()
        page.wait_for_load_state()


def _take_poul_along(hand: Hand) -> None:
    hand.press("Book a trip")
    hand.press("Choose")
    hand.press("Take somebody along")
    hand.write("Name", "Po")
    hand.press("Find somebody to take along")
    hand.press("Take %(name)s along", name="Poul")
    instead = hand.page.locator(".alert-warning .quiet-link")
    if instead.count():  # Poul may be on a trip of his own then: the nearest date for both.
        hand.tap(instead.first)


def _all_say_yes(hand: Hand) -> None:
    for name in ("Ellen", "Poul"):
        asked = da("Has %(name)s said yes to going together?", name=name)
        group = hand.page.get_by_role("group", name=re.compile(f"^{re.escape(asked)}"))
        hand.tick(group.get_by_role("radio"))
    hand.press("All say yes – book the trip")
    hand.page.wait_for_load_state()


def test_two_go_together_and_both_cards_pay(
    log_in_as: Callable[..., Page], demo_app: Flask
) -> None:
    page = log_in_as(Role.CARE_WORKER, "tablet")
    open_card(page, "Ellen")
    before = held(demo_app)
    hand = Hand(page)
    _take_poul_along(hand)
    snap(page, "together", "tablet")
    assert (axe(page), small_targets(page)) == ([], [])
    _all_say_yes(hand)
    _decide(page)
    heading(page, "The trip is booked")
    expect(page.get_by_role("main")).to_contain_text("Poul Østergaard")
    snap(page, "together-booked", "tablet")
    assert held(demo_app) > before


def _working_day() -> str:
    day = local_day(clock.now()) + timedelta(days=8)
    while not is_weekday(day):
        day += ONE_DAY
    return day.isoformat()


def _write_place(hand: Hand) -> None:
    hand.press("Book a trip")
    hand.press("A place of her own choice")
    hand.choose("Walk")
    hand.write("Where to?", "Kirkegården i Præstø")
    hand.write("Which day?", _working_day())
    hand.write("There at", "10:00")
    hand.write("Leaves again at", "10:30")


def test_a_place_of_ones_own_is_two_taps_after_it_is_written(
    log_in_as: Callable[..., Page], demo_app: Flask
) -> None:
    page = log_in_as(Role.CARE_WORKER, "tablet")
    open_card(page, "Ellen")
    before = held(demo_app)
    _write_place(Hand(page))
    snap(page, "place", "tablet")
    assert (axe(page), small_targets(page)) == ([], [])
    hand = Hand(page)
    hand.press("See what it costs")
    heading(page, "Kirkegården i Præstø")
    expect(fact(page, "Costs on the card")).not_to_be_empty()
    snap(page, "place-preview", "tablet")
    assert (axe(page), small_targets(page)) == ([], [])
    hand.press("%(name)s says yes – book the trip", name="Ellen")
    assert hand.taps <= 2
    _decide(page)
    heading(page, "The trip is booked")
    assert held(demo_app) > before


def test_both_ways_work_without_javascript(open_context: Any, demo_app: Flask) -> None:
    page = open_context("phone", java_script_enabled=False).new_page()
    hand = Hand(page)
    email = next(email for role, email, _password in log_ins() if role == Role.CARE_WORKER)
    page.goto("/log-ind")
    hand.write("E-mail", email)
    hand.write("Password", PASSWORD)
    hand.press("Log in")
    open_card(page, "Ellen")
    _write_place(hand)
    hand.press("See what it costs")
    hand.press("%(name)s says yes – book the trip", name="Ellen")
    _decide(page)
    heading(page, "The trip is booked")
    snap(page, "place-booked", "phone")
    open_card(page, "Ellen")
    _take_poul_along(hand)
    _all_say_yes(hand)
    _decide(page)
    heading(page, "The trip is booked")
