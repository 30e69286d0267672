"""Tables of the reports: schemes that were tried on the real history, what was counted for the five
guideposts, and yearly reports. They hold ids, sums and codes, never a name.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
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


class SchemeTrial(MunicipalityOwned, Model):
    """A scheme tried on the history of some days, both inclusive: how far it is, and the sums.

    `toml` is the scheme that was tried, `today_toml` the one it is compared with, if any. With
    `wish_weeks` it is tried once more, as if everyone wished a trip of `wish_minutes` that often.
    """

    name: Mapped[str] = mapped_column(String(120))
    setting: Mapped[str] = mapped_column(String(20))
    toml: Mapped[str] = mapped_column(Text)
    today_name: Mapped[str] = mapped_column(String(80), default="")
    today_toml: Mapped[str] = mapped_column(Text, default="")
    wish_weeks: Mapped[int | None] = mapped_column(SmallInteger)
    wish_minutes: Mapped[int | None] = mapped_column(SmallInteger)
    from_on: Mapped[date] = mapped_column(Date)
    until_on: Mapped[date] = mapped_column(Date)
    state: Mapped[str] = mapped_column(String(10))
    done: Mapped[int] = mapped_column(Integer, default=0)
    citizens: Mapped[int] = mapped_column(Integer, default=0)
    started_by: Mapped[UUID | None] = mapped_column(Uuid)
    started_at: Mapped[datetime] = mapped_column(UTCDateTime)
    beat_at: Mapped[datetime] = mapped_column(UTCDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    result: Mapped[dict[str, Any] | None] = mapped_column(Json)
    __table_args__ = (
        CheckConstraint("until_on >= from_on", name="trial_ends_after_start"),
        CheckConstraint("state in ('waiting','running','done','failed')", name="known_state"),
        CheckConstraint(
            "(wish_weeks is null) = (wish_minutes is null) and (wish_weeks is null or "
            "(wish_weeks between 1 and 26 and wish_minutes between 1 and 480))",
            name="wish_within_reason",
        ),
        Index(None, "municipality_id", "started_at"),
        ForeignKeyConstraint(["municipality_id"], ["municipality.id"]),
    )


class TrialShare(MunicipalityOwned, Model):
    """One citizen's part of a trial: minutes at hand in the real history, under today's scheme and
    under the one that was tried, and how many trips were refused.
    """

    trial_id: Mapped[UUID] = mapped_column(Uuid)
    citizen_id: Mapped[UUID] = mapped_column(Uuid)
    lived: Mapped[int] = mapped_column(Integer)
    today: Mapped[int | None] = mapped_column(Integer)
    tried: Mapped[int] = mapped_column(Integer)
    refused: Mapped[int] = mapped_column(Integer)
    __table_args__ = (
        UniqueConstraint("municipality_id", "trial_id", "citizen_id"),
        Index(None, "municipality_id", "citizen_id"),
        ForeignKeyConstraint(
            ["municipality_id", "trial_id"], ["scheme_trial.municipality_id", "scheme_trial.id"]
        ),
        ForeignKeyConstraint(
            ["municipality_id", "citizen_id"], ["citizen.municipality_id", "citizen.id"]
        ),
    )


class CockpitCount(MunicipalityOwned, Model):
    """What was counted at night for one month, district, supplier and cause: an amount, and how
    many people stand behind it.
    """

    measure: Mapped[str] = mapped_column(String(40))
    month: Mapped[date] = mapped_column(Date)
    district_id: Mapped[UUID | None] = mapped_column(Uuid)
    supplier_id: Mapped[UUID | None] = mapped_column(Uuid)
    cut: Mapped[str] = mapped_column(String(120), default="")
    amount: Mapped[int] = mapped_column(Integer)
    people: Mapped[int] = mapped_column(Integer)
    __table_args__ = (
        CheckConstraint("people >= 0", name="people_not_negative"),
        Index(None, "municipality_id", "month"),
        ForeignKeyConstraint(
            ["municipality_id", "district_id"], ["district.municipality_id", "district.id"]
        ),
        ForeignKeyConstraint(
            ["municipality_id", "supplier_id"], ["supplier.municipality_id", "supplier.id"]
        ),
    )


class BarrierCount(MunicipalityOwned, Model):
    """In how many talks of a month, district and supplier one thing stood in the way: a code, and
    never who. There may be several rows of the same kind; they are added.
    """

    month: Mapped[date] = mapped_column(Date)
    district_id: Mapped[UUID | None] = mapped_column(Uuid)
    supplier_id: Mapped[UUID | None] = mapped_column(Uuid)
    barrier: Mapped[str] = mapped_column(String(40))
    talks: Mapped[int] = mapped_column(Integer)
    __table_args__ = (
        CheckConstraint("talks > 0", name="talks_were_held"),
        Index(None, "municipality_id", "month"),
        ForeignKeyConstraint(
            ["municipality_id", "district_id"], ["district.municipality_id", "district.id"]
        ),
        ForeignKeyConstraint(
            ["municipality_id", "supplier_id"], ["supplier.municipality_id", "supplier.id"]
        ),
    )


class CockpitSettings(MunicipalityOwned, Model):
    """How few people a figure may stand for, and when the months were last counted and kept."""

    fewest: Mapped[int] = mapped_column(SmallInteger, default=5)
    counted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    first_month: Mapped[date | None] = mapped_column(Date)
    __table_args__ = (
        CheckConstraint("fewest between 3 and 50", name="fewest_within_reason"),
        CheckConstraint(
            "(counted_at is null) = (first_month is null)", name="counted_from_a_month"
        ),
        UniqueConstraint("municipality_id"),
        ForeignKeyConstraint(["municipality_id"], ["municipality.id"]),
    )


class YearlyReport(MunicipalityOwned, Model):
    """A report on a year, how far it is, and what came of it: figures, and a PDF and a workbook in
    one language.
    """

    year: Mapped[int] = mapped_column(SmallInteger)
    language: Mapped[str] = mapped_column(String(8), default="da")
    state: Mapped[str] = mapped_column(String(10))
    done: Mapped[int] = mapped_column(SmallInteger, default=0)
    steps: Mapped[int] = mapped_column(SmallInteger)
    started_by: Mapped[UUID | None] = mapped_column(Uuid)
    started_at: Mapped[datetime] = mapped_column(UTCDateTime)
    beat_at: Mapped[datetime] = mapped_column(UTCDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    content: Mapped[dict[str, Any] | None] = mapped_column(Json)
    pdf: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    workbook: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    __table_args__ = (
        CheckConstraint("state in ('waiting','running','done','failed')", name="known_state"),
        CheckConstraint("year between 2000 and 2100", name="year_within_reason"),
        Index(None, "municipality_id", "started_at"),
        ForeignKeyConstraint(["municipality_id"], ["municipality.id"]),
    )
