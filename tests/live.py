"""The app on a real port of this machine, for browsers."""

import logging
import threading

from flask import Flask
from werkzeug.serving import make_server

from klippekort.platform.assets import compress, folder, serve_static

logging.getLogger("werkzeug").setLevel(logging.ERROR)


class LiveServer:
    """Serve an app until it is stopped. http://localhost counts as a secure context."""

    def __init__(self, app: Flask) -> None:
        compress(folder("static"))
        app.wsgi_app = serve_static(app.wsgi_app, folder("static"), compressed=True)  # type: ignore[assignment,method-assign]
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
