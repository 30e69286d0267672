"""Tables of who vouches for people, of passkeys and codes, and of what waits between two pages."""

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


class SignInProvider(Model):
    """Who vouches for a municipality's `staff`, or for its `citizens`, by OpenID Connect.

    It is read before a municipality is chosen, so it is not one municipality's own. The names of
    claims say where an answer stands; the client's secret is sealed.
    """

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    municipality_id: Mapped[int] = mapped_column(SmallInteger, ForeignKey("municipality.id"))
    kind: Mapped[str] = mapped_column(String(10))
    issuer: Mapped[str] = mapped_column(String(200), default="")
    client_id: Mapped[str] = mapped_column(String(200), default="")
    secret_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    scope: Mapped[str] = mapped_column(String(200), default="openid profile")
    group_claim: Mapped[str] = mapped_column(String(100), default="groups")
    supplier_claim: Mapped[str] = mapped_column(String(100), default="")
    district_claim: Mapped[str] = mapped_column(String(100), default="")
    employee_claim: Mapped[str] = mapped_column(String(100), default="")
    number_claim: Mapped[str] = mapped_column(String(100), default="")
    level_claim: Mapped[str] = mapped_column(String(100), default="acr")
    least_level: Mapped[int | None] = mapped_column(SmallInteger)
    asked_level: Mapped[str] = mapped_column(String(200), default="")
    is_on: Mapped[bool] = mapped_column(Boolean, default=False)
    tried_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    __table_args__ = (
        UniqueConstraint("municipality_id", "kind"),
        CheckConstraint("kind in ('staff','citizens')", name="known_kind"),
        CheckConstraint("least_level between 1 and 3", name="known_level"),
        CheckConstraint(
            "kind = 'staff' or least_level >= 2", name="citizens_are_known_substantially"
        ),
    )


class SignInGroup(MunicipalityOwned, Model):
    """What a group at the municipality's provider gives: a role, and where it holds."""

    name: Mapped[str] = mapped_column(String(200))
    role: Mapped[str] = mapped_column(String(20))
    supplier_id: Mapped[UUID | None] = mapped_column(Uuid)
    district_id: Mapped[UUID | None] = mapped_column(Uuid)
    __table_args__ = (
        UniqueConstraint("municipality_id", "name", "role"),
        ForeignKeyConstraint(
            ["municipality_id", "supplier_id"], ["supplier.municipality_id", "supplier.id"]
        ),
        ForeignKeyConstraint(
            ["municipality_id", "district_id"], ["district.municipality_id", "district.id"]
        ),
    )


class SecondFactorRule(MunicipalityOwned, Model):
    """A role here that may not log in by password alone."""

    role: Mapped[str] = mapped_column(String(20))
    __table_args__ = (UniqueConstraint("municipality_id", "role"),)


class Passkey(Model):
    """A key on somebody's own device that logs them in without a password."""

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    credential: Mapped[str] = mapped_column(String(1400), unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(Integer)
    name: Mapped[str] = mapped_column(String(60))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class RecoveryCode(Model):
    """A code that stands in once for the one-time password of a lost telephone; only its keyed
    fingerprint is kept.
    """

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    code_hash: Mapped[str] = mapped_column(String(64))
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    __table_args__ = (UniqueConstraint("account_id", "code_hash"),)


class SignInStep(Model):
    """What waits between two pages of a log-in: once, for a short time, in one browser.

    Found by the hash of its secret; `browser_hash` is of the cookie that came along when it began.
    What must not be read from a copy of the database is sealed.
    """

    secret_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(String(12))
    browser_hash: Mapped[str | None] = mapped_column(String(64))
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    facts: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    began_at: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    __table_args__ = (Index(None, "expires_at"), Index(None, "account_id"))


class SupportAccess(MunicipalityOwned, Model):
    """Somebody from outside whom an administrator has let in, for a purpose and until a time."""

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    role: Mapped[str] = mapped_column(String(20))
    purpose: Mapped[str] = mapped_column(String(300))
    may_change: Mapped[bool] = mapped_column(Boolean, default=False)
    granted_by: Mapped[UUID | None] = mapped_column(Uuid)
    granted_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ends_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    __table_args__ = (
        CheckConstraint("ends_at > granted_at", name="support_ends_after_it_begins"),
        Index(None, "municipality_id", "ends_at"),
    )
