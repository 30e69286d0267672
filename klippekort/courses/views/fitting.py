"""What suits a citizen, with its reasons; her yes, her no because, and whom she would meet."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID, uuid4

from flask import render_template
from flask.typing import ResponseReturnValue

from klippekort.courses import services
from klippekort.courses.forms import words
from klippekort.courses.forms.courses import NoForm
from klippekort.courses.queries import introductions
from klippekort.courses.queries.suggestions import Suggestions, suggestions_for
from klippekort.courses.views import shown
from klippekort.courses.views.blueprint import bp
from klippekort.courses.views.shown import first_step
from klippekort.courses.views.trying import finished, form_page, opened, pressed, tried
from klippekort.domain.calendar import local
from klippekort.domain.errors import NotFound
from klippekort.domain.matching.facts import Because, part_of
from klippekort.domain.permissions import Action, may
from klippekort.groups.queries.groups import list_named_open
from klippekort.platform import clock
from klippekort.platform.addresses import url_for
from klippekort.platform.auth import current_actor, requires, saw
from klippekort.platform.formatting import kroner, moment
from klippekort.platform.i18n import _
from klippekort.volunteers.queries.people import get_volunteer


def to_suggestions(citizen_id: UUID) -> str:
    """Return the address of what suits a citizen."""
    return url_for("courses.suggestions", citizen_id=citizen_id)


@bp.get("/borgere/<uuid:citizen_id>/forslag")
@requires(Action.RUN_COURSE, purpose="suggestions")
def suggestions(citizen_id: UUID) -> ResponseReturnValue:
    """Show what suits a citizen, and why."""
    citizen = opened(citizen_id)
    found = suggestions_for(citizen, clock.now())
    sides = introductions.sides_of(citizen_id)
    saw(*(one.other.id for one in sides if one.other is not None))
    profile = found.profile
    has_talk = profile is not None and bool(profile.interests or profile.parts)
    return render_template(
        "courses/suggestions.html",
        citizen=citizen,
        has_talk=has_talk,
        is_stopped=found.is_stopped,
        **_shown(found),
        meets=[_side(one) for one in sides],
        meets_people=profile is not None and profile.meets_people,
        noes=_noes(found.noes),
        may_arrange=may(current_actor(), Action.ARRANGE_COMPANY),
        first_step=1 if has_talk else first_step(),
        key=str(uuid4()),
    )


def _shown(found: Suggestions) -> dict[str, Any]:
    today = clock.today()
    return {
        "dates": [
            {
                "date": one.date,
                "when": moment(one.date.starts_at, today),
                "price": kroner(one.date.price_oere) if one.date.price_oere else _("Free"),
                "why": shown.first_reasons(one.reasons),
                "points": one.points,
                "reasons": shown.reasons_shown(one.reasons),
            }
            for one in found.dates
        ],
        "groups": [
            {
                "group": one.group.group,
                "when": moment(one.group.meets_at, today) if one.group.meets_at else "",
                "why": shown.first_reasons(one.reasons),
                "points": one.points,
                "reasons": shown.reasons_shown(one.reasons),
            }
            for one in found.groups
        ],
        "friends": [
            {
                "id": pair.id,
                "name": name,
                "points": pair.points,
                "reasons": shown.ties_shown(pair.shared, is_told=True),
            }
            for name, pair in found.friends
        ],
        "people": [
            {
                "mark": mark,
                "points": sum(one.points for one in shared),
                "reasons": shown.ties_shown(shared),
            }
            for mark, shared in found.people
        ],
    }


def _side(one: introductions.Side) -> dict[str, Any]:
    is_told = one.other is not None
    return {
        "id": one.id,
        "state": one.state,
        "says": one.says,
        "name": one.other.first_name if one.other else None,
        "ties": [shown.tie_words(tie, what, is_told) for tie, what in one.ties],
    }


def _noes(rows: Iterable[Any]) -> list[dict[str, Any]]:
    return [
        {
            "id": one.id,
            "subject": words.SUBJECTS[one.subject],
            "because": words.BECAUSE[one.because],
            "kind": words.KINDS.get(one.kind, ""),
        }
        for one in rows
    ]


@bp.post("/borgere/<uuid:citizen_id>/forslag/aktivitet/<uuid:subject_id>")
@requires(Action.RUN_COURSE)
def choose(citizen_id: UUID, subject_id: UUID) -> ResponseReturnValue:
    """Take an activity as what the course is about."""
    back = url_for("courses.of_citizen", citizen_id=citizen_id)
    done = _("It is chosen.")
    return pressed(services.choose, citizen_id, done=done, back=back, activity_id=subject_id)


@bp.post("/borgere/<uuid:citizen_id>/forslag/gruppe")
@requires(Action.RUN_COURSE)
def choose_group(citizen_id: UUID) -> ResponseReturnValue:
    """Take a group as what the course is about; which one, groups' own page asks and keeps."""
    back = url_for("groups.of_citizen", citizen_id=citizen_id)
    done = _("A group is chosen. Say here which one.")
    return pressed(services.choose, citizen_id, done=done, back=back, in_a_group=True)


_SUBJECTS = {"aktivitet": "activity", "gruppe": "group", "foelgeven": "friend"}


@bp.route(
    "/borgere/<uuid:citizen_id>/forslag/<any(aktivitet,gruppe,foelgeven):subject>/"
    "<uuid:subject_id>/nej",
    methods=["GET", "POST"],
)
@requires(Action.RUN_COURSE, purpose="suggestions")
def say_no(citizen_id: UUID, subject: str, subject_id: UUID) -> ResponseReturnValue:
    """Store that a suggestion was not for her, and why."""
    citizen, form = opened(citizen_id), NoForm()
    declined, name = _declined(citizen_id, _SUBJECTS[subject], subject_id)
    if form.validate_on_submit() and tried(
        form,
        services.say_no,
        citizen_id,
        declined,
        Because(form.because.data),
        content=form.because.data,
    ):
        done = _("Thank you. The next suggestion will be better.")
        return finished(done, to_suggestions(citizen_id))
    back = (to_suggestions(citizen_id), citizen.name)
    return form_page(form, _("No, because"), back, lead=name)


def _declined(citizen_id: UUID, subject: str, subject_id: UUID) -> tuple[services.Declined, str]:
    """Return what is declined as it is suggested now, and its name. Raises NotFound."""
    if subject == "group":
        return services.Declined(subject, subject_id, "talk"), _named(subject_id)
    if subject == "friend":
        return services.Declined(subject, subject_id), get_volunteer(subject_id).name
    found = suggestions_for(opened(citizen_id), clock.now()).dates
    one = next((one.date for one in found if one.date.activity_id == subject_id), None)
    if one is None:
        raise NotFound
    part = part_of(local(one.starts_at).hour)
    return services.Declined(subject, subject_id, one.kind, part, one.price_oere), one.title


def _named(group_id: UUID) -> str:
    """Return what a group is called that goes by names. Raises NotFound for any other."""
    name = {one.id: one.neutral_name for one in list_named_open()}.get(group_id)
    if name is None:
        raise NotFound
    return name


@bp.post("/borgere/<uuid:citizen_id>/forslag/nej/<uuid:no_id>/slet")
@requires(Action.RUN_COURSE)
def take_back_no(citizen_id: UUID, no_id: UUID) -> ResponseReturnValue:
    """Let something be suggested again."""
    done = _("It may be suggested again.")
    back = to_suggestions(citizen_id)
    return pressed(services.take_back_no, citizen_id, no_id, done=done, back=back)


@bp.post("/borgere/<uuid:citizen_id>/moede/<mark>")
@requires(Action.RUN_COURSE)
def would_meet(citizen_id: UUID, mark: str) -> ResponseReturnValue:
    """Store that she would like to meet somebody; the other is asked next."""
    done = _("Now the other is asked. Nobody's name is told before both say yes.")
    back = to_suggestions(citizen_id)
    return pressed(services.would_meet, citizen_id, mark, done=done, back=back)


@bp.route("/borgere/<uuid:citizen_id>/moede/<mark>/nej", methods=["GET", "POST"])
@requires(Action.RUN_COURSE, purpose="suggestions")
def would_not_meet(citizen_id: UUID, mark: str) -> ResponseReturnValue:
    """Store that she would rather not meet somebody, and why."""
    citizen, form = opened(citizen_id), NoForm()
    if form.validate_on_submit() and tried(
        form,
        services.decline_person,
        citizen_id,
        mark,
        Because(form.because.data),
        content=form.because.data,
    ):
        done = _("Thank you. The next suggestion will be better.")
        return finished(done, to_suggestions(citizen_id))
    back = (to_suggestions(citizen_id), citizen.name)
    return form_page(form, _("No, because"), back, lead=_("Somebody to meet"))


@bp.post("/borgere/<uuid:citizen_id>/moede/svar/<uuid:introduction_id>/<any(ja,nej):word>")
@requires(Action.RUN_COURSE)
def answer(citizen_id: UUID, introduction_id: UUID, word: str) -> ResponseReturnValue:
    """Store what she says to meeting somebody."""
    back = to_suggestions(citizen_id)
    done = _("It is written down.")
    return pressed(
        services.answer_introduction,
        citizen_id,
        introduction_id,
        says_yes=word == "ja",
        done=done,
        back=back,
    )
