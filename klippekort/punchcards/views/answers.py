"""What a scheme leaves open: answering it once or for good, and who decided what, when and why."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from klippekort.accounts.queries import names_of
from klippekort.citizens.queries import get_citizen, reach
from klippekort.domain.errors import CardClosed, NotFound, Stale
from klippekort.domain.permissions import Action, authorise, may
from klippekort.domain.schemes import BadTerms, open_questions, terms_on
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, requires, saw
from klippekort.platform.execute import execute
from klippekort.platform.formatting import duration, full_day, moment
from klippekort.platform.i18n import _
from klippekort.punchcards.forms.changes import ONCE, AnswerForm, SectionForm, answering
from klippekort.punchcards.forms.questions import Question, question_of
from klippekort.punchcards.forms.said_words import named
from klippekort.punchcards.queries import cards, changes
from klippekort.punchcards.queries import schemes as queries
from klippekort.punchcards.queries.past import came_late
from klippekort.punchcards.services import answers as services
from klippekort.punchcards.services.schemes import BeforeFirstDay
from klippekort.punchcards.views.blueprint import bp
from klippekort.punchcards.views.changes_shown import said, said_once


@bp.get("/ordninger/<uuid:scheme_id>/spoergsmaal")
@requires(Action.SEE_SCHEME, purpose="open_questions")
def open_rules(scheme_id: UUID) -> ResponseReturnValue:
    """List what a scheme leaves open, and on which cards it has come up."""
    row, actor = queries.get_scheme(scheme_id), current_actor()
    versions = queries.terms_of(scheme_id)
    terms = terms_on(versions, clock.today()) or versions[0].terms
    asked = changes.list_questions(scheme_id) if may(actor, Action.DECIDE_RULE) else []
    saw(*{citizen_id for _task, citizen_id, _name in asked})
    return render_template(
        "punchcards/answers.html",
        scheme=row,
        rules=[question_of(rule) for rule in open_questions(terms)],
        asked=_shown(asked),
        may_change=may(actor, Action.CHANGE_SCHEME),
    )


def _shown(asked: Sequence[tuple[Any, UUID, str]]) -> list[tuple[Any, ...]]:
    """Return questions that have come up as the pages tell them."""
    late = came_late([task for task, _citizen_id, _name in asked])
    return [
        (
            task.id,
            name,
            question_of(task.rule).text,
            full_day(task.opened_on),
            _waits(task, is_late=task.id in late),
        )
        for task, _citizen_id, name in asked
    ]


def _waits(task: Any, *, is_late: bool) -> str | None:
    """Return what the answer to a question decides about, in words."""
    if not task.minutes:
        return None
    time = duration(task.minutes)
    if is_late:
        return _("%(time)s has come already. The answer says whether it stays.", time=time)
    return _("%(time)s waits for the answer.", time=time)


@bp.route("/ordninger/<uuid:scheme_id>/svar", methods=["GET", "POST"])
@requires(Action.CHANGE_SCHEME)
def answer_rule(scheme_id: UUID) -> ResponseReturnValue:
    """Make an answer to an open rule the rule from a day on, with the reason."""
    row, rule = queries.get_scheme(scheme_id), request.args.get("regel", "")
    versions = queries.terms_of(scheme_id)
    terms = terms_on(versions, clock.today()) or versions[0].terms
    if rule not in open_questions(terms):
        return open_rules(scheme_id)
    question = question_of(rule)
    first_on = max(clock.today(), versions[0].from_on)
    form = answering(question, once=False, rule=True, from_on=first_on)
    if form.validate_on_submit() and _make_rule(scheme_id, question, form):
        flash(_("It is the rule now."), "success")
        return redirect(url_for("punchcards.open_rules", scheme_id=scheme_id), 303)
    page = render_template(
        "punchcards/answers_answer.html", scheme=row, form=form, question=question, about=None
    )
    return page, 422 if form.errors else 200


def _make_rule(scheme_id: UUID, question: Question, form: AnswerForm) -> bool:
    value = question.meant(form.value.data)
    try:
        execute(
            services.make_rule,
            current_actor(),
            scheme_id,
            question.rule,
            value,
            form.reason.data,
            from_on=form.from_on.data,
            now=clock.now(),
            key=form.key.data,
            content=[scheme_id, question.rule, value, form.reason.data, form.from_on.data],
        )
    except BadTerms:
        form.value.errors = [_("We cannot read this answer. Write it as the example shows.")]
        return False
    except BeforeFirstDay as refusal:
        first = full_day(refusal.first_on)
        form.from_on.errors = [_("The scheme begins %(day)s. Choose that day or later.", day=first)]
        return False
    return True


@bp.route("/ordninger/svar-en-gang", methods=["GET", "POST"])
@requires(Action.DECIDE_RULE, purpose="decide_rule")
def answer_task() -> ResponseReturnValue:
    """Answer a rule that came up on a card: only this time, or for everybody from a day on."""
    task_id = request.args.get("opgave", type=UUID)
    if task_id is None:
        asked = changes.list_questions()
        saw(*{citizen_id for _task, citizen_id, _name in asked})
        return render_template("punchcards/answers_waiting.html", asked=_shown(asked))
    task = changes.get_task(task_id)
    card = cards.get_card(task.card_id)
    citizen = get_citizen(card.citizen_id)
    authorise(current_actor(), Action.DECIDE_RULE, reach(citizen, clock.today()))
    if task.kind != "decide" or task.closed_at is not None:
        flash(_("Somebody has answered already."), "info")
        return redirect(url_for("punchcards.open_rules", scheme_id=card.scheme_id), 303)
    row, question = queries.get_scheme(card.scheme_id), question_of(task.rule)
    may_change = may(current_actor(), Action.CHANGE_SCHEME)
    form = answering(question, once=True, rule=may_change, from_on=clock.today())
    if form.validate_on_submit() and _answer(row.id, task_id, question, form):
        flash(_("The answer is kept, with its reason."), "success")
        return redirect(url_for("punchcards.open_rules", scheme_id=row.id), 303)
    saw(citizen.id)
    about = (
        citizen.name,
        full_day(task.opened_on),
        _waits(task, is_late=bool(came_late([task]))),
    )
    page = render_template(
        "punchcards/answers_answer.html", scheme=row, form=form, question=question, about=about
    )
    return page, 422 if form.errors else 200


def _answer(scheme_id: UUID, task_id: UUID, question: Question, form: AnswerForm) -> bool:
    if form.reach.data != ONCE:
        return _make_rule(scheme_id, question, form)
    value = question.meant(form.value.data)
    try:
        execute(
            services.answer_once,
            current_actor(),
            task_id,
            value,
            form.reason.data,
            now=clock.now(),
            key=form.key.data,
            content=[task_id, value, form.reason.data],
        )
    except BadTerms:
        form.value.errors = [_("We cannot read this answer. Write it as the example shows.")]
        return False
    except CardClosed:
        form.form_errors = [_("The card has ended. The time that waited comes no more.")]
        return False
    except Stale:
        flash(_("Somebody has answered already."), "info")
    return True


@bp.get("/ordninger/<uuid:scheme_id>/historie")
@requires(Action.SEE_SCHEME, purpose="scheme_history")
def scheme_history(scheme_id: UUID) -> ResponseReturnValue:
    """Tell who decided what about a scheme, when and why, the newest first."""
    row, actor = queries.get_scheme(scheme_id), current_actor()
    found, versions = changes.list_answers(scheme_id), queries.list_versions(scheme_id)
    if not versions:
        raise NotFound
    ids = {one.decided_by for one in found} | {version.decided_by for version in versions}
    names = names_of({account_id for account_id in ids if account_id})
    return render_template(
        "punchcards/answers_history.html",
        scheme=row,
        answers=[
            {
                "id": one.id,
                "key": str(uuid4()),
                "rule": named(one.rule),
                "value": (said_once if one.card_id else said)(one.rule, one.value),
                "from_on": full_day(one.from_on),
                "once": one.card_id is not None,
                "reason": one.reason,
                "who": names.get(one.decided_by) if one.decided_by else None,
                "when": moment(one.recorded_at),
            }
            for one in found
        ],
        versions_shown=[
            (
                full_day(version.from_on),
                moment(version.recorded_at),
                names.get(version.decided_by, "") if version.decided_by else _("The program"),
            )
            for version in reversed(versions)
        ],
        may_change=may(actor, Action.CHANGE_SCHEME),
    )


@bp.post("/ordninger/<uuid:scheme_id>/historie/<uuid:answer_id>/slet-begrundelse")
@requires(Action.CHANGE_SCHEME)
def erase_reason(scheme_id: UUID, answer_id: UUID) -> ResponseReturnValue:
    """Erase why something was decided; what was decided stays."""
    form = SectionForm()
    if form.validate_on_submit():
        key = form.key.data
        execute(
            services.erase_reason, current_actor(), answer_id, key=key, content=[str(answer_id)]
        )
        flash(_("The reason is erased. The decision stays."), "success")
    return redirect(url_for("punchcards.scheme_history", scheme_id=scheme_id), 303)
