"""The bill of materials names every pinned package, and nothing else."""

import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_every_package_of_the_lock_is_on_the_bill() -> None:
    answer = subprocess.run(
        [sys.executable, "-I", str(ROOT / "script" / "sbom")], capture_output=True, check=True
    )
    bill = json.loads(answer.stdout)
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    listed = {one["purl"] for one in bill["components"] if one["purl"].startswith("pkg:pypi/")}
    lock = (ROOT / "requirements.txt").read_text()
    pinned = re.findall(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^\s;\\]+)", lock, re.M)
    assert listed == {
        f"pkg:pypi/{re.sub(r'[-_.]+', '-', name).lower()}@{version}" for name, version in pinned
    }
    assert all(one["externalReferences"] for one in bill["components"] if one["purl"] in listed)
    assert len({one["bom-ref"] for one in bill["components"]}) == len(bill["components"])
