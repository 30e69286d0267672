"""The card explained: its balance as of a day, and every line that made it."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from klippekort.citizens.queries import get_citizen, reach
from klippekort.domain.calendar import local_day
from klippekort.domain.corrections import REVERSIBLE
from klippekort.domain.permissions import Action, authorise, may
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, requires, saw
from klippekort.platform.formatting import full_day
from klippekort.platform.i18n import _
from klippekort.punchcards.forms.corrections import DaysForm
from klippekort.punchcards.queries import cards as queries
from klippekort.punchcards.queries import corrections, history
from klippekort.punchcards.queries.history import Line, Scope
from klippekort.punchcards.queries.pauses import pauses_known
from klippekort.punchcards.views.blueprint import bp
from klippekort.punchcards.views.correction_words import pending_shown
from klippekort.punchcards.views.history_words import tell, tell_lots
from klippekort.punchcards.views.picture import in_words, is_course, left_in_words


@dataclass(frozen=True)
class Leaf:
    """One page of the lines: its words, and the pages beside it; newer comes first."""

    words: str
    newer_url: str | None
    older_url: str | None


def scope_of(card_id: UUID, on: date | None, known_on: date | None) -> Scope:
    """Return the lines that are meant; today's knowledge of today is all of them."""
    today = clock.today()
    return Scope(
        card_id,
        on if on is not None and on < today else None,
        known_on if known_on is not None and known_on < today else None,
    )


@bp.get("/klippekort/<uuid:card_id>/forklaring")
@requires(Action.SEE_CARD, purpose="see_statement")
def explain(card_id: UUID) -> ResponseReturnValue:
    """Show the balance as of a day, what is left of it, and every line that made it.

    `dag` is the day, `kendt` the day whose knowledge counts, `foer` the line before which a page
    begins.
    """
    card = queries.get_card(card_id)
    citizen = get_citizen(card.citizen_id)
    near = reach(citizen, clock.today())
    authorise(current_actor(), Action.SEE_CARD, near)
    form = DaysForm(request.args)
    days = (form.dag.data, form.kendt.data) if form.validate() else (None, None)
    scope = scope_of(card_id, *days)
    terms = queries.current_terms(card, max(clock.today(), card.opened_on))
    state = history.state_in(card, scope)
    free = sum(lot.free for lot in state.lots)
    before = request.args.get("foer", type=int)
    top = free if before is None else history.free_at(scope, free, before)
    lines = history.lines_of(scope, top, before=before)
    may_correct = card.closed_on is None and may(current_actor(), Action.CORRECT_CARD, near)
    saw(citizen.id)
    page = render_template(
        "punchcards/explain.html",
        citizen=citizen,
        card=card,
        scheme=queries.scheme_of(card),
        form=form,
        on=scope.on or clock.today(),
        known_on=scope.known_on,
        free=left_in_words(free, terms),
        is_course=is_course(terms),
        held=in_words(state.held(), terms) if state.held() else None,
        lots=tell_lots(state, terms),
        told=tell(card_id, lines, terms),
        pauses=[
            _stood_still(one)
            for one in pauses_known(card.scheme_id, card.opened_on, scope.on or clock.today())
            if scope.known_on is None or local_day(one.recorded_at) <= scope.known_on
        ],
        leaf=_leaf(scope, lines, before),
        may_correct=may_correct,
        reversible=REVERSIBLE,
        pending=pending_shown(corrections.list_pending(card_id)) if may_correct else [],
    )
    return page, 422 if form.errors else 200


def _stood_still(pause: Any) -> str:
    """Return when a whole scheme stood still, and why: what explains that no time came."""
    first, why = full_day(pause.from_on), pause.reason
    if pause.until_on is None:
        return str(_("The whole scheme stands still from %(first)s: %(why)s", first=first, why=why))
    last = full_day(pause.until_on)
    return str(
        _(
            "The whole scheme stands still from %(first)s to %(last)s: %(why)s",
            first=first,
            last=last,
            why=why,
        )
    )


def _leaf(scope: Scope, lines: list[Line], before: int | None) -> Leaf | None:
    if not lines or (before is None and len(lines) < history.PAGE):
        return None
    newest, oldest = lines[0].seq, lines[-1].seq
    words = _("Lines %(newest)s–%(oldest)s", newest=newest, oldest=oldest)
    newer = None
    if before is not None:
        newer = _page(scope, history.line_before(scope, newest))
    return Leaf(words, newer, _page(scope, oldest) if oldest > 1 else None)


def _page(scope: Scope, before: int | None) -> str:
    wanted: dict[str, Any] = {"dag": scope.on, "kendt": scope.known_on, "foer": before}
    given = {name: value for name, value in wanted.items() if value is not None}
    return url_for("punchcards.explain", card_id=scope.card_id, **given)
