"""Tables of what people think, and of the municipality's own clocks for it."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    SmallInteger,
    String,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.orm import Mapped, mapped_column

from klippekort.platform.db import Model, UTCDateTime
from klippekort.platform.tenancy import MunicipalityOwned


class Feedback(MunicipalityOwned, Model):
    """What somebody said, and what became of it.

    The words, how they are reached, the answer and what changed are sealed under a key of its own;
    `forgotten_at` is when all of that was deleted. `said` and `did` are what everybody may read.
    """

    kind: Mapped[str] = mapped_column(String(12))
    channel: Mapped[str] = mapped_column(String(12))
    received_on: Mapped[date] = mapped_column(Date)
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    recorded_by: Mapped[UUID | None] = mapped_column(Uuid)
    citizen_id: Mapped[UUID | None] = mapped_column(Uuid)
    owner_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    wants_answer: Mapped[bool] = mapped_column(Boolean)
    wrapped_key: Mapped[bytes] = mapped_column(LargeBinary)
    words_encrypted: Mapped[bytes | None] = mapped_column(LargeBinary)
    contact_encrypted: Mapped[bytes | None] = mapped_column(LargeBinary)
    answer_encrypted: Mapped[bytes | None] = mapped_column(LargeBinary)
    change_encrypted: Mapped[bytes | None] = mapped_column(LargeBinary)
    acknowledge_by: Mapped[date | None] = mapped_column(Date)
    answer_by: Mapped[date] = mapped_column(Date)
    acknowledged_on: Mapped[date | None] = mapped_column(Date)
    answered_on: Mapped[date | None] = mapped_column(Date)
    closed_on: Mapped[date | None] = mapped_column(Date)
    outcome: Mapped[str | None] = mapped_column(String(12))
    passed_to: Mapped[str | None] = mapped_column(String(120))
    passed_on: Mapped[date | None] = mapped_column(Date)
    said: Mapped[str | None] = mapped_column(String(300))
    did: Mapped[str | None] = mapped_column(String(500))
    published_on: Mapped[date | None] = mapped_column(Date)
    forgotten_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    __table_args__ = (
        Index(None, "municipality_id", "closed_on"),
        Index(None, "municipality_id", "received_on"),
        Index(None, "municipality_id", "published_on"),
        CheckConstraint("kind in ('praise','idea','problem','complaint')", name="known_kind"),
        CheckConstraint(
            "channel in ('page','own_page','slip','phone','helper')", name="known_channel"
        ),
        CheckConstraint(
            "(kind = 'complaint') = (acknowledge_by is not null)", name="complaints_have_two_clocks"
        ),
        CheckConstraint("(closed_on is null) = (outcome is null)", name="closed_with_an_outcome"),
        CheckConstraint(
            "outcome in ('changed','explained','passed_on','nothing')", name="known_outcome"
        ),
        CheckConstraint("(passed_to is null) = (passed_on is null)", name="passed_to_somebody"),
        CheckConstraint(
            "published_on is null or (said is not null and did is not null)",
            name="published_in_words",
        ),
        CheckConstraint(
            "forgotten_at is null or (words_encrypted is null and contact_encrypted is null "
            "and answer_encrypted is null and change_encrypted is null)",
            name="forgotten_without_words",
        ),
        ForeignKeyConstraint(["municipality_id"], ["municipality.id"]),
        ForeignKeyConstraint(
            ["municipality_id", "citizen_id"], ["citizen.municipality_id", "citizen.id"]
        ),
    )


class FeedbackSettings(MunicipalityOwned, Model):
    """A municipality's own clocks in office days, who looks first, and its words on complaints."""

    answer_days: Mapped[int] = mapped_column(SmallInteger)
    acknowledge_days: Mapped[int] = mapped_column(SmallInteger)
    complaint_days: Mapped[int] = mapped_column(SmallInteger)
    forget_days: Mapped[int] = mapped_column(SmallInteger)
    owner_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    guidance: Mapped[str] = mapped_column(String(1000))
    __table_args__ = (
        UniqueConstraint("municipality_id"),
        CheckConstraint(
            "answer_days between 1 and 60 and acknowledge_days between 1 and 60 "
            "and complaint_days between 1 and 120 and forget_days between 30 and 1825",
            name="clocks_within_reason",
        ),
        ForeignKeyConstraint(["municipality_id"], ["municipality.id"]),
    )
