"""Who has seen a citizen's data: her own log, and the openings a leader keeps an eye on."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from klippekort.citizens import queries
from klippekort.citizens.forms.access import REASONS
from klippekort.citizens.forms.look_words import purpose_words, role_words
from klippekort.citizens.views.blueprint import bp
from klippekort.domain.permissions import Action, Role, authorise
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, requires, saw
from klippekort.platform.i18n import _

ROWS = 50


@dataclass(frozen=True)
class Leaf:
    """One page of a list: where it begins, its words, and the pages beside it."""

    offset: int
    words: str
    previous_url: str | None
    next_url: str | None


def _leaf(total: int, endpoint: str, **values: Any) -> Leaf:
    last = max(1, -(-total // ROWS))
    number = min(max(1, request.args.get("side", 1, type=int)), last)
    offset = (number - 1) * ROWS
    words = _(
        "%(first)s–%(last)s of %(total)s",
        first=min(offset + 1, total),
        last=min(offset + ROWS, total),
        total=total,
    )
    before, after = (
        url_for(endpoint, side=page, **values) if 1 <= page <= last else None
        for page in (number - 1, number + 1)
    )
    return Leaf(offset, words, before, after)


@bp.get("/borgere/<uuid:citizen_id>/log")
@requires(Action.SEE_ACCESS_LOG, purpose="answer_log_request")
def access_log(citizen_id: UUID) -> ResponseReturnValue:
    citizen = queries.get_citizen(citizen_id)
    authorise(current_actor(), Action.SEE_ACCESS_LOG, queries.reach(citizen, clock.today()))
    leaf = _leaf(queries.count_looks(citizen_id), "citizens.access_log", citizen_id=citizen_id)
    looks = [
        (look.at, role_words(look.role), purpose_words(look.purpose, look.action))
        for look in queries.list_looks(citizen_id, limit=ROWS, offset=leaf.offset)
    ]
    saw(citizen_id)
    return render_template("citizens/access_log.html", citizen=citizen, looks=looks, leaf=leaf)


@bp.get("/borgere/adgange")
@requires(Action.SEE_ACCESS_LOG, purpose="check_openings")
def openings() -> ResponseReturnValue:
    actor = current_actor()
    supplier_id = actor.supplier_id if actor.role is Role.PLANNER else None
    leaf = _leaf(queries.count_openings(supplier_id), "citizens.openings")
    found = queries.list_openings(supplier_id, limit=ROWS, offset=leaf.offset)
    if found:
        saw(*(opening.citizen_id for opening in found))
    return render_template(
        "citizens/openings.html", openings=found, reasons=REASONS, leaf=leaf, now=clock.now()
    )
