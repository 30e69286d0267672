"""Tables of what a group has in common: its board, what it shares, and who comes to see."""

from datetime import date, datetime, time
from uuid import UUID

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Date,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    String,
    Time,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.orm import Mapped, mapped_column

from klippekort.groups.models.groups import LEVELS, TO_GROUP, TO_MEETING, TO_PROMISE
from klippekort.platform.db import Model, UTCDateTime
from klippekort.platform.tenancy import MunicipalityOwned


class GroupSettings(MunicipalityOwned, Model):
    """What holds for all groups of a municipality: when somebody minds the boards, whom to call
    outside those hours, and where those who lead find their manual and their supervision.
    """

    board_opens: Mapped[time] = mapped_column(Time)
    board_closes: Mapped[time] = mapped_column(Time)
    on_weekends: Mapped[bool] = mapped_column(Boolean, default=False)
    call: Mapped[str | None] = mapped_column(String(20))
    manual_url: Mapped[str | None] = mapped_column(String(300))
    supervision: Mapped[str] = mapped_column(String(200), default="")
    __table_args__ = (
        CheckConstraint("board_closes > board_opens", name="board_closes_after_it_opens"),
        UniqueConstraint("municipality_id"),
        ForeignKeyConstraint(["municipality_id"], ["municipality.id"]),
    )


class GroupPost(MunicipalityOwned, Model):
    """A practical message on the board of a group that goes by names; words and writer sealed."""

    group_id: Mapped[UUID] = mapped_column(Uuid)
    anonymity: Mapped[str] = mapped_column(String(12), default="named")
    kind: Mapped[str] = mapped_column(String(12))
    words_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    writer_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    written_at: Mapped[datetime] = mapped_column(UTCDateTime)
    __table_args__ = (
        CheckConstraint("anonymity = 'named'", name="only_named"),
        CheckConstraint("kind in ('time','place','ride','bring','absent')", name="known_kind"),
        Index(None, "municipality_id", "group_id"),
        Index(None, "municipality_id", "written_at"),
        ForeignKeyConstraint(
            ["municipality_id", "group_id", "anonymity"],
            TO_PROMISE,
            onupdate="CASCADE",
            name="fk_group_post_promise",
        ),
    )


class GroupMaterial(MunicipalityOwned, Model):
    """Something shared with a group, or for one meeting: a link, a picture made anew, or a PDF."""

    group_id: Mapped[UUID] = mapped_column(Uuid)
    meeting_id: Mapped[UUID | None] = mapped_column(Uuid)
    title: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(8))
    url: Mapped[str | None] = mapped_column(String(300))
    content: Mapped[bytes | None] = mapped_column(LargeBinary)
    added_at: Mapped[datetime] = mapped_column(UTCDateTime)
    __table_args__ = (
        CheckConstraint("kind in ('link','picture','pdf')", name="known_kind"),
        CheckConstraint(
            "(kind = 'link') = (url is not null) and (url is null) = (content is not null)",
            name="one_thing",
        ),
        Index(None, "municipality_id", "group_id"),
        ForeignKeyConstraint(["municipality_id", "group_id"], TO_GROUP),
        ForeignKeyConstraint(["municipality_id", "meeting_id"], TO_MEETING),
    )


class GroupPicture(MunicipalityOwned, Model):
    """A picture of the place, or of who meets you at the door, made anew without its history."""

    group_id: Mapped[UUID] = mapped_column(Uuid)
    shows: Mapped[str] = mapped_column(String(8))
    text: Mapped[str] = mapped_column(String(200))
    width: Mapped[int] = mapped_column(Integer)
    height: Mapped[int] = mapped_column(Integer)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    added_at: Mapped[datetime] = mapped_column(UTCDateTime)
    __table_args__ = (
        CheckConstraint("shows in ('place','person')", name="known_subject"),
        UniqueConstraint("municipality_id", "group_id", "shows"),
        ForeignKeyConstraint(["municipality_id", "group_id"], TO_GROUP),
    )


class GroupVisit(MunicipalityOwned, Model):
    """Somebody comes to see once, and takes no place; nothing but a code is left of them after."""

    group_id: Mapped[UUID] = mapped_column(Uuid)
    anonymity: Mapped[str] = mapped_column(String(12))
    meeting_id: Mapped[UUID] = mapped_column(Uuid)
    first_name: Mapped[str | None] = mapped_column(String(60))
    contact_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    outcome: Mapped[str | None] = mapped_column(String(12))
    closed_on: Mapped[date | None] = mapped_column(Date)
    __table_args__ = (
        CheckConstraint(f"anonymity in ({LEVELS})", name="known_anonymity"),
        CheckConstraint(
            "anonymity <> 'head_count' or first_name is null", name="heads_have_no_names"
        ),
        CheckConstraint("outcome in ('joins','thinks','no','missed','off')", name="known_outcome"),
        CheckConstraint(
            "(outcome is null) = (closed_on is null)"
            " and (outcome is null or (first_name is null and contact_sealed is null))",
            name="forgotten_when_over",
        ),
        Index(None, "municipality_id", "group_id"),
        ForeignKeyConstraint(["municipality_id", "meeting_id"], TO_MEETING),
        ForeignKeyConstraint(
            ["municipality_id", "group_id", "anonymity"],
            TO_PROMISE,
            onupdate="CASCADE",
            name="fk_group_visit_promise",
        ),
    )
