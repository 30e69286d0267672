"""Who has looked at her data, when and why: units and roles, never the names of employees."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue

from klippekort.citizens.forms.look_words import purpose_words, role_words
from klippekort.citizens.queries import count_looks, list_looks
from klippekort.own_page.views.blueprint import bp
from klippekort.own_page.views.proving import asks_for_more
from klippekort.punchcards.views.visiting import Visit, own_route

ROWS = 40


@dataclass(frozen=True)
class LookShown:
    """One look: when, which kind of staff, and what for."""

    at: datetime
    who: str
    why: str


@own_route(bp, "/hvem-har-set")
def looks(visit: Visit) -> ResponseReturnValue:
    """Show her who has looked, the latest first."""
    refused = asks_for_more(visit)
    if refused is not None:
        return refused
    total = count_looks(visit.citizen_id)
    last = max(1, -(-total // ROWS))
    number = min(max(1, request.args.get("side", 1, type=int)), last)
    return render_template(
        "own_page/looks.html",
        looks=looks_shown(visit.citizen_id, limit=ROWS, offset=(number - 1) * ROWS),
        newer_url=visit.url("own_page.looks", side=number - 1) if number > 1 else None,
        older_url=visit.url("own_page.looks", side=number + 1) if number < last else None,
    )


def looks_shown(citizen_id: Any, *, limit: int, offset: int = 0) -> list[LookShown]:
    """Return looks in words."""
    return [
        LookShown(one.at, role_words(one.role), purpose_words(one.purpose, one.action))
        for one in list_looks(citizen_id, limit=limit, offset=offset)
    ]
