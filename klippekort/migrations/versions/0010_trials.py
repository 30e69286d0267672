"""Schemes that were tried on the real history, and each citizen's part of what came of it."""

import sqlalchemy as sa
from alembic import op

from klippekort.migrations import walls

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables and their walls."""
    op.create_table(
        "scheme_trial",
        sa.Column("municipality_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("setting", sa.String(length=20), nullable=False),
        sa.Column("toml", sa.Text(), nullable=False),
        sa.Column("today_name", sa.String(length=80), nullable=False),
        sa.Column("today_toml", sa.Text(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("citizens", sa.Integer(), nullable=False),
        sa.Column("started_by", sa.Uuid(), nullable=True),
        sa.Column("started_at", walls.instant(), nullable=False),
        sa.Column("beat_at", walls.instant(), nullable=False),
        sa.Column("finished_at", walls.instant(), nullable=True),
        sa.Column("result", sa.JSON(), nullable=True),
        sa.CheckConstraint(
            "until_on >= from_on", name=op.f("ck_scheme_trial_trial_ends_after_start")
        ),
        sa.CheckConstraint(
            "state in ('waiting','running','done','failed')",
            name=op.f("ck_scheme_trial_known_state"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_scheme_trial_municipality_id")
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_scheme_trial")),
    )
    op.create_index(
        op.f("ix_scheme_trial_municipality_id_started_at"),
        "scheme_trial",
        ["municipality_id", "started_at"],
        unique=False,
    )
    op.create_table(
        "trial_share",
        sa.Column("municipality_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("trial_id", sa.Uuid(), nullable=False),
        sa.Column("citizen_id", sa.Uuid(), nullable=False),
        sa.Column("lived", sa.Integer(), nullable=False),
        sa.Column("today", sa.Integer(), nullable=True),
        sa.Column("tried", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id", "trial_id"],
            ["scheme_trial.municipality_id", "scheme_trial.id"],
            name=op.f("fk_trial_share_municipality_id_trial_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "citizen_id"],
            ["citizen.municipality_id", "citizen.id"],
            name=op.f("fk_trial_share_municipality_id_citizen_id"),
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_trial_share")),
        sa.UniqueConstraint(
            "municipality_id",
            "trial_id",
            "citizen_id",
            name=op.f("uq_trial_share_municipality_id_trial_id_citizen_id"),
        ),
    )
    op.create_index(
        op.f("ix_trial_share_municipality_id_citizen_id"),
        "trial_share",
        ["municipality_id", "citizen_id"],
        unique=False,
    )
    walls.municipal("scheme_trial")
    walls.municipal("trial_share")


def downgrade() -> None:
    """Take it all away again."""
    op.drop_table("trial_share")
    op.drop_table("scheme_trial")
