"""A trial may also ask what had come of it, had everyone had a standing wish."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_WITHIN = (
    "(wish_weeks is null) = (wish_minutes is null) and (wish_weeks is null or "
    "(wish_weeks between 1 and 26 and wish_minutes between 1 and 480))"
)


def upgrade() -> None:
    """Add how often and how long; the trials of before asked nothing."""
    op.add_column("scheme_trial", sa.Column("wish_weeks", sa.SmallInteger(), nullable=True))
    within = sa.CheckConstraint(_WITHIN, name=op.f("ck_scheme_trial_wish_within_reason"))
    op.add_column("scheme_trial", sa.Column("wish_minutes", sa.SmallInteger(), within))


def downgrade() -> None:
    """Forget what was asked."""
    op.drop_column("scheme_trial", "wish_minutes")
    op.drop_column("scheme_trial", "wish_weeks")
