"""A group as its pages tell of it: in words, with what there is to do."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from klippekort.activities.queries import get_place
from klippekort.domain.groups.anonymity import Anonymity, Kept, may_keep
from klippekort.domain.groups.forms import celebrates
from klippekort.domain.groups.leading import Cover, cover
from klippekort.domain.groups.life import (
    LED,
    Agreement,
    Outlook,
    State,
    Step,
    milestones,
    outlook,
    steps_from,
)
from klippekort.groups.forms.words import (
    ADVICE,
    ANONYMITY,
    FORMS,
    MILESTONES,
    STATES,
    STEPS,
    THEMES,
)
from klippekort.groups.queries import groups as queries
from klippekort.groups.queries import learning, members, people
from klippekort.groups.queries import meetings as meeting_queries
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
        (_("Promise about names"), str(ANONYMITY[group.anonymity])),
        (_("Size"), _("%(least)s to %(most)s", least=group.smallest, most=group.largest)),
        (_("Place"), where or None),
        (_("Link"), group.online_url),
        (_("Meets you at the door"), group.welcome),
        (_("Told to the municipality"), _reported(group)),
        (_("Agreement until"), full_day(group.agreement_until) if group.agreement_until else None),
        (_("Whom they call here"), group.contact_light),
    ]


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
    there = len(leaders) - sum(1 for one in away.values() if one.instead is None)
    return cover(meeting.number, there, queries.leading_of(group))


def steps_of(group: Any) -> list[tuple[str, str]]:
    """Return the steps that can be taken now, but for the end, as code and words."""
    steps = steps_from(State(group.state))
    return [(step.value, str(STEPS[step])) for step in steps if step is not Step.END]


def milestones_of(group: Any, held: int, today: date) -> list[str]:
    """Return the milestones a group has come to, where it marks any."""
    if not (group.celebrates and celebrates(group.theme)):
        return []
    reached = milestones(held, group.meetings, group.self_run_on, today)
    return [str(MILESTONES[one]) for one in reached]


def warnings_of(group: Any, coming: list[Any], leaders: list[Any], today: date) -> list[str]:
    """Return what somebody should know before it is too late."""
    found = [str(ADVICE[one]) for one in people.advice_on(leaders, today)]
    found += [
        _("Training has run out for %(name)s. Renew it before a new group.", name=one.name)
        for one in leaders
        if one.is_volunteer and people.training_overdue(one.person_id, today)
    ]
    count = queries.count_of(group)
    if group.state == State.FORMING and coming:
        looks = outlook(
            count.active,
            count.offered + count.waiting,
            group.smallest,
            coming[0].starts_at.date(),
            today,
        )
        if looks in (Outlook.WILL_NOT, Outlook.UNSURE):
            left = group.smallest - count.active - count.offered - count.waiting
            found.append(
                ngettext(
                    "%(num)s is missing for the group to begin as planned.",
                    "%(num)s are missing for the group to begin as planned.",
                    left,
                )
            )
    stands = queries.standing_of(group, today)
    if stands is Agreement.ENDS_SOON and group.state != State.SELF_RUN:
        found.append(_("The agreement ends soon. Renew it, hand over, or end the group."))
    if stands is Agreement.OVER and group.state in LED:
        found.append(_("The agreement is over. The group takes nobody new."))
    return found


def to_do(group: Any, leaders: list[Any], now: datetime, today: date) -> list[ToDo]:
    """Return what is to be done about a group now."""
    found = []
    line_url = url_for("groups.line", group_id=group.id)
    for one in members.line_of(group, today):
        if one.answer_by is not None:
            words = _("Ask for an answer before %(when)s.", when=moment(one.answer_by, today))
            found.append(ToDo(words, line_url))
    meetings = meeting_queries.meetings_of(group.id)
    for row in meetings:
        url = url_for("groups.meeting", meeting_id=row.id)
        if row.state == "planned" and row.ends_at < now:
            words = _("Say how many came to meeting %(number)s.", number=row.number)
            found.append(ToDo(words, url))
        elif row.state == "held":
            found += _after_meeting(row, url, today)
    coming = [row for row in meetings if row.state == "planned" and row.ends_at >= now]
    for row in coming[:SOON] if group.state in LED else ():
        if cover_of(group, row, leaders) is Cover.CANNOT:
            words = _("Meeting %(number)s lacks somebody to lead it.", number=row.number)
            found.append(ToDo(words, url_for("groups.meeting", meeting_id=row.id)))
    return found


def _after_meeting(row: Any, url: str, today: date) -> list[ToDo]:
    found = []
    if row.is_evaluated and learning.answers_to(row.id) == 0:
        words = _("Ask how it goes after meeting %(number)s.", number=row.number)
        found.append(ToDo(words, url_for("groups.tap", meeting_id=row.id)))
    is_fresh = (today - row.starts_at.date()).days in (1, 2, 3)
    if is_fresh and meeting_queries.missed_their_first(row.id):
        found.append(ToDo(_("Call those who missed their first meeting."), url))
    return found
