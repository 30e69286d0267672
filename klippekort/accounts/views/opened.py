"""What somebody from outside has opened, in words an administrator reads."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import current_app

from klippekort.accounts.queries.opened import HowTold, WhatCalled
from klippekort.platform.audit import AuditLine
from klippekort.platform.auth import SAFE_METHODS, access_of
from klippekort.platform.events import ask
from klippekort.platform.i18n import _, ngettext
from klippekort.platform.navigation import MENU

MOST_NAMED = 5


@dataclass(frozen=True)
class Opened:
    """A page that was opened, or tried: when, its words, whom it showed, and how it went.

    `citizens` names some of them and counts the rest; `citizen_ids` are those it names.
    """

    at: datetime
    page: str
    citizen_ids: tuple[UUID, ...]
    citizens: str
    is_look: bool
    is_refused: bool


def opened(lines: Sequence[AuditLine]) -> list[Opened]:
    """Return lines of the record about pages of a support access, in words."""
    whom = [tuple(UUID(one) for one in line.details.get("shown", ())) for line in lines]
    names = dict(ask(WhatCalled(frozenset(one for some in whom for one in some))))
    return [_opened(line, some, names) for line, some in zip(lines, whom, strict=True)]


def _opened(line: AuditLine, whom: tuple[UUID, ...], names: dict[UUID, str]) -> Opened:
    known = tuple(one for one in whom if one in names)
    return Opened(
        line.at,
        _words(str(line.details.get("page", ""))),
        known[:MOST_NAMED],
        _named([names[one] for one in known]),
        line.details.get("method") in SAFE_METHODS,
        int(line.details.get("status", 0)) >= 400,
    )


def _named(names: Sequence[str]) -> str:
    """Return the names, the first few of them where they are many, and how many more there are."""
    first, more = ", ".join(names[:MOST_NAMED]), len(names) - MOST_NAMED
    if more <= 0:
        return first
    return ngettext("%(names)s and %(num)s more", "%(names)s and %(num)s more", more, names=first)


def _words(endpoint: str) -> str:
    """Return what a page is called: by its line in the menu, by what it is for, or by the line its
    feature stands under.
    """
    view = current_app.view_functions.get(endpoint)
    access = access_of(view) if view is not None else None
    if access is None:
        return _("A page that is not there")
    feature = endpoint.partition(".")[0]
    if feature == "accounts" and access.action is None:
        return _("My account")
    told = ask(HowTold(access.purpose, access.action or "")) if access.action else ()
    words = _label(lambda known: known == endpoint) or next(iter(told), None)
    words = words or _label(lambda known: known.partition(".")[0] == feature)
    return str(words or _("Another page"))


def _label(fits: Callable[[str], bool]) -> Any:
    """Return the words of the first line of a menu whose page fits, or None."""
    entries = (entry for role_entries in MENU.values() for entry in role_entries)
    return next((entry[1] for entry in entries if fits(entry[0])), None)
