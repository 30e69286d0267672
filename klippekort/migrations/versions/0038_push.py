"""Where a phone or a tablet can be told something at once, two more channels, and the ladder."""

import sqlalchemy as sa
from alembic import op

from klippekort.migrations import tables, walls

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

_OF_DELIVERY = "'sms','email','letter'"
_OF_CHOICE = "'sms','email','letter','call'"
_MORE = "'push','voice','digital',"
_TABLES = ("push_device", "message_step")


def upgrade() -> None:
    """Make the tables and their walls, and let messages go by more channels."""
    _device()
    _step()
    for table in _TABLES:
        walls.municipal(table)
    op.add_column("message_rules", sa.Column("cvr", sa.String(length=8), nullable=True))
    _let_go_by(_MORE + _OF_DELIVERY, _MORE + _OF_CHOICE)


def downgrade() -> None:
    """Take it away again; what would have gone by the channels that go waits to be called about."""
    gone = "channel in ('push','voice','digital')"
    with walls.whole_table("outbox_message"):
        op.execute(
            "update outbox_message set channel = 'call', state = 'queued' "
            f"where {gone} and state in ('queued','sending')"
        )
    with walls.whole_table("message_choice"):
        op.execute(f"delete from message_choice where {gone}")
    with walls.whole_table("message_delivery"):
        op.execute(
            "update message_delivery set channel = 'sms', to_sealed = null, to_index = null, "
            "text_sealed = null, state = case when state in ('queued','sending') then 'stopped' "
            f"else state end where {gone}"
        )
    _let_go_by(_OF_DELIVERY, _OF_CHOICE)
    op.drop_column("message_rules", "cvr")
    for table in reversed(_TABLES):
        op.drop_table(table)


def _let_go_by(of_delivery: str, of_choice: str) -> None:
    """Say which channels there are; SQLite makes the tables anew for that."""
    for table, channels in (("message_delivery", of_delivery), ("message_choice", of_choice)):
        name = op.f(f"ck_{table}_known_channel")
        with op.batch_alter_table(table) as changed:
            changed.drop_constraint(name, type_="check")
            changed.create_check_constraint(name, f"channel in ({channels})")


def _device() -> None:
    table = "push_device"
    op.create_table(
        table,
        *tables.keys(table),
        sa.Column("recipient_kind", sa.String(length=12), nullable=False),
        sa.Column("recipient_id", sa.Uuid(), nullable=False),
        sa.Column("endpoint_index", sa.String(length=64), nullable=False),
        sa.Column("reach_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("added_at", walls.instant(), nullable=False),
        tables.unique(table, "endpoint_index"),
        tables.of_municipality(table),
    )
    tables.index(table, "recipient_id")


def _step() -> None:
    table = "message_step"
    op.create_table(
        table,
        *tables.keys(table),
        sa.Column("step", sa.String(length=12), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("days", sa.SmallInteger(), nullable=True),
        sa.Column("at", sa.Time(), nullable=True),
        sa.Column("call_after", sa.SmallInteger(), nullable=True),
        tables.check(
            table,
            "known_step",
            "step in ('day_before','on_the_way','offers','changes','lapse','thanks')",
        ),
        tables.check(table, "days_within_reason", "days between 1 and 60"),
        tables.check(table, "hours_within_reason", "call_after between 1 and 40"),
        tables.unique(table, "step"),
        tables.of_municipality(table),
    )
