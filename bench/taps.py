"""Time a tap until its answer is painted, on a care worker's tablet in a real browser.

`python bench/taps.py` (or `bench/taps`) loads the demo, serves it as in production, and taps: from
Today to a citizen and back with a network, and on "Start the trip" without one.
"""

import statistics
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from shutil import which

from playwright.sync_api import Page, ViewportSize, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.ledger import say
from bench.served import app_served
from klippekort.app import create_app
from klippekort.config import Settings
from klippekort.domain.permissions import Role
from klippekort.operations import demo
from klippekort.platform import clock, migrate
from klippekort.platform.db import db
from tests.login import session_secret
from tests.sites import people

ROUNDS, WARM = 30, 3
TABLET = ViewportSize(width=820, height=1180)
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
# When a finger came down, by the clock that the next page has too.
_NOTE_TAPS = """addEventListener("click", ({ timeStamp }) => {
  sessionStorage.setItem("tapped", performance.timeOrigin + timeStamp);
}, true);"""
_PAINTED = """new Promise((ok) => new PerformanceObserver((list, self) => {
  const painted = list.getEntriesByName("first-contentful-paint")[0];
  if (!painted) return;
  self.disconnect();
  ok(performance.timeOrigin + painted.startTime - Number(sessionStorage.getItem("tapped")));
}).observe({ type: "paint", buffered: true }))"""
_QUEUED = "performance.getEntriesByName('queued').map((one) => one.duration)"


def answered(page: Page) -> dict[str, list[float]]:
    """Tap to a citizen and back again and again: ms until each page is painted."""
    took: dict[str, list[float]] = {"Today to a citizen": [], "a citizen to Today": []}
    for turn in range(ROUNDS + WARM):
        for name, link in zip(
            took, ("article a[href^='/borgere/']", "nav a[href='/i-dag']"), strict=True
        ):
            elsewhere = _other_than(page.url)
            page.locator(link).first.click()
            page.wait_for_url(elsewhere)
            ms = page.evaluate(_PAINTED)
            if turn >= WARM:
                took[name].append(ms)
    return took


def _other_than(address: str) -> Callable[[str], bool]:
    return lambda url: url != address


def queued(page: Page) -> list[float]:
    """Start each trip of the day without a network: ms until each is painted as queued."""
    page.context.set_offline(True)
    starts = page.locator("form[data-intent=start]:visible button")
    for done in range(starts.count()):
        starts.first.click()
        page.wait_for_function(f"(done) => {_QUEUED}.length > done", arg=done)
    return list(page.evaluate(_QUEUED))


def tell(name: str, took: list[float]) -> None:
    """Print a line of the table."""
    say(f"| {name} | {len(took)} | {statistics.median(took):.0f} | {max(took):.0f} |")


def main() -> None:
    """Measure, and print the result last."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        url = f"sqlite:///{folder / 'bench.db'}"
        settings = Settings(folder, url, url, folder / "keys.json")
        migrate.upgrade(url, url)
        app = create_app(settings)
        with app.app_context():
            demo.load(app, on=clock.today())
            secret = session_secret(people(demo.log_ins())[Role.CARE_WORKER])
            db.session.remove()
            db.engine.dispose()
        with app_served(settings, 1) as port, sync_playwright() as playwright:
            site = f"http://localhost:{port}"
            browser = playwright.chromium.launch(executable_path=which("chromium"), args=FLAGS)
            context = browser.new_context(base_url=site, viewport=TABLET, has_touch=True)
            context.add_cookies([{"name": "session", "value": secret, "url": site}])
            context.add_init_script(_NOTE_TAPS)
            page = context.new_page()
            page.goto("/i-dag")
            page.locator("html[data-kept][data-outbox=ready]").wait_for(
                state="attached", timeout=90_000
            )
            pages, waiting = answered(page), queued(page)
            browser.close()
    say("| from a tap | taps | median ms | worst ms |")
    say("| --- | ---: | ---: | ---: |")
    for title, took in pages.items():
        tell(f"to the page painted: {title}", took)
    tell("to painted as queued, without a network", waiting)
    slowest = max(statistics.median(took) for took in pages.values())
    say(f"\nresult: answered_ms={slowest:.0f} queued_ms={statistics.median(waiting):.0f}")


if __name__ == "__main__":
    main()
