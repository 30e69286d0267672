"""A volunteer's own page, and that of an association's contact."""

from datetime import date
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from klippekort.citizens.queries import list_citizens
from klippekort.domain.errors import NotFound
from klippekort.domain.permissions import Action, authorise
from klippekort.domain.volunteering import Task
from klippekort.messages.forms import ChannelsForm
from klippekort.messages.queries import VOLUNTEER, Recipient
from klippekort.messages.queries.settings import language_of, wishes_of
from klippekort.messages.views.told import told_to
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, requires, saw
from klippekort.platform.execute import execute
from klippekort.platform.forms import KeyedForm
from klippekort.platform.i18n import _, reader_language
from klippekort.volunteers import queries
from klippekort.volunteers.forms import LimitForm, ProfileForm, profile_data
from klippekort.volunteers.forms import words as labels
from klippekort.volunteers.queries.company import CompanyLine, coming_company
from klippekort.volunteers.services.messages import choose_own_channels
from klippekort.volunteers.views import words
from klippekort.volunteers.views.associations import limit_set
from klippekort.volunteers.views.blueprint import bp
from klippekort.volunteers.views.checks import promise_given
from klippekort.volunteers.views.people import saved


def _own_id() -> UUID:
    """Return which volunteer is logged in. Raises NotFound for a log-in that stands for nobody."""
    volunteer_id = current_actor().person_id
    if volunteer_id is None:
        raise NotFound
    return volunteer_id


@bp.get("/om-mig")
@requires(Action.SEE_OWN_PROFILE, purpose="assign_escort")
def own_profile() -> ResponseReturnValue:
    """Show a volunteer what they have said, what is in order, and what is due."""
    row, today = queries.get_volunteer(_own_id()), clock.today()
    rules, held = queries.rules(today), queries.held_of(row.id)
    promise = queries.find_promise(today)
    given = {one.version for one in held.clearances}
    return render_template(
        "volunteers/own_profile.html",
        volunteer=row,
        since=queries.since(row),
        facts=words.profile_facts(row, today),
        due=[words.standing_shown(one) for one in queries.due_of(row, today)],
        checks=[words.standing_shown(one) for one in queries.valid_of(row, today)],
        tasks=words.tasks_shown(queries.offered_by(row), held, today, rules),
        promise=promise if promise and promise.version not in given else None,
        given=promise if promise and promise.version in given else None,
        coming=_coming(row.id, today),
        key=KeyedForm().key.data,
    )


def _coming(volunteer_id: UUID, today: date) -> list[tuple[CompanyLine, str, str]]:
    """Return what the volunteer has said yes to, and what those are called whom it is for."""
    lines = coming_company(volunteer_id, today)
    named = {one.id: one.called for one in list_citizens({line.citizen_id for line in lines})}
    if named:
        saw(*named)
    return [(line, named[line.citizen_id], str(labels.TASKS[Task(line.kind)])) for line in lines]


@bp.route("/om-mig/ret", methods=["GET", "POST"])
@requires(Action.SEE_OWN_PROFILE)
def change_own_profile() -> ResponseReturnValue:
    """Let a volunteer change what they have said."""
    row = queries.get_volunteer(_own_id())
    form = ProfileForm(data=profile_data(row, queries.since(row)))
    form.offer(clock.today(), None)
    if form.validate_on_submit() and saved(form, row.id):
        flash(_("It is saved. Thank you."), "success")
        return redirect(url_for("volunteers.own_profile"), 303)
    page = render_template("volunteers/change.html", form=form, volunteer=row, is_own=True)
    return page, 422 if form.errors else 200


@bp.route("/om-mig/beskeder", methods=["GET", "POST"])
@requires(Action.SEE_OWN_PROFILE)
def own_messages() -> ResponseReturnValue:
    """Let a volunteer choose how to be told, and see what was sent."""
    volunteer_id, form = _own_id(), ChannelsForm()
    language = language_of(volunteer_id) or reader_language().code
    form.offer(VOLUNTEER, wishes_of(volunteer_id), language)
    if form.validate_on_submit():
        wanted, key = form.wanted(), form.key.data
        content = [sorted(wanted.items()), form.language.data]
        execute(
            choose_own_channels,
            current_actor(),
            volunteer_id,
            wanted,
            form.language.data,
            now=clock.now(),
            key=key,
            content=content,
        )
        flash(_("It is saved. Thank you."), "success")
        return redirect(url_for("volunteers.own_messages"), 303)
    told = told_to(Recipient(VOLUNTEER, volunteer_id), clock.today())
    page = render_template("volunteers/own_messages.html", form=form, told=told)
    return page, 422 if form.errors else 200


@bp.post("/om-mig/tavshedsloefte")
@requires(Action.GIVE_PROMISE)
def promise() -> ResponseReturnValue:
    """Keep a volunteer's own promise."""
    if promise_given(_own_id()):
        flash(_("Thank you. Your promise is kept."), "success")
    return redirect(url_for("volunteers.own_profile"), 303)


@bp.get("/min-forening")
@requires(Action.SEE_OWN_ASSOCIATION)
def own_association() -> ResponseReturnValue:
    """Show a contact their association's agreement, its members and its limit."""
    row, today = queries.association_of(current_actor()), clock.today()
    authorise(current_actor(), Action.SEE_OWN_ASSOCIATION, queries.reach_of_association(row.id))
    rules = queries.rules(today)
    return render_template(
        "volunteers/own_association.html",
        association=row,
        guests=queries.guests_sent([row.id], today).get(row.id, 0),
        current=queries.find_agreement(row.id, today),
        members=[
            (
                member.name,
                words.told_to_association(words.missing_for(tasks, held, today, rules)),
            )
            for member, tasks, held in queries.members_held(row.id)
        ],
    )


@bp.route("/min-forening/graense", methods=["GET", "POST"])
@requires(Action.SEE_OWN_ASSOCIATION)
def own_limit() -> ResponseReturnValue:
    """Let a contact set how many guests a month the association wants."""
    row = queries.association_of(current_actor())
    form = LimitForm(guests=row.load_limit)
    if form.validate_on_submit():
        limit_set(form, row.id)
        return redirect(url_for("volunteers.own_association"), 303)
    page = render_template("volunteers/limit.html", form=form, association=row, is_own=True)
    return page, 422 if form.errors else 200
