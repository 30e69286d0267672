"""Which pages are for citizens, relatives and volunteers: those are offered in more languages."""

from flask import Flask

from klippekort.domain.permissions import ALLOWED, Role
from klippekort.platform.auth import GUESTS, access_of

EVERYBODY = frozenset({Role.CITIZEN, Role.RELATIVE, Role.VOLUNTEER, Role.ASSOCIATION})


def is_for(app: Flask, endpoint: str) -> bool:
    """Say whether a page is open to all, or to somebody who is not staff."""
    access = access_of(app.view_functions[endpoint])
    if access is None or access.action is None:
        return True
    readers = EVERYBODY if access.guests else EVERYBODY - GUESTS
    return not readers.isdisjoint(ALLOWED[access.action])


def init_everybody(app: Flask) -> None:
    """Let the choice of a language ask which pages these are."""
    known: dict[str, bool] = {}

    def asked(endpoint: str | None) -> bool:
        if endpoint is None:  # nothing was found there: the page that says so is for all
            return True
        if endpoint not in known:
            known[endpoint] = is_for(app, endpoint)
        return known[endpoint]

    app.extensions["pages for everybody"] = asked
