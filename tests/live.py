"""The app on a real port of this machine, for browsers."""

import logging
import threading
from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import Flask
from werkzeug.serving import make_server

from klippekort.platform.assets import compress, folder, serve_static

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

logging.getLogger("werkzeug").setLevel(logging.ERROR)


def _closed(app: "WSGIApplication") -> "WSGIApplication":
    """Return an app whose files are closed before they are sent.

    This server leaves them open when a browser goes away in the middle of one.
    """

    def serve(environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        answer = app(environ, start)
        if not environ["PATH_INFO"].startswith("/static/"):
            return answer
        try:
            return [b"".join(answer)]
        finally:
            if hasattr(answer, "close"):
                answer.close()

    return serve


class LiveServer:
    """Serve an app until it is stopped. http://localhost counts as a secure context."""

    def __init__(self, app: Flask) -> None:
        compress(folder("static"))
        files = serve_static(app.wsgi_app, folder("static"), compressed=True)
        app.wsgi_app = _closed(files)  # type: ignore[assignment,method-assign]
        self._app, self._port, self._is_up = app, 0, False
        self.start()

    def start(self) -> None:
        """Serve, on the same port as before."""
        self._server = make_server("localhost", self._port, self._app, threaded=True)
        self._port, self._is_up = self._server.server_port, True
        self.url = f"http://localhost:{self._port}"
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Stop serving, if it does."""
        if self._is_up:
            self._server.shutdown()
            self._server.server_close()
            self._thread.join(5)
            self._is_up = False
