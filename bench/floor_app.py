"""What a bare Flask app does under the same server: the least a booking and a page could cost."""

import os
import sys
from uuid import UUID, uuid4

from flask import Flask, render_template_string, request
from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]
from sqlalchemy import create_engine, select, text

from klippekort.operations.serve import THREADS

_LOCK = text("select seq from floor_card where id = :card for update")
_INSERT = text("insert into floor_entry (id, card_id, minutes) values (:id, :card, 1)")
_ROWS = select(text("id, seq, name")).select_from(text("floor_card")).order_by(text("id")).limit(50)
_PAGE = """<!doctype html><html lang="da"><head><title>Liste</title></head><body><h1>Liste</h1>
<table>{% for row in rows %}<tr><td>{{ row.name }}</td><td>{{ row.seq }}</td>
<td><a href="/kort/{{ row.id }}">{{ row.name }}</a></td></tr>{% endfor %}</table></body></html>"""


def floor_app(url: str) -> Flask:
    """Return the bare app on a database."""
    app, engine = Flask(__name__), create_engine(url, pool_size=THREADS)

    @app.post("/book")
    def book() -> tuple[str, int]:
        card = UUID(request.form["card"])
        with engine.begin() as connection:
            connection.execute(_LOCK, {"card": card}).scalar_one()
            connection.execute(_INSERT, {"id": uuid4(), "card": card})
        return "", 303

    @app.get("/list")
    def rows() -> str:
        with engine.connect() as connection:
            return render_template_string(_PAGE, rows=connection.execute(_ROWS).all())

    return app


class _Server(BaseApplication):  # type: ignore[misc]
    """The same server as the app's, with the same number of processes and threads."""

    def load_config(self) -> None:
        options = {
            "bind": f"127.0.0.1:{os.environ['PORT']}",
            "workers": int(os.environ.get("WEB_CONCURRENCY") or 1),
            "worker_class": "gthread",
            "threads": THREADS,
            "keepalive": 5,
            "accesslog": None,
            "loglevel": "warning",
            "control_socket_disable": True,
        }
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        return floor_app(os.environ["FLOOR_URL"])


if __name__ == "__main__":
    sys.argv = sys.argv[:1]
    _Server().run()
