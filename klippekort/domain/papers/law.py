"""Which letters of the law a scheme's terms ask for, and whether they say how to complain."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from klippekort.domain.schemes import OPEN, Law, Letter

# Retssikkerhedsloven § 67: within four weeks of the day the decision was received.
COMPLAIN_WITHIN = timedelta(weeks=4)


class LetterKind(StrEnum):
    """What a letter of the law tells."""

    GRANT = "grant"
    DECLINE = "decline"
    CUT = "cut"
    END = "end"
    CHANGE = "change"
    PAUSE = "pause"
    RESUME = "resume"


# Forvaltningsloven § 25: no guidance is due where the citizen got all that was asked for.
AGAINST_HER = frozenset(LetterKind) - {LetterKind.GRANT, LetterKind.RESUME}


@dataclass(frozen=True)
class Due:
    """A letter that is due: whether it tells a formal decision, and how to complain."""

    is_decision: bool
    can_complain: bool


def letter_due(law: Law, kind: LetterKind) -> Due | None:
    """Return what letter the terms ask for, or None where they ask for none.

    Terms without a word on law ask for none. Where a card is a formal decision, and nobody has said
    whether letters carry guidance, what goes against the citizen carries it: the law asks for it.
    """
    if law.decision == OPEN and law.basis == OPEN:
        return None
    is_decision = law.decision is True
    if not _is_sent(law, kind, is_decision):
        return None
    guides = law.complaint_guidance is True
    if law.complaint_guidance == OPEN:
        guides = is_decision and kind in AGAINST_HER
    return Due(is_decision, guides)


def _is_sent(law: Law, kind: LetterKind, is_decision: bool) -> bool:
    wanted = set(law.letters)
    first = Letter.DECISION if is_decision else Letter.CONFIRMATION
    match kind:
        case LetterKind.GRANT:
            return first in wanted
        case LetterKind.DECLINE:
            return Letter.DECISION in wanted
        case LetterKind.CHANGE:
            return Letter.CHANGE in wanted
        case LetterKind.PAUSE:
            return Letter.PAUSE in wanted
        case LetterKind.RESUME:
            return Letter.RESUME in wanted
    return Letter.CHANGE in wanted or (is_decision and Letter.DECISION in wanted)
