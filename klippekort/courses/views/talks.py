"""The talk with a citizen in a few calm steps, and the guide it follows."""

from typing import Any
from uuid import UUID

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue

from klippekort.courses import services
from klippekort.courses.forms import words
from klippekort.courses.forms.talks import GuideForm, TalkForm, labels_form
from klippekort.courses.queries import talks as queries
from klippekort.courses.queries.courses import own_labels
from klippekort.courses.queries.people import wished_kinds
from klippekort.courses.queries.visits import regular_helper
from klippekort.courses.views.blueprint import bp
from klippekort.courses.views.shown import labels
from klippekort.courses.views.trying import (
    fingerprint_of,
    finished,
    form_page,
    opened,
    pressed,
    tried,
)
from klippekort.domain.courses import Phase
from klippekort.domain.errors import CitizenGone, NotFound
from klippekort.domain.matching.guide import Answers, Guide
from klippekort.domain.permissions import Action
from klippekort.platform.addresses import url_for
from klippekort.platform.auth import requires
from klippekort.platform.gone import is_gone
from klippekort.platform.i18n import _


@bp.route("/borgere/<uuid:citizen_id>/samtale/<int:number>", methods=["GET", "POST"])
@requires(Action.RUN_COURSE, purpose="talk")
def talk(citizen_id: UUID, number: int) -> ResponseReturnValue:
    """Ask the questions of one step; what is said is kept, and the talk can rest at any time."""
    citizen = opened(citizen_id)
    if is_gone(citizen_id):
        raise CitizenGone
    under_way = queries.find_open_talk(citizen_id)
    guide = queries.get_guide(under_way.guide_version) if under_way else queries.latest_guide()
    numbers = guide.steps()
    if number not in numbers:
        raise NotFound
    form = TalkForm.made_for(guide, number)()
    if request.method == "GET":
        form.fill(_said_so_far(citizen, under_way))
        if under_way is None and "languages" in form and not form["languages"].data:
            form["languages"].data = ["da"]
    elif (answer := _sent(form, citizen_id, number, guide)) is not None:
        return answer
    page = _page(citizen, form, number, guide, is_begun=under_way is not None)
    return page, 422 if form.errors else 200


def _said_so_far(citizen: Any, under_way: Any) -> Answers:
    """Return what has been said in this talk, or in the one before it."""
    last = under_way or next(iter(queries.finished_talks(citizen.id)), None)
    answers = queries.answers_of(citizen, last)
    return answers if under_way else {**answers, "agrees": ""}


def _sent(
    form: TalkForm, citizen_id: UUID, number: int, guide: Guide
) -> ResponseReturnValue | None:
    """Keep what was sent, and return where to go; None when something must be put right."""
    rests = "rest" in request.form
    is_last = number == guide.steps()[-1] and not rests
    if rests:
        _no_answer_is_needed(form)
    if not form.validate_on_submit():
        return None
    told, content = form.told(), fingerprint_of(form.told())
    if not is_last:
        if not tried(form, services.save_talk, citizen_id, told, content=content):
            return None
        back = url_for("courses.of_citizen", citizen_id=citizen_id)
        if rests:
            return finished(_("The talk is kept. Go on whenever it suits."), back)
        following = next(one for one in guide.steps() if one > number)
        return redirect(url_for("courses.talk", citizen_id=citizen_id, number=following), 303)
    return _finish(form, citizen_id, told, content)


def _no_answer_is_needed(form: TalkForm) -> None:
    if "agrees" in form:
        form["agrees"].validators = ()
        form["agrees"].validate_choice = False


def _finish(
    form: TalkForm, citizen_id: UUID, told: Answers, content: str
) -> ResponseReturnValue | None:
    until = form["not_now_until"].data if told.get("agrees") == "not_now" else None
    if told.get("agrees") == "not_now" and until is None:
        form["not_now_until"].errors = [_("Write when we may ask again.")]
        return None
    if not tried(
        form, services.finish_talk, citizen_id, told, not_now_until=until, content=content
    ):
        return None
    if told.get("agrees") == "yes":
        said = _("The talk is done. Here is what could suit.")
        return finished(said, url_for("courses.suggestions", citizen_id=citizen_id))
    return finished(_("The talk is done."), url_for("courses.of_citizen", citizen_id=citizen_id))


def _page(citizen: Any, form: TalkForm, number: int, guide: Guide, *, is_begun: bool) -> str:
    numbers = guide.steps()
    at = numbers.index(number)
    before = numbers[at - 1] if at else None
    return render_template(
        "courses/talk.html",
        citizen=citizen,
        form=form,
        heading=str(words.STEP_NAMES[number]),
        at=at + 1,
        of=len(numbers),
        is_last=at + 1 == len(numbers),
        before=before,
        is_begun=is_begun,
        known=_known(citizen) if at == 0 else [],
    )


def _known(citizen: Any) -> list[tuple[str, str]]:
    """Return what we know already, so that it is not asked again."""
    wished = wished_kinds(citizen.id).get(citizen.id, frozenset())
    kinds = ", ".join(str(words.KINDS[one]).lower() for one in sorted(wished) if one in words.KINDS)
    aids = [*citizen.aids, *([_("Wheelchair")] if citizen.needs_wheelchair else [])]
    return [
        (_("Aids"), ", ".join(dict.fromkeys(aids))),
        (_("Usual helper"), regular_helper(citizen.id) or ""),
        (_("Has wished for"), kinds),
        (_("Lives alone"), _("Yes") if citizen.lives_alone else ""),
    ]


@bp.post("/borgere/<uuid:citizen_id>/samtale/slet")
@requires(Action.RUN_COURSE)
def drop_talk(citizen_id: UUID) -> ResponseReturnValue:
    """Delete a talk under way."""
    back = url_for("courses.of_citizen", citizen_id=citizen_id)
    return pressed(services.drop_talk, citizen_id, done=_("The talk is deleted."), back=back)


@bp.route("/forloeb/samtaleguide", methods=["GET", "POST"])
@requires(Action.SET_UP_COURSES)
def guide() -> ResponseReturnValue:
    """Choose which questions are asked, and add answers of one's own."""
    form, latest = GuideForm(), queries.latest_guide()
    if request.method == "GET":
        form.fill(latest)
    back = (url_for("courses.listed"), _("Courses"))
    if form.validate_on_submit() and tried(
        form,
        services.change_guide,
        hidden=form.hidden(),
        chips=form.chips(),
        content=[sorted(form.hidden()), form.chips()],
    ):
        return finished(_("New talks follow the new guide."), url_for("courses.listed"))
    return form_page(
        form,
        _("The guide for the talk"),
        back,
        lead=_("Talks under way keep the guide they began with."),
    )


@bp.route("/forloeb/faser", methods=["GET", "POST"])
@requires(Action.SET_UP_COURSES)
def phases() -> ResponseReturnValue:
    """Call the phases what they are called here."""
    form = labels_form()()
    if request.method == "GET":
        own = own_labels()
        for phase in Phase:
            form[phase.value].data = own.get(phase.value, "")
    said = {phase.value: form[phase.value].data or "" for phase in Phase}
    if form.validate_on_submit() and tried(form, services.name_phases, said, content=said):
        return finished(_("The phases have their names."), url_for("courses.listed"))
    return form_page(
        form,
        _("What the phases are called"),
        (url_for("courses.listed"), _("Courses")),
        lead=_("Leave a field empty to keep the usual word: %(example)s.", example=_example()),
    )


def _example() -> str:
    return labels()[Phase.SPOTTED]
