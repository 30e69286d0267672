"""Reading week letters: who gets one, which are made, and the pile they lie in."""

from base64 import b64decode, b64encode
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select

from klippekort.citizens.queries import address_of, list_citizens
from klippekort.domain.calendar import day_span
from klippekort.domain.errors import NotFound
from klippekort.domain.messages.channels import Channel, Purpose
from klippekort.domain.trips import ACTIVE
from klippekort.messages.models import MessageChoice
from klippekort.messages.queries import CITIZEN
from klippekort.papers.models import WeekLetter, WeekPart, WeekRun
from klippekort.platform.db import db
from klippekort.platform.gone import is_gone
from klippekort.platform.keys import Place, keys
from klippekort.trips.queries.trips import TripRow, trips_between

# Whoever wants one of these by letter reads on paper; the week letter tells all three.
TOLD = (Purpose.REMINDER, Purpose.OFFERS, Purpose.LAPSE)
SHOWN = 20


@dataclass(frozen=True)
class Readers:
    """Who gets a week letter: those who can be written to, and those with no address to write to.

    Both are in Danish order; who has one for the week already is in neither.
    """

    with_address: tuple[UUID, ...]
    without: tuple[UUID, ...]


def readers(week_on: date) -> Readers:
    """Return who has chosen paper and has no letter about the week yet."""
    chosen = select(MessageChoice.recipient_id).where(
        MessageChoice.recipient_kind == CITIZEN,
        MessageChoice.channel == Channel.LETTER.value,
        MessageChoice.purpose.in_([one.value for one in TOLD]),
    )
    made = select(WeekLetter.citizen_id).where(WeekLetter.week_on == week_on)
    wanted = set(db.session.scalars(chosen)) - set(db.session.scalars(made))
    here = [one for one in list_citizens(wanted) if not is_gone(one.id)] if wanted else []
    reached = {one.id for one in here if address_of(one) and (one.town or one.postcode)}
    return Readers(
        tuple(one.id for one in here if one.id in reached),
        tuple(one.id for one in here if one.id not in reached),
    )


def get_run(run_id: UUID) -> WeekRun:
    """Return a making of letters to look at. Raises NotFound."""
    row = db.session.scalars(select(WeekRun).filter_by(id=run_id)).one_or_none()
    if row is None:
        raise NotFound
    return row


def lock_run(run_id: UUID) -> WeekRun:
    """Return a making nobody else can change before this transaction ends. Raises NotFound."""
    found = select(WeekRun).filter_by(id=run_id).with_for_update()
    fresh = found.execution_options(populate_existing=True)
    row = db.session.scalars(fresh).one_or_none()
    if row is None:
        raise NotFound
    return row


def runs() -> Sequence[WeekRun]:
    """Return the latest makings, the newest first."""
    found = select(WeekRun).order_by(WeekRun.made_at.desc(), WeekRun.id)
    return db.session.scalars(found.limit(SHOWN)).all()


def runs_of(week_on: date) -> int:
    """Return how many times letters about a week were made."""
    found = select(func.count(WeekRun.id)).filter_by(week_on=week_on)
    return db.session.scalar(found) or 0


def left_behind(now: datetime) -> Sequence[UUID]:
    """Return the makings that nobody works on any more, the oldest first."""
    found = select(WeekRun.id).filter_by(state="making")
    free = found.where((WeekRun.claimed_until.is_(None)) | (WeekRun.claimed_until < now))
    return db.session.scalars(free.order_by(WeekRun.made_at)).all()


def run_that_makes(week_on: date, citizen_id: UUID) -> UUID | None:
    """Return the making in which a citizen's letter still waits to be made, or None."""
    found = select(WeekLetter.run_id).filter_by(week_on=week_on, citizen_id=citizen_id, part=None)
    return db.session.scalars(found).one_or_none()


def left_to_make(run_id: UUID, most: int) -> list[UUID]:
    """Return the next citizens of a making whose letters are not made, in their order."""
    found = select(WeekLetter.citizen_id).filter_by(run_id=run_id, part=None)
    return list(db.session.scalars(found.order_by(WeekLetter.place).limit(most)))


def next_part(run_id: UUID) -> int:
    """Return the number of the next piece of a pile, from one."""
    found = select(func.max(WeekPart.number)).filter_by(run_id=run_id)
    return (db.session.scalar(found) or 0) + 1


def citizens_of(run_id: UUID) -> Sequence[UUID]:
    """Return whose letters lie in a pile."""
    found = select(WeekLetter.citizen_id).filter_by(run_id=run_id)
    made = found.where(WeekLetter.part.is_not(None))
    return db.session.scalars(made.order_by(WeekLetter.place)).all()


def parts_of(run_id: UUID) -> list[bytes]:
    """Return the pieces of a pile in order. Raises NotFound once they are let go of."""
    found = select(WeekPart).filter_by(run_id=run_id).order_by(WeekPart.number)
    rows = db.session.scalars(found).all()
    if not rows or any(row.pdf_sealed is None for row in rows):
        raise NotFound
    return [unsealed(row) for row in rows]


def is_forgotten(run_id: UUID) -> bool:
    """Say whether a pile cannot be printed any more."""
    found = select(WeekPart.id).filter_by(run_id=run_id)
    kept = found.where(WeekPart.pdf_sealed.is_not(None))
    return db.session.scalars(kept.limit(1)).first() is None


def _place(part: WeekPart) -> Place:
    return Place(part.municipality_id, part.id, "pdf")


def sealed(part: WeekPart, drawn: bytes) -> bytes:
    """Return a piece of a pile as it is stored."""
    return keys().seal_secret(b64encode(drawn).decode(), _place(part))


def unsealed(part: WeekPart) -> bytes:
    """Return a piece of a pile as it is printed."""
    return b64decode(keys().unseal_secret(part.pdf_sealed or b"", _place(part)))


def old_parts(before: datetime) -> Sequence[UUID]:
    """Return the pieces made before then that are still kept."""
    found = select(WeekPart.id).where(WeekPart.made_at < before, WeekPart.pdf_sealed.is_not(None))
    return db.session.scalars(found.limit(100)).all()


def trips_of_week(week_on: date, citizen_ids: Collection[UUID]) -> dict[UUID, list[TripRow]]:
    """Return the trips that await these citizens in a week, by time."""
    from_at, to_at = day_span(week_on)[0], day_span(week_on + timedelta(days=6))[1]
    found: dict[UUID, list[TripRow]] = {citizen_id: [] for citizen_id in citizen_ids}
    for row in trips_between(from_at, to_at):
        if row.citizen_id in found and row.state in ACTIVE:
            found[row.citizen_id].append(row)
    return found
