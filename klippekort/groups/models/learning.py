"""Tables of what is learnt from groups and about the need for them: counts, codes, sealed words."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Date,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    SmallInteger,
    String,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.orm import Mapped, mapped_column

from klippekort.groups.models.groups import TO_GROUP, TO_MEETING
from klippekort.platform.db import Model, UTCDateTime
from klippekort.platform.tenancy import MunicipalityOwned


class GroupNote(MunicipalityOwned, Model):
    """What a facilitator wrote on how the group works, sealed; it concerns no citizen."""

    group_id: Mapped[UUID] = mapped_column(Uuid)
    words_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    written_at: Mapped[datetime] = mapped_column(UTCDateTime)
    written_by: Mapped[UUID | None] = mapped_column(Uuid)
    __table_args__ = (
        Index(None, "municipality_id", "group_id"),
        ForeignKeyConstraint(["municipality_id", "group_id"], TO_GROUP),
    )


class GroupEvaluation(MunicipalityOwned, Model):
    """One tap on how a meeting was; nobody is asked who tapped."""

    group_id: Mapped[UUID] = mapped_column(Uuid)
    meeting_id: Mapped[UUID] = mapped_column(Uuid)
    answer: Mapped[str] = mapped_column(String(10))
    given_on: Mapped[date] = mapped_column(Date)
    __table_args__ = (
        CheckConstraint("answer in ('well','so_so','badly')", name="known_answer"),
        Index(None, "municipality_id", "group_id"),
        ForeignKeyConstraint(["municipality_id", "group_id"], TO_GROUP),
        ForeignKeyConstraint(["municipality_id", "meeting_id"], TO_MEETING),
    )


class GroupLeaving(MunicipalityOwned, Model):
    """That somebody left a group, why, and after how many meetings: never who."""

    group_id: Mapped[UUID] = mapped_column(Uuid)
    reason: Mapped[str] = mapped_column(String(20))
    after_meeting: Mapped[int] = mapped_column(SmallInteger)
    left_on: Mapped[date] = mapped_column(Date)
    __table_args__ = (
        Index(None, "municipality_id", "group_id"),
        ForeignKeyConstraint(["municipality_id", "group_id"], TO_GROUP),
    )


class GroupProposal(MunicipalityOwned, Model):
    """What a group asks of the service, by when it is answered, and the answer, both sealed."""

    group_id: Mapped[UUID] = mapped_column(Uuid)
    kind: Mapped[str] = mapped_column(String(12))
    words_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    owner_id: Mapped[UUID | None] = mapped_column(Uuid)
    answer_by: Mapped[date] = mapped_column(Date)
    answer_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    __table_args__ = (
        CheckConstraint("kind in ('activity','ride','request')", name="known_kind"),
        CheckConstraint(
            "(answer_sealed is null) = (answered_at is null)", name="answered_with_words"
        ),
        Index(None, "municipality_id", "group_id"),
        ForeignKeyConstraint(["municipality_id", "group_id"], TO_GROUP),
    )


class GroupNeed(MunicipalityOwned, Model):
    """One person's three answers on what would help; codes alone, and nobody's name."""

    theme: Mapped[str] = mapped_column(String(20))
    company: Mapped[str] = mapped_column(String(12))
    hindrance: Mapped[str] = mapped_column(String(12))
    how: Mapped[str] = mapped_column(String(10))
    language: Mapped[str] = mapped_column(String(8), default="da", server_default="da")
    answered_on: Mapped[date] = mapped_column(Date)
    __table_args__ = (
        Index(None, "municipality_id", "answered_on"),
        ForeignKeyConstraint(["municipality_id"], ["municipality.id"]),
    )


class GroupReply(MunicipalityOwned, Model):
    """One answer to the short form after some meetings or at the end; nobody is asked who."""

    group_id: Mapped[UUID] = mapped_column(Uuid)
    meeting_id: Mapped[UUID] = mapped_column(Uuid)
    welcome: Mapped[str] = mapped_column(String(8))
    gain: Mapped[str] = mapped_column(String(8))
    going_on: Mapped[str] = mapped_column(String(8))
    words_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    given_on: Mapped[date] = mapped_column(Date)
    __table_args__ = (
        CheckConstraint(
            "welcome in ('yes','partly','no') and gain in ('yes','partly','no')"
            " and going_on in ('yes','partly','no')",
            name="known_answers",
        ),
        Index(None, "municipality_id", "group_id"),
        ForeignKeyConstraint(["municipality_id", "group_id"], TO_GROUP),
        ForeignKeyConstraint(["municipality_id", "meeting_id"], TO_MEETING),
    )


class GroupChange(MunicipalityOwned, Model):
    """What was changed because a group said so, in sealed words: shown to those who said it."""

    group_id: Mapped[UUID] = mapped_column(Uuid)
    words_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    told_at: Mapped[datetime] = mapped_column(UTCDateTime)
    __table_args__ = (
        Index(None, "municipality_id", "group_id"),
        ForeignKeyConstraint(["municipality_id", "group_id"], TO_GROUP),
    )


class GroupMilestone(MunicipalityOwned, Model):
    """A milestone that a group was asked about: whether it wants to mark it."""

    group_id: Mapped[UUID] = mapped_column(Uuid)
    milestone: Mapped[str] = mapped_column(String(20))
    is_marked: Mapped[bool] = mapped_column(Boolean)
    asked_on: Mapped[date] = mapped_column(Date)
    __table_args__ = (
        UniqueConstraint("municipality_id", "group_id", "milestone"),
        ForeignKeyConstraint(["municipality_id", "group_id"], TO_GROUP),
    )
