"""Answers, audit lines and job runs: what every feature writes to."""

import sqlalchemy as sa
from alembic import op

from klippekort.migrations import walls

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables and their walls."""
    op.create_table(
        "municipality",
        sa.Column("id", sa.SmallInteger(), nullable=False),
        sa.Column("slug", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=True),
        sa.Column("phone_hours", sa.String(length=80), nullable=True),
        sa.Column("travel_near_minutes", sa.Integer(), nullable=True),
        sa.Column("travel_far_minutes", sa.Integer(), nullable=True),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("created_at", walls.instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_municipality")),
        sa.UniqueConstraint("slug", name=op.f("uq_municipality_slug")),
    )
    op.create_table(
        "answer",
        sa.Column("municipality_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("recorded_at", walls.instant(), nullable=False),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_answer")),
        sa.UniqueConstraint("municipality_id", "key", name="one_answer_a_key"),
    )
    op.create_table(
        "audit_line",
        sa.Column("municipality_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", walls.instant(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("purpose", sa.String(length=40), nullable=True),
        sa.Column("subject_kind", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_audit_line")),
    )
    op.create_index(
        op.f("ix_audit_line_municipality_id_recorded_at"),
        "audit_line",
        ["municipality_id", "recorded_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_audit_line_municipality_id_subject_id"),
        "audit_line",
        ["municipality_id", "subject_id"],
        unique=False,
    )
    op.create_table(
        "audit_citizen",
        sa.Column("municipality_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("line_id", sa.Uuid(), nullable=False),
        sa.Column("citizen_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_audit_citizen")),
    )
    op.create_index(
        op.f("ix_audit_citizen_municipality_id_citizen_id_line_id"),
        "audit_citizen",
        ["municipality_id", "citizen_id", "line_id"],
        unique=False,
    )
    op.create_table(
        "audit_seal",
        sa.Column("municipality_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("line_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_audit_seal")),
        sa.UniqueConstraint(
            "municipality_id", "line_id", name=op.f("uq_audit_seal_municipality_id_line_id")
        ),
        sa.UniqueConstraint(
            "municipality_id", "seq", name=op.f("uq_audit_seal_municipality_id_seq")
        ),
    )
    op.create_table(
        "job_run",
        sa.Column("municipality_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("job", sa.String(length=40), nullable=False),
        sa.Column("slot", sa.String(length=10), nullable=False),
        sa.Column("started_at", walls.instant(), nullable=False),
        sa.Column("finished_at", walls.instant(), nullable=True),
        sa.Column("starts", sa.Integer(), nullable=False),
        sa.Column("expected", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.String(length=80), nullable=True),
        sa.Column("last_worker", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_job_run")),
        sa.UniqueConstraint(
            "municipality_id", "job", "slot", name=op.f("uq_job_run_municipality_id_job_slot")
        ),
    )
    op.create_table(
        "worker_beat",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("worker", sa.String(length=80), nullable=False),
        sa.Column("backend", sa.Integer(), nullable=True),
        sa.Column("beat_at", walls.instant(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_worker_beat")),
    )
    op.create_table(
        "outbox_message",
        sa.Column("municipality_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dedupe_key", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("citizen_id", sa.Uuid(), nullable=True),
        sa.Column("supplier_id", sa.Uuid(), nullable=True),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", walls.instant(), nullable=False),
        sa.Column("queued_at", walls.instant(), nullable=False),
        sa.Column("done_at", walls.instant(), nullable=True),
        sa.Column("done_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_outbox_message_municipality_id")
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_outbox_message")),
        sa.UniqueConstraint(
            "municipality_id",
            "dedupe_key",
            name=op.f("uq_outbox_message_municipality_id_dedupe_key"),
        ),
    )
    op.create_index(
        op.f("ix_outbox_message_municipality_id_state_due_at"),
        "outbox_message",
        ["municipality_id", "state", "due_at"],
        unique=False,
    )
    walls.open_table("municipality")
    walls.municipal("answer", "select, insert")
    walls.municipal("audit_line", "select, insert")
    walls.append_only("audit_line")
    walls.municipal("audit_citizen", "select, insert")
    walls.append_only("audit_citizen")
    walls.municipal("audit_seal", "select, insert")
    walls.append_only("audit_seal")
    walls.municipal("job_run")
    walls.open_table("worker_beat")
    walls.municipal("outbox_message")


def downgrade() -> None:
    """Take it all away again."""
    walls.drop_append_only("audit_line")
    walls.drop_append_only("audit_citizen")
    walls.drop_append_only("audit_seal")
    op.drop_table("outbox_message")
    op.drop_table("worker_beat")
    op.drop_table("job_run")
    op.drop_table("audit_seal")
    op.drop_table("audit_citizen")
    op.drop_table("audit_line")
    op.drop_table("answer")
    op.drop_table("municipality")
