"""The commands of the README: they are there, and they say plainly what a machine lacks."""

import json
import os
import re
import shutil
from pathlib import Path
from subprocess import CompletedProcess, run

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ("requirements.txt", "requirements-dev.txt")
# What a bare Debian has, beside Python.
TOOLS = "bash cat chmod cp dirname env grep mkdir mktemp pwd readlink rm sha256sum"
INSTALL = "sudo apt-get install --no-install-recommends "

OLD_PYTHON = "#!/bin/sh\nexit 1\n"
PYTHON_WITHOUT_VENV = '#!/bin/sh\ncase "$*" in *ensurepip*) exit 1 ;; esac\n'
GOOD_PYTHON = """#!/bin/sh
case "$*" in
    "-m venv"*) mkdir -p "$4/bin" "$4/lib/python"; cp "$0" "$4/bin/python" ;;
    *"pip install"*) echo installing ;;
    "-m klippekort"*) echo "serving $*" ;;
esac
"""
PLAIN_USER = "#!/bin/sh\necho 1000\n"
BROWSERS = ("chromium", "pdftotext", "WebKitWebDriver", "Xvfb")


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """Give a bare clone and, beside it, a PATH for a plain user of a machine with little on it."""
    clone, programs = tmp_path / "clone", tmp_path / "bin"
    programs.mkdir()
    shutil.copytree(ROOT / "script", clone / "script")
    for name in LOCKS:
        shutil.copy(ROOT / name, clone)
    for name in TOOLS.split():
        found = shutil.which(name)
        assert found, name
        (programs / name).symlink_to(found)
    give(tmp_path, "id", PLAIN_USER)
    return tmp_path


def give(machine: Path, name: str, program: str) -> None:
    path = machine / "bin" / name
    path.write_text(program)
    path.chmod(0o755)


def call(machine: Path, *command: str) -> "CompletedProcess[str]":
    return run(
        [machine / "clone" / command[0], *command[1:]],
        cwd=machine,
        env={"PATH": str(machine / "bin")},
        capture_output=True,
        text=True,
        check=False,
    )


def asked_for(answer: "CompletedProcess[str]") -> list[str]:
    """Return the packages named by the one line that was printed."""
    assert answer.returncode == 3
    [line] = (answer.stdout + answer.stderr).splitlines()
    assert line.startswith(INSTALL)
    return line.removeprefix(INSTALL).split()


@pytest.mark.parametrize("script", ["script/server", "script/test unit"])
def test_a_plain_user_without_python_gets_one_line(machine: Path, script: str) -> None:
    give(machine, "python3", OLD_PYTHON)
    assert asked_for(call(machine, *script.split()))[:2] == ["python3", "python3-venv"]


@pytest.mark.parametrize("script", ["script/server", "script/test unit"])
def test_a_plain_user_without_venv_gets_one_line(machine: Path, script: str) -> None:
    give(machine, "python3", PYTHON_WITHOUT_VENV)
    assert asked_for(call(machine, *script.split()))[0] == "python3-venv"


@pytest.mark.parametrize("part", [["rest"], ["browser"]])
def test_a_plain_user_without_a_browser_gets_one_line(machine: Path, part: list[str]) -> None:
    give(machine, "python3", GOOD_PYTHON)
    assert "chromium" in asked_for(call(machine, "script/test", *part))


def test_the_first_start_installs_and_serves(machine: Path) -> None:
    give(machine, "python3", GOOD_PYTHON)
    answer = call(machine, "script/server")
    assert answer.returncode == 0, answer.stderr
    assert "installing\n" in answer.stdout
    assert answer.stdout.endswith("serving -m klippekort serve --demo\n")


def test_the_second_start_installs_nothing(machine: Path) -> None:
    give(machine, "python3", GOOD_PYTHON)
    call(machine, "script/server")
    assert "installing\n" not in call(machine, "script/server").stdout


def test_a_changed_lock_is_installed(machine: Path) -> None:
    give(machine, "python3", GOOD_PYTHON)
    call(machine, "script/server")
    with (machine / "clone" / "requirements.txt").open("a") as lock:
        lock.write("# changed")
    assert "installing\n" in call(machine, "script/server").stdout


def test_a_moved_clone_is_installed_again(machine: Path) -> None:
    give(machine, "python3", GOOD_PYTHON)
    call(machine, "script/server")
    (machine / "clone").rename(machine / "moved")
    shutil.copytree(machine / "moved", machine / "elsewhere" / "clone")
    (machine / "bin").rename(machine / "elsewhere" / "bin")
    assert "installing\n" in call(machine / "elsewhere", "script/server").stdout


def test_only_named_things_can_be_left_out(machine: Path) -> None:
    answer = call(machine, "script/test", "--without", "tests")
    assert answer.returncode == 2


def test_the_quick_run_wants_neither_browser_nor_server(machine: Path) -> None:
    give(machine, "python3", GOOD_PYTHON)
    assert not {"chromium", "postgresql"} & set(asked_for(call(machine, "script/test")))


@pytest.mark.parametrize(("quick", "rest", "both"), [(0, 0, 0), (1, 0, 1), (0, 2, 2), (1, 2, 1)])
def test_continuous_integration_runs_both_parts(
    machine: Path, quick: int, rest: int, both: int
) -> None:
    shutil.copytree(ROOT / ".ci", machine / "clone" / ".ci")
    script = f'#!/bin/sh\necho "ran: $*"\n[ -z "$*" ] && exit {quick}\nexit {rest}\n'
    (machine / "clone" / "script" / "test").write_text(script)
    answer = call(machine, ".ci/run")
    assert answer.stdout.splitlines() == ["ran: ", "ran: rest"]
    assert answer.returncode == both


A_TEST = "tests/browser/test_story.py::test_it"
ANOTHER = "tests/browser/test_story.py::test_them"
A_THIRD = "tests/browser/test_offline.py::test_it"
A_RULE = "tests/integration/ledger/test_walls.py::test_it"


@pytest.mark.parametrize(
    ("failed", "second", "code"),
    [
        ([A_TEST], 0, 0),
        ([A_TEST, ANOTHER], 0, 0),
        ([A_TEST], 1, 1),
        ([A_TEST, ANOTHER, A_THIRD], 0, 1),
        ([A_RULE], 0, 1),
        ([A_TEST, A_RULE], 0, 1),
    ],
)
def test_only_browsers_are_tried_again_and_never_in_silence(
    machine: Path, failed: list[str], second: int, code: int
) -> None:
    remembered = json.dumps(dict.fromkeys(failed, True), indent=2)
    pytest_runs = f"""    *--last-failed*) exit {second} ;;
    "-m pytest"*) mkdir -p .pytest_cache/v/cache
        echo '{remembered}' > .pytest_cache/v/cache/lastfailed
        exit 1 ;;
"""
    give(machine, "python3", GOOD_PYTHON.replace("esac", pytest_runs + "esac"))
    for name in BROWSERS:
        give(machine, name, "#!/bin/sh\n")
    answer = call(machine, "script/test", "rest", "--without", "postgresql")
    assert answer.returncode == code, answer.stderr
    last = answer.stdout.splitlines()[-1]
    assert [name for name in failed if name in last] == ([] if code else failed)


def test_continuous_integration_leaves_nothing_out() -> None:
    assert "--without" not in (ROOT / ".ci" / "run").read_text()


@pytest.mark.parametrize("name", LOCKS)
def test_the_lock_names_no_address(name: str) -> None:
    assert re.findall(r"://|^-.*", (ROOT / name).read_text(), re.MULTILINE) == []


@pytest.mark.parametrize("name", LOCKS)
def test_every_package_is_pinned_by_hash(name: str) -> None:
    lines = (ROOT / name).read_text().replace("\\\n", "").splitlines()
    pins = [line for line in lines if line and not line.lstrip().startswith("#")]
    assert [line for line in pins if not re.match(r"\S+==\S+ .*--hash=sha256:", line)] == []


def test_the_tests_run_on_the_versions_the_program_runs_on() -> None:
    runtime, development = (
        set(re.findall(r"^\S+==\S+", (ROOT / name).read_text(), re.MULTILINE)) for name in LOCKS
    )
    assert runtime - development == set()


def test_what_setup_cfg_requires_is_what_is_locked() -> None:
    wanted = [
        line
        for line in (ROOT / "requirements.in").read_text().splitlines()
        if line and not line.startswith("#")
    ]
    options = (ROOT / "setup.cfg").read_text().partition("install_requires =\n")[2]
    assert options.partition("\n\n")[0].split() == wanted


@pytest.mark.parametrize("name", ["script/server", "script/test"])
def test_the_readme_names_the_command(name: str) -> None:
    assert name in (ROOT / "README.md").read_text()


@pytest.mark.parametrize("page", ["README.md", "docs/install.md"])
def test_every_script_that_a_page_names_can_be_run(page: str) -> None:
    names = set(re.findall(r"(?:script/\w+|\.ci/run)", (ROOT / page).read_text()))
    unknown = {name for name in names if not os.access(ROOT / name, os.X_OK)}
    assert unknown == set()
