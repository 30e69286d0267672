"""Tables of the citizens: who they are, when they are away, and who looked."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    Numeric,
    String,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from klippekort.platform.db import Json, Model, UTCDateTime
from klippekort.platform.tenancy import MunicipalityOwned


class Citizen(MunicipalityOwned, Model):
    """An elderly person who receives home care.

    Person number, address, phone and where the home lies are encrypted under the citizen's own
    wrapped key; the index is keyed. So is what an escort must know of. `record_ref` is what the
    care record calls her there, never the person number; `moved_on` the local day her home was
    last written as another one. `call_name` is what hosts and friends may call her.
    Names stay readable, because staff search by them.
    """

    first_name: Mapped[str] = mapped_column(String(80))
    last_name: Mapped[str] = mapped_column(String(80))
    call_name: Mapped[str | None] = mapped_column(String(80))
    search_name: Mapped[str] = mapped_column(String(170))
    wrapped_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    person_number_index: Mapped[str] = mapped_column(String(64))
    person_number_encrypted: Mapped[bytes | None] = mapped_column(LargeBinary)
    address_encrypted: Mapped[bytes | None] = mapped_column(LargeBinary)
    phone_encrypted: Mapped[bytes | None] = mapped_column(LargeBinary)
    point_encrypted: Mapped[bytes | None] = mapped_column(LargeBinary)
    escort_note_encrypted: Mapped[bytes | None] = mapped_column(LargeBinary)
    record_ref: Mapped[str | None] = mapped_column(String(60))
    postcode: Mapped[str | None] = mapped_column(String(4))
    town: Mapped[str | None] = mapped_column(String(60))
    supplier_id: Mapped[UUID] = mapped_column(Uuid)
    district_id: Mapped[UUID | None] = mapped_column(Uuid)
    setting: Mapped[str] = mapped_column(String(20))
    functional_level: Mapped[int | None] = mapped_column(Integer)
    lives_alone: Mapped[bool | None] = mapped_column(Boolean)
    aids: Mapped[list[str]] = mapped_column(Json, default=list)
    needs_wheelchair: Mapped[bool] = mapped_column(Boolean, default=False)
    home_care_minutes: Mapped[Decimal | None] = mapped_column(Numeric(7, 2))
    has_protected_address: Mapped[bool] = mapped_column(Boolean, default=False)
    moved_on: Mapped[date | None] = mapped_column(Date)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    __table_args__ = (
        UniqueConstraint("municipality_id", "person_number_index"),
        Index("ix_citizen_record_ref", "municipality_id", "record_ref", unique=True),
        Index(None, "municipality_id", "search_name"),
        Index(None, "municipality_id", "supplier_id", "district_id"),
        ForeignKeyConstraint(["municipality_id"], ["municipality.id"]),
        ForeignKeyConstraint(
            ["municipality_id", "supplier_id"], ["supplier.municipality_id", "supplier.id"]
        ),
        ForeignKeyConstraint(
            ["municipality_id", "district_id"], ["district.municipality_id", "district.id"]
        ),
    )

    @property
    def name(self) -> str:
        """Return the whole name."""
        return f"{self.first_name} {self.last_name}"

    @property
    def called(self) -> str:
        """Return the name she chose to be called, or the first name."""
        return self.call_name or self.first_name


class CitizenContact(MunicipalityOwned, Model):
    """A relative or friend: who is called when something happens, and who may hear a line.

    Name and phone are sealed with the citizen's key.
    """

    citizen_id: Mapped[UUID] = mapped_column(Uuid)
    relation: Mapped[str] = mapped_column(String(20))
    name_encrypted: Mapped[bytes | None] = mapped_column(LargeBinary)
    phone_encrypted: Mapped[bytes | None] = mapped_column(LargeBinary)
    is_next_of_kin: Mapped[bool] = mapped_column(Boolean, default=False)
    gets_greetings: Mapped[bool] = mapped_column(Boolean, default=False)
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    __table_args__ = (
        Index(None, "municipality_id", "citizen_id"),
        ForeignKeyConstraint(
            ["municipality_id", "citizen_id"], ["citizen.municipality_id", "citizen.id"]
        ),
    )


class Absence(MunicipalityOwned, Model):
    """Days a citizen is away, both inclusive; open while nobody knows the end."""

    citizen_id: Mapped[UUID] = mapped_column(Uuid)
    kind: Mapped[str] = mapped_column(String(20))
    from_on: Mapped[date] = mapped_column(Date)
    until_on: Mapped[date | None] = mapped_column(Date)
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    __table_args__ = (
        CheckConstraint("until_on is null or until_on >= from_on", name="absence_ends_after_start"),
        Index(None, "municipality_id", "citizen_id"),
        ForeignKeyConstraint(
            ["municipality_id", "citizen_id"], ["citizen.municipality_id", "citizen.id"]
        ),
    )


class AccessOpening(MunicipalityOwned, Model):
    """A care worker's short look at a citizen who is not their own, with the reason for it."""

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    citizen_id: Mapped[UUID] = mapped_column(Uuid)
    reason: Mapped[str] = mapped_column(String(20))
    opened_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ends_at: Mapped[datetime] = mapped_column(UTCDateTime)
    __table_args__ = (
        Index(None, "municipality_id", "account_id", "citizen_id"),
        ForeignKeyConstraint(
            ["municipality_id", "citizen_id"], ["citizen.municipality_id", "citizen.id"]
        ),
    )


class CitizenLeaving(MunicipalityOwned, Model):
    """A citizen has died or moved, on a day, and who told it. It is undone when it was a mistake.

    `may_be_said`: the relatives agree that those who must hear of a death are told of it.
    `left_behind_id` is another citizen whom `owner_id` follows up by `follow_up_on`.
    """

    citizen_id: Mapped[UUID] = mapped_column(Uuid)
    kind: Mapped[str] = mapped_column(String(10))
    left_on: Mapped[date] = mapped_column(Date)
    told_by: Mapped[str] = mapped_column(String(20))
    may_be_said: Mapped[bool] = mapped_column(Boolean, default=False)
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    recorded_by: Mapped[UUID | None] = mapped_column(Uuid)
    left_behind_id: Mapped[UUID | None] = mapped_column(Uuid)
    owner_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    follow_up_on: Mapped[date | None] = mapped_column(Date)
    followed_up_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    undone_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    undone_by: Mapped[UUID | None] = mapped_column(Uuid)
    __table_args__ = (
        CheckConstraint("kind in ('died','moved')", name="known_kind"),
        CheckConstraint("not may_be_said or kind = 'died'", name="only_a_death_is_said"),
        CheckConstraint(
            "left_behind_id is null or (owner_id is not null and follow_up_on is not null)",
            name="nobody_is_left_alone",
        ),
        Index(
            "one_leaving_at_a_time",
            "municipality_id",
            "citizen_id",
            unique=True,
            sqlite_where=text("undone_at is null"),
            postgresql_where=text("undone_at is null"),
        ),
        ForeignKeyConstraint(
            ["municipality_id", "citizen_id"], ["citizen.municipality_id", "citizen.id"]
        ),
        ForeignKeyConstraint(
            ["municipality_id", "left_behind_id"], ["citizen.municipality_id", "citizen.id"]
        ),
    )


class LeavingStop(MunicipalityOwned, Model):
    """One thing that a leaving stopped, and what it takes to start it again: codes and ids.

    After an undoing it is `restored_at`, or `why_not` says what stood in the way, and it waits for
    a person until `seen_to_at`.
    """

    leaving_id: Mapped[UUID] = mapped_column(Uuid)
    what: Mapped[str] = mapped_column(String(20))
    subject_id: Mapped[UUID] = mapped_column(Uuid)
    details: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    restored_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    why_not: Mapped[str | None] = mapped_column(String(30))
    seen_to_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    __table_args__ = (
        CheckConstraint("restored_at is null or why_not is null", name="restored_or_not"),
        UniqueConstraint("municipality_id", "leaving_id", "what", "subject_id"),
        ForeignKeyConstraint(
            ["municipality_id", "leaving_id"],
            ["citizen_leaving.municipality_id", "citizen_leaving.id"],
        ),
    )


class Rectification(MunicipalityOwned, Model):
    """A fact about a citizen that was put right: what stood, who changed it, and why.

    What stood is sealed with the citizen's key; empty where it is not kept.
    """

    citizen_id: Mapped[UUID] = mapped_column(Uuid)
    fact: Mapped[str] = mapped_column(String(40))
    before_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    reason: Mapped[str] = mapped_column(String(20))
    changed_by: Mapped[UUID | None] = mapped_column(Uuid)
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    __table_args__ = (
        Index(None, "municipality_id", "citizen_id"),
        ForeignKeyConstraint(
            ["municipality_id", "citizen_id"], ["citizen.municipality_id", "citizen.id"]
        ),
    )


class AssessedFact(MunicipalityOwned, Model):
    """What somebody assessed about a citizen, in the words of a scheme's rules: how long help is
    needed, how she gets about. The newest of a fact counts; what was before stays.
    """

    citizen_id: Mapped[UUID] = mapped_column(Uuid)
    fact: Mapped[str] = mapped_column(String(120))
    value: Mapped[str] = mapped_column(String(120))
    assessed_on: Mapped[date] = mapped_column(Date)
    assessed_by: Mapped[UUID | None] = mapped_column(Uuid)
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    __table_args__ = (
        Index(None, "municipality_id", "citizen_id", "recorded_at"),
        ForeignKeyConstraint(
            ["municipality_id", "citizen_id"], ["citizen.municipality_id", "citizen.id"]
        ),
    )
