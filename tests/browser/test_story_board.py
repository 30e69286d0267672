"""The planner's week board: moved by keyboard, by drag, on paper, and with a helper who is ill."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from klippekort.domain.permissions import Role
from tests.browser.checks import axe, resize, sideways, small_targets
from tests.browser.steps import Hand, da, heading, snap, told

pytestmark = pytest.mark.browser

WEEK = re.compile(r"^Uge \d+$")
NOBODY = "00000000-0000-0000-0000-000000000000"


@pytest.fixture
def ida(log_in_as: Callable[..., Page]) -> Page:
    """The planner at her desk, on the first week that has a trip to move."""
    page = log_in_as(Role.PLANNER, "desktop")
    page.goto("/tavle")
    while not any(_may_change_hands(block) for block in _trips(page)):
        page.get_by_role("navigation", name=da("Weeks")).get_by_role("link", name=WEEK).last.click()
    return page


def _trips(page: Page) -> list[Locator]:
    """Return the trips ahead that somebody comes along on."""
    expect(page.locator("[data-board]")).to_be_attached()
    return page.locator("td[data-escort] .block[draggable][data-keeps-day]").all()


def _trip(page: Page) -> Locator:
    """Return the first of them that one other helper could take, and another could not."""
    return next(block for block in _trips(page) if _may_change_hands(block))


def _may_change_hands(block: Locator) -> bool:
    """Say so by what the page itself would be told when the trip is taken up."""
    page, trip = block.page, str(block.get_attribute("data-trip"))
    here = _cell_of(block).get_attribute("data-escort")
    asked = str(page.locator("[data-board]").get_attribute("data-fits"))
    days = page.request.get(asked.replace(NOBODY, trip)).json()["days"]
    why_not = [why for day in days.values() for who, why in day.items() if who != here]
    return "" in why_not and any(why_not)


def _cell_of(block: Locator) -> Locator:
    return block.locator("xpath=ancestor::td")


def test_a_trip_is_moved_by_keyboard_alone(ida: Page) -> None:
    block = _trip(ida)
    trip = str(block.get_attribute("data-trip"))
    before = _cell_of(block).get_attribute("data-escort")
    snap(ida, "board", "desktop")
    block.focus()
    ida.keyboard.press("Enter")
    expect(ida.get_by_role("radio").first).to_be_attached()
    snap(ida, "board-move", "desktop")
    ida.get_by_role("radio").first.focus()
    ida.keyboard.press("Space")
    ida.keyboard.press("Enter")
    told(ida, "%(name)s goes along.", name="")
    after = _cell_of(ida.locator(f'[data-trip="{trip}"]')).get_attribute("data-escort")
    assert after != before


def test_a_trip_is_dragged_to_a_helper_who_fits(ida: Page) -> None:
    block = _trip(ida)
    trip = str(block.get_attribute("data-trip"))
    block.scroll_into_view_if_needed()
    _take(ida, block)
    target = ida.locator("td.fits").first
    escort = str(target.get_attribute("data-escort"))
    _drop(ida, target)
    told(ida, "%(name)s goes along.", name="")
    moved = ida.locator(f'td[data-escort="{escort}"] [data-trip="{trip}"]')
    expect(moved).to_have_count(1)


def test_a_trip_dropped_where_it_clashes_stays_and_says_why(ida: Page) -> None:
    block = _trip(ida)
    trip, before = block.get_attribute("data-trip"), _cell_of(block).get_attribute("data-escort")
    block.scroll_into_view_if_needed()
    _take(ida, block)
    _drop(ida, ida.locator("td.clashes").first)
    expect(ida.locator("[data-board-status]")).to_contain_text(da("Nothing was moved:"))
    stayed = ida.locator(f'td[data-escort="{before}"] [data-trip="{trip}"]')
    expect(stayed).to_have_count(1)


def _take(page: Page, block: Locator) -> None:
    """Take a trip in the hand and wait until the board has said where it fits."""
    box = block.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 20, box["y"] + 15)
    page.mouse.down()
    page.mouse.move(box["x"] + 40, box["y"] + 25, steps=3)
    expect(page.locator("[data-board][data-marked]")).to_be_attached()


def _drop(page: Page, target: Locator) -> None:
    target.evaluate("cell => cell.scrollIntoView({ block: 'center', inline: 'center' })")
    box = target.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + min(20, box["height"] / 2)
    page.mouse.move(x - 5, y, steps=3)
    page.mouse.move(x, y)
    expect(target).to_have_class(re.compile("is-over"))
    page.mouse.up()


def test_a_helper_is_ill_and_somebody_else_goes(ida: Page) -> None:
    name = str(
        _cell_of(_trip(ida)).locator("xpath=ancestor::tr").locator(".board-name").inner_text()
    )
    hand = Hand(ida)
    row = ida.locator("tr", has=ida.get_by_role("link", name=name, exact=True))
    hand.tap(row.locator(".board-ill"))
    heading(ida, "%(name)s is away", name=name)
    hand.choose("Until further notice")
    snap(ida, "board-ill", "desktop")
    hand.press("Note it, and show the trips")
    heading(ida, "Trips that need a helper")
    snap(ida, "board-needs", "desktop")
    assert axe(ida) == []
    choices = ida.get_by_role("button", name=re.compile(da("Choose %(name)s", name="")))
    if choices.count():
        hand.tap(choices.first)
        told(ida, "It is settled. The call to the citizen is on the list.")


def test_the_board_is_printed_on_one_side_across(ida: Page) -> None:
    ida.emulate_media(media="print")
    expect(ida.locator(".board-filter")).to_be_hidden()
    expect(ida.locator(".board")).to_be_visible()
    paper = ida.pdf(prefer_css_page_size=True)
    box = re.search(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", paper)
    assert box is not None
    assert float(box[1]) > float(box[2])


def test_the_whole_week_fits_across_a_sheet(ida: Page) -> None:
    ida.set_viewport_size({"width": 1047, "height": 740})  # A4 across, within its margins
    ida.emulate_media(media="print")
    assert sideways(ida) == 0
    name = ida.locator(".board tbody th").last
    assert name.evaluate("(e) => parseFloat(getComputedStyle(e).fontSize)") < 16


@pytest.mark.parametrize("size", ["desktop", "tablet", "phone"])
def test_the_board_is_for_everybody(ida: Page, size: str) -> None:
    resize(ida, size)
    ida.reload()
    assert axe(ida) == []
    assert small_targets(ida) == []
    assert sideways(ida) == 0
    snap(ida, "board-check", size)
