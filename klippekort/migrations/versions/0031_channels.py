"""Channels: what is sent and how, what comes back, and what people and municipalities choose."""

import sqlalchemy as sa
from alembic import op

from klippekort.migrations import tables, walls

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

_TABLES = (
    "message_delivery",
    "message_part",
    "message_event",
    "message_choice",
    "message_rules",
    "message_wording",
)
_NEW = ("recipient_kind", "recipient_id", "purpose", "late_at", "call_at", "outcome")
_INDEX = "ix_outbox_message_municipality_id_call_at"


def upgrade() -> None:
    """Make the tables and their walls, and let a message say by when it is late."""
    for make in (_delivery, _part, _event, _choice, _rules, _wording):
        make()
    for table in _TABLES:
        walls.municipal(table)
    for column in (
        sa.Column("recipient_kind", sa.String(length=12), nullable=True),
        sa.Column("recipient_id", sa.Uuid(), nullable=True),
        sa.Column("purpose", sa.String(length=10), nullable=True),
        sa.Column("late_at", walls.instant(), nullable=True),
        sa.Column("call_at", walls.instant(), nullable=True),
        sa.Column("outcome", sa.String(length=12), nullable=True),
    ):
        op.add_column("outbox_message", column)
    op.create_index(_INDEX, "outbox_message", ["municipality_id", "call_at"], unique=False)


def downgrade() -> None:
    """Take it all away again; what waited to be sent waits to be called about."""
    with walls.whole_table("outbox_message"):
        op.execute(
            "update outbox_message set channel = 'call', state = 'queued' "
            "where channel in ('sms','email','letter') and state in ('queued','sending')"
        )
    op.drop_index(_INDEX, table_name="outbox_message")
    for name in reversed(_NEW):
        op.drop_column("outbox_message", name)
    for table in reversed(_TABLES):
        op.drop_table(table)


def _delivery() -> None:
    table = "message_delivery"
    op.create_table(
        table,
        *tables.keys(table),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("recipient_kind", sa.String(length=12), nullable=False),
        sa.Column("recipient_id", sa.Uuid(), nullable=False),
        sa.Column("to_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("to_index", sa.String(length=64), nullable=True),
        sa.Column("text_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("is_urgent", sa.Boolean(), nullable=False),
        sa.Column("queued_at", walls.instant(), nullable=False),
        sa.Column("due_at", walls.instant(), nullable=False),
        sa.Column("late_at", walls.instant(), nullable=True),
        sa.Column("sent_at", walls.instant(), nullable=True),
        sa.Column("delivered_at", walls.instant(), nullable=True),
        sa.Column("provider_ref", sa.String(length=120), nullable=True),
        sa.Column("error", sa.String(length=40), nullable=True),
        sa.Column("pile_id", sa.Uuid(), nullable=True),
        tables.check(table, "known_channel", "channel in ('sms','email','letter')"),
        tables.check(
            table,
            "known_state",
            "state in ('queued','sending','sent','delivered','failed','stopped')",
        ),
        tables.of_municipality(table),
    )
    for columns in (
        ("state", "due_at"),
        ("recipient_id", "queued_at"),
        ("to_index",),
        ("pile_id",),
    ):
        tables.index(table, *columns)


def _part() -> None:
    table = "message_part"
    op.create_table(
        table,
        *tables.keys(table),
        sa.Column("delivery_id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        tables.unique(table, "delivery_id", "message_id"),
        sa.ForeignKeyConstraint(
            ["municipality_id", "delivery_id"],
            ["message_delivery.municipality_id", "message_delivery.id"],
            name=op.f("fk_message_part_municipality_id_delivery_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "message_id"],
            ["outbox_message.municipality_id", "outbox_message.id"],
            name=op.f("fk_message_part_municipality_id_message_id"),
        ),
    )
    tables.index(table, "message_id")


def _event() -> None:
    table = "message_event"
    op.create_table(
        table,
        *tables.keys(table),
        sa.Column("event_id", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("delivery_id", sa.Uuid(), nullable=True),
        sa.Column("text_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("outcome", sa.String(length=12), nullable=False),
        sa.Column("received_at", walls.instant(), nullable=False),
        tables.check(table, "known_kind", "kind in ('receipt','reply')"),
        tables.unique(table, "event_id"),
        tables.of_municipality(table),
    )


def _choice() -> None:
    table = "message_choice"
    op.create_table(
        table,
        *tables.keys(table),
        sa.Column("recipient_kind", sa.String(length=12), nullable=False),
        sa.Column("recipient_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(length=10), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("chosen_at", walls.instant(), nullable=False),
        tables.check(table, "known_channel", "channel in ('sms','email','letter','call')"),
        tables.check(
            table,
            "known_purpose",
            "purpose in ('reminder','offers','changes','lapse','thanks')",
        ),
        tables.unique(table, "recipient_id", "purpose"),
        tables.of_municipality(table),
    )


def _rules() -> None:
    table = "message_rules"
    op.create_table(
        table,
        *tables.keys(table),
        sa.Column("opens", sa.Time(), nullable=False),
        sa.Column("closes", sa.Time(), nullable=False),
        sa.Column("daily_cap", sa.SmallInteger(), nullable=False),
        sa.Column("prints_letters", sa.Boolean(), nullable=False),
        tables.check(table, "closes_after_it_opens", "closes > opens"),
        tables.check(table, "cap_within_reason", "daily_cap between 1 and 20"),
        tables.unique(table),
        tables.of_municipality(table),
    )


def _wording() -> None:
    table = "message_wording"
    op.create_table(
        table,
        *tables.keys(table),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("changed_at", walls.instant(), nullable=False),
        sa.Column("changed_by", sa.Uuid(), nullable=True),
        tables.unique(table, "kind"),
        tables.of_municipality(table),
    )
