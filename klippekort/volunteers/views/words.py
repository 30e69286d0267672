"""Volunteers, checks and associations as the pages tell of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from klippekort.domain import clearances as domain
from klippekort.domain.clearances import Held, Kind, Missing, Outcome, Rules, Standing, State
from klippekort.domain.volunteering import Task
from klippekort.platform.formatting import Status, full_day, moment
from klippekort.platform.i18n import _, ngettext
from klippekort.volunteers.forms import words
from klippekort.volunteers.queries import VolunteerLine
from klippekort.volunteers.services.away import Promised


@dataclass(frozen=True)
class StandingShown:
    """How one check stands, in words."""

    kind: str
    status: Status
    said: str


@dataclass(frozen=True)
class TaskShown:
    """Whether a volunteer may do something, and else what is missing."""

    task: str
    status: Status
    missing: str


@dataclass(frozen=True)
class CheckShown:
    """What came of one check, as the history tells it."""

    id: UUID
    kind: str
    outcome: str
    assessed_on: date
    renew_by: date | None
    by: str
    is_withdrawn: bool


def listed(codes: Iterable[Any], known: dict[str, str]) -> str:
    """Return the words of codes, one after the other; codes we do not know are left out."""
    return ", ".join(str(known[str(code)]) for code in codes if str(code) in known)


def standing_shown(one: Standing) -> StandingShown:
    """Return how a check stands, and until when that holds."""
    tone, icon = words.TONES[one.state]
    status = Status(str(words.STATES[one.state]), tone, icon)
    return StandingShown(str(words.KINDS[one.kind]), status, _until(one))


def standing_of(facts: dict[str, Any]) -> Standing:
    """Return how a check stood when a call about it was asked for."""
    until = date.fromisoformat(facts["until"]) if facts["until"] else None
    return Standing(Kind(facts["kind"]), State(facts["state"]), until)


def _until(one: Standing) -> str:
    if one.until is None:
        return ""
    day = full_day(one.until)
    if one.state in (State.VALID, State.RENEWAL_DUE):
        return _("Renew by %(day)s", day=day)
    if one.state is State.GRACE:
        return _("Nothing is blocked until %(day)s", day=day)
    return ""


def tasks_shown(tasks: Sequence[Task], held: Held, today: date, rules: Rules) -> list[TaskShown]:
    """Return for each task whether it may be done, and what is missing."""
    return [_task_shown(task, domain.blocks(task, held, today, rules)) for task in tasks]


def _task_shown(task: Task, missing: list[Missing]) -> TaskShown:
    if missing:
        status = Status(_("Must wait"), "warning", "clock")
    else:
        status = Status(_("Can begin"), "good", "check")
    return TaskShown(str(words.TASKS[task]), status, missing_words(missing))


def missing_words(missing: Iterable[Missing]) -> str:
    """Return what is missing, one after the other."""
    return ", ".join(
        f"{words.KINDS[one.kind]} ({str(words.STATES[one.state]).lower()})" for one in missing
    )


def told_to_association(missing: Sequence[Missing]) -> str:
    """Return what an association may know of what its member lacks."""
    told = [one for one in missing if domain.may_be_told(one)]
    said = [missing_words(told)] if told else []
    if len(told) < len(missing):
        said.append(_("The municipality's own check is not in place"))
    return ". ".join(said) or _("In order")


def missing_for(tasks: Iterable[Task], held: Held, today: date, rules: Rules) -> list[Missing]:
    """Return what is missing for any of these tasks, each once."""
    found = {missing: None for task in tasks for missing in domain.blocks(task, held, today, rules)}
    return list(found)


def check_shown(row: Any, names: dict[UUID, str]) -> CheckShown:
    """Return what came of one check, and who judged it."""
    by = names.get(row.assessor_id, "") if row.assessor_id else ""
    return CheckShown(
        id=row.id,
        kind=_kind_words(row),
        outcome=str(words.OUTCOMES[Outcome(row.outcome)]),
        assessed_on=row.assessed_on,
        renew_by=row.renew_by,
        by=_("%(name)s, on paper", name=by) if row.on_paper else by,
        is_withdrawn=row.withdrawn_at is not None,
    )


def _kind_words(row: Any) -> str:
    label = str(words.KINDS[Kind(row.kind)])
    if row.version is not None:
        return _("%(what)s, version %(version)s", what=label, version=row.version)
    return f"{label}: {row.title}" if row.title else label


def waited(days: int) -> str:
    """Return how long somebody has waited for an answer."""
    if days == 0:
        return _("Today")
    return ngettext("%(num)s day", "%(num)s days", days)


def state_status(line: VolunteerLine, today: date) -> Status:
    """Return whether a volunteer can be asked."""
    if line.is_archived:
        return Status(_("Has stopped"), "neutral", "close")
    if line.is_paused(today):
        return Status(_("Pauses"), "waiting", "clock")
    return Status(_("Active"), "good", "check")


def profile_facts(row: Any, today: date) -> list[tuple[str, str]]:
    """Return what a volunteer has said, as labels and words; what is not said is empty."""
    goes = ""
    if row.goes_along:
        goes = ngettext(
            "Yes, %(num)s time with the same person",
            "Yes, %(num)s times with the same person",
            row.go_along_times,
        )
    paused = row.paused_until if row.paused_until and row.paused_until >= today else None
    return [
        (_("Pauses until and with"), full_day(paused) if paused else ""),
        (_("Likes"), listed(row.interests, words.INTERESTS)),
        (_("Speaks"), listed(row.languages, words.LANGUAGES)),
        (_("Days"), listed(row.weekdays, words.WEEKDAYS)),
        (_("Time of day"), listed(row.parts, words.PARTS)),
        (_("Would rather not"), row.would_rather_not),
        (_("Go-along friend"), goes),
        (_("Drives"), _driving(row)),
        (_("At most a month"), _limits(row)),
    ]


def _driving(row: Any) -> str:
    if not row.drives:
        return ""
    said = [_("Yes")]
    if row.has_car:
        said.append(_("own car"))
    if row.takes_wheelchair:
        said.append(_("room for a wheelchair"))
    return ", ".join(said)


def _limits(row: Any) -> str:
    said = []
    if row.most_times:
        said.append(ngettext("%(num)s time", "%(num)s times", row.most_times))
    if row.most_hours:
        said.append(ngettext("%(num)s hour", "%(num)s hours", row.most_hours))
    return ", ".join(said)


def promised_shown(found: Iterable[Promised], today: date) -> list[str]:
    """Return what a volunteer has promised, each with its day and time."""
    return [f"{one.title}: {moment(one.starts_at, today)}" for one in found]
