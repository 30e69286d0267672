"""Doing what a form asks for; what is refused becomes words by the field it is about."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template
from flask.typing import ResponseReturnValue

from klippekort.citizens.queries import get_citizen, reach
from klippekort.courses import services
from klippekort.courses.queries.courses import get_course
from klippekort.domain.courses import WrongStep
from klippekort.domain.errors import DomainError, Stale
from klippekort.domain.permissions import Action, authorise
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, saw
from klippekort.platform.execute import execute
from klippekort.platform.forms import KeyedForm
from klippekort.platform.i18n import _
from klippekort.platform.keys import keys

_PLAIN: dict[type[DomainError], tuple[str, Callable[[], str]]] = {
    services.HasCourse: ("", lambda: _("There is a course under way already.")),
    services.DayToCome: ("on_day", lambda: _("Choose a day that has been, or today.")),
    services.DayBefore: ("on_day", lambda: _("That is before it began. Choose a later day.")),
    services.NotInFuture: ("not_now_until", lambda: _("Choose a day to come.")),
    services.NeedsConsent: (
        "has_consent",
        lambda: _("Ask first. Nothing may be told without a yes."),
    ),
    services.NeedsReceiver: ("receiver", lambda: _("Write or choose who takes over.")),
    services.SaidAlready: ("on_day", lambda: _("It is noted already.")),
    services.CannotMeet: ("", lambda: _("It is not possible now. Look at the suggestions anew.")),
    services.TooManyChips: ("", lambda: _("Twelve answers of your own are the most.")),
    WrongStep: ("to", lambda: _("The course stands somewhere else now. Look at it anew.")),
    Stale: ("", lambda: _("It was changed meanwhile. Look at it anew.")),
}


def words_of(refusal: DomainError) -> tuple[str, str]:
    """Return which field a refusal is about, if any, and what to say. Raises any other."""
    if type(refusal) not in _PLAIN:
        raise refusal
    name, say = _PLAIN[type(refusal)]
    return name, say()


def fingerprint_of(*about: object) -> str:
    """Return a keyed fingerprint of what was written, to tell two presses of a button apart."""
    return keys().blind_index(0, repr(about))


def tried(
    form: KeyedForm, service: Callable[..., Any], *args: Any, content: Any = None, **kwargs: Any
) -> bool:
    """Run a service for a form that is valid, and say whether it was done.

    A refusal stands by its field, or over the form. `content` holds no words about a citizen but as
    a fingerprint.
    """
    try:
        execute(
            service,
            current_actor(),
            *args,
            now=clock.now(),
            key=form.key.data,
            content=content,
            **kwargs,
        )
    except DomainError as refusal:
        name, words = words_of(refusal)
        field = name if name in form else "not_before_on" if name == "not_now_until" else name
        if field and field in form:
            form[field].errors = [words]
        else:
            form.form_errors.append(words)
        return False
    return True


def pressed(
    service: Callable[..., Any], *args: Any, done: str, back: str, **kwargs: Any
) -> ResponseReturnValue:
    """Do what a single button asks for, say so or why not, and lead back."""
    form = KeyedForm()
    if form.validate_on_submit() and tried(form, service, *args, **kwargs):
        flash(done, "success")
    for error in form.form_errors:
        flash(error, "warning")
    return redirect(back, 303)


def finished(words: str, address: str) -> ResponseReturnValue:
    """Say what was done and lead on."""
    flash(words, "success")
    return redirect(address, 303)


def form_page(
    form: KeyedForm, heading: str, back: tuple[str, str], **around: Any
) -> tuple[str, int]:
    """Return a page that is one form: `around` may hold lead, button and symbol."""
    defaults = {"lead": None, "button": _("Save"), "symbol": "check"}
    page = render_template(
        "courses/form.html", form=form, heading=heading, back_to=back, **{**defaults, **around}
    )
    return page, 422 if form.errors else 200


def opened(citizen_id: UUID, action: Action = Action.RUN_COURSE) -> Any:
    """Return a citizen to look at, on record. Raises NotFound and Forbidden."""
    citizen = get_citizen(citizen_id)
    authorise(current_actor(), action, reach(citizen, clock.today()))
    saw(citizen_id)
    return citizen


def opened_course(course_id: UUID, action: Action = Action.RUN_COURSE) -> tuple[Any, Any]:
    """Return a course with its citizen to look at, on record. Raises NotFound and Forbidden."""
    course = get_course(course_id)
    return course, opened(course.citizen_id, action)
