"""How the turn is reckoned, for everybody to read: the table itself, and an example."""

from datetime import timedelta
from uuid import UUID

from flask import render_template
from flask.typing import ResponseReturnValue

from klippekort.domain.calendar import local_day
from klippekort.domain.fairness import RULES, Claim, score
from klippekort.platform import clock
from klippekort.platform.auth import public
from klippekort.waiting.queries.line import MOST_OFFERS
from klippekort.waiting.views.blueprint import bp
from klippekort.waiting.views.shown import sheet_rows
from klippekort.waiting.views.words import part_word, rule_words


@bp.get("/fair-tur")
@public
def fair_turn() -> ResponseReturnValue:
    """Print the formula as the program reckons it."""
    now = clock.now()
    today = local_day(now)
    example = score(
        Claim(
            UUID(int=0),
            now - timedelta(weeks=3),
            today - timedelta(weeks=40),
            today - timedelta(weeks=6),
            1,
            75,
            True,
        ),
        now,
    )
    return render_template(
        "waiting/fair_turn.html",
        rules=[(part_word(rule.part), rule_words(rule), rule.most) for rule in RULES],
        example=sheet_rows(example),
        total=example.total,
        most_offers=MOST_OFFERS,
    )
