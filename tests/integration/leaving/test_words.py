"""Whatever a feature stops when somebody leaves, there is a word for it."""

import ast
from collections import Counter
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from flask import Flask

import klippekort
from klippekort.citizens.views.leaving_words import WHAT, counted

# A printed card follows its punch card: nobody thinks of it as a thing of its own.
INNER_WORKINGS = {"card_key"}


def _kinds() -> Iterator[str]:
    """Yield the kinds that the features' services hand to `stopped`."""
    root = Path(klippekort.__file__).parent
    for path in sorted(root.glob("*/services/*.py")):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(call, ast.Call) or getattr(call.func, "id", "") != "stopped":
                continue
            if isinstance(call.args[1], ast.Name):
                module = import_module(f"klippekort.{path.parent.parent.name}.services.{path.stem}")
                yield getattr(module, call.args[1].id)


def test_there_is_a_word_for_every_kind_of_stop() -> None:
    kinds = set(_kinds())
    assert {"trip", "course", "outreach_case"} <= kinds
    assert kinds - set(WHAT) == set()


def test_each_kind_is_counted_where_it_is_shown(app: Flask) -> None:
    with app.test_request_context():
        untold = {kind for kind in _kinds() if not counted(Counter({kind: 1}))}
    assert untold == INNER_WORKINGS
