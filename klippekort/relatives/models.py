"""Tables of who acts for a citizen: the person, the proxy's history, the way in, and proposals."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Date,
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

TO_CITIZEN = ["citizen.municipality_id", "citizen.id"]
TO_RELATIVE = ["relative.municipality_id", "relative.id"]


class Relative(MunicipalityOwned, Model):
    """Somebody who may act for one citizen; for a second parent there is a second row.

    Name, phone (E.164) and e-mail are sealed with the citizen's key, and go with it. `account_id`
    is the log-in of whoever took the invitation; nobody is invited before she is `confirmed_at`.
    """

    citizen_id: Mapped[UUID] = mapped_column(Uuid)
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    relation: Mapped[str] = mapped_column(String(20))
    name_encrypted: Mapped[bytes | None] = mapped_column(LargeBinary)
    phone_encrypted: Mapped[bytes | None] = mapped_column(LargeBinary)
    email_encrypted: Mapped[bytes | None] = mapped_column(LargeBinary)
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    recorded_by: Mapped[UUID | None] = mapped_column(Uuid)
    confirmed_how: Mapped[str | None] = mapped_column(String(20))
    confirmed_by_role: Mapped[str | None] = mapped_column(String(10))
    confirmed_by: Mapped[UUID | None] = mapped_column(Uuid)
    confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    joined_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    __table_args__ = (
        CheckConstraint(
            "confirmed_how in ('seen_id','called_back','known')", name="known_confirmation"
        ),
        CheckConstraint(
            "(confirmed_at is null) = (confirmed_how is null)", name="confirmed_somehow"
        ),
        CheckConstraint(
            "account_id is null or confirmed_at is not null", name="confirmed_before_let_in"
        ),
        CheckConstraint("(account_id is null) = (joined_at is null)", name="joined_with_log_in"),
        Index(None, "municipality_id", "citizen_id"),
        Index(None, "municipality_id", "account_id"),
        ForeignKeyConstraint(["municipality_id", "citizen_id"], TO_CITIZEN),
    )


class ProxyLine(MunicipalityOwned, Model):
    """A line of a proxy's history: given, withdrawn, stopped or restarted. It is only added to.

    `seq` counts a relative's lines. `giver` is who said so, `recorded_by` the account that wrote it
    and `witness_id` the second member of staff who heard a spoken one.
    """

    relative_id: Mapped[UUID] = mapped_column(Uuid)
    seq: Mapped[int] = mapped_column(Integer)
    step: Mapped[str] = mapped_column(String(10))
    purposes: Mapped[list[str]] = mapped_column(Json, default=list)
    from_on: Mapped[date | None] = mapped_column(Date)
    until_on: Mapped[date | None] = mapped_column(Date)
    evidence: Mapped[str | None] = mapped_column(String(10))
    giver: Mapped[str] = mapped_column(String(10))
    recorded_by: Mapped[UUID | None] = mapped_column(Uuid)
    witness_id: Mapped[UUID | None] = mapped_column(Uuid)
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    __table_args__ = (
        CheckConstraint("step in ('given','withdrawn','stopped','restarted')", name="known_step"),
        CheckConstraint(
            "evidence in ('digital','paper','spoken','guardian')", name="known_evidence"
        ),
        CheckConstraint(
            "(step = 'given') = (evidence is not null and from_on is not null)",
            name="given_with_evidence",
        ),
        CheckConstraint(
            "step <> 'given' or until_on is not null or evidence = 'guardian'",
            name="dated_unless_guardian",
        ),
        CheckConstraint("until_on >= from_on", name="ends_after_it_begins"),
        CheckConstraint("giver in ('citizen','staff','relative','system')", name="known_giver"),
        UniqueConstraint("municipality_id", "relative_id", "seq"),
        ForeignKeyConstraint(["municipality_id", "relative_id"], TO_RELATIVE),
    )


class SignInTicket(Model):
    """A link or a code that lets a relative in once: by invitation, or to log in later on.

    It is looked for before a municipality is chosen, so it is not one municipality's own. Who it is
    for, and its secret, are kept as keyed fingerprints only; the secret is worked out anew when it
    is sent.
    """

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    kind: Mapped[str] = mapped_column(String(10))
    channel: Mapped[str] = mapped_column(String(10))
    municipality_id: Mapped[int] = mapped_column(SmallInteger, ForeignKey("municipality.id"))
    relative_id: Mapped[UUID | None] = mapped_column(Uuid)
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    sent_to: Mapped[str] = mapped_column(String(64))
    secret_hash: Mapped[str] = mapped_column(String(64))
    tries: Mapped[int] = mapped_column(SmallInteger, default=0)
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    __table_args__ = (
        CheckConstraint("kind in ('invite','log_in')", name="known_kind"),
        CheckConstraint("channel in ('email','sms','aloud')", name="known_channel"),
        CheckConstraint(
            "(kind = 'invite') = (relative_id is not null)", name="invitations_are_to_somebody"
        ),
        Index(None, "sent_to", "made_at"),
        Index(None, "municipality_id", "relative_id"),
    )


class RelativeSettings(MunicipalityOwned, Model):
    """How a relative reads her pages here: by the clock where she is, and in which language."""

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    time_zone: Mapped[str] = mapped_column(String(60), default="Europe/Copenhagen")
    language: Mapped[str | None] = mapped_column(String(5))
    __table_args__ = (
        UniqueConstraint("municipality_id", "account_id"),
        ForeignKeyConstraint(["municipality_id"], ["municipality.id"]),
    )


class RelativeProposal(MunicipalityOwned, Model):
    """Days a relative offers to be there: don't book, or she takes her. It waits for a yes.

    Her own words are sealed with the citizen's key. A yes to `dont_book` keeps the days free of
    bookings; a yes to `takes_her` is told wherever a trip in the days is.
    """

    citizen_id: Mapped[UUID] = mapped_column(Uuid)
    relative_id: Mapped[UUID] = mapped_column(Uuid)
    kind: Mapped[str] = mapped_column(String(10))
    from_on: Mapped[date] = mapped_column(Date)
    until_on: Mapped[date] = mapped_column(Date)
    words_encrypted: Mapped[bytes | None] = mapped_column(LargeBinary)
    answer_encrypted: Mapped[bytes | None] = mapped_column(LargeBinary)
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    answered_by_role: Mapped[str | None] = mapped_column(String(10))
    answered_by: Mapped[UUID | None] = mapped_column(Uuid)
    __table_args__ = (
        CheckConstraint("kind in ('dont_book','takes_her')", name="known_kind"),
        CheckConstraint("until_on >= from_on", name="ends_after_it_begins"),
        CheckConstraint(
            "state in ('waiting','yes','no','withdrawn','stopped')", name="known_state"
        ),
        CheckConstraint(
            "state not in ('yes','no') or answered_at is not null", name="answered_at_a_time"
        ),
        Index(None, "municipality_id", "citizen_id", "state"),
        Index(None, "municipality_id", "relative_id"),
        ForeignKeyConstraint(["municipality_id", "citizen_id"], TO_CITIZEN),
        ForeignKeyConstraint(["municipality_id", "relative_id"], TO_RELATIVE),
    )
