"""A walk over every page in a browser, each opened by somebody who gets to see it."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page

from klippekort.app import create_app
from klippekort.domain.permissions import Role
from klippekort.operations import demo
from klippekort.platform.db import db
from tests.browser.checks import SIZES, watch
from tests.live import LiveServer
from tests.sites import Visit, furnish, people, visits
from tests.small_demo import build_in

# Who opens a page that several may open: the first of these who is not led elsewhere.
ORDER = (
    None,
    Role.CARE_WORKER,
    Role.COORDINATOR,
    Role.ASSESSOR,
    Role.ADMINISTRATOR,
    Role.PLANNER,
    Role.VOLUNTEER,
    Role.ASSOCIATION,
    Role.FACILITATOR,
    Role.RELATIVE,
    Role.CITIZEN,
)
FILES = (
    "budgets.statement_csv",
    "budgets.statement_pdf",
    "budgets.statement_xlsx",
    "feedback.slip_pdf",
    "activities.show_picture",
    "health.live",
    "health.metrics",
    "health.ready",
    "groups.guest_material",
    "groups.guest_picture",
    "groups.own_material",
    "groups.own_picture",
    "groups.show_material",
    "groups.show_picture",
    "hosting.log_csv",
    "hosting.log_xlsx",
    "groups.need_paper",
    "groups.short_form_paper",
    "groups.tap_paper",
    "hosting.offer_list_pdf",
    "own_page.face",
    "own_page.own_portrait",
    "hosting.tick_list_pdf",
    "hosting.year_pdf",
    "messages.pile",
    "oversight.sample_csv",
    "papers.batch_letter",
    "papers.certificate",
    "papers.day_list_pdf",
    "papers.large_card",
    "papers.law_pile",
    "papers.letter_pdf",
    "papers.programme_letter",
    "papers.wallet_card",
    "papers.week_pdf",
    "papers.week_sample",
    "trips.card_pdf",
    "trips.card_code",
    "web.favicon",
    "punchcards.preview_csv",
    "punchcards.scheme_toml",
    "reports.trial_months",
    "reports.trial_scheme",
    "reports.trial_shares",
    "reports.yearly_pdf",
    "reports.yearly_xlsx",
    "measures.paper_pdf",
    "programme.activity_calendar",
    "programme.calendar",
    "programme.news",
    "programme.picture",
    "programme.poster",
    "programme.printed_week",
    "planning.fits",
    "planning.visits_csv",
    "volunteers.export",
    "waiting.unmet_csv",
    "tablet.day",
    "tablet.key",
    "tablet.manifest",
    "tablet.worker",
)


class Walk:
    """The small demo on a port, and one browser for each of those who walk it."""

    def __init__(self, folder: Path, browser: Browser) -> None:
        self._browser = browser
        self.app = create_app(build_in(folder))
        with self.app.app_context():
            staff = people(demo.log_ins())
            self._found = list(visits(self.app, staff, furnish(self.app, staff)))
        self._site = LiveServer(self.app)
        self._pages: dict[tuple[str, bool], Page] = {}
        self._clients: dict[tuple[str, bool], FlaskClient] = {}
        self.strays: list[list[str]] = []

    def close(self) -> None:
        """Close the browsers, the server and the database."""
        for page in self._pages.values():
            page.context.close()
        self._site.stop()
        with self.app.app_context():
            db.engine.dispose()

    def pages(self, is_ours: Callable[[str], bool]) -> Iterator[tuple[str, Page]]:
        """Yield the address of each of our pages, and the page in the browser of somebody who sees
        it, just opened there.

        Addresses that lead everybody to another page are left out.
        """
        for path, candidates in self._by_path().items():
            for visit in candidates if is_ours(path) else ():
                if self._is_led_elsewhere(visit):
                    continue
                page = self._page_of(visit)
                answer = page.goto(path)
                if urlsplit(page.url).path == path:
                    assert answer is not None
                    assert answer.status == 200, f"{path} for {visit.who}"
                    yield f"{path} ({visit.who})", page
                    break

    def _by_path(self) -> dict[str, list[Visit]]:
        paths: dict[str, list[Visit]] = defaultdict(list)
        for visit in sorted(self._found, key=_place):
            if visit.endpoint not in FILES:
                paths[visit.path].append(visit)
        return paths

    def _is_led_elsewhere(self, visit: Visit) -> bool:
        """Ask without a browser, which would have to paint the other page first."""
        key = _browser_of(visit)
        is_new = key not in self._clients
        client = self._clients.setdefault(key, self.app.test_client())
        if is_new or visit.actor is None:
            for name, value in self._cookies(visit).items():
                client.set_cookie(name, value)
        answer = client.get(visit.path)
        return urlsplit(answer.location or visit.path).path != visit.path

    def _page_of(self, visit: Visit) -> Page:
        key = _browser_of(visit)
        is_new = key not in self._pages
        if is_new:
            self._pages[key] = self._open()
        if is_new or visit.actor is None:
            self._pages[key].context.add_cookies(
                [
                    {"name": name, "value": value, "url": self._site.url}
                    for name, value in self._cookies(visit).items()
                ]
            )
        return self._pages[key]

    def _cookies(self, visit: Visit) -> dict[str, str]:
        with self.app.app_context():
            return visit.cookies()

    def _open(self) -> Page:
        width, height = SIZES["tablet"]
        context = self._browser.new_context(
            base_url=self._site.url,
            viewport={"width": width, "height": height},
            has_touch=True,
            locale="da-DK",
            timezone_id="Europe/Copenhagen",
            service_workers="block",  # a page is weighed as it comes from the server
        )
        self.strays.append(watch(context))
        page = context.new_page()
        page.goto("/")  # the letters are kept from here on, as for anybody who has logged in
        return page


def _browser_of(visit: Visit) -> tuple[str, bool]:
    """Return what is the same for all visits that share a browser."""
    return visit.who, visit.shown_to is not None


def _place(visit: Visit) -> int:
    return ORDER.index(visit.actor.role if visit.actor else None)


@contextmanager
def walking(folder: Path, browser: Browser) -> Iterator[Walk]:
    """Give a walk over the demo built in `folder`, and clear up after it."""
    walk = Walk(folder, browser)
    try:
        yield walk
    finally:
        walk.close()
