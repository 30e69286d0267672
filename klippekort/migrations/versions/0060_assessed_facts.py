"""What was assessed about a citizen, and cards that wait until somebody approves them."""

import sqlalchemy as sa
from alembic import op

from klippekort.migrations import tables, walls

revision = "0060"
down_revision = "0059"
branch_labels = None
depends_on = None

_FACT, _REQUEST = "assessed_fact", "card_request"
_CLOSED = "(outcome is null) = (closed_at is null)"
_OUTCOMES = "outcome in ('approved','declined','withdrawn')"
_SECOND = "outcome is null or outcome = 'withdrawn' or closed_by <> asked_by"


def upgrade() -> None:
    """Make both tables."""
    op.create_table(
        _FACT,
        *tables.keys(_FACT),
        sa.Column("citizen_id", sa.Uuid(), nullable=False),
        sa.Column("fact", sa.String(length=120), nullable=False),
        sa.Column("value", sa.String(length=120), nullable=False),
        sa.Column("assessed_on", sa.Date(), nullable=False),
        sa.Column("assessed_by", sa.Uuid(), nullable=True),
        sa.Column("recorded_at", walls.instant(), nullable=False),
        tables.points_to(_FACT, "citizen_id", "citizen"),
    )
    tables.index(_FACT, "citizen_id", "recorded_at")
    op.create_table(
        _REQUEST,
        *tables.keys(_REQUEST),
        sa.Column("citizen_id", sa.Uuid(), nullable=False),
        sa.Column("scheme_id", sa.Uuid(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("origin", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("reply", sa.Text(), nullable=True),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("asked_at", walls.instant(), nullable=False),
        sa.Column("outcome", sa.String(length=12), nullable=True),
        sa.Column("closed_by", sa.Uuid(), nullable=True),
        sa.Column("closed_at", walls.instant(), nullable=True),
        sa.Column("card_id", sa.Uuid(), nullable=True),
        tables.check(_REQUEST, "closed_with_an_outcome", _CLOSED),
        tables.check(_REQUEST, "known_outcome", _OUTCOMES),
        tables.check(_REQUEST, "nobody_approves_their_own", _SECOND),
        tables.check(_REQUEST, "last_day_after_first", "until_on is null or until_on >= from_on"),
        tables.points_to(_REQUEST, "citizen_id", "citizen"),
        tables.points_to(_REQUEST, "scheme_id", "scheme"),
        tables.points_to(_REQUEST, "card_id", "punch_card"),
    )
    tables.index(_REQUEST, "citizen_id")
    tables.index(_REQUEST, "closed_at")
    walls.municipal(_FACT)
    walls.municipal(_REQUEST)
    # A way to a card is named in the municipality's own words, which may be as long as any.
    with op.batch_alter_table("card_grant") as changed:
        changed.alter_column("origin", type_=sa.String(40), existing_type=sa.String(20))


def downgrade() -> None:
    """Forget what was assessed, and what waits."""
    op.drop_table(_REQUEST)
    op.drop_table(_FACT)
    with op.batch_alter_table("card_grant") as changed:
        changed.alter_column("origin", type_=sa.String(20), existing_type=sa.String(40))
