"""Ellen's own page on a phone and at a shared screen: with a finger, and with keys alone."""

import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from klippekort.domain.permissions import Actor, Role
from klippekort.operations.demo import citizen_card
from klippekort.platform.tenancy import acting_for
from klippekort.punchcards.queries.card_keys import find_key
from tests.browser.checks import axe, sideways, small_targets
from tests.browser.steps import Hand, control, da, heading, snap, told
from tests.cast import HOME as HOME_ID
from tests.own_page_site import book_for

pytestmark = pytest.mark.browser

CARD = citizen_card()
HOME = f"/kort/{CARD.slug}/{CARD.token}"
KIOSK = f"/kiosk/{CARD.slug}"
# What is written on the page and is smaller than 24 px on the screen.
_SMALL = """() => [...document.querySelectorAll('body *')]
  .filter((e) => !e.closest('svg, .unseen, .skipnav, noscript') && e.checkVisibility())
  .filter((e) => [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()))
  .filter((e) => parseFloat(getComputedStyle(e).fontSize) < 23.9)
  .map((e) => e.tagName + ' ' + e.innerText.slice(0, 40))"""
_VOICE = """
  window.said = [];
  class Utterance { constructor(text) { this.text = text; } }
  window.SpeechSynthesisUtterance = Utterance;
  Object.defineProperty(window, 'speechSynthesis', { value: {
    getVoices: () => [{ lang: 'da-DK', localService: LOCAL, name: 'Sara' }],
    speak: (part) => window.said.push(part.text),
    cancel: () => {}, addEventListener: () => {},
  } });
"""


@pytest.fixture
def trip(demo_app: Flask, staff: dict[Role, Actor]) -> UUID:
    """A trip of Ellen's in the coming weeks."""
    with demo_app.app_context(), acting_for(HOME_ID):
        key = find_key(CARD.token)
        assert key is not None
        return book_for(staff[Role.COORDINATOR], key.citizen_id)


@pytest.fixture
def phone(open_context: Callable[..., Any], demo_app: Flask, trip: UUID) -> Page:
    """Ellen's phone, with her page open."""
    page: Page = open_context("phone").new_page()
    page.goto(HOME)
    _open(page)
    return page


@pytest.fixture
def screen(open_context: Callable[..., Any], demo_app: Flask) -> Page:
    """The shared screen in the day room, waiting for a card."""
    page: Page = open_context("desktop").new_page()
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(KIOSK)
    return page


def _open(page: Page) -> None:
    hand = Hand(page)
    hand.write("Your four-digit code", CARD.pin)
    hand.press("Open")
    heading(page, "Hello %(name)s", name="Ellen")


def _sound(page: Page, name: str, size: str) -> None:
    snap(page, name, size)
    assert axe(page) == []
    assert small_targets(page) == []
    assert page.evaluate(_SMALL) == []
    assert sideways(page) == 0


def test_her_day_on_the_phone(phone: Page) -> None:
    _sound(phone, "own-home", "phone")
    hand = Hand(phone)
    hand.press("I'd like to …")
    _sound(phone, "own-wish", "phone")
    hand.choose("Music and song")
    hand.press("Send")
    told(phone, "Thank you. We look for something, and tell you.")
    hand.press("I can't come")
    heading(phone, "You can't come?")
    _sound(phone, "own-cancel", "phone")
    hand.choose("I have visitors")
    hand.press("I can't come")
    told(phone, "We know that you are not coming. Thank you for telling us.")
    hand.press("My data")
    heading(phone, "One thing more, to look after you")
    _sound(phone, "own-prove", "phone")
    hand.press("Send me a letter")
    told(phone, "We send you a letter. It comes within a month, often sooner.")


def test_letters_and_colours_are_hers(phone: Page) -> None:
    before = _letters(phone)
    phone.get_by_role("link", name=da("Letters and colours")).click()
    hand = Hand(phone)
    hand.choose("Largest")
    hand.choose("Strong colours: white and yellow on black")
    hand.press("Save")
    heading(phone, "Hello %(name)s", name="Ellen")
    assert _letters(phone) == pytest.approx(before * 1.5, rel=0.01)
    _sound(phone, "own-strong", "phone")
    for path in ("/oenske", "/laesning", "/kode/alt"):
        phone.goto(HOME + path)
        assert axe(phone) == []
        assert sideways(phone) == 0


def _letters(page: Page) -> float:
    return float(page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)"))


@pytest.mark.parametrize(("is_local", "is_shown"), [("true", True), ("false", False)])
def test_only_a_voice_of_this_device_reads_aloud(
    open_context: Callable[..., Any], demo_app: Flask, is_local: str, is_shown: bool
) -> None:
    page = open_context("phone").new_page()
    page.add_init_script(_VOICE.replace("LOCAL", is_local))
    page.goto(HOME)
    _open(page)
    button = page.get_by_role("button", name=da("Read the page aloud"))
    expect(button).to_be_visible(visible=is_shown)
    if is_shown:
        button.click()
        expect(page.get_by_role("button", name=da("Stop reading"))).to_be_visible()
        assert "Hej Ellen" in page.evaluate("window.said")


def test_without_a_voice_there_is_no_button(phone: Page) -> None:
    expect(phone.get_by_role("button", name=da("Read the page aloud"))).to_have_count(0)


def test_with_keys_alone(open_context: Callable[..., Any], demo_app: Flask, trip: UUID) -> None:
    page: Page = open_context("phone").new_page()
    page.goto(HOME)
    _tab_to(page, "input", da("Your four-digit code"))
    page.keyboard.type(CARD.pin)
    page.keyboard.press("Enter")
    heading(page, "Hello %(name)s", name="Ellen")
    stops = _walk(page)
    assert stops[0] == da("Go to the content")
    wanted = ("I can't come", "I'd like to …", "Who has looked at my data?", "My data", "Close")
    places = [stops.index(da(one)) for one in wanted]
    assert places == sorted(places)
    _tab_to(page, "a", da("I'd like to …"))
    page.keyboard.press("Enter")
    heading(page, "I'd like to …")
    _tab_to(page, "textarea", da("Say it in your own words"))
    page.keyboard.type("Ud at sejle")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    told(page, "Thank you. We look for something, and tell you.")


_NAME = """() => { const e = document.activeElement;
  const name = e.labels?.[0]?.innerText || e.getAttribute('aria-label') || e.innerText;
  return (name || '').trim(); }"""


def _walk(page: Page) -> list[str]:
    """Press Tab from the top until the page has been gone through, and return the stops."""
    page.evaluate("() => { document.activeElement.blur(); window.scrollTo(0, 0); }")
    stops: list[str] = []
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            break
        stops.append(str(page.evaluate(_NAME)))
    return stops


def _tab_to(page: Page, tag: str, name: str) -> None:
    for _ in range(60):
        page.keyboard.press("Tab")
        is_there = page.evaluate("t => document.activeElement.matches(t)", tag)
        if is_there and page.evaluate(_NAME).startswith(name):
            return
    raise AssertionError(f"no way by keys to {name}")


def test_what_she_had_typed_is_there_when_her_page_has_closed(phone: Page) -> None:
    phone.goto(f"{HOME}/oenske")
    hand = Hand(phone)
    hand.write("Say it in your own words", "Ud at danse")
    phone.context.clear_cookies(name="card")
    hand.press("Send")
    heading(phone, "Show that it is you, and it goes through")
    _sound(phone, "own-again", "phone")
    hand.write("Your four-digit code", CARD.pin)
    hand.press("Send it now")
    told(phone, "Thank you. We look for something, and tell you.")
    phone.goto(f"{HOME}/oenske")
    expect(phone.get_by_role("main")).to_contain_text("Ud at danse")


def test_a_card_at_the_shared_screen_leaves_no_trace(screen: Page) -> None:
    _sound(screen, "kiosk", "kiosk")
    # The reader types the whole address and Enter, wherever the focus is.
    screen.keyboard.type(f"https://klippekort.example.dk{HOME}")
    screen.keyboard.press("Enter")
    heading(screen, "Open your card")
    _open(screen)
    assert CARD.token not in screen.url
    _sound(screen, "kiosk-home", "kiosk")
    screen.get_by_role("link", name=da("I'd like to …")).click()
    heading(screen, "I'd like to …")
    screen.get_by_role("button", name=da("I am done")).click()
    heading(screen, "Hold your card under the reader")
    for _ in range(4):
        screen.go_back()
        expect(screen.get_by_role("main")).not_to_contain_text("Ellen")
    assert {one["name"] for one in screen.context.cookies()} <= {"form"}


def test_whoever_is_quiet_is_warned_and_then_forgotten(
    open_context: Callable[..., Any], demo_app: Flask
) -> None:
    page: Page = open_context("desktop").new_page()
    page.set_viewport_size({"width": 1280, "height": 800})
    page.clock.install()
    page.goto(KIOSK)
    page.get_by_label(da("The card's code")).fill(CARD.token)
    control(page.get_by_role("main"), da("Open")).click()
    _open(page)
    page.clock.fast_forward(61_000)
    stay = page.get_by_role("button", name=da("I am still here"))
    expect(stay).to_be_focused()
    snap(page, "kiosk-idle", "kiosk")
    box = stay.bounding_box()
    assert box is not None
    assert box["height"] >= 48
    stay.click()
    expect(stay).to_be_hidden()
    page.clock.fast_forward(61_000)
    page.clock.fast_forward(31_000)
    heading(page, "Hold your card under the reader")
    page.goto(f"{KIOSK}/kort")
    expect(page).to_have_url(re.compile(rf"{KIOSK}$"))
