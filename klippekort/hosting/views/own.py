"""The host's own pages: what comes, who comes to a date, and a word about them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from klippekort.activities.forms import DECLINE_REASONS
from klippekort.activities.queries import (
    OccurrenceFacts,
    dates_of_association,
    get_occurrence_facts,
    list_own,
)
from klippekort.activities.views.deciding import lines
from klippekort.activities.views.words import date_shown
from klippekort.domain.activity_life import Existence, State, existence
from klippekort.domain.calendar import local_day
from klippekort.domain.hosting import FROM_HOST, OfferState, Word
from klippekort.domain.permissions import Action, Role, authorise, may
from klippekort.domain.volunteering import Task
from klippekort.hosting import services
from klippekort.hosting.queries import guests as guest_queries
from klippekort.hosting.queries import offers as offer_queries
from klippekort.hosting.queries import words as word_queries
from klippekort.hosting.queries.dates import (
    cancelled_dates_of,
    dates_hosted_by,
    dates_to_log,
    hosts_of,
    reach_of_date,
)
from klippekort.hosting.queries.guests import GuestSeen, guests_seen
from klippekort.hosting.queries.log import counts_only
from klippekort.hosting.queries.trip_hours import trips_to_log
from klippekort.hosting.views import shown, words
from klippekort.hosting.views.blueprint import bp
from klippekort.hosting.views.people import first_names, own_volunteer_id
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, requires, saw
from klippekort.platform.execute import execute
from klippekort.platform.forms import KeyedForm
from klippekort.platform.i18n import _
from klippekort.volunteers.queries import association_of, blocked

# How long a host is asked who came, and how far ahead their own dates are shown.
ASKED_FOR = timedelta(days=60)
SHOWN = timedelta(weeks=2)
_NONE = ("asked", "waiting", "trips", "to_log", "trips_to_log", "said")
_WAIT = (OfferState.ASKED, OfferState.OFFERED, OfferState.COVERED)


@bp.get("/aktiviteter/mine")
@requires(Action.POST_ACTIVITY, purpose="host_activity")
def mine() -> ResponseReturnValue:
    """List a volunteer's or an association's own dates: what they are asked first, then what nobody
    has told of. An association sees no guests.
    """
    actor, now = current_actor(), clock.now()
    if actor.role is Role.VOLUNTEER and actor.person_id is not None:
        page = _of_volunteer(actor.person_id, now)
    elif actor.role is Role.ASSOCIATION:
        page = _of_association(association_of(actor).id, now)
    else:
        return redirect(url_for("activities.manage"), 303)
    return render_template("hosting/mine.html", **page, new_key=lambda: str(uuid4()))


def _of_volunteer(volunteer_id: UUID, now: datetime) -> dict[str, Any]:
    coming = _coming(volunteer_id, now)
    guests = guests_seen([one.id for one in coming], now, volunteer_id)
    if guests:
        saw(*{guest.citizen_id for found in guests.values() for guest in found})
    own = list_own(volunteer_id)
    return {
        **_posted(own, now),
        **_offers(volunteer_id, now),
        "is_host": True,
        # Whoever is shown guests lacks nothing.
        "held_back": "" if guests else _held_back(volunteer_id, now),
        "trips_to_log": [
            shown.offer_shown(one, now) for one in trips_to_log(now - ASKED_FOR, now, volunteer_id)
        ],
        "to_log": [
            date_shown(one, now) for one in dates_to_log(volunteer_id, now - ASKED_FOR, now)
        ],
        "coming": [
            (date_shown(one, now), _names(guests.get(one.id, ())), one.host_id == volunteer_id)
            for one in coming
        ],
        "said": _said({one.activity_id for one in coming} | {one.id for one in own}, now),
    }


def _held_back(volunteer_id: UUID, now: datetime) -> str:
    """Return what a host must see to before they are shown who comes, or nothing."""
    missing = blocked(volunteer_id, Task.HOST, local_day(now))
    return words.missing_words(missing) if missing else ""


def _of_association(association_id: UUID, now: datetime) -> dict[str, Any]:
    found = dates_of_association(association_id, now - timedelta(days=1), now + SHOWN)
    nothing: dict[str, Any] = dict.fromkeys(_NONE, ())
    return {
        **_posted(list_own(association_id), now),
        **nothing,
        "is_host": False,
        "held_back": "",
        "coming": [(date_shown(one, now), (), True) for one in found if one.ends_at > now],
    }


def _posted(own: Sequence[Any], now: datetime) -> dict[str, Any]:
    """Return what somebody has posted, and which of it waits for them."""
    today, told = local_day(now), dict(zip((one.id for one in own), lines(own, now), strict=True))
    unsure = [
        one
        for one in own
        if one.state == State.PUBLISHED and existence(one.confirm_by, today) is not Existence.SURE
    ]
    return {
        "activities": list(told.values()),
        "to_publish": [told[one.id] for one in own if one.state == State.APPROVED],
        "to_confirm": [told[one.id] for one in unsure],
        "declined": {
            one.id: DECLINE_REASONS.get(one.declined_reason or "", "")
            for one in own
            if one.state == "declined"
        },
    }


def _coming(volunteer_id: UUID, now: datetime) -> list[OccurrenceFacts]:
    since = now - timedelta(days=1)
    found = dates_hosted_by(volunteer_id, since, now + SHOWN)
    found += cancelled_dates_of(volunteer_id, since, now + SHOWN)
    coming = [one for one in found if one.ends_at > now]
    return sorted(coming, key=lambda one: (one.starts_at, one.id))


def _names(guests: Any) -> list[str]:
    return [shown.name_words(guest) for guest in guests]


def _offers(volunteer_id: UUID, now: datetime) -> dict[str, Any]:
    """Return what a volunteer is asked, has offered, and goes along on."""
    found = offer_queries.lines_of(volunteer_id=volunteer_id, from_at=now)
    names = first_names(found)
    told = [
        shown.offer_shown(line, now, names.get(line.citizen_id, ""))
        for line in found
        if line.state in _WAIT or (line.trip_id and line.state is OfferState.ACCEPTED)
    ]
    return {
        "asked": [one for one in told if one.is_asked],
        "waiting": [one for one in told if not one.is_asked and not one.is_agreed],
        "trips": [one for one in told if one.is_agreed],
    }


def _said(activity_ids: set[UUID], now: datetime) -> list[str]:
    """Return what staff have said to the host, in words, and keep that it was seen."""
    found = word_queries.words_to_hosts(activity_ids, now)
    if found:
        saw(*{line.citizen_id for line in found})
    return [f"{line.called}, {line.activity}: {words.word_words(line.word)}" for line in found]


@bp.get("/vaertskab/datoer/<uuid:occurrence_id>")
@requires(Action.HOST_ACTIVITY, purpose="host_activity")
def day(occurrence_id: UUID) -> ResponseReturnValue:
    """Show the host a date: who comes, when, with whom, what is needed, and whom to call."""
    actor, now, facts = current_actor(), clock.now(), get_occurrence_facts(occurrence_id)
    authorise(actor, Action.HOST_ACTIVITY, reach_of_date(occurrence_id))
    volunteer_id = own_volunteer_id()
    guests = guests_seen([occurrence_id], now, volunteer_id).get(occurrence_id, [])
    if guests:
        saw(*{guest.citizen_id for guest in guests})
    return render_template(
        "hosting/day.html",
        date=date_shown(facts, now),
        hosts=hosts_of(occurrence_id),
        guests=_shown(guests, occurrence_id, volunteer_id),
        held_back=_held_back(volunteer_id, now) if volunteer_id else "",
        seats=guest_queries.count_seats([occurrence_id]).get(occurrence_id, 0),
        phone_of_day=guest_queries.phone_of_day(occurrence_id),
        is_host=volunteer_id is not None,
        is_counted=bool(counts_only([facts.activity_id])),
        is_coming=facts.starts_at > now and not facts.is_cancelled,
        may_ask=may(actor, Action.APPROVE_HOST),
        words=[(word.value, words.word_words(word)) for word in FROM_HOST],
        new_key=lambda: str(uuid4()),
    )


def _shown(
    guests: list[GuestSeen], occurrence_id: UUID, volunteer_id: UUID | None
) -> list[shown.GuestShown]:
    said: dict[UUID, list[Word]] = {}
    if volunteer_id is not None:
        said = word_queries.said_at_date(occurrence_id, volunteer_id)
    return [
        shown.guest_shown(
            guest, tuple(words.word_words(word) for word in said.get(guest.citizen_id, ()))
        )
        for guest in guests
    ]


@bp.post("/vaertskab/datoer/<uuid:occurrence_id>/ord")
@requires(Action.HOST_ACTIVITY, purpose="host_activity")
def say(occurrence_id: UUID) -> ResponseReturnValue:
    """Tell staff a word about a guest."""
    form, here = KeyedForm(), redirect(url_for("hosting.day", occurrence_id=occurrence_id), 303)
    if not form.validate_on_submit():
        return here
    seat, word = _seat_and_word()
    execute(
        services.say_from_host,
        current_actor(),
        occurrence_id,
        seat,
        word,
        now=clock.now(),
        key=form.key.data,
        content=[occurrence_id, seat, word],
    )
    flash(_("Thank you. The coordinator will read it."), "success")
    return here


def _seat_and_word() -> tuple[UUID, Word]:
    try:
        return UUID(request.form.get("guest", "")), Word(request.form.get("word", ""))
    except ValueError:
        abort(400)


@bp.post("/vaertskab/datoer/<uuid:occurrence_id>/som-planlagt")
@requires(Action.HOST_ACTIVITY, purpose="host_activity")
def as_planned(occurrence_id: UUID) -> ResponseReturnValue:
    """Confirm with one tap that everybody came and that the hours were as planned."""
    form = KeyedForm()
    if form.validate_on_submit():
        try:
            execute(
                services.confirm_as_planned,
                current_actor(),
                occurrence_id,
                now=clock.now(),
                key=form.key.data,
                content=[occurrence_id],
            )
        except services.NotBegun:
            flash(_("It is not over yet."), "warning")
        except services.LoggedBefore:
            flash(_("You have told us before."), "info")
        else:
            flash(_("Thank you. It is saved."), "success")
    if current_actor().role is Role.VOLUNTEER:
        return redirect(url_for("hosting.mine"), 303)
    return redirect(url_for("hosting.overview"), 303)
