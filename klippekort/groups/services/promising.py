"""A group promises more than before, or becomes one with another that promises no less."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, update

from klippekort.citizens.models import Citizen
from klippekort.domain.calendar import local_day
from klippekort.domain.errors import NotFound
from klippekort.domain.groups.anonymity import (
    Anonymity,
    Kept,
    PromiseOnlyGrows,
    is_at_least,
    may_keep,
    purged_by,
)
from klippekort.domain.groups.life import State, Step, after
from klippekort.domain.groups.waiting import redrawn, stronger
from klippekort.domain.permissions import Action, Actor
from klippekort.groups.models import (
    GroupAttendance,
    GroupChange,
    GroupLeaving,
    GroupMember,
    GroupMemberCitizen,
    GroupProposal,
    GroupVisit,
    SupportGroup,
)
from klippekort.groups.queries import groups as queries
from klippekort.groups.queries.members import likenesses_of, rows_of
from klippekort.groups.queries.sealed import opened
from klippekort.groups.services.board import clear
from klippekort.groups.services.calling import forget_calls
from klippekort.groups.services.common import coordinated, likeness_of, note, sealed
from klippekort.groups.services.errors import (
    OtherLanguage,
    OtherPeople,
    OtherRules,
    OtherTheme,
    TooManyMembers,
)
from klippekort.groups.services.events import PromiseGrew
from klippekort.groups.services.filling import time_to_answer
from klippekort.groups.services.life import close
from klippekort.platform import events
from klippekort.platform.db import db
from klippekort.platform.ids import new_id

_Rows = Sequence[tuple[GroupMember, Citizen | None]]


def raise_anonymity(actor: Actor, group_id: UUID, to: Anonymity, *, now: datetime) -> str:
    """Let a group promise more, and delete what it may keep no longer; return its id.

    Every place is made anew under an id and a time of its own, so that nothing on record leads to
    it: the log holds for ever when a citizen asked and was taken in. Only the order of the line is
    kept, and whoever was offered a place has the whole time to answer once more. Raises
    PromiseOnlyGrows.
    """
    group = coordinated(actor, group_id)
    purged_by(Anonymity(group.anonymity), to)
    rows = rows_of(group_id)
    contacts = _contacts(group, rows)
    clear(group)
    if not may_keep(to, Kept.FIRST_NAME):
        db.session.execute(update(GroupVisit).filter_by(group_id=group_id).values(first_name=None))
    _blur_leavings(group_id, now)
    _drop(group_id)
    events.emit(PromiseGrew(group_id))
    group.anonymity, group.reports_attendance = to, False
    db.session.flush()
    _all_anew(group, rows, contacts, now)
    note(actor, Action.SET_UP_GROUP, group_id, "anonymity", to=to.value)
    return str(group_id)


def _contacts(group: SupportGroup, rows: _Rows) -> dict[UUID, str]:
    """Return how those who wait are reached, in clear, by their old ids."""
    return {row.id: opened(group, row.id, "contact", row.contact_sealed) or "" for row, _ in rows}


def _blur_leavings(group_id: UUID, now: datetime) -> None:
    """Let nobody tell by the day who left: reasons are counted on, as of today."""
    left = update(GroupLeaving).filter_by(group_id=group_id)
    db.session.execute(left.values(left_on=local_day(now)))


def _drop(group_id: UUID) -> None:
    """Delete all rows of a group's members."""
    mine = list(db.session.scalars(select(GroupMember.id).where(GroupMember.group_id == group_id)))
    forget_calls(*mine)
    db.session.execute(delete(GroupAttendance).where(GroupAttendance.member_id.in_(mine)))
    db.session.execute(delete(GroupMemberCitizen).filter_by(group_id=group_id))
    db.session.execute(delete(GroupMember).filter_by(group_id=group_id))


def _all_anew(group: SupportGroup, rows: _Rows, contacts: dict[UUID, str], now: datetime) -> None:
    """Make places anew under a group's promise as it is now, where it names no citizens.

    Those who are in it come in the order of their names, which tells nothing; those in line in the
    order of the line.
    """
    inside = [one for one in rows if one[0].state == "active"]
    in_line = [one for one in rows if one[0].state in ("waiting", "offered")]
    for row, citizen in sorted(inside, key=lambda one: _first_name(*one) or ""):
        _anew_inside(group, row, citizen, now)
    times = redrawn([row.asked_at for row, _ in in_line], now)
    there = likenesses_of(group.id)
    for (row, citizen), asked_at in zip(in_line, times, strict=True):
        contact = contacts[row.id]
        likeness = _likeness(group, contact)
        if likeness is None or likeness not in there:
            there.add(likeness)
            _anew_in_line(group, row, _first_name(row, citizen), contact, asked_at, now)
    db.session.flush()


def _first_name(row: GroupMember, citizen: Citizen | None) -> str | None:
    return row.first_name or (citizen.first_name if citizen is not None else None)


def _likeness(group: SupportGroup, contact: str) -> str | None:
    return likeness_of(group.municipality_id, group.id, contact) if contact else None


def _anew_inside(
    group: SupportGroup, row: GroupMember, citizen: Citizen | None, now: datetime
) -> None:
    level = Anonymity(group.anonymity)
    if not may_keep(level, Kept.MEMBERSHIP):
        group.counted_members += 1
        return
    db.session.add(
        GroupMember(
            id=new_id(),
            group_id=group.id,
            anonymity=level,
            first_name=_first_name(row, citizen),
            state="active",
            asked_at=now,
            rules_version=row.rules_version if row.group_id == group.id else _rules_version(group),
        )
    )


def _rules_version(group: SupportGroup) -> int | None:
    rules = queries.latest_rules(group.id)
    return rules.version if rules else None


def _anew_in_line(
    group: SupportGroup,
    row: GroupMember,
    first_name: str | None,
    contact: str,
    asked_at: datetime,
    now: datetime,
) -> None:
    level, row_id = Anonymity(group.anonymity), new_id()
    db.session.add(
        GroupMember(
            id=row_id,
            group_id=group.id,
            anonymity=level,
            first_name=first_name if may_keep(level, Kept.FIRST_NAME) else None,
            contact_sealed=sealed(group, row_id, "contact", contact),
            likeness=_likeness(group, contact),
            source=row.source,
            outcome=row.outcome,
            not_before_on=row.not_before_on,
            state=row.state,
            asked_at=asked_at,
            answer_by=time_to_answer(group, now) if row.state == "offered" else None,
            lapses=row.lapses,
        )
    )


def merge(
    actor: Actor,
    from_id: UUID,
    into_id: UUID,
    *,
    is_sure: bool = False,
    have_promised: bool = False,
    now: datetime,
) -> str:
    """Let a group become part of another, which ends it, and return the other's id.

    Nobody is promised less than before: the other keeps all secret that this one does. Who is in
    both is there once, in the better of the two places. What this group asked for, the answers and
    what was changed are the other's from now on. Numbers are shared with nobody new until
    they have been asked. Raises PromiseOnlyGrows, TooManyMembers, WrongState, NotFound for a group
    and itself; OtherTheme, OtherLanguage and OtherPeople unless `is_sure`; OtherRules for members
    who know other ground rules, unless they `have_promised` to keep these.
    """
    if from_id == into_id:
        raise NotFound
    first, second = sorted((from_id, into_id))
    both = {one: coordinated(actor, one) for one in (first, second)}
    source, target = both[from_id], both[into_id]
    after(State(source.state), Step.END)
    after(State(target.state), Step.END)
    if not is_at_least(Anonymity(target.anonymity), Anonymity(source.anonymity)):
        raise PromiseOnlyGrows
    _check_alike(source, target, is_sure=is_sure, have_promised=have_promised)
    _check_size(source, target)
    if target.anonymity != source.anonymity:
        events.emit(PromiseGrew(from_id))
        _blur_leavings(from_id, now)
    _bring_over(source, target, now)
    _bring_what_was_asked(source, target)
    close(actor, source, "merged", now)
    note(actor, Action.SET_UP_GROUP, from_id, "merged", into=into_id)
    return str(into_id)


def _check_alike(
    source: SupportGroup, target: SupportGroup, *, is_sure: bool, have_promised: bool
) -> None:
    """Refuse what nobody has said is meant."""
    if source.theme != target.theme and not is_sure:
        raise OtherTheme
    if source.language != target.language and not is_sure:
        raise OtherLanguage
    if _is_for(source) != _is_for(target) and not is_sure:
        raise OtherPeople
    theirs, ours = queries.latest_rules(source.id), queries.latest_rules(target.id)
    has_people = queries.count_of(source).active > 0
    differ = (theirs.text if theirs else "") != (ours.text if ours else "")
    if has_people and differ and not have_promised:
        raise OtherRules


def _is_for(group: SupportGroup) -> tuple[str | None, int | None, int | None]:
    return group.relation, group.youngest, group.oldest


def _check_size(source: SupportGroup, target: SupportGroup) -> None:
    twice = len(_with_a_place(source.id) & _with_a_place(target.id))
    count, other = queries.count_of(target), queries.count_of(source)
    together = count.active + count.offered + other.active + other.offered - twice
    if together > target.largest:
        raise TooManyMembers(together, target.largest)


def _with_a_place(group_id: UUID) -> set[UUID]:
    """Return the citizens who are in a group, or are offered a place in it."""
    return {
        citizen.id
        for row, citizen in rows_of(group_id)
        if citizen is not None and row.state in ("active", "offered")
    }


def _bring_over(source: SupportGroup, target: SupportGroup, now: datetime) -> None:
    """Let everybody who has a place here have one there, and nobody two."""
    rows = rows_of(source.id)
    contacts = _contacts(source, rows)
    _drop(source.id)
    target.counted_members += source.counted_members
    source.counted_members = 0
    if target.anonymity == Anonymity.NAMED:
        _bring_by_name(target, rows, contacts)
    else:
        _all_anew(target, rows, contacts, now)


def _bring_what_was_asked(source: SupportGroup, target: SupportGroup) -> None:
    """Let those who asked for something read the answer, and what was changed, where they are."""
    for row in db.session.scalars(select(GroupProposal).filter_by(group_id=source.id)):
        row.answer_sealed = _under_key(source, target, row.id, "answer", row.answer_sealed)
        row.words_sealed = _under_key(source, target, row.id, "words", row.words_sealed)
        row.group_id = target.id
    for told in db.session.scalars(select(GroupChange).filter_by(group_id=source.id)):
        told.words_sealed = _under_key(source, target, told.id, "words", told.words_sealed)
        told.group_id = target.id
    db.session.flush()


def _under_key(
    source: SupportGroup, target: SupportGroup, row_id: UUID, column: str, words: bytes | None
) -> Any:
    """Return words sealed under one group's key sealed under the other's; none for no words."""
    return sealed(target, row_id, column, opened(source, row_id, column, words) or "")


def _bring_by_name(target: SupportGroup, rows: _Rows, contacts: dict[UUID, str]) -> None:
    there = {citizen.id: row for row, citizen in rows_of(target.id) if citizen is not None}
    known = likenesses_of(target.id)
    for row, citizen in rows:
        likeness = _likeness(target, contacts[row.id]) if row.likeness else None
        if row.state == "left" or (likeness is not None and likeness in known):
            continue
        if citizen is None or citizen.id not in there:
            _named_anew(target, row, citizen, contacts[row.id], likeness)
        elif stronger(row.state, there[citizen.id].state):
            _take_over(target, there[citizen.id], row)
    db.session.flush()


def _take_over(target: SupportGroup, known: GroupMember, row: GroupMember) -> None:
    """Let a citizen's place in the other group be what it was in this one."""
    known.state, known.answer_by, known.lapses = row.state, row.answer_by, row.lapses
    known.outcome, known.not_before_on = row.outcome, row.not_before_on
    known.joined_on, known.asked_at = row.joined_on, row.asked_at
    known.wants_measures, known.called_on = row.wants_measures, row.called_on
    known.rules_version = _rules_version(target) if row.state == "active" else None


def _named_anew(
    target: SupportGroup,
    row: GroupMember,
    citizen: Citizen | None,
    contact: str,
    likeness: str | None,
) -> None:
    row_id = new_id()
    db.session.add(
        GroupMember(
            id=row_id,
            group_id=target.id,
            anonymity=Anonymity.NAMED,
            first_name=row.first_name,
            contact_sealed=sealed(target, row_id, "contact", contact),
            likeness=likeness,
            source=row.source,
            outcome=row.outcome,
            not_before_on=row.not_before_on,
            state=row.state,
            asked_at=row.asked_at,
            answer_by=row.answer_by,
            lapses=row.lapses,
            joined_on=row.joined_on,
            rules_version=_rules_version(target) if row.state == "active" else None,
            wants_measures=row.wants_measures,
            called_on=row.called_on,
        )
    )
    db.session.flush()
    if citizen is not None:
        db.session.add(
            GroupMemberCitizen(member_id=row_id, group_id=target.id, citizen_id=citizen.id)
        )
