"""A wheel built from a clean copy is whole, and serves a styled Danish page from anywhere."""

import os
import re
import shutil
import socket
import subprocess
import sys
import sysconfig
import time
import venv
import zipfile
from collections.abc import Iterator
from http.client import HTTPResponse
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urljoin
from urllib.request import urlopen

import pytest

ROOT = Path(__file__).resolve().parents[2]
SECONDS_TO_START = 60
MADE_HERE = (".*", "__pycache__", "node_modules", "var", "build", "dist", "*.egg-info", "*.mo")
MADE_FROM_STATIC = {".br", ".gz"}

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a copy of the project as it is in the repository, with nothing that was made here."""
    copy = tmp_path_factory.mktemp("source") / "project"
    ignored = shutil.ignore_patterns(*MADE_HERE, *(f"*{suffix}" for suffix in MADE_FROM_STATIC))
    copy.mkdir()
    for name in ("klippekort", "templates", "static"):
        shutil.copytree(ROOT / name, copy / name, ignore=ignored)
    for name in ("setup.py", "setup.cfg", "pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, copy)
    return copy


@pytest.fixture(scope="module")
def wheel(source: Path) -> Path:
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", "dist", "."],
        cwd=source,
        capture_output=True,
        check=True,
    )
    [built] = source.glob("dist/*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the commands of a new environment with the wheel, and with our own dependencies."""
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder, symlinks=True)
    packages = Path(sysconfig.get_path("purelib", vars={"base": str(folder)}))
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    subprocess.run(
        [
            *(sys.executable, "-m", "pip", "--python", f"{folder}/bin/python", "install"),
            *("--quiet", "--no-deps", "--no-index", f"{wheel}"),
        ],
        capture_output=True,
        check=True,
    )
    return folder / "bin"


@pytest.fixture(scope="module")
def address(installed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start the installed program in an empty folder and give the address it answers at."""
    folder = tmp_path_factory.mktemp("elsewhere")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = {"PORT": str(port), "HOME": str(folder), "PATH": os.environ["PATH"]}
    with (folder / "log").open("w+") as log:
        server = subprocess.Popen(
            [installed / "klippekort", "serve"], cwd=folder, env=settings, stdout=log, stderr=log
        )
        try:
            url = f"http://localhost:{port}/"
            _wait_for(url, server, folder / "log")
            yield url
        finally:
            server.terminate()
            try:
                server.wait(20)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def _wait_for(url: str, server: "subprocess.Popen[bytes]", log: Path) -> None:
    latest = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < latest and server.poll() is None:
        try:
            fetch(url).close()
        except (URLError, ConnectionError):
            time.sleep(0.1)
        else:
            return
    pytest.fail(f"The server did not start: {log.read_text()}")


def fetch(url: str) -> HTTPResponse:
    answer: HTTPResponse = urlopen(url, timeout=20)  # noqa: S310
    return answer


def shipped(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


@pytest.mark.parametrize("folder", ["templates", "static"])
def test_the_wheel_has_every_file_of(folder: str, source: Path, wheel: Path) -> None:
    files = {
        f"klippekort/{file.relative_to(source)}"
        for file in (source / folder).rglob("*")
        if file.is_file()
    }
    assert files - shipped(wheel) == set()


def test_the_wheel_has_every_module(source: Path, wheel: Path) -> None:
    modules = {str(file.relative_to(source)) for file in (source / "klippekort").rglob("*.py")}
    assert modules - shipped(wheel) == set()


def test_the_wheel_has_nothing_else(source: Path, wheel: Path) -> None:
    sources = {f"klippekort/{file.relative_to(source)}" for file in source.rglob("*")}
    sources |= {str(file.relative_to(source)) for file in source.rglob("*")}
    extra = {
        name
        for name in shipped(wheel) - sources
        if ".dist-info/" not in name and Path(name).suffix not in MADE_FROM_STATIC
    }
    assert extra == set()


def test_the_wheel_has_the_compiled_danish(wheel: Path) -> None:
    assert "klippekort/translations/da/LC_MESSAGES/messages.mo" in shipped(wheel)


def test_the_wheel_has_compressed_stylesheets(wheel: Path) -> None:
    sheets = {name for name in shipped(wheel) if re.search(r"static/css/\w+\.css$", name)}
    assert sheets
    assert {f"{name}.br" for name in sheets} <= shipped(wheel)


def test_the_front_page_is_the_danish_login(address: str) -> None:
    with fetch(address) as answer:
        page = answer.read().decode()
    assert answer.url == urljoin(address, "/log-ind")
    assert '<html lang="da"' in page
    assert "Log ind" in page


def test_the_stylesheets_are_served(address: str) -> None:
    with fetch(address) as answer:
        page = answer.read().decode()
    sheets = re.findall(r'<link[^>]+rel="stylesheet"[^>]+href="([^"]+)"', page)
    assert sheets
    for sheet in sheets:
        with fetch(urljoin(address, sheet)) as answer:
            assert (answer.status, answer.headers.get_content_type()) == (200, "text/css")
