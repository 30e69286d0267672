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
        self._server = make_server("localhost", 0, app, threaded=True)
        self.url = f"http://localhost:{self._server.server_port}"
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)
