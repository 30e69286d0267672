"""Tables of those who oversee: judged samples, holds, proofs of forgetting."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Date,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Uuid,
)
from sqlalchemy.orm import Mapped, mapped_column

from klippekort.platform.db import Model, UTCDateTime
from klippekort.platform.tenancy import MunicipalityOwned


class AuditCheck(MunicipalityOwned, Model):
    """How somebody judged a look that was drawn by lot. `seed` names the drawing."""

    line_id: Mapped[UUID] = mapped_column(Uuid)
    seed: Mapped[str] = mapped_column(String(40))
    outcome: Mapped[str] = mapped_column(String(20))
    judged_by: Mapped[UUID] = mapped_column(Uuid)
    judged_at: Mapped[datetime] = mapped_column(UTCDateTime)
    __table_args__ = (
        CheckConstraint("outcome in ('fits', 'ask', 'breach')", name="known_outcome"),
        Index(None, "municipality_id", "line_id"),
        ForeignKeyConstraint(
            ["municipality_id", "line_id"], ["audit_line.municipality_id", "audit_line.id"]
        ),
    )


class LegalHold(MunicipalityOwned, Model):
    """Nothing of a citizen is forgotten while it lasts: a case, a complaint, a claim.

    `reason` is a code. It ends by itself after `until_on`, or when it is lifted.
    """

    citizen_id: Mapped[UUID] = mapped_column(Uuid)
    reason: Mapped[str] = mapped_column(String(20))
    until_on: Mapped[date] = mapped_column(Date)
    placed_by: Mapped[UUID] = mapped_column(Uuid)
    placed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    lifted_by: Mapped[UUID | None] = mapped_column(Uuid)
    lifted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    __table_args__ = (
        Index(None, "municipality_id", "citizen_id"),
        ForeignKeyConstraint(
            ["municipality_id", "citizen_id"], ["citizen.municipality_id", "citizen.id"]
        ),
    )


class DeletionProof(MunicipalityOwned, Model):
    """What a run of a rule forgot: how many rows of which table, and the hash of their ids.

    `citizen_id` stands where the rule forgot one citizen, so that she can be forgotten anew after
    an older backup was put back.
    """

    rule: Mapped[str] = mapped_column(String(60))
    subject_table: Mapped[str] = mapped_column(String(60))
    deed: Mapped[str] = mapped_column(String(20))
    rows: Mapped[int] = mapped_column(Integer)
    hash: Mapped[str] = mapped_column(String(64))
    citizen_id: Mapped[UUID | None] = mapped_column(Uuid)
    forgotten_at: Mapped[datetime] = mapped_column(UTCDateTime)
    __table_args__ = (
        CheckConstraint("rows > 0", name="something_was_forgotten"),
        Index(None, "municipality_id", "forgotten_at"),
    )
