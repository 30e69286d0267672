"""What a view can say, found by reading it: the code it names, what that names, and so on.

Nothing is run. Names are followed within `klippekort`, through `from … import …`, to functions,
classes and tables at the top of a module; a method is read with its whole class.
"""

import ast
from collections.abc import Callable, Iterator
from functools import cache
from inspect import unwrap
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
SAID_BY = {"_", "_l", "ngettext"}

Piece = tuple[Path, str]
"""A file, and the name of something at the top of it."""


def of_view(view: Callable[..., Any]) -> Iterator[Piece]:
    """Return every piece of the program that a view reaches, itself the first."""
    inner = unwrap(view)
    file = _file_of(inner.__module__)
    waiting = [(file, inner.__name__)] if file and inner.__name__ in _tops(file) else []
    seen = set(waiting)
    while waiting:
        piece = waiting.pop()
        yield piece
        named = _named_by(*piece) - seen
        seen |= named
        waiting += named


@cache
def templates_in(file: Path, name: str) -> frozenset[str]:
    """Return the templates that a piece names."""
    return frozenset(
        part.value
        for part in ast.walk(_tops(file)[name])
        if isinstance(part, ast.Constant)
        and isinstance(part.value, str)
        and part.value.endswith(".html")
        and (ROOT / "templates" / part.value).is_file()
    )


@cache
def texts_in(file: Path, name: str) -> frozenset[str]:
    """Return the texts that a piece says, in English; of a counted one that for one."""
    return frozenset(
        part.args[0].value
        for part in ast.walk(_tops(file)[name])
        if isinstance(part, ast.Call)
        and isinstance(part.func, ast.Name)
        and part.func.id in SAID_BY
        and part.args
        and isinstance(part.args[0], ast.Constant)
        and isinstance(part.args[0].value, str)
    )


def _file_of(module: str) -> Path | None:
    path = ROOT.joinpath(*module.split("."))
    found = (path.with_suffix(".py"), path / "__init__.py")
    return next((one for one in found if one.is_file()), None)


@cache
def _tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text())


@cache
def _tops(file: Path) -> dict[str, ast.stmt]:
    """Return what stands at the top of a file, by name."""
    found: dict[str, ast.stmt] = {}
    for one in _tree(file).body:
        if isinstance(one, ast.FunctionDef | ast.ClassDef):
            found[one.name] = one
        elif isinstance(one, ast.Assign | ast.AnnAssign):
            targets = one.targets if isinstance(one, ast.Assign) else [one.target]
            parts = (part for target in targets for part in ast.walk(target))
            found |= {part.id: one for part in parts if isinstance(part, ast.Name)}
    return found


@cache
def _imports(file: Path) -> dict[str, tuple[str, str]]:
    """Return what a file brings in from the program, by the name it has there."""
    return {
        alias.asname or alias.name: (one.module, alias.name)
        for one in _tree(file).body
        if isinstance(one, ast.ImportFrom) and (one.module or "").startswith("klippekort")
        for alias in one.names
        if one.module
    }


@cache
def _found(file: Path, name: str) -> Path | Piece | None:
    """Return what a name in a file stands for: a module's file, a piece, or nothing of ours."""
    if name in _tops(file):
        return file, name
    if name not in _imports(file):
        return None
    module, real = _imports(file)[name]
    itself = _file_of(f"{module}.{real}")
    home = _file_of(module)
    return itself or (_found(home, real) if home else None)


@cache
def _named_by(file: Path, name: str) -> frozenset[Piece]:
    """Return the pieces that a piece names."""
    named: set[Piece] = set()
    for part in ast.walk(_tops(file)[name]):
        stands_for: Path | Piece | None = None
        if isinstance(part, ast.Name):
            stands_for = _found(file, part.id)
        elif isinstance(part, ast.Attribute) and isinstance(part.value, ast.Name):
            module = _found(file, part.value.id)
            stands_for = _found(module, part.attr) if isinstance(module, Path) else None
        if isinstance(stands_for, tuple):
            named.add(stands_for)
    return frozenset(named)
