"""Codes and lines as they are drawn on paper."""

import secrets
from collections.abc import Iterator
from typing import Any

import segno
from flask import current_app

from klippekort.domain.papers.codes import make_code, shown

_DRAWS = 2**30


def page(template: str, **values: Any) -> str:
    """Return a page to draw, in a request as well as outside one."""
    return current_app.jinja_env.get_template(template).render(**values)


def new_code() -> str:
    """Return a code for a slip that nobody can foresee."""
    return make_code(_draw())


def _draw() -> Iterator[int]:
    while True:
        yield secrets.randbelow(_DRAWS)


def code_picture(code: str) -> str:
    """Return a code as a picture to scan: it says only itself, so that any reader can type it."""
    drawn: str = segno.make_qr(shown(code), error="m").svg_data_uri(scale=8, border=2)
    return drawn


def cut(text: str, most: int) -> str:
    """Return a text that leaves room for the rest, cut between words."""
    text = " ".join(text.split())
    if len(text) <= most:
        return text
    return f"{text[:most].rsplit(' ', 1)[0]} …"
