"""The ledger as a stranger proves it: exported, and read by a program with no line of ours."""

import subprocess
import sys
from pathlib import Path

from klippekort.municipalities.models import Municipality
from klippekort.operations.moving import export_municipality
from klippekort.platform import clock
from klippekort.platform.audit_chain import seal
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.tenancy import acting_for
from tests.cast import HOME

PROGRAM = Path(__file__).parents[2] / "script" / "verify-export"


def prove_the_export(folder: Path) -> None:
    """Export the home municipality into a folder, and let `script/verify-export` read only that."""
    db.session.rollback()
    with acting_for(HOME):
        while execute(seal):
            pass
    town = db.session.get(Municipality, HOME, populate_existing=True)
    assert town is not None
    folder.mkdir()
    key = folder.with_suffix(".key")
    file = export_municipality(town, folder, key, "a long passphrase", by="test", now=clock.now())
    db.session.rollback()
    told = subprocess.run(
        [sys.executable, "-I", str(PROGRAM), str(file)], capture_output=True, text=True, check=False
    )
    assert told.returncode == 0, told.stdout + told.stderr
    assert "Everything proves" in told.stdout
