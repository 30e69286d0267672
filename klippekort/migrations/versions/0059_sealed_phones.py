"""Numbers of volunteers, contacts and log-ins have a place where they are sealed.

What stands in clear is sealed by the job `seal_phones`, for a migration has no keys.
"""

import sqlalchemy as sa
from alembic import op

revision = "0059"
down_revision = "0058"
branch_labels = None
depends_on = None

_PLACES = (
    ("association", "phone_sealed"),
    ("association_contact", "phone_sealed"),
    ("volunteer", "phone_sealed"),
    ("volunteer_application", "phone_sealed"),
    ("place", "contact_phone_sealed"),
    ("identity", "phone_sealed"),
)


def upgrade() -> None:
    """Add the places, empty."""
    for table, column in _PLACES:
        op.add_column(table, sa.Column(column, sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    """Forget the numbers that were sealed: without the keys nobody can open them."""
    for table, column in _PLACES:
        op.drop_column(table, column)
