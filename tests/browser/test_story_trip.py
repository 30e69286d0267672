"""A trip from start to end: what it costs, who called it off, and what it tells afterwards."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Locator, Page, expect

from klippekort.domain.permissions import Role
from klippekort.operations.demo import PASSWORD, log_ins
from tests.browser.steps import (
    Hand,
    da,
    fact,
    heading,
    held,
    open_card,
    real_times,
    snap,
    used,
    wait_past_midnight,
)

pytestmark = pytest.mark.browser


def _start_first(hand: Hand) -> None:
    hand.tap(hand.page.get_by_role("button", name=re.compile(f"^{da('Start')}")).first)
    expect(_finish_links(hand.page).first).to_be_visible()


def _finish_links(page: Page) -> Locator:
    return page.locator('a[href$="/afslut"]')


def _write_times(hand: Hand) -> None:
    started, ended = real_times()
    hand.write("Left home at", started)
    hand.write("Home again at", ended)


def _book(hand: Hand) -> None:
    hand.press("Book a trip")
    hand.press("Choose")
    hand.press("%(name)s says yes – book the trip", name="Ellen")
    heading(hand.page, "The trip is booked")


def test_a_trip_is_finished_in_two_taps_and_the_card_pays(
    log_in_as: Callable[..., Page], demo_app: Flask
) -> None:
    page = log_in_as(Role.CARE_WORKER, "tablet")
    wait_past_midnight(page)
    before = used(demo_app)
    _start_first(Hand(page))
    snap(page, "today-under-way", "tablet")
    hand = Hand(page)
    hand.tap(_finish_links(page).first)
    snap(page, "finish", "tablet")
    _write_times(hand)
    hand.press("Finish the trip")
    expect(page.locator(".status").first).to_have_text(da("Done"))
    assert hand.taps <= 2
    assert used(demo_app) > before
    expect(fact(page, "What it cost")).not_to_be_empty()
    snap(page, "trip-done", "tablet")


def test_a_trip_tells_its_own_history(log_in_as: Callable[..., Page]) -> None:
    page = log_in_as(Role.CARE_WORKER, "tablet")
    wait_past_midnight(page)
    hand = Hand(page)
    _start_first(hand)
    hand.tap(_finish_links(page).first)
    _write_times(hand)
    hand.press("Finish the trip")
    history = page.locator("ol.history > li")
    expect(history).to_have_count(3)
    expect(history.nth(1)).to_contain_text(da("%(who)s started the trip.", who="Anna Holm"))
    expect(history.nth(2)).to_contain_text("Anna Holm")


def test_a_trip_is_cancelled_in_three_taps_and_the_minutes_come_back(
    log_in_as: Callable[..., Page], demo_app: Flask
) -> None:
    page = log_in_as(Role.CARE_WORKER, "tablet")
    open_card(page, "Ellen")
    before = held(demo_app)
    _book(Hand(page))
    Hand(page).press("Back to %(name)s", name="Ellen")
    hand = Hand(page)
    # The last one lies furthest ahead, and so in time by any scheme.
    hand.tap(page.locator('a[href$="/aflys"]').last)
    snap(page, "cancel", "tablet")
    hand.choose("%(name)s is ill", name="Ellen")
    hand.press("Cancel the trip")
    expect(page.locator(".status").first).to_have_text(da("Cancelled"))
    assert hand.taps <= 3
    assert held(demo_app) <= before
    expect(page.locator("ol.history")).to_contain_text(da("The citizen was ill."))
    snap(page, "trip-cancelled", "tablet")


def test_what_is_held_after_a_cancellation_is_what_was_held_before(
    log_in_as: Callable[..., Page], demo_app: Flask
) -> None:
    page = log_in_as(Role.CARE_WORKER, "tablet")
    open_card(page, "Ellen")
    before, spent = held(demo_app), used(demo_app)
    hand = Hand(page)
    _book(hand)
    hand.press("See the trip")
    hand.press("Cancel the trip")
    hand.choose("%(name)s is ill", name="Ellen")
    hand.press("Cancel the trip")
    expect(page.locator(".status").first).to_have_text(da("Cancelled"))
    assert (held(demo_app), used(demo_app)) == (before, spent)


def test_the_whole_way_works_without_javascript(open_context: Any, demo_app: Flask) -> None:
    page = open_context("tablet", java_script_enabled=False).new_page()
    hand = Hand(page)
    email = next(email for role, email, _password in log_ins() if role == Role.CARE_WORKER)
    page.goto("/log-ind")
    snap(page, "log-in", "tablet")
    hand.write("E-mail", email)
    hand.write("Password", PASSWORD)
    hand.press("Log in")
    expect(page).to_have_url(re.compile("/i-dag$"))
    _start_first(hand)
    hand.tap(_finish_links(page).first)
    _write_times(hand)
    hand.press("Finish the trip")
    expect(page.locator(".status").first).to_have_text(da("Done"))
    open_card(page, "Ellen")
    _book(hand)
    hand.press("See the trip")
    hand.press("Cancel the trip")
    hand.choose("%(name)s has visitors", name="Ellen")
    hand.press("Cancel the trip")
    expect(page.locator(".status").first).to_have_text(da("Cancelled"))


def test_a_finish_that_makes_no_sense_keeps_what_was_typed(log_in_as: Callable[..., Page]) -> None:
    page = log_in_as(Role.CARE_WORKER, "tablet")
    hand = Hand(page)
    _start_first(hand)
    hand.tap(_finish_links(page).first)
    hand.write("Left home at", "23:58")
    hand.write("Home again at", "23:57")
    hand.press("Finish the trip")
    expect(page.locator(".error-summary")).to_be_visible()
    expect(page.get_by_label(da("Left home at"))).to_have_value("23:58")


def test_start_says_that_it_has_begun(log_in_as: Callable[..., Page]) -> None:
    page = log_in_as(Role.CARE_WORKER, "tablet")
    _start_first(Hand(page))
    # The tablet's own script and the page without it say so in different words.
    expect(page.locator(".flashes")).to_contain_text("er begyndt.")
