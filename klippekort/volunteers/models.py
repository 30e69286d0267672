"""Tables of volunteers, their associations, and what has been agreed, asked and checked."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Date,
    ForeignKeyConstraint,
    Index,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from klippekort.platform.db import Json, Model, UTCDateTime
from klippekort.platform.telephones import WithPhone
from klippekort.platform.tenancy import MunicipalityOwned

_TO_ASSOCIATION = ["association.municipality_id", "association.id"]
_TO_VOLUNTEER = ["volunteer.municipality_id", "volunteer.id"]


class Association(WithPhone, Model):
    """A club, church, library or other group that volunteers belong to.

    `load_limit` is the most guests a month it wants from us; None is no limit.
    """

    name: Mapped[str] = mapped_column(String(120))
    load_limit: Mapped[int | None] = mapped_column(SmallInteger)
    archived_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    __table_args__ = (
        CheckConstraint("load_limit between 0 and 1000", name="load_limit_within_reason"),
        UniqueConstraint("municipality_id", "name"),
        ForeignKeyConstraint(["municipality_id"], ["municipality.id"]),
    )


class AssociationContact(WithPhone, Model):
    """Somebody who speaks for an association, and may log in for it."""

    association_id: Mapped[UUID] = mapped_column(Uuid)
    name: Mapped[str] = mapped_column(String(120))
    email: Mapped[str | None] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    archived_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    __table_args__ = (
        Index(None, "municipality_id", "association_id"),
        ForeignKeyConstraint(["municipality_id", "association_id"], _TO_ASSOCIATION),
    )


class AssociationAgreement(MunicipalityOwned, Model):
    """What an association and the municipality have agreed, from a day and perhaps until one.

    `insurance` says in words who is covered by what.
    """

    association_id: Mapped[UUID] = mapped_column(Uuid)
    scope: Mapped[str] = mapped_column(Text)
    from_on: Mapped[date] = mapped_column(Date)
    until_on: Mapped[date | None] = mapped_column(Date)
    signed_by: Mapped[str] = mapped_column(String(120))
    insurance: Mapped[str] = mapped_column(Text, default="")
    recorded_by: Mapped[UUID | None] = mapped_column(Uuid)
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    __table_args__ = (
        CheckConstraint("until_on is null or until_on >= from_on", name="agreement_ends_later"),
        Index(None, "municipality_id", "association_id"),
        ForeignKeyConstraint(["municipality_id", "association_id"], _TO_ASSOCIATION),
    )


class Volunteer(WithPhone, Model):
    """Someone who offers their time. An e-mail address or phone number may be missing.

    `most_times` and `most_hours` are what they will give in a month, None without a limit. A
    go-along friend accompanies one citizen at most `go_along_times` times. Codes are those of
    `domain.volunteering`; `reach` says in words how to get hold of somebody without a phone.
    """

    name: Mapped[str] = mapped_column(String(120))
    email: Mapped[str | None] = mapped_column(String(200))
    reach: Mapped[str] = mapped_column(String(200), default="")
    association_id: Mapped[UUID | None] = mapped_column(Uuid)
    interests: Mapped[list[str]] = mapped_column(Json, default=list)
    languages: Mapped[list[str]] = mapped_column(Json, default=list)
    weekdays: Mapped[list[int]] = mapped_column(Json, default=list)
    parts: Mapped[list[str]] = mapped_column(Json, default=list)
    would_rather_not: Mapped[str] = mapped_column(String(500), default="")
    most_times: Mapped[int | None] = mapped_column(SmallInteger)
    most_hours: Mapped[int | None] = mapped_column(SmallInteger)
    goes_along: Mapped[bool] = mapped_column(Boolean, default=False)
    go_along_times: Mapped[int] = mapped_column(SmallInteger, default=2)
    drives: Mapped[bool] = mapped_column(Boolean, default=False)
    has_car: Mapped[bool] = mapped_column(Boolean, default=False)
    takes_wheelchair: Mapped[bool] = mapped_column(Boolean, default=False)
    started_on: Mapped[date | None] = mapped_column(Date)
    paused_until: Mapped[date | None] = mapped_column(Date)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    archived_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    __table_args__ = (
        CheckConstraint("most_times between 1 and 60", name="most_times_within_reason"),
        CheckConstraint("most_hours between 1 and 200", name="most_hours_within_reason"),
        CheckConstraint("go_along_times between 1 and 10", name="go_along_times_within_reason"),
        UniqueConstraint("municipality_id", "email"),
        ForeignKeyConstraint(["municipality_id"], ["municipality.id"]),
        ForeignKeyConstraint(["municipality_id", "association_id"], _TO_ASSOCIATION),
    )


class VolunteerApplication(WithPhone, Model):
    """Somebody who has asked on the public page to become a volunteer; `state` is waiting,
    welcomed or declined. It is deleted some time after it was answered.

    `likeness` is a keyed fingerprint of name and contact, so that pressing twice asks once.
    """

    name: Mapped[str] = mapped_column(String(120))
    email: Mapped[str | None] = mapped_column(String(200))
    reach: Mapped[str] = mapped_column(String(200), default="")
    association: Mapped[str] = mapped_column(String(120), default="")
    interests: Mapped[list[str]] = mapped_column(Json, default=list)
    languages: Mapped[list[str]] = mapped_column(Json, default=list)
    weekdays: Mapped[list[int]] = mapped_column(Json, default=list)
    parts: Mapped[list[str]] = mapped_column(Json, default=list)
    would_rather_not: Mapped[str] = mapped_column(String(500), default="")
    goes_along: Mapped[bool] = mapped_column(Boolean, default=False)
    drives: Mapped[bool] = mapped_column(Boolean, default=False)
    likeness: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    reason_code: Mapped[str | None] = mapped_column(String(20))
    volunteer_id: Mapped[UUID | None] = mapped_column(Uuid)
    applied_at: Mapped[datetime] = mapped_column(UTCDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    decided_by: Mapped[UUID | None] = mapped_column(Uuid)
    __table_args__ = (
        CheckConstraint("state in ('waiting','welcomed','declined')", name="known_state"),
        CheckConstraint("(state = 'waiting') = (decided_at is null)", name="answered_once"),
        Index(None, "municipality_id", "state", "applied_at"),
        ForeignKeyConstraint(["municipality_id", "volunteer_id"], _TO_VOLUNTEER),
        ForeignKeyConstraint(["municipality_id"], ["municipality.id"]),
    )


class VolunteerCompany(MunicipalityOwned, Model):
    """A volunteer has said yes to going along with a citizen on a day, or to driving her.

    It is `agreed`, or `cancelled` by the volunteer or the coordinator.
    """

    volunteer_id: Mapped[UUID] = mapped_column(Uuid)
    citizen_id: Mapped[UUID] = mapped_column(Uuid)
    on_day: Mapped[date] = mapped_column(Date)
    kind: Mapped[str] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(10), default="agreed")
    agreed_by: Mapped[UUID | None] = mapped_column(Uuid)
    agreed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    cancelled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    cancelled_by: Mapped[UUID | None] = mapped_column(Uuid)
    __table_args__ = (
        CheckConstraint("kind in ('go_along','drive')", name="known_kind"),
        CheckConstraint("state in ('agreed','cancelled')", name="known_state"),
        CheckConstraint(
            "(state = 'cancelled') = (cancelled_at is not null)", name="cancelled_once"
        ),
        Index(
            "one_company_a_day",
            "municipality_id",
            "volunteer_id",
            "citizen_id",
            "on_day",
            "kind",
            unique=True,
            sqlite_where=text("state = 'agreed'"),
            postgresql_where=text("state = 'agreed'"),
        ),
        Index(None, "municipality_id", "citizen_id"),
        ForeignKeyConstraint(["municipality_id", "volunteer_id"], _TO_VOLUNTEER),
        ForeignKeyConstraint(
            ["municipality_id", "citizen_id"], ["citizen.municipality_id", "citizen.id"]
        ),
    )


class VolunteerClearance(MunicipalityOwned, Model):
    """What came of a check of a volunteer: never the document, nor anything that stood in it.

    `version` is the version of the promise that was given, `title` names a course. `assessor_id` is
    the account that judged it; a promise read on the volunteer's own page has their own. One that
    was recorded by mistake is `withdrawn_at`, not removed.
    """

    volunteer_id: Mapped[UUID] = mapped_column(Uuid)
    kind: Mapped[str] = mapped_column(String(20))
    outcome: Mapped[str] = mapped_column(String(10))
    assessed_on: Mapped[date] = mapped_column(Date)
    renew_by: Mapped[date | None] = mapped_column(Date)
    version: Mapped[int | None] = mapped_column(SmallInteger)
    title: Mapped[str] = mapped_column(String(80), default="")
    on_paper: Mapped[bool] = mapped_column(Boolean, default=False)
    assessor_id: Mapped[UUID | None] = mapped_column(Uuid)
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    withdrawn_by: Mapped[UUID | None] = mapped_column(Uuid)
    __table_args__ = (
        CheckConstraint(
            "kind in ('promise','criminal_record','child_record','course','supervision')",
            name="known_kind",
        ),
        CheckConstraint("outcome in ('passed','refused')", name="known_outcome"),
        CheckConstraint("(kind = 'promise') = (version is not null)", name="promise_has_version"),
        CheckConstraint("renew_by is null or renew_by >= assessed_on", name="renewed_later"),
        Index(None, "municipality_id", "volunteer_id"),
        ForeignKeyConstraint(["municipality_id", "volunteer_id"], _TO_VOLUNTEER),
    )


class ClearanceRules(MunicipalityOwned, Model):
    """Which checks a municipality asks for by task, and how long before and after they run out.

    `required` holds kinds by task, as codes of `domain.clearances`.
    """

    required: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    window_days: Mapped[int] = mapped_column(SmallInteger)
    grace_days: Mapped[int] = mapped_column(SmallInteger)
    __table_args__ = (
        CheckConstraint("window_days between 1 and 365", name="window_within_reason"),
        CheckConstraint("grace_days between 0 and 180", name="grace_within_reason"),
        UniqueConstraint("municipality_id"),
        ForeignKeyConstraint(["municipality_id"], ["municipality.id"]),
    )


class PromiseVersion(MunicipalityOwned, Model):
    """The confidentiality promise as it reads from a day on. What people have promised stays."""

    version: Mapped[int] = mapped_column(SmallInteger)
    text: Mapped[str] = mapped_column(Text)
    from_on: Mapped[date] = mapped_column(Date)
    written_by: Mapped[UUID | None] = mapped_column(Uuid)
    written_at: Mapped[datetime] = mapped_column(UTCDateTime)
    __table_args__ = (
        CheckConstraint("version > 0", name="version_above_zero"),
        UniqueConstraint("municipality_id", "version"),
        ForeignKeyConstraint(["municipality_id"], ["municipality.id"]),
    )
