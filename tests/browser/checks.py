"""What is looked at in a real browser: axe, target sizes, reflow, and what must not happen."""

from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, WebError

# All five: the tag wcag22aa alone is one rule, target-size (24 px).
WCAG22AA = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
SIZES = {"tablet": (810, 1080), "phone": (390, 844), "desktop": (1280, 900)}

_SMALL_TARGETS = """(least) => {
  const controls = 'a[href], button, input:not([type=hidden]), select, textarea, summary';
  const extent = (e) => {
    const parts = [e, ...(/radio|checkbox/.test(e.type) ? e.labels : [])];
    const boxes = parts.map((part) => part.getBoundingClientRect());
    const span = (low, high) => Math.round(
      Math.max(...boxes.map((b) => b[high])) - Math.min(...boxes.map((b) => b[low])));
    return [span('left', 'right'), span('top', 'bottom')];
  };
  return [...document.querySelectorAll(controls)]
    .filter((e) => e.checkVisibility({ visibilityProperty: true }))
    .filter((e) => !e.closest('p, .skipnav:not(:focus)'))
    .map((e) => [(e.innerText || e.id || e.name).trim().slice(0, 40), ...extent(e)])
    .filter(([, width, height]) => width < least || height < least);
}"""

# How each visible element looks is kept from one size to the next; what looks otherwise is told.
_OTHERWISE = """() => {
  const look = (e) => {
    const s = getComputedStyle(e);
    const scrolls = e.scrollWidth > e.clientWidth || e.scrollHeight > e.clientHeight;
    const isLarge = parseFloat(s.fontSize) >= (s.fontWeight >= 700 ? 18.66 : 24);
    return [s.color, s.backgroundColor, s.backgroundImage, s.opacity, isLarge,
      scrolls && s.overflowX !== 'visible'].join();
  };
  const known = (window.looks ||= new WeakMap());
  const shown = [...document.body.querySelectorAll('*')].filter((e) => e.checkVisibility());
  const otherwise = new Set();
  for (const e of shown) {
    const looks = look(e);
    if (!(known.get(e) || []).includes(looks)) {
      known.set(e, [...(known.get(e) || []), looks]);
      otherwise.add(e);
    }
  }
  return [...otherwise].filter((e) => !otherwise.has(e.parentElement));
}"""

_LOST_IN_FORCED_COLOURS = """() => [...document.querySelectorAll(
    'button, .button, input:not([type=hidden], [type=radio], [type=checkbox]), select, textarea')]
  .filter((e) => e.checkVisibility({ visibilityProperty: true }))
  .filter((e) => {
    const style = getComputedStyle(e);
    return style.borderTopStyle === 'none' && !style.textDecorationLine.includes('underline');
  })
  .map((e) => e.innerText?.slice(0, 40) || e.id || e.name)"""


def watch(context: BrowserContext) -> list[str]:
    """Collect what must not happen; the handlers only note, for asking the browser back would
    hang.
    """
    faults: list[str] = []

    def on_request(request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https") and parts.hostname != "localhost":
            faults.append(f"left this machine: {request.url}")

    def on_console(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            faults.append(message.text)

    def on_error(error: WebError) -> None:
        faults.append(str(error.error))

    context.on("request", on_request)
    context.on("console", on_console)
    context.on("weberror", on_error)
    return faults


def axe(page: Page) -> list[str]:
    """Return readable violations of WCAG 2.2 AA, once the page is there."""
    page.wait_for_load_state()
    page.evaluate(_OTHERWISE)
    return _violations(page, "options => axe.run(document, options)")


def axe_of_what_changed(page: Page) -> list[str]:
    """Return violations in what has come into sight, or looks otherwise, since axe last ran.

    What axe says of an element follows from its place in the page, which stays, and its looks.
    """
    changed = page.evaluate_handle(_OTHERWISE)
    page.evaluate("(changed) => { window.changed = changed; }", changed)
    run = "options => changed.length ? axe.run({ include: changed }, options) : { violations: [] }"
    return _violations(page, run)


def _violations(page: Page, run: str) -> list[str]:
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    options = {
        "runOnly": {"type": "tag", "values": list(WCAG22AA)},
        # To describe every node that passes takes longer than to find those that do not.
        "resultTypes": ["violations"],
    }
    violations = page.evaluate(f"async (options) => (await ({run})(options)).violations", options)
    return [
        f"{violation['id']}: {node['target'][0]}: {node['failureSummary']}"
        for violation in violations
        for node in violation["nodes"]
    ]


def small_targets(page: Page, least: int = 48) -> list[Any]:
    """Return visible controls smaller than `least` CSS px, as [name, width, height]."""
    page.wait_for_load_state()
    found: list[Any] = page.evaluate(_SMALL_TARGETS, least)
    return found


def lost_in_forced_colours(page: Page) -> list[str]:
    """Return the controls whose edge cannot be seen where the reader chooses all colours."""
    page.emulate_media(forced_colors="active")
    found: list[str] = page.evaluate(_LOST_IN_FORCED_COLOURS)
    page.emulate_media(forced_colors="none")
    return found


def sideways(page: Page) -> int:
    """Return the horizontal overflow in CSS px."""
    page.wait_for_load_state()
    return int(
        page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    )


def resize(page: Page, size: str) -> None:
    """Give the page the size of a tablet, phone or desktop."""
    width, height = SIZES[size]
    page.set_viewport_size({"width": width, "height": height})
