"""In which language somebody is told things, and a municipality's own words in each language."""

import sqlalchemy as sa
from alembic import op

from klippekort.migrations import tables, walls

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None

_LANGUAGE, _WORDS = "message_language", "message_wording"
_ONE_A_KIND = "uq_message_wording_municipality_id_kind"
_ONE_A_LANGUAGE = "uq_message_wording_municipality_id_kind_language"


def upgrade() -> None:
    """Make the table of languages; own words were Danish until now."""
    op.create_table(
        _LANGUAGE,
        *tables.keys(_LANGUAGE),
        sa.Column("recipient_kind", sa.String(length=12), nullable=False),
        sa.Column("recipient_id", sa.Uuid(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("chosen_at", walls.instant(), nullable=False),
        tables.unique(_LANGUAGE, "recipient_id"),
        tables.of_municipality(_LANGUAGE),
    )
    walls.municipal(_LANGUAGE)
    with op.batch_alter_table(_WORDS) as changed:
        changed.add_column(
            sa.Column("language", sa.String(8), nullable=False, server_default=sa.text("'da'"))
        )
        changed.drop_constraint(op.f(_ONE_A_KIND), type_="unique")
        columns = ["municipality_id", "kind", "language"]
        changed.create_unique_constraint(op.f(_ONE_A_LANGUAGE), columns)


def downgrade() -> None:
    """Keep the Danish words alone, and tell everybody in Danish again."""
    with walls.whole_table(_WORDS):
        op.execute("delete from message_wording where language <> 'da'")
    with op.batch_alter_table(_WORDS) as changed:
        changed.drop_constraint(op.f(_ONE_A_LANGUAGE), type_="unique")
        changed.create_unique_constraint(op.f(_ONE_A_KIND), ["municipality_id", "kind"])
        changed.drop_column("language")
    op.drop_table(_LANGUAGE)
