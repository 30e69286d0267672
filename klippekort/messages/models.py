"""Tables of what somebody must be told, how it was sent, and what came back."""

from datetime import datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    Text,
    Time,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.orm import Mapped, mapped_column

from klippekort.platform.db import Json, Model, UTCDateTime
from klippekort.platform.tenancy import MunicipalityOwned


class OutboxMessage(MunicipalityOwned, Model):
    """A message written with the change it tells of. Its key says what it means, so it is sent
    once.

    `subject_id` is the trip it is about, where it is about one. A `call` is made by a person from
    the call list, with what came of it in `outcome`; other channels go out by themselves. `state`
    is queued, sending, done or withdrawn. From `late_at` on it is of no use. One that asks becomes
    a call at `call_at` where nobody has answered. A recipient other than the citizen is named by
    `recipient_kind` and `recipient_id`.
    """

    dedupe_key: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[UUID | None] = mapped_column(Uuid)
    channel: Mapped[str] = mapped_column(String(10))
    citizen_id: Mapped[UUID | None] = mapped_column(Uuid)
    supplier_id: Mapped[UUID | None] = mapped_column(Uuid)
    recipient_kind: Mapped[str | None] = mapped_column(String(12))
    recipient_id: Mapped[UUID | None] = mapped_column(Uuid)
    purpose: Mapped[str | None] = mapped_column(String(10))
    facts: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    state: Mapped[str] = mapped_column(String(12), default="queued")
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    due_at: Mapped[datetime] = mapped_column(UTCDateTime)
    late_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    call_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    outcome: Mapped[str | None] = mapped_column(String(12))
    queued_at: Mapped[datetime] = mapped_column(UTCDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    done_by: Mapped[UUID | None] = mapped_column(Uuid)
    __table_args__ = (
        UniqueConstraint("municipality_id", "dedupe_key"),
        Index(None, "municipality_id", "state", "due_at"),
        Index(None, "municipality_id", "subject_id"),
        Index(None, "municipality_id", "call_at"),
        ForeignKeyConstraint(["municipality_id"], ["municipality.id"]),
    )


class MessageDelivery(MunicipalityOwned, Model):
    """What is sent to one person at once: its words are settled, so every try sends the same.

    Words and address are sealed. The id travels along, so that a gateway that has taken it once
    takes it no second time. While `sending`, `due_at` is when the try counts as lost. Letters wait
    `queued` until they are printed in a pile.
    """

    channel: Mapped[str] = mapped_column(String(10))
    recipient_kind: Mapped[str] = mapped_column(String(12))
    recipient_id: Mapped[UUID] = mapped_column(Uuid)
    to_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    to_index: Mapped[str | None] = mapped_column(String(64))
    text_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    state: Mapped[str] = mapped_column(String(10), default="queued")
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    is_urgent: Mapped[bool] = mapped_column(Boolean, default=False)
    queued_at: Mapped[datetime] = mapped_column(UTCDateTime)
    due_at: Mapped[datetime] = mapped_column(UTCDateTime)
    late_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    delivered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    provider_ref: Mapped[str | None] = mapped_column(String(120))
    error: Mapped[str | None] = mapped_column(String(40))
    pile_id: Mapped[UUID | None] = mapped_column(Uuid)
    __table_args__ = (
        CheckConstraint(
            "channel in ('push','sms','email','voice','digital','letter')", name="known_channel"
        ),
        CheckConstraint(
            "state in ('queued','sending','sent','delivered','failed','stopped')",
            name="known_state",
        ),
        Index(None, "municipality_id", "state", "due_at"),
        Index(None, "municipality_id", "recipient_id", "queued_at"),
        Index(None, "municipality_id", "to_index"),
        Index(None, "municipality_id", "pile_id"),
        ForeignKeyConstraint(["municipality_id"], ["municipality.id"]),
    )


class MessagePart(MunicipalityOwned, Model):
    """Which messages a delivery tells."""

    delivery_id: Mapped[UUID] = mapped_column(Uuid)
    message_id: Mapped[UUID] = mapped_column(Uuid)
    __table_args__ = (
        UniqueConstraint("municipality_id", "delivery_id", "message_id"),
        Index(None, "municipality_id", "message_id"),
        ForeignKeyConstraint(
            ["municipality_id", "delivery_id"],
            ["message_delivery.municipality_id", "message_delivery.id"],
        ),
        ForeignKeyConstraint(
            ["municipality_id", "message_id"],
            ["outbox_message.municipality_id", "outbox_message.id"],
        ),
    )


class MessageEvent(MunicipalityOwned, Model):
    """What the gateway has told once: a receipt, or an answer. `event_id` is its own name for it;
    the same event a second time changes nothing. An answer's words are sealed.
    """

    event_id: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(10))
    delivery_id: Mapped[UUID | None] = mapped_column(Uuid)
    text_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    outcome: Mapped[str] = mapped_column(String(12))
    received_at: Mapped[datetime] = mapped_column(UTCDateTime)
    __table_args__ = (
        CheckConstraint("kind in ('receipt','reply')", name="known_kind"),
        UniqueConstraint("municipality_id", "event_id"),
        ForeignKeyConstraint(["municipality_id"], ["municipality.id"]),
    )


class MessageChoice(MunicipalityOwned, Model):
    """The channel somebody has chosen for a purpose."""

    recipient_kind: Mapped[str] = mapped_column(String(12))
    recipient_id: Mapped[UUID] = mapped_column(Uuid)
    purpose: Mapped[str] = mapped_column(String(10))
    channel: Mapped[str] = mapped_column(String(10))
    chosen_at: Mapped[datetime] = mapped_column(UTCDateTime)
    __table_args__ = (
        CheckConstraint(
            "channel in ('push','sms','email','voice','digital','letter','call')",
            name="known_channel",
        ),
        CheckConstraint(
            "purpose in ('reminder','offers','changes','lapse','thanks')", name="known_purpose"
        ),
        UniqueConstraint("municipality_id", "recipient_id", "purpose"),
        ForeignKeyConstraint(["municipality_id"], ["municipality.id"]),
    )


class MessageLanguage(MunicipalityOwned, Model):
    """The language somebody is told things in; whoever has none is told in Danish."""

    recipient_kind: Mapped[str] = mapped_column(String(12))
    recipient_id: Mapped[UUID] = mapped_column(Uuid)
    language: Mapped[str] = mapped_column(String(8))
    chosen_at: Mapped[datetime] = mapped_column(UTCDateTime)
    __table_args__ = (
        UniqueConstraint("municipality_id", "recipient_id"),
        ForeignKeyConstraint(["municipality_id"], ["municipality.id"]),
    )


class MessageRules(MunicipalityOwned, Model):
    """When a municipality's messages go out, how many a day, and whether letters are printed.

    `cvr` is the number it sends Digital Post under; without it none is sent.
    """

    opens: Mapped[time] = mapped_column(Time)
    closes: Mapped[time] = mapped_column(Time)
    daily_cap: Mapped[int] = mapped_column(SmallInteger)
    prints_letters: Mapped[bool] = mapped_column(Boolean)
    cvr: Mapped[str | None] = mapped_column(String(8))
    __table_args__ = (
        CheckConstraint("closes > opens", name="closes_after_it_opens"),
        CheckConstraint("daily_cap between 1 and 20", name="cap_within_reason"),
        UniqueConstraint("municipality_id"),
        ForeignKeyConstraint(["municipality_id"], ["municipality.id"]),
    )


class MessageWording(MunicipalityOwned, Model):
    """A municipality's own words for one kind of message in one language, in place of ours."""

    kind: Mapped[str] = mapped_column(String(40))
    language: Mapped[str] = mapped_column(String(8), default="da", server_default="da")
    text: Mapped[str] = mapped_column(Text)
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    changed_by: Mapped[UUID | None] = mapped_column(Uuid)
    __table_args__ = (
        UniqueConstraint("municipality_id", "kind", "language"),
        ForeignKeyConstraint(["municipality_id"], ["municipality.id"]),
    )


class MessageStep(MunicipalityOwned, Model):
    """Where a municipality has moved one step of the ladder; empty is as it would be without."""

    step: Mapped[str] = mapped_column(String(12))
    is_on: Mapped[bool] = mapped_column(Boolean)
    days: Mapped[int | None] = mapped_column(SmallInteger)
    at: Mapped[time | None] = mapped_column(Time)
    call_after: Mapped[int | None] = mapped_column(SmallInteger)
    __table_args__ = (
        CheckConstraint(
            "step in ('day_before','on_the_way','offers','changes','lapse','thanks')",
            name="known_step",
        ),
        CheckConstraint("days between 1 and 60", name="days_within_reason"),
        CheckConstraint("call_after between 1 and 40", name="hours_within_reason"),
        UniqueConstraint("municipality_id", "step"),
        ForeignKeyConstraint(["municipality_id"], ["municipality.id"]),
    )


class PushDevice(MunicipalityOwned, Model):
    """A browser that somebody lets us send notices to. Where it is reached is sealed with its keys;
    a browser belongs to whoever asked last.
    """

    recipient_kind: Mapped[str] = mapped_column(String(12))
    recipient_id: Mapped[UUID] = mapped_column(Uuid)
    endpoint_index: Mapped[str] = mapped_column(String(64))
    reach_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    name: Mapped[str] = mapped_column(String(40))
    added_at: Mapped[datetime] = mapped_column(UTCDateTime)
    __table_args__ = (
        UniqueConstraint("municipality_id", "endpoint_index"),
        Index(None, "municipality_id", "recipient_id"),
        ForeignKeyConstraint(["municipality_id"], ["municipality.id"]),
    )
