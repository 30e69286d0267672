"""Reading the words that hosts and staff have said about guests."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from klippekort.activities.models import Activity, Occurrence, SignUp
from klippekort.citizens.models import Citizen
from klippekort.domain.errors import NotFound
from klippekort.domain.hosting import SEES_FOR, Word
from klippekort.hosting.models import HostWord
from klippekort.platform.db import db
from klippekort.platform.sorting import alphabetical
from klippekort.volunteers.models import Volunteer


@dataclass(frozen=True)
class WordLine:
    """A word about a citizen; `volunteer` is the host who said it, None where staff did."""

    id: UUID
    citizen_id: UUID
    called: str
    name: str
    activity: str
    volunteer: str | None
    word: Word
    said_at: datetime
    is_handled: bool


def find_word(
    occurrence_id: UUID, citizen_id: UUID, volunteer_id: UUID, word: Word
) -> HostWord | None:
    """Return the word if the host has said it of this day already, or None."""
    found = select(HostWord).filter_by(
        occurrence_id=occurrence_id, citizen_id=citizen_id, volunteer_id=volunteer_id, word=word
    )
    return db.session.scalars(found.limit(1)).first()


def said_at_date(occurrence_id: UUID, volunteer_id: UUID) -> dict[UUID, list[Word]]:
    """Return what a host has said of the guests of a date, by citizen."""
    found = select(HostWord).filter_by(occurrence_id=occurrence_id, volunteer_id=volunteer_id)
    said: dict[UUID, list[Word]] = {}
    for row in db.session.scalars(found.order_by(HostWord.said_at)):
        said.setdefault(row.citizen_id, []).append(Word(row.word))
    return said


def lock_word(word_id: UUID) -> HostWord:
    """Return a word nobody else can tick off before this transaction ends. Raises NotFound."""
    found = select(HostWord).filter_by(id=word_id).with_for_update()
    row = db.session.scalars(found).one_or_none()
    if row is None:
        raise NotFound
    return row


def words_of(citizen_id: UUID, limit: int = 50) -> list[WordLine]:
    """Return what was said of a citizen, both ways, the latest first."""
    return _lines(HostWord.citizen_id == citizen_id, limit=limit)


def open_words(limit: int = 100) -> list[WordLine]:
    """Return what hosts have said and nobody has ticked off, the latest first."""
    return _lines(HostWord.volunteer_id.is_not(None), HostWord.handled_at.is_(None), limit=limit)


def words_to_hosts(activity_ids: Collection[UUID], now: datetime) -> list[WordLine]:
    """Return what staff have said to the hosts of these activities in the last 14 days."""
    if not activity_ids:
        return []
    return _lines(
        HostWord.volunteer_id.is_(None),
        HostWord.activity_id.in_(activity_ids),
        HostWord.said_at > now - SEES_FOR,
        limit=20,
    )


def activities_of(citizen_id: UUID) -> Sequence[Activity]:
    """Return the activities that a citizen has or had a seat at, by title."""
    found = (
        select(Activity)
        .where(
            Activity.id.in_(
                select(Occurrence.activity_id)
                .join(SignUp, SignUp.occurrence_id == Occurrence.id)
                .where(SignUp.citizen_id == citizen_id)
            )
        )
        .order_by(alphabetical(Activity.title))
    )
    return db.session.scalars(found).all()


def _lines(*conditions: object, limit: int) -> list[WordLine]:
    found = (
        select(HostWord, Citizen, Activity.title, Volunteer.name)
        .join(Citizen, Citizen.id == HostWord.citizen_id)
        .join(Activity, Activity.id == HostWord.activity_id)
        .outerjoin(Volunteer, Volunteer.id == HostWord.volunteer_id)
        .where(*conditions)  # type: ignore[arg-type]
        .order_by(HostWord.said_at.desc(), HostWord.id)
        .limit(limit)
    )
    return [
        WordLine(
            row.id,
            citizen.id,
            citizen.called,
            citizen.name,
            title,
            volunteer,
            Word(row.word),
            row.said_at,
            row.handled_at is not None,
        )
        for row, citizen, title, volunteer in db.session.execute(found)
    ]
