"""Where the templates and static files lie, their addresses, and how they are served."""

import hashlib
import os
from collections.abc import Callable, Iterable, MutableMapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Flask, has_request_context, request, url_for
from flask.templating import Environment
from whitenoise import WhiteNoise
from whitenoise.compress import Compressor

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PACKAGE = Path(__file__).resolve().parent.parent
COMPRESSED = {".css", ".js", ".svg"}
HOUR = 60 * 60
FOR_EVER = f"max-age={365 * 24 * HOUR}, public, immutable"


def folder(name: str) -> Path:
    """Return the folder `name`: beside this package in a checkout, inside it once installed.

    Raises FileNotFoundError when it is in neither place.
    """
    for candidate in (PACKAGE / name, PACKAGE.parent / name):
        if candidate.is_dir():
            return candidate
    raise FileNotFoundError(name)


class Templates(Environment):
    """Templates that share the app's globals instead of a view of them each.

    A page imports a dozen others for their macros, and for each the two were compared.
    """

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Return what a template finds besides what it is given."""
        return super().make_globals(d) if d else self.globals


def init_assets(app: Flask) -> None:
    """Give templates `asset(path)`: the address of a static file, new when its content is new.

    And `remembered(macro)`: a macro that is drawn once for each thing it is given, for those whose
    result depends on nothing else. While developing, neither remembers anything.
    """
    static = Path(app.static_folder or folder("static"))
    known: dict[tuple[str, str], str] = {}

    def asset(path: str) -> str:
        place = request.script_root if has_request_context() else "", path
        found = known.get(place)
        if found is None or app.debug:
            file = static / path
            version = _fingerprint(file, file.stat().st_mtime_ns)
            found = known[place] = url_for("static", filename=path, v=version)
        return found

    def remembered(macro: Callable[[Any], str]) -> Callable[[Any], str]:
        return macro if app.debug else lru_cache(maxsize=256)(macro)

    app.jinja_env.globals.update(asset=asset, remembered=remembered)


def serve_static(wsgi_app: "WSGIApplication", folder: Path, compressed: bool) -> "WSGIApplication":
    """Return an app that answers /static/ from `folder` and leaves the rest to `wsgi_app`.

    Addresses with a fingerprint, and vendored files, whose path has their version, may be kept
    for ever. With `compressed` the files are looked up once, with their compressed twins;
    without, a changed file shows at once.
    """
    files: WSGIApplication = WhiteNoise(
        wsgi_app,
        root=str(folder),
        prefix="static/",
        allow_all_origins=False,
        max_age=HOUR if compressed else 0,
        autorefresh=not compressed,
    )

    def serve(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if not _is_kept_for_ever(environ):
            return files(environ, start_response)

        def start(status, headers, exc_info=None):  # type: ignore[no-untyped-def]
            if status.startswith(("200", "206", "304")):
                headers = [pair for pair in headers if pair[0].lower() != "cache-control"]
                headers.append(("Cache-Control", FOR_EVER))
            return start_response(status, headers, exc_info)

        return files(environ, start)

    return serve


def compress(folder: Path) -> int:
    """Write Brotli and gzip twins of the text files that changed, and return how many did.

    A folder that may not be written to is left as it is: its files are then sent as they are.
    """
    compressor = Compressor(quiet=True)
    changed = 0
    for file in sorted(folder.rglob("*")):
        if file.suffix in COMPRESSED and _is_stale(file) and os.access(file.parent, os.W_OK):
            changed += bool(compressor.compress(str(file)))
    return changed


def _is_kept_for_ever(environ: "WSGIEnvironment") -> bool:
    path, query = environ.get("PATH_INFO", ""), environ.get("QUERY_STRING", "")
    return path.startswith("/static/vendor/") or (path.startswith("/static/") and "v=" in query)


def _is_stale(file: Path) -> bool:
    # The compressor gives the twin its original's time, so that any difference means a change.
    twin = file.with_name(file.name + ".br")
    return not twin.exists() or int(twin.stat().st_mtime) != int(file.stat().st_mtime)


@lru_cache(maxsize=512)
def _fingerprint(file: Path, _changed: int) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()[:10]
