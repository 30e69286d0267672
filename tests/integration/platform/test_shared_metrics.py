"""Several processes count together, and a restart begins anew."""

import subprocess
import sys
from pathlib import Path

PROGRAM = """
import os, sys
from pathlib import Path
from klippekort.platform.metrics import Metrics, forget_process, share_between_processes
from klippekort.platform.watching import Measured
from klippekort.platform import clock

share_between_processes(Path(sys.argv[1]))
metrics = Metrics()
metrics.requests.labels("GET", "web", "2xx").inc()
child = os.fork()
if not child:
    metrics.requests.labels("GET", "web", "2xx").inc()
    os._exit(0)
os.waitpid(child, 0)
forget_process(child)
found = Measured(clock.now(), 1, None, None, 0, 0, None, 0, None, None)
sys.stdout.write(metrics.written(found, []).decode())
"""


def test_processes_count_together(tmp_path: Path) -> None:
    for _start in range(2):
        answer = subprocess.run(
            [sys.executable, "-c", PROGRAM, str(tmp_path / "metrics")],
            capture_output=True,
            text=True,
            check=True,
        )
        told = 'klippekort_requests_total{method="GET",part="web",status="2xx"} 2.0'
        assert told in answer.stdout
        assert "klippekort_municipalities 1.0" in answer.stdout
