"""What the members say: the short form, one tap on a telephone, and what was changed because."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from klippekort.domain.calendar import local_day
from klippekort.domain.errors import NotFound
from klippekort.domain.groups.forms import Theme
from klippekort.domain.groups.life import Milestone, milestones
from klippekort.domain.groups.manners import to_mark
from klippekort.domain.permissions import Action, Actor, authorise
from klippekort.groups.models import (
    GroupChange,
    GroupEvaluation,
    GroupMeeting,
    GroupMilestone,
    GroupReply,
    SupportGroup,
)
from klippekort.groups.queries import groups as group_queries
from klippekort.groups.queries import replies as queries
from klippekort.groups.queries.learning import answers_to
from klippekort.groups.queries.meetings import lock_meeting
from klippekort.groups.queries.sharing import get_by_token
from klippekort.groups.services.common import coordinated, led, note, sealed
from klippekort.groups.services.errors import NotMarked, ThatIsOver, TooManyAnswers
from klippekort.platform.db import db
from klippekort.platform.ids import new_id


@dataclass(frozen=True)
class Reply:
    """The answers to the short form: yes, partly or no, and words for what should be otherwise."""

    welcome: str
    gain: str
    going_on: str
    words: str = ""


def reply(actor: Actor, meeting_id: UUID, said: Reply, *, now: datetime) -> str:
    """Keep one filled-in form, as from paper, and return the meeting's id; nobody is asked who.

    Raises ThatIsOver for a meeting after which the group is not asked, or that was not held, and
    TooManyAnswers.
    """
    meeting = lock_meeting(meeting_id)
    group = led(actor, meeting.group_id, now)
    _keep(group, meeting, said, now)
    note(actor, Action.RUN_GROUP, group.id, "replied", meeting=meeting_id)
    return str(meeting_id)


def reply_from_page(
    actor: Actor, token: str, meeting_id: UUID, said: Reply, *, now: datetime
) -> None:
    """Keep one form that somebody filled in on the group's own page, under nobody's name.

    Raises NotFound for another group's meeting, ThatIsOver and TooManyAnswers.
    """
    group, meeting = _on_page(actor, token, meeting_id)
    _keep(group, meeting, said, now)


def tap_from_page(
    actor: Actor, token: str, meeting_id: UUID, answer: str, *, now: datetime
) -> None:
    """Count one tap on how a meeting was, from the group's own page.

    Raises NotFound, ThatIsOver for a meeting that was not held, and TooManyAnswers.
    """
    group, meeting = _on_page(actor, token, meeting_id)
    if meeting.state != "held":
        raise ThatIsOver
    if answers_to(meeting_id) >= _were_there(meeting):
        raise TooManyAnswers
    db.session.add(
        GroupEvaluation(
            group_id=group.id, meeting_id=meeting_id, answer=answer, given_on=local_day(now)
        )
    )
    db.session.flush()


def _on_page(actor: Actor, token: str, meeting_id: UUID) -> tuple[SupportGroup, GroupMeeting]:
    authorise(actor, Action.ANSWER_IN_GROUP)
    group, meeting = get_by_token(token), lock_meeting(meeting_id)
    if meeting.group_id != group.id:
        raise NotFound
    return group, meeting


def _were_there(meeting: GroupMeeting) -> int:
    return (meeting.head_count or 0) + meeting.visitors


def _keep(group: SupportGroup, meeting: GroupMeeting, said: Reply, now: datetime) -> None:
    if meeting.state != "held" or not meeting.is_evaluated:
        raise ThatIsOver
    if queries.replies_to(meeting.id) >= _were_there(meeting):
        raise TooManyAnswers
    row_id = new_id()
    db.session.add(
        GroupReply(
            id=row_id,
            group_id=group.id,
            meeting_id=meeting.id,
            welcome=said.welcome,
            gain=said.gain,
            going_on=said.going_on,
            words_sealed=sealed(group, row_id, "words", said.words),
            given_on=local_day(now),
        )
    )
    db.session.flush()


def tell_change(actor: Actor, group_id: UUID, text: str, *, now: datetime) -> str:
    """Tell a group what was changed because of what it said, and return its id."""
    group, row_id = coordinated(actor, group_id), new_id()
    db.session.add(
        GroupChange(
            id=row_id,
            group_id=group_id,
            words_sealed=sealed(group, row_id, "words", text),
            told_at=now,
        )
    )
    db.session.flush()
    note(actor, Action.SET_UP_GROUP, group_id, "change_told")
    return str(group_id)


def answer_milestone(
    actor: Actor, group_id: UUID, milestone: Milestone, *, is_marked: bool, now: datetime
) -> str:
    """Store whether a group wants to mark what it has come to, and return its id.

    It may change its mind. Raises NotMarked in a group whose theme has none, that has chosen to
    mark none, or that has not come so far.
    """
    group, today = led(actor, group_id, now), local_day(now)
    held = group_queries.count_of(group).held
    reached = milestones(held, group.meetings, group.self_run_on, today)
    if milestone not in to_mark(Theme(group.theme), reached, wants=group.celebrates):
        raise NotMarked
    row = queries.find_milestone(group_id, milestone)
    if row is None:
        db.session.add(
            GroupMilestone(
                group_id=group_id, milestone=milestone, is_marked=is_marked, asked_on=today
            )
        )
    else:
        row.is_marked, row.asked_on = is_marked, today
    db.session.flush()
    note(actor, Action.RUN_GROUP, group_id, "milestone", is_marked=is_marked)
    return str(group_id)
