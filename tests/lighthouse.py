"""What Lighthouse says of the pages that matter most, for `script/lighthouse`."""

import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import which
from socket import socket
from urllib.parse import urljoin

from flask import Flask
from playwright.sync_api import sync_playwright

from klippekort.app import create_app
from klippekort.domain.permissions import Role
from klippekort.operations import demo
from tests.live import LiveServer
from tests.sites import Visit, furnish, people, visits
from tests.small_demo import build_in

RUNS = 3
TRIES = 3  # a browser on a busy machine may paint too late to be scored
SECONDS = 180
MOST_LCP_SECONDS = 2.0
# A phone is slow and on a slow network; a desktop is neither.
LEAST_PERFORMANCE = {"phone": 95, "desktop": 100}
PRESETS = {"phone": (), "desktop": ("--preset=desktop",)}
WANTED = {
    "accounts.log_in": ("The log-in page", None),
    "own_page.home": ("The citizen's own page", None),
    "trips.today": ("Today", Role.CARE_WORKER),
    "trips.citizen": ("A citizen on the tablet", Role.CARE_WORKER),
    "trips.book": ("Choosing a trip", Role.CARE_WORKER),
    "trips.check": ("The booking", Role.CARE_WORKER),
}
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run")
CANNOT_MEASURE = 3


@dataclass(frozen=True)
class Measured:
    """A page's scores of 100, its largest contentful paint in seconds, and its weight."""

    performance: int
    accessibility: int
    best_practices: int
    lcp_seconds: float
    kilobytes: int
    requests: int

    def is_good(self, form: str) -> bool:
        """Say whether the page keeps what is promised on a phone or a desktop."""
        return (
            self.performance >= LEAST_PERFORMANCE[form]
            and self.accessibility == self.best_practices == 100
            and self.lcp_seconds <= MOST_LCP_SECONDS
        )


def measured(report: dict[str, object]) -> Measured:
    """Return what matters of one of Lighthouse's reports."""
    scores: dict[str, dict[str, float]] = report["categories"]  # type: ignore[assignment]
    audits: dict[str, dict[str, object]] = report["audits"]  # type: ignore[assignment]
    details: dict[str, list[object]] = audits["network-requests"]["details"]  # type: ignore[assignment]
    return Measured(
        round(scores["performance"]["score"] * 100),
        round(scores["accessibility"]["score"] * 100),
        round(scores["best-practices"]["score"] * 100),
        float(str(audits["largest-contentful-paint"]["numericValue"])) / 1000,
        round(float(str(audits["total-byte-weight"]["numericValue"])) / 1000),
        len(details["items"]),
    )


def median(runs: list[Measured]) -> Measured:
    """Return the median of each measure."""
    return Measured(
        statistics.median_low(run.performance for run in runs),
        statistics.median_low(run.accessibility for run in runs),
        statistics.median_low(run.best_practices for run in runs),
        statistics.median_low(run.lcp_seconds for run in runs),
        statistics.median_low(run.kilobytes for run in runs),
        statistics.median_low(run.requests for run in runs),
    )


@contextmanager
def logged_in(url: str, cookies: dict[str, str]) -> Iterator[int]:
    """Yield the port of a browser that holds these cookies. A header would not reach the worker
    that keeps the tablet's pages, and it would ask for a log-in.
    """
    with socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as profile, sync_playwright() as playwright:
        browser = playwright.chromium.launch_persistent_context(
            profile,
            executable_path=which("chromium"),
            args=[*FLAGS, f"--remote-debugging-port={port}"],
        )
        root = urljoin(url, "/")  # else they are sent to pages below this one alone
        browser.add_cookies([{"name": n, "value": v, "url": root} for n, v in cookies.items()])
        try:
            yield port
        finally:
            browser.close()


def run_lighthouse(program: str, url: str, cookies: dict[str, str], form: str) -> Measured:
    """Measure a page once, on a phone or a desktop. Raises CalledProcessError with what Lighthouse
    said.
    """
    with logged_in(url, cookies) as port, tempfile.NamedTemporaryFile(suffix=".json") as report:
        command = [
            *("node", program, url, "--quiet", "--output=json", f"--output-path={report.name}"),
            *(f"--port={port}", "--only-categories=performance,accessibility,best-practices"),
            *PRESETS[form],
        ]
        for _try in range(TRIES):
            subprocess.run(command, capture_output=True, check=True, text=True, timeout=SECONDS)
            told = json.loads(Path(report.name).read_text(encoding="utf-8"))
            if told["categories"]["performance"]["score"] is not None:
                return measured(told)
        raise subprocess.SubprocessError(str(told.get("runtimeError") or "It gave no score."))


def main(program: str) -> int:
    """Print a line for each page and return what the program exits with."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(build_in(Path(folder)))
        with app.app_context():
            staff = people(demo.log_ins())
            found = list(visits(app, staff, furnish(app, staff)))
        site = LiveServer(app)
        try:
            good = [
                _tell(app, site, program, endpoint, form, found)
                for form in PRESETS
                for endpoint in WANTED
            ]
        except subprocess.SubprocessError as error:
            said = getattr(error, "stderr", "") or str(error)
            sys.stderr.write(f"Not checked: Lighthouse failed.\n{said[-2000:]}\n")
            return CANNOT_MEASURE
        finally:
            site.stop()
    return 0 if all(good) else 1


def _tell(
    app: Flask, site: LiveServer, program: str, endpoint: str, form: str, found: list[Visit]
) -> bool:
    title, role = WANTED[endpoint]
    visit = next(
        v for v in found if v.endpoint == endpoint and (v.actor.role if v.actor else None) == role
    )
    with app.app_context():
        cookies = visit.cookies()
    url = site.url + visit.path
    page = median([run_lighthouse(program, url, cookies, form) for _run in range(RUNS)])
    sys.stdout.write(
        f"{title:<24} {form:<8} performance {page.performance}, "
        f"accessibility {page.accessibility}, best practices {page.best_practices}, "
        f"LCP {page.lcp_seconds:.2f} s, {page.kilobytes} kB, {page.requests} requests"
        f"{'' if page.is_good(form) else '  TOO LITTLE'}\n"
    )
    sys.stdout.flush()
    return page.is_good(form)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
