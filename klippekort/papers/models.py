"""Tables of what goes out on paper: letters of the law, week letters, slips that come back."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Date,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.orm import Mapped, mapped_column

from klippekort.platform.db import Json, Model, UTCDateTime
from klippekort.platform.tenancy import MunicipalityOwned


def _of(table: str, column: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["municipality_id", column], [f"{table}.municipality_id", f"{table}.id"]
    )


class PaperRules(MunicipalityOwned, Model):
    """What a municipality has decided about its letters: where they are filed, and who takes
    complaints.
    """

    kle: Mapped[str | None] = mapped_column(String(12))
    complaint_to: Mapped[str] = mapped_column(String(300))
    signed_by: Mapped[str] = mapped_column(String(120))
    week_letters: Mapped[bool] = mapped_column(Boolean)
    __table_args__ = (
        UniqueConstraint("municipality_id"),
        ForeignKeyConstraint(["municipality_id"], ["municipality.id"]),
    )


class LetterWording(MunicipalityOwned, Model):
    """A municipality's own words for one part of its letters of the law, in place of ours."""

    part: Mapped[str] = mapped_column(String(40))
    text: Mapped[str] = mapped_column(Text)
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    changed_by: Mapped[UUID | None] = mapped_column(Uuid)
    __table_args__ = (
        UniqueConstraint("municipality_id", "part"),
        ForeignKeyConstraint(["municipality_id"], ["municipality.id"]),
    )


class LetterBatch(MunicipalityOwned, Model):
    """Letters that tell everybody under a scheme of its new terms, or that it stands still, or runs
    again: seen first, then sent.

    `version_id` names the terms, or the pause; a draft has no letters yet.
    """

    scheme_id: Mapped[UUID] = mapped_column(Uuid)
    version_id: Mapped[UUID] = mapped_column(Uuid)
    kind: Mapped[str] = mapped_column(String(12), default="change", server_default="change")
    from_on: Mapped[date] = mapped_column(Date)
    state: Mapped[str] = mapped_column(String(10), default="draft")
    reason: Mapped[str] = mapped_column(Text, default="")
    count: Mapped[int] = mapped_column(Integer, default=0)
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    sent_by: Mapped[UUID | None] = mapped_column(Uuid)
    due_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    __table_args__ = (
        CheckConstraint("state in ('draft','sent','stopped')", name="known_state"),
        CheckConstraint("kind in ('change','pause','resume')", name="known_kind"),
        UniqueConstraint("municipality_id", "version_id", "kind"),
        _of("scheme", "scheme_id"),
    )


class LawLetter(MunicipalityOwned, Model):
    """A letter of the law to one citizen; `cause` says what it means, so it is written once.

    What it says is settled when it is written, and sealed. It rests until `due_at`, so that it can
    be stopped. From then on it is sent `how` (paper or digital_post), printed in a pile where it
    goes by paper, and laid in the filing folder: `filing` is waiting, filed or failed, or none
    where nothing is filed. `digest` is that of the PDF in the folder.
    """

    cause: Mapped[str] = mapped_column(String(120))
    citizen_id: Mapped[UUID] = mapped_column(Uuid)
    card_id: Mapped[UUID | None] = mapped_column(Uuid)
    scheme_id: Mapped[UUID | None] = mapped_column(Uuid)
    batch_id: Mapped[UUID | None] = mapped_column(Uuid)
    kind: Mapped[str] = mapped_column(String(12))
    body_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    is_decision: Mapped[bool] = mapped_column(Boolean)
    can_complain: Mapped[bool] = mapped_column(Boolean)
    decided_on: Mapped[date] = mapped_column(Date)
    case_ref: Mapped[str] = mapped_column(String(60))
    kle: Mapped[str | None] = mapped_column(String(12))
    state: Mapped[str] = mapped_column(String(10), default="resting")
    how: Mapped[str | None] = mapped_column(String(12))
    provider_ref: Mapped[str | None] = mapped_column(String(120))
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    made_by: Mapped[UUID | None] = mapped_column(Uuid)
    due_at: Mapped[datetime] = mapped_column(UTCDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    attempts: Mapped[int] = mapped_column(SmallInteger, default=0)
    error: Mapped[str | None] = mapped_column(String(40))
    pile_id: Mapped[UUID | None] = mapped_column(Uuid)
    printed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    filing: Mapped[str] = mapped_column(String(8), default="none")
    filing_attempts: Mapped[int] = mapped_column(SmallInteger, default=0)
    filing_due_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    filing_error: Mapped[str | None] = mapped_column(String(40))
    file_name: Mapped[str | None] = mapped_column(String(160))
    digest: Mapped[str | None] = mapped_column(String(64))
    filed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    __table_args__ = (
        CheckConstraint(
            "kind in ('grant','decline','cut','end','change','pause','resume')", name="known_kind"
        ),
        CheckConstraint("state in ('resting','sent','stopped')", name="known_state"),
        CheckConstraint("how in ('paper','digital_post')", name="known_way"),
        CheckConstraint("filing in ('none','waiting','filed','failed')", name="known_filing"),
        CheckConstraint(
            "(filing = 'filed') = (filed_at is not null)", name="filed_when_it_says_so"
        ),
        UniqueConstraint("municipality_id", "cause"),
        Index(None, "municipality_id", "citizen_id"),
        Index(None, "municipality_id", "state", "due_at"),
        Index(None, "municipality_id", "filing", "filing_due_at"),
        Index(None, "municipality_id", "pile_id"),
        Index(None, "municipality_id", "batch_id"),
        _of("citizen", "citizen_id"),
        _of("punch_card", "card_id"),
        _of("scheme", "scheme_id"),
        _of("letter_batch", "batch_id"),
    )


class WeekRun(MunicipalityOwned, Model):
    """One making of week letters. It is taken up again by anybody once `claimed_until` is over."""

    week_on: Mapped[date] = mapped_column(Date)
    state: Mapped[str] = mapped_column(String(8), default="making")
    expected: Mapped[int] = mapped_column(Integer)
    done: Mapped[int] = mapped_column(Integer, default=0)
    error: Mapped[str | None] = mapped_column(String(40))
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    made_by: Mapped[UUID | None] = mapped_column(Uuid)
    finished_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    claimed_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    claimed_by: Mapped[UUID | None] = mapped_column(Uuid)
    __table_args__ = (
        CheckConstraint("state in ('making','done','failed')", name="known_state"),
        CheckConstraint("done >= 0 and done <= expected", name="not_more_than_expected"),
        Index(None, "municipality_id", "week_on"),
        ForeignKeyConstraint(["municipality_id"], ["municipality.id"]),
    )


class WeekLetter(MunicipalityOwned, Model):
    """One citizen's letter about one week: there is never a second. `part` is the piece of the pile
    it lies in once it is made.
    """

    run_id: Mapped[UUID] = mapped_column(Uuid)
    week_on: Mapped[date] = mapped_column(Date)
    citizen_id: Mapped[UUID] = mapped_column(Uuid)
    place: Mapped[int] = mapped_column(Integer)
    part: Mapped[int | None] = mapped_column(Integer)
    __table_args__ = (
        UniqueConstraint("municipality_id", "week_on", "citizen_id"),
        Index(None, "municipality_id", "run_id", "part"),
        _of("week_run", "run_id"),
        _of("citizen", "citizen_id"),
    )


class WeekPart(MunicipalityOwned, Model):
    """A piece of a pile of week letters as PDF, sealed; it is let go of after some weeks."""

    run_id: Mapped[UUID] = mapped_column(Uuid)
    number: Mapped[int] = mapped_column(Integer)
    count: Mapped[int] = mapped_column(Integer)
    pdf_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    __table_args__ = (
        UniqueConstraint("municipality_id", "run_id", "number"),
        _of("week_run", "run_id"),
    )


class ReplySlip(MunicipalityOwned, Model):
    """A slip to tear off: what each box on it means, by the box's name.

    It is found by its code's keyed index. One that nobody has sent back by `answer_by`, and that
    asked for an answer, is called about.
    """

    code_index: Mapped[str] = mapped_column(String(64))
    citizen_id: Mapped[UUID] = mapped_column(Uuid)
    run_id: Mapped[UUID | None] = mapped_column(Uuid)
    boxes: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)
    state: Mapped[str] = mapped_column(String(8), default="open")
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    answer_by: Mapped[datetime] = mapped_column(UTCDateTime)
    ends_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ticked: Mapped[list[str] | None] = mapped_column(Json)
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    answered_by: Mapped[UUID | None] = mapped_column(Uuid)
    __table_args__ = (
        CheckConstraint("state in ('open','called','answered')", name="known_state"),
        CheckConstraint(
            "(state = 'answered') = (answered_at is not null)", name="answered_when_it_says_so"
        ),
        UniqueConstraint("municipality_id", "code_index"),
        Index(None, "municipality_id", "citizen_id"),
        Index(None, "municipality_id", "state", "answer_by"),
        _of("citizen", "citizen_id"),
        _of("week_run", "run_id"),
    )
