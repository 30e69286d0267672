"""Courses, suggestions and gifts as their pages tell of them: in words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from klippekort.citizens.queries.unsealing import unseal
from klippekort.courses.forms import words
from klippekort.courses.queries.courses import own_labels
from klippekort.courses.queries.talks import latest_guide
from klippekort.domain.courses import Phase
from klippekort.domain.matching.people import Shared, Tie
from klippekort.domain.matching.scoring import Part
from klippekort.platform.formatting import Status, Tone, full_day
from klippekort.platform.i18n import _, ngettext

_TONES: dict[str, Tone] = {
    Phase.SPOTTED: "waiting",
    Phase.TALK: "waiting",
    Phase.SETTLED: "good",
    Phase.FOLLOWED_UP: "good",
    Phase.PAUSED: "warning",
    Phase.DECLINED: "neutral",
    Phase.CLOSED: "neutral",
    Phase.STOPPED: "neutral",
}
_QUIET = (Tie.STAIRWELL, Tie.COLLEAGUES)


def labels() -> dict[str, str]:
    """Return what the phases are called here, by code."""
    own = own_labels()
    return {code: own.get(code) or str(said) for code, said in words.PHASES.items()}


def status_of(phase: str, said: Mapping[str, str]) -> Status:
    """Return where a course stands, as a word with its colour."""
    return Status(said[phase], _TONES.get(phase, "neutral"), None)


@dataclass(frozen=True)
class StepShown:
    """A step of a course as its timeline tells it."""

    day: str
    phase: str
    reason: str
    who: str


def steps_shown(rows: Iterable[Any], said: Mapping[str, str]) -> list[StepShown]:
    """Return the steps of a course in words."""
    reasons = words.REASONS_OF_STEPS
    return [
        StepShown(
            full_day(row.on_day),
            said[row.to_phase],
            str(reasons.get(row.reason, "")),
            row.recorder_name,
        )
        for row in rows
    ]


def hand_over_facts(row: Any, citizen: Any, volunteers: Mapping[Any, str]) -> list[Any]:
    """Return a hand-over in words, with what was sealed of it."""

    def told(column: str) -> str | None:
        return unseal(citizen, row.id, column, getattr(row, f"{column}_sealed"))

    receiver = volunteers.get(row.volunteer_id) or told("receiver")
    overlap = full_day(row.overlap_on) if row.overlap_on else _("No")
    return [
        (_("From"), full_day(row.on_day)),
        (_("How"), str(words.FORMS[row.form])),
        (_("Who takes over"), receiver),
        (_("Along together"), overlap),
        (_("Told with a yes"), told("told")),
        (_("Call if it goes wrong"), told("fallback")),
    ]


def reasons_shown(parts: Iterable[Part]) -> list[tuple[str, str]]:
    """Return reasons with their points, as words and a figure with its sign."""
    return [(str(words.REASONS[part.reason]), f"{part.points:+d}") for part in parts]


def first_reasons(parts: Iterable[Part]) -> str:
    """Return why something is suggested, in one line: the reasons that speak for it."""
    return ", ".join(str(words.REASONS[part.reason]) for part in parts if part.points > 0)


def ties_shown(shared: Iterable[Shared], *, is_told: bool = False) -> list[tuple[str, str]]:
    """Return what two people share, with its points.

    Before both have said yes, a stairwell and a place of work would tell who it is: the first is
    told as living near, the other as something from working life.
    """
    return [(tie_words(one.tie, one.what, is_told), f"{one.points:+d}") for one in shared]


def tie_words(tie: str, what: str, is_told: bool) -> str:
    """Return in words what two people share."""
    if not is_told and tie in _QUIET:
        quiet = {
            Tie.STAIRWELL: _("They live near each other"),
            Tie.COLLEAGUES: _("They have working life in common"),
        }
        return quiet[Tie(tie)]
    known = {**words.LANGUAGES, **words.GIFTS, **words.KINDS}
    return str(words.TIES[tie]) % {"what": str(known.get(what, what)).lower()}


def days_words(days: int | None) -> str:
    """Return how long it is since somebody was out."""
    if days is None:
        return _("Not yet")
    return ngettext("%(num)s day ago", "%(num)s days ago", days) if days else _("Today")


def age_words(since: date, today: date) -> str:
    """Return how long a course has stood in its phase."""
    days = (today - since).days
    return ngettext("%(num)s day", "%(num)s days", days)


def first_step() -> int:
    """Return the number of the first step in which the guide asks something."""
    return latest_guide().steps()[0]
