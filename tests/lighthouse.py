"""What Lighthouse says of three pages, for `script/lighthouse`."""

import json
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from flask import Flask

from klippekort.app import create_app
from klippekort.domain.permissions import Role
from klippekort.operations import demo
from tests.live import LiveServer
from tests.sites import Visit, furnish, people, visits
from tests.small_demo import build_in

RUNS = 3
SECONDS = 180
LEAST_PERFORMANCE, LEAST_ACCESSIBILITY, MOST_LCP_SECONDS = 95, 100, 2.0
WANTED = {
    "accounts.log_in": ("The log-in page", None),
    "trips.own_page": ("The citizen's own page", None),
    "trips.citizen": ("A citizen on the tablet", Role.CARE_WORKER),
}
FLAGS = "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run"
CANNOT_MEASURE = 3


@dataclass(frozen=True)
class Measured:
    """A page's scores of 100, its largest contentful paint in seconds, and its weight."""

    performance: int
    accessibility: int
    lcp_seconds: float
    kilobytes: int
    requests: int

    @property
    def is_good(self) -> bool:
        """Say whether the page keeps what is promised."""
        return (
            self.performance >= LEAST_PERFORMANCE
            and self.accessibility >= LEAST_ACCESSIBILITY
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
        float(str(audits["largest-contentful-paint"]["numericValue"])) / 1000,
        round(float(str(audits["total-byte-weight"]["numericValue"])) / 1000),
        len(details["items"]),
    )


def median(runs: list[Measured]) -> Measured:
    """Return the median of each measure."""
    return Measured(
        statistics.median_low(run.performance for run in runs),
        statistics.median_low(run.accessibility for run in runs),
        statistics.median_low(run.lcp_seconds for run in runs),
        statistics.median_low(run.kilobytes for run in runs),
        statistics.median_low(run.requests for run in runs),
    )


def run_lighthouse(program: str, url: str, cookies: dict[str, str]) -> Measured:
    """Measure a page once. Raises CalledProcessError with what Lighthouse said."""
    said = "; ".join(f"{name}={value}" for name, value in cookies.items())
    command = [
        *("node", program, url, "--quiet", "--output=json", f"--chrome-flags={FLAGS}"),
        "--only-categories=performance,accessibility",
        f"--extra-headers={json.dumps({'Cookie': said} if said else {})}",
    ]
    done = subprocess.run(command, capture_output=True, check=True, text=True, timeout=SECONDS)
    return measured(json.loads(done.stdout))


def main(program: str) -> int:
    """Print a line for each page and return what the program exits with."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(build_in(Path(folder)))
        with app.app_context():
            staff = people(demo.log_ins())
            found = list(visits(app, staff, furnish(app, staff)))
        site = LiveServer(app)
        try:
            good = [_tell(app, site, program, endpoint, found) for endpoint in WANTED]
        except subprocess.SubprocessError as error:
            said = getattr(error, "stderr", "") or str(error)
            sys.stderr.write(f"Not checked: Lighthouse failed.\n{said[-2000:]}\n")
            return CANNOT_MEASURE
        finally:
            site.stop()
    return 0 if all(good) else 1


def _tell(app: Flask, site: LiveServer, program: str, endpoint: str, found: list[Visit]) -> bool:
    title, role = WANTED[endpoint]
    visit = next(
        v for v in found if v.endpoint == endpoint and (v.actor.role if v.actor else None) == role
    )
    with app.app_context():
        cookies = visit.cookies()
    runs = [run_lighthouse(program, site.url + visit.path, cookies) for _run in range(RUNS)]
    page = median(runs)
    sys.stdout.write(
        f"{title:<26} performance {page.performance}, accessibility {page.accessibility}, "
        f"LCP {page.lcp_seconds:.2f} s, {page.kilobytes} kB, {page.requests} requests"
        f"{'' if page.is_good else '  TOO LITTLE'}\n"
    )
    sys.stdout.flush()
    return page.is_good


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
