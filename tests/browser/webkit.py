"""WebKitGTK, of Safari's family, spoken to in the W3C's own WebDriver language."""

import base64
import http.client
import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

DRIVER = "WebKitWebDriver"
BROWSERS = "/usr/lib/*/webkit2gtk-4.*/MiniBrowser"
_ELEMENT = "element-6066-11e4-a52e-4f735466cecf"


class WebKit:
    """One browser window, driven over HTTP."""

    def __init__(self, port: int, browser: str) -> None:
        self._port = port
        options = {"binary": browser, "args": ["--automation"]}
        wanted = {"alwaysMatch": {"webkitgtk:browserOptions": options}}
        self._session = ""
        answer = self._ask("POST", "/session", {"capabilities": wanted})
        self._session = f"/session/{answer['sessionId']}"

    def _ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)
        said = None if body is None else json.dumps(body)
        connection.request(method, self._session + path, said, {"Content-Type": "application/json"})
        value = json.loads(connection.getresponse().read())["value"]
        connection.close()
        if isinstance(value, dict) and "error" in value:
            raise AssertionError(f"{value['error']}: {value['message']}")
        return value

    def go(self, url: str) -> None:
        """Open an address."""
        self._ask("POST", "/url", {"url": url})

    def cookie(self, name: str, value: str) -> None:
        """Set a cookie for the page at hand."""
        self._ask("POST", "/cookie", {"cookie": {"name": name, "value": value, "path": "/"}})

    def run(self, script: str, *values: Any) -> Any:
        """Return what the body of an asynchronous function returns on the page."""
        wrapped = (
            "const done = arguments[arguments.length - 1], given = [...arguments].slice(0, -1);"
            f"(async (...given) => {{ {script} }})(...given)"
            ".then(done, (error) => done({ failed: String(error) }));"
        )
        answer = self._ask("POST", "/execute/async", {"script": wrapped, "args": list(values)})
        if isinstance(answer, dict) and "failed" in answer:
            raise AssertionError(answer["failed"])
        return answer

    def click(self, selector: str) -> None:
        """Click the first element that a selector finds."""
        found = self._ask("POST", "/element", {"using": "css selector", "value": selector})
        self._ask("POST", f"/element/{found[_ELEMENT]}/click", {})

    def until(self, condition: str, seconds: float = 30) -> None:
        """Wait until an expression is true on the page."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                if self.run(f"return Boolean({condition});"):
                    return
                self.run("await new Promise((ok) => setTimeout(ok, 100));")
            except AssertionError:
                continue  # between two pages there is nothing to ask
        picture = Path(os.environ.get("KLIPPEKORT_SHOTS", "var")) / "webkit.png"
        picture.parent.mkdir(exist_ok=True)
        picture.write_bytes(base64.b64decode(self._ask("GET", "/screenshot")))
        raise AssertionError(f"never true: {condition}")

    def close(self) -> None:
        """End the browser."""
        self._ask("DELETE", "")


def missing() -> str | None:
    """Return what is missing for running WebKitGTK, or None."""
    if shutil.which(DRIVER) is None or not find_browser():
        return "webkit2gtk-driver is not installed"
    return None if shutil.which("Xvfb") else "xvfb is not installed"


def find_browser() -> str | None:
    """Return the path of the browser that the driver starts, or None."""
    found = sorted(Path("/").glob(BROWSERS.removeprefix("/")))
    return str(found[-1]) if found else None


def _free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        port: int = asked.getsockname()[1]
        return port


def _answers(port: int) -> bool:
    with socket.socket() as asked:
        return asked.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def webkit() -> Iterator[WebKit]:
    """Give a browser on a screen of its own, and end all of it afterwards."""
    port = _free_port()
    read, write = os.pipe()
    screen = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", "810x1080x24", "-nolisten", "tcp"],
        pass_fds=(write,),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(write)
    with os.fdopen(read) as said:
        display = f":{said.readline().strip()}"
    surroundings = {
        **os.environ,
        "DISPLAY": display,
        "WEBKIT_DISABLE_COMPOSITING_MODE": "1",
        "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS": "1",
    }
    driver = subprocess.Popen(
        [DRIVER, f"--port={port}"],
        env=surroundings,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        end = time.monotonic() + 20
        while not _answers(port) and time.monotonic() < end:
            time.sleep(0.05)
        browser = WebKit(port, find_browser() or "")
        try:
            yield browser
        finally:
            browser.close()
    finally:
        for process in (driver, screen):
            process.terminate()
            process.wait(10)
