"""The checks of pages see what they are there to see."""

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.checks import (
    SIZES,
    axe,
    axe_of_what_changed,
    lost_in_forced_colours,
    resize,
)

pytestmark = pytest.mark.browser

_PAGE = """<!doctype html><html lang="da"><head><title>Side</title><style>
  p { color: #000; background: #fff } .small { display: none; color: #eee }
  .edgeless { border: 0 } .edged { border: 1px solid }
  @media (max-width: 500px) { .small { display: block } }
</style></head><body><main><h1>Side</h1><p>Klart</p><p class="small">Svagt</p>
<button class="edgeless">Uden</button><button class="edged">Med</button></main></body></html>"""


@pytest.fixture
def plain(browser: Browser) -> Page:
    """A page with a faint line on phones, and a button without an edge."""
    width, height = SIZES["tablet"]
    page = browser.new_page(viewport={"width": width, "height": height})
    page.set_content(_PAGE)
    return page


def test_what_comes_into_sight_on_a_phone_is_looked_at_there(plain: Page) -> None:
    assert axe(plain) == []
    resize(plain, "phone")
    found = axe_of_what_changed(plain)
    assert [fault.split(":")[:2] for fault in found] == [["color-contrast", " .small"]]


def test_what_stays_as_it_was_is_not_looked_at_again(plain: Page) -> None:
    axe(plain)
    resize(plain, "desktop")
    plain.evaluate("() => { axe.run = () => { throw new Error('looked at again') } }")
    assert axe_of_what_changed(plain) == []


def test_a_button_without_an_edge_is_lost_where_colours_are_the_readers(plain: Page) -> None:
    assert lost_in_forced_colours(plain) == ["Uden"]
