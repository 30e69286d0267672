"""Volunteers and associations: somebody asks to help, offers, cannot after all, and is thanked."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from klippekort.domain.permissions import Role
from klippekort.operations.demo import citizen_card
from tests.browser.steps import Hand, da, heading, snap, told

pytestmark = pytest.mark.browser


def test_somebody_asks_to_help_and_is_welcomed(
    open_context: Callable[..., Any], log_in_as: Callable[..., Page]
) -> None:
    page: Page = open_context("phone").new_page()
    page.goto("/bliv-frivillig/lindeby")
    hand = Hand(page)
    hand.write("Name", "Gunnar Gammelgaard")
    hand.write("Phone", "20 30 40 50")
    hand.choose("Walk")
    snap(page, "apply", "phone")
    hand.press("Send")
    expect(page).to_have_url(re.compile("/tak$"))
    karen = log_in_as(Role.COORDINATOR, "desktop")
    karen.goto("/frivillige/ansoegninger")
    karen.get_by_role("link", name=re.compile("Gunnar Gammelgaard")).click()
    snap(karen, "application", "desktop")
    Hand(karen).press("Welcome as a volunteer")
    told(karen, "%(name)s is a volunteer now. Call and say welcome.", name="Gunnar Gammelgaard")


def test_a_host_who_cannot_come_is_thanked_and_others_are_asked(
    log_in_as: Callable[..., Page],
) -> None:
    kaj = log_in_as(Role.VOLUNTEER, "phone")
    coming = kaj.locator('section[aria-labelledby="coming"] article')
    dates = coming.count()
    coming.get_by_role("link", name=da("I can't after all")).first.click()
    snap(kaj, "cannot", "phone")
    Hand(kaj).press("I can't after all")
    told(kaj, "Thank you for saying so.")
    assert coming.count() < dates
    karen = log_in_as(Role.COORDINATOR, "desktop")
    Hand(karen).turn_to("More")
    Hand(karen).press("Hosts")
    heading(karen, "Hosts")
    snap(karen, "hosts", "desktop")


def test_a_host_confirms_with_one_tap_that_all_came(log_in_as: Callable[..., Page]) -> None:
    kaj = log_in_as(Role.VOLUNTEER, "phone")
    waiting = kaj.locator('section[aria-labelledby="to-log"] article')
    before, hand = waiting.count(), Hand(kaj)
    hand.press("Everybody came, as planned")
    told(kaj, "Thank you. It is saved.")
    assert hand.taps == 1
    assert waiting.count() == before - 1


def test_an_association_sees_its_own_and_sets_its_limit(log_in_as: Callable[..., Page]) -> None:
    lone = log_in_as(Role.ASSOCIATION, "phone")
    hand = Hand(lone)
    snap(lone, "association", "phone")
    hand.press("Change the limit")
    lone.get_by_role("spinbutton").fill("12")
    lone.get_by_role("main").get_by_role("button").first.click()
    told(lone, "The limit is saved.")
    expect(lone.get_by_role("main")).to_contain_text("12")
    hand.turn_to("Our hosts")
    expect(lone.get_by_role("heading", level=1)).to_contain_text("Kajs Kortklub")


def test_a_coordinator_sees_whom_a_change_touches_before_it_is_made(
    log_in_as: Callable[..., Page],
) -> None:
    karen = log_in_as(Role.COORDINATOR, "desktop")
    hand = Hand(karen)
    hand.turn_to("Activities")
    karen.get_by_role("link", name=re.compile("^Kortklub")).first.click()
    karen.get_by_role("main").get_by_role("link", name=da("Change"), exact=True).first.click()
    hand.write("From", "14:30")
    hand.write("To", "16:00")
    hand.press("See whom it touches")
    expect(karen.get_by_role("heading", name=da("This is what happens"))).to_be_visible()
    snap(karen, "change-date", "desktop")
    hand.press("Change it")
    expect(karen.get_by_role("heading", level=1, name="Kortklub")).to_be_visible()
    expect(karen.get_by_role("main")).to_contain_text("14.30–16.00")


def test_a_citizen_passes_an_idea_on(
    open_context: Callable[..., Any], log_in_as: Callable[..., Page]
) -> None:
    card = citizen_card()
    page: Page = open_context("phone").new_page()
    page.goto(f"/kort/{card.slug}/{card.token}")
    hand = Hand(page)
    hand.write("Your four-digit code", card.pin)
    hand.press("Open")
    hand.press("Have you an idea?")
    hand.write("What could we do together?", "Bage brunsviger")
    snap(page, "own-idea", "phone")
    hand.press("Send the idea")
    told(page, "Thank you. A coordinator calls you about your idea.")
    karen = log_in_as(Role.COORDINATOR, "desktop")
    karen.get_by_role("link", name=re.compile("venter på dit ja")).click()
    karen.get_by_role("link", name=re.compile("Bage brunsviger")).click()
    office = Hand(karen)
    office.press("Approve")
    office.press("Approve")
    expect(karen.get_by_role("main")).to_contain_text(
        da("Correct it first: write where it is held, and when.")
    )
    snap(karen, "idea-held-nowhere", "desktop")
