"""What was noted and who follows it up: when it opens, is late, changes hands and is forgotten."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from dateutil.relativedelta import relativedelta

from klippekort.domain.errors import DomainError
from klippekort.domain.working_hours import is_office_day

FURTHEST = timedelta(days=366)
"""How far ahead a next date may lie: what is put off longer is put out of mind."""
OLDEST = timedelta(days=366)
"""How long ago something may have been noticed or received when it is written down."""

TELLER_LONGER = timedelta(days=30)
"""How much longer than signs and words we keep whoever told us and has not been answered."""


class InTheFuture(DomainError):
    """Something is said to have happened on a day that has not come yet."""


class InThePast(DomainError):
    """Something is to be done on a day that is over."""


class TooFar(DomainError):
    """A day lies further away than anybody keeps in mind."""


class Source(StrEnum):
    """Where word of somebody came from."""

    STAFF = "staff"
    DOCTOR = "doctor"
    NURSE = "nurse"
    RELATIVE = "relative"
    PREVENTIVE_VISIT = "preventive"
    SELF = "self"
    OTHER = "other"


class Consent(StrEnum):
    """What the citizen has said to being contacted."""

    YES = "yes"
    NO = "no"
    NOT_ASKED = "not_asked"


class Answer(StrEnum):
    """What came of a line on the list: the citizen's word, or what we did about it."""

    YES = "yes"
    NO = "no"
    NO_ANSWER = "no_answer"
    DONE = "done"
    LATER = "later"


ASKED = frozenset({Answer.YES, Answer.NO, Answer.NO_ANSWER})
"""The answers that mean that the citizen was asked."""


class CaseOutcome(StrEnum):
    """How a case was closed."""

    TALKED = "talked"
    GOES_ALONG = "goes_along"
    NO = "no"
    NO_ANSWER = "no_answer"
    NOT_FOUND = "not_found"
    MOVED = "moved"
    DIED = "died"


class Reply(StrEnum):
    """What the one who told us is answered: never anything about health."""

    IN_TOUCH = "in_touch"
    RECEIVED = "received"


class Trouble(StrEnum):
    """What is wrong with a case that nobody looks after."""

    OVERDUE = "overdue"
    NO_OWNER = "no_owner"
    OWNER_GONE = "owner_gone"
    HAND_OVER_WAITS = "hand_over_waits"
    REPLY_OVERDUE = "reply_overdue"


@dataclass(frozen=True)
class Pace:
    """A municipality's times: days for all but `again_months`.

    A new case gets a next date after `first_days`; a hand-over nobody takes comes back after
    `handover_days`; whoever told us is answered within `answer_days`; signs and words go
    `forget_days` after a no or without a yes; a no holds for `again_months`; what is done rests
    for `rest_days`.
    """

    first_days: int = 7
    handover_days: int = 3
    answer_days: int = 7
    forget_days: int = 30
    again_months: int = 6
    rest_days: int = 28


BOUNDS = {
    "first_days": (1, 30),
    "handover_days": (1, 14),
    "answer_days": (1, 30),
    "forget_days": (1, 365),
    "again_months": (1, 36),
    "rest_days": (1, 182),
}
"""The least and the most of each of the municipality's times."""


def next_office_day(day: date) -> date:
    """Return the day itself, or the next on which the office is open."""
    while not is_office_day(day):
        day += timedelta(days=1)
    return day


def first_date(today: date, pace: Pace) -> date:
    """Return when a new case is to be looked at first."""
    return next_office_day(today + timedelta(days=pace.first_days))


def ask_again(today: date, pace: Pace) -> date:
    """Return the day from which somebody who said no may be asked again."""
    return today + relativedelta(months=pace.again_months)


def check_told(day: date, today: date) -> None:
    """Refuse a day on which nothing can have been noticed. Raises InTheFuture and TooFar."""
    if day > today:
        raise InTheFuture
    if day < today - OLDEST:
        raise TooFar


def check_ahead(day: date, today: date) -> None:
    """Refuse a day on which nobody will do anything. Raises InThePast and TooFar."""
    if day < today:
        raise InThePast
    if day > today + FURTHEST:
        raise TooFar


def opens(source: Source, consent: Consent, no_until: date | None, today: date) -> bool:
    """Say whether a notice is to be followed up.

    A no is respected: what staff see afterwards is kept for a while, and nobody is sent. She may
    always ask herself; a yes counts more than an older no; a referral waits for its answer.
    """
    if consent is Consent.NO:
        return False
    said_no = no_until is not None and today < no_until
    return not (said_no and source is Source.STAFF and consent is Consent.NOT_ASKED)


@dataclass(frozen=True)
class Standing:
    """How a case stands: its owner, whether that person still works here, and its dates."""

    next_on: date
    has_owner: bool = True
    is_owner_here: bool = True
    handed_on: date | None = None
    reply_by: date | None = None


def troubles(case: Standing, today: date, pace: Pace) -> tuple[Trouble, ...]:
    """Return what is wrong with an open case, the worst first; nothing for one in good hands."""
    waits_since = case.handed_on
    found = {
        Trouble.NO_OWNER: not case.has_owner,
        Trouble.OWNER_GONE: case.has_owner and not case.is_owner_here,
        Trouble.OVERDUE: case.next_on < today,
        Trouble.REPLY_OVERDUE: case.reply_by is not None and case.reply_by < today,
        Trouble.HAND_OVER_WAITS: waits_since is not None and comes_back(waits_since, today, pace),
    }
    return tuple(trouble for trouble, holds in found.items() if holds)


def comes_back(handed_on: date, today: date, pace: Pace) -> bool:
    """Say whether a hand-over that nobody has taken goes back to whoever handed it over."""
    return today > handed_on + timedelta(days=pace.handover_days)


def forget_on(
    recorded_on: date, consent: Consent, closed_on: date | None, pace: Pace
) -> date | None:
    """Return the day on which a notice's signs and words are deleted.

    `consent` is what the citizen last said. After a yes they stay while somebody works with them,
    None, and go as long after the case is closed.
    """
    if closed_on is not None:
        return closed_on + timedelta(days=pace.forget_days)
    if consent is Consent.YES:
        return None
    return recorded_on + timedelta(days=pace.forget_days)


def forget_teller_on(forget_on: date, *, is_owed: bool) -> date:
    """Return the day on which the one who told us is forgotten, by when the signs and words go.

    Whoever waits for an answer must be reached to get it, but not for ever.
    """
    return forget_on + TELLER_LONGER if is_owed else forget_on
