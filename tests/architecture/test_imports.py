"""The import contracts hold, and each of them notices when somebody breaks it."""

import shutil
import sys
import sysconfig
from pathlib import Path
from subprocess import CompletedProcess, run

import pytest

ROOT = Path(__file__).resolve().parents[2]
LINT_IMPORTS = Path(sysconfig.get_path("scripts"), "lint-imports")

# contract → (file that breaks it, the import that does)
VIOLATIONS = {
    "domain": ("domain/planted.py", "import flask"),
    "packages": ("platform/planted.py", "import klippekort.citizens"),
    "feature": ("citizens/models.py", "import klippekort.citizens.queries"),
    "web": ("citizens/services.py", "import flask"),
    "sql": ("citizens/views.py", "import sqlalchemy"),
    "transactions": ("citizens/services.py", "import klippekort.platform.execute"),
    "models": ("citizens/views.py", "import klippekort.citizens.models"),
    "migrations": ("migrations/versions/planted.py", "import klippekort.citizens.models"),
}


def lint(folder: Path, *contract: str) -> "CompletedProcess[str]":
    return run(
        [sys.executable, LINT_IMPORTS, "--no-cache", *contract],
        cwd=folder,
        env={"PYTHONPATH": str(folder), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_contract_holds() -> None:
    answer = lint(ROOT)
    assert answer.returncode == 0, answer.stdout + answer.stderr
    assert f"Contracts: {len(VIOLATIONS)} kept, 0 broken." in answer.stdout


@pytest.mark.parametrize("contract", VIOLATIONS)
def test_the_contract_fails_on_a_planted_violation(contract: str, tmp_path: Path) -> None:
    shutil.copy(ROOT / "setup.cfg", tmp_path)
    for file in (ROOT / "klippekort").rglob("*.py"):
        copy = tmp_path / file.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, copy)
    name, statement = VIOLATIONS[contract]
    with (tmp_path / "klippekort" / name).open("a") as planted:
        planted.write(f"\n{statement}\n")
    answer = lint(tmp_path, "--contract", contract)
    assert answer.returncode == 1
    assert "1 broken" in answer.stdout


def test_every_contract_is_tried() -> None:
    headings = [
        line.removeprefix("[importlinter:contract:").removesuffix("]")
        for line in (ROOT / "setup.cfg").read_text().splitlines()
        if line.startswith("[importlinter:contract:")
    ]
    assert headings == list(VIOLATIONS)
