"""The coordinator on Monday at eight: today, the week, what lapses, and who goes alone."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import select

from klippekort.domain.permissions import Actor, Role
from klippekort.platform import clock
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.tenancy import acting_for
from klippekort.punchcards.models import PunchCard
from klippekort.punchcards.services.balances import OpeningLot, carry_over
from tests.browser.steps import Hand, da, snap
from tests.cast import HOME

pytestmark = pytest.mark.browser


@pytest.fixture
def karen(log_in_as: Callable[..., Page]) -> Page:
    """The coordinator at her desk."""
    return log_in_as(Role.COORDINATOR, "desktop")


def test_the_overview_shows_today_and_how_much_more_this_week(karen: Page) -> None:
    today = karen.locator('section[aria-labelledby="today"]')
    expect(today.get_by_role("link", name=re.compile("Ellen Sørensen"))).to_be_visible()
    expect(today).to_contain_text(re.compile(r"(\d+ ture? mere|Ingen flere ture) i denne uge"))
    snap(karen, "overview", "desktop")


def _add_time_that_lapses(app: Flask) -> None:
    """Let somebody have saved time before that is soon too old."""
    now, today = clock.now(), clock.today()
    with app.app_context(), acting_for(HOME):
        card = db.session.scalars(
            select(PunchCard).filter_by(closed_on=None).order_by(PunchCard.id).limit(1)
        ).one()
        saved = [OpeningLot(45, today - timedelta(days=30), today + timedelta(days=5))]
        execute(carry_over, Actor(HOME, Role.ASSESSOR), card.id, saved, now=now)


def test_the_overview_shows_whose_time_is_about_to_lapse(karen: Page, demo_app: Flask) -> None:
    _add_time_that_lapses(demo_app)
    karen.reload()
    lines = karen.locator('section[aria-labelledby="lapsing"] a')
    expect(lines.first).to_be_visible()
    expect(lines.first).to_contain_text(re.compile(r"\d+ (minut|time)"))


def test_a_trip_without_an_escort_gets_one(karen: Page) -> None:
    alone = karen.locator('section[aria-labelledby="alone"] a[href$="/ledsager"]')
    addresses = [str(link.get_attribute("href")) for link in alone.all()]
    hand = Hand(karen)
    for address in addresses:
        karen.goto(address)
        if karen.get_by_role("radio").count():
            break
    snap(karen, "assign", "desktop")
    hand.press("Choose this helper")
    expect(karen.locator(".flashes .alert-success")).to_be_visible()
    snap(karen, "board", "desktop")
    karen.goto("/overblik")
    expect(karen.locator(f'a[href="{address}"]')).to_have_count(0)


def test_the_week_can_be_turned(karen: Page) -> None:
    hand = Hand(karen)
    hand.press("All trips this week")
    karen.get_by_role("navigation", name=da("Weeks")).get_by_role("link").last.click()
    expect(karen.get_by_role("link", name=da("This week"))).to_be_visible()
    expect(karen.locator("tbody tr").first).to_be_visible()
