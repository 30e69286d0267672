"""What tablets did without a network, what a person must settle, and tablets that lock."""

import sqlalchemy as sa
from alembic import op

from klippekort.migrations import walls

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

TOLD = (
    "municipality_id, id, account_id, kind, trip_id, citizen_id, based_on, payload, device_at, "
    "received_at, clock_off_seconds, words, facts, needs_person"
)


def upgrade() -> None:
    """Make the tables and their walls."""
    _let_tablets_lock()
    op.create_table(
        "intent",
        sa.Column("municipality_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("trip_id", sa.Uuid(), nullable=True),
        sa.Column("citizen_id", sa.Uuid(), nullable=True),
        sa.Column("based_on", sa.Integer(), nullable=True),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("device_at", walls.instant(), nullable=False),
        sa.Column("received_at", walls.instant(), nullable=False),
        sa.Column("clock_off_seconds", sa.Integer(), nullable=True),
        sa.Column("outcome", sa.String(length=12), nullable=False),
        sa.Column("words", sa.String(length=40), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("needs_person", sa.Boolean(), nullable=False),
        sa.Column("settled_by", sa.Uuid(), nullable=True),
        sa.Column("settled_at", walls.instant(), nullable=True),
        sa.Column("settled_how", sa.String(length=12), nullable=True),
        sa.Column("reason_code", sa.String(length=20), nullable=True),
        sa.CheckConstraint(
            "kind in ('start','finish','cancel','note','book','happened')",
            name=op.f("ck_intent_known_kind"),
        ),
        sa.CheckConstraint(
            "outcome in ('done','conflict','refused','settled')",
            name=op.f("ck_intent_known_outcome"),
        ),
        sa.CheckConstraint(
            "(outcome = 'settled') = (settled_at is not null) and "
            "(settled_at is null) = (settled_by is null) and "
            "(settled_at is null) = (settled_how is null) and "
            "(settled_at is null) = (reason_code is null)",
            name=op.f("ck_intent_settled_by_a_person"),
        ),
        sa.CheckConstraint(
            "settled_how in ('tablet','keep','both')", name=op.f("ck_intent_known_settlement")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "trip_id"],
            ["trip.municipality_id", "trip.id"],
            name=op.f("fk_intent_municipality_id_trip_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "citizen_id"],
            ["citizen.municipality_id", "citizen.id"],
            name=op.f("fk_intent_municipality_id_citizen_id"),
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_intent")),
    )
    op.create_index(
        op.f("ix_intent_municipality_id_needs_person_settled_at"),
        "intent",
        ["municipality_id", "needs_person", "settled_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_intent_municipality_id_trip_id"),
        "intent",
        ["municipality_id", "trip_id"],
        unique=False,
    )
    walls.municipal("intent", "select, insert, update")
    _settled_once()


def downgrade() -> None:
    """Take it all away again."""
    if walls.is_postgresql():
        for trigger in ("intent_stays", "intent_no_removal", "intent_settled_once", "no_truncate"):
            op.execute(f"drop trigger {trigger} on intent")
        op.execute("drop function intent_is_kept()")
    op.drop_table("intent")
    op.drop_column("municipality", "tablet_idle_minutes")
    op.drop_index(op.f("ix_login_session_device_hash"), table_name="login_session")
    op.drop_column("login_session", "locked_at")
    op.drop_column("login_session", "device_hash")


def _let_tablets_lock() -> None:
    op.add_column("login_session", sa.Column("device_hash", sa.String(length=64), nullable=True))
    op.add_column("login_session", sa.Column("locked_at", walls.instant(), nullable=True))
    op.create_index(
        op.f("ix_login_session_device_hash"), "login_session", ["device_hash"], unique=False
    )
    within = sa.CheckConstraint(
        "tablet_idle_minutes between 1 and 120",
        name=op.f("ck_municipality_tablet_idle_within_reason"),
    )
    idle = sa.Column(
        "tablet_idle_minutes", sa.SmallInteger(), within, nullable=False, server_default="10"
    )
    op.add_column("municipality", idle)


def _settled_once() -> None:
    """Refuse changes of what a tablet told, a second settlement, and every removal."""
    if walls.is_postgresql():
        op.execute(
            """create function intent_is_kept() returns trigger language plpgsql as
            $$ begin raise exception 'an intent is kept as it was told'; end $$"""
        )
        refuse = "execute function intent_is_kept()"
        op.execute(f"create trigger intent_stays before update of {TOLD} on intent {refuse}")
        op.execute(f"create trigger intent_no_removal before delete on intent {refuse}")
        op.execute(f"create trigger no_truncate before truncate on intent {refuse}")
        op.execute(
            "create trigger intent_settled_once before update on intent for each row "
            f"when (old.settled_at is not null) {refuse}"
        )
        return
    abort = "begin select raise(abort, 'an intent is kept as it was told'); end"
    op.execute(f"create trigger intent_stays before update of {TOLD} on intent {abort}")
    op.execute(f"create trigger intent_no_removal before delete on intent {abort}")
    op.execute(
        "create trigger intent_settled_once before update on intent "
        f"when old.settled_at is not null {abort}"
    )
