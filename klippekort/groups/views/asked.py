"""What a group has asked for and was answered, as the group itself reads it."""

from dataclasses import dataclass
from typing import Any

from klippekort.groups.forms.telling import tells
from klippekort.groups.forms.words import PROPOSALS
from klippekort.groups.queries.learning import proposals_of
from klippekort.platform import clock
from klippekort.platform.formatting import full_day
from klippekort.platform.i18n import _

MOST = 3


@dataclass(frozen=True)
class AskedShown:
    """Something a group asked for: what it was, when, and how far it has come."""

    kind: str
    asked: str
    text: str
    answer: str | None
    waits: str | None


def asked_shown(group: Any) -> list[AskedShown]:
    """Return what a group asked for last, with the answers. Words that would tell what the group
    is about are left to those who lead it: a page can be read over a shoulder.
    """
    return [
        AskedShown(
            kind=str(PROPOSALS[row.kind]),
            asked=str(_("Asked %(day)s", day=full_day(row.asked_on))),
            text="" if tells(row.text) else row.text,
            answer=_answer(row.answer),
            waits=None if row.answer else _waits(row),
        )
        for row in proposals_of(group)[:MOST]
    ]


def _answer(said: str | None) -> str | None:
    if said is None or not tells(said):
        return said
    return str(_("It is answered. Whoever leads the group can tell you."))


def _waits(row: Any) -> str:
    if row.answer_by < clock.today():
        return str(_("The answer is late. We have it in hand."))
    if row.owner_id is None:
        return str(_("An answer comes before %(day)s", day=full_day(row.answer_by)))
    return str(_("One of us has it. An answer comes before %(day)s.", day=full_day(row.answer_by)))
