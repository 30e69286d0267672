"""Doing what a form asks for; what is refused becomes words by the field it is about."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template
from flask.typing import ResponseReturnValue

from klippekort.domain.errors import DomainError
from klippekort.domain.groups.anonymity import PromiseOnlyGrows
from klippekort.domain.groups.life import TooFewLeaders, TooFewMembers, WrongState
from klippekort.domain.permissions import Action, authorise
from klippekort.groups import services
from klippekort.groups.forms.words import REASONS, TASKS
from klippekort.groups.queries.groups import get_group, reach_of
from klippekort.platform import clock
from klippekort.platform.auth import current_actor
from klippekort.platform.execute import execute
from klippekort.platform.forms import KeyedForm
from klippekort.platform.i18n import _, ngettext
from klippekort.volunteers.services import TooManyAsk

_PLAIN: dict[type[DomainError], tuple[str, Callable[[], str]]] = {
    services.NameTaken: ("neutral_name", lambda: _("Another group is called that already.")),
    services.NoPlace: ("", lambda: _("Say where the group meets first, or give its link.")),
    services.AlreadyIn: ("", lambda: _("They are there already.")),
    services.NotReferred: (
        "source",
        lambda: _("Nobody can be sent to this group. People come of themselves."),
    ),
    services.KeepsNoNames: (
        "group",
        lambda: _("That group does not know which citizens are in it."),
    ),
    services.LeadsIt: (
        "is_sure",
        lambda: _("Somebody with the same name leads the group. Tick if they are two people."),
    ),
    services.NotTheirTurn: (
        "",
        lambda: _("Others have waited longer. Say why they are passed by."),
    ),
    services.NoAnswerLeft: ("", lambda: _("The place is no longer offered to them.")),
    services.NobodyThere: ("", lambda: _("Nobody is counted in the group.")),
    services.AgreementTooShort: (
        "agreement_until",
        lambda: _("The agreement must hold on the day of the first meeting."),
    ),
    services.NoTimeLeft: (
        "day",
        lambda: _("Choose a time to come, before the agreement about the group ends."),
    ),
    services.MeetsThen: ("day", lambda: _("The group meets at that time already.")),
    services.FewerThanHeld: (
        "meetings",
        lambda: _("More meetings have been held already."),
    ),
    services.TrainingOverdue: (
        "person",
        lambda: _("Training has run out. It must be renewed before a new group."),
    ),
    services.BoardClosed: (
        "",
        lambda: _("The message board is closed now. Call if it cannot wait."),
    ),
    services.NumberIsProtected: (
        "",
        lambda: _("Their address is protected. Nobody in the group gets the number."),
    ),
    services.ThatIsOver: ("", lambda: _("This meeting is not the right one for it.")),
    services.TooManyAnswers: ("", lambda: _("Everybody who came has answered.")),
    services.NotMarked: ("", lambda: _("The group does not mark that.")),
    services.OtherTheme: (
        "is_sure",
        lambda: _("The two groups are about different things. Tick if it is meant."),
    ),
    services.OtherLanguage: (
        "is_sure",
        lambda: _("The two groups speak different languages. Tick if it is meant."),
    ),
    services.OtherPeople: (
        "is_sure",
        lambda: _(
            "The two groups are for different people, by relation or age. Tick if it is meant."
        ),
    ),
    services.OtherRules: (
        "have_promised",
        lambda: _("The ground rules differ. Read them together first, and tick when it is done."),
    ),
    PromiseOnlyGrows: ("into", lambda: _("The other group promises less about names.")),
    WrongState: ("", lambda: _("The group is at another place in its life now.")),
    TooManyAsk: ("", lambda: _("Many are writing right now. Call us, or try again in an hour.")),
}


def _counted(refusal: DomainError) -> tuple[str, str] | None:
    """Return the field and the words of a refusal that carries something to tell."""
    match refusal:
        case services.CannotJoin():
            return "", str(REASONS[refusal.reason])
        case TooFewMembers():
            left = refusal.smallest - refusal.members
            return "", ngettext(
                "%(num)s more must say yes first.", "%(num)s more must say yes first.", left
            )
        case TooFewLeaders():
            left = refusal.least - refusal.leaders
            return "", ngettext(
                "%(num)s more must lead it first.", "%(num)s more must lead it first.", left
            )
        case services.NotHandedOver():
            tasks = ", ".join(str(TASKS[task]) for task in refusal.missing)
            return "", _("This must be in place first: %(tasks)s", tasks=tasks)
        case services.TooManyMembers():
            return "into", _(
                "Together they are %(together)s. There is room for %(largest)s.",
                together=refusal.together,
                largest=refusal.largest,
            )
    return None


def words_of(refusal: DomainError) -> tuple[str, str]:
    """Return which field a refusal is about, if any, and what to say. Raises any other."""
    if type(refusal) in _PLAIN:
        name, say = _PLAIN[type(refusal)]
        return name, say()
    if (counted := _counted(refusal)) is not None:
        return counted
    raise refusal


def tried(
    form: KeyedForm, service: Callable[..., Any], *args: Any, content: Any = None, **kwargs: Any
) -> bool:
    """Run a service for a form that is valid, and say whether it was done.

    A refusal stands by its field, or over the form. `content` may hold ids of the group's own and
    codes: nothing by which somebody in a group could be found.
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
        if name and name in form:
            form[name].errors = [words]
        else:
            form.form_errors.append(words)
        return False
    return True


def done(words: str, address: str) -> ResponseReturnValue:
    """Say what was done and lead on."""
    flash(words, "success")
    return redirect(address, 303)


def form_page(
    form: KeyedForm, heading: str, back: tuple[str, str], **around: Any
) -> tuple[str, int]:
    """Return a page that is one form: `around` may hold lead, button, symbol and group."""
    defaults = {"lead": None, "button": _("Save"), "symbol": "check", "group": None, "extra": None}
    page = render_template(
        "groups/form.html", form=form, heading=heading, back_to=back, **{**defaults, **around}
    )
    return page, 422 if form.errors else 200


def opened(group_id: UUID, action: Action = Action.RUN_GROUP) -> Any:
    """Return a group to somebody who leads it or coordinates. Raises NotFound and Forbidden."""
    group = get_group(group_id)
    authorise(current_actor(), action, reach_of(group_id, clock.today()))
    return group
