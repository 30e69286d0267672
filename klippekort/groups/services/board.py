"""The message board of a group that goes by names: practical words, and for two weeks."""

from dataclasses import dataclass
from datetime import datetime, time
from uuid import UUID

from sqlalchemy import delete

from klippekort.citizens.queries import get_citizen
from klippekort.domain.errors import NotFound
from klippekort.domain.groups.anonymity import Anonymity
from klippekort.domain.groups.board import (
    About,
    Board,
    is_gone,
    is_minded,
    may_have_board,
    may_write,
)
from klippekort.domain.groups.life import State
from klippekort.domain.permissions import Action, Actor, Reach, authorise
from klippekort.groups.models import GroupPost, GroupSettings, SupportGroup
from klippekort.groups.queries import board as queries
from klippekort.groups.queries import groups as group_queries
from klippekort.groups.queries.members import active_row_of
from klippekort.groups.services.common import led, note, sealed
from klippekort.groups.services.errors import BoardClosed, KeepsNoNames
from klippekort.platform import audit
from klippekort.platform.db import db
from klippekort.platform.ids import new_id


@dataclass(frozen=True)
class Minding:
    """What holds for the groups of a municipality; `call` is whom to call when nobody minds the
    boards, None where it is the municipality's own number.
    """

    board_opens: time
    board_closes: time
    on_weekends: bool
    call: str | None
    manual_url: str | None
    supervision: str


def save_settings(actor: Actor, said: Minding, *, now: datetime) -> None:
    """Store what holds for all groups from `now` on."""
    authorise(actor, Action.SET_UP_GROUP)
    row = queries.find_settings()
    if row is None:
        db.session.add(GroupSettings(**vars(said)))
    else:
        for name, value in vars(said).items():
            setattr(row, name, value)
    db.session.flush()
    audit.record(actor, Action.SET_UP_GROUP, "group_settings", what="changed")


def set_board(actor: Actor, group_id: UUID, board: Board, *, now: datetime) -> str:
    """Say who writes on a group's board; where it is turned off, all on it is deleted.

    Returns the group's id. Raises KeepsNoNames for a group that does not go by names.
    """
    group = led(actor, group_id, now)
    if board is not Board.OFF and not may_have_board(Anonymity(group.anonymity)):
        raise KeepsNoNames
    if board is Board.OFF:
        clear(group)
    group.board = board
    db.session.flush()
    note(actor, Action.RUN_GROUP, group_id, "board", board=board.value)
    return str(group_id)


def clear(group: SupportGroup) -> None:
    """Take the board of a group down, with all that stands on it."""
    db.session.execute(delete(GroupPost).filter_by(group_id=group.id))
    group.board = Board.OFF
    db.session.flush()


def post(actor: Actor, group_id: UUID, about: About, words: str, *, now: datetime) -> str:
    """Write on the board as one who leads the group. Returns the group's id; raises BoardClosed."""
    group = led(actor, group_id, now)
    _write(group, about, words, actor.display_name, leads=True, now=now)
    note(actor, Action.RUN_GROUP, group_id, "posted")
    return str(group_id)


def post_as_member(
    actor: Actor, group_id: UUID, about: About, words: str, *, now: datetime
) -> None:
    """Write on the board as a citizen who is in the group. Raises NotFound for anybody else, and
    BoardClosed.
    """
    group = group_queries.lock_group(group_id)
    if actor.person_id is None:
        raise NotFound
    authorise(actor, Action.SEE_OWN_GROUPS, Reach(people=frozenset({actor.person_id})))
    row = active_row_of(group_id, actor.person_id)
    citizen = get_citizen(actor.person_id)
    _write(group, about, words, citizen.first_name, leads=False, now=now)
    audit.record(
        actor, Action.SEE_OWN_GROUPS, "group_place", row.id, citizens=[citizen.id], what="posted"
    )


def _write(
    group: SupportGroup, about: About, words: str, writer: str, *, leads: bool, now: datetime
) -> None:
    is_on = may_write(Board(group.board), leads=leads) and group.state != State.ENDED
    if not is_on or not is_minded(queries.minded(), now):
        raise BoardClosed
    row_id = new_id()
    db.session.add(
        GroupPost(
            id=row_id,
            group_id=group.id,
            kind=about,
            words_sealed=sealed(group, row_id, "words", words),
            writer_sealed=sealed(group, row_id, "writer", writer or "?"),
            written_at=now,
        )
    )
    db.session.flush()


def take_down(actor: Actor, post_id: UUID, *, now: datetime) -> str:
    """Take a message off the board and return the group's id. Raises NotFound."""
    row = queries.get_post(post_id)
    led(actor, row.group_id, now)
    db.session.delete(row)
    db.session.flush()
    note(actor, Action.RUN_GROUP, row.group_id, "taken_down")
    return str(row.group_id)


def forget_post(post_id: UUID, *, now: datetime) -> str | None:
    """Delete a message that has stood for two weeks, and return its id."""
    row = queries.get_post(post_id)
    if not is_gone(row.written_at, now):
        return None
    db.session.delete(row)
    db.session.flush()
    return str(post_id)
