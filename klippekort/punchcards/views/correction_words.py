"""Corrections in words: what they do, what waits, and why one cannot be made."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from klippekort.domain.calendar import local_day
from klippekort.domain.corrections import (
    AlreadyDecided,
    AlreadyProposed,
    AlreadyReversed,
    Correction,
    NotReversible,
    Outcome,
    OwnProposal,
    ProposedAlike,
)
from klippekort.domain.errors import CardClosed, DomainError
from klippekort.domain.ledger import EntryKind
from klippekort.platform.formatting import duration
from klippekort.platform.i18n import _, _l
from klippekort.punchcards.queries.corrections import Pending
from klippekort.punchcards.services.corrections import LastDayGone

_CANNOT: dict[type[DomainError], Any] = {
    CardClosed: _l("The card has ended, so it cannot be put right."),
    AlreadyReversed: _l("This line has been put right before. Look further up the list."),
    AlreadyProposed: _l("A colleague has been asked to agree to this already."),
    ProposedAlike: _l(
        "The same correction waits for a colleague already."
        " If this is one more, say in a few words why."
    ),
    OwnProposal: _l("You proposed this yourself. A colleague must decide."),
    AlreadyDecided: _l("A colleague has decided this already."),
    LastDayGone: _l("The last day of the time has gone. Turn this down and propose it anew."),
}
REFUSALS: tuple[type[DomainError], ...] = (*_CANNOT, NotReversible)
_NOT_REVERSIBLE: dict[EntryKind, Any] = {
    EntryKind.HOLD: _l("This time is set aside for a trip. Cancel the trip instead."),
    EntryKind.RELEASE: _l("This time came back from a trip. Book the trip again instead."),
    EntryKind.EXPIRE: _l("The last day of this time has gone. Add new time instead."),
    EntryKind.WAIVE: _l("Nothing was taken here, so there is nothing to put right."),
    EntryKind.REVERSE: _l("This line puts another one right. Add or take time instead."),
}


@dataclass(frozen=True)
class PendingShown:
    """A correction that waits, as a list shows it."""

    id: UUID
    citizen_id: UUID
    what: str
    proposed_by: str
    proposed_on: date


def pending_shown(rows: Sequence[Pending]) -> list[PendingShown]:
    """Return corrections that wait, in words."""
    return [
        PendingShown(
            row.correction.id,
            row.citizen_id,
            correction_words(Correction(row.correction.kind), row.correction.minutes),
            row.proposed_by or _("Somebody"),
            local_day(row.correction.proposed_at),
        )
        for row in rows
    ]


def correction_words(kind: Correction, minutes: int) -> str:
    """Return what a correction is, in words: "Add 30 minutes"."""
    time = duration(minutes)
    words = {
        Correction.ADD: _("Add %(time)s", time=time),
        Correction.TAKE: _("Take %(time)s", time=time),
        Correction.WAIVE: _("Waive %(time)s", time=time),
        Correction.REVERSE: _("Put a line of %(time)s right", time=time),
    }
    return words[kind]


def heading_words(kind: Correction, minutes: int, name: str) -> str:
    """Return what a correction would do to somebody's card, as a heading."""
    said = {"time": duration(minutes), "name": name}
    words = {
        Correction.ADD: _("Add %(time)s to the card of %(name)s", **said),
        Correction.TAKE: _("Take %(time)s from the card of %(name)s", **said),
        Correction.WAIVE: _("Waive %(time)s for %(name)s", **said),
        Correction.REVERSE: _("Put a line of %(time)s right on the card of %(name)s", **said),
    }
    return words[kind]


def refusal_words(refusal: DomainError) -> str:
    """Return why a correction cannot be made."""
    if isinstance(refusal, NotReversible):
        return str(_NOT_REVERSIBLE[refusal.kind])
    return str(_CANNOT[type(refusal)])


def outcome_words(kind: Correction, outcome: Outcome) -> list[str]:
    """Return what a correction did, a sentence each."""
    moved, waived = duration(outcome.moved), duration(outcome.waived)
    words = {
        Correction.ADD: _("%(time)s was added to the card.", time=moved),
        Correction.TAKE: _("%(time)s was taken from the card.", time=moved),
        Correction.REVERSE: _("The line was put right by %(time)s.", time=moved),
    }
    said = [words[kind]] if outcome.moved and kind in words else []
    if outcome.waived and kind is Correction.WAIVE:
        said.append(_("%(time)s was waived: nothing is taken for it.", time=waived))
    elif outcome.waived:
        said.append(_("The card lacked %(time)s. That was waived.", time=waived))
    if outcome.lapsed:
        lapsed = duration(outcome.lapsed)
        said.append(_("%(time)s lapsed at once: its last day had gone.", time=lapsed))
    return said


def foreseen_words(kind: Correction, outcome: Outcome) -> list[str]:
    """Return what a correction would do, a sentence each."""
    moved, waived = duration(outcome.moved), duration(outcome.waived)
    words = {
        Correction.ADD: _("%(time)s will be added to the card.", time=moved),
        Correction.TAKE: _("%(time)s will be taken from the card.", time=moved),
        Correction.REVERSE: _("The line will be put right by %(time)s.", time=moved),
    }
    said = [words[kind]] if outcome.moved and kind in words else []
    if outcome.waived and kind is Correction.WAIVE:
        said.append(_("%(time)s will be waived: nothing is taken.", time=waived))
    elif outcome.waived:
        said.append(_("The card lacks %(time)s. That will be waived.", time=waived))
    if outcome.lapsed:
        lapsed = duration(outcome.lapsed)
        said.append(_("%(time)s will lapse at once: its last day has gone.", time=lapsed))
    return said


def limit_words(limit: int | None) -> str:
    """Return when a second person must agree."""
    if not limit:
        return _("A colleague must agree before it happens.")
    return _(
        "Above %(time)s a day on one card, a colleague must agree first.", time=duration(limit)
    )
