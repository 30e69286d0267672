"""Reading cases and what was noticed."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select

from klippekort.citizens.models import Citizen
from klippekort.citizens.queries.unsealing import unseal
from klippekort.courses.models import CourseTalk
from klippekort.domain.errors import NotFound
from klippekort.domain.outreach.cases import ASKED, Answer
from klippekort.outreach.models import OutreachAnswer, OutreachCase, OutreachNotice
from klippekort.platform.db import db
from klippekort.platform.keys import Place, keys

CaseRow = OutreachCase
"""A case as it is stored."""
NoticeRow = OutreachNotice
"""A notice as it is stored."""


def get_case(case_id: UUID) -> OutreachCase:
    """Return a case. Raises NotFound."""
    found = db.session.scalars(select(OutreachCase).filter_by(id=case_id)).one_or_none()
    if found is None:
        raise NotFound
    return found


def lock_case(case_id: UUID) -> OutreachCase:
    """Return a case nobody else can change before this transaction ends. Raises NotFound."""
    wanted = select(OutreachCase).filter_by(id=case_id).with_for_update()
    found = db.session.scalars(wanted.execution_options(populate_existing=True)).one_or_none()
    if found is None:
        raise NotFound
    return found


def find_open_case(citizen_id: UUID) -> OutreachCase | None:
    """Return the open case of a citizen, or None."""
    wanted = select(OutreachCase).filter_by(citizen_id=citizen_id, closed_on=None)
    return db.session.scalars(wanted).one_or_none()


def lock_notice(notice_id: UUID) -> OutreachNotice:
    """Return a notice nobody else can change before this transaction ends. Raises NotFound."""
    wanted = select(OutreachNotice).filter_by(id=notice_id).with_for_update()
    found = db.session.scalars(wanted.execution_options(populate_existing=True)).one_or_none()
    if found is None:
        raise NotFound
    return found


def notices_of(case_id: UUID) -> Sequence[OutreachNotice]:
    """Return what was noticed in a case, the oldest first."""
    wanted = select(OutreachNotice).filter_by(case_id=case_id)
    return db.session.scalars(wanted.order_by(OutreachNotice.recorded_at, OutreachNotice.id)).all()


def words_of(notice: OutreachNotice, citizen: Citizen | None) -> str | None:
    """Return a notice's words in clear, or None where there are none or they are forgotten.

    Raises InvalidTag when they were moved or changed.
    """
    if notice.words_sealed is None:
        return None
    if notice.citizen_id is None:
        return keys().unseal_secret(notice.words_sealed, place(notice, "words"))
    if citizen is None:
        return None
    return unseal(citizen, notice.id, "outreach_words", notice.words_sealed)


def about_of(notice: OutreachNotice) -> str | None:
    """Return whom a notice is about and how they are reached, as it was told, or None."""
    if notice.about_sealed is None:
        return None
    return keys().unseal_secret(notice.about_sealed, place(notice, "about"))


def teller_of(notice: OutreachNotice) -> str | None:
    """Return who told us and how they are reached, or None."""
    if notice.teller_sealed is None:
        return None
    return keys().unseal_secret(notice.teller_sealed, place(notice, "teller"))


def place(notice: OutreachNotice, column: str) -> Place:
    """Return where a sealed text of a notice belongs."""
    return Place(notice.municipality_id, notice.id, column)


def find_alike(likeness: str) -> OutreachNotice | None:
    """Return the notice with this fingerprint, or None."""
    return db.session.scalars(select(OutreachNotice).filter_by(likeness=likeness)).one_or_none()


def told_since(since: datetime) -> int:
    """Return how many told us of somebody on the public page since an instant."""
    wanted = select(func.count(OutreachNotice.id)).where(
        OutreachNotice.channel == "public", OutreachNotice.recorded_at >= since
    )
    return db.session.scalar(wanted) or 0


def answers_of(citizen_id: UUID) -> Sequence[OutreachAnswer]:
    """Return what a citizen has answered and what came of the list, the latest first."""
    wanted = select(OutreachAnswer).filter_by(citizen_id=citizen_id)
    latest = wanted.order_by(OutreachAnswer.recorded_at.desc(), OutreachAnswer.id.desc())
    return db.session.scalars(latest).all()


def no_until(citizen_id: UUID, today: date) -> date | None:
    """Return until when a citizen's no holds, or None where it does not hold today."""
    last = said_no(citizen_id, today)
    return None if last is None else last.until_on or date.max


def said_no(citizen_id: UUID, today: date) -> OutreachAnswer | None:
    """Return a citizen's no that holds today, or None; a yes after it takes it back."""
    wanted = select(OutreachAnswer).filter_by(citizen_id=citizen_id)
    wanted = wanted.where(OutreachAnswer.answer.in_([one.value for one in ASKED]))
    latest = wanted.order_by(OutreachAnswer.recorded_at.desc(), OutreachAnswer.id.desc())
    last = db.session.scalars(latest.limit(1)).first()
    if last is None or last.answer != Answer.NO:
        return None
    return last if today < (last.until_on or date.max) else None


def find_talk_no(citizen_id: UUID, through: date) -> OutreachAnswer | None:
    """Return the no a citizen gave in a talk on a day or before, while words of that talk are kept.

    A yes after it takes it back: then None.
    """
    said = [one for one in answers_of(citizen_id) if one.answer in (Answer.YES, Answer.NO)]
    last = said[0] if said else None
    if last is None or last.answer != Answer.NO or last.given_on > through:
        return None
    kept = select(CourseTalk.id).where(
        CourseTalk.citizen_id == citizen_id,
        CourseTalk.finished_at == last.recorded_at,
        CourseTalk.answers_sealed.is_not(None),
    )
    return last if db.session.scalars(kept).first() is not None else None
