"""What a citizen asks for on her own page, and how she likes to read it."""

import sqlalchemy as sa
from alembic import op

from klippekort.migrations import tables, walls

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

_TABLES = ("own_liking", "own_code", "data_request", "portrait")


def upgrade() -> None:
    """Make the tables and their walls."""
    op.add_column("municipality", sa.Column("out_of_hours", sa.String(200), nullable=True))
    op.add_column("card_session", sa.Column("strong_until", walls.instant(), nullable=True))
    for make in (_liking, _code, _request, _portrait):
        make()
    for table in _TABLES:
        walls.municipal(table)


def downgrade() -> None:
    """Take them away again."""
    for table in reversed(_TABLES):
        op.drop_table(table)
    with op.batch_alter_table("card_session") as batch:
        batch.drop_column("strong_until")
    op.drop_column("municipality", "out_of_hours")


def _liking() -> None:
    op.create_table(
        "own_liking",
        *tables.keys("own_liking"),
        sa.Column("citizen_id", sa.Uuid(), nullable=False),
        sa.Column("size", sa.SmallInteger(), nullable=False),
        sa.Column("is_strong", sa.Boolean(), nullable=False),
        tables.check("own_liking", "known_size", "size between 1 and 3"),
        tables.points_to("own_liking", "citizen_id", "citizen"),
        tables.unique("own_liking", "citizen_id"),
    )


def _code() -> None:
    op.create_table(
        "own_code",
        *tables.keys("own_code"),
        sa.Column("citizen_id", sa.Uuid(), nullable=False),
        sa.Column("code_hash", sa.String(200), nullable=False),
        sa.Column("tries", sa.SmallInteger(), nullable=False),
        sa.Column("asked_at", walls.instant(), nullable=False),
        sa.Column("ends_at", walls.instant(), nullable=False),
        tables.check("own_code", "tries_not_negative", "tries >= 0"),
        tables.points_to("own_code", "citizen_id", "citizen"),
        tables.unique("own_code", "citizen_id"),
    )


def _request() -> None:
    op.create_table(
        "data_request",
        *tables.keys("data_request"),
        sa.Column("citizen_id", sa.Uuid(), nullable=False),
        sa.Column("what", sa.String(10), nullable=False),
        sa.Column("asked_at", walls.instant(), nullable=False),
        sa.Column("asked_by", sa.String(20), nullable=False),
        sa.Column("answer_by", sa.Date(), nullable=False),
        sa.Column("printed_at", walls.instant(), nullable=True),
        sa.Column("done_at", walls.instant(), nullable=True),
        sa.Column("done_by", sa.Uuid(), nullable=True),
        tables.check("data_request", "known_matter", "what in ('data','looks')"),
        tables.points_to("data_request", "citizen_id", "citizen"),
    )
    tables.index("data_request", "done_at", "answer_by")
    tables.index("data_request", "citizen_id")


def _portrait() -> None:
    op.create_table(
        "portrait",
        *tables.keys("portrait"),
        sa.Column("care_worker_id", sa.Uuid(), nullable=False),
        sa.Column("media_type", sa.String(20), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("put_at", walls.instant(), nullable=False),
        tables.points_to("portrait", "care_worker_id", "care_worker"),
        tables.unique("portrait", "care_worker_id"),
    )
