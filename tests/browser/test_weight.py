"""What a page weighs on the wire: the first time it is opened, and when it is opened again."""

from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.walk import walking

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

FIRST_BYTES, FIRST_REQUESTS = 150_000, 16
AGAIN_BYTES = 10_000

_WEIGHT = """() => {
  const sent = ['navigation', 'resource'].flatMap((kind) => performance.getEntriesByType(kind));
  return [sent.reduce((sum, entry) => sum + entry.transferSize, 0), sent.length];
}"""


@dataclass(frozen=True)
class Weight:
    """Bytes and requests of a first load, and bytes of the next."""

    page: str
    first_bytes: int
    first_requests: int
    again_bytes: int


def weighed(page: Page, name: str) -> Weight:
    """Load a page with nothing kept, then once more."""
    cache = page.context.new_cdp_session(page)
    cache.send("Network.clearBrowserCache")
    cache.detach()
    page.goto(page.url, wait_until="load")
    first_bytes, first_requests = page.evaluate(_WEIGHT)
    page.goto(page.url, wait_until="load")
    return Weight(name, first_bytes, first_requests, page.evaluate(_WEIGHT)[0])


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> list[Weight]:
    with walking(tmp_path_factory.mktemp("weight"), browser) as walk:
        return [weighed(page, name) for name, page in walk.pages()]


def test_the_first_load_of_no_page_is_heavy(weights: list[Weight]) -> None:
    heavy = [w for w in weights if w.first_bytes > FIRST_BYTES]
    assert heavy == []


def test_no_page_asks_for_many_files(weights: list[Weight]) -> None:
    assert [w for w in weights if w.first_requests > FIRST_REQUESTS] == []


def test_the_next_load_of_no_page_is_heavy(weights: list[Weight]) -> None:
    assert [w for w in weights if w.again_bytes > AGAIN_BYTES] == []


def test_a_first_load_is_weighed_with_its_fonts_and_styles(weights: list[Weight]) -> None:
    assert min(w.first_bytes for w in weights) > 20_000
