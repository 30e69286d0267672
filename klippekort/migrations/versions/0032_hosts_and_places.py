"""When a date was last revised, whether a place's contact is public, and hours on trips."""

import sqlalchemy as sa
from alembic import op

from klippekort.migrations import walls

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the columns and the table; whom to ask at a place was never public before."""
    op.add_column("occurrence", sa.Column("revised_at", walls.instant(), nullable=True))
    op.add_column(
        "place",
        sa.Column("contact_is_public", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    _trip_hours()
    walls.municipal("trip_hours")


def downgrade() -> None:
    """Take them away."""
    op.drop_table("trip_hours")
    op.drop_column("place", "contact_is_public")
    op.drop_column("occurrence", "revised_at")


def _trip_hours() -> None:
    op.create_table(
        "trip_hours",
        sa.Column("municipality_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("offer_id", sa.Uuid(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("offered_minutes", sa.Integer(), nullable=False),
        sa.Column("logged_at", walls.instant(), nullable=False),
        sa.Column("corrected_at", walls.instant(), nullable=True),
        sa.CheckConstraint("minutes > 0", name=op.f("ck_trip_hours_hours_are_real")),
        sa.ForeignKeyConstraint(
            ["municipality_id", "offer_id"],
            ["host_offer.municipality_id", "host_offer.id"],
            name=op.f("fk_trip_hours_municipality_id_offer_id"),
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_trip_hours")),
        sa.UniqueConstraint(
            "municipality_id", "offer_id", name=op.f("uq_trip_hours_municipality_id_offer_id")
        ),
    )
