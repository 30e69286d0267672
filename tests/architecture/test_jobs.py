"""What is done by itself is done: no feature's jobs are left out where the app is put together."""

from importlib import import_module
from pathlib import Path

import pytest

from klippekort import app
from klippekort.platform.jobs import Job

PACKAGE = Path(app.__file__).parent
# The platform's own module says what a job is; imports and reports carry out what is asked for.
FEATURES = sorted(
    file.parent.name for file in PACKAGE.glob("*/jobs.py") if file.parent.name != "platform"
)


@pytest.mark.parametrize("feature", FEATURES)
def test_the_jobs_of_a_feature_are_run(feature: str) -> None:
    jobs: tuple[Job, ...] = getattr(import_module(f"klippekort.{feature}.jobs"), "JOBS", ())
    assert set(jobs) <= set(app.JOBS)


def test_no_two_jobs_share_a_name() -> None:
    names = [job.name for job in app.JOBS]
    assert len(names) == len(set(names))


def test_standing_agreements_are_booked_and_greetings_erased() -> None:
    assert {"book_agreements", "erase_greetings"} <= {job.name for job in app.JOBS}
