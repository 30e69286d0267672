"""Words about a citizen between host and staff."""

from uuid import UUID, uuid4

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from klippekort.citizens.queries import get_citizen, reach
from klippekort.domain.errors import Stale
from klippekort.domain.hosting import TO_HOST, Word
from klippekort.domain.permissions import Action, authorise
from klippekort.hosting import services
from klippekort.hosting.forms.offers import WordForm
from klippekort.hosting.queries.words import activities_of, words_of
from klippekort.hosting.views import words
from klippekort.hosting.views.blueprint import bp
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, requires, saw
from klippekort.platform.execute import execute
from klippekort.platform.formatting import moment
from klippekort.platform.forms import KeyedForm
from klippekort.platform.i18n import _


@bp.route("/borgere/<uuid:citizen_id>/ord", methods=["GET", "POST"])
@requires(Action.WORD_TO_HOST, purpose="word_to_host")
def citizen_words(citizen_id: UUID) -> ResponseReturnValue:
    """Show what hosts have said of a citizen, and pass a word on to them."""
    today, citizen, form = clock.today(), get_citizen(citizen_id), WordForm()
    authorise(current_actor(), Action.WORD_TO_HOST, reach(citizen, today))
    activities = activities_of(citizen_id)
    form.offer(
        {str(row.id): row.title for row in activities},
        {word.value: words.word_words(word) for word in TO_HOST},
    )
    if activities and form.validate_on_submit():
        execute(
            services.say_to_host,
            current_actor(),
            citizen_id,
            UUID(form.activity.data),
            Word(form.word.data),
            now=clock.now(),
            key=form.key.data,
            content=[citizen_id, form.activity.data, form.word.data],
        )
        flash(_("The host will read it."), "success")
        return redirect(url_for("hosting.citizen_words", citizen_id=citizen_id), 303)
    saw(citizen_id)
    page = render_template(
        "hosting/citizen_words.html",
        citizen=citizen,
        form=form,
        may_say=bool(activities),
        said=[
            (line, words.word_words(line.word), moment(line.said_at, today))
            for line in words_of(citizen_id)
        ],
        new_key=lambda: str(uuid4()),
    )
    return page, 422 if form.errors else 200


@bp.post("/vaertskab/ord/<uuid:word_id>")
@requires(Action.WORD_TO_HOST, purpose="word_to_host")
def handle(word_id: UUID) -> ResponseReturnValue:
    """Tick off a word that a host said."""
    form = KeyedForm()
    if form.validate_on_submit():
        try:
            execute(
                services.handle_word,
                current_actor(),
                word_id,
                now=clock.now(),
                key=form.key.data,
                content=[word_id],
            )
        except Stale:
            flash(_("That was answered before."), "info")
        else:
            flash(_("It is ticked off."), "success")
    return redirect(url_for("hosting.overview"), 303)
