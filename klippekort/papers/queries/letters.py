"""Reading letters of the law: one, those that rest, wait, are sent and filed."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select

from klippekort.citizens.models import Absence
from klippekort.domain.errors import NotFound
from klippekort.papers.models import LawLetter, LetterBatch
from klippekort.platform.db import db
from klippekort.punchcards.models import Grant, PunchCard, Scheme

SHOWN = 100


def find_letter(cause: str) -> LawLetter | None:
    """Return the letter with this meaning, or None."""
    return db.session.scalars(select(LawLetter).filter_by(cause=cause)).one_or_none()


def with_cause(beginning: str) -> Sequence[LawLetter]:
    """Return the letters whose meaning begins like this."""
    found = select(LawLetter).where(LawLetter.cause.startswith(beginning, autoescape=True))
    return db.session.scalars(found.order_by(LawLetter.id)).all()


def absences_over(first: date, last: date) -> Sequence[Absence]:
    """Return the absences whose last day lies between two days, both included."""
    found = select(Absence).where(Absence.until_on >= first, Absence.until_on <= last)
    return db.session.scalars(found.order_by(Absence.until_on, Absence.id)).all()


def get_absence(absence_id: UUID) -> Absence:
    """Return an absence. Raises NotFound."""
    row = db.session.scalars(select(Absence).filter_by(id=absence_id)).one_or_none()
    if row is None:
        raise NotFound
    return row


def get_letter(letter_id: UUID) -> LawLetter:
    """Return a letter to look at. Raises NotFound."""
    row = db.session.scalars(select(LawLetter).filter_by(id=letter_id)).one_or_none()
    if row is None:
        raise NotFound
    return row


def lock_letter(letter_id: UUID) -> LawLetter:
    """Return a letter nobody else can change before this transaction ends. Raises NotFound."""
    found = select(LawLetter).filter_by(id=letter_id).with_for_update()
    fresh = found.execution_options(populate_existing=True)
    row = db.session.scalars(fresh).one_or_none()
    if row is None:
        raise NotFound
    return row


def latest(limit: int = SHOWN) -> Sequence[LawLetter]:
    """Return the newest letters, the newest first."""
    found = select(LawLetter).order_by(LawLetter.made_at.desc(), LawLetter.id)
    return db.session.scalars(found.limit(limit)).all()


def of_citizen(citizen_id: UUID) -> Sequence[LawLetter]:
    """Return a citizen's letters, the newest first."""
    found = select(LawLetter).filter_by(citizen_id=citizen_id)
    return db.session.scalars(found.order_by(LawLetter.made_at.desc(), LawLetter.id)).all()


def rested(now: datetime) -> Sequence[UUID]:
    """Return the letters that have rested, the oldest first."""
    found = select(LawLetter.id).filter_by(state="resting").where(LawLetter.due_at <= now)
    return db.session.scalars(found.order_by(LawLetter.due_at, LawLetter.id)).all()


def to_file(now: datetime) -> Sequence[UUID]:
    """Return the letters that are due to be laid in the filing folder."""
    found = select(LawLetter.id).filter_by(filing="waiting")
    due = found.where(LawLetter.filing_due_at <= now)
    return db.session.scalars(due.order_by(LawLetter.filing_due_at, LawLetter.id)).all()


def counts() -> dict[str, int]:
    """Return how many letters stand where: by state, by filing, and `print` for those on paper that
    nobody has printed.
    """
    found = dict.fromkeys(("resting", "sent", "stopped", "none", "waiting", "filed", "failed"), 0)
    for column in (LawLetter.state, LawLetter.filing):
        rows = db.session.execute(select(column, func.count(LawLetter.id)).group_by(column))
        for name, count in rows:
            found[name] = count
    found["print"] = len(to_print())
    return found


def in_trouble() -> Sequence[LawLetter]:
    """Return the letters that could not be filed, or not yet, the oldest first."""
    found = select(LawLetter).where(
        (LawLetter.filing == "failed") | LawLetter.filing_error.is_not(None),
        LawLetter.filing != "filed",
    )
    return db.session.scalars(found.order_by(LawLetter.made_at, LawLetter.id).limit(SHOWN)).all()


def to_print() -> Sequence[LawLetter]:
    """Return the letters that go by paper and are in no pile, those to one person side by side."""
    found = select(LawLetter).filter_by(state="sent", how="paper", pile_id=None)
    return db.session.scalars(found.order_by(LawLetter.citizen_id, LawLetter.id)).all()


def pile(pile_id: UUID) -> Sequence[LawLetter]:
    """Return the letters of one pile. Raises NotFound."""
    found = select(LawLetter).filter_by(pile_id=pile_id)
    rows = db.session.scalars(found.order_by(LawLetter.citizen_id, LawLetter.id)).all()
    if not rows:
        raise NotFound
    return rows


def piles() -> list[tuple[UUID, datetime, int]]:
    """Return the latest piles: id, when it was printed, how many."""
    printed, count = func.min(LawLetter.printed_at), func.count(LawLetter.id)
    found = (
        select(LawLetter.pile_id, printed, count)
        .where(LawLetter.pile_id.is_not(None))
        .group_by(LawLetter.pile_id)
        .order_by(printed.desc())
        .limit(10)
    )
    return [(one, at, number) for one, at, number in db.session.execute(found) if one and at]


def get_batch(batch_id: UUID) -> LetterBatch:
    """Return a batch to look at. Raises NotFound."""
    row = db.session.scalars(select(LetterBatch).filter_by(id=batch_id)).one_or_none()
    if row is None:
        raise NotFound
    return row


def lock_batch(batch_id: UUID) -> LetterBatch:
    """Return a batch nobody else can change before this transaction ends. Raises NotFound."""
    found = select(LetterBatch).filter_by(id=batch_id).with_for_update()
    fresh = found.execution_options(populate_existing=True)
    row = db.session.scalars(fresh).one_or_none()
    if row is None:
        raise NotFound
    return row


def find_batch(version_id: UUID, kind: str = "change") -> LetterBatch | None:
    """Return the batch that tells of a version of terms, or of a pause, or None."""
    found = select(LetterBatch).filter_by(version_id=version_id, kind=kind)
    return db.session.scalars(found).one_or_none()


def batches() -> Sequence[tuple[LetterBatch, str]]:
    """Return the latest batches with the name of their scheme, the newest first."""
    found = select(LetterBatch, Scheme.name).join(Scheme, Scheme.id == LetterBatch.scheme_id)
    found = found.where(LetterBatch.state != "stopped")
    rows = db.session.execute(found.order_by(LetterBatch.made_at.desc()).limit(SHOWN))
    return [(batch, name) for batch, name in rows]


def cards_told(scheme_id: UUID, from_on: date) -> Sequence[tuple[UUID, UUID]]:
    """Return the cards that run under a scheme on a day, with whose they are."""
    runs = select(Grant.card_id).where(
        (Grant.until_on.is_(None)) | (Grant.until_on >= from_on), Grant.from_on <= from_on
    )
    found = (
        select(PunchCard.id, PunchCard.citizen_id)
        .filter_by(scheme_id=scheme_id, closed_on=None)
        .where(PunchCard.id.in_(runs))
        .order_by(PunchCard.citizen_id)
    )
    return [(card_id, citizen_id) for card_id, citizen_id in db.session.execute(found)]


def letters_of_batch(batch_id: UUID) -> Sequence[LawLetter]:
    """Return the letters of a batch."""
    found = select(LawLetter).filter_by(batch_id=batch_id)
    return db.session.scalars(found.order_by(LawLetter.citizen_id)).all()
