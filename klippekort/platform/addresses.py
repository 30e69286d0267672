"""Addresses of pages, made from a pattern that is found once: lists hold hundreds of them."""

from typing import Any
from uuid import UUID, uuid4

import flask
from flask import Flask, current_app, has_request_context, request

_Key = tuple[str, ...]


def url_for(endpoint: str, **values: Any) -> str:
    """Return what Flask's `url_for` does; fast where the address holds nothing but ids."""
    if not has_request_context() or endpoint.startswith("."):
        return flask.url_for(endpoint, **values)
    for value in values.values():
        if type(value) is not UUID:
            return flask.url_for(endpoint, **values)
    known: dict[_Key, str] = current_app.extensions["addresses"]
    key = (request.script_root, endpoint, *values)
    pattern = known.get(key)
    if pattern is None:
        pattern = known[key] = _pattern(endpoint, list(values))
    return pattern % values


def _pattern(endpoint: str, names: list[str]) -> str:
    """Return the address with a place for each id."""
    ids: dict[str, Any] = {name: uuid4() for name in names}
    pattern = flask.url_for(endpoint, **ids).replace("%", "%%")
    for name, value in ids.items():
        pattern = pattern.replace(str(value), f"%({name})s")
    return pattern


def init_addresses(app: Flask) -> None:
    """Give templates this `url_for`."""
    app.extensions["addresses"] = {}
    app.jinja_env.globals["url_for"] = url_for
