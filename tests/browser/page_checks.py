"""A page in a real browser, at three sizes: what axe finds, what axe cannot see, the weight.

The pages are looked at in two parts, side by side; each module of tests says which is its own.
"""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.checks import (
    SIZES,
    axe,
    axe_of_what_changed,
    lost_in_forced_colours,
    resize,
    sideways,
    small_targets,
)
from tests.browser.walk import walking

LEAST_PAGES = 65
# The pages of activities, groups and those who help: half of all there are.
_COMMUNITIES = (
    "aktiviteter",
    "bliv-frivillig",
    "foreninger",
    "frivillige",
    "grupper",
    "min-forening",
    "om-mig",
    "program",
    "vaerter",
    "vaertskab",
)
FIRST_BYTES, FIRST_REQUESTS = 150_000, 16
AGAIN_BYTES = 10_000
CHECKS = ("axe", "targets", "text size", "reflow", "text at 200 %", "keyboard", "forced colours")

# What is kept weighs nothing when it is loaded again, yet tells how large it is.
_WEIGHT = """() => {
  const sent = ['navigation', 'resource'].flatMap((kind) => performance.getEntriesByType(kind));
  const sum = (weight) => sent.reduce((total, entry) => total + weight(entry), 0);
  return [sum((entry) => entry.encodedBodySize + 300), sent.length, sum((e) => e.transferSize)];
}"""

_DOES_NOT_FIT = """() => {
  const page = document.documentElement;
  const cut = [...document.querySelectorAll('main *, header *')].filter((e) =>
    e.checkVisibility() && e.innerText && !e.closest('.unseen')
    && getComputedStyle(e).overflowX === 'hidden' && getComputedStyle(e).clipPath === 'none'
    && e.scrollWidth > e.clientWidth + 1);
  const wide = page.scrollWidth - page.clientWidth;
  return [...(wide ? [`${wide} px sideways`] : []), ...cut.map((e) => e.innerText.slice(0, 40))];
}"""

_SMALL_TEXT = """() => [...document.querySelectorAll('body *')]
  .filter((e) => [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()))
  .filter((e) => e.checkVisibility() && !e.closest('svg, option, .unseen'))
  .filter((e) => parseFloat(getComputedStyle(e).fontSize) < 18)
  .map((e) => e.innerText.slice(0, 40))"""

# After one Tab the browser shows focus as it does for a keyboard, also when a script moves it.
_WITHOUT_RING = """() => {
  const controls = 'a[href], button, input:not([type=hidden]), select, textarea, summary';
  const ringed = (e, part) => {
    const style = getComputedStyle(e, part);
    return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
  };
  return [...document.querySelectorAll(controls)]
    .filter((e) => e.checkVisibility({ visibilityProperty: true }) && !e.disabled)
    .filter((e) => {
      e.focus();
      if (document.activeElement !== e) return true;
      const seen = getComputedStyle(e).opacity === '0' ? [...e.labels] : [e];
      return !seen.some((s) => ringed(s) || ringed(s, '::after'));
    })
    .map((e) => e.innerText?.slice(0, 40) || e.id || e.name);
}"""


def with_large_text(page: Page) -> list[object]:
    """Return what does not fit when the reader's browser is set to letters of twice the size."""
    browser = page.context.new_cdp_session(page)
    browser.send("Page.setFontSizes", {"fontSizes": {"standard": 32, "fixed": 26}})
    found: list[object] = page.evaluate(_DOES_NOT_FIT)
    browser.send("Page.setFontSizes", {"fontSizes": {"standard": 16, "fixed": 13}})
    browser.detach()
    return found


@dataclass(frozen=True)
class Weight:
    """Bytes and requests of a first load, and bytes of the next."""

    page: str
    first_bytes: int
    first_requests: int
    again_bytes: int


def weighed(page: Page, name: str) -> Weight:
    """Weigh a page that was just loaded, once more where it had files no page before it had."""
    weight = Weight(name, *page.evaluate(_WEIGHT))
    if weight.again_bytes <= AGAIN_BYTES:
        return weight
    page.goto(page.url, wait_until="load")
    return Weight(name, *page.evaluate(_WEIGHT))


class Found:
    """What was found on the pages that were looked at, by check and page, and what they weigh."""

    def __init__(self) -> None:
        self.opened: list[str] = []
        self.weights: list[Weight] = []
        self.strays: list[str] = []
        self.faults: dict[str, dict[str, Sequence[object]]] = {check: {} for check in CHECKS}

    def look(self, page: Page, name: str) -> None:
        """Check a page at every size."""
        self.opened.append(name)
        self.weights.append(weighed(page, name))
        self._note("axe", name, axe(page))
        for size in SIZES:
            resize(page, size)
            self._note("axe", f"{name}, {size}", axe_of_what_changed(page))
            self._note("targets", f"{name}, {size}", small_targets(page))
            self._note("text size", f"{name}, {size}", page.evaluate(_SMALL_TEXT))
            self._note("reflow", f"{name}, {size}", [wide] if (wide := sideways(page)) else [])
        page.set_viewport_size({"width": 320, "height": 640})
        self._note("reflow", name, [wide] if (wide := sideways(page)) else [])
        resize(page, "tablet")
        self._note("text at 200 %", name, with_large_text(page))
        # A page that a reader of codes types into begins in its field, and the way goes on from it.
        begins = page.evaluate("document.activeElement.hasAttribute('autofocus')")
        page.keyboard.press("Tab")
        first = page.evaluate("document.activeElement.className")
        is_right = begins or first == "skipnav"
        self._note("keyboard", name, [] if is_right else [f"first is {first!r}"])
        self._note("keyboard", f"{name}, ring", page.evaluate(_WITHOUT_RING))
        self._note("forced colours", name, lost_in_forced_colours(page))

    def _note(self, check: str, where: str, found: Sequence[object]) -> None:
        if found:
            self.faults[check][where] = found


def is_of_communities(path: str) -> bool:
    """Say whether a page is about activities, groups or those who help."""
    return path.split("/")[1] in _COMMUNITIES


@pytest.fixture(scope="module")
def found(
    tmp_path_factory: pytest.TempPathFactory, browser: Browser, is_ours: Callable[[str], bool]
) -> Found:
    found = Found()
    with walking(tmp_path_factory.mktemp("pages"), browser) as walk:
        for name, page in walk.pages(is_ours):
            found.look(page, name)
        found.strays = [stray for strays in walk.strays for stray in strays]
    return found


def test_every_page_is_looked_at(found: Found, capsys: pytest.CaptureFixture[str]) -> None:
    with capsys.disabled():
        sys.stdout.write(f" {len(found.opened)} pages at {len(SIZES)} sizes ")
    assert len(found.opened) >= LEAST_PAGES


@pytest.mark.parametrize("check", CHECKS)
def test_no_page_fails(check: str, found: Found) -> None:
    assert found.faults[check] == {}


def test_no_page_breaks_the_policy_or_leaves_this_machine(found: Found) -> None:
    assert found.strays == []


def test_the_first_load_of_no_page_is_heavy(found: Found) -> None:
    assert [w for w in found.weights if w.first_bytes > FIRST_BYTES] == []


def test_no_page_asks_for_many_files(found: Found) -> None:
    assert [w for w in found.weights if w.first_requests > FIRST_REQUESTS] == []


def test_the_next_load_of_no_page_is_heavy(found: Found) -> None:
    assert [w for w in found.weights if w.again_bytes > AGAIN_BYTES] == []


def test_a_first_load_is_weighed_with_its_fonts_and_styles(found: Found) -> None:
    assert min(w.first_bytes for w in found.weights) > 20_000
