"""Tables of the people who log in: accounts, roles, sessions, care workers and their shifts."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.orm import Mapped, mapped_column

from klippekort.platform.db import Json, Model, UTCDateTime
from klippekort.platform.ids import new_id
from klippekort.platform.tenancy import MunicipalityOwned


class Account(Model):
    """A login. It stands above the municipalities, for a person may have roles in several."""

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    display_name: Mapped[str] = mapped_column(String(120))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class Identity(Model):
    """How an account is known to whoever vouches for it; a password's issuer is `local`, its
    subject an e-mail. Whoever logs in with a telephone number is found by its keyed fingerprint,
    and the number is sealed.
    """

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    issuer: Mapped[str] = mapped_column(String(200))
    subject: Mapped[str] = mapped_column(String(200))
    phone_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    __table_args__ = (UniqueConstraint("issuer", "subject"),)


class Credential(Model):
    """A secret of an account: `password`, the `pin` that unlocks a tablet shown to a citizen, a
    `code` to log in with once, before it `expires_at`, or the sealed seed of one-time passwords
    (`totp`, and `totp_new` until it is confirmed), of which `last_step` was the last one used. A
    `passkey` holds no secret: it counts the answers that did not fit.
    """

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    kind: Mapped[str] = mapped_column(String(20))
    secret: Mapped[str] = mapped_column(String(200))
    tries: Mapped[int] = mapped_column(Integer, default=0)
    tried_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    last_step: Mapped[int | None] = mapped_column(Integer)
    __table_args__ = (UniqueConstraint("account_id", "kind"),)


class RoleAssignment(Model):
    """A role an account has in a municipality.

    It is read before a municipality is chosen, so it is not one municipality's own.
    `person_id` is the care worker or volunteer the role stands for. One that `ends_at` a time was
    let in as the support access `support_id` says.
    """

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    municipality_id: Mapped[int] = mapped_column(SmallInteger, ForeignKey("municipality.id"))
    role: Mapped[str] = mapped_column(String(20))
    supplier_id: Mapped[UUID | None] = mapped_column(Uuid)
    district_id: Mapped[UUID | None] = mapped_column(Uuid)
    person_id: Mapped[UUID | None] = mapped_column(Uuid)
    ends_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    support_id: Mapped[UUID | None] = mapped_column(Uuid)
    is_read_only: Mapped[bool | None] = mapped_column(Boolean)
    __table_args__ = (
        UniqueConstraint("account_id", "municipality_id", "role"),
        ForeignKeyConstraint(
            ["municipality_id", "supplier_id"], ["supplier.municipality_id", "supplier.id"]
        ),
        ForeignKeyConstraint(
            ["municipality_id", "district_id"], ["district.municipality_id", "district.id"]
        ),
    )


class LoginSession(Model):
    """A login in progress; only the hash of its secret is kept.

    While `shown_citizen_id` is set the tablet belongs to that citizen: nothing else can be reached
    until the helper's PIN. `device_hash` tells on which tablet or computer it was begun; while it
    is locked, only the PIN of its person opens it again. At `confirmed_at` the person showed by
    `method` who they are; `browser` and `network` let them know it again in a list.
    `provider_subject` and `provider_session` are keyed fingerprints of what the provider
    `provider_id` calls the person and the log-in there.
    """

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    role_assignment_id: Mapped[UUID] = mapped_column(ForeignKey("role_assignment.id"))
    municipality_id: Mapped[int] = mapped_column(SmallInteger, ForeignKey("municipality.id"))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    seen_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ends_at: Mapped[datetime] = mapped_column(UTCDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    shown_citizen_id: Mapped[UUID | None] = mapped_column(Uuid)
    shown_proposal: Mapped[dict[str, Any] | None] = mapped_column(Json)
    device_hash: Mapped[str | None] = mapped_column(String(64), index=True)
    locked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    method: Mapped[str | None] = mapped_column(String(12))
    browser: Mapped[str | None] = mapped_column(String(60))
    network: Mapped[str | None] = mapped_column(String(45))
    provider_id: Mapped[UUID | None] = mapped_column(Uuid, index=True)
    provider_subject: Mapped[str | None] = mapped_column(String(64))
    provider_session: Mapped[str | None] = mapped_column(String(64))
    id_token_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)


class CareWorker(MunicipalityOwned, Model):
    """Someone who visits citizens; known by the roster's employee number."""

    employee_number: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(120))
    email: Mapped[str | None] = mapped_column(String(200))
    supplier_id: Mapped[UUID] = mapped_column(Uuid)
    district_id: Mapped[UUID | None] = mapped_column(Uuid)
    position: Mapped[str | None] = mapped_column(String(80))
    has_driving_licence: Mapped[bool] = mapped_column(Boolean, default=False)
    skills: Mapped[list[str]] = mapped_column(Json, default=list)
    __table_args__ = (
        UniqueConstraint("municipality_id", "employee_number"),
        ForeignKeyConstraint(
            ["municipality_id", "supplier_id"], ["supplier.municipality_id", "supplier.id"]
        ),
        ForeignKeyConstraint(
            ["municipality_id", "district_id"], ["district.municipality_id", "district.id"]
        ),
    )


class Shift(MunicipalityOwned, Model):
    """Working hours of a care worker, as instants, with a break or none."""

    care_worker_id: Mapped[UUID] = mapped_column(Uuid)
    starts_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ends_at: Mapped[datetime] = mapped_column(UTCDateTime)
    kind: Mapped[str | None] = mapped_column(String(40))
    break_starts_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    break_ends_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    __table_args__ = (
        UniqueConstraint("municipality_id", "care_worker_id", "starts_at"),
        CheckConstraint("ends_at > starts_at", name="shift_ends_after_it_starts"),
        CheckConstraint(
            "(break_starts_at is null) = (break_ends_at is null) and (break_starts_at is null or "
            "(break_starts_at >= starts_at and break_ends_at > break_starts_at and "
            "break_ends_at <= ends_at))",
            name="break_within_the_shift",
        ),
        Index(None, "municipality_id", "starts_at"),
        ForeignKeyConstraint(
            ["municipality_id", "care_worker_id"],
            ["care_worker.municipality_id", "care_worker.id"],
        ),
    )


class CareWorkerAbsence(MunicipalityOwned, Model):
    """When a care worker is away from work; without an end until further notice."""

    care_worker_id: Mapped[UUID] = mapped_column(Uuid)
    starts_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ends_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    reason: Mapped[str] = mapped_column(String(20))
    recorded_by: Mapped[UUID | None] = mapped_column(Uuid)
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="absence_ends_after_start"),
        CheckConstraint("reason in ('ill','course','holiday','other')", name="known_reason"),
        Index(None, "municipality_id", "care_worker_id", "starts_at"),
        ForeignKeyConstraint(
            ["municipality_id", "care_worker_id"],
            ["care_worker.municipality_id", "care_worker.id"],
        ),
    )
