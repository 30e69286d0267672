"""Numbers for Prometheus: requests as they come, and the state of the house when it is asked.

No label names a person, an address typed by one, or a municipality by name.
"""

import os
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from flask import Flask, Response, g, request
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest, values
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

from klippekort.platform.watching import KINDS, Alarm, Measured

_SHARED = "PROMETHEUS_MULTIPROC_DIR"
_SECONDS = (0.05, 0.1, 0.3, 1.0, 3.0, 10.0)


def share_between_processes(folder: Path) -> None:
    """Let several processes count together, through files in `folder`, emptied first.

    To be called before the app is made.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.db"):
        old.unlink()
    os.environ[_SHARED] = str(folder)
    values.ValueClass = values.MultiProcessValue()  # type: ignore[no-untyped-call]


def forget_process(pid: int) -> None:
    """Forget what only a living process counts; what it has counted stays."""
    if _SHARED in os.environ:
        mark_process_dead(pid)  # type: ignore[no-untyped-call]


class Metrics:
    """What one app counts."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self.requests = Counter(
            "klippekort_requests",
            "Requests answered, by method, part of the program and status.",
            ("method", "part", "status"),
            registry=self._registry,
        )
        self.seconds = Histogram(
            "klippekort_request_seconds",
            "How long requests took.",
            ("part",),
            buckets=_SECONDS,
            registry=self._registry,
        )

    def written(self, found: Measured, alarms: list[Alarm]) -> bytes:
        """Return everything as Prometheus reads it, of all processes together."""
        registry = self._registry
        if _SHARED in os.environ:
            registry = CollectorRegistry()
            MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        state = CollectorRegistry()
        state.register(_State(found, alarms))
        return generate_latest(registry) + generate_latest(state)


class _State:
    """The state of the house as it was measured."""

    def __init__(self, found: Measured, alarms: list[Alarm]) -> None:
        self._found, self._alarms = found, alarms

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Give each gauge; a time that never was has none."""
        found = self._found
        for name, text, value in (
            ("municipalities", "Municipalities in the database.", found.municipalities),
            ("outbox_waiting", "Messages that are due and not sent.", found.waiting),
            ("outbox_late", "Messages that were due over half an hour ago.", found.late),
            ("ledger_differences", "Places in ledgers that do not prove.", found.differences),
            ("worker_beat_age_seconds", "Since a worker was heard of.", self._age(found.beat_at)),
            ("backup_age_seconds", "Since the last copy was taken.", self._age(found.backup_at)),
            ("outbox_oldest_seconds", "How late the latest message is.", self._age(found.oldest)),
        ):
            if value is not None:
                yield GaugeMetricFamily(f"klippekort_{name}", text, value=value)
        alarm = GaugeMetricFamily(
            "klippekort_alarm", "1 while something of this kind stands wrong.", labels=["kind"]
        )
        ringing = {one.kind for one in self._alarms}
        for kind in KINDS:
            alarm.add_metric([kind], float(kind in ringing))
        yield alarm

    def _age(self, at: datetime | None) -> float | None:
        if at is None:
            return None
        return max(0.0, (self._found.at - at).total_seconds())


def init_metrics(app: Flask) -> None:
    """Count every request of the app."""
    metrics = app.extensions["metrics"] = Metrics()

    @app.before_request
    def begin() -> None:
        g.counted_from = time.monotonic()

    @app.after_request
    def end(response: Response) -> Response:
        part = request.blueprint or request.endpoint or "nothing"
        status = f"{response.status_code // 100}xx"
        metrics.requests.labels(request.method, part, status).inc()
        if "counted_from" in g:  # a form from elsewhere is refused before anything is counted
            metrics.seconds.labels(part).observe(time.monotonic() - g.counted_from)
        return response
