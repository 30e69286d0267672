"""Days on which a whole scheme stands still, and the letters that tell of them."""

import sqlalchemy as sa
from alembic import op

from klippekort.migrations import tables, walls

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None

_TABLE = "scheme_pause"
_BATCH = "letter_batch"


def upgrade() -> None:
    """Make the table and its walls, and let a batch of letters tell of a pause."""
    op.create_table(
        _TABLE,
        *tables.keys(_TABLE),
        sa.Column("scheme_id", sa.Uuid(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("recorded_at", walls.instant(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
        tables.check(_TABLE, "pause_ends_after_start", "until_on is null or until_on >= from_on"),
        tables.points_to(_TABLE, "scheme_id", "scheme"),
    )
    tables.index(_TABLE, "scheme_id", "from_on")
    walls.municipal(_TABLE)
    _one_at_a_time()
    with op.batch_alter_table(_BATCH) as changed:
        changed.add_column(
            sa.Column(
                "kind", sa.String(length=12), nullable=False, server_default=sa.text("'change'")
            )
        )
        changed.create_check_constraint(
            op.f("ck_letter_batch_known_kind"), "kind in ('change','pause','resume')"
        )
        changed.drop_constraint(op.f("uq_letter_batch_municipality_id_version_id"), type_="unique")
        changed.create_unique_constraint(
            op.f("uq_letter_batch_municipality_id_version_id_kind"),
            ["municipality_id", "version_id", "kind"],
        )


def downgrade() -> None:
    """Take both away again; batches that told of a pause go, their letters stay."""
    with walls.whole_table("law_letter"), walls.whole_table(_BATCH):
        op.execute(
            "update law_letter set batch_id = null where batch_id in "
            "(select id from letter_batch where kind <> 'change')"
        )
        op.execute("delete from letter_batch where kind <> 'change'")
    with op.batch_alter_table(_BATCH) as changed:
        changed.drop_constraint(
            op.f("uq_letter_batch_municipality_id_version_id_kind"), type_="unique"
        )
        changed.drop_constraint(op.f("ck_letter_batch_known_kind"), type_="check")
        changed.drop_column("kind")
        changed.create_unique_constraint(
            op.f("uq_letter_batch_municipality_id_version_id"), ["municipality_id", "version_id"]
        )
    op.drop_table(_TABLE)


def _one_at_a_time() -> None:
    """Refuse a scheme two pauses that share a day, even to raw SQL."""
    if walls.is_postgresql():
        op.execute(
            "alter table scheme_pause add constraint scheme_pause_one_at_a_time exclude using gist "
            "(municipality_id with =, scheme_id with =, "
            "daterange(from_on, until_on, '[]') with &&)"
        )
        return
    for verb in ("insert", "update"):
        op.execute(
            f"""create trigger scheme_pause_one_at_a_time_{verb} before {verb} on scheme_pause
            when exists (
                select 1 from scheme_pause as other
                where other.municipality_id = new.municipality_id
                and other.scheme_id = new.scheme_id and other.id <> new.id
                and (new.until_on is null or other.from_on <= new.until_on)
                and (other.until_on is null or new.from_on <= other.until_on))
            begin select raise(abort, 'scheme_pause_one_at_a_time'); end"""
        )
