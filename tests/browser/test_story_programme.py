"""Anybody finds something on a telephone; a coordinator looks at a week and a map, by keyboard."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from klippekort.domain.permissions import Role
from klippekort.operations import demo
from klippekort.platform.db import db
from tests.browser.steps import Hand, da, heading, snap

pytestmark = pytest.mark.browser


@pytest.fixture
def programme(demo_app: Any) -> str:
    """The address of the public programme."""
    with demo_app.app_context():
        slug = demo.citizen_card().slug
        db.session.rollback()
    return f"/program/{slug}"


@pytest.mark.parametrize("has_script", [True, False])
def test_anybody_finds_something_although_it_is_misspelled(
    open_context: Callable[..., Any], programme: str, has_script: bool
) -> None:
    page = open_context("phone", java_script_enabled=has_script).new_page()
    page.goto(programme)
    heading(page, "What is on in %(name)s", name="Lindeby Kommune")
    snap(page, "programme", "phone")
    hand = Hand(page)
    hand.write("What are you looking for?", "strikecafe")
    hand.press("Show")
    first = page.locator("main article h3 a").first
    expect(first).to_have_text("Strikkecafé")
    first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Strikkecafé")
    expect(page.get_by_role("heading", name=da("Next dates"))).to_be_visible()
    snap(page, "programme-activity", "phone")
    page.locator("footer summary").click()
    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("heading", name="Next dates")).to_be_visible()
    page.get_by_role("link", name=re.compile("What is on in")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What is on in Lindeby Kommune")


def test_a_coordinator_narrows_and_goes_from_list_to_week_to_map(
    log_in_as: Callable[..., Page],
) -> None:
    page = log_in_as(Role.COORDINATOR, "desktop")
    page.goto("/aktiviteter/find")
    hand = Hand(page)
    hand.choose("Music and song")
    hand.press("Show")
    expect(page).to_have_url(re.compile(r"\?"))
    found = page.locator(".found h3").all_inner_texts()
    assert found
    hand.press("Week")
    expect(page.get_by_role("listitem").filter(has=page.locator("h2 time"))).to_have_count(7)
    hand.press("Next")
    snap(page, "programme-week", "desktop")
    hand.press("Map")
    expect(page.locator(".map-offers a")).to_have_count(len(found))
    snap(page, "programme-map", "desktop")


def test_the_map_is_walked_by_keyboard(log_in_as: Callable[..., Page]) -> None:
    page = log_in_as(Role.CARE_WORKER, "tablet")
    page.goto("/aktiviteter/kort")
    page.locator("#dot-1").focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "dot-2"
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("#place-2$"))
    page.keyboard.press("Tab")
    inside = "document.activeElement.closest('#place-2') !== null"
    assert page.evaluate(inside)
