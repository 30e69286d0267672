"""The tablet between two pages: no tap is lost, and nothing is asked for before a good-bye."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import wraps
from threading import Event
from typing import Any

import pytest
from flask import Flask, Response, make_response
from playwright.sync_api import Locator, Page, expect

from klippekort.domain.permissions import Actor, Role
from tests.browser.offline import (
    SEND,
    Unreliable,
    colleague,
    cut,
    is_kept,
    mend,
    nothing_waits,
    start_button,
    told,
    trip_of,
    waits,
)
from tests.browser.steps import da
from tests.live import LiveServer

pytestmark = pytest.mark.browser

LAST_MOMENT = """addEventListener("pagehide", () =>
  document.querySelector("a[href='/aktiviteter']").click());"""
PRESS = "new PointerEvent('pointerdown', { bubbles: true })"
AT_ONCE = """addEventListener("DOMContentLoaded", () =>
  document.querySelector("form[data-intent=start] button").click());"""


@pytest.fixture
def wire(demo_app: Flask, site: LiveServer) -> Unreliable:
    """The way to the server, which can be held."""
    return Unreliable(demo_app)


@pytest.fixture
def anna(wire: Unreliable, log_in_as: Callable[..., Page]) -> Page:
    """The care worker at Today, with her day on the tablet."""
    page = log_in_as(Role.CARE_WORKER, "tablet")
    is_kept(page)
    return page


def test_a_link_tapped_in_the_last_moment_of_a_page_is_followed(
    anna: Page, demo_app: Flask
) -> None:
    trip_id = trip_of(anna)
    anna.evaluate(LAST_MOMENT)
    start_button(anna).click()
    anna.wait_for_url("**/aktiviteter")
    assert told(demo_app, trip_id)[1:] == ["started"]


def test_a_link_under_a_finger_that_was_not_lifted_is_not_followed(
    anna: Page, demo_app: Flask, wire: Unreliable
) -> None:
    trip_id = trip_of(anna)
    anna.evaluate(LAST_MOMENT.replace(".click()", f".dispatchEvent({PRESS})"))
    with anna.expect_navigation(url="**/i-dag", timeout=10_000):
        start_button(anna).click()
    is_kept(anna)
    assert told(demo_app, trip_id)[1:] == ["started"]
    assert anna.url.endswith("/i-dag")
    assert anna.evaluate("sessionStorage.getItem('klippekort-tapped')") is None


def _press_while_an_answer_comes(page: Page, wire: Unreliable, target: Locator) -> None:
    """Put a finger down where the clock stands still, and let the answer to a start come."""
    answer = Event()
    wire.held = {SEND: answer}
    # Before the click: what it leaves to a later moment must be of the same clock.
    page.clock.install()
    start_button(page).click()
    expect(page.locator("html")).to_have_attribute("data-queue", "1")
    page.clock.pause_at(datetime.now(UTC) + timedelta(seconds=1))
    target.hover()
    page.mouse.down()
    page.evaluate("self.isStillHere = true")
    answer.set()
    expect(page.locator("html")).to_have_attribute("data-queue", "0")


def test_a_page_waits_for_the_finger_that_is_down(anna: Page, wire: Unreliable) -> None:
    link = anna.locator("a[href='/aktiviteter']").first
    _press_while_an_answer_comes(anna, wire, link)
    assert anna.evaluate("self.isStillHere")
    with anna.expect_navigation(url="**/aktiviteter"):
        anna.mouse.up()


def test_a_page_waits_for_a_finger_on_no_link_and_not_for_long(
    anna: Page, wire: Unreliable
) -> None:
    _press_while_an_answer_comes(anna, wire, anna.get_by_role("heading", level=1))
    assert anna.evaluate("self.isStillHere")
    with anna.expect_navigation(url="**/i-dag"):
        anna.clock.run_for(3000)


def test_a_finger_that_slides_over_a_link_has_tapped_nothing(
    anna: Page, demo_app: Flask, wire: Unreliable
) -> None:
    answer = Event()
    wire.held = {SEND: answer}
    trip_id = trip_of(anna)
    start_button(anna).click()
    for press in (PRESS, PRESS.replace("down", "cancel")):
        anna.evaluate(f"document.querySelector(\"a[href='/aktiviteter']\").dispatchEvent({press})")
    with anna.expect_navigation(url="**/i-dag", timeout=10_000):
        answer.set()
    assert told(demo_app, trip_id)[1:] == ["started"]


@pytest.mark.parametrize("fault", ["somebody else's", "too old", "from another page"])
def test_a_tap_is_followed_for_nobody_else_and_not_for_long(
    anna: Page, demo_app: Flask, staff: dict[Role, Actor], fault: str
) -> None:
    own = {
        "account": str(staff[Role.CARE_WORKER].account_id),
        "to": f"{anna.url.split('/i-dag')[0]}/aktiviteter",
        "from": "/i-dag",
        "at": anna.evaluate("Date.now()"),
    }
    other = colleague(demo_app, staff[Role.CARE_WORKER])
    wrong = {
        "somebody else's": {"account": str(other.account_id)},
        "too old": {"at": own["at"] - 60_000},
        "from another page": {"from": "/borgere"},
    }[fault]
    anna.evaluate(
        "(tapped) => sessionStorage.setItem('klippekort-tapped', tapped)",
        json.dumps({**own, **wrong}),
    )
    anna.goto("/i-dag")
    is_kept(anna)
    assert anna.url.endswith("/i-dag")
    assert anna.evaluate("sessionStorage.getItem('klippekort-tapped')") is None


def _saved(view: Callable[..., Any]) -> Callable[..., Response]:
    # Not every browser shows a PDF: what is attached, none does.
    @wraps(view)
    def save(**values: Any) -> Response:
        answer = make_response(view(**values))
        answer.headers["Content-Disposition"] = "attachment; filename=klippekort.pdf"
        return answer

    return save


def test_an_answer_does_not_wait_for_a_file(anna: Page, wire: Unreliable, demo_app: Flask) -> None:
    demo_app.view_functions["trips.card_pdf"] = _saved(demo_app.view_functions["trips.card_pdf"])
    answer = Event()
    wire.held = {SEND: answer}
    of_citizen = str(anna.locator("article a[href^='/borgere/']").first.get_attribute("href"))
    start_button(anna).click()
    expect(anna.locator("html")).to_have_attribute("data-queue", "1")
    anna.goto(f"{of_citizen}/kort/udskrift")
    expect(anna.locator("html[data-outbox=ready]")).to_be_attached()
    with anna.expect_download():
        anna.locator(f"a[href='{of_citizen}/kort.pdf']").click(no_wait_after=True)
    with anna.expect_navigation(timeout=10_000):
        answer.set()
    expect(anna.locator(".flashes .alert-success")).to_be_visible()


def test_a_press_before_the_outbox_is_open_waits_in_it(anna: Page) -> None:
    cut(anna)
    anna.add_init_script(AT_ONCE)
    anna.goto("/i-dag")
    waits(anna, 1)
    expect(anna.locator("#unsent")).to_have_count(0)
    assert anna.evaluate("outbox.entries().then((all) => all.length)") == 1


def test_nothing_is_asked_for_before_a_log_out_that_was_not_heard(
    anna: Page, wire: Unreliable
) -> None:
    cut(anna)
    anna.get_by_role("button", name=da("Log out"), exact=True).click()
    expect(anna.locator("[data-when=left]")).to_be_visible()
    wire.asked.clear()
    mend(anna)
    expect(anna.get_by_role("heading", level=1)).to_have_text(da("Log in"))
    asked = [path for path in wire.asked if not path.startswith(("/static/", "/sw.js"))]
    assert asked[0] == "/tablet/log-ud"


def test_a_page_is_asked_for_once(anna: Page, wire: Unreliable) -> None:
    of_citizen = str(anna.locator("article a[href^='/borgere/']").first.get_attribute("href"))
    nothing_waits(anna)
    wire.asked.clear()
    anna.goto(of_citizen)
    is_kept(anna)
    anna.goto("/aktiviteter")
    assert wire.asked.count(of_citizen) == 1
