"""How a proxy stands and came to be, in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from klippekort.domain.proxies import Evidence, Giver, Purpose, Standing, Step
from klippekort.platform.formatting import Status, full_day
from klippekort.platform.i18n import _
from klippekort.relatives.forms.words import EVIDENCE, GIVERS, PURPOSES, STEPS


@dataclass(frozen=True)
class Told:
    """A line of the history: when, what, and by whom."""

    at: datetime
    what: str
    details: str
    by: str


def standing_words(standing: Standing, today: date) -> Status:
    """Return how a proxy stands today."""
    held = standing.proxy
    if standing.is_stopped:
        return Status(str(_("Stopped")), "bad", "warning")
    if held is None:
        return Status(str(_("Withdrawn")), "neutral", "close")
    if today < held.from_on:
        return Status(
            str(_("Begins on %(day)s", day=full_day(held.from_on))), "waiting", "calendar"
        )
    if held.until_on is None:
        return Status(str(_("In force until further notice")), "good", "check")
    if held.until_on < today:
        return Status(str(_("Over since %(day)s", day=full_day(held.until_on))), "neutral", "close")
    return Status(str(_("In force until %(day)s", day=full_day(held.until_on))), "good", "check")


def history_shown(lines: Sequence[Any], names: Mapping[UUID, str]) -> list[Told]:
    """Return a proxy's history in words, the latest first."""
    return [
        Told(line.recorded_at, str(STEPS[Step(line.step)]), _details(line, names), _by(line, names))
        for line in reversed(lines)
    ]


def _details(line: Any, names: Mapping[UUID, str]) -> str:
    if line.from_on is None or line.evidence is None:
        return ""
    said = ", ".join(str(PURPOSES[one]) for one in Purpose if one.value in line.purposes)
    if line.until_on is None:
        days = _("from %(day)s until further notice", day=full_day(line.from_on))
    else:
        days = _(
            "from %(first)s until %(last)s",
            first=full_day(line.from_on),
            last=full_day(line.until_on),
        )
    how = str(EVIDENCE[Evidence(line.evidence)])
    heard = names.get(line.witness_id) if line.witness_id else None
    return f"{said}; {days}; {how}{f' ({heard})' if heard else ''}"


def _by(line: Any, names: Mapping[UUID, str]) -> str:
    said = str(GIVERS[Giver(line.giver)])
    name = names.get(line.recorded_by) if line.recorded_by else None
    return f"{said}: {name}" if name and line.giver == Giver.STAFF else said
