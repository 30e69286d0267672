"""G24, the tests themselves are tested: a program that is spoilt on purpose is never let pass."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import pytest

from tests.faults.mutants import MUTANTS, Mutant

pytestmark = pytest.mark.timeout(1200)

ROOT = Path(__file__).parents[2]
COPIED = ("klippekort", "tests")
FAILED, PATIENCE = 1, 600
EARLIER = 1_000_000_000


@dataclass(frozen=True)
class Copy:
    """The program in a folder of its own, to be spoilt, with the tests that must notice."""

    folder: Path
    times: Iterator[int] = field(default_factory=lambda: count(EARLIER))

    @contextmanager
    def spoilt(self, mutant: Mutant) -> Iterator[None]:
        """Plant a mutant for as long as the block lasts."""
        path = self.folder / "klippekort" / mutant.file
        sound = path.read_text()
        found = sound.count(mutant.text)
        assert found == 1, (
            f"{mutant.name}: its text stands {found} times in klippekort/{mutant.file}. "
            "The program moved on: plant it anew."
        )
        self._write(path, sound.replace(mutant.text, mutant.becomes))
        try:
            yield
        finally:
            self._write(path, sound)

    def _write(self, path: Path, text: str) -> None:
        """Write a file that no bytecode of an earlier one is taken for: both may be of one size
        and of one second.
        """
        path.write_text(text)
        at = next(self.times)
        os.utime(path, (at, at))

    def run(self, *command: str) -> "subprocess.CompletedProcess[str]":
        """Run Python here; what it imports of ours is the copy."""
        told = {name: said for name, said in os.environ.items() if not name.startswith("PYTEST_")}
        told.pop("PYTHONDONTWRITEBYTECODE", None)
        told |= {"PYTHONPATH": str(self.folder), "PYTHONPYCACHEPREFIX": f"{self.folder}.bytecode"}
        return subprocess.run(
            [sys.executable, *command],
            cwd=self.folder,
            env=told,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=PATIENCE,
            check=False,
        )

    def test(self, database: str, *tests: str) -> "subprocess.CompletedProcess[str]":
        """Run tests here, until the first that fails."""
        options = ("-x", "-q", "-p", "no:cacheprovider", "-p", "no:playwright")
        return self.run("-m", "pytest", *options, "--database", database, *tests)


@pytest.fixture(scope="session")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """A copy of the program and its tests; everything else is where it was.

    What begins with a dot is left out: a run here must leave nothing of its own there.
    """
    folder = tmp_path_factory.mktemp("mutants") / "copy"
    folder.mkdir()
    for path in ROOT.iterdir():
        if path.name in COPIED:
            shutil.copytree(path, folder / path.name, ignore=shutil.ignore_patterns("__pycache__"))
        elif not path.name.startswith(".") and path.name != "var":
            (folder / path.name).symlink_to(path)
    return Copy(folder)


def test_the_copy_is_what_is_imported(copy: Copy) -> None:
    """Nothing would be killed, or everything spared, if the tests there tried another program."""
    said = copy.run("-c", "import klippekort, tests; print(klippekort.__file__, tests.__file__)")
    here = [f"{copy.folder / name / '__init__.py'}" for name in COPIED]
    assert said.stdout.split() == here


@pytest.mark.parametrize("kind", sorted({mutant.database for mutant in MUTANTS}))
def test_the_sound_copy_passes(copy: Copy, kind: str) -> None:
    """Nothing is killed by a copy that is broken anyway."""
    tests = {test for mutant in MUTANTS if mutant.database == kind for test in mutant.tests}
    told = copy.test(kind, *sorted(tests))
    assert told.returncode == 0, told.stdout


def test_mutants_are_many_and_have_names_of_their_own() -> None:
    """What is promised: thirty or more."""
    names = [mutant.name for mutant in MUTANTS]
    assert len(set(names)) == len(names) >= 36


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: str(mutant.name))
def test_a_mutant_is_killed(copy: Copy, mutant: Mutant) -> None:
    """A test that is there for it fails, and does not break off for another reason."""
    with copy.spoilt(mutant):
        told = copy.test(mutant.database, *mutant.tests)
    assert told.returncode == FAILED, f"{mutant.name} lives on:\n{told.stdout}"
