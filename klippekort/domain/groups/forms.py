"""The forms that real groups have, as templates to set one up from."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from klippekort.domain.groups.anonymity import Anonymity


class Theme(StrEnum):
    """What a group is about. It is told on the pages of its facilitators, and nowhere else."""

    LOSS_OF_SPOUSE = "loss_of_spouse"
    LOSS = "loss"
    CARER = "carer"
    ILLNESS = "illness"
    MEMORY = "memory"
    WORRY = "worry"
    COMPANY = "company"
    MEN = "men"
    LANGUAGE = "language"
    NEW_HERE = "new_here"


GRIEF = frozenset({Theme.LOSS_OF_SPOUSE, Theme.LOSS})
QUIET = GRIEF | {Theme.ILLNESS, Theme.MEMORY, Theme.WORRY}
"""Themes in which nothing is celebrated: no faces, no confetti, no anniversaries."""


class Withdraws(StrEnum):
    """When those who start a group leave it to itself."""

    AT_END = "at_end"
    WHEN_READY = "when_ready"
    AFTER_FIRST = "after_first"


@dataclass(frozen=True)
class GroupForm:
    """A form that a group can take.

    `meetings` is None where the group goes on until it ends itself. `rhythm_days` lie between
    meetings of `minutes`; the first may be longer. `facilitators` is the least number, and
    `may_run_short` says whether a single meeting can do with one fewer. `months_since_loss` must
    have passed. New people may join through meeting `open_until`, None for as long as it lasts.
    `referral` False means that nobody can be sent: people come of themselves. `evaluate_at` are the
    numbers of meetings, besides the last, after which the group says how it goes. `is_drop_in` is
    an open door: people come as they are, and none sign up before it begins.
    """

    code: str
    theme: Theme
    smallest: int
    largest: int
    meetings: int | None
    rhythm_days: int
    minutes: int
    facilitators: int
    anonymity: Anonymity
    may_run_short: bool = False
    withdraws: Withdraws = Withdraws.AT_END
    first_minutes: int | None = None
    months_since_loss: int | None = None
    open_until: int | None = 2
    pre_talk: bool = True
    referral: bool = True
    is_online: bool = False
    reports_attendance: bool = False
    evaluate_at: tuple[int, ...] = (6,)
    is_drop_in: bool = False


_NAMED, _FIRST, _COUNT = Anonymity.NAMED, Anonymity.FIRST_NAME, Anonymity.HEAD_COUNT

_FORMS = (
    GroupForm(
        "conversation", Theme.COMPANY, 3, 4, 9, 21, 60, 1, _NAMED, evaluate_at=(5,), open_until=3
    ),
    GroupForm(
        "bereavement", Theme.LOSS_OF_SPOUSE, 5, 8, 8, 14, 120, 2, _FIRST, months_since_loss=6
    ),
    GroupForm(
        "peers",
        Theme.WORRY,
        4,
        10,
        10,
        7,
        120,
        2,
        _FIRST,
        pre_talk=False,
        may_run_short=True,
        evaluate_at=(5,),
    ),
    GroupForm(
        "self_help",
        Theme.CARER,
        4,
        8,
        None,
        14,
        120,
        1,
        _NAMED,
        withdraws=Withdraws.WHEN_READY,
        open_until=None,
    ),
    GroupForm(
        "anonymous",
        Theme.WORRY,
        4,
        8,
        None,
        14,
        120,
        1,
        _COUNT,
        withdraws=Withdraws.WHEN_READY,
        pre_talk=False,
        referral=False,
        open_until=None,
    ),
    GroupForm(
        "convener",
        Theme.COMPANY,
        3,
        8,
        None,
        14,
        90,
        1,
        _NAMED,
        withdraws=Withdraws.WHEN_READY,
        pre_talk=False,
        may_run_short=True,
        open_until=None,
    ),
    GroupForm(
        "leaderless",
        Theme.COMPANY,
        5,
        8,
        None,
        7,
        120,
        2,
        _FIRST,
        withdraws=Withdraws.AFTER_FIRST,
        first_minutes=180,
        open_until=1,
    ),
    GroupForm("parish", Theme.LOSS, 5, 10, 8, 14, 120, 2, _FIRST, may_run_short=True),
    GroupForm(
        "cafe",
        Theme.COMPANY,
        3,
        20,
        None,
        7,
        120,
        2,
        _COUNT,
        pre_talk=False,
        may_run_short=True,
        open_until=None,
        is_drop_in=True,
    ),
    GroupForm("online", Theme.CARER, 4, 8, 6, 7, 75, 2, _FIRST, is_online=True, evaluate_at=(3,)),
)
FORMS: Mapping[str, GroupForm] = {form.code: form for form in _FORMS}


def celebrates(theme: Theme) -> bool:
    """Say whether a group with this theme may mark its milestones, where it wants to."""
    return theme not in QUIET


def least_to_begin(code: str, smallest: int) -> int:
    """Return how many must have said yes before a group of this form begins: an open door none."""
    form = FORMS.get(code)
    return 0 if form is not None and form.is_drop_in else smallest


def is_evaluated(number: int, meetings: int | None, evaluate_at: tuple[int, ...]) -> bool:
    """Say whether a group says how it goes after the meeting of this number."""
    return number in evaluate_at or number == meetings
