"""Codes and lines as they are drawn on paper."""

import re
import secrets
from collections.abc import Iterator
from typing import Any

import segno
from flask import current_app

from klippekort.domain.papers.codes import make_code, shown
from klippekort.platform.i18n import reader_language

_DRAWS = 2**30
_NUMBER_OF = re.compile(r"\d+ [A-Za-zÆØÅæøåÄÖÜäöü]+")


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


def kept_apart(text: str) -> str:
    """Return words that may be of another language so that they keep their order, and that of what
    stands around them: in a text from right to left they would change places.
    """
    return f"\u2068{text}\u2069" if text and _is_from_right() else text


def in_order(text: str) -> str:
    """Return a text in which "4 klip" stays in that order among words from right to left."""
    if not _is_from_right():
        return text
    return _NUMBER_OF.sub(lambda found: f"\u2066{found[0]}\u2069", text)


def _is_from_right() -> bool:
    return reader_language().direction == "rtl"
