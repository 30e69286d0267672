"""A group as its pages tell of it: in words, with what there is to do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from klippekort.activities.queries import get_place
from klippekort.domain.calendar import local_day
from klippekort.domain.groups.anonymity import Anonymity, Kept, may_keep
from klippekort.domain.groups.forms import least_to_begin
from klippekort.domain.groups.leading import Cover, cover, who_leads
from klippekort.domain.groups.life import (
    LED,
    Agreement,
    Outlook,
    State,
    Step,
    is_soon,
    milestones,
    outlook,
    steps_from,
)
from klippekort.domain.groups.manners import to_mark
from klippekort.groups.forms.words import (
    ADVICE,
    ANONYMITY,
    FORMS,
    MILESTONES,
    RELATIONS,
    STATES,
    STEPS,
    THEMES,
)
from klippekort.groups.queries import groups as queries
from klippekort.groups.queries import learning, members, people, replies, visits
from klippekort.groups.queries import meetings as meeting_queries
from klippekort.groups.services.calling import TOLD
from klippekort.groups.views.calls import is_number, reached
from klippekort.messages.forms import OUTCOMES
from klippekort.messages.services import CallOutcome
from klippekort.messages.views.calls import Taps, taps
from klippekort.platform.addresses import url_for
from klippekort.platform.formatting import Status, Tone, day, full_day, moment, time_range
from klippekort.platform.i18n import _, ngettext
from klippekort.volunteers.forms.words import LANGUAGES

_TONES: dict[str, Tone] = {
    State.FORMING: "waiting",
    State.RUNNING: "good",
    State.STEPPING_BACK: "good",
    State.SELF_RUN: "good",
    State.ENDED: "neutral",
}


SOON = 3
"""How many meetings ahead are looked at for who leads them."""


@dataclass(frozen=True)
class ToDo:
    """Something that somebody should do now, and where."""

    words: str
    url: str


@dataclass(frozen=True)
class MeetingShown:
    """A meeting as a list shows it."""

    id: Any
    number: int
    when: str
    status: Status | None
    aim: str
    url: str


def status_of(group: Any) -> Status:
    """Return where a group stands, as a word with its colour."""
    return Status(str(STATES[group.state]), _TONES[group.state], None)


def keeps(group: Any, what: Kept) -> bool:
    """Say whether a group keeps something of its members."""
    return may_keep(Anonymity(group.anonymity), what)


def facts_of(group: Any) -> list[tuple[str, str | None]]:
    """Return what a group is, for those who lead it: the only place its theme is told."""
    place = get_place(group.place_id) if group.place_id else None
    where = ", ".join(filter(None, (place.name, place.address, group.room))) if place else ""
    return [
        (_("About"), str(THEMES[group.theme])),
        (_("Form"), str(FORMS[group.form][0])),
        (_("For"), group.target),
        (_("Aim"), group.aim),
        (_("Language"), str(LANGUAGES.get(group.language, group.language))),
        (_("For those who have lost or care for"), _relation(group)),
        (_("Ages"), ages_of(group)),
        (_("Promise about names"), str(ANONYMITY[group.anonymity])),
        (_("Size"), _("%(least)s to %(most)s", least=group.smallest, most=group.largest)),
        (_("Place"), where or None),
        (_("Link"), group.online_url),
        (_("Meets you at the door"), group.welcome),
        (_("Told to the municipality"), _reported(group)),
        (_("Agreement until"), full_day(group.agreement_until) if group.agreement_until else None),
        (_("Whom they call here"), group.contact_light),
    ]


def _relation(group: Any) -> str | None:
    return str(RELATIONS[group.relation]) if group.relation else None


def ages_of(group: Any) -> str | None:
    """Return the ages a group is for, or None where it is for all."""
    first, last = group.youngest, group.oldest
    if first is None and last is None:
        return None
    if last is None:
        return _("From %(first)s years", first=first)
    if first is None:
        return _("Up to %(last)s years", last=last)
    if first == last:
        return ngettext("%(num)s year", "%(num)s years", first)
    return _("%(first)s to %(last)s years", first=first, last=last)


def _reported(group: Any) -> str:
    return _("How many came, and who") if group.reports_attendance else _("How many came")


def meeting_shown(row: Any, today: date) -> MeetingShown:
    """Return a meeting as a list shows it."""
    words: dict[str, Status | None] = {
        "planned": None,
        "held": Status(
            ngettext("%(num)s came", "%(num)s came", row.head_count or 0), "good", "people"
        ),
        "cancelled": Status(_("Cancelled"), "bad", "close"),
    }
    when = f"{day(row.starts_at, today)} {time_range(row.starts_at, row.ends_at)}"
    url = url_for("groups.meeting", meeting_id=row.id)
    return MeetingShown(row.id, row.number, when, words[row.state], row.aim, url)


def cover_of(group: Any, meeting: Any, leaders: list[Any]) -> Cover:
    """Return whether a meeting has the leaders it needs."""
    away = people.stand_ins_of(meeting.id, leaders)
    persons = {one.id: one.person_id for one in leaders}
    instead = {persons[row_id]: one.instead_id for row_id, one in away.items()}
    there = who_leads(persons.values(), instead)
    return cover(meeting.number, len(there), queries.leading_of(group))


def steps_of(group: Any) -> list[tuple[str, str]]:
    """Return the steps that can be taken now, but for the end, as code and words."""
    steps = steps_from(State(group.state))
    return [(step.value, str(STEPS[step])) for step in steps if step is not Step.END]


@dataclass(frozen=True)
class MilestoneShown:
    """A milestone a group has come to; `is_marked` is None until it was asked."""

    code: str
    words: str
    is_marked: bool | None


def milestones_of(group: Any, held: int, today: date) -> list[MilestoneShown]:
    """Return the milestones a group has come to, where it marks any and wants to mark these."""
    reached = milestones(held, group.meetings, group.self_run_on, today)
    found = to_mark(group.theme, reached, wants=group.celebrates)
    said = replies.milestones_of(group.id) if found else {}
    shown = [MilestoneShown(one, str(MILESTONES[one]), said.get(one)) for one in found]
    return [one for one in shown if one.is_marked is not False]


def warnings_of(group: Any, coming: Sequence[Any], leaders: list[Any], today: date) -> list[str]:
    """Return what somebody should know before it is too late."""
    found = [str(ADVICE[one]) for one in people.advice_on(leaders, today)]
    found += [
        _("Training has run out for %(name)s. Renew it before a new group.", name=one.name)
        for one in leaders
        if one.is_volunteer and people.training_overdue(one.person_id, today)
    ]
    count = queries.count_of(group)
    if group.state == State.FORMING and coming:
        found += _before_it_begins(group, count, coming[0], leaders, today)
    if group.state not in (State.SELF_RUN, State.ENDED):
        found += _past_agreement(group, coming)
    if (clash := meeting_queries.first_clash(group, coming)) is not None:
        name, starts = clash
        when = moment(starts, today)
        found.append(_("%(name)s meets in the same room: %(when)s.", name=name, when=when))
    stands = queries.standing_of(group, today)
    if stands is Agreement.ENDS_SOON and group.state != State.SELF_RUN:
        found.append(_("The agreement ends soon. Renew it, hand over, or end the group."))
    if stands is Agreement.OVER and group.state in LED:
        found.append(_("The agreement is over. The group takes nobody new."))
    return found


def _before_it_begins(
    group: Any, count: Any, first: Any, leaders: list[Any], today: date
) -> list[str]:
    """Return what a group lacks to begin on its first day."""
    starts_on, in_line = local_day(first.starts_at), count.offered + count.waiting
    least = least_to_begin(group.form, group.smallest)
    looks = outlook(count.active, in_line, least, starts_on, today)
    found = []
    if looks in (Outlook.WILL_NOT, Outlook.UNSURE):
        found.append(
            ngettext(
                "%(num)s is missing for the group to begin as planned.",
                "%(num)s are missing for the group to begin as planned.",
                least - count.active - in_line,
            )
        )
    when = day(starts_on, today)
    if looks is Outlook.HURRY:
        left = least - count.active
        found.append(
            ngettext(
                "%(num)s more must say yes before the first meeting, %(when)s.",
                "%(num)s more must say yes before the first meeting, %(when)s.",
                left,
                when=when,
            )
        )
    lacking = group.facilitators - len(leaders)
    if lacking > 0 and is_soon(starts_on, today):
        found.append(
            ngettext(
                "%(num)s more must lead it before the first meeting, %(when)s.",
                "%(num)s more must lead it before the first meeting, %(when)s.",
                lacking,
                when=when,
            )
        )
    if group.place_id is None and not group.online_url:
        found.append(_("Say where the group meets first, or give its link."))
    return found


def _past_agreement(group: Any, coming: Sequence[Any]) -> list[str]:
    """Return that meetings are planned for when the agreement about the group is over."""
    until = group.agreement_until
    late = sum(1 for row in coming if until is not None and local_day(row.starts_at) > until)
    if not late:
        return []
    return [
        ngettext(
            "%(num)s meeting is planned after the agreement ends.",
            "%(num)s meetings are planned after the agreement ends.",
            late,
        )
    ]


def to_do(group: Any, leaders: list[Any], now: datetime, today: date) -> list[ToDo]:
    """Return what is to be done about a group now."""
    found = []
    line_url = url_for("groups.line", group_id=group.id)
    for one in members.line_of(group, today):
        if one.answer_by is not None:
            words = _("Ask for an answer before %(when)s.", when=moment(one.answer_by, today))
            found.append(ToDo(words, line_url))
        elif one.must_be_asked:
            name = one.name or _("Somebody")
            words = _("Ask %(name)s, who has waited for long, about still coming.", name=name)
            found.append(ToDo(words, line_url))
    found += _visits(group, now, today)
    if group.contact_due_on is not None and group.contact_due_on <= today:
        address = url_for("groups.show", group_id=group.id) + "#contact"
        found.append(ToDo(_how_to_ask(group), address))
    meetings = meeting_queries.meetings_of(group.id)
    for row in meetings:
        found += _about_meeting(group, row, now)
    planned = (row for row in meetings if row.state == "planned" and row.ends_at >= now)
    coming = sorted(planned, key=lambda row: row.starts_at)
    is_near = bool(coming) and is_soon(local_day(coming[0].starts_at), today)
    is_led = group.state in LED or (group.state == State.FORMING and is_near)
    for row in coming[:SOON] if is_led else ():
        if cover_of(group, row, leaders) is Cover.CANNOT:
            words = _("Meeting %(number)s lacks somebody to lead it.", number=row.number)
            found.append(ToDo(words, url_for("groups.meeting", meeting_id=row.id)))
    return found


def _how_to_ask(group: Any) -> str:
    """Return whom to ask how a group on its own goes: whom it calls here is one of us."""
    if keeps(group, Kept.CITIZEN) and members.members_of(group.id):
        return _("Ask the group how it goes: call one of the members.")
    return _("Ask the group how it goes: visit it, or call the one who gathers it.")


def _about_meeting(group: Any, row: Any, now: datetime) -> list[ToDo]:
    url = url_for("groups.meeting", meeting_id=row.id)
    if any(one.keys for one in to_tell(group, row, now)):
        return [ToDo(_("Call those who were to come"), url)]
    if row.state == "planned" and row.ends_at < now:
        words = _("Say how many came to meeting %(number)s.", number=row.number)
        return [ToDo(words, url)]
    return _after_meeting(row) if row.state == "held" else []


def _after_meeting(row: Any) -> list[ToDo]:
    if not row.is_evaluated:
        return []
    found = []
    if learning.answers_to(row.id) == 0:
        words = _("Ask how it goes after meeting %(number)s.", number=row.number)
        found.append(ToDo(words, url_for("groups.tap", meeting_id=row.id)))
    if replies.replies_to(row.id) == 0:
        words = _("Hand out the short form after meeting %(number)s.", number=row.number)
        found.append(ToDo(words, url_for("groups.short_form", meeting_id=row.id)))
    return found


def _visits(group: Any, now: datetime, today: date) -> list[ToDo]:
    """Return who comes to see, and whose visit nobody has told the end of."""
    found = []
    for one in visits.visits_of(group):
        name = one.name or _("Somebody")
        if one.is_cancelled:
            words = _("Call %(name)s: the meeting they would see is cancelled.", name=name)
        elif one.ends_at <= now:
            words = _("Call %(name)s, who was to come and see.", name=name)
        else:
            when = day(one.starts_at, today)
            words = _("%(name)s comes to see: %(when)s", name=name, when=when)
        found.append(ToDo(words, url_for("groups.visit", visit_id=one.id)))
    return found


@dataclass(frozen=True)
class ToTell:
    """A member to call; the number is None where it may not be told, and may hold more words than
    that. `said` is what came of the last try, and `keys` those of the buttons, None for one who was
    told.
    """

    id: UUID
    name: str
    number: str | None
    is_number: bool
    citizen_id: UUID | None
    said: str | None
    keys: Taps | None


def to_tell(group: Any, meeting: Any, now: datetime) -> list[ToTell]:
    """Return the members to call about a meeting to come that was moved or cancelled, by name;
    nobody where the group does not know who is in it.
    """
    is_told = meeting.changed_at is not None and meeting.cancelled_reason != "ended"
    if not is_told or meeting.ends_at <= now or not keeps(group, Kept.CITIZEN):
        return []
    calls = meeting_queries.calls_about(meeting.id)
    found = [
        _to_tell(group, meeting, row, citizen, calls.get(row.id))
        for row, citizen in members.rows_of(group.id)
        if row.state == "active"
    ]
    return sorted(found, key=lambda one: (one.keys is None, one.name, one.id))


def _to_tell(group: Any, meeting: Any, row: Any, citizen: Any, call: Any) -> ToTell:
    is_told = call is not None and call.outcome in TOLD
    how = reached(group, row, citizen)
    attempt = f"{meeting.id}:{meeting.changed_at}:{call.attempts if call else 0}"
    return ToTell(
        row.id,
        citizen.name if citizen is not None else row.first_name or "",
        how,
        is_number(how),
        citizen.id if citizen is not None else None,
        str(OUTCOMES[CallOutcome(call.outcome)]) if call is not None else None,
        None if is_told else taps(row.id, attempt),
    )
