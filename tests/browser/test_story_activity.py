"""A volunteer invites, a coordinator says yes, guests come, and the hours are counted."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from klippekort.domain.permissions import Role
from klippekort.platform import clock
from tests.browser.steps import Hand, da, heading, snap, told

pytestmark = pytest.mark.browser

TITLE = "Æblekage i haven"


def fill_in_activity(hand: Hand, title: str, day: str, starts: str, ends: str) -> None:
    """Fill in the form of a new activity, held every week."""
    hand.write("What is it called?", title)
    hand.choose("Meal")
    hand.write("A few words about it", "Kaffe, kage og en stol i solen.")
    hand.write("Day", day)
    hand.write("From", starts)
    hand.write("To", ends)
    hand.choose("Every week")
    hand.write("Name of the place", "Kolonihaven")
    hand.write("Street and number", "Havevej 3")
    hand.write("Postcode", "4681")
    hand.write("Town", "Lindeby")
    hand.choose("No steps")
    hand.write("Room for how many guests?", "8")
    hand.write("How many of them in a wheelchair?", "2")
    hand.write("Price for a guest, in kroner", "20")


def test_a_volunteers_activity_is_approved_and_stands_on_the_list(
    log_in_as: Callable[..., Page],
) -> None:
    kaj = log_in_as(Role.VOLUNTEER, "phone")
    hand = Hand(kaj)
    snap(kaj, "mine", "phone")
    hand.press("New activity")
    day = clock.today() + timedelta(days=2)
    fill_in_activity(hand, TITLE, day.isoformat(), "13:00", "14:30")
    snap(kaj, "post", "phone")
    hand.press("Send to the coordinator")
    told(kaj, "Thank you. A coordinator looks at it and answers you here.")
    karen = log_in_as(Role.COORDINATOR, "desktop")
    karen.get_by_role("link", name=re.compile("venter på dit ja")).click()
    karen.get_by_role("link", name=re.compile(TITLE)).click()
    snap(karen, "proposal", "desktop")
    Hand(karen).press("Approve")
    told(karen, "The activity is approved. Guests can come.")
    anna = log_in_as(Role.CARE_WORKER, "tablet")
    anna.goto("/aktiviteter?q=blekage")
    expect(anna.get_by_role("link", name=TITLE).first).to_be_visible()
    snap(anna, "activities", "tablet")


def test_a_form_that_is_wrong_keeps_what_was_typed(log_in_as: Callable[..., Page]) -> None:
    page = log_in_as(Role.VOLUNTEER, "phone")
    hand = Hand(page)
    hand.press("New activity")
    day = clock.today() + timedelta(days=2)
    fill_in_activity(hand, TITLE, day.isoformat(), "15:00", "14:00")
    hand.press("Send to the coordinator")
    expect(page.locator(".error-summary")).to_be_visible()
    expect(page.get_by_label(da("What is it called?"))).to_have_value(TITLE)
    expect(page.get_by_label(re.compile(f"^{da('Name of the place')}"))).to_have_value(
        "Kolonihaven"
    )
    snap(page, "post-error", "phone")


def test_a_host_ticks_who_came_and_the_coordinator_sees_the_hours(
    log_in_as: Callable[..., Page],
) -> None:
    kaj = log_in_as(Role.VOLUNTEER, "phone")
    hand = Hand(kaj)
    title = kaj.locator('section[aria-labelledby="to-log"] h3').first.inner_text()
    kaj.locator('section[aria-labelledby="to-log"] a').first.click()
    snap(kaj, "attendance", "phone")
    for box in kaj.get_by_role("checkbox").all():
        hand.tick(box)
    hand.write("How many other guests came?", "2")
    hand.press("Save")
    told(kaj, "Thank you. It is saved.")
    karen = log_in_as(Role.COORDINATOR, "desktop")
    Hand(karen).turn_to("More")
    Hand(karen).press("Hosts")
    heading(karen, "Hosts")
    karen.goto("/vaerter")
    heading(karen, "Hosting")
    if not karen.get_by_text("Kaj Klausen").count():
        karen.get_by_role("navigation").last.get_by_role("link").first.click()
    row = karen.locator("tbody tr").filter(has_text="Kaj Klausen")
    expect(row.filter(has_text=re.compile(r"\d")).first).to_be_visible()
    assert title
    snap(karen, "hosting", "desktop")


def test_a_host_sees_first_names_only(log_in_as: Callable[..., Page]) -> None:
    page = log_in_as(Role.VOLUNTEER, "phone")
    page.locator('section[aria-labelledby="to-log"] a').first.click()
    boxes = page.get_by_role("checkbox")
    names = [label.inner_text().split(" (")[0] for label in page.locator(".choice > label").all()]
    assert boxes.count() == len(names)
    assert all(len(name.split()) == 1 for name in names)
